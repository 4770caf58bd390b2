// Package accesslog writes one JSON line a call: who asked for which RPC and how it ended.
// Neither paths, queries, bodies nor messages of errors are written, since they name suppliers
// and persons; X-Request-Id and probityd's call id lead to its own log.
package accesslog

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"log/slog"
	"net/http"
	"regexp"
	"time"
)

// Call is what the handlers below fill in while a request is served.
type Call struct {
	RPC       string // "probity.v1.ScreeningService/GetDecision"; empty: no route
	Reason    string // of an error: ErrorInfo.reason
	ServerID  string // probityd's id of the call
	RequestID string // the caller's X-Request-Id, or one drawn for it
}

type key struct{}

// Of returns the call of a request that came through Handler, or one that nobody reads.
func Of(ctx context.Context) *Call {
	if call, ok := ctx.Value(key{}).(*Call); ok {
		return call
	}
	return &Call{}
}

// What callers choose as X-Request-Id stands in logs of both programs.
var requestID = regexp.MustCompile(`^[A-Za-z0-9._:+/=-]{1,128}$`)

// Handler gives each request an id, returns it as X-Request-Id, and logs it when it ended.
func Handler(log *slog.Logger, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		call := &Call{RequestID: r.Header.Get("X-Request-Id")}
		if !requestID.MatchString(call.RequestID) {
			call.RequestID = rand.Text()
			r.Header.Set("X-Request-Id", call.RequestID)
		}
		w.Header().Set("X-Request-Id", call.RequestID)
		counting := &writer{ResponseWriter: w, status: http.StatusOK}
		begin := time.Now()
		defer func() {
			log.LogAttrs(r.Context(), slog.LevelInfo, "call",
				slog.String("method", r.Method), slog.String("rpc", call.RPC),
				slog.Int("status", counting.status), slog.String("reason", call.Reason),
				slog.Int64("bytes", counting.bytes), slog.Int64("duration_us", time.Since(begin).Microseconds()),
				slog.String("request_id", call.RequestID), slog.String("call_id", call.ServerID),
				slog.String("remote", r.RemoteAddr), slog.String("certificate", certificateName(r.TLS)))
		}()
		next.ServeHTTP(counting, r.WithContext(context.WithValue(r.Context(), key{}, call)))
	})
}

// The name in a verified client certificate, by the order in which probityd takes names.
func certificateName(state *tls.ConnectionState) string {
	if state == nil || len(state.VerifiedChains) == 0 {
		return ""
	}
	leaf := state.PeerCertificates[0]
	switch {
	case len(leaf.URIs) > 0:
		return leaf.URIs[0].String()
	case len(leaf.DNSNames) > 0:
		return "dns:" + leaf.DNSNames[0]
	}
	return "subject:" + leaf.Subject.CommonName
}

type writer struct {
	http.ResponseWriter
	status int
	bytes  int64
}

func (w *writer) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

func (w *writer) Write(b []byte) (int, error) {
	n, err := w.ResponseWriter.Write(b)
	w.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController reach the connection.
func (w *writer) Unwrap() http.ResponseWriter { return w.ResponseWriter }
