package probity_test

import (
	"context"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/protoadapt"
	"google.golang.org/protobuf/types/known/durationpb"

	"probity.dev/client"
	"probity.dev/client/probityv1"
)

// fake is a server in this process that answers as a test scripts it: what a real one gives only
// when it is newer, full or cut off.
type fake struct {
	probityv1.UnimplementedScreeningServiceServer
	probityv1.UnimplementedPolicyServiceServer
	probityv1.UnimplementedServerServiceServer
	probityv1.UnimplementedVendorServiceServer

	address string
	stream  func(requests probityv1.ScreeningService_StreamScreenSuppliersServer) error

	mutex  sync.Mutex
	script []any // answers of unary calls, one after the other: messages or errors
	calls  []call
}

type call struct {
	method   string
	request  proto.Message
	metadata metadata.MD
	left     time.Duration // of its deadline
}

func serve(t *testing.T, script ...any) (*fake, *probity.Client) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	f := &fake{address: listener.Addr().String(), script: script}
	server := grpc.NewServer(grpc.UnaryInterceptor(f.answer))
	probityv1.RegisterScreeningServiceServer(server, f)
	probityv1.RegisterPolicyServiceServer(server, f)
	probityv1.RegisterServerServiceServer(server, f)
	probityv1.RegisterVendorServiceServer(server, f)
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(server.Stop)
	return f, connect(t, f.address)
}

func connect(t *testing.T, address string, options ...probity.Option) *probity.Client {
	t.Helper()
	client, err := probity.New(address, options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	return client
}

func (f *fake) answer(ctx context.Context, request any, about *grpc.UnaryServerInfo, _ grpc.UnaryHandler) (any, error) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	headers, _ := metadata.FromIncomingContext(ctx)
	deadline, _ := ctx.Deadline()
	f.calls = append(f.calls, call{about.FullMethod[strings.LastIndex(about.FullMethod, "/")+1:],
		request.(proto.Message), headers, time.Until(deadline)})
	_ = grpc.SetTrailer(ctx, metadata.Pairs("probity-call-id", "c0ffee"))
	if len(f.script) == 0 {
		return nil, status.Error(codes.Internal, "the script is at its end")
	}
	step := f.script[0]
	f.script = f.script[1:]
	if err, failed := step.(error); failed {
		return nil, err
	}
	return step, nil
}

func (f *fake) StreamScreenSuppliers(requests probityv1.ScreeningService_StreamScreenSuppliersServer) error {
	return f.stream(requests)
}

// refusal is an error with details, as a server sends it.
func refusal(code codes.Code, message string, details ...protoadapt.MessageV1) error {
	made, err := status.New(code, message).WithDetails(details...)
	if err != nil {
		panic(err)
	}
	return made.Err()
}

func reason(name string, words ...string) *errdetails.ErrorInfo {
	info := &errdetails.ErrorInfo{Reason: name, Domain: "probity", Metadata: map[string]string{}}
	for i := 0; i+1 < len(words); i += 2 {
		info.Metadata[words[i]] = words[i+1]
	}
	return info
}

func retryIn(wait time.Duration) *errdetails.RetryInfo {
	return &errdetails.RetryInfo{RetryDelay: durationpb.New(wait)}
}
