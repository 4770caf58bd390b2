package tests

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	v1 "probity.dev/gateway/internal/probityv1"
)

// The page as it stands in the documents; UPDATE_DOCS=1 takes it anew.
const picture = "../../docs/img/decision-page.png"

// Largest picture, in bytes: it is in every clone.
const maxPicture = 200 << 10

// browser is a Chromium without a window, which notes what it complains about and fetches.
type browser struct {
	context.Context
	axe string

	sync.Mutex
	complaints, fetched []string
}

// CHROMIUM is the program, AXE the file of axe-core; scripts/gateway.sh sets both, or says that this
// is left out.
func startBrowser(t *testing.T) *browser {
	t.Helper()
	program, axe := os.Getenv("CHROMIUM"), os.Getenv("AXE")
	if program == "" || axe == "" {
		t.Skip("no browser: CHROMIUM and AXE are not set")
	}
	text, err := os.ReadFile(axe)
	if err != nil {
		t.Fatal(err)
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(program), chromedp.Flag("lang", "en"))
	if os.Getuid() == 0 {
		options = append(options, chromedp.NoSandbox)
	}
	patient, cancel := context.WithTimeout(context.Background(), 10*patience)
	t.Cleanup(cancel)
	allocated, cancel := chromedp.NewExecAllocator(patient, options...)
	t.Cleanup(cancel)
	ctx, cancel := chromedp.NewContext(allocated)
	t.Cleanup(cancel)
	b := &browser{Context: ctx, axe: string(text)}
	if err := chromedp.Listen(ctx, b.note); err != nil {
		t.Fatal(err)
	}
	send(t, b, network.Enable, network.EnableParams{})
	send(t, b, log.Enable, cdp.Empty{})
	b.do(t, chromedp.EmulateViewport(900, 1000))
	return b
}

func (b *browser) note(event any) {
	b.Lock()
	defer b.Unlock()
	switch event := event.(type) {
	case *network.EventRequestWillBeSent:
		b.fetched = append(b.fetched, event.Request.URL)
	case *log.EventEntryAdded:
		b.complaints = append(b.complaints, event.Entry.Text)
	}
}

func (b *browser) do(t *testing.T, actions ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if err := chromedp.Do(b, actions...); err != nil {
		t.Fatal(err)
	}
}

func get[T any](t *testing.T, b *browser, action chromedp.Action[T]) T {
	t.Helper()
	got, err := chromedp.Run(b, action)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func send[P, R any](t *testing.T, b *browser, command cdp.Command[P, R], parameters P) {
	t.Helper()
	if _, err := chromedp.Call(b, command, parameters); err != nil {
		t.Fatal(err)
	}
}

// ask evaluates JavaScript in the page, and what it promises.
func ask[T any](t *testing.T, b *browser, script string) T {
	t.Helper()
	return get(t, b, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise))
}

// open shows a page and fails where the browser complains, or fetches anything but the page itself.
func (b *browser) open(t *testing.T, address string) {
	t.Helper()
	b.Lock()
	b.complaints, b.fetched = nil, nil
	b.Unlock()
	b.do(t, chromedp.Navigate(address), chromedp.WaitReady(chromedp.CSS("main")))
	b.Lock()
	defer b.Unlock()
	for _, complaint := range b.complaints {
		if !strings.Contains(complaint, "status of 404") { // an error page is one
			t.Errorf("%s: the browser complains: %s", address, complaint)
		}
	}
	for _, one := range b.fetched {
		if one != address && !strings.HasSuffix(one, "/favicon.ico") { // which the browser asks for itself
			t.Errorf("%s: fetches %s", address, one)
		}
	}
}

// accessible returns the rules of WCAG 2.2 AA, and of good practice, that axe-core finds broken.
func (b *browser) accessible(t *testing.T) []string {
	t.Helper()
	const run = `axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}).then(
	  done => JSON.stringify({passed: done.passes.length, broken: done.violations.map(
	    one => one.id + ": " + one.help + " " + one.nodes.map(node => node.html).join(" "))}))`
	b.do(t, chromedp.Evaluate[chromedp.Void](b.axe))
	answer := ask[string](t, b, run)
	var done struct {
		Passed int
		Broken []string
	}
	if err := json.Unmarshal([]byte(answer), &done); err != nil || done.Passed < 10 {
		t.Fatalf("axe-core says %s, %v", answer, err)
	}
	return done.Broken
}

