// Package tests drives the client against a real server, as clients/testing/real_server.py starts
// it. PROBITY_BUILD is the build folder that holds services/probityd and cli/probity (default
// build/release).
package tests

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"probity.dev/client"
	"probity.dev/client/probityv1"
)

const (
	patience  = 5 * time.Minute        // for what takes a second on an idle machine
	good, bad = "04830352", "01234567" // of GB-COH
)

var ctx = context.Background()

// world is a server with what it knows.
type world struct {
	Address   string
	Folder    string
	TLS       string
	Rogue     string
	TokenFile string `json:"token_file"`

	commands io.WriteCloser
	answers  *bufio.Reader
}

// ran is what the command line printed.
type ran struct {
	Code     int
	Out, Err string
}

// newWorld is of the kind "mtls", "token" or "sandbox", and ends with the test.
func newWorld(t *testing.T, kind string) *world {
	t.Helper()
	script := exec.Command("python3", "-B", "../../testing/real_server.py", kind)
	script.Stderr = os.Stderr
	commands, err := script.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	answers, err := script.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := script.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = commands.Close()
		if err := script.Wait(); err != nil {
			t.Errorf("real_server.py: %v", err)
		}
	})
	w := &world{commands: commands, answers: bufio.NewReader(answers)}
	w.read(t, w)
	return w
}

func (w *world) read(t *testing.T, into any) {
	t.Helper()
	line, err := w.answers.ReadBytes('\n')
	if err != nil {
		t.Fatalf("real_server.py has ended: %v", err)
	}
	if err := json.Unmarshal(line, into); err != nil {
		t.Fatalf("%v in %s", err, line)
	}
}

// do has real_server.py carry out a command.
func (w *world) do(t *testing.T, into any, words ...string) {
	t.Helper()
	line, err := json.Marshal(words)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := fmt.Fprintf(w.commands, "%s\n", line); err != nil {
		t.Fatal(err)
	}
	w.read(t, into)
}

// restart ends the server as an operator does, and starts it on the same port.
func (w *world) restart(t *testing.T) {
	t.Helper()
	w.do(t, new(any), "restart")
}

// run runs the command line.
func (w *world) run(t *testing.T, words ...string) ran {
	t.Helper()
	var done ran
	w.do(t, &done, append([]string{"probity"}, words...)...)
	return done
}

// probity is a command that must succeed; what it prints.
func (w *world) probity(t *testing.T, words ...string) string {
	t.Helper()
	done := w.run(t, words...)
	if done.Code != 0 {
		t.Fatalf("%v: %+v", words, done)
	}
	return done.Out
}

func (w *world) path(name string) string { return filepath.Join(w.Folder, name) }

func (w *world) write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(w.path(name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func (w *world) files(who string) probity.TLSFiles {
	return probity.TLSFiles{CA: filepath.Join(w.TLS, "ca.pem"), Cert: filepath.Join(w.TLS, who+".pem"),
		Key: filepath.Join(w.TLS, who+".key")}
}

func (w *world) client(t *testing.T, who string) *probity.Client {
	t.Helper()
	return connect(t, w.Address, probity.WithTLSFiles(w.files(who)))
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
