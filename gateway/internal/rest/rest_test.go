package rest

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"

	"probity.dev/gateway/internal/callers"
	"probity.dev/gateway/internal/openapi"
)

// notedCalls is a connection that notes what is called and fails it, or answers nothing.
type notedCalls struct {
	method  string
	request proto.Message
	md      metadata.MD
	failure error
}

func (n *notedCalls) Invoke(ctx context.Context, method string, request, _ any, _ ...grpc.CallOption) error {
	n.method, n.request = method, request.(proto.Message)
	n.md, _ = metadata.FromOutgoingContext(ctx)
	return n.failure
}

func (n *notedCalls) NewStream(ctx context.Context, _ *grpc.StreamDesc, method string, _ ...grpc.CallOption) (grpc.ClientStream, error) {
	n.method = method
	n.md, _ = metadata.FromOutgoingContext(ctx)
	return nil, status.Error(codes.Aborted, "noted")
}

func bindings(t *testing.T) []*Binding {
	t.Helper()
	text, err := os.ReadFile("../../http.yaml")
	if err != nil {
		t.Fatal(err)
	}
	all, err := ParseBindings(text)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func handler(t *testing.T, calls grpc.ClientConnInterface, mode callers.Mode) http.Handler {
	t.Helper()
	h, err := New(calls, bindings(t), Options{Callers: mode, MaxBodyBytes: 1000,
		ReadTimeout: time.Minute, WriteTimeout: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func TestEveryRPCHasABinding(t *testing.T) {
	bound := map[protoreflect.FullName]bool{}
	for _, one := range bindings(t) {
		if one.Path == "" {
			t.Errorf("%s: is bound to no GET, PUT, POST or DELETE", one.Name())
		}
		bound[one.RPC.FullName()] = true
	}
	seen := 0
	protoregistry.GlobalFiles.RangeFilesByPackage("probity.v1", func(file protoreflect.FileDescriptor) bool {
		for s := range file.Services().Len() {
			methods := file.Services().Get(s).Methods()
			for m := range methods.Len() {
				seen++
				if !bound[methods.Get(m).FullName()] {
					t.Errorf("%s: has no binding in http.yaml", methods.Get(m).FullName())
				}
			}
		}
		return true
	})
	if seen < 80 {
		t.Errorf("looked at %d RPCs only", seen)
	}
}

// "/v1/{name=suppliers/*}:x" with a name that fits.
var variable = regexp.MustCompile(`\{[a-z_.]+=([^}]*)\}`)

func example(path string) string {
	path = variable.ReplaceAllString(path, "$1")
	path = strings.ReplaceAll(path, "**", "k%2F1%3Ax")
	return strings.ReplaceAll(path, "*", "x1")
}

// Each path leads to its own RPC, and to none that was registered before or behind it.
func TestEveryPathLeadsToItsRPC(t *testing.T) {
	calls := &notedCalls{}
	h := handler(t, calls, callers.Gateway)
	for _, one := range bindings(t) {
		calls.method = ""
		r := httptest.NewRequest(one.Verb, example(one.Path), strings.NewReader("{}"))
		r.Header.Set("Content-Type", "application/json")
		if one.RPC.IsStreamingClient() {
			r.Header.Set("Content-Type", Lines)
		}
		h.ServeHTTP(httptest.NewRecorder(), r)
		if calls.method != "/"+one.Name() {
			t.Errorf("%s %s called %q, want %s", one.Verb, one.Path, calls.method, one.Name())
		}
	}
}

// Both OpenAPI files have each binding, by a path that can be called.
func TestOpenAPIHasEveryBinding(t *testing.T) {
	calls := &notedCalls{}
	h := handler(t, calls, callers.Gateway)
	for version, text := range map[string][]byte{"2.0": openapi.V2, "3.0": openapi.V3} {
		var file struct {
			Paths map[string]map[string]json.RawMessage
		}
		if err := json.Unmarshal(text, &file); err != nil {
			t.Fatal(err)
		}
		operations := 0
		for path, verbs := range file.Paths {
			for verb := range verbs {
				operations++
				calls.method = ""
				r := httptest.NewRequest(strings.ToUpper(verb), regexp.MustCompile(`\{[a-zA-Z]+\}`).ReplaceAllString(path, "x1"), strings.NewReader("{}"))
				r.Header.Set("Content-Type", "application/json")
				if strings.HasSuffix(path, "Screen") && strings.Contains(path, "stream") {
					r.Header.Set("Content-Type", Lines)
				}
				if h.ServeHTTP(httptest.NewRecorder(), r); calls.method == "" {
					t.Errorf("%s: %s %s leads nowhere", version, verb, path)
				}
			}
		}
		if operations != len(bindings(t)) {
			t.Errorf("%s: %d operations, and %d bindings", version, operations, len(bindings(t)))
		}
	}
}

func TestAKeyOfARecordMayHoldAnySign(t *testing.T) {
	calls := &notedCalls{}
	r := httptest.NewRequest("GET", "/v1/riskFlags/datasets/d/records/party%7Ca%2Fb%3Aremove%20%25", nil)
	handler(t, calls, callers.Gateway).ServeHTTP(httptest.NewRecorder(), r)
	got := calls.request.ProtoReflect().Get(calls.request.ProtoReflect().Descriptor().Fields().ByName("name")).String()
	if want := "datasets/d/records/party|a/b:remove %"; got != want {
		t.Errorf("asked for %q, want %q", got, want)
	}
}

type answered struct {
	*http.Response
	Code    int
	Message string
	Details []struct {
		Type     string `json:"@type"`
		Reason   string
		Domain   string
		Metadata map[string]string
	}
}

// ask returns an answer that must be an error in the one shape of errors.
func ask(t *testing.T, h http.Handler, r *http.Request) answered {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	a := answered{Response: w.Result()}
	body, _ := io.ReadAll(a.Body)
	if err := json.Unmarshal(body, &a); err != nil || len(a.Details) == 0 || a.Details[0].Reason == "" {
		t.Fatalf("%s %s: %d %q is no error with a reason (%v)", r.Method, r.URL, a.StatusCode, body, err)
	}
	return a
}

func TestRefusalsBeforeTheServerIsAsked(t *testing.T) {
	const json, name = "application/json", "/v1/suppliers/x"
	for title, one := range map[string]struct {
		verb, path, media, body string
		status                  int
		reason                  string
	}{
		"unknown path":             {"GET", "/v1/vendor", "", "", 404, ReasonRouteNotFound},
		"unknown version":          {"GET", "/v2/suppliers/x", "", "", 404, ReasonRouteNotFound},
		"unknown verb":             {"GET", name + ":unknown", "", "", 404, ReasonRouteNotFound},
		"another method":           {"DELETE", name, "", "", 405, ReasonMethodNotAllowed},
		"a method by a header":     {"POST", name, "application/x-www-form-urlencoded", "", 405, ReasonMethodNotAllowed},
		"unknown parameter":        {"GET", name + "?includeSourceRecord=true", "", "", 400, ReasonRequestNotReadable},
		"parameter of the path":    {"GET", name + "?name=suppliers/y", "", "", 400, ReasonRequestNotReadable},
		"parameter beside a body":  {"POST", "/v1/suppliers:screen?requestId=1", json, "{}", 400, ReasonRequestNotReadable},
		"unknown field":            {"POST", "/v1/suppliers:screen", json, `{"polcy":"p"}`, 400, ReasonRequestNotReadable},
		"two values":               {"POST", "/v1/suppliers:screen", json, `{}{}`, 400, ReasonRequestNotReadable},
		"a field twice":            {"POST", "/v1/suppliers:screen", json, `{"policy":"a","policy":"b"}`, 400, ReasonRequestNotReadable},
		"no JSON":                  {"POST", "/v1/suppliers:screen", json, `verdict`, 400, ReasonRequestNotReadable},
		"a form":                   {"POST", "/v1/suppliers:screen", "application/x-www-form-urlencoded", "a=b", 415, ReasonMediaType},
		"lines where none are":     {"POST", "/v1/suppliers:screen", Lines, "{}\n{}\n", 415, ReasonMediaType},
		"a stream not by lines":    {"POST", "/v1/suppliers:streamScreen", json, "{}", 415, ReasonMediaType},
		"a body beyond the limit":  {"POST", "/v1/suppliers:screen", json, `{"policy":"` + strings.Repeat("p", 1000) + `"}`, 413, ReasonBodyTooLarge},
		"a path that is not UTF-8": {"GET", "/v1/suppliers/%ff", "", "", 400, ReasonRequestNotReadable},
	} {
		t.Run(title, func(t *testing.T) {
			calls := &notedCalls{}
			r := httptest.NewRequest(one.verb, one.path, strings.NewReader(one.body))
			r.Header.Set("X-HTTP-Method-Override", "GET")
			if one.media != "" {
				r.Header.Set("Content-Type", one.media)
			}
			a := ask(t, handler(t, calls, callers.Gateway), r)
			if a.StatusCode != one.status || a.Details[0].Reason != one.reason || a.Details[0].Domain != Domain {
				t.Errorf("got %d %s of %s: %s", a.StatusCode, a.Details[0].Reason, a.Details[0].Domain, a.Message)
			}
			if calls.method != "" {
				t.Errorf("the server was asked for %s", calls.method)
			}
		})
	}
}

func TestTokens(t *testing.T) {
	calls := &notedCalls{}
	h := handler(t, calls, callers.Token)
	r := httptest.NewRequest("GET", "/v1/suppliers/x", nil)
	if a := ask(t, h, r); a.StatusCode != 401 || a.Header.Get("WWW-Authenticate") == "" || calls.method != "" {
		t.Errorf("without a token: %d, called %q", a.StatusCode, calls.method)
	}
	r.Header["Authorization"] = []string{"Bearer a", "Bearer b"}
	if a := ask(t, h, r); a.StatusCode != 401 || calls.method != "" {
		t.Errorf("with two tokens: %d, called %q", a.StatusCode, calls.method)
	}
	r.Header.Set("Authorization", "Bearer a")
	h.ServeHTTP(httptest.NewRecorder(), r)
	if got := calls.md.Get("authorization"); len(got) != 1 || got[0] != "Bearer a" {
		t.Errorf("the server got the tokens %q", got)
	}
}

func TestOnlyHeadersOfTheListArePassedOn(t *testing.T) {
	calls := &notedCalls{}
	r := httptest.NewRequest("GET", "/v1/suppliers/x", nil)
	for _, header := range []string{"Grpc-Metadata-Authorization", "Grpc-Metadata-X-Principal", "Cookie", "User-Agent",
		"X-Principal-Bin", "Probity-Call-Id", "X-Forwarded-For", "X-Forwarded-Host"} {
		r.Header.Set(header, "c211Z2dsZWQ=")
	}
	r.Header.Set("Traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
	handler(t, calls, callers.Gateway).ServeHTTP(httptest.NewRecorder(), r)
	for name, values := range calls.md {
		if strings.Contains(strings.Join(values, ""), "c211Z2dsZWQ") {
			t.Errorf("the server got the caller's %s", name)
		}
		switch name {
		case "traceparent", "x-forwarded-host", "x-forwarded-for":
		default:
			t.Errorf("the server got %s: %q", name, values)
		}
	}
	if len(calls.md.Get("traceparent")) != 1 {
		t.Error("the server got no traceparent")
	}
}

func TestFaultsOfTheWayHaveReasons(t *testing.T) {
	for code, want := range map[codes.Code]struct {
		status int
		reason string
	}{
		codes.Unavailable:      {503, ReasonServerUnreachable},
		codes.DeadlineExceeded: {504, ReasonTimeout},
		codes.Canceled:         {499, ReasonCancelled},
		codes.Unimplemented:    {501, ReasonNotServed},
		codes.Internal:         {500, ReasonServerFailed},
	} {
		calls := &notedCalls{failure: status.Error(code, "dial tcp 10.0.0.1: refused")}
		a := ask(t, handler(t, calls, callers.Gateway), httptest.NewRequest("GET", "/v1/suppliers/x", nil))
		if a.StatusCode != want.status || a.Details[0].Reason != want.reason {
			t.Errorf("%s: got %d %s", code, a.StatusCode, a.Details[0].Reason)
		}
	}
}

func TestAMethodNotAllowedSaysWhichAre(t *testing.T) {
	h := handler(t, &notedCalls{}, callers.Gateway)
	for path, want := range map[string]string{
		"/v1/portfolios/x": "DELETE, GET, PUT", "/v1/suppliers:screen": "POST", "/v1/datasets": "GET, POST",
		"/v1/datasets/d/records/k%2F1:remove": "POST",
	} {
		if a := ask(t, h, httptest.NewRequest("TRACE", path, nil)); a.StatusCode != 405 || a.Header.Get("Allow") != want {
			t.Errorf("%s: %d, Allow: %s", path, a.StatusCode, a.Header.Get("Allow"))
		}
	}
}

// What a server quotes of a request may be cut inside a character.
func TestAnErrorThatIsNoTextIsWrittenAllTheSame(t *testing.T) {
	broken, err := status.New(codes.InvalidArgument, "near \xe0\xb8").WithDetails(
		&errdetails.ErrorInfo{Reason: "POLICY_INVALID", Domain: "probity"})
	if err != nil {
		t.Fatal(err)
	}
	a := ask(t, handler(t, &notedCalls{failure: broken.Err()}, callers.Gateway), httptest.NewRequest("GET", "/v1/suppliers/x", nil))
	if a.StatusCode != 400 || a.Details[0].Reason != "POLICY_INVALID" || a.Message != "near \uFFFD" {
		t.Errorf("got %d %q %+v", a.StatusCode, a.Message, a.Details)
	}
}

func TestALineOfAStreamIsBounded(t *testing.T) {
	long := bytes.Repeat([]byte("x"), maxLineBytes+1)
	decode := lines{answers}.NewDecoder(io.MultiReader(bytes.NewReader(long), strings.NewReader("\n")))
	if err := decode.Decode(&struct{}{}); err == nil || !strings.Contains(err.Error(), "line 1: is longer") {
		t.Errorf("got %v", err)
	}
}
