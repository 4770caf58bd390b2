package probitytest

import (
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

// The codes that a server gives reasons with. Not here: NAME_NOT_FOUND and NAME_EXISTS, whose names
// say it, and reasons of rows and loads, with which no call fails.
var codesOfReasons = byReason(map[codes.Code]string{
	codes.InvalidArgument: "AS_OF_IN_FUTURE EDITION_REQUIRED EMPTY_FILE FILE_TOO_LARGE IDENTIFIER_CHECK_FAILED INVALID_CURSOR" +
		" INVALID_FIELD INVALID_MAPPING INVALID_PAGE_TOKEN INVALID_RESUME_TOKEN LIMIT_EXCEEDED MISSING_COLUMN MISSING_FILE" +
		" NO_KEY_COLUMNS POLICY_INVALID REQUEST_ID_REUSED TRUNCATED_FILE UNKNOWN_FORMAT UNKNOWN_IDENTIFIER_SCHEME UNKNOWN_SCHEME",
	codes.FailedPrecondition: "BACKUP_NOT_CONFIGURED BACKUP_RUNNING CHUNK_OFFSET CURSOR_EXPIRED DATASET_RESERVED EVIDENCE_GAP" +
		" EVIDENCE_KEY_WRONG EVIDENCE_OTHER_LOG EXPORT_NOT_ALLOWED JUDGEMENT_STANDS LEGAL_HOLD LOAD_SELF_APPROVAL LOAD_STATE" +
		" MODE_NOT_ALLOWED NO_ACTIVE_POLICY OLDER_EDITION REDACTION_SELF_APPROVAL REPLAY_ENGINE_UNAVAILABLE" +
		" REPLAY_REVISION_EXPIRED REPLY_STATE RESTORE_TARGET_NOT_EMPTY RESTORE_UNFINISHED REVISION_EXPIRED SELF_ASSESSMENT" +
		" STORE_FORMAT_NEWER STORE_IN_USE STORE_NOT_WRITABLE VERDICTS_LIFTED WAIVER_NOT_LAWFUL WAIVER_SELF_APPROVAL" +
		" WAIVER_STATE WRONG_LINEAGE",
	codes.Unavailable: "ACCESS_LOG_UNAVAILABLE COMMIT_OUTCOME_UNKNOWN EVIDENCE_LOG_UNAVAILABLE INDEX_NOT_READY" +
		" ISSUER_KEYS_UNAVAILABLE REVISION_NOT_YET_HERE WATCH_UNAVAILABLE",
	codes.ResourceExhausted: "DISK_FULL EVIDENCE_QUEUE_FULL OVERLOADED QUOTA_EXCEEDED TOO_MANY_STREAMS",
	codes.DataLoss:          "BACKUP_DAMAGED CHUNK_CHECKSUM EVIDENCE_LOG_CORRUPT STORE_CORRUPT",
	codes.Aborted:           "LOAD_CONFLICT",
	codes.DeadlineExceeded:  "STREAM_IDLE",
	codes.PermissionDenied:  "PERMISSION_DENIED",
	codes.Unauthenticated:   "UNAUTHENTICATED",
})

func byReason(names map[codes.Code]string) map[string]codes.Code {
	found := map[string]codes.Code{}
	for code, reasons := range names {
		for _, reason := range strings.Fields(reasons) {
			found[reason] = code
		}
	}
	return found
}

// codeOf is the code that a server gives the reason with; OK where it gives none.
func codeOf(reason string) codes.Code {
	switch _, known := v1.ErrorReason_value["ERROR_REASON_"+reason]; {
	case known && strings.HasSuffix(reason, "_NOT_FOUND"):
		return codes.NotFound
	case known && strings.HasSuffix(reason, "_EXISTS"):
		return codes.AlreadyExists
	}
	return codesOfReasons[reason]
}

// complete has a code, and words, where the test gave a reason alone. It panics where the test says
// what no server could.
func complete(given *probity.Error) *probity.Error {
	made := *given
	if made.Code == codes.OK {
		made.Code = codeOf(given.Reason)
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
