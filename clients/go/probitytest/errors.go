package probitytest

import (
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/protoadapt"
	"google.golang.org/protobuf/types/known/durationpb"

	"probity.dev/client"
	v1 "probity.dev/client/probityv1"
)

// The reasons that calls fail with, by the code that a server gives them with; all clients share
// it. Not there: reasons of rows and loads, with which no call fails.
//
//go:embed error_codes.json
var errorCodes []byte

// codesOfReasons is OK for a reason with which no call fails.
var codesOfReasons = mustReadCodes(errorCodes)

func mustReadCodes(text []byte) map[string]codes.Code {
	var reasons map[string][]string
	if err := json.Unmarshal(text, &reasons); err != nil {
		panic(fmt.Sprintf("error_codes.json: %v", err))
	}
	found := map[string]codes.Code{}
	for name, those := range reasons {
		var code codes.Code
		if err := code.UnmarshalJSON([]byte(strconv.Quote(name))); err != nil {
			panic(fmt.Sprintf("error_codes.json: %v", err))
		}
		for _, reason := range those {
			found[reason] = code
		}
	}
	return found
}

// complete has a code, and words, where the test gave a reason alone. It panics where the test says
// what no server could.
func complete(given *probity.Error) *probity.Error {
	made := *given
	if made.Code == codes.OK {
		made.Code = codesOfReasons[given.Reason]
	}
	if made.Code == codes.OK {
		panic(fmt.Sprintf("probitytest: no call fails with the reason %q; give a name of docs/ERRORS.md, or a Code beside it",
			given.Reason))
	}
	if made.Message == "" {
		made.Message = fmt.Sprintf("a test asked for %s", strings.TrimSuffix(made.Code.String()+"/"+made.Reason, "/"))
	}
	return &made
}

// statusOf is the error as a server sends it.
func statusOf(made *probity.Error) *status.Status {
	var details []protoadapt.MessageV1
	if made.Reason != "" {
		details = append(details, &errdetails.ErrorInfo{Reason: made.Reason, Domain: "probity", Metadata: made.Metadata})
	}
	if len(made.FieldViolations) > 0 {
		bad := &errdetails.BadRequest{}
		for _, violation := range made.FieldViolations {
			bad.FieldViolations = append(bad.FieldViolations, &errdetails.BadRequest_FieldViolation{
				Field: violation.Field, Description: violation.Description})
		}
		details = append(details, bad)
	}
	if made.RetryAfter > 0 {
		details = append(details, &errdetails.RetryInfo{RetryDelay: durationpb.New(made.RetryAfter)})
	}
	sent, err := status.New(made.Code, made.Message).WithDetails(details...)
	if err != nil {
		panic(fmt.Sprintf("probitytest: %v", err)) // No call has failed with OK.
	}
	return sent
}

// refusal is what a call ends with; nil where it did not fail.
func refusal(stream grpc.ServerStream, err error) error {
	var given *probity.Error
	if !errors.As(err, &given) {
		return err
	}
	made := complete(given)
	if made.RetryAfter > 0 { // As a server tells gRPC itself.
		stream.SetTrailer(metadata.Pairs("grpc-retry-pushback-ms", strconv.FormatInt(made.RetryAfter.Milliseconds(), 10)))
	}
	return statusOf(made).Err()
}

// itemError is the error of one item of a bulk answer; nil where it is one that stops every item
// alike, and so ends the call.
func itemError(err error) *v1.ItemError {
	var given *probity.Error
	if !errors.As(err, &given) {
		return nil
	}
	made := complete(given)
	switch made.Code {
	case codes.InvalidArgument, codes.NotFound, codes.FailedPrecondition, codes.AlreadyExists:
	default:
		return nil
	}
	item := &v1.ItemError{Code: int32(made.Code), Reason: made.Reason, Message: made.Message}
	if len(made.FieldViolations) > 0 {
		item.Field = made.FieldViolations[0].Field
	}
	return item
}