// decided screens an invented supplier of the sandbox and returns the path of the decision's page.
func decided(t *testing.T, base, supplier, name string, want v1.Verdict) string {
	t.Helper()
	answer := &v1.ScreenSupplierResponse{}
	good(t, "POST", base+"/v1/suppliers:screen", map[string]any{
		"subject": map[string]any{"ref": map[string]any{"identifier": map[string]any{"scheme": "XI-LEI", "value": supplier}}, "name": name},
		"purchase": map[string]any{"authorityCountry": "DE", "purpose": "PURPOSE_ORDER", "noOtherParties": true, "procedure": "INVENTED-4711",
			"items": []any{map[string]any{"itemId": "1", "origin": "PT",
				"commodity": map[string]any{"scheme": "COMMODITY_SCHEME_HS", "code": "6109"}}}},
	}, answer)
	if got := answer.GetDecision().GetCore().GetVerdict(); got != want {
		t.Fatalf("%s is %s, want %s", supplier, got, want)
	}
	return base + "/" + answer.GetDecision().GetName()
}

func startSandbox(t *testing.T) string {
	t.Helper()
	server := startProgram(t, "--sandbox")
	return "http://" + startGateway(t, server.address, "--callers", "gateway").address
}

func TestThePageInABrowser(t *testing.T) {
	b := startBrowser(t)
	base := startSandbox(t)
	block := decided(t, base, "9999SANDBOXBLOCK0094", "Invented Drangsted Harvesters ApS", v1.Verdict_VERDICT_BLOCK)
	pages := map[string]string{
		"block":            block,
		"block, Russian":   block + "?language=ru",
		"for the supplier": block + "?language=de&audience=supplier",
		"for the auditor":  block + "?audience=auditor",
		"review":           decided(t, base, "9999SANDBOXREVIEW097", "Invented Kaukopelto Marjat Oy", v1.Verdict_VERDICT_REVIEW),
		"clear":            decided(t, base, "9999SANDBOXCLEAR0069", "Invented Quillonby Textiles Lda", v1.Verdict_VERDICT_CLEAR),
		"not found":        base + "/decisions/nope",
	}
	for name, address := range pages {
		t.Run("accessible: "+name, func(t *testing.T) { testAccessible(t, b, address) })
	}
	t.Run("style", func(t *testing.T) { testStyle(t, b, block) })
	t.Run("keyboard", func(t *testing.T) { testKeyboard(t, b, block) })
	t.Run("language", func(t *testing.T) { testLanguage(t, b, block) })
	t.Run("narrow", func(t *testing.T) { testNarrow(t, b, block) })
	t.Run("print", func(t *testing.T) { testPrint(t, b, block) })
	t.Run("picture", func(t *testing.T) { testPicture(t, b, block+"?language=en") })
}

func testAccessible(t *testing.T, b *browser, address string) {
	b.open(t, address)
	for _, broken := range b.accessible(t) {
		t.Error(broken)
	}
	if title := ask[string](t, b, `document.title`); !strings.HasSuffix(title, " · Probity") || len(title) < 20 {
		t.Errorf("the title is %q", title)
	}
	if ask[bool](t, b, `document.documentElement.removeAttribute("lang"); true`); len(b.accessible(t)) == 0 {
		t.Error("axe-core does not miss the language")
	}
}

// A style whose digest is not that of the policy would be left away.
func testStyle(t *testing.T, b *browser, address string) {
	b.open(t, address)
	if got := ask[string](t, b, `getComputedStyle(document.querySelector(".verdict-block")).borderTopColor`); got != "rgb(161, 18, 18)" {
		t.Errorf("the frame of a block is %s", got)
	}
	first := ask[string](t, b, `document.querySelector("main section h2").innerText`)
	if !strings.HasPrefix(first, "1 ") {
		t.Errorf("the first section is %q", first)
	}
}

const focused = `(() => { const at = document.activeElement; const box = at.getBoundingClientRect();
  const style = getComputedStyle(at);
  return JSON.stringify({tag: at.tagName, href: at.getAttribute("href") || "", outline: style.outlineStyle,
    seen: box.width > 0 && box.right > 0 && box.left < innerWidth && box.bottom > 0 && box.top < innerHeight}); })()`

type focus struct {
	Tag, Href, Outline string
	Seen               bool
}

