package tests

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	v1 "probity.dev/gateway/internal/probityv1"
)

const token = "token-of-the-purchasing-system"

func TestTokensAreTheCallersOwn(t *testing.T) {
	here, there := folder(t)
	if err := os.WriteFile(filepath.Join(here, "tokens"), []byte(token+" erp authorities/a\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	server := startProbityd(t, there, "--token_file", there+"/tokens")
	gateway := startGateway(t, server.address)
	info := "http://" + gateway.address + "/v1/serverInfo"

	status, failed := refused(t, "GET", info, nil)
	if status != 401 || failed.Details[0].Domain != "probity-gateway" {
		t.Errorf("without a token: %d %+v", status, failed)
	}
	status, failed = refused(t, "GET", info, nil, "Authorization", "Bearer of-somebody-else-entirely")
	if status != 401 || failed.Details[0].Domain != "probity" || failed.Details[0].Reason != "UNAUTHENTICATED" {
		t.Errorf("with a wrong token: %d %+v", status, failed)
	}
	// What a caller calls metadata does not reach the server.
	status, failed = refused(t, "GET", info, nil, "Grpc-Metadata-Authorization", "Bearer "+token)
	if status != 401 {
		t.Errorf("smuggled: %d %+v", status, failed)
	}
	if status, _, body := call(t, "GET", info, nil, "Authorization", "Bearer "+token); status != 200 {
		t.Errorf("with the token: %d %s", status, body)
	}
	if status, _, _ := call(t, "GET", "http://"+gateway.address+"/decisions/x", nil); status != 401 {
		t.Errorf("a page without a token: %d", status)
	}
}

// certificates makes an authority and certificates under it, as the demonstration does.
func certificates(t *testing.T, here string, commands string) {
	t.Helper()
	bash := exec.Command("bash", "-ec", "source ../../scripts/certificates.sh\n"+commands)
	bash.Env = append(os.Environ(), "certificates="+here)
	if out, err := bash.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
}

// freeAddress is one that nobody listens on.
func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	return listener.Addr().String()
}

func client(t *testing.T, here string, certificate string) *http.Client {
	t.Helper()
	roots := x509.NewCertPool()
	text, err := os.ReadFile(filepath.Join(here, "ca.pem"))
	if err != nil || !roots.AppendCertsFromPEM(text) {
		t.Fatal(err)
	}
	settings := &tls.Config{RootCAs: roots}
	if certificate != "" {
		pair, err := tls.LoadX509KeyPair(filepath.Join(here, certificate+".pem"), filepath.Join(here, certificate+".key"))
		if err != nil {
			t.Fatal(err)
		}
		settings.Certificates = []tls.Certificate{pair}
	}
	return &http.Client{Timeout: patience, Transport: &http.Transport{TLSClientConfig: settings, DisableKeepAlives: true, ForceAttemptHTTP2: true}}
}

func TestCertificatesOnBothSides(t *testing.T) {
	here, there := folder(t)
	certificates(t, here, `authority ca
issue ca server DNS:localhost,IP:127.0.0.1 serverAuth
issue ca front DNS:localhost,IP:127.0.0.1 serverAuth
issue ca gateway URI:spiffe://example.org/gateway clientAuth
issue ca erp URI:spiffe://example.org/erp clientAuth
chmod 644 "$certificates"/*`)
	settings := `tls { cert_file: "` + there + `/server.pem" key_file: "` + there + `/server.key"
client_ca_file: "` + there + `/ca.pem" allow_missing_crl: true }
`
	if err := os.WriteFile(filepath.Join(here, "probityd.textproto"), []byte(settings), 0o644); err != nil {
		t.Fatal(err)
	}
	server := startProbityd(t, there, "--config", there+"/probityd.textproto")
	probes := freeAddress(t)
	in := func(name string) string { return filepath.Join(here, name) }
	gateway := startGateway(t, server.address, "--callers", "gateway", "--reload_every", "1s", "--health_listen", probes,
		"--cert", in("front.pem"), "--key", in("front.key"), "--client_ca", in("ca.pem"), "--require_client_certificate",
		"--server_ca", in("ca.pem"), "--server_cert", in("gateway.pem"), "--server_key", in("gateway.key"))
	info := "https://" + gateway.address + "/v1/serverInfo"

	// Probes have no certificate.
	for _, path := range []string{"/healthz", "/readyz"} {
		if status, _, body := call(t, "GET", "http://"+probes+path, nil); status != 200 {
			t.Errorf("%s: %d %s", path, status, body)
		}
	}
	if status, _, _ := call(t, "GET", "http://"+probes+"/v1/serverInfo", nil); status != 404 {
		t.Errorf("the door of the probes leads to the server: %d", status)
	}
	if answer, err := client(t, here, "").Get(info); err == nil {
		t.Errorf("without a certificate: %s", answer.Status)
	}
	answer, err := client(t, here, "erp").Get(info)
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close()
	if answer.StatusCode != 200 || answer.ProtoMajor != 2 {
		t.Errorf("with a certificate: %s by %s", answer.Status, answer.Proto)
	}
	until(t, func() bool { return strings.Contains(gateway.log.String(), `"certificate":"spiffe://example.org/erp"`) },
		"the log names the caller")
	until(t, func() bool { return strings.Contains(accessLog(t, here), `"principal":"spiffe://example.org/gateway"`) },
		"probityd knows the gateway by its certificate")
	testReload(t, here, info)
}

// accessLog is what probityd wrote of who called.
func accessLog(t *testing.T, here string) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(here, "data/access/*.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	all := ""
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all += string(text)
	}
	return all
}

