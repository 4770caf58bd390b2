// Package tests drives the gateway as callers do, in front of a real probityd.
//
// PROBITY_BUILD is the build folder that holds services/probityd (default ../../build/release).
// PROBITYD replaces the command, several words of it too, and PROBITYD_ROOT names the folder
// that it takes for "/", where it runs in another root.
package tests

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// What takes a second on an idle machine.
const patience = 60 * time.Second

var gatewayBinary string

func TestMain(m *testing.M) {
	os.Exit(func() int {
		folder, err := os.MkdirTemp("", "probity-gateway-")
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer func() { _ = os.RemoveAll(folder) }()
		gatewayBinary = filepath.Join(folder, "probity-gateway")
		build := exec.Command("go", "build", "-o", gatewayBinary, "..")
		build.Stdout, build.Stderr = os.Stderr, os.Stderr
		if err := build.Run(); err != nil {
			fmt.Fprintln(os.Stderr, "the gateway does not build:", err)
			return 1
		}
		return m.Run()
	}())
}

// process is a program that says where it listens in its first line.
type process struct {
	address string
	command *exec.Cmd
	log     *lockedBuffer
	ended   chan error
}

type lockedBuffer struct {
	sync.Mutex
	bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.Lock()
	defer b.Unlock()
	return b.Buffer.Write(p)
}

func (b *lockedBuffer) String() string {
	b.Lock()
	defer b.Unlock()
	return b.Buffer.String()
}

func start(t *testing.T, words ...string) *process {
	t.Helper()
	p := &process{command: exec.Command(words[0], words[1:]...), log: &lockedBuffer{}, ended: make(chan error, 1)}
	p.command.Stderr = p.log
	out, err := p.command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.command.Process.Kill() })
	said := make(chan string, 1)
	go func() {
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			if _, address, found := strings.Cut(lines.Text(), " listens on "); found {
				said <- address
			}
		}
		p.ended <- p.command.Wait()
	}()
	select {
	case p.address = <-said:
	case err := <-p.ended:
		t.Fatalf("%s ended: %v\n%s", words[0], err, p.log)
	case <-time.After(patience):
		t.Fatalf("%s does not listen\n%s", words[0], p.log)
	}
	return p
}

// stop ends it as an operator does and returns how it ended.
func (p *process) stop(t *testing.T) error {
	t.Helper()
	_ = p.command.Process.Signal(syscall.SIGTERM)
	select {
	case err := <-p.ended:
		return err
	case <-time.After(patience):
		t.Fatalf("does not end\n%s", p.log)
		return nil
	}
}

// folder is a new folder that probityd sees too: its path here, and there.
func folder(t *testing.T) (here, there string) {
	t.Helper()
	root := os.Getenv("PROBITYD_ROOT")
	here, err := os.MkdirTemp(filepath.Join(root, "/tmp"), "probity-gateway-test-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(here) })
	return here, strings.TrimPrefix(here, root)
}

func startProbityd(t *testing.T, there string, options ...string) *process {
	t.Helper()
	return startProgram(t, append([]string{"--data_dir", there + "/data"}, options...)...)
}

func startProgram(t *testing.T, options ...string) *process {
	t.Helper()
	build := os.Getenv("PROBITY_BUILD")
	if build == "" {
		build = "../../build/release"
	}
	words := strings.Fields(os.Getenv("PROBITYD"))
	if len(words) == 0 {
		words = []string{filepath.Join(build, "services/probityd")}
	}
	words = append(words, "--listen", "127.0.0.1:0", "--log_level", "warning")
	return start(t, append(words, options...)...)
}

func startGateway(t *testing.T, server string, options ...string) *process {
	t.Helper()
	return start(t, append([]string{gatewayBinary, "--server", server, "--listen", "127.0.0.1:0"}, options...)...)
}

// both is a probityd that asks nobody who he is, and a gateway in front of it.
type both struct {
	gateway, server *process
	base            string // http://127.0.0.1:...
	grpc            *grpc.ClientConn
}

func startBoth(t *testing.T) *both {
	t.Helper()
	_, there := folder(t)
	b := &both{server: startProbityd(t, there)}
	b.gateway = startGateway(t, b.server.address, "--callers", "gateway")
	b.base = "http://" + b.gateway.address
	connection, err := grpc.NewClient(b.server.address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = connection.Close() })
	b.grpc = connection
	return b
}

// call returns status, headers and body of one request. A body that is no string is sent as JSON.
func call(t *testing.T, method, address string, body any, headers ...string) (int, http.Header, []byte) {
	t.Helper()
	var text []byte
	switch given := body.(type) {
	case nil:
	case string:
		text = []byte(given)
	case proto.Message:
		text, _ = protojson.Marshal(given)
	default:
		text, _ = json.Marshal(given)
	}
	r, err := http.NewRequest(method, address, bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	answer, err := http.DefaultClient.Do(r.WithContext(ctx))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	got, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, answer.Header, got
}

// good makes a call that must succeed and reads its answer.
func good(t *testing.T, method, address string, body any, answer proto.Message) {
	t.Helper()
	status, _, got := call(t, method, address, body)
	if status != http.StatusOK {
		t.Fatalf("%s %s: %d %s", method, address, status, got)
	}
	if err := protojson.Unmarshal(got, answer); err != nil {
		t.Fatalf("%s %s: %v in %s", method, address, err, got)
	}
}

// until waits for something that another process does.
func until(t *testing.T, condition func() bool, what string) {
	t.Helper()
	for end := time.Now().Add(patience); !condition(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("waited in vain until %s", what)
		}
	}
}

type errorBody struct {
	Code    int
	Message string
	Details []struct {
		Type       string `json:"@type"`
		Reason     string
		Domain     string
		Metadata   map[string]string
		RetryDelay string
		Violations []struct{ Field, Description string } `json:"fieldViolations"`
	}
}

// refused makes a call that must fail, in the one shape of errors.
func refused(t *testing.T, method, address string, body any, headers ...string) (int, errorBody) {
	t.Helper()
	status, _, got := call(t, method, address, body, headers...)
	var failed errorBody
	if err := json.Unmarshal(got, &failed); err != nil || status < 400 || len(failed.Details) == 0 {
		t.Fatalf("%s %s: %d %s is no error with details", method, address, status, got)
	}
	return status, failed
}

// scrubbed is a message without what differs from call to call.
func scrubbed(message proto.Message) proto.Message {
	scrub(message.ProtoReflect())
	return message
}

func scrub(m protoreflect.Message) {
	m.Range(func(field protoreflect.FieldDescriptor, value protoreflect.Value) bool {
		switch {
		case field.Name() == "evaluated_at" || field.Name() == "call_id":
			m.Clear(field)
		case field.IsList() && field.Message() != nil:
			for i := range value.List().Len() {
				scrub(value.List().Get(i).Message())
			}
		case field.Message() != nil && !field.IsMap():
			scrub(value.Message())
		}
		return true
	})
}

func assertSame(t *testing.T, got, want proto.Message) {
	t.Helper()
	if !proto.Equal(scrubbed(got), scrubbed(want)) {
		t.Errorf("over REST\n%s\nover gRPC\n%s", protojson.Format(got), protojson.Format(want))
	}
}
