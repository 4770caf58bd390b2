package rest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"probity.dev/gateway/internal/accesslog"
)

// refused is an error with the HTTP status that fits it.
type refused struct {
	http   int
	status *status.Status
}

// The checks that a request passes before its RPC is called, when its route is known.
func (g *gateway) route(next runtime.HandlerFunc) runtime.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request, parameters map[string]string) {
		pattern, _ := runtime.HTTPPattern(r.Context())
		binding := g.bindings[r.Method+" "+pattern.String()]
		if binding == nil || hasUnknownVerb(pattern, parameters) {
			WriteError(w, r, http.StatusNotFound, routeNotFound())
			return
		}
		accesslog.Of(r.Context()).RPC = binding.Name()
		if !isText(r, parameters) {
			WriteError(w, r, http.StatusBadRequest, unreadable("the path or query is not UTF-8"))
			return
		}
		if problem := g.admit(r, binding); problem != nil {
			WriteError(w, r, problem.http, problem.status)
			return
		}
		var problem *refused
		if binding.RPC.IsStreamingClient() {
			r, problem = openStream(w, r)
		} else {
			problem = readBody(w, r, g.options)
		}
		if problem != nil {
			WriteError(w, r, problem.http, problem.status)
			return
		}
		defer closeStream(r)
		next(w, r, parameters)
	}
}

// "suppliers/x:unknown" fits the pattern of suppliers, whose ids have no colon; keys of records
// may have one.
func hasUnknownVerb(pattern runtime.Pattern, parameters map[string]string) bool {
	if strings.Contains(pattern.String(), "**") {
		return false
	}
	for _, value := range parameters {
		if strings.Contains(value, ":") {
			return true
		}
	}
	return false
}

func isText(r *http.Request, parameters map[string]string) bool {
	query, err := url.QueryUnescape(r.URL.RawQuery)
	for _, value := range parameters {
		query += value
	}
	return err == nil && utf8.ValidString(query)
}

func (g *gateway) admit(r *http.Request, binding *Binding) *refused {
	if problem := g.options.Callers.Problem(r); problem != "" {
		return &refused{http.StatusUnauthorized, Refusal(codes.Unauthenticated, ReasonUnauthenticated, "%s", problem)}
	}
	if binding.Body == "*" && r.URL.RawQuery != "" {
		return &refused{http.StatusBadRequest, unreadable("query: this call takes all its fields in the body")}
	}
	return checkMediaType(r, binding)
}

func checkMediaType(r *http.Request, binding *Binding) *refused {
	wanted := "application/json"
	if binding.RPC.IsStreamingClient() {
		wanted = Lines
	}
	if binding.Body == "" || (r.ContentLength == 0 && r.Header.Get("Content-Type") == "") {
		return nil
	}
	given, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err == nil && given == wanted {
		return nil
	}
	return &refused{http.StatusUnsupportedMediaType, Refusal(codes.InvalidArgument, ReasonMediaType,
		"send the body with \"Content-Type: %s\"", wanted)}
}

// Reads the body whole, so that one that is too large, or slow, is refused before a call.
func readBody(w http.ResponseWriter, r *http.Request, options Options) *refused {
	control := http.NewResponseController(w)
	_ = control.SetReadDeadline(time.Now().Add(options.ReadTimeout))
	defer func() { _ = control.SetReadDeadline(time.Time{}) }()
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, options.MaxBodyBytes))
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return &refused{http.StatusRequestEntityTooLarge, Refusal(codes.InvalidArgument, ReasonBodyTooLarge,
			"the body is longer than %d bytes: ask in smaller batches, or by stream", large.Limit)}
	}
	if err != nil {
		return &refused{http.StatusBadRequest, unreadable("the body ended early or came too slowly")}
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	return nil
}

// streamBody is the body of a stream, and the way to end its call with a reason.
type streamBody struct {
	io.ReadCloser
	end context.CancelCauseFunc
}

// HTTP/1.1 too answers while it reads.
func openStream(w http.ResponseWriter, r *http.Request) (*http.Request, *refused) {
	control := http.NewResponseController(w)
	if err := control.EnableFullDuplex(); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return r, &refused{http.StatusInternalServerError, Refusal(codes.Internal, ReasonServerFailed, "%v", err)}
	}
	_ = control.SetReadDeadline(time.Time{})
	ctx, end := context.WithCancelCause(r.Context())
	r = r.WithContext(ctx)
	r.Body = &streamBody{r.Body, end}
	return r, nil
}

func closeStream(r *http.Request) {
	if body, ok := r.Body.(*streamBody); ok {
		body.end(nil)
	}
}

func refuseStream(r io.Reader, err error) {
	if body, ok := r.(*streamBody); ok {
		body.end(unreadable("%v", err).Err())
	}
}
