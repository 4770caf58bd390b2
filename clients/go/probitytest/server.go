// Package probitytest is a Probity server in the process of a test, for programs that call one.
// The test says what it answers, and sees what it was asked:
//
//	server := probitytest.Start(t)
//	server.Screen(probity.ByVendor("SAP-PRD", "000018"), probitytest.Block("DEBAR-1"))
//	err := release(server.Client(), order) // The code under test.
//	asked := server.Screenings()           // Which purchases it asked about.
//
// Nothing is decided here: no rule, list or policy is behind an answer. What was not set fails the
// test, and says what to set. Where verdicts themselves matter, ask a sandbox: "probityd --sandbox"
// (docs/SANDBOX.md).
package probitytest

import (
	"context"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"probity.dev/client"
	v1 "probity.dev/client/probityv1"
)

// Server answers on this machine, in the clear, to whoever asks. It may be used by any number of
// goroutines, and be told new answers at any time.
type Server struct {
	// Address is "127.0.0.1:PORT", for code that connects by itself. It stays the same.
	Address string

	t      testing.TB // nil: no test
	gate   *gate
	server *grpc.Server

	mutex      sync.Mutex
	handlers   map[string]handler // by path
	calls      []Call
	unanswered []string
	deprecated []string
	clients    []*probity.Client
	screenings screenings
	certified  map[certificate]v1.CertificationResult
}

// Call is one message that the server was sent.
type Call struct {
	Method   string // "ScreeningService/ScreenSupplier"
	Request  proto.Message
	Metadata metadata.MD // as "authorization"
}

// Start starts a server that ends with the test, and that fails it when it is asked what was not
// set.
func Start(t testing.TB) *Server {
	t.Helper()
	server, err := listen(t)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	return server
}

// NewServer starts a server without a test, as for an example or a program that is tried out. Close
// it. [Server.Unanswered] says what it was asked and was not set.
func NewServer() *Server {
	server, err := listen(nil)
	if err != nil {
		panic(err)
	}
	return server
}

func listen(t testing.TB) (*Server, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("probitytest: no port of 127.0.0.1 can be had: %w", err)
	}
	s := &Server{Address: listener.Addr().String(), t: t, gate: &gate{Listener: listener}, handlers: map[string]handler{},
		screenings: newScreenings(), certified: map[certificate]v1.CertificationResult{}}
	s.server = grpc.NewServer(grpc.UnknownServiceHandler(s.serve), grpc.WaitForHandlers(true),
		grpc.MaxRecvMsgSize(maxRequestBytes))
	s.answerScreenings()
	s.answerCertifications()
	Handle(s, serverInfo)
	go func() { _ = s.server.Serve(s.gate) }()
	return s, nil
}

// Close ends the server and the clients that it gave.
func (s *Server) Close() {
	s.mutex.Lock()
	clients := s.clients
	s.clients = nil
	s.mutex.Unlock()
	for _, client := range clients {
		_ = client.Close()
	}
	s.server.Stop()
}

// Client is connected with the server and ends with it. As any client it waits out, for some
// seconds, what may pass: give [probity.WithoutRetries] where a test is about an error.
func (s *Server) Client(options ...probity.Option) *probity.Client {
	client, err := probity.New(s.Address, options...)
	if err != nil {
		panic(err) // Of the options that the test gives.
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.clients = append(s.clients, client)
	return client
}

// Down makes the server unreachable, as if its machine had stopped: connections end, and new ones
// are not taken. Calls fail with codes.Unavailable and without a reason.
func (s *Server) Down() { s.gate.shut() }

// Up ends what Down began.
func (s *Server) Up() { s.gate.open() }

// Deprecate makes every answer say that its request used what is deprecated, by full names as
// "probity.v1.ScreenSupplierRequest.policy". Without names no answer says so.
func (s *Server) Deprecate(names ...string) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.deprecated = slices.Clone(names)
}

// Calls are all messages that came, in order. A call that was sent again is there again; so is each
// message of a stream.
func (s *Server) Calls() []Call {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return slices.Clone(s.calls)
}

// Requests are those of one RPC, in order:
//
//	probitytest.Requests[*probityv1.BatchUpsertVendorsRequest](server)
func Requests[Request proto.Message](s *Server) []Request {
	var found []Request
	for _, call := range s.Calls() {
		if request, ok := call.Request.(Request); ok {
			found = append(found, request)
		}
	}
	return found
}

// Unanswered says what was asked and not set; it is empty in a test that passes.
func (s *Server) Unanswered() []string {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return slices.Clone(s.unanswered)
}

// lacks is what a call ends with that was not set. It is never sent again.
func (s *Server) lacks(format string, arguments ...any) error {
	said := "probitytest: " + fmt.Sprintf(format, arguments...)
	s.mutex.Lock()
	s.unanswered = append(s.unanswered, said)
	s.mutex.Unlock()
	if s.t != nil {
		s.t.Errorf("%s", said)
	}
	return status.Error(codes.Unimplemented, said)
}

func (s *Server) record(method string, request proto.Message, from metadata.MD) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.calls = append(s.calls, Call{strings.TrimPrefix(method, "/probity.v1."), request, from})
}

const (
	maxBatch        = 1000
	maxRequestBytes = 64 << 20
)

// serverInfo is what the server says of itself; set another one with Handle.
func serverInfo(context.Context, *v1.GetServerInfoRequest) (*v1.GetServerInfoResponse, error) {
	return &v1.GetServerInfoResponse{Version: probity.Version, Revision: revision, MaxRequestBytes: maxRequestBytes,
		MaxBatchLookup: maxBatch, MaxBatchCheck: maxBatch, MaxBatchScreen: maxBatch, MaxBatchVendors: maxBatch,
		MaxBatchMembers: maxBatch, MaxBatchJudgements: maxBatch, MaxStreamScreenInFlight: maxInFlight,
		StreamScreenResumeEvery: resumeEvery}, nil
}
