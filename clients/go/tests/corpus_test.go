package tests

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	rpc "google.golang.org/genproto/googleapis/rpc/code"
	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/known/durationpb"

	"probity.dev/client"
)

// TestCorpus asks a fresh sandbox all of tests/corpus, by this client.
func TestCorpus(t *testing.T) {
	w := newWorld(t, "sandbox")
	client := connect(t, w.Address, probity.WithoutRetries())
	paths, err := filepath.Glob("../../../tests/corpus/*.json")
	if err != nil {
		t.Fatal(err)
	}
	count := 0
	for _, path := range paths {
		for _, one := range readCases(t, path) {
			count++
			t.Run(filepath.Base(path)+": "+one.Name, func(t *testing.T) {
				for _, found := range one.run(func(step call) answer { return ask(t, client, step) }) {
					t.Error(found)
				}
			})
		}
	}
	if count < 171 {
		t.Errorf("only %d cases", count)
	}
}

func readCases(t *testing.T, path string) []corpusCase {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Cases []corpusCase }
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return file.Cases
}

// ask makes one call by the client's method of that name.
func ask(t *testing.T, client *probity.Client, step call) answer {
	t.Helper()
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if step.Token != "" {
		ctx = metadata.AppendToOutgoingContext(ctx, "authorization", "Bearer "+step.Token)
	}
	method := methodOf(t, client, step.Method)
	given := []reflect.Value{reflect.ValueOf(ctx)}
	requests := requestsOf(t, step)
	isStream := method.Type().In(method.Type().NumIn()-1).String() == "[]grpc.CallOption" && method.Type().NumIn() == 2
	if !isStream {
		given = append(given, reflect.ValueOf(requests[0]))
	}
	begun, err := results(method.Call(given))
	var got answer
	switch {
	case err != nil:
	case isStream:
		for _, request := range requests {
			if _, err := results(begun.MethodByName("Send").Call([]reflect.Value{reflect.ValueOf(request)})); err != nil {
				break // It has ended; Recv says why.
			}
		}
		begun.MethodByName("CloseSend").Call(nil)
		got.responses, err = received(t, begun)
	case begun.MethodByName("Recv").IsValid():
		got.responses, err = received(t, begun)
	default:
		got.responses = []any{toJSON(t, begun.Interface().(proto.Message))}
	}
	if err != nil {
		got.err = errorOf(t, err)
	}
	return got
}

func methodOf(t *testing.T, client *probity.Client, path string) reflect.Value {
	t.Helper()
	service, name, _ := strings.Cut(strings.TrimPrefix(path, "probity.v1."), "/")
	fields := reflect.ValueOf(client).Elem()
	for i := range fields.NumField() {
		if fields.Field(i).Type().Name() == service+"Client" {
			if method := fields.Field(i).MethodByName(name); method.IsValid() {
				return method
			}
		}
	}
	t.Fatalf("the client has no %s", path)
	return reflect.Value{}
}

// results splits what a method gives.
func results(values []reflect.Value) (reflect.Value, error) {
	err, _ := values[len(values)-1].Interface().(error)
	return values[0], err
}

func received(t *testing.T, stream reflect.Value) (messages []any, err error) {
	t.Helper()
	for {
		message, err := results(stream.MethodByName("Recv").Call(nil))
		if errors.Is(err, io.EOF) {
			return messages, nil
		}
		if err != nil {
			return messages, err
		}
		messages = append(messages, toJSON(t, message.Interface().(proto.Message)))
	}
}

func requestsOf(t *testing.T, step call) (requests []proto.Message) {
	t.Helper()
	name := protoreflect.FullName(strings.ReplaceAll(step.Method, "/", "."))
	found, err := protoregistry.GlobalFiles.FindDescriptorByName(name)
	if err != nil {
		t.Fatal(err)
	}
	kind, err := protoregistry.GlobalTypes.FindMessageByName(found.(protoreflect.MethodDescriptor).Input().FullName())
	if err != nil {
		t.Fatal(err)
	}
	given := step.Requests
	if given == nil {
		given = []any{step.Request}
	}
	for _, one := range given {
		text, err := json.Marshal(one)
		if err != nil {
			t.Fatal(err)
		}
		request := kind.New().Interface()
		if err := protojson.Unmarshal(text, request); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		requests = append(requests, request)
	}
	return requests
}

func toJSON(t *testing.T, message proto.Message) (value any) {
	t.Helper()
	text, err := protojson.Marshal(message)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &value); err != nil {
		t.Fatal(err)
	}
	return value
}

