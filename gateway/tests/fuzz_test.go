package tests

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Requests that schemathesis makes from the OpenAPI file, good and bad ones: nothing may be a
// fault of the server, and answers must be what the file says. SCHEMATHESIS names the program
// (scripts/gateway.sh --fuzz installs it).
func TestGeneratedRequests(t *testing.T) {
	program := os.Getenv("SCHEMATHESIS")
	if program == "" {
		t.Skip("SCHEMATHESIS is not set: ./scripts/gateway.sh --fuzz")
	}
	b := loaded(t)
	schema, err := exec.Command(gatewayBinary, "--print_openapi", "3").Output()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "openapi3.json")
	if err := os.WriteFile(file, schema, 0o644); err != nil {
		t.Fatal(err)
	}
	// Streams end when their server wants; backups have no folder here.
	left := "watch|backups|streamScreen"
	if status, _, _ := call(t, "GET", b.base+"/v1/acts", nil); status == 501 {
		t.Log("probityd is older than the protos: acts are left out")
		left += "|/acts"
	}
	run := exec.Command(program, "run", file, "--url", b.base, "--phases", "coverage,fuzzing", "--max-time", "150",
		"--checks", "not_a_server_error,content_type_conformance,response_schema_conformance,unsupported_method",
		"--exclude-path-regex", left, "--seed", "1", "--generation-database", "none", "--no-color")
	run.Dir = t.TempDir()
	out, err := run.CombinedOutput()
	if err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	t.Log(strings.Join(lines[max(0, len(lines)-12):], "\n"))
}