// A renewed certificate is used within moments; a file that is none leaves the one before.
func testReload(t *testing.T, here, address string) {
	t.Helper()
	serial := func() string {
		answer, err := client(t, here, "erp").Get(address)
		if err != nil {
			return err.Error()
		}
		_ = answer.Body.Close()
		return answer.TLS.PeerCertificates[0].SerialNumber.String()
	}
	old := serial()
	certificates(t, here, "issue ca front DNS:localhost,IP:127.0.0.1 serverAuth")
	until(t, func() bool { return serial() != old }, "the renewed certificate is used")
	renewed := serial()
	if err := os.WriteFile(filepath.Join(here, "front.pem"), []byte("no certificate"), 0o644); err != nil {
		t.Fatal(err)
	}
	time.Sleep(2500 * time.Millisecond) // two looks
	if got := serial(); got != renewed {
		t.Errorf("after a bad file: %s, was %s", got, renewed)
	}
}

func TestLimitsAndOrigins(t *testing.T) {
	b := startBoth(t)
	info := b.base + "/v1/serverInfo"
	if status, _, _ := call(t, "GET", info, nil, "X-Long", strings.Repeat("x", 32<<10)); status != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("a long header: %d", status)
	}
	status, failed := refused(t, "POST", b.base+"/v1/suppliers:lookup", `{"x":"`+strings.Repeat("x", 7<<20)+`"}`)
	if status != 413 || failed.Details[0].Reason != "BODY_TOO_LARGE" {
		t.Errorf("a long body: %d %+v", status, failed)
	}
	status, failed = refused(t, "POST", b.base+"/v1/suppliers:lookup", "{}", "Sec-Fetch-Site", "cross-site")
	if status != 403 || failed.Details[0].Reason != "CROSS_ORIGIN" {
		t.Errorf("from another site: %d %+v", status, failed)
	}
	rebound, err := http.NewRequest("GET", info, nil)
	if err != nil {
		t.Fatal(err)
	}
	rebound.Host = "attacker.example.org"
	answer, err := http.DefaultClient.Do(rebound)
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close()
	if answer.StatusCode != http.StatusForbidden {
		t.Errorf("by a foreign name: %s", answer.Status)
	}
	status, failed = refused(t, "GET", info, nil, "Grpc-Timeout", "soon")
	if status != 400 || failed.Details[0].Domain != "probity-gateway" {
		t.Errorf("a timeout that is none: %d %+v", status, failed)
	}
	for _, path := range []string{"/", "/v1", "/v1/", "/v1/nothing", "/v3/suppliers/x", "/decision"} {
		if status, failed := refused(t, "GET", b.base+path, nil); status != 404 || failed.Details[0].Reason != "ROUTE_NOT_FOUND" {
			t.Errorf("%s: %d %+v", path, status, failed)
		}
	}
}

func TestTheAccessLogTellsNoContents(t *testing.T) {
	b := startBoth(t)
	_, header, _ := call(t, "GET", b.base+"/v1/suppliers/secretname?includeSourceRecords=true", nil, "X-Request-Id", "order-17")
	good(t, "POST", b.base+"/v1/suppliers:search", &v1.SearchSuppliersRequest{Query: "secretname"}, &v1.SearchSuppliersResponse{})
	_, _, _ = call(t, "GET", b.base+"/decisions/secretname", nil)
	if header.Get("Probity-Call-Id") == "" {
		t.Error("the answer lacks the server's id of the call")
	}
	if header.Get("X-Request-Id") != "order-17" {
		t.Errorf("X-Request-Id is %q", header.Get("X-Request-Id"))
	}
	_ = b.gateway.stop(t)
	log := b.gateway.log.String()
	for _, want := range []string{`"rpc":"probity.v1.SupplierService/GetSupplier","status":404,"reason":"SUPPLIER_NOT_FOUND"`,
		`"request_id":"order-17"`, `"rpc":"probity.v1.SupplierService/SearchSuppliers","status":200`} {
		if !strings.Contains(log, want) {
			t.Errorf("the log lacks %s:\n%s", want, log)
		}
	}
	if strings.Contains(log, "secretname") {
		t.Errorf("the log tells who was asked about:\n%s", log)
	}
}

func TestAnEndLetsStreamsKnow(t *testing.T) {
	b := startBoth(t)
	_ = b.gateway.stop(t) // the one with ten seconds
	gateway := startGateway(t, b.server.address, "--callers", "gateway", "--drain_time", "1s")
	answer, err := http.Get("http://" + gateway.address + "/v1/verdictChanges:watch")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	lines := bufio.NewReader(answer.Body)
	first, err := lines.ReadString('\n')
	if err != nil || !strings.Contains(first, "checkpoint") {
		t.Fatalf("the watch began with %q, %v", first, err)
	}
	if err := gateway.stop(t); err != nil {
		t.Errorf("ended with %v\n%s", err, gateway.log)
	}
	if _, err := lines.ReadString('\n'); err == nil {
		t.Error("the watch goes on")
	}
}

func TestABadStartSaysWhat(t *testing.T) {
	for _, one := range []struct{ flags, says string }{
		{"--listen 0.0.0.0:0", "off loopback"},
		{"--cert /nowhere.pem --key /nowhere.key", "/nowhere.pem"},
		{"--listen 127.0.0.1:99999", "listen:"},
	} {
		out, err := exec.Command(gatewayBinary, strings.Fields(one.flags)...).CombinedOutput()
		if err == nil || !strings.Contains(string(out), one.says) {
			t.Errorf("%s: %v %s", one.flags, err, out)
		}
	}
}
