package config

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"probity.dev/gateway/internal/callers"
)

func parse(t *testing.T, file string, arguments ...string) (*Config, error) {
	t.Helper()
	if file != "" {
		path := filepath.Join(t.TempDir(), "gateway.yaml")
		if err := os.WriteFile(path, []byte(file), 0o600); err != nil {
			t.Fatal(err)
		}
		arguments = append(arguments, "--config", path)
	}
	return Parse(arguments, io.Discard)
}

func TestDefaultsAreClosed(t *testing.T) {
	c, err := parse(t, "")
	if err != nil {
		t.Fatal(err)
	}
	if !IsLoopback(c.Listen) || c.Callers != callers.Token {
		t.Errorf("listens on %s for callers %q", c.Listen, c.Callers)
	}
}

func TestAFlagGoesBeforeTheFile(t *testing.T) {
	c, err := parse(t, "call_timeout: 7s\nmax_body_mib: 2\n", "--call_timeout", "9s")
	if err != nil {
		t.Fatal(err)
	}
	if c.CallTimeout.String() != "9s" || c.MaxBodyMiB != 2 {
		t.Errorf("call_timeout %s, max_body_mib %d", c.CallTimeout, c.MaxBodyMiB)
	}
}

func TestRefusals(t *testing.T) {
	for name, refusal := range map[string]struct {
		file string
		line []string
		says string
	}{
		"plaintext off loopback":      {"", []string{"--listen", "0.0.0.0:8443"}, "listen: 0.0.0.0:8443 is off loopback"},
		"one key, the flag":           {"", []string{"--listen", ":8443", "--insecure"}, "off loopback"},
		"one key, the file":           {"allow_insecure: true\nlisten: 0.0.0.0:1\n", nil, "off loopback"},
		"both keys in the file":       {"allow_insecure: true\ninsecure: true\n", nil, "insecure: is a flag"},
		"both keys as flags":          {"", []string{"--allow_insecure", "--insecure"}, "allow_insecure: belongs into the file"},
		"plaintext to a far server":   {"", []string{"--server", "probity.example.org:7443"}, "server: probity.example.org:7443 is off loopback"},
		"a certificate without a key": {"", []string{"--cert", "x"}, "cert, key"},
		"callers' CA without TLS":     {"", []string{"--client_ca", "x"}, "client_ca: needs cert"},
		"anybody as the gateway":      {"", []string{"--callers", "gateway", "--listen", ":1", "--cert", "x", "--key", "y"}, "lets anybody act as the gateway"},
		"unknown callers":             {"", []string{"--callers", "all"}, "is not token, certificate or gateway"},
		"certificates of nobody":      {"", []string{"--callers", "certificate", "--cert", "x", "--key", "y"}, "callers: certificate needs client_ca"},
		"certificates, unknown front": {"callers: certificate\ncert: x\nkey: y\nclient_ca: z\n", nil, "callers: certificate needs server_cert"},
		"an unknown setting":          {"lisen: x\n", nil, "lisen"},
		"a stray argument":            {"", []string{"serve"}, "only flags"},
		"a body limit of nothing":     {"", []string{"--max_body_mib", "0"}, "max_body_mib"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := parse(t, refusal.file, refusal.line...)
			if err == nil || !strings.Contains(err.Error(), refusal.says) {
				t.Errorf("got %v, want an error with %q", err, refusal.says)
			}
		})
	}
}

func TestCallersByCertificateMustShowOne(t *testing.T) {
	c, err := parse(t, "callers: certificate\ncert: x\nkey: y\nclient_ca: z\nserver_ca: z\nserver_cert: v\nserver_key: w\n",
		"--listen", "0.0.0.0:8443")
	if err != nil || !c.RequireClient {
		t.Errorf("%+v, %v", c, err)
	}
}

func TestTwoKeysOpenPlaintext(t *testing.T) {
	_, err := parse(t, "allow_insecure: true\n", "--insecure", "--listen", "0.0.0.0:8443")
	if err != nil {
		t.Error(err)
	}
}