func (b *browser) tab(t *testing.T) focus {
	t.Helper()
	b.do(t, chromedp.KeyEvent(kb.Tab))
	var at focus
	if err := json.Unmarshal([]byte(ask[string](t, b, focused)), &at); err != nil {
		t.Fatal(err)
	}
	return at
}

// Every link is reached by Tab alone, in the order of the page, and is seen where it is.
func testKeyboard(t *testing.T, b *browser, address string) {
	b.open(t, address)
	links := ask[[]string](t, b, `[...document.querySelectorAll("a")].map(a => a.getAttribute("href"))`)
	if len(links) < 20 {
		t.Fatalf("%d links only", len(links))
	}
	for i, want := range links {
		at := b.tab(t)
		if at.Tag != "A" || at.Href != want || at.Outline == "none" || !at.Seen {
			t.Errorf("tab %d leads to %+v, want %s", i+1, at, want)
		}
	}
	b.open(t, address)
	b.tab(t)
	b.do(t, chromedp.KeyEvent(kb.Enter))
	if got := ask[string](t, b, `location.hash`); got != "#s1" {
		t.Errorf("the first link leads to %q", got)
	}
	if at := b.tab(t); at.Href == links[1] {
		t.Error("behind the link that skips the contents come the contents")
	}
}

func testLanguage(t *testing.T, b *browser, address string) {
	b.open(t, address)
	b.do(t, chromedp.Click(chromedp.CSS(`a[hreflang="fr"]`)), chromedp.WaitReady(chromedp.CSS(`html[lang="fr"]`)))
	if got := ask[string](t, b, `document.querySelector("h1").innerText`); !strings.Contains(got, "Décision") {
		t.Errorf("in French the heading is %q", got)
	}
}

// WCAG 1.4.10: 320 pixels wide, nothing is moved sideways to be read.
func testNarrow(t *testing.T, b *browser, address string) {
	b.do(t, chromedp.EmulateViewport(320, 640))
	defer b.do(t, chromedp.EmulateViewport(900, 1000))
	b.open(t, address)
	if width := ask[int](t, b, `document.scrollingElement.scrollWidth`); width > 320 {
		t.Errorf("the page is %d pixels wide", width)
	}
	for _, broken := range b.accessible(t) {
		t.Error(broken)
	}
}

func testPrint(t *testing.T, b *browser, address string) {
	b.open(t, address)
	file := get(t, b, chromedp.PrintToPDF(chromedp.PDFPaper(chromedp.PaperA4)))
	pages := bytes.Count(file, []byte("/Type /Page\n"))
	if !bytes.HasPrefix(file, []byte("%PDF-")) || pages < 2 || pages > 12 || !bytes.Contains(file, []byte("/StructTreeRoot")) {
		t.Errorf("%d bytes of PDF with %d pages begin with %.8q", len(file), pages, file)
	}
	send(t, b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"})
	defer send(t, b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{})
	shown := ask[[]string](t, b, `[...document.querySelectorAll("nav, .skip")].filter(one => one.getClientRects().length).map(one => one.outerHTML)`)
	if len(shown) > 0 {
		t.Errorf("on paper stand %s", shown)
	}
	if ask[bool](t, b, `[...document.querySelectorAll("section")].some(one => !one.getClientRects().length)`) {
		t.Error("a section is not printed")
	}
}

func testPicture(t *testing.T, b *browser, address string) {
	b.open(t, address)
	file := get(t, b, chromedp.CaptureScreenshot())
	shown, err := png.Decode(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	if colours := coloursOf(shown); colours < 20 {
		t.Errorf("the page has %d colours: nothing is seen", colours)
	}
	if os.Getenv("UPDATE_DOCS") != "" {
		if err := os.WriteFile(picture, file, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	kept, err := os.Stat(picture)
	if err != nil || kept.Size() > maxPicture {
		t.Errorf("%s: %v, at most %d bytes", picture, err, maxPicture)
	}
}

func coloursOf(shown image.Image) int {
	colours := map[string]bool{}
	for y := shown.Bounds().Min.Y; y < shown.Bounds().Max.Y; y += 3 {
		for x := shown.Bounds().Min.X; x < shown.Bounds().Max.X; x += 3 {
			colours[fmt.Sprint(shown.At(x, y))] = true
		}
	}
	return len(colours)
}
