// Package tests drives the client against a real server: a register, a firm that is barred and a
// policy, over mTLS or with tokens on loopback.
//
// PROBITY_BUILD is the build folder that holds services/probityd and cli/probity (default
// ../../../build/release). PROBITYD and PROBITY_CLI replace the two commands, several words of
// them too, and PROBITYD_ROOT names the folder that they take for "/", where they run in another
// root.
package tests

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"probity.dev/client"
	"probity.dev/client/probityv1"
)

const (
	patience = 60 * time.Second // for what takes a second on an idle machine
	token    = "token-of-the-purchasing-system"

	good, bad = "04830352", "01234567" // of GB-COH

	register = `record_type,key,name,kind,identifiers
supplier,good,Tidewater Stationery Ltd,company,GB-COH:04830352
supplier,bad,Brackish Kilns Ltd,company,GB-COH:01234567
`
	flags = `record_type,key,subject,flag_type,stage,severity,decided_on,jurisdiction,listed_from,listed_to
risk_flag,bar,records/bad,debarment,final-admin-decision,critical,2025-01-01,GB,2025-01-01,2099-01-01
`
	policy = `
id: "ministry" version: "1" title: "Ministry"
includes: "always-on"
rules {
  id: "M-BAR" title: "Barred" legal_basis: "Invented Act s. 1"
  discretion: DISCRETION_MANDATORY scope: RULE_SCOPE_FACT
  when { all {
    conditions { in_force: true }
    conditions { flag_type { types: FLAG_TYPE_DEBARMENT } }
  } }
  effect: RULE_EFFECT_BLOCK
  reason: REVIEW_REASON_MANDATORY_GROUND_NOT_BINDING
  next_steps { action: NEXT_ACTION_HOLD }
}
required_sources { dataset: "datasets/reg" max_age_days: 30 }
`
	access = `
bindings { principals: "spiffe://example.org/erp" datasets: "*" roles: ROLE_SCREENER roles: ROLE_STEWARD
  roles: ROLE_POLICY_EDITOR roles: ROLE_AUDITOR roles: ROLE_OPERATOR }
bindings { principals: "spiffe://example.org/reader" roles: ROLE_READER }
bindings { principals: "spiffe://example.org/poor" roles: ROLE_SCREENER }
`
	settings = `
tls { cert_file: "%[1]s/server.pem" key_file: "%[1]s/server.key" client_ca_file: "%[1]s/ca.pem" allow_missing_crl: true }
access_file: "%[1]s/access.textproto"
caller_burst_seconds: 1
caller_quotas { principal: "spiffe://example.org/poor" units_per_second: 10 }
`
)

var ctx = context.Background()

// world is a server with what it knows.
type world struct {
	here, there string // its folder, for this process and for the server
	address     string
	options     []string // of the server
	caller      []string // options of the command line that say who calls
	process     *exec.Cmd
	log         *bytes.Buffer
	ended       chan error
}

// newWorld is one with mTLS: "erp" may do everything, "reader" reads, "poor" has a small budget.
func newWorld(t *testing.T) *world {
	t.Helper()
	w := newFolder(t)
	w.certificates(t, ".", "server DNS:localhost,IP:127.0.0.1 serverAuth", "erp URI:spiffe://example.org/erp clientAuth",
		"reader URI:spiffe://example.org/reader clientAuth", "poor URI:spiffe://example.org/poor clientAuth")
	w.write(t, "access.textproto", access)
	w.write(t, "probityd.textproto", fmt.Sprintf(settings, w.there))
	w.options = []string{"--config", w.there + "/probityd.textproto"}
	w.caller = []string{"--ca", w.there + "/ca.pem", "--cert", w.there + "/erp.pem", "--key", w.there + "/erp.key"}
	w.begin(t, "127.0.0.1:0")
	w.fill(t)
	return w
}

// newTokenWorld is one where whoever has the token may do everything.
func newTokenWorld(t *testing.T) *world {
	t.Helper()
	w := newFolder(t)
	w.write(t, "tokens", token+" erp authorities/ministry\n")
	w.write(t, "erp.token", token+"\n")
	w.options = []string{"--token_file", w.there + "/tokens"}
	w.caller = []string{"--token_file", w.there + "/erp.token"}
	w.begin(t, "127.0.0.1:0")
	w.fill(t)
	return w
}

