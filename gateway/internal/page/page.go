// Package page serves a recorded decision as one HTML page for people: /decisions/{id} and
// /authorities/{a}/decisions/{id}, so that a purchasing system needs only the decision's name
// to link to it. All words about the decision are the server's (PrintDecision); nothing is
// judged here. No script runs, and the page prints.
package page

import (
	"bytes"
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"probity.dev/gateway/internal/accesslog"
	"probity.dev/gateway/internal/callers"
	v1 "probity.dev/gateway/internal/probityv1"
	"probity.dev/gateway/internal/rest"
)

//go:embed page.html
var pageText string

//go:embed page.css
var style string

var pageTemplate = template.Must(template.New("page").Parse(pageText))

// Time for both calls.
const timeout = 20 * time.Second

type handler struct {
	client  v1.ScreeningServiceClient
	callers callers.Mode
	policy  string // Content-Security-Policy
}

// New serves pages with what `connection` answers to callers of this mode. A browser has no token:
// a proxy that signs people in adds it.
func New(connection grpc.ClientConnInterface, mode callers.Mode) http.Handler {
	hash := sha256.Sum256([]byte(style))
	return &handler{
		client: v1.NewScreeningServiceClient(connection), callers: mode,
		policy: "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(hash[:]) +
			"'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"}
}

// What the template shows.
type view struct {
	Style    template.CSS
	Lang     string
	Words    words
	Verdict  string // "block", "review", "clear" or "": what colours the banner
	Document *Document
	Sections []Section
	Name     string // authorities/{a}/decisions/{d}
	Links    []languageLink
	Error    *failure
}

type languageLink struct{ Lang, Name, Query string }

type failure struct {
	Status          int
	Title           string
	Message, Reason string
}

var decisionName = regexp.MustCompile(`^(authorities/[^/]+/)?decisions/[^/]+$`)

func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.setHeaders(w, r)
	name := strings.TrimPrefix(r.URL.Path, "/")
	problem := h.callers.Problem(r)
	switch {
	case !decisionName.MatchString(name):
		h.fail(w, r, http.StatusNotFound, rest.Refusal(codes.Unimplemented, rest.ReasonRouteNotFound, "there is no such page"))
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		w.Header().Set("Allow", "GET, HEAD")
		h.fail(w, r, http.StatusMethodNotAllowed, rest.Refusal(codes.Unimplemented, rest.ReasonMethodNotAllowed, "a page is only read"))
	case problem != "":
		h.fail(w, r, http.StatusUnauthorized, rest.Refusal(codes.Unauthenticated, rest.ReasonUnauthenticated, "%s", problem))
	default:
		h.show(w, r, name)
	}
}

func (h *handler) setHeaders(w http.ResponseWriter, r *http.Request) {
	for name, value := range map[string]string{
		"Content-Type":                 "text/html; charset=utf-8",
		"Content-Security-Policy":      h.policy,
		"Cache-Control":                "no-store",
		"Vary":                         "Accept-Language",
		"Referrer-Policy":              "no-referrer",
		"X-Content-Type-Options":       "nosniff",
		"X-Frame-Options":              "DENY",
		"Cross-Origin-Opener-Policy":   "same-origin",
		"Cross-Origin-Resource-Policy": "same-origin",
	} {
		w.Header().Set(name, value)
	}
	if r.TLS != nil {
		w.Header().Set("Strict-Transport-Security", "max-age=31536000")
	}
}

func (h *handler) show(w http.ResponseWriter, r *http.Request, name string) {
	accesslog.Of(r.Context()).RPC = "probity.v1.ScreeningService/PrintDecision"
	ctx, cancel := context.WithTimeout(metadata.NewOutgoingContext(r.Context(), rest.Forwarded(h.callers, r)), timeout)
	defer cancel()
	lang := chooseLanguage(r.URL.Query().Get("language"), r.Header.Get("Accept-Language"))
	audience, known := audiences[r.URL.Query().Get("audience")]
	if !known {
		h.fail(w, r, http.StatusBadRequest, rest.Refusal(codes.InvalidArgument, rest.ReasonRequestNotReadable,
			"audience: give officer, supplier or auditor"))
		return
	}
	printed, err := h.client.PrintDecision(ctx, &v1.PrintDecisionRequest{Name: name, Language: lang, Audience: audience})
	if err != nil {
		h.failWith(w, r, err)
		return
	}
	recorded, err := h.client.GetDecision(ctx, &v1.GetDecisionRequest{Name: name})
	if err != nil {
		h.failWith(w, r, err)
		return
	}
	document := ParseDocument(printed.GetText())
	h.write(w, r, http.StatusOK, &view{
		Lang: lang, Words: wordsOf[lang], Verdict: verdictClass[recorded.GetDecision().GetCore().GetVerdict()],
		Document: document, Sections: document.InOrderOfUse(), Name: name, Links: languageLinks(lang, r.URL.Query())})
}

var audiences = map[string]v1.Audience{
	"": v1.Audience_AUDIENCE_UNSPECIFIED, "officer": v1.Audience_AUDIENCE_OFFICER,
	"supplier": v1.Audience_AUDIENCE_SUPPLIER, "auditor": v1.Audience_AUDIENCE_AUDITOR}

// A verdict that this release does not know has no colour; its words stand in the document.
var verdictClass = map[v1.Verdict]string{
	v1.Verdict_VERDICT_CLEAR: "clear", v1.Verdict_VERDICT_REVIEW: "review", v1.Verdict_VERDICT_BLOCK: "block"}

func languageLinks(shown string, query url.Values) []languageLink {
	var links []languageLink
	for _, one := range languages {
		if one == shown {
			continue
		}
		asked := url.Values{"language": {one}}
		if audience := query.Get("audience"); audience != "" {
			asked.Set("audience", audience)
		}
		links = append(links, languageLink{one, wordsOf[one].Name, "?" + asked.Encode()})
	}
	return links
}

func (h *handler) failWith(w http.ResponseWriter, r *http.Request, err error) {
	failed := rest.Explain(r.Context(), err)
	h.fail(w, r, runtime.HTTPStatusFromCode(failed.Code()), failed)
}

func (h *handler) fail(w http.ResponseWriter, r *http.Request, httpStatus int, failed *status.Status) {
	if failed.Code() == codes.Unauthenticated {
		w.Header().Set("WWW-Authenticate", `Bearer realm="probity"`)
	}
	reason := rest.ReasonOf(failed)
	accesslog.Of(r.Context()).Reason = reason
	h.write(w, r, httpStatus, &view{Lang: "en", Words: wordsOf["en"],
		Error: &failure{httpStatus, http.StatusText(httpStatus), failed.Message(), reason}})
}

func (h *handler) write(w http.ResponseWriter, r *http.Request, httpStatus int, shown *view) {
	shown.Style = template.CSS(style) // ours, embedded
	var body bytes.Buffer
	if err := pageTemplate.Execute(&body, shown); err != nil {
		http.Error(w, "the page could not be made", http.StatusInternalServerError)
		return
	}
	w.WriteHeader(httpStatus)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body.Bytes())
	}
}
