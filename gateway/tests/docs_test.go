package tests

import (
	"bytes"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

const rest = "../../docs/REST.md"

// A block of commands ("$ ", further lines "> ") with what each printed.
var console = regexp.MustCompile("(?s)```console\n(.*?)```")

// What differs from run to run: ids and instants.
var volatile = regexp.MustCompile(`[0-9a-f]{12,}|\d{4}-\d\d-\d\dT[0-9:.]+Z`)

type example struct{ shown, command, printed string }

func examples(block string) []example {
	var all []example
	for _, line := range strings.SplitAfter(block, "\n") {
		last := len(all) - 1
		switch {
		case strings.HasPrefix(line, "$ "):
			all = append(all, example{line, line[2:], ""})
		case strings.HasPrefix(line, "> "):
			all[last].shown += line
			all[last].command += line[2:]
		case last >= 0:
			all[last].printed += line
		}
	}
	return all
}

// Runs the examples of docs/REST.md in order and compares what they print with what stands there.
// With UPDATE_DOCS=1 what they print is written there instead.
func TestExamplesOfTheDocs(t *testing.T) {
	text, err := os.ReadFile(rest)
	if err != nil {
		t.Fatal(err)
	}
	b := loaded(t)
	folder, ran := t.TempDir(), 0
	updated := console.ReplaceAllFunc(text, func(block []byte) []byte {
		var written bytes.Buffer
		written.WriteString("```console\n")
		for _, one := range examples(string(console.FindSubmatch(block)[1])) {
			ran++
			shell := exec.Command("bash", "-o", "pipefail", "-ec", one.command)
			shell.Dir, shell.Env = folder, append(os.Environ(), "GATEWAY="+b.base)
			out, err := shell.CombinedOutput()
			if err != nil {
				t.Errorf("%s: %v", one.shown, err)
			}
			printed := strings.TrimRight(string(out), "\n") + "\n"
			if mask(printed) != mask(one.printed) && os.Getenv("UPDATE_DOCS") == "" {
				t.Errorf("%sprinted\n%sand docs/REST.md says\n%s", one.shown, printed, one.printed)
			}
			written.WriteString(one.shown + printed)
		}
		written.WriteString("```")
		return written.Bytes()
	})
	if ran < 6 {
		t.Errorf("ran %d examples only", ran)
	}
	if os.Getenv("UPDATE_DOCS") != "" {
		if err := os.WriteFile(rest, updated, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func mask(text string) string { return volatile.ReplaceAllString(text, "…") }
