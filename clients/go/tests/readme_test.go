package tests

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	blocks = regexp.MustCompile("(?s)```go\n(.*?)```")
	prints = regexp.MustCompile(`// prints: (.*)`)
)

// Every example of README.md, compiled and run against a real server, each a program of its own.
func TestReadme(t *testing.T) {
	text, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	examples := blocks.FindAllStringSubmatch(string(text), -1)
	if len(examples) < 5 {
		t.Fatalf("only %d examples", len(examples))
	}
	w := newWorld(t, "mtls")
	w.write(t, "log.pub", w.probity(t, "log", "keys", "--pem"))
	for i, example := range examples {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			if strings.Contains(example[1], "testing.T") {
				runTest(t, example[1])
				return
			}
			expected := prints.FindAllStringSubmatch(example[1], -1)
			if len(expected) == 0 {
				t.Error("it does not say what it prints")
			}
			said := w.runProgram(t, example[1])
			for _, line := range expected {
				says(t, said, line[1])
			}
		})
	}
}

// The module in a tarball, taken into another module by the commands of README.md.
func TestReadmeOfGettingIt(t *testing.T) {
	text, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	clone, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	commands := regexp.MustCompile("(?s)```sh\n(.*?)```").FindSubmatch(text)
	if commands == nil {
		t.Fatal("README.md has no commands")
	}
	folder := t.TempDir()
	example := blocks.FindSubmatch(text)[1]
	if err := os.WriteFile(filepath.Join(folder, "main.go"), example, 0o600); err != nil {
		t.Fatal(err)
	}
	script := fmt.Sprintf("go mod init example.org/erp\n%s\ngo build -o erp .\ngo mod vendor\ngo build -mod=vendor -o erp .", commands[1])
	bash := exec.Command("bash", "-ec", script)
	bash.Dir, bash.Env = folder, append(os.Environ(), "PROBITY="+clone)
	if out, err := bash.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}

// runTest runs a file of tests, which need no server.
func runTest(t *testing.T, text string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "main_test.go")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("go", "test", "-count=1", "-v", file).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	says(t, string(out), "--- PASS: TestRelease")
}

// runProgram builds it in this module, whose packages it imports, and runs it where the files are.
func (w *world) runProgram(t *testing.T, text string) string {
	t.Helper()
	if !strings.Contains(text, "probity.example.org:7443") {
		t.Fatal("an example asks no server")
	}
	source := filepath.Join(t.TempDir(), "main.go")
	if err := os.WriteFile(source, []byte(strings.ReplaceAll(text, "probity.example.org:7443", w.Address)), 0o600); err != nil {
		t.Fatal(err)
	}
	program := strings.TrimSuffix(source, ".go")
	if out, err := exec.Command("go", "build", "-o", program, source).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	run := exec.Command(program)
	run.Dir = w.Folder
	out, err := run.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return string(out)
}
