package rest

import (
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"probity.dev/gateway/internal/callers"
)

// forged has all headers by which a caller could claim to be another one.
func forged(method, path, body string) *http.Request {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	for _, header := range []string{"Client-Cert", "Client-Cert-Chain", "Grpc-Metadata-Client-Cert",
		"Grpc-Metadata-Client-Cert-Chain", "X-Forwarded-Client-Cert", "X-Client-Cert"} {
		r.Header.Set(header, ":Zm9yZ2Vk:")
	}
	return r
}

func shows(r *http.Request, raw ...string) *http.Request {
	r.TLS = &tls.ConnectionState{}
	for _, one := range raw {
		r.TLS.PeerCertificates = append(r.TLS.PeerCertificates, &x509.Certificate{Raw: []byte(one)})
	}
	r.TLS.VerifiedChains = [][]*x509.Certificate{r.TLS.PeerCertificates}
	return r
}

func TestTheCallersCertificateReachesTheServer(t *testing.T) {
	stream := forged("POST", "/v1/suppliers:streamScreen", "")
	stream.Header.Set("Content-Type", Lines)
	for name, r := range map[string]*http.Request{
		"a call": forged("GET", "/v1/suppliers/x", ""), "a stream of answers": forged("GET", "/v1/verdictChanges:watch", ""),
		"a stream of questions": stream,
	} {
		calls := &notedCalls{}
		handler(t, calls, callers.Certificate).ServeHTTP(httptest.NewRecorder(), shows(r, "leaf", "authority"))
		leaf, chain := calls.md.Get("client-cert"), calls.md.Get("client-cert-chain")
		if len(leaf) != 1 || leaf[0] != ":bGVhZg==:" || len(chain) != 1 || chain[0] != ":YXV0aG9yaXR5:" {
			t.Errorf("%s: the server got %q and %q", name, leaf, chain)
		}
		noForgery(t, name, calls)
	}
}

func TestNoHeaderIsTakenForACertificate(t *testing.T) {
	for _, mode := range []callers.Mode{callers.Token, callers.Gateway} {
		calls := &notedCalls{}
		r := shows(forged("GET", "/v1/suppliers/x", ""), "leaf")
		r.Header.Set("Authorization", "Bearer a")
		handler(t, calls, mode).ServeHTTP(httptest.NewRecorder(), r)
		if calls.method == "" || calls.md.Get("client-cert") != nil {
			t.Errorf("%s: called %q with %v", mode, calls.method, calls.md)
		}
		noForgery(t, string(mode), calls)
	}
}

func noForgery(t *testing.T, name string, calls *notedCalls) {
	t.Helper()
	for key, values := range calls.md {
		if strings.Contains(strings.Join(values, ""), "Zm9yZ2Vk") {
			t.Errorf("%s: the server got the caller's %s", name, key)
		}
	}
}

func TestWithoutACertificateTheServerIsNotAsked(t *testing.T) {
	calls := &notedCalls{}
	h := handler(t, calls, callers.Certificate)
	for name, r := range map[string]*http.Request{"headers alone": forged("GET", "/v1/suppliers/x", ""), "a token too": func() *http.Request {
		r := shows(forged("GET", "/v1/suppliers/x", ""), "leaf")
		r.Header.Set("Authorization", "Bearer a")
		return r
	}()} {
		if a := ask(t, h, r); a.StatusCode != 401 || calls.method != "" {
			t.Errorf("%s: %d, called %q", name, a.StatusCode, calls.method)
		}
	}
}
