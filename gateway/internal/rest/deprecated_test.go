package rest

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/grpc/test/bufconn"
	"google.golang.org/protobuf/types/known/emptypb"

	"probity.dev/gateway/internal/callers"
)

const deprecated = "probity.v1.ScreenSupplierRequest.old_name, probity.v1.ScreeningService.OldCall"

// upstream is a server in this process that answers every call with one empty message, or with
// `failure`, and sends `header` before.
func upstream(t *testing.T, header metadata.MD, failure error) grpc.ClientConnInterface {
	t.Helper()
	listener := bufconn.Listen(1 << 16)
	server := grpc.NewServer(grpc.UnknownServiceHandler(func(_ any, stream grpc.ServerStream) error {
		if err := stream.SetHeader(header); err != nil {
			return err
		}
		if failure != nil {
			return failure
		}
		return stream.SendMsg(&emptypb.Empty{})
	}))
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(server.Stop)
	connection, err := grpc.NewClient("passthrough:///upstream", grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return listener.DialContext(ctx) }))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = connection.Close() })
	return connection
}

func headersOf(h http.Handler, verb, path, media, body string) http.Header {
	r := httptest.NewRequest(verb, path, strings.NewReader(body))
	r.Header.Set("Content-Type", media)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result().Header
}

func TestTheNoticeOfDeprecatedFieldsIsPassedOn(t *testing.T) {
	const json = "application/json"
	for title, one := range map[string]struct {
		verb, path, media, body string
		failure                 error
	}{
		"an answer":             {"POST", "/v1/suppliers:screen", json, "{}", nil},
		"an error":              {"POST", "/v1/suppliers:screen", json, "{}", status.Error(codes.NotFound, "none")},
		"a stream":              {"GET", "/v1/verdictChanges:watch", json, "", nil},
		"a stream of questions": {"POST", "/v1/suppliers:streamScreen", Lines, "{}\n", nil},
		"a stream that fails":   {"GET", "/v1/verdictChanges:watch", json, "", status.Error(codes.NotFound, "none")},
	} {
		t.Run(title, func(t *testing.T) {
			sent := metadata.Pairs("probity-deprecated", deprecated)
			got := headersOf(handler(t, upstream(t, sent, one.failure), callers.Gateway), one.verb, one.path, one.media, one.body)
			if got.Get("Probity-Deprecated") != deprecated {
				t.Errorf("headers are %v", got)
			}
			// The server says no date, and RFC 9745 asks for one.
			if got.Get("Deprecation") != "" {
				t.Errorf("Deprecation: %s", got.Get("Deprecation"))
			}
		})
	}
}

func TestWithoutANoticeThereIsNoHeader(t *testing.T) {
	h := handler(t, upstream(t, metadata.Pairs("probity-call-id", "c0ffee"), nil), callers.Gateway)
	got := headersOf(h, "POST", "/v1/suppliers:screen", "application/json", "{}")
	if _, there := got["Probity-Deprecated"]; there || got.Get("Probity-Call-Id") != "c0ffee" {
		t.Errorf("headers are %v", got)
	}
}
