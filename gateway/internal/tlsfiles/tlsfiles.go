// Package tlsfiles makes TLS of files that are followed: a renewed certificate is used without
// a restart, and one that cannot be read or does not fit its key leaves the last good in use
// (gRPC's provider logs a warning).
package tlsfiles

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"os"
	"time"

	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/tls/certprovider"
	"google.golang.org/grpc/credentials/tls/certprovider/pemfile"
	"google.golang.org/grpc/security/advancedtls"
)

// Files name PEM files; what is empty is not used.
type Files struct {
	Cert, Key string // a certificate with those between it and the root, and its key
	CA        string // roots that the other side's certificate must come from
	Every     time.Duration
}

// open reads the files once, so that a fault is told at the start with the file's name, and
// follows them from then on.
func (f Files) open() (certprovider.Provider, error) {
	if f.Cert != "" {
		if _, err := tls.LoadX509KeyPair(f.Cert, f.Key); err != nil {
			return nil, fmt.Errorf("%s, %s: %w", f.Cert, f.Key, err)
		}
	}
	if f.CA != "" {
		text, err := os.ReadFile(f.CA)
		if err != nil {
			return nil, err
		}
		if !x509.NewCertPool().AppendCertsFromPEM(text) {
			return nil, fmt.Errorf("%s: holds no certificate in PEM", f.CA)
		}
	}
	return pemfile.NewProvider(pemfile.Options{
		CertFile: f.Cert, KeyFile: f.Key, RootFile: f.CA, RefreshDuration: f.Every})
}

// Server is the side that callers connect to. With a CA, certificates are asked for, and
// must be good where they are given; `require` refuses connections without one.
func Server(f Files, require bool) (*tls.Config, error) {
	provider, err := f.open()
	if err != nil {
		return nil, err
	}
	auth := tls.NoClientCert
	if f.CA != "" {
		auth = tls.VerifyClientCertIfGiven
	}
	if require {
		auth = tls.RequireAndVerifyClientCert
	}
	forCall := func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
		now, err := provider.KeyMaterial(context.Background())
		if err != nil {
			return nil, err
		}
		return &tls.Config{
			MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"},
			Certificates: now.Certs, ClientCAs: now.Roots, ClientAuth: auth}, nil
	}
	return &tls.Config{MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"},
		GetConfigForClient: forCall}, nil
}

// Client is the side that connects to probityd: its certificate must come from the CA and name
// the host; ours is shown where there is one.
func Client(f Files) (credentials.TransportCredentials, error) {
	provider, err := f.open()
	if err != nil {
		return nil, err
	}
	options := advancedtls.Options{
		RootOptions:      advancedtls.RootCertificateOptions{RootProvider: provider},
		VerificationType: advancedtls.CertAndHostVerification,
		MinTLSVersion:    tls.VersionTLS12,
		MaxTLSVersion:    tls.VersionTLS13,
	}
	if f.Cert != "" {
		options.IdentityOptions.IdentityProvider = provider
	}
	return advancedtls.NewClientCreds(&options)
}
