// Package callers says what callers must show, and what of it reaches the server: all that
// probityd takes a caller's identity from goes through here.
package callers

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"

	"google.golang.org/grpc/metadata"
)

// Mode is what callers must show before their call is passed on.
type Mode string

// The modes.
const (
	Token       Mode = "token"       // a bearer token; the server says whose it is
	Certificate Mode = "certificate" // a certificate by TLS; the server says whose it is
	Gateway     Mode = "gateway"     // nothing more: all act as the gateway's own principal
)

// Modes are all of them, as a message lists them.
const Modes = "token, certificate or gateway"

// Known says whether it is a mode.
func (m Mode) Known() bool { return m == Token || m == Certificate || m == Gateway }

// Metadata that the server takes from gateways which it knows, in the form of RFC 9440.
const (
	leafKey  = "client-cert"       // the certificate that the caller showed
	chainKey = "client-cert-chain" // those that it sent with it, in its order
)

// Longest of both together, in bytes: probityd takes 16 KiB of metadata in all. A leaf and three
// authorities with RSA keys of 4,096 bits have some 9,000.
const maxCertificateBytes = 12 << 10

// Problem says why the server is not asked in the name of this caller; empty: it is.
func (m Mode) Problem(r *http.Request) string {
	tokens := len(r.Header.Values("Authorization"))
	switch {
	case tokens > 1:
		return "the header Authorization stands there twice"
	case m == Token && tokens == 0:
		return "the call carries no token: send the header \"Authorization: Bearer TOKEN\""
	case m == Certificate && tokens > 0:
		return "callers are known by their certificates here: send no header Authorization"
	case m == Certificate && !isVerified(r):
		return "the connection has no verified certificate of the caller"
	case m == Certificate && size(certificates(r)) > maxCertificateBytes:
		return fmt.Sprintf("the certificates that were sent have %d bytes in base64, and at most %d are passed on: send fewer authorities",
			size(certificates(r)), maxCertificateBytes)
	}
	return ""
}

// Metadata is what the server learns of who calls besides the header Authorization. It comes from
// the connection alone: a header of the request named like it is never passed on.
func (m Mode) Metadata(r *http.Request) metadata.MD {
	if m != Certificate || !isVerified(r) {
		return nil
	}
	return certificates(r)
}

func isVerified(r *http.Request) bool { return r.TLS != nil && len(r.TLS.VerifiedChains) > 0 }

func certificates(r *http.Request) metadata.MD {
	var items []string // byte sequences of RFC 8941
	for _, one := range r.TLS.PeerCertificates {
		items = append(items, ":"+base64.StdEncoding.EncodeToString(one.Raw)+":")
	}
	sent := metadata.Pairs(leafKey, items[0])
	if len(items) > 1 {
		sent.Set(chainKey, strings.Join(items[1:], ", "))
	}
	return sent
}

func size(sent metadata.MD) int {
	total := 0
	for _, values := range sent {
		for _, value := range values {
			total += len(value)
		}
	}
	return total
}
