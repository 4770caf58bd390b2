package page

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net/http/httptest"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"

	"probity.dev/gateway/internal/callers"
)

// notedCalls answers nothing, and notes with which metadata it was asked.
type notedCalls struct{ md []metadata.MD }

func (n *notedCalls) Invoke(ctx context.Context, _ string, _, _ any, _ ...grpc.CallOption) error {
	md, _ := metadata.FromOutgoingContext(ctx)
	n.md = append(n.md, md)
	return nil
}

func (n *notedCalls) NewStream(context.Context, *grpc.StreamDesc, string, ...grpc.CallOption) (grpc.ClientStream, error) {
	panic("pages stream nothing")
}

func TestThePageIsReadByWhoAsks(t *testing.T) {
	calls := &notedCalls{}
	pages := New(calls, callers.Certificate)
	r := httptest.NewRequest("GET", "/decisions/x", nil)
	r.Header.Set("Client-Cert", ":Zm9yZ2Vk:")
	refused := httptest.NewRecorder()
	pages.ServeHTTP(refused, r)
	if refused.Code != 401 || len(calls.md) != 0 {
		t.Errorf("by a header: %d, %d calls", refused.Code, len(calls.md))
	}
	leaf := &x509.Certificate{Raw: []byte("leaf")}
	r.TLS = &tls.ConnectionState{PeerCertificates: []*x509.Certificate{leaf}, VerifiedChains: [][]*x509.Certificate{{leaf}}}
	pages.ServeHTTP(httptest.NewRecorder(), r)
	if len(calls.md) != 2 {
		t.Fatalf("%d calls", len(calls.md))
	}
	for _, md := range calls.md {
		if got := md.Get("client-cert"); len(got) != 1 || got[0] != ":bGVhZg==:" {
			t.Errorf("the server got %q", got)
		}
	}
}
