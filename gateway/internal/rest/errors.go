package rest

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"

	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/anypb"

	"probity.dev/gateway/internal/accesslog"
)

// Domain stands in ErrorInfo of errors that the gateway itself gives; those of probityd have
// "probity". So a path that does not exist is never read as a supplier that does not exist.
const Domain = "probity-gateway"

// Reasons of the gateway's own errors. docs/REST.md says what to do about each.
const (
	ReasonRouteNotFound      = "ROUTE_NOT_FOUND"
	ReasonMethodNotAllowed   = "METHOD_NOT_ALLOWED"
	ReasonUnauthenticated    = "UNAUTHENTICATED"
	ReasonCrossOrigin        = "CROSS_ORIGIN"
	ReasonBodyTooLarge       = "BODY_TOO_LARGE"
	ReasonMediaType          = "MEDIA_TYPE_NOT_SUPPORTED"
	ReasonRequestNotReadable = "REQUEST_NOT_READABLE"
	ReasonServerUnreachable  = "SERVER_UNREACHABLE"
	ReasonTimeout            = "TIMEOUT"
	ReasonCancelled          = "CANCELLED"
	ReasonNotServed          = "NOT_SERVED"
	ReasonServerFailed       = "SERVER_FAILED"
)

// Refusal is an error of the gateway's own.
func Refusal(code codes.Code, reason, format string, arguments ...any) *status.Status {
	refused := status.Newf(code, format, arguments...)
	detailed, err := refused.WithDetails(&errdetails.ErrorInfo{Reason: reason, Domain: Domain})
	if err != nil {
		return refused // a message that cannot be packed; nobody passes one
	}
	return detailed
}

// WriteError answers with google.rpc.Status as JSON, under an HTTP status.
func WriteError(w http.ResponseWriter, r *http.Request, httpStatus int, failed *status.Status) {
	if info := errorInfo(failed); info != nil {
		accesslog.Of(r.Context()).Reason = info.GetReason()
	}
	header := w.Header()
	header.Del("Trailer")
	header.Del("Transfer-Encoding")
	header.Set("Content-Type", "application/json")
	header.Set("Cache-Control", "no-store")
	if failed.Code() == codes.Unauthenticated {
		header.Set("WWW-Authenticate", `Bearer realm="probity"`)
	}
	if seconds := retrySeconds(failed); seconds > 0 {
		header.Set("Retry-After", strconv.Itoa(seconds))
	}
	body, err := answers.Marshal(failed.Proto())
	if err != nil {
		httpStatus, body = http.StatusInternalServerError, []byte(`{"code":13,"message":"the error cannot be written"}`)
	}
	w.WriteHeader(httpStatus)
	_, _ = w.Write(append(body, '\n'))
}

func writeError(ctx context.Context, _ *runtime.ServeMux, _ runtime.Marshaler, w http.ResponseWriter, r *http.Request, err error) {
	noteServer(ctx, w)
	failed := Explain(r.Context(), err)
	WriteError(w, r, runtime.HTTPStatusFromCode(failed.Code()), failed)
}

func streamError(ctx context.Context, err error) *status.Status {
	failed := Explain(ctx, err)
	accesslog.Of(ctx).Reason = ReasonOf(failed)
	return failed
}

func (g *gateway) writeRoutingError(_ context.Context, _ *runtime.ServeMux, _ runtime.Marshaler, w http.ResponseWriter, r *http.Request, httpStatus int) {
	switch httpStatus {
	case http.StatusMethodNotAllowed:
		w.Header().Set("Allow", strings.Join(g.verbsOf(r.URL.EscapedPath()), ", "))
		WriteError(w, r, httpStatus, Refusal(codes.Unimplemented, ReasonMethodNotAllowed,
			"this path has no %s; nothing was asked of the server", r.Method))
	case http.StatusNotFound:
		WriteError(w, r, httpStatus, routeNotFound())
	default:
		WriteError(w, r, http.StatusBadRequest, Refusal(codes.InvalidArgument, ReasonRequestNotReadable, "the path is not readable"))
	}
}

func routeNotFound() *status.Status {
	return Refusal(codes.Unimplemented, ReasonRouteNotFound,
		"no such path, so nothing was asked of the server; /openapi.json lists the paths")
}

// Explain gives every error an ErrorInfo: those of probityd have one; the others are of the way to it.
func Explain(ctx context.Context, err error) *status.Status {
	var own *status.Status
	if cause := context.Cause(ctx); cause != nil {
		own, _ = status.FromError(cause) // what a stream's body was refused for
	}
	if own != nil && errorInfo(own) != nil {
		return own
	}
	failed := presentable(status.Convert(err))
	var routed *runtime.HTTPStatusError
	if errors.As(err, &routed) {
		failed = status.New(codes.InvalidArgument, routed.Error())
	}
	if errorInfo(failed) != nil {
		return failed
	}
	switch failed.Code() {
	case codes.InvalidArgument:
		return Refusal(failed.Code(), ReasonRequestNotReadable, "%s", failed.Message())
	case codes.Unavailable:
		return Refusal(failed.Code(), ReasonServerUnreachable,
			"probityd cannot be reached or ends; no answer was given: ask again, with the same requestId")
	case codes.DeadlineExceeded:
		return Refusal(failed.Code(), ReasonTimeout,
			"no answer in time; whether it was done is not known: ask again, with the same requestId")
	case codes.Unimplemented:
		return Refusal(failed.Code(), ReasonNotServed, "probityd is of a release that does not have this call")
	case codes.Canceled:
		return Refusal(failed.Code(), ReasonCancelled, "the call was ended before its answer")
	}
	return Refusal(failed.Code(), ReasonServerFailed, "%s", failed.Message())
}

// presentable leaves out what cannot be written as JSON: bytes that are no UTF-8, details of types
// that this release does not know.
func presentable(failed *status.Status) *status.Status {
	shown := failed.Proto()
	shown.Message = strings.ToValidUTF8(shown.GetMessage(), "\uFFFD")
	var details []*anypb.Any
	for _, one := range shown.GetDetails() {
		if _, err := one.UnmarshalNew(); err == nil {
			details = append(details, one)
		}
	}
	shown.Details = details
	return status.FromProto(shown)
}

func errorInfo(failed *status.Status) *errdetails.ErrorInfo {
	for _, detail := range failed.Details() {
		if info, ok := detail.(*errdetails.ErrorInfo); ok {
			return info
		}
	}
	return nil
}

// ReasonOf is the reason of an error that Explain returned.
func ReasonOf(failed *status.Status) string { return errorInfo(failed).GetReason() }

func retrySeconds(failed *status.Status) int {
	for _, detail := range failed.Details() {
		if retry, ok := detail.(*errdetails.RetryInfo); ok {
			return int(math.Ceil(retry.GetRetryDelay().AsDuration().Seconds()))
		}
	}
	return 0
}

// unreadable is for requests whose form is wrong before any RPC is called.
func unreadable(format string, arguments ...any) *status.Status {
	return Refusal(codes.InvalidArgument, ReasonRequestNotReadable, "%s", fmt.Sprintf(format, arguments...))
}
