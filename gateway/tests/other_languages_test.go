package tests

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"

	v1 "probity.dev/gateway/internal/probityv1"
)

// sample is what an example of docs/REST.md in another language sends, and how it reads the answer.
// There is neither SAP nor Excel here: its requests are made as it makes them, by its own text.
type sample struct {
	method, path, mediaType string
	body                    string   // JSON with "$vendor", "$order", "$version", "$hs", "$origin"
	verdict                 []string // path in the answer
	clear                   string   // the one value that lets an order go
}

// one finds the only group of a pattern in a text.
func one(t *testing.T, text, pattern string) string {
	t.Helper()
	found := regexp.MustCompile(pattern).FindAllStringSubmatch(text, -1)
	if len(found) != 1 {
		t.Fatalf("%s stands there %d times", pattern, len(found))
	}
	return found[0][1]
}

func blockOf(t *testing.T, language string) string {
	t.Helper()
	text, err := os.ReadFile(rest)
	if err != nil {
		t.Fatal(err)
	}
	return one(t, string(text), "(?s)```"+language+"\n(.*?)```")
}

var (
	abapText   = regexp.MustCompile(`(?m)^    \|(.*?)\|(?: &&| \)\.)$`)
	abapField  = regexp.MustCompile(`\{ iv_(\w+) \}`)
	mName      = regexp.MustCompile(`(\w+) = `)
	mVariable  = regexp.MustCompile(`: (vendor|order|hs|origin)\b`)
	mSelection = regexp.MustCompile(`\w+`)
)

func abapSample(t *testing.T) sample {
	t.Helper()
	text, body := blockOf(t, "abap"), ""
	for _, line := range abapText.FindAllStringSubmatch(text, -1) {
		body += line[1]
	}
	body = strings.NewReplacer(`\{`, "{", `\}`, "}").Replace(abapField.ReplaceAllString(body, "$$$1"))
	one(t, text, `xsdbool\( (lv_status = 200) AND`)
	return sample{
		method: one(t, text, `set_method\( '(\w+)' \)`), path: one(t, text, `uri = '([^']*)'`),
		mediaType: one(t, text, `set_content_type\( '([^']*)' \)`), body: body,
		verdict: strings.Split(one(t, text, `AND ls_answer-([\w-]+) = `), "-"),
		clear:   one(t, text, `AND ls_answer-[\w-]+ = '(\w+)'`)}
}

func powerQuerySample(t *testing.T) sample {
	t.Helper()
	text := blockOf(t, "powerquery")
	body := one(t, text, `(?s)Json\.FromValue\((.*?)\),\n            Answer`)
	body = strings.NewReplacer("[", "{", "]", "}", "{", "[", "}", "]").Replace(body)
	body = mVariable.ReplaceAllString(mName.ReplaceAllString(body, `"$1": `), `: "$$$1"`)
	one(t, text, `(Content = Body)`) // which makes Web.Contents a POST
	return sample{
		method: "POST", path: "/" + one(t, text, `RelativePath = "([^"]*)"`),
		mediaType: one(t, text, `#"Content-Type" = "([^"]*)"`), body: body,
		verdict: mSelection.FindAllString(one(t, text, `try Answer([\[\]\w]+) otherwise`), -1),
		clear:   one(t, text, `if Verdict = "(\w+)" then "BUY" else "REFUSE"`)}
}

// lets says whether the example would let an order go, by the status and answer that it got.
func (s sample) lets(status int, answer []byte) bool {
	var at any
	if json.Unmarshal(answer, &at) != nil || status != http.StatusOK {
		return false
	}
	for _, name := range s.verdict {
		inside, _ := at.(map[string]any)
		at = inside[name]
	}
	return at == s.clear
}

func TestExamplesOfOtherLanguages(t *testing.T) {
	base := startSandbox(t)
	registered := &v1.BatchUpsertVendorsResponse{}
	var vendors []any
	for _, system := range []string{"SAP-PRD", "BC-PRD"} {
		for _, one := range []struct{ number, lei, name string }{
			{"clear", "9999SANDBOXCLEAR0069", "Invented Quillonby Textiles Lda"},
			{"block", "9999SANDBOXBLOCK0094", "Invented Drangsted Harvesters ApS"},
			{"review", "9999SANDBOXREVIEW097", "Invented Kaukopelto Marjat Oy"},
		} {
			vendors = append(vendors, map[string]any{"number": map[string]any{"system": system, "number": one.number},
				"displayName": one.name, "identifier": map[string]any{"scheme": "XI-LEI", "value": one.lei}})
		}
	}
	good(t, "POST", base+"/v1/vendors:batchUpsert", map[string]any{"vendors": vendors}, registered)
	spec := specification(t, base)
	for language, example := range map[string]sample{"ABAP": abapSample(t), "Power Query": powerQuerySample(t)} {
		for _, one := range []struct {
			vendor, hs string
			status     int
			lets       bool
		}{
			{"clear", "6109", 200, true}, {"block", "6109", 200, false}, {"review", "6109", 200, false},
			{"nobody", "6109", 200, false}, {"clear", "shirts", 400, false},
		} {
			name := language + ", " + one.vendor + ", " + one.hs
			body := strings.NewReplacer("$vendor", one.vendor, "$hs", one.hs, "$origin", "PT", "$version", "1",
				"$order", "PO-"+language[:1]+one.vendor+one.hs).Replace(example.body)
			status, header, answer := call(t, example.method, base+example.path, body, "Content-Type", example.mediaType)
			if status != one.status || example.lets(status, answer) != one.lets {
				t.Errorf("%s sends %s\nand gets %d %.400s", name, body, status, answer)
			}
			if err := fits(spec, example, body, status, header, answer); err != nil {
				t.Errorf("%s: /openapi3.json says otherwise: %v", name, err)
			}
		}
	}
	if example := abapSample(t); fits(spec, example, `{"subject": 7}`, 200, nil, nil) == nil {
		t.Error("/openapi3.json takes a subject that is a number")
	}
}

func specification(t *testing.T, base string) *openapi3.T {
	t.Helper()
	status, _, text := call(t, "GET", base+"/openapi3.json", nil)
	spec, err := openapi3.NewLoader().LoadFromData(text)
	if status != 200 || err != nil {
		t.Fatalf("/openapi3.json: %d, %v", status, err)
	}
	return spec
}

// fits compares a request and its answer with what the OpenAPI file says of the path.
func fits(spec *openapi3.T, s sample, body string, status int, header http.Header, answer []byte) error {
	ctx := context.Background()
	request, err := http.NewRequest(s.method, s.path, strings.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", s.mediaType)
	item := spec.Paths.Value(s.path)
	asked := &openapi3filter.RequestValidationInput{Request: request,
		Route:   &routers.Route{Spec: spec, Path: s.path, PathItem: item, Method: s.method, Operation: item.GetOperation(s.method)},
		Options: &openapi3filter.Options{AuthenticationFunc: openapi3filter.NoopAuthenticationFunc, IncludeResponseStatus: true}}
	if err := openapi3filter.ValidateRequest(ctx, asked); err != nil {
		return err
	}
	got := &openapi3filter.ResponseValidationInput{RequestValidationInput: asked, Status: status, Header: header, Options: asked.Options}
	return openapi3filter.ValidateResponse(ctx, got.SetBodyBytes(answer))
}
