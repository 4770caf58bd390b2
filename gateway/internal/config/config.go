// Package config reads the settings of the gateway: flags, and a YAML file of the same names.
package config

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"time"

	"github.com/peterbourgon/ff/v3"
	"github.com/peterbourgon/ff/v3/ffyaml"

	"probity.dev/gateway/internal/callers"
)

// Config is a whole, checked configuration.
type Config struct {
	Listen         string // HOST:PORT
	HealthListen   string // HOST:PORT of /healthz and /readyz in plaintext; empty: none
	CertFile       string // PEM; empty: plaintext
	KeyFile        string
	ClientCAFile   string // PEM; empty: callers are asked for no certificate
	RequireClient  bool   // always with callers.Certificate
	Server         string // HOST:PORT of probityd
	ServerCAFile   string // PEM; empty: plaintext
	ServerName     string // in its certificate, where it differs from Server's host
	ServerCertFile string // the gateway's own certificate
	ServerKeyFile  string
	Callers        callers.Mode
	ReloadEvery    time.Duration
	CallTimeout    time.Duration // longest unary call
	DrainTime      time.Duration // running calls may take so long after SIGTERM
	MaxBodyMiB     int           // of a unary request, in JSON
	MaxHeaderKiB   int
	LogLevel       string
	PrintOpenAPI   int // 0, 2 or 3

	insecure, allowInsecure bool
}

// ErrHelp means that help was asked for and printed.
var ErrHelp = flag.ErrHelp

// Parse reads arguments (without the program's name) and the file that --config names; a flag
// goes before the file. Errors name the setting and what to do. Help goes to `out`.
func Parse(arguments []string, out io.Writer) (*Config, error) {
	c := &Config{}
	flags := c.flags(out)
	fromLine := map[string]bool{}
	if err := flags.Parse(arguments); err != nil {
		return nil, err
	}
	flags.Visit(func(f *flag.Flag) { fromLine[f.Name] = true })
	if flags.NArg() > 0 {
		return nil, fmt.Errorf("argument %q: only flags are taken (see --help)", flags.Arg(0))
	}
	err := ff.Parse(flags, arguments, ff.WithConfigFileFlag("config"), ff.WithConfigFileParser(ffyaml.Parser))
	if err != nil {
		return nil, err
	}
	if c.insecure && !fromLine["insecure"] {
		return nil, errors.New("insecure: is a flag, and no setting of the file: it is the second key")
	}
	if fromLine["allow_insecure"] {
		return nil, errors.New("allow_insecure: belongs into the file of settings, and is no flag: it is the second key")
	}
	c.RequireClient = c.RequireClient || c.Callers == callers.Certificate
	return c, c.check()
}

func (c *Config) flags(out io.Writer) *flag.FlagSet {
	flags := flag.NewFlagSet("probity-gateway", flag.ContinueOnError)
	flags.SetOutput(out)
	flags.Usage = func() {
		fmt.Fprintf(out, "probity-gateway: REST/JSON and decision pages in front of probityd.\n"+
			"Settings are flags, or lines \"name: value\" of the YAML file that --config names.\n\n")
		flags.PrintDefaults()
	}
	flags.String("config", "", "YAML `file` of these settings")
	flags.StringVar(&c.Listen, "listen", "127.0.0.1:8443", "`host:port` to serve; off loopback only with TLS")
	flags.StringVar(&c.HealthListen, "health_listen", "", "`host:port` of /healthz and /readyz in plaintext, for probes that have no certificate")
	flags.StringVar(&c.CertFile, "cert", "", "the gateway's certificate for callers, PEM `file`")
	flags.StringVar(&c.KeyFile, "key", "", "its private key, PEM `file`")
	flags.StringVar(&c.ClientCAFile, "client_ca", "", "authorities of callers' certificates, PEM `file`")
	flags.BoolVar(&c.RequireClient, "require_client_certificate", false, "refuse connections without a certificate of --client_ca")
	flags.StringVar(&c.Server, "server", "127.0.0.1:7443", "`host:port` of probityd")
	flags.StringVar(&c.ServerCAFile, "server_ca", "", "authorities of probityd's certificate, PEM `file`; without it plaintext is spoken, on loopback")
	flags.StringVar(&c.ServerName, "server_name", "", "`name` in probityd's certificate, where it is not the host of --server")
	flags.StringVar(&c.ServerCertFile, "server_cert", "", "the gateway's certificate for probityd, PEM `file`")
	flags.StringVar(&c.ServerKeyFile, "server_key", "", "its private key, PEM `file`")
	c.Callers = callers.Token
	flags.StringVar((*string)(&c.Callers), "callers", string(c.Callers), "what callers must show: "+callers.Modes+"; with gateway all act as the gateway's own principal")
	flags.DurationVar(&c.ReloadEvery, "reload_every", 10*time.Second, "time between two looks at certificates and keys")
	flags.DurationVar(&c.CallTimeout, "call_timeout", 30*time.Second, "longest call; streams are not bounded")
	flags.DurationVar(&c.DrainTime, "drain_time", 10*time.Second, "time that running calls may take after SIGTERM")
	flags.IntVar(&c.MaxBodyMiB, "max_body_mib", 6, "largest request body, but of streams; probityd takes 4 MiB, which are more in JSON")
	flags.IntVar(&c.MaxHeaderKiB, "max_header_kib", 16, "largest request header")
	flags.StringVar(&c.LogLevel, "log_level", "info", "least severity logged: debug, info (each call), warn, error")
	flags.IntVar(&c.PrintOpenAPI, "print_openapi", 0, "print the OpenAPI file of this `version`, 2 or 3, and end")
	flags.BoolVar(&c.insecure, "insecure", false, "one of two keys to plaintext off loopback; the other is allow_insecure: true in the file")
	flags.BoolVar(&c.allowInsecure, "allow_insecure", false, "in the file alone: the other key")
	return flags
}

