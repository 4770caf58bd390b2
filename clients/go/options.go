package probity

import (
	"context"
	"crypto/tls"
	"fmt"
	"regexp"
	"strconv"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/keepalive"
)

// ConfigurationError is an address, file or token that no connection can be made of. The message
// names it.
type ConfigurationError struct{ err error }

func (e *ConfigurationError) Error() string { return "probity: " + e.err.Error() }

// Unwrap gives what the system said, as of a file that cannot be read.
func (e *ConfigurationError) Unwrap() error { return e.err }

func refuse(format string, arguments ...any) error {
	return &ConfigurationError{fmt.Errorf(format, arguments...)}
}

// Option says how [New] connects. Without any, nothing is encrypted and nobody is named, which
// a server takes on its own machine alone.
type Option func(*settings)

// WithTLSFiles encrypts, and shows the caller's certificate where there is one. Files that are
// renewed are read again within some seconds and used for the next connection.
func WithTLSFiles(files TLSFiles) Option {
	return func(s *settings) { s.files, s.ways = files, append(s.ways, "WithTLSFiles") }
}

// WithTLSConfig encrypts by a configuration of the caller's, for keys that are in no file.
func WithTLSConfig(config *tls.Config) Option {
	return func(s *settings) { s.tls, s.ways = config, append(s.ways, "WithTLSConfig") }
}

// WithToken names the caller by a token. It is never sent to another machine in the clear.
func WithToken(token string) Option {
	return WithTokenSource(func(context.Context) (string, error) { return token, checkToken(token) })
}

// WithTokenFile is WithToken with a token that stands in a file, read again for every call.
func WithTokenFile(path string) Option {
	return WithTokenSource(func(context.Context) (string, error) { return readToken(path) })
}

// WithTokenSource is WithToken with a function that is asked for every call, and by New.
func WithTokenSource(source func(context.Context) (string, error)) Option {
	return func(s *settings) { s.tokens = append(s.tokens, source) }
}

// WithoutRetries switches off that calls are sent again, here and in gRPC. A [ScreeningStream] still
// goes on where it was cut.
func WithoutRetries() Option {
	return func(s *settings) { s.once = true }
}

// WithDialOptions adds options of gRPC, behind those of this package.
func WithDialOptions(options ...grpc.DialOption) Option {
	return func(s *settings) { s.more = append(s.more, options...) }
}

type settings struct {
	ways   []string // of encrypting
	files  TLSFiles
	tls    *tls.Config
	tokens []func(context.Context) (string, error)
	once   bool // no call is sent again
	more   []grpc.DialOption

	notices notices
}

const (
	// As the command line takes; a server sends at most some MiB.
	maxAnswerBytes = 64 << 20
	// A machine that is gone without a word is noticed by pings; the server allows one every
	// 10 seconds.
	pingEvery, pingPatience = 30 * time.Second, 20 * time.Second
)

// A server that comes back is found within a second, not within two minutes.
var reconnect = grpc.ConnectParams{
	Backoff:           backoff.Config{BaseDelay: 100 * time.Millisecond, Multiplier: 1.6, Jitter: 0.2, MaxDelay: time.Second},
	MinConnectTimeout: 20 * time.Second,
}

// dialOptions checks all that was given, and sends nothing. The function ends what they hold.
func (s *settings) dialOptions(address string) ([]grpc.DialOption, func(), error) {
	host, err := checkAddress(address)
	if err != nil {
		return nil, nil, err
	}
	local := isThisMachine(host)
	token, err := s.token(address, local)
	if err != nil {
		return nil, nil, err
	}
	transport, release, err := s.transport()
	if err != nil {
		return nil, nil, err
	}
	calls := &caller{target: address, once: s.once, notices: s.notices}
	options := []grpc.DialOption{
		grpc.WithTransportCredentials(transport),
		grpc.WithDefaultServiceConfig(grpcServiceConfig),
		grpc.WithDisableServiceConfig(),
		grpc.WithConnectParams(reconnect),
		grpc.WithKeepaliveParams(keepalive.ClientParameters{Time: pingEvery, Timeout: pingPatience}),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(maxAnswerBytes)),
		grpc.WithUserAgent("probity-client-go/" + Version),
		grpc.WithChainUnaryInterceptor(calls.unary),
		grpc.WithChainStreamInterceptor(calls.stream),
	}
	if token != nil {
		options = append(options, grpc.WithPerRPCCredentials(token))
	}
	if s.once {
		options = append(options, grpc.WithDisableRetry())
	}
	if local { // A proxy would hear what is said in the clear, and asks its own machine.
		options = append(options, grpc.WithNoProxy())
	}
	return append(options, s.more...), release, nil
}

func (s *settings) transport() (credentials.TransportCredentials, func(), error) {
	switch {
	case len(s.ways) > 1:
		return nil, nil, refuse("give %s or %s, not both", s.ways[0], s.ways[1])
	case len(s.ways) == 0:
		return insecure.NewCredentials(), func() {}, nil
	case s.ways[0] == "WithTLSFiles":
		return s.files.credentials()
	case s.tls == nil:
		return nil, nil, refuse("WithTLSConfig: the configuration is nil")
	}
	return credentials.NewTLS(s.tls), func() {}, nil
}

func (s *settings) token(address string, local bool) (credentials.PerRPCCredentials, error) {
	if len(s.tokens) == 0 {
		return nil, nil
	}
	if len(s.tokens) > 1 {
		return nil, refuse("give one of WithToken, WithTokenFile and WithTokenSource, once")
	}
	if len(s.ways) == 0 && !local {
		return nil, refuse("a token is not sent to %s in the clear, where others could take it; give WithTLSFiles", address)
	}
	bearer := bearer{source: s.tokens[0], local: local}
	_, err := bearer.header(context.Background()) // Here, so that a fault shows at once.
	if err != nil {
		return nil, &ConfigurationError{err}
	}
	return bearer, nil
}

var addressForm = regexp.MustCompile(`^(?:dns:///)?(\[[0-9A-Fa-f:.%]+\]|[^\s:/\[\]]+):([0-9]{1,5})$`)

func checkAddress(address string) (host string, err error) {
	found := addressForm.FindStringSubmatch(address)
	if found != nil {
		if port, _ := strconv.Atoi(found[2]); port > 0 && port < 65536 {
			return found[1], nil
		}
	}
	return "", refuse("address: %q is not HOST:PORT, such as probity.example.org:7443 or [::1]:7443", address)
}

var loopback = regexp.MustCompile(`^(localhost|\[::1\]|127\.[0-9.]+)$`)

// isThisMachine decides as the command line does; of names, only localhost.
func isThisMachine(host string) bool { return loopback.MatchString(host) }
