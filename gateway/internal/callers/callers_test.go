package callers

import (
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// shown is a request over a connection on which these certificates were sent.
func shown(verified bool, raw ...string) *http.Request {
	r := httptest.NewRequest("GET", "/v1/serverInfo", nil)
	r.TLS = &tls.ConnectionState{}
	for _, one := range raw {
		r.TLS.PeerCertificates = append(r.TLS.PeerCertificates, &x509.Certificate{Raw: []byte(one)})
	}
	if verified {
		r.TLS.VerifiedChains = [][]*x509.Certificate{r.TLS.PeerCertificates}
	}
	return r
}

func withTokens(r *http.Request, tokens ...string) *http.Request {
	r.Header["Authorization"] = tokens
	return r
}

func TestProblems(t *testing.T) {
	plain := httptest.NewRequest("GET", "/", nil)
	for name, one := range map[string]struct {
		mode Mode
		r    *http.Request
		says string
	}{
		"a token":                     {Token, withTokens(shown(false), "Bearer a"), ""},
		"no token":                    {Token, plain, "carries no token"},
		"a certificate for a token":   {Token, shown(true, "leaf"), "carries no token"},
		"two tokens":                  {Gateway, withTokens(shown(false), "Bearer a", "Bearer b"), "twice"},
		"nobody in particular":        {Gateway, plain, ""},
		"a certificate":               {Certificate, shown(true, "leaf", "authority"), ""},
		"a certificate and a token":   {Certificate, withTokens(shown(true, "leaf"), "Bearer a"), "send no header Authorization"},
		"plaintext":                   {Certificate, plain, "no verified certificate"},
		"a certificate of who knows":  {Certificate, shown(false, "leaf"), "no verified certificate"},
		"more authorities than fit":   {Certificate, shown(true, "leaf", strings.Repeat("x", 12<<10)), "at most 12288 are passed on"},
		"as many authorities as fit":  {Certificate, shown(true, "leaf", strings.Repeat("x", 9000)), ""},
		"no certificate was verified": {Certificate, shown(false), "no verified certificate"},
	} {
		if got := one.mode.Problem(one.r); (got == "") != (one.says == "") || !strings.Contains(got, one.says) {
			t.Errorf("%s: %q, want %q", name, got, one.says)
		}
	}
}

// The forms are those of RFC 9440: byte sequences of RFC 8941, a list of them for the chain.
func TestMetadata(t *testing.T) {
	sent := Certificate.Metadata(shown(true, "leaf", "between", "root"))
	if got := sent.Get("client-cert"); len(got) != 1 || got[0] != ":bGVhZg==:" {
		t.Errorf("client-cert is %q", got)
	}
	if got := sent.Get("client-cert-chain"); len(got) != 1 || got[0] != ":YmV0d2Vlbg==:, :cm9vdA==:" {
		t.Errorf("client-cert-chain is %q", got)
	}
	if got := Certificate.Metadata(shown(true, "leaf")); got.Get("client-cert-chain") != nil {
		t.Errorf("a chain of nothing: %v", got)
	}
	for _, mode := range []Mode{Token, Gateway} {
		if got := mode.Metadata(shown(true, "leaf")); len(got) != 0 {
			t.Errorf("%s passes on %v", mode, got)
		}
	}
	if got := Certificate.Metadata(shown(false, "leaf")); len(got) != 0 {
		t.Errorf("what was not verified is passed on: %v", got)
	}
}