func (c *Config) check() error {
	switch {
	case c.PrintOpenAPI != 0 && c.PrintOpenAPI != 2 && c.PrintOpenAPI != 3:
		return errors.New("print_openapi: give 2 or 3")
	case !c.Callers.Known():
		return fmt.Errorf("callers: %q is not %s", c.Callers, callers.Modes)
	case (c.CertFile == "") != (c.KeyFile == ""):
		return errors.New("cert, key: give both or none")
	case c.ClientCAFile != "" && c.CertFile == "":
		return errors.New("client_ca: needs cert and key, since certificates come by TLS")
	case c.Callers == callers.Certificate && c.ClientCAFile == "":
		return errors.New("callers: certificate needs client_ca, whose certificates callers must show")
	case c.RequireClient && c.ClientCAFile == "":
		return errors.New("require_client_certificate: needs client_ca")
	case (c.ServerCertFile == "") != (c.ServerKeyFile == ""):
		return errors.New("server_cert, server_key: give both or none")
	case c.ServerCertFile != "" && c.ServerCAFile == "":
		return errors.New("server_cert: needs server_ca, since certificates go by TLS")
	case c.Callers == callers.Certificate && c.ServerCertFile == "":
		return errors.New("callers: certificate needs server_cert, by which probityd knows the gateway (its setting tls.gateway_principals)")
	case c.MaxBodyMiB < 1 || c.MaxBodyMiB > 64:
		return errors.New("max_body_mib: is not 1 to 64")
	case c.MaxHeaderKiB < 4 || c.MaxHeaderKiB > 1024:
		return errors.New("max_header_kib: is not 4 to 1024")
	case c.ReloadEvery < time.Second || c.CallTimeout < time.Second || c.DrainTime < 0:
		return errors.New("reload_every, call_timeout: at least 1s; drain_time: at least 0s")
	}
	return c.checkExposure()
}

// Who is on the way reads and changes plaintext, tokens too, so that it takes two keys.
func (c *Config) checkExposure() error {
	if c.insecure && c.allowInsecure {
		return nil
	}
	const keys = "; for a closed network give both --insecure and, in the file, allow_insecure: true"
	if c.CertFile == "" && !IsLoopback(c.Listen) {
		return fmt.Errorf("listen: %s is off loopback: give cert and key%s", c.Listen, keys)
	}
	if c.ServerCAFile == "" && !IsLoopback(c.Server) {
		return fmt.Errorf("server: %s is off loopback: give server_ca%s", c.Server, keys)
	}
	openDoor := c.Callers == callers.Gateway && !c.RequireClient
	if openDoor && !IsLoopback(c.Listen) {
		return fmt.Errorf("callers: gateway lets anybody act as the gateway: give require_client_certificate%s", keys)
	}
	return nil
}

// IsLoopback says whether host:port can be reached from this machine alone.
func IsLoopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	ip := net.ParseIP(host)
	return host == "localhost" || (ip != nil && ip.IsLoopback())
}
