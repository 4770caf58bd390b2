package tests

import (
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	v1 "probity.dev/gateway/internal/probityv1"
)

// checkHTML fails where elements are not nested, an id stands twice, an image lacks words, or
// anything could run or be fetched. Returns how often each element stands there.
func checkHTML(t *testing.T, text string) map[string]int {
	t.Helper()
	decoder := xml.NewDecoder(strings.NewReader(text))
	decoder.Entity = xml.HTMLEntity
	count, ids := map[string]int{}, map[string]bool{}
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return count
		}
		if err != nil {
			t.Fatalf("%v in %s", err, text)
		}
		element, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		count[element.Name.Local]++
		for _, attribute := range element.Attr {
			name := attribute.Name.Local
			if name == "id" && ids[attribute.Value] {
				t.Errorf("id %s stands twice", attribute.Value)
			}
			ids[attribute.Value] = ids[attribute.Value] || name == "id"
			if strings.HasPrefix(name, "on") || name == "src" || name == "style" {
				t.Errorf("<%s %s> is not to be here", element.Name.Local, name)
			}
		}
	}
}

func TestTheDecisionIsAPageForPeople(t *testing.T) {
	b := loaded(t)
	decision := screened(t, b)
	address := b.base + "/" + decision.GetDecision().GetName()
	_, told, _ := call(t, "GET", b.base+"/v1/"+decision.GetDecision().GetName(), nil)
	if want := "</" + decision.GetDecision().GetName() + `>; rel="alternate"; type="text/html"`; told.Get("Link") != want {
		t.Errorf("Link: %s", told.Get("Link"))
	}
	status, header, body := call(t, "GET", address, nil, "Accept-Language", "de-AT, en;q=0.5")
	page := string(body)
	if status != 200 || !strings.HasPrefix(header.Get("Content-Type"), "text/html") {
		t.Fatalf("%d %s", status, header)
	}
	for _, want := range []string{`<html lang="de">`, "Gesperrt:", "verdict-block", "Den Lieferanten anhören",
		"Rechtsgrundlage:", "Invented Public Procurement Act", "10 Nicht geprüft", "Gilt bis 2028-01-14",
		decision.GetDecision().GetName() + "/receipt"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	count := checkHTML(t, page)
	if count["h1"] != 1 || count["main"] != 1 || count["section"] != 15 || count["script"] != 0 {
		t.Errorf("elements: %v", count)
	}
	policy := header.Get("Content-Security-Policy")
	if !strings.HasPrefix(policy, "default-src 'none'; style-src 'sha256-") || strings.Contains(policy, "unsafe") ||
		header.Get("X-Frame-Options") != "DENY" || header.Get("Cache-Control") != "no-store" {
		t.Errorf("headers: %v", header)
	}
	_, _, body = call(t, "GET", address+"?language=ru&audience=auditor", nil)
	if !strings.Contains(string(body), `<html lang="ru">`) {
		t.Error("the language asked for is not taken")
	}
}

func TestWhatOthersWroteIsText(t *testing.T) {
	b := loaded(t)
	request := brickworks("")
	request.Subject.Name = `<script>alert("x")</script>&amp; Ltd`
	request.Purchase.Procedure = `"><img src=x onerror=alert(1)>`
	answer := &v1.ScreenSupplierResponse{}
	good(t, "POST", b.base+"/v1/suppliers:screen", request, answer)
	_, _, body := call(t, "GET", b.base+"/"+answer.GetDecision().GetName(), nil)
	if count := checkHTML(t, string(body)); count["script"]+count["img"] != 0 || !strings.Contains(string(body), "&lt;script&gt;") {
		t.Errorf("elements: %v", count)
	}
}

func TestPagesThatAreNotThere(t *testing.T) {
	b := loaded(t)
	name := screened(t, b).GetDecision().GetName()
	for path, want := range map[string]struct {
		status int
		says   string
	}{
		"/decisions/nope":               {404, "DECISION_NOT_FOUND"},
		"/authorities/x/decisions/nope": {404, "DECISION_NOT_FOUND"},
		"/decisions/":                   {404, "ROUTE_NOT_FOUND"},
		"/authorities/x/vendors/y":      {404, "ROUTE_NOT_FOUND"},
		"/" + name + "?language=xx":     {400, "INVALID_FIELD"},
		"/" + name + "?audience=press":  {400, "REQUEST_NOT_READABLE"},
	} {
		status, _, body := call(t, "GET", b.base+path, nil)
		if status != want.status || !strings.Contains(string(body), want.says) {
			t.Errorf("%s: %d %s", path, status, body)
		}
		checkHTML(t, string(body))
	}
	if status, header, _ := call(t, "POST", b.base+"/"+name, "{}"); status != http.StatusMethodNotAllowed || header.Get("Allow") == "" {
		t.Errorf("POST: %d", status)
	}
}
