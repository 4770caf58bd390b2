package probity_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"probity.dev/client"
	"probity.dev/client/probityv1"
)

func TestAnErrorCarriesAllThatWasSaid(t *testing.T) {
	bad := &errdetails.BadRequest{FieldViolations: []*errdetails.BadRequest_FieldViolation{
		{Field: "subject.ref", Description: "is missing"}}}
	_, client := serve(t, refusal(codes.InvalidArgument, "give a subject", reason("INVALID_FIELD", "field", "subject.ref"), bad,
		retryIn(1500*time.Millisecond)))
	err := screen(client, &probityv1.ScreenSupplierRequest{RequestId: "po-1"})
	failed := refused(t, err)
	if failed.Code != codes.InvalidArgument || failed.Domain != "probity" || failed.RetryAfter != 1500*time.Millisecond ||
		failed.Metadata["field"] != "subject.ref" || failed.CallID != "c0ffee" || !failed.IsKnownReason() {
		t.Errorf("%+v", failed)
	}
	if len(failed.FieldViolations) != 1 || failed.FieldViolations[0] != (probity.FieldViolation{Field: "subject.ref", Description: "is missing"}) {
		t.Errorf("%+v", failed.FieldViolations)
	}
	want := "Probity refused the request: give a subject (field subject.ref). " +
		"[InvalidArgument/INVALID_FIELD, ScreeningService/ScreenSupplier, call c0ffee, request po-1]"
	if err.Error() != want {
		t.Error(err)
	}
	if status.Code(err) != codes.InvalidArgument {
		t.Errorf("gRPC takes it for %v", status.Code(err))
	}
}

func TestAReasonThatIsNewerThanTheClientIsKept(t *testing.T) {
	_, client := serve(t, refusal(codes.FailedPrecondition, "moon is wrong", reason("MOON_PHASE", "phase", "new")))
	failed := refused(t, screen(client, nil))
	if failed.Reason != "MOON_PHASE" || failed.IsKnownReason() || failed.Metadata["phase"] != "new" {
		t.Errorf("%+v", failed)
	}
}

func TestEveryCodeTellsThePersonWhatIsToDo(t *testing.T) {
	for code := codes.Canceled; code <= codes.Unauthenticated; code++ {
		_, client := serve(t, refusal(code, "said", reason("R", "permission", "SCREEN")))
		_, err := client.Policies.ActivatePolicy(ctx, &probityv1.ActivatePolicyRequest{})
		said := refused(t, err).UserMessage()
		if !strings.Contains(said, "Probity") || !strings.Contains(said, ": said.") {
			t.Errorf("%v: %s", code, said)
		}
		for _, told := range map[codes.Code][]string{
			codes.PermissionDenied: {"for the permission SCREEN"}, codes.Internal: {"tell your administrator"},
			codes.DataLoss: {"Nothing was decided"}, codes.Unavailable: {"try again later"}}[code] {
			if !strings.Contains(said, told) {
				t.Errorf("%v: %s lacks %q", code, said, told)
			}
		}
	}
}

func TestNobodyThere(t *testing.T) {
	client := connect(t, "127.0.0.1:9")
	_, err := client.Policies.ActivatePolicy(ctx, &probityv1.ActivatePolicyRequest{})
	failed := refused(t, err)
	for _, part := range []string{"cannot be reached at 127.0.0.1:9", "No server listens there", "Nothing was decided"} {
		if !strings.Contains(failed.UserMessage(), part) {
			t.Error(failed.UserMessage())
		}
	}
}

func TestErrorsOfItems(t *testing.T) {
	item := &probityv1.BatchScreenItemResult{Answer: &probityv1.BatchScreenItemResult_Error{Error: &probityv1.ItemError{
		Code: 5, Reason: "VENDOR_NOT_FOUND", Message: "there is none", Field: "subject.ref.vendor"}}}
	failed := refused(t, probity.ItemFailure(item))
	if failed.Code != codes.NotFound || failed.Reason != "VENDOR_NOT_FOUND" || failed.FieldViolations[0].Field != "subject.ref.vendor" {
		t.Errorf("%+v", failed)
	}
	for _, code := range []int32{-1, 0, 17} {
		odd := &probityv1.UpsertVendorResult{Error: &probityv1.ItemError{Code: code}}
		if refused(t, probity.ItemFailure(odd)).Code != codes.Unknown {
			t.Errorf("%d", code)
		}
	}
	if err := probity.ItemFailure(&probityv1.UpsertVendorResult{}); err != nil {
		t.Error(err)
	}
}

func TestATokenThatEndsMeanwhileIsSaidWithoutBeingShown(t *testing.T) {
	fake, _ := serve(t, answer)
	tokens := []string{"first", "very secret"}
	client := connect(t, fake.address, probity.WithTokenSource(func(context.Context) (string, error) {
		token := tokens[0]
		tokens = tokens[1:]
		return token, nil
	}))
	err := screen(client, nil)
	if failed := refused(t, err); failed.Code != codes.Unauthenticated || strings.Contains(err.Error(), "secret") ||
		!strings.Contains(failed.UserMessage(), "the token is empty, or has a space") {
		t.Error(err)
	}
	var wrong *probity.ConfigurationError
	if _, err := probity.New("localhost:1", probity.WithToken("very secret")); !errors.As(err, &wrong) || strings.Contains(err.Error(), "secret") {
		t.Error(err)
	}
}
