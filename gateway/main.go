// Probity-gateway serves probityd to those who do not speak gRPC: REST/JSON under /v1, and each
// recorded decision as a page for people. docs/REST.md says how.
package main

import (
	"context"
	"crypto/tls"
	_ "embed"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"runtime"
	"syscall"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/health/grpc_health_v1"

	"probity.dev/gateway/internal/callers"
	"probity.dev/gateway/internal/config"
	"probity.dev/gateway/internal/openapi"
	"probity.dev/gateway/internal/page"
	"probity.dev/gateway/internal/rest"
	"probity.dev/gateway/internal/serve"
	"probity.dev/gateway/internal/tlsfiles"
)

// The largest answer that is taken from the server, in bytes: more than it sends.
const maxAnswerBytes = 64 << 20

//go:embed http.yaml
var bindings []byte

// What calls take in memory is dropped when they end, and between them the gateway holds next to
// nothing: Go would collect garbage every hundred calls, an eighth of its CPU. This is counted as held,
// so that it waits for as much; it is never touched, and takes no memory itself.
var ballast = make([]byte, 32<<20)

func main() {
	defer runtime.KeepAlive(ballast)
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	settings, err := config.Parse(os.Args[1:], os.Stderr)
	switch {
	case errors.Is(err, config.ErrHelp):
		return
	case err != nil:
		fmt.Fprintln(os.Stderr, "probity-gateway:", err)
		os.Exit(2)
	case settings.PrintOpenAPI != 0:
		printOpenAPI(settings.PrintOpenAPI)
		return
	}
	if err := run(ctx, settings); err != nil {
		fmt.Fprintln(os.Stderr, "probity-gateway:", err)
		os.Exit(1)
	}
}

func printOpenAPI(version int) {
	text := openapi.V2
	if version == 3 {
		text = openapi.V3
	}
	_, _ = os.Stdout.Write(text)
}

func run(ctx context.Context, settings *config.Config) error {
	var level slog.Level
	if err := level.UnmarshalText([]byte(settings.LogLevel)); err != nil {
		return fmt.Errorf("log_level: %w", err)
	}
	log := slog.New(slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: level}))
	connection, err := connect(settings)
	if err != nil {
		return err
	}
	defer func() { _ = connection.Close() }()
	server, err := newServer(settings, connection, log)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", settings.Listen)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	var health net.Listener
	if settings.HealthListen != "" {
		if health, err = net.Listen("tcp", settings.HealthListen); err != nil {
			return fmt.Errorf("health_listen: %w", err)
		}
	}
	if settings.Callers == callers.Gateway {
		log.Warn("callers: gateway: every caller acts as the gateway's own principal")
	}
	fmt.Printf("probity-gateway listens on %s\n", listener.Addr())
	return server.Run(ctx, listener, health)
}

func newServer(settings *config.Config, connection *grpc.ClientConn, log *slog.Logger) (*serve.Server, error) {
	bound, err := rest.ParseBindings(bindings)
	if err != nil {
		return nil, err
	}
	api, err := rest.New(connection, bound, rest.Options{
		Callers: settings.Callers, MaxBodyBytes: int64(settings.MaxBodyMiB) << 20,
		ReadTimeout: settings.CallTimeout, WriteTimeout: 2*settings.CallTimeout + 30*time.Second})
	if err != nil {
		return nil, err
	}
	var certificates *tls.Config
	if settings.CertFile != "" {
		certificates, err = tlsfiles.Server(tlsfiles.Files{Cert: settings.CertFile, Key: settings.KeyFile,
			CA: settings.ClientCAFile, Every: settings.ReloadEvery}, settings.RequireClient)
		if err != nil {
			return nil, err
		}
	}
	return &serve.Server{
		Log: log, TLS: certificates, API: api, Page: page.New(connection, settings.Callers),
		Health:    grpc_health_v1.NewHealthClient(connection),
		MaxHeader: settings.MaxHeaderKiB << 10, DrainTime: settings.DrainTime,
		LocalNames: settings.Callers == callers.Gateway && certificates == nil && config.IsLoopback(settings.Listen)}, nil
}

func connect(settings *config.Config) (*grpc.ClientConn, error) {
	var transport credentials.TransportCredentials = insecure.NewCredentials()
	if settings.ServerCAFile != "" {
		var err error
		transport, err = tlsfiles.Client(tlsfiles.Files{Cert: settings.ServerCertFile, Key: settings.ServerKeyFile,
			CA: settings.ServerCAFile, Every: settings.ReloadEvery})
		if err != nil {
			return nil, err
		}
	}
	options := []grpc.DialOption{
		grpc.WithTransportCredentials(transport),
		grpc.WithUserAgent("probity-gateway"),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(maxAnswerBytes)),
		grpc.WithUnaryInterceptor(bounded(settings.CallTimeout)),
		// A name with several addresses is several servers.
		grpc.WithDefaultServiceConfig(`{"loadBalancingConfig": [{"round_robin": {}}]}`),
	}
	if settings.ServerName != "" {
		options = append(options, grpc.WithAuthority(settings.ServerName))
	}
	return grpc.NewClient("dns:///"+settings.Server, options...)
}

// Calls end, streams do not; a caller's own Grpc-Timeout may be shorter.
func bounded(longest time.Duration) grpc.UnaryClientInterceptor {
	return func(ctx context.Context, method string, request, answer any, connection *grpc.ClientConn,
		invoker grpc.UnaryInvoker, options ...grpc.CallOption) error {
		ctx, cancel := context.WithTimeout(ctx, longest)
		defer cancel()
		return invoker(ctx, method, request, answer, connection, options...)
	}
}
