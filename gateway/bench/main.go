// Bench tells what a call by REST costs the operator's machines: CPU of gateway and probityd together,
// against that of probityd for the same call by gRPC, over TLS with the gateway's own certificate,
// as the gateway makes it. What the callers themselves need counts on neither side. Slices of both
// alternate; each pair gives a ratio, and the figure is its median. scripts/bench.sh gateway runs it.
package main

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"os"
	"slices"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
)

// Pairs that do not count: connections are made, and caches filled.
const warmUp = 2

type options struct {
	rest, server          string // HOST:PORT
	gatewayPID, serverPID int
	ca, cert, key         string // PEM files; the certificate is the gateway's, and its callers'
	register              string // folder of probity_generate
	pairs, callers        int
	length                time.Duration // of a slice
}

func parse() options {
	var o options
	flag.StringVar(&o.rest, "rest", "", "`host:port` of the gateway")
	flag.StringVar(&o.server, "server", "", "`host:port` of probityd")
	flag.IntVar(&o.gatewayPID, "gateway_pid", 0, "process of the gateway")
	flag.IntVar(&o.serverPID, "pid", 0, "process of probityd")
	flag.StringVar(&o.ca, "ca", "", "authority of both servers' certificates, PEM `file`")
	flag.StringVar(&o.cert, "cert", "", "certificate of who calls, PEM `file`")
	flag.StringVar(&o.key, "key", "", "its private key, PEM `file`")
	flag.StringVar(&o.register, "register", "", "`folder` of probity_generate, whose register the server holds")
	flag.IntVar(&o.pairs, "pairs", 30, "measured of each kind of call")
	flag.IntVar(&o.callers, "callers", 32, "at a time, each with its next call as soon as its last one is answered")
	flag.DurationVar(&o.length, "length", 500*time.Millisecond, "of a slice")
	flag.Parse()
	return o
}

func main() {
	if err := run(parse()); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(o options) error {
	secured, err := secure(o)
	if err != nil {
		return err
	}
	connection, err := grpc.NewClient(o.server, grpc.WithTransportCredentials(credentials.NewTLS(secured)))
	if err != nil {
		return err
	}
	defer func() { _ = connection.Close() }()
	// One connection a caller, by HTTP/1.1 as most of those speak it who cannot speak gRPC.
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: secured, MaxIdleConnsPerHost: o.callers}}
	suppliers, err := readRegister(o.register)
	if err != nil {
		return err
	}
	figures := map[string]float64{}
	for _, kind := range kindsOf(suppliers) {
		over := &ways{kind: kind, connection: connection, client: client, base: "https://" + o.rest}
		if err := over.check(); err != nil {
			return fmt.Errorf("%s: %w", kind.name, err)
		}
		measured, err := measure(o, over)
		if err != nil {
			return fmt.Errorf("%s: %w", kind.name, err)
		}
		figures[kind.figure()] = measured.report(kind)
	}
	return json.NewEncoder(os.Stdout).Encode(figures)
}

func secure(o options) (*tls.Config, error) {
	own, err := tls.LoadX509KeyPair(o.cert, o.key)
	if err != nil {
		return nil, err
	}
	text, err := os.ReadFile(o.ca)
	if err != nil {
		return nil, err
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(text)
	return &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: roots, Certificates: []tls.Certificate{own}}, nil
}

// pairs of slices, in microseconds of CPU a call.
type pairs struct{ gateway, behind, direct, ratios []float64 }

func measure(o options, over *ways) (*pairs, error) {
	measured := &pairs{}
	for i := range warmUp + o.pairs {
		rest, err := runSlice(o, over.byREST)
		if err != nil {
			return nil, err
		}
		direct, err := runSlice(o, over.byGRPC)
		if err != nil {
			return nil, err
		}
		if i < warmUp {
			continue
		}
		measured.gateway = append(measured.gateway, rest.gateway)
		measured.behind = append(measured.behind, rest.server)
		measured.direct = append(measured.direct, direct.server)
		measured.ratios = append(measured.ratios, (rest.gateway+rest.server)/direct.server)
	}
	return measured, nil
}

// report prints the figure as the other benches do, and returns it.
func (p *pairs) report(k *kind) float64 {
	fmt.Printf("%-26s %8.2f  aim <= 3     middle half %.2f to %.2f of %d pairs; %.1f us of the gateway's CPU and "+
		"%.1f of the server's a call by REST, over %.1f of the server's by gRPC\n",
		k.figure(), quantile(p.ratios, .5), quantile(p.ratios, .25), quantile(p.ratios, .75), len(p.ratios),
		quantile(p.gateway, .5), quantile(p.behind, .5), quantile(p.direct, .5))
	return float64(int(quantile(p.ratios, .5)*1000+.5)) / 1000
}

func quantile(values []float64, share float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[int(share*float64(len(sorted)-1)+.5)]
}
