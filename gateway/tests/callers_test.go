package tests

import (
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// An authority, one below it that issues to a branch office, and what a revocation takes.
const callersCertificates = `authority ca
for name in gateway far-gateway erp stranger; do issue ca $name URI:spiffe://example.org/$name clientAuth; done
issue ca server DNS:localhost,IP:127.0.0.1 serverAuth
issue ca front DNS:localhost,IP:127.0.0.1 serverAuth
openssl req "${new_key[@]}" -subj /CN=branch -keyout "$certificates/branch.key" -out "$certificates/branch.csr" 2>/dev/null
openssl x509 -req -in "$certificates/branch.csr" -CA "$certificates/ca.pem" -CAkey "$certificates/ca.key" -CAcreateserial \
  -days 1 -out "$certificates/branch.pem" -extfile <(printf 'basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\n') 2>/dev/null
issue branch clerk URI:spiffe://example.org/clerk clientAuth
cat "$certificates/branch.pem" >>"$certificates/clerk.pem"
mkdir "$certificates/crl"
: >"$certificates/index"
chmod -R a+rX "$certificates"
`

const revokeERP = `printf '[ca]\ndefault_ca=d\n[d]\ndatabase=%s/index\ndefault_md=sha256\ndefault_crl_days=1\n' "$certificates" >"$certificates/ca.cnf"
signer=(-config "$certificates/ca.cnf" -keyfile "$certificates/ca.key" -cert "$certificates/ca.pem")
openssl ca "${signer[@]}" -revoke "$certificates/erp.pem" 2>/dev/null
openssl ca "${signer[@]}" -gencrl -out "$certificates/crl/new" 2>/dev/null
chmod a+r "$certificates/crl/new"
mv "$certificates/crl/new" "$certificates/crl/ca.crl"
`

func startServerOfGateways(t *testing.T, here, there string) *process {
	t.Helper()
	certificates(t, here, callersCertificates)
	for name, text := range map[string]string{
		"probityd.textproto": `tls { cert_file: "` + there + `/server.pem" key_file: "` + there + `/server.key"
client_ca_file: "` + there + `/ca.pem" crl_dir: "` + there + `/crl" allow_missing_crl: true reload_every { seconds: 1 }
gateway_principals: "spiffe://example.org/gateway" }
access_file: "` + there + `/access.textproto"
`,
		"access.textproto": `bindings { principals: "spiffe://example.org/erp" principals: "spiffe://example.org/clerk" roles: ROLE_SCREENER }
`,
	} {
		if err := os.WriteFile(filepath.Join(here, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return startProbityd(t, there, "--config", there+"/probityd.textproto")
}

func startGatewayOfCertificates(t *testing.T, here string, server *process, own string) *process {
	t.Helper()
	in := func(name string) string { return filepath.Join(here, name) }
	return startGateway(t, server.address, "--callers", "certificate",
		"--cert", in("front.pem"), "--key", in("front.key"), "--client_ca", in("ca.pem"),
		"--server_ca", in("ca.pem"), "--server_cert", in(own+".pem"), "--server_key", in(own+".key"))
}

const nobody = `{"identifiers": [{"scheme": "XI-LEI", "value": "9999INVENTED00000198"}]}`

// as makes a call with a certificate: status, and domain and reason of an error.
func as(t *testing.T, here, certificate, method, address, body string, headers ...string) (int, string) {
	t.Helper()
	r, err := http.NewRequest(method, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	answer, err := client(t, here, certificate).Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	var failed errorBody
	if answer.StatusCode == 200 || json.Unmarshal(text, &failed) != nil || len(failed.Details) == 0 {
		return answer.StatusCode, ""
	}
	return answer.StatusCode, failed.Details[0].Domain + "/" + failed.Details[0].Reason
}

func TestTheServerKnowsCallersByTheirCertificates(t *testing.T) {
	here, there := folder(t)
	server := startServerOfGateways(t, here, there)
	gateway := startGatewayOfCertificates(t, here, server, "gateway")
	base := "https://" + gateway.address
	lookup := base + "/v1/suppliers:lookup"

	for _, caller := range []string{"erp", "clerk"} { // the clerk's comes by an authority between
		if status, failed := as(t, here, caller, "POST", lookup, nobody); status != 200 {
			t.Errorf("%s: %d %s", caller, status, failed)
		}
		until(t, func() bool {
			for _, line := range strings.Split(accessLog(t, here), "\n") {
				if strings.Contains(line, `"principal":"spiffe://example.org/`+caller+`"`) &&
					strings.Contains(line, `"via":"spiffe://example.org/gateway"`) {
					return true
				}
			}
			return false
		}, "the server's log names "+caller+" and the gateway")
	}
	// Another caller has rights of its own, whatever its headers say.
	if status, failed := as(t, here, "stranger", "POST", lookup, nobody); status != 403 || failed != "probity/PERMISSION_DENIED" {
		t.Errorf("a stranger: %d %s", status, failed)
	}
	forged := ":" + base64.StdEncoding.EncodeToString(derOf(t, filepath.Join(here, "erp.pem"))) + ":"
	for _, header := range []string{"Client-Cert", "Grpc-Metadata-Client-Cert"} {
		status, failed := as(t, here, "stranger", "POST", lookup, nobody, header, forged)
		if status != 403 || failed != "probity/PERMISSION_DENIED" {
			t.Errorf("a stranger with %s: %d %s", header, status, failed)
		}
	}
	status, failed := as(t, here, "erp", "POST", lookup, nobody, "Authorization", "Bearer of-somebody")
	if status != 401 || failed != "probity-gateway/UNAUTHENTICATED" {
		t.Errorf("a token beside a certificate: %d %s", status, failed)
	}
	if answer, err := client(t, here, "").Get(lookup); err == nil {
		t.Errorf("without a certificate: %s", answer.Status)
	}
	for caller, want := range map[string]int{"erp": 404, "stranger": 403} {
		if status, _ := as(t, here, caller, "GET", base+"/decisions/nope", ""); status != want {
			t.Errorf("a page for %s: %d, want %d", caller, status, want)
		}
	}
	testRevocation(t, here, lookup)
}

// The server looks at its lists at each call; the gateway has none.
func testRevocation(t *testing.T, here, address string) {
	t.Helper()
	certificates(t, here, revokeERP)
	until(t, func() bool {
		status, failed := as(t, here, "erp", "POST", address, nobody)
		return status == 401 && failed == "probity/UNAUTHENTICATED"
	}, "the revoked certificate is refused")
	if status, failed := as(t, here, "clerk", "POST", address, nobody); status != 200 {
		t.Errorf("one that is not revoked: %d %s", status, failed)
	}
}

func TestAGatewayThatTheServerDoesNotName(t *testing.T) {
	here, there := folder(t)
	server := startServerOfGateways(t, here, there)
	gateway := startGatewayOfCertificates(t, here, server, "far-gateway")
	status, failed := as(t, here, "erp", "POST", "https://"+gateway.address+"/v1/suppliers:lookup", nobody)
	if status != 401 || failed != "probity/UNAUTHENTICATED" {
		t.Errorf("%d %s", status, failed)
	}
}

func derOf(t *testing.T, file string) []byte {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(text)
	if block == nil {
		t.Fatalf("%s holds no PEM", file)
	}
	return block.Bytes
}
