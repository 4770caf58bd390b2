package probity

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"
	"time"

	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/tls/certprovider"
	"google.golang.org/grpc/credentials/tls/certprovider/pemfile"
	"google.golang.org/grpc/security/advancedtls"
)

// TLSFiles name files in PEM.
type TLSFiles struct {
	CA   string // the authority that the server's certificate leads to
	Cert string // the caller's own certificate, with those between it and its authority
	Key  string // and its key, without a password
}

// How often it is looked whether files were renewed; the server's own default.
var lookEvery = 10 * time.Second

func (f TLSFiles) credentials() (credentials.TransportCredentials, func(), error) {
	if err := f.check(); err != nil {
		return nil, nil, err
	}
	provider, err := pemfile.NewProvider(pemfile.Options{
		CertFile: f.Cert, KeyFile: f.Key, RootFile: f.CA, RefreshDuration: lookEvery})
	if err != nil {
		return nil, nil, refuse("WithTLSFiles: %w", err)
	}
	made, err := advancedtls.NewClientCreds(f.options(provider))
	if err != nil {
		provider.Close()
		return nil, nil, refuse("WithTLSFiles: %w", err)
	}
	return made, provider.Close, nil
}

func (f TLSFiles) options(provider certprovider.Provider) *advancedtls.Options {
	options := &advancedtls.Options{
		RootOptions:      advancedtls.RootCertificateOptions{RootProvider: provider},
		VerificationType: advancedtls.CertAndHostVerification,
		MinTLSVersion:    tls.VersionTLS12,
		MaxTLSVersion:    tls.VersionTLS13,
	}
	if f.Cert != "" {
		options.IdentityOptions.IdentityProvider = provider
	}
	return options
}

// check says what a handshake would only say by a closed connection.
func (f TLSFiles) check() error {
	switch {
	case f.Cert == "" && f.Key != "":
		return refuse("Cert and Key belong together: Cert is missing")
	case f.Cert != "" && f.Key == "":
		return refuse("Cert and Key belong together: Key is missing")
	case f.CA == "":
		return refuse("WithTLSFiles: CA is missing")
	}
	if _, err := certificates("CA", f.CA); err != nil {
		return err
	}
	if f.Cert == "" {
		return nil
	}
	return f.checkPair()
}

func (f TLSFiles) checkPair() error {
	chain, err := certificates("Cert", f.Cert)
	if err != nil {
		return err
	}
	key, err := read("Key", f.Key)
	if err != nil {
		return err
	}
	if bytes.Contains(key, []byte("ENCRYPTED")) {
		return refuse("Key: %s is encrypted; give it without a password", f.Key)
	}
	if !privateKey.Match(key) {
		return refuse("Key: %s holds no private key in PEM", f.Key)
	}
	if _, err := tls.X509KeyPair(chain, key); err != nil {
		return refuse("%s is not the key of %s, or one of them is damaged: %w", f.Key, f.Cert, err)
	}
	return nil
}

var privateKey = regexp.MustCompile(`-----BEGIN [A-Z ]*PRIVATE KEY-----`)

func certificates(name, path string) ([]byte, error) {
	text, err := read(name, path)
	if err == nil && !x509.NewCertPool().AppendCertsFromPEM(text) {
		return nil, refuse("%s: %s holds no certificate in PEM", name, path)
	}
	return text, err
}

func read(name, path string) ([]byte, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, refuse("%s: %w", name, err)
	}
	return text, nil
}

// bearer says who calls, for every call anew, as tokens end.
type bearer struct {
	source func(context.Context) (string, error)
	local  bool
}

// GetRequestMetadata implements credentials.PerRPCCredentials.
func (b bearer) GetRequestMetadata(ctx context.Context, _ ...string) (map[string]string, error) {
	return b.header(ctx)
}

// RequireTransportSecurity makes gRPC itself refuse a token in the clear.
func (b bearer) RequireTransportSecurity() bool { return !b.local }

func (b bearer) header(ctx context.Context) (map[string]string, error) {
	token, err := b.source(ctx)
	if err == nil {
		err = checkToken(token)
	}
	if err != nil {
		return nil, err
	}
	return map[string]string{"authorization": "Bearer " + token}, nil
}

// Visible ASCII, which is all that HTTP/2 takes in a header.
var tokenForm = regexp.MustCompile(`^[\x21-\x7e]+$`)

func checkToken(token string) error {
	if !tokenForm.MatchString(token) {
		return errors.New("the token is empty, or has a space, a line's end or a letter outside ASCII in it")
	}
	return nil
}

func readToken(path string) (string, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("the token's file cannot be read: %w", err)
	}
	return strings.TrimSpace(string(text)), nil
}