func newFolder(t *testing.T) *world {
	t.Helper()
	root := os.Getenv("PROBITYD_ROOT")
	here, err := os.MkdirTemp(filepath.Join(root, "/tmp"), "probity-client-go-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(here) })
	return &world{here: here, there: strings.TrimPrefix(here, root)}
}

func (w *world) fill(t *testing.T) {
	t.Helper()
	w.write(t, "r.csv", register)
	w.write(t, "f.csv", flags)
	w.write(t, "ministry.txtpb", policy)
	w.probity(t, "dataset", "create", "reg", "--title", "Register", "--absence", "retracted", "--invented")
	w.probity(t, "import", "--dataset", "reg", "--format", "probity-csv", w.there+"/r.csv", w.there+"/f.csv")
	w.probity(t, "policy", "create", w.there+"/ministry.txtpb")
	w.probity(t, "policy", "activate", "ministry")
}

func (w *world) path(name string) string { return filepath.Join(w.here, name) }

func (w *world) write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(w.path(name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// certificates makes an authority in a folder, and what it issues: "name names use".
func (w *world) certificates(t *testing.T, folder string, issued ...string) {
	t.Helper()
	script := "source ../../../scripts/certificates.sh\nmkdir -p \"$certificates\"\nauthority ca\n"
	for _, one := range issued {
		script += "issue ca " + one + "\n"
	}
	bash := exec.Command("bash", "-ec", script)
	bash.Env = append(os.Environ(), "certificates="+w.path(folder))
	if out, err := bash.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
}

// command is one of the programs.
func command(variable, program string) []string {
	if words := strings.Fields(os.Getenv(variable)); len(words) > 0 {
		return words
	}
	build := os.Getenv("PROBITY_BUILD")
	if build == "" {
		build = "../../../build/release"
	}
	return []string{filepath.Join(build, program)}
}

// begin starts the server, and ends it with the test.
func (w *world) begin(t *testing.T, listen string) {
	t.Helper()
	words := append(command("PROBITYD", "services/probityd"), "--data_dir", w.there+"/data", "--listen", listen,
		"--log_level", "warning")
	words = append(words, w.options...)
	w.process, w.log, w.ended = exec.Command(words[0], words[1:]...), &bytes.Buffer{}, make(chan error, 1)
	w.process.Stderr = w.log
	out, err := w.process.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := w.process.Start(); err != nil {
		t.Fatalf("%v; build the server, or set PROBITY_BUILD", err)
	}
	process := w.process.Process
	t.Cleanup(func() { _ = process.Kill() })
	said := make(chan string, 1)
	go func(process *exec.Cmd, ended chan error) {
		for lines := bufio.NewScanner(out); lines.Scan(); {
			if _, address, found := strings.Cut(lines.Text(), " listens on "); found {
				said <- address
			}
		}
		ended <- process.Wait()
	}(w.process, w.ended)
	select {
	case w.address = <-said:
	case err := <-w.ended:
		t.Fatalf("probityd ended: %v\n%s", err, w.log)
	case <-time.After(patience):
		t.Fatal("probityd does not listen")
	}
}

// restart ends the server as an operator does, and starts it on the same port.
func (w *world) restart(t *testing.T) {
	t.Helper()
	_ = w.process.Process.Signal(syscall.SIGTERM)
	select {
	case <-w.ended:
	case <-time.After(patience):
		t.Error("probityd does not end")
	}
	w.begin(t, w.address)
}

// run runs the command line and gives what it prints, and whether it succeeded.
func (w *world) run(words ...string) (string, error) {
	line := append(command("PROBITY_CLI", "cli/probity"), "--server", w.address)
	line = append(append(line, w.caller...), words...)
	var fault bytes.Buffer
	probity := exec.Command(line[0], line[1:]...)
	probity.Stderr = &fault
	out, err := probity.Output()
	if err != nil {
		err = fmt.Errorf("%v: %w\n%s%s", words, err, out, fault.Bytes())
	}
	return string(out), err
}

// probity is a command that must succeed.
func (w *world) probity(t *testing.T, words ...string) string {
	t.Helper()
	out, err := w.run(words...)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func (w *world) files(who string) probity.TLSFiles {
	return probity.TLSFiles{CA: w.path("ca.pem"), Cert: w.path(who + ".pem"), Key: w.path(who + ".key")}
}

func (w *world) client(t *testing.T, who string) *probity.Client {
	t.Helper()
	return connect(t, w.address, probity.WithTLSFiles(w.files(who)))
}

func connect(t *testing.T, address string, options ...probity.Option) *probity.Client {
	t.Helper()
	client, err := probity.New(address, options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	return client
}

func purchase() *probityv1.PurchaseContext {
	return &probityv1.PurchaseContext{AuthorityCountry: "GB", Purpose: probityv1.Purpose_PURPOSE_QUALIFICATION, NoOtherParties: true}
}

func screen(client *probity.Client, subject *probityv1.ScreenedSubject) (*probityv1.ScreenSupplierResponse, error) {
	return client.Screening.ScreenSupplier(ctx, &probityv1.ScreenSupplierRequest{Subject: subject, Purchase: purchase()})
}

// named is a firm by number and name.
func named(number, name string) *probityv1.ScreenedSubject {
	subject := probity.ByIdentifier("GB-COH", number)
	subject.Name = name
	return subject
}
