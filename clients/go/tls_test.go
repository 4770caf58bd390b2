package probity_test

import (
	"crypto/tls"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"

	"probity.dev/client"
	"probity.dev/client/probityv1"
)

// A server whose certificate and authority are replaced: the client takes the new authority from
// its file for the next connection, and keeps the last good one while the file is damaged.
func TestRenewedFilesAreUsedForTheNextConnection(t *testing.T) {
	defer probity.LookEvery(20 * time.Millisecond)()
	folder := t.TempDir()
	issue := func(name string) {
		openssl(t, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN="+name,
			"-addext", "subjectAltName=IP:127.0.0.1", "-keyout", folder+"/"+name+".key", "-out", folder+"/"+name+".pem")
	}
	issue("old")
	issue("new")
	install(t, folder+"/old.pem", folder+"/ca.pem")
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	stop := serveTLS(t, listener, folder+"/old")
	client := connect(t, address, probity.WithTLSFiles(probity.TLSFiles{CA: folder + "/ca.pem"}))
	info := func() error { _, err := client.Server.GetServerInfo(ctx, nil); return err }
	if err := info(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(folder+"/damaged", []byte("-----BEGIN CERT"), 0o600); err != nil {
		t.Fatal(err)
	}
	install(t, folder+"/damaged", folder+"/ca.pem")
	time.Sleep(200 * time.Millisecond)
	stop()
	stop = serveTLS(t, listen(t, address), folder+"/old")
	if err := info(); err != nil {
		t.Errorf("with a damaged file: %v", err)
	}
	stop()
	stop = serveTLS(t, listen(t, address), folder+"/new")
	defer func() { stop() }()
	if err := info(); err == nil || !strings.Contains(refused(t, err).UserMessage(), "does not lead to the authority in CA") {
		t.Errorf("of another authority: %v", err)
	}
	install(t, folder+"/new.pem", folder+"/ca.pem")
	for end := time.Now().Add(60 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		if err = info(); err == nil {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("with the new authority: %v", err)
		}
	}
}

// install replaces a file at once, as who renews certificates does.
func install(t *testing.T, from, to string) {
	t.Helper()
	text, err := os.ReadFile(from)
	if err == nil {
		err = os.WriteFile(to+".new", text, 0o600)
	}
	if err == nil {
		err = os.Rename(to+".new", to)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func listen(t *testing.T, address string) net.Listener {
	t.Helper()
	listener, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	return listener
}

func serveTLS(t *testing.T, listener net.Listener, pair string) (stop func()) {
	t.Helper()
	own, err := tls.LoadX509KeyPair(pair+".pem", pair+".key")
	if err != nil {
		t.Fatal(err)
	}
	server := grpc.NewServer(grpc.Creds(credentials.NewServerTLSFromCert(&own)), grpc.UnaryInterceptor(
		(&fake{script: []any{&probityv1.GetServerInfoResponse{}, &probityv1.GetServerInfoResponse{}}}).answer))
	probityv1.RegisterServerServiceServer(server, probityv1.UnimplementedServerServiceServer{})
	go func() { _ = server.Serve(listener) }()
	return server.Stop
}
