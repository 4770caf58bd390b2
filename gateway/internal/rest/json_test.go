package rest

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	v1 "probity.dev/gateway/internal/probityv1"
)

// What is left is what json.Compact leaves, strings with spaces, quotes and backslashes included.
func FuzzWithoutSpaces(f *testing.F) {
	for _, text := range []string{
		`{"a": "b c", "d": [1, 2, {"e": null}]}`, `{"a\" b": "c \\", "d \\\" e": "f, g"}`, `"  "`, `[ ]`, `""`,
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var want bytes.Buffer
		if strings.ContainsAny(text, "\t\r\n") || json.Compact(&want, []byte(text)) != nil {
			t.Skip() // the library writes JSON on one line
		}
		if got := withoutSpaces([]byte(text)); !bytes.Equal(got, want.Bytes()) {
			t.Errorf("of %q is left %q, want %q", text, got, &want)
		}
	})
}

func TestAnswersHaveNoSpacesBetweenValues(t *testing.T) {
	text, err := answers.Marshal(&v1.LookupSuppliersRequest{Identifiers: []*v1.Identifier{
		{Scheme: "GB-COH", Value: `0 "1" \ 2`}, {Scheme: "XI-LEI", Value: "3, 4"}}})
	want := `{"identifiers":[{"scheme":"GB-COH","value":"0 \"1\" \\ 2"},{"scheme":"XI-LEI","value":"3, 4"}]}`
	if err != nil || string(text) != want {
		t.Errorf("got %s, %v", text, err)
	}
}
