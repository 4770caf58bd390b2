package probity_test

import (
	"context"
	"crypto/tls"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"

	"probity.dev/client"
)

// pems are certificates and keys in a folder of the test: ca and other sign themselves.
func pems(t *testing.T) func(name string) string {
	t.Helper()
	folder := t.TempDir()
	path := func(name string) string { return filepath.Join(folder, name) }
	for _, name := range []string{"ca", "other"} {
		openssl(t, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
			"-subj", "/CN="+name, "-keyout", path(name+".key"), "-out", path(name+".pem"))
	}
	openssl(t, "ec", "-in", path("ca.key"), "-aes256", "-passout", "pass:word", "-out", path("locked.key"))
	return path
}

func openssl(t *testing.T, words ...string) {
	t.Helper()
	if out, err := exec.Command("openssl", words...).CombinedOutput(); err != nil {
		t.Fatalf("openssl %v: %v\n%s", words, err, out)
	}
}

func cannotBeMade(t *testing.T, say, address string, options ...probity.Option) error {
	t.Helper()
	client, err := probity.New(address, options...)
	var wrong *probity.ConfigurationError
	if !errors.As(err, &wrong) || !regexp.MustCompile(say).MatchString(err.Error()) || client != nil {
		t.Errorf("%q: %v instead of %q", address, err, say)
	}
	return err
}

func TestAddresses(t *testing.T) {
	for _, address := range []string{"", "host", "host:", "host:0", "host:70000", "https://host:1", "a b:1", "host:1/",
		"::1:7443", "host:١", "host:1\n", "unix:/tmp/x"} {
		cannotBeMade(t, "is not HOST:PORT", address)
	}
	for _, address := range []string{"host:1", "[::1]:7443", "127.0.0.1:65535", "dns:///host:1"} {
		connect(t, address)
	}
}

func TestFiles(t *testing.T) {
	path := pems(t)
	for _, c := range []struct {
		files probity.TLSFiles
		say   string
	}{
		{probity.TLSFiles{CA: path("ca.pem"), Cert: path("ca.pem")}, "Key is missing"},
		{probity.TLSFiles{CA: path("ca.pem"), Key: path("ca.key")}, "Cert is missing"},
		{probity.TLSFiles{Cert: path("ca.pem"), Key: path("ca.key")}, "CA is missing"},
		{probity.TLSFiles{}, "CA is missing"},
		{probity.TLSFiles{CA: path("")}, "CA: .*is a directory"},
		{probity.TLSFiles{CA: path("ca.key")}, "CA: .*ca.key holds no certificate"},
		{probity.TLSFiles{CA: path("ca.pem"), Cert: path("ca.key"), Key: path("ca.key")}, "Cert: .*holds no certificate"},
		{probity.TLSFiles{CA: path("ca.pem"), Cert: path("ca.pem"), Key: path("ca.pem")}, "Key: .*holds no private key"},
		{probity.TLSFiles{CA: path("ca.pem"), Cert: path("ca.pem"), Key: path("absent")}, "Key: .*absent: no such file"},
		{probity.TLSFiles{CA: path("ca.pem"), Cert: path("ca.pem"), Key: path("other.key")}, "other.key is not the key of .*ca.pem"},
		{probity.TLSFiles{CA: path("ca.pem"), Cert: path("ca.pem"), Key: path("locked.key")}, "locked.key is encrypted"},
	} {
		cannotBeMade(t, c.say, "host:1", probity.WithTLSFiles(c.files))
	}
	err := cannotBeMade(t, "CA: .*absent: no such file", "host:1", probity.WithTLSFiles(probity.TLSFiles{CA: path("absent")}))
	if !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
	connect(t, "host:1", probity.WithTLSFiles(probity.TLSFiles{CA: path("ca.pem"), Cert: path("ca.pem"), Key: path("ca.key")}))
	connect(t, "host:1", probity.WithTLSFiles(probity.TLSFiles{CA: path("ca.pem")}))
}

func TestTLSConfigs(t *testing.T) {
	connect(t, "host:1", probity.WithTLSConfig(&tls.Config{MinVersion: tls.VersionTLS13}), probity.WithToken("a.b.c"))
	cannotBeMade(t, "is nil", "host:1", probity.WithTLSConfig(nil))
	cannotBeMade(t, "give WithTLSFiles or WithTLSConfig", "host:1", probity.WithTLSFiles(probity.TLSFiles{}), probity.WithTLSConfig(nil))
}

func TestNoTokenLeavesThisMachineInTheClear(t *testing.T) {
	token := probity.WithToken("a.b.c")
	source := probity.WithTokenSource(func(context.Context) (string, error) { return "a.b.c", nil })
	for _, address := range []string{"probity.example.org:7443", "192.0.2.1:1", "127.example.org:1", "localhost.example.org:1",
		"dns:///example.org:1"} {
		cannotBeMade(t, "in the clear", address, token)
		cannotBeMade(t, "in the clear", address, source)
	}
	for _, address := range []string{"localhost:1", "127.0.0.1:1", "127.1.2.3:1", "[::1]:1"} {
		connect(t, address, token)
	}
	connect(t, "probity.example.org:1", token, probity.WithTLSFiles(probity.TLSFiles{CA: pems(t)("ca.pem")}))
}

func TestTokens(t *testing.T) {
	for _, token := range []string{"", "a b", "a\n", "tökén"} {
		cannotBeMade(t, "the token is empty, or has", "localhost:1", probity.WithToken(token))
	}
	file := filepath.Join(t.TempDir(), "token")
	cannotBeMade(t, "token's file cannot be read", "localhost:1", probity.WithTokenFile(file))
	cannotBeMade(t, "give one of WithToken", "localhost:1", probity.WithToken("a"), probity.WithTokenFile(file))
	if err := os.WriteFile(file, []byte("a.b.c\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	connect(t, "localhost:1", probity.WithTokenFile(file))
}

func TestFromTheEnvironment(t *testing.T) {
	for _, name := range []string{"SERVER", "CA", "CERT", "KEY", "TOKEN", "TOKEN_FILE"} {
		t.Setenv("PROBITY_"+name, "")
	}
	made := func(say string) {
		t.Helper()
		if client, err := probity.NewFromEnvironment(); client != nil || err == nil || !regexp.MustCompile(say).MatchString(err.Error()) {
			t.Errorf("%v instead of %q", err, say)
		}
	}
	made("PROBITY_SERVER is not set")
	t.Setenv("PROBITY_SERVER", "host:1")
	t.Setenv("PROBITY_TOKEN", "a.b.c")
	made("in the clear")
	t.Setenv("PROBITY_CA", "/absent")
	made("CA: .*/absent")
	t.Setenv("PROBITY_CA", pems(t)("ca.pem"))
	client, err := probity.NewFromEnvironment()
	if err != nil {
		t.Fatal(err)
	}
	if err := client.Close(); err != nil {
		t.Error(err)
	}
}
