// Package serve runs the gateway: routes, headers that every answer has, health, and an end
// that lets running calls finish.
package serve

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/health/grpc_health_v1"

	"probity.dev/gateway/internal/accesslog"
	"probity.dev/gateway/internal/config"
	"probity.dev/gateway/internal/openapi"
	"probity.dev/gateway/internal/rest"
)

// Time for a request's header, and for probityd's answer about its health.
const (
	headerTimeout = 10 * time.Second
	healthTimeout = 2 * time.Second
	idleTimeout   = 2 * time.Minute
)

// Server is a gateway that listens.
type Server struct {
	Log       *slog.Logger
	TLS       *tls.Config // nil: plaintext
	API       http.Handler
	Page      http.Handler // of decisions
	Health    grpc_health_v1.HealthClient
	MaxHeader int // bytes
	DrainTime time.Duration
	// Whether only names of this machine are served: where everybody who reaches it may act, a page
	// whose own name was pointed at 127.0.0.1 must not.
	LocalNames bool

	draining atomic.Bool
}

// Run serves until `ctx` ends, then lets running calls finish for DrainTime. `health` may be nil.
func (s *Server) Run(ctx context.Context, listener, health net.Listener) error {
	main := s.server(s.handler())
	failed := make(chan error, 2)
	if s.TLS != nil {
		main.TLSConfig = s.TLS
		go func() { failed <- main.ServeTLS(listener, "", "") }()
	} else {
		go func() { failed <- main.Serve(listener) }()
	}
	probes := s.server(s.probes())
	if health != nil {
		go func() { failed <- probes.Serve(health) }()
	}
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	return s.drain(main, probes)
}

func (s *Server) drain(main, probes *http.Server) error {
	s.draining.Store(true)
	s.Log.Info("draining", slog.Duration("drain_time", s.DrainTime))
	patience, cancel := context.WithTimeout(context.Background(), s.DrainTime)
	defer cancel()
	err := main.Shutdown(patience)
	if errors.Is(err, context.DeadlineExceeded) {
		s.Log.Warn("calls were cut off at the end of drain_time")
		err = main.Close()
	}
	return errors.Join(err, probes.Close())
}

func (s *Server) server(handler http.Handler) *http.Server {
	return &http.Server{
		Handler: handler, MaxHeaderBytes: s.MaxHeader, ReadHeaderTimeout: headerTimeout, IdleTimeout: idleTimeout,
		ErrorLog: slog.NewLogLogger(s.Log.Handler(), slog.LevelDebug),
	}
}

func (s *Server) handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/", s.API)
	mux.Handle("/decisions/", s.Page)
	mux.Handle("/authorities/", s.Page)
	mux.Handle("GET /openapi.json", document(openapi.V2))
	mux.Handle("GET /openapi3.json", document(openapi.V3))
	probes := s.probes()
	mux.Handle("GET /healthz", probes)
	mux.Handle("GET /readyz", probes)
	return accesslog.Handler(s.Log, s.localNames(sameOrigin(unescapedSlashes(mux, s.API))))
}

func (s *Server) localNames(next http.Handler) http.Handler {
	if !s.LocalNames {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if config.IsLoopback(r.Host) || config.IsLoopback(net.JoinHostPort(r.Host, "80")) {
			next.ServeHTTP(w, r)
			return
		}
		rest.WriteError(w, r, http.StatusForbidden, rest.Refusal(codes.PermissionDenied, rest.ReasonCrossOrigin,
			"this gateway is called by localhost or 127.0.0.1 alone"))
	})
}

// A key of a record may hold "//" or "/../", which ServeMux would redirect to clean paths.
func unescapedSlashes(mux, api http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if len(r.URL.Path) > 4 && r.URL.Path[:4] == "/v1/" {
			api.ServeHTTP(w, r)
			return
		}
		mux.ServeHTTP(w, r)
	})
}

// Pages of other sites cannot act with a browser's certificate.
func sameOrigin(next http.Handler) http.Handler {
	protection := http.NewCrossOriginProtection()
	protection.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rest.WriteError(w, r, http.StatusForbidden, rest.Refusal(codes.PermissionDenied, rest.ReasonCrossOrigin,
			"a page of another site asked a browser for this call"))
	}))
	return protection.Handler(next)
}

func document(text []byte) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(text)
	})
}

// /healthz: this process runs. /readyz: it takes calls, and probityd says that it serves.
func (s *Server) probes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte("ok\n"))
	})
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		if problem := s.problem(r.Context()); problem != "" {
			http.Error(w, problem, http.StatusServiceUnavailable)
			return
		}
		_, _ = w.Write([]byte("ok\n"))
	})
	return mux
}

func (s *Server) problem(ctx context.Context) string {
	if s.draining.Load() {
		return "draining"
	}
	ctx, cancel := context.WithTimeout(ctx, healthTimeout)
	defer cancel()
	answer, err := s.Health.Check(ctx, &grpc_health_v1.HealthCheckRequest{}, grpc.WaitForReady(false))
	if err != nil {
		return "probityd cannot be reached"
	}
	if answer.GetStatus() != grpc_health_v1.HealthCheckResponse_SERVING {
		return "probityd does not serve"
	}
	return ""
}