// errorOf writes an error as the README of the corpus does.
func errorOf(t *testing.T, err error) map[string]any {
	t.Helper()
	var failed *probity.Error
	if !errors.As(err, &failed) {
		t.Fatal(err)
	}
	told := map[string]any{"code": rpc.Code(failed.Code).String(), "reason": nil}
	if failed.Reason != "" {
		told["reason"] = failed.Reason
	}
	texts, fields := map[string]any{}, []any{}
	for name, value := range failed.Metadata {
		texts[name] = value
	}
	for _, violation := range failed.FieldViolations {
		fields = append(fields, violation.Field)
	}
	told["metadata"], told["fieldViolations"] = texts, fields
	if failed.RetryAfter > 0 {
		told["retryDelay"] = toJSON(t, durationpb.New(failed.RetryAfter))
	}
	return told
}

// A runner that passes everything would be worth nothing.
func TestCorpusRunnerSaysWhatIsDifferent(t *testing.T) {
	for _, c := range []struct{ expected, answer, want string }{
		{`{"a": {"b": "x"}}`, `{"a": {"b": "y"}, "c": 1}`, `[.a.b: "x" expected, not "y"]`},
		{`{"a": {"b": 1}}`, `{}`, `[.a.b: 1 expected, not null]`},
		{`{"a": {"b": 1}}`, `{"a": 1}`, `[.a: an object expected, not 1]`},
		{`[1, 2]`, `[1]`, `[: 2 expected, not 1: [1]]`},
		{`[1, 2]`, `[2, 1]`, `[[0]: 1 expected, not 2 [1]: 2 expected, not 1]`},
		{`{"a": [1]}`, `{}`, `[.a: 1 expected, not 0: null]`},
		{`"2"`, `2`, `[: "2" expected, not 2]`},
		{`1`, `true`, `[: 1 expected, not true]`},
		{`false`, `true`, `[: false expected, not true]`},
		{`{"a": "", "b": "0", "c": 0, "d": false, "e": null, "f": [], "g": {}}`, `{}`, `[]`},
		{`{"a": [{"b": 1}, {}]}`, `{"a": [{"b": 1, "c": 2}, {"d": 1}]}`, `[]`},
	} {
		if got := fmt.Sprint(differences(parsed(t, c.expected), parsed(t, c.answer), "")); got != c.want {
			t.Errorf("%s and %s: %s instead of %s", c.expected, c.answer, got, c.want)
		}
	}
}

func parsed(t *testing.T, text string) (value any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		t.Fatal(err)
	}
	return value
}

func TestCorpusRunnerFailsWhereACaseExpectsAnythingElse(t *testing.T) {
	clear := answer{responses: []any{map[string]any{"verdict": "VERDICT_CLEAR"}}}
	missing := answer{err: map[string]any{"code": "NOT_FOUND", "reason": nil}}
	for _, c := range []struct {
		text string
		got  answer
		good bool
	}{
		{`{"expect": {"verdict": "VERDICT_BLOCK"}}`, clear, false},
		{`{"expect": {}}`, missing, false},
		{`{"responses": []}`, clear, false},
		{`{"error": {"code": "NOT_FOUND"}}`, clear, false},
		{`{"error": {"code": "NOT_FOUND", "reason": "SUPPLIER_NOT_FOUND"}}`, missing, false},
		{`{"error": {"code": "UNAVAILABLE"}}`, missing, false},
		{`{"expect": {"verdict": "VERDICT_CLEAR"}}`, clear, true},
		{`{"error": {"code": "NOT_FOUND", "reason": null}, "responses": []}`, missing, true},
	} {
		var one corpusCase
		if err := json.Unmarshal([]byte(c.text), &one); err != nil {
			t.Fatal(err)
		}
		if found := one.run(func(call) answer { return c.got }); (len(found) == 0) != c.good {
			t.Errorf("%s: %v", c.text, found)
		}
	}
}

func TestCorpusRunnerPassesOnWhatStepsSave(t *testing.T) {
	var one corpusCase
	err := json.Unmarshal([]byte(`{"steps": [{"request": {}, "expect": {}, "save": {"it": "results.0.name"}},
		{"request": {"x": ["${it}/y"]}, "expect": {}}]}`), &one)
	if err != nil {
		t.Fatal(err)
	}
	var asked []any
	found := one.run(func(step call) answer {
		asked = append(asked, step.Request)
		return answer{responses: []any{parsed(t, `{"results": [{"name": "suppliers/1"}]}`)}}
	})
	if want := parsed(t, `[{}, {"x": ["suppliers/1/y"]}]`); len(found) > 0 || !reflect.DeepEqual(any(asked), want) {
		t.Errorf("%v, %v", found, asked)
	}
}
