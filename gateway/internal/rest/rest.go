// Package rest serves every RPC of probity.v1 as REST/JSON under /v1, by the bindings of
// http.yaml. It decides nothing: requests are translated and passed on, answers and errors
// come back as they are.
package rest

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/proto"

	"probity.dev/gateway/internal/accesslog"
	"probity.dev/gateway/internal/callers"
	v1 "probity.dev/gateway/internal/probityv1"
)

// Options of the handler.
type Options struct {
	Callers      callers.Mode  // what callers must show, before their call reaches the server
	MaxBodyBytes int64         // of unary requests
	ReadTimeout  time.Duration // for the body of a unary request
	WriteTimeout time.Duration // for the answer of a unary request, its call included
}

type gateway struct {
	options  Options
	bindings map[string]*Binding // by "GET /v1/{name=suppliers/*}"
}

// New serves `bindings`, which the generated code was made from, over `connection`.
func New(connection grpc.ClientConnInterface, bindings []*Binding, options Options) (http.Handler, error) {
	g := &gateway{options: options, bindings: map[string]*Binding{}}
	for _, one := range bindings {
		g.bindings[one.Verb+" "+one.Path] = one
	}
	mux := runtime.NewServeMux(
		runtime.WithMarshalerOption(runtime.MIMEWildcard, answers),
		runtime.WithMarshalerOption(Lines, lines{answers}),
		runtime.SetQueryParameterParser(&strictQuery{}),
		runtime.WithUnescapingMode(runtime.UnescapingModeAllCharacters),
		runtime.WithStrictDeepWildcardMatching(),
		runtime.WithDisablePathLengthFallback(),
		runtime.WithDisableHTTPMethodOverride(),
		runtime.WithIncomingHeaderMatcher(passedOn),
		runtime.WithMetadata(func(_ context.Context, r *http.Request) metadata.MD { return options.Callers.Metadata(r) }),
		runtime.WithOutgoingHeaderMatcher(dropAll),
		runtime.WithOutgoingTrailerMatcher(dropAll),
		runtime.WithWriteContentLength(), // one piece instead of chunks
		runtime.WithErrorHandler(writeError),
		runtime.WithStreamErrorHandler(streamError),
		runtime.WithRoutingErrorHandler(g.writeRoutingError),
		runtime.WithForwardResponseOption(answerHeaders),
		runtime.WithMiddlewares(g.route),
	)
	if err := register(mux, connection); err != nil {
		return nil, err
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(options.WriteTimeout))
		r.Header.Del("X-Forwarded-For") // a caller's word for where he is
		r.Header.Del("X-Forwarded-Host")
		mux.ServeHTTP(w, r)
	}), nil
}

// Later ones are tried first, each path in turn: those that are asked with every purchase stand
// last. "suppliers/{s}:subjectReport" of datasets goes before "suppliers/*".
func register(mux *runtime.ServeMux, connection grpc.ClientConnInterface) error {
	ctx := context.Background()
	return errors.Join(
		v1.RegisterRiskServiceHandlerClient(ctx, mux, v1.NewRiskServiceClient(connection)),
		v1.RegisterPortfolioServiceHandlerClient(ctx, mux, v1.NewPortfolioServiceClient(connection)),
		v1.RegisterReviewServiceHandlerClient(ctx, mux, v1.NewReviewServiceClient(connection)),
		v1.RegisterPolicyServiceHandlerClient(ctx, mux, v1.NewPolicyServiceClient(connection)),
		v1.RegisterVendorServiceHandlerClient(ctx, mux, v1.NewVendorServiceClient(connection)),
		v1.RegisterServerServiceHandlerClient(ctx, mux, v1.NewServerServiceClient(connection)),
		v1.RegisterSupplierServiceHandlerClient(ctx, mux, v1.NewSupplierServiceClient(connection)),
		v1.RegisterDatasetServiceHandlerClient(ctx, mux, v1.NewDatasetServiceClient(connection)),
		v1.RegisterCertificationServiceHandlerClient(ctx, mux, v1.NewCertificationServiceClient(connection)),
		v1.RegisterScreeningServiceHandlerClient(ctx, mux, v1.NewScreeningServiceClient(connection)),
	)
}

// passedOn names what of a caller's headers reaches the server besides Authorization. All else
// stays here, Client-Cert and Grpc-Metadata-* too, so that nobody can slip the server what it
// takes from the gateway alone.
func passedOn(header string) (string, bool) {
	switch header {
	case "Traceparent", "Tracestate", "X-Request-Id":
		return header, true
	}
	return "", false
}

func dropAll(string) (string, bool) { return "", false }

// answerHeaders is called for each message of an answer, and for a stream with none first.
func answerHeaders(ctx context.Context, w http.ResponseWriter, answer proto.Message) error {
	if answer == nil { // a stream begins; probityd ends it when its caller does not read
		_ = http.NewResponseController(w).SetWriteDeadline(time.Time{})
	}
	noteServer(ctx, w)
	if name := decisionOf(answer); name != "" {
		w.Header().Set("Link", "</"+name+`>; rel="alternate"; type="text/html"`)
	}
	return nil
}

// noteServer passes on what the server says of the call: its id, and which deprecated fields or
// method the request used. That is no Deprecation of RFC 9745, which needs a date, and the server
// gives none.
func noteServer(ctx context.Context, w http.ResponseWriter) {
	md, _ := runtime.ServerMetadataFromContext(ctx)
	if id := saidBy(md, "probity-call-id"); id != "" {
		accesslog.Of(ctx).ServerID = id
		w.Header().Set("Probity-Call-Id", id)
	}
	if names := saidBy(md, "probity-deprecated"); names != "" {
		w.Header().Set("Probity-Deprecated", names)
	}
}

// saidBy looks into trailers too, where gRPC leaves all that came with an error alone.
func saidBy(md runtime.ServerMetadata, key string) string {
	for _, part := range []metadata.MD{md.HeaderMD, md.TrailerMD} {
		if values := part.Get(key); len(values) > 0 {
			return values[0]
		}
	}
	return ""
}

// decisionOf is the name of the decision that an answer is about: /NAME is its page for people.
func decisionOf(answer proto.Message) string {
	with, ok := answer.(interface{ GetDecision() *v1.Decision })
	if !ok {
		return ""
	}
	return with.GetDecision().GetName()
}

// Forwarded is what reaches the server of a request that is not served by its bindings: the
// caller's token or certificate, and the headers of the list.
func Forwarded(mode callers.Mode, r *http.Request) metadata.MD {
	md := metadata.Join(mode.Metadata(r))
	for header, values := range r.Header {
		if _, passed := passedOn(header); passed || header == "Authorization" {
			md.Append(header, values...)
		}
	}
	return md
}
