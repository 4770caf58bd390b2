package probity

import (
	"context"
	"fmt"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"probity.dev/client/probityv1"
)

const (
	domain       = "probity"
	callID       = "probity-call-id"
	reasonPrefix = "ERROR_REASON_"
)

// Error says that a call, or one item of it, failed. No verdict was given: nothing may be bought
// on it. docs/ERRORS.md says for each reason what happened and what to do.
//
//	var failed *probity.Error
//	if errors.As(err, &failed) && failed.Reason == "POLICY_NOT_FOUND" { ... }
//
// errors.Is finds context.DeadlineExceeded and context.Canceled in those that mean it.
type Error struct {
	// Code of gRPC.
	Code codes.Code
	// Reason is the name of an ErrorReason without its prefix, also one that this release does
	// not know; "" where the server gave none, as when it is not reached.
	Reason string
	// Domain is "probity"; "" without a reason.
	Domain string
	// Message says what is wrong and what to do, in English, as the server or gRPC said it.
	Message string
	// Metadata are those that the reason's comment in error_reason.proto names.
	Metadata map[string]string
	// FieldViolations are the fields at fault.
	FieldViolations []FieldViolation
	// RetryAfter is when the same may be asked again; 0 where nothing was said.
	RetryAfter time.Duration
	// CallID finds the call in the server's log; "" where it was not reached.
	CallID string
	// Method is "ScreeningService/ScreenSupplier"; "" of an item.
	Method string
	// RequestID is what the request carried: sent again under it, it is done once.
	RequestID string
	// Target is the address of the server; "" of an item.
	Target string

	saysWhen bool // RetryInfo was there, though it may say: now
	status   *status.Status
}

// FieldViolation is a field at fault.
type FieldViolation struct {
	Field       string // its path in the request: "subject.ref.identifier.value"
	Description string
}

// Error is UserMessage and what a log needs beside it.
func (e *Error) Error() string {
	where := e.Code.String()
	if e.Reason != "" {
		where += "/" + e.Reason
	}
	for _, part := range [][2]string{{"", e.Method}, {"call ", e.CallID}, {"request ", e.RequestID}} {
		if part[1] != "" {
			where += ", " + part[0] + part[1]
		}
	}
	return fmt.Sprintf("%s [%s]", e.UserMessage(), where)
}

// IsKnownReason is false where no reason was given, or the server is newer than this client.
func (e *Error) IsKnownReason() bool {
	_, known := probityv1.ErrorReason_value[reasonPrefix+e.Reason]
	return known
}

// GRPCStatus is the status as it came, for status.Code and status.FromError.
func (e *Error) GRPCStatus() *status.Status { return e.status }

// Is makes a deadline or a cancellation what package context calls it.
func (e *Error) Is(target error) bool {
	return target == context.DeadlineExceeded && e.Code == codes.DeadlineExceeded ||
		target == context.Canceled && e.Code == codes.Canceled
}

// failed is the error of a call.
func (c *caller) failed(err error, method string, request any, trailer metadata.MD) *Error {
	if already, ok := err.(*Error); ok {
		return already
	}
	said := status.Convert(err)
	made := &Error{Code: said.Code(), Message: said.Message(), Target: c.target, status: said,
		Method: shortOf(method)}
	made.readDetails(said)
	if ids := trailer.Get(callID); len(ids) > 0 {
		made.CallID = ids[0]
	}
	if named, ok := request.(interface{ GetRequestId() string }); ok {
		made.RequestID = named.GetRequestId()
	}
	return made
}

// readDetails leaves out what it cannot read: the code stands alone.
func (e *Error) readDetails(said *status.Status) {
	for _, detail := range said.Details() {
		switch detail := detail.(type) {
		case *errdetails.ErrorInfo:
			e.Reason, e.Domain, e.Metadata = detail.GetReason(), detail.GetDomain(), detail.GetMetadata()
		case *errdetails.RetryInfo:
			e.RetryAfter, e.saysWhen = max(0, detail.GetRetryDelay().AsDuration()), true
		case *errdetails.BadRequest:
			for _, violation := range detail.GetFieldViolations() {
				e.FieldViolations = append(e.FieldViolations,
					FieldViolation{violation.GetField(), violation.GetDescription()})
			}
		}
	}
}

// ItemFailure is the error of one item of a bulk answer; nil where the item has none.
func ItemFailure(item interface{ GetError() *probityv1.ItemError }) error {
	failed := item.GetError()
	if failed == nil {
		return nil
	}
	code := codes.Code(failed.GetCode())
	if failed.GetCode() <= 0 || failed.GetCode() > int32(codes.Unauthenticated) {
		code = codes.Unknown // An error is never OK.
	}
	made := &Error{Code: code, Reason: failed.GetReason(), Domain: domain, Message: failed.GetMessage(),
		status: status.New(code, failed.GetMessage())}
	if failed.GetField() != "" {
		made.FieldViolations = []FieldViolation{{failed.GetField(), failed.GetMessage()}}
	}
	return made
}
