package probity_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"

	"probity.dev/client"
	"probity.dev/client/probityv1"
)

var (
	ctx    = context.Background()
	answer = &probityv1.ScreenSupplierResponse{}
	quota  = reason("QUOTA_EXCEEDED", "caller", "erp")
)

func screen(client *probity.Client, request *probityv1.ScreenSupplierRequest) error {
	_, err := client.Screening.ScreenSupplier(ctx, request)
	return err
}

// refused is the Error in err.
func refused(t *testing.T, err error) *probity.Error {
	t.Helper()
	var failed *probity.Error
	if !errors.As(err, &failed) {
		t.Fatalf("%T %v is no probity.Error", err, err)
	}
	return failed
}

// ids are those that the calls carried.
func (f *fake) ids(t *testing.T, count int) []string {
	t.Helper()
	if len(f.calls) != count {
		t.Fatalf("%d calls instead of %d", len(f.calls), count)
	}
	var found []string
	for _, call := range f.calls {
		id := call.request.(interface{ GetRequestId() string }).GetRequestId()
		if id == "" {
			t.Error("a call without a request id")
		}
		found = append(found, id)
	}
	return found
}

func TestABudgetIsWaitedForAsLongAsTheServerSays(t *testing.T) {
	fake, client := serve(t, refusal(codes.ResourceExhausted, "too much", quota, retryIn(300*time.Millisecond)), answer)
	begun := time.Now()
	if err := screen(client, nil); err != nil {
		t.Fatal(err)
	}
	if waited := time.Since(begun); waited < 300*time.Millisecond {
		t.Errorf("waited %v", waited)
	}
	if ids := fake.ids(t, 2); ids[0] != ids[1] {
		t.Errorf("not the same request: %v", ids)
	}
}

func TestABudgetIsNotWaitedForPastTheDeadline(t *testing.T) {
	fake, client := serve(t, refusal(codes.ResourceExhausted, "too much", quota, retryIn(30*time.Second)), answer)
	failed := refused(t, screen(client, nil))
	if failed.Reason != "QUOTA_EXCEEDED" || failed.RetryAfter != 30*time.Second || failed.Metadata["caller"] != "erp" {
		t.Errorf("%+v", failed)
	}
	if !strings.Contains(failed.UserMessage(), "Nothing was decided; ask again in 30 seconds.") {
		t.Error(failed.UserMessage())
	}
	if ids := fake.ids(t, 1); failed.RequestID != ids[0] {
		t.Errorf("%q was sent, %q is told", ids[0], failed.RequestID)
	}
}

func TestWhoStopsWaitingIsToldSo(t *testing.T) {
	_, client := serve(t, refusal(codes.ResourceExhausted, "too much", quota, retryIn(10*time.Second)), answer)
	ctx, cancel := context.WithCancel(ctx)
	defer time.AfterFunc(100*time.Millisecond, cancel).Stop()
	_, err := client.Screening.ScreenSupplier(ctx, nil)
	if failed := refused(t, err); failed.Code != codes.Canceled || !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestWithoutWordOfWhenNothingIsSentAgain(t *testing.T) {
	fake, client := serve(t, refusal(codes.ResourceExhausted, "the disk is full", reason("DISK_FULL")), answer)
	if failed := refused(t, screen(client, nil)); failed.Reason != "DISK_FULL" || failed.RetryAfter != 0 {
		t.Errorf("%+v", failed)
	}
	fake.ids(t, 1)
}

func TestNothingIsSentAgainWhereThatWasSwitchedOff(t *testing.T) {
	for _, code := range []codes.Code{codes.Unavailable, codes.ResourceExhausted} {
		fake, _ := serve(t, refusal(code, "not now", reason("OVERLOADED"), retryIn(time.Millisecond)), answer)
		failed := refused(t, screen(connect(t, fake.address, probity.WithoutRetries()), nil))
		if failed.Reason != "OVERLOADED" || len(fake.calls) != 1 {
			t.Errorf("%v: %d calls, %v", code, len(fake.calls), failed)
		}
	}
}

func TestWhatHasNoRequestIDIsSentOnce(t *testing.T) {
	for _, code := range []codes.Code{codes.Unavailable, codes.ResourceExhausted} {
		fake, client := serve(t, refusal(code, "not now", reason("OVERLOADED"), retryIn(time.Millisecond)),
			&probityv1.ActivatePolicyResponse{})
		_, err := client.Policies.ActivatePolicy(ctx, &probityv1.ActivatePolicyRequest{})
		if refused(t, err).Reason != "OVERLOADED" || len(fake.calls) != 1 {
			t.Errorf("%v: %d calls, %v", code, len(fake.calls), err)
		}
	}
}

func TestGRPCAsksAgainWhereNobodyAnswered(t *testing.T) {
	away := refusal(codes.Unavailable, "drained")
	fake, client := serve(t, away, away, answer)
	if err := screen(client, &probityv1.ScreenSupplierRequest{}); err != nil {
		t.Fatal(err)
	}
	if ids := fake.ids(t, 3); ids[0] != ids[2] {
		t.Error(ids)
	}
}

func TestARequestIsNotChangedAndEachCallIsAnotherOne(t *testing.T) {
	fake, client := serve(t, answer, answer)
	request := &probityv1.ScreenSupplierRequest{Policy: "policies/a"}
	for range 2 {
		if err := screen(client, request); err != nil {
			t.Fatal(err)
		}
	}
	if !proto.Equal(request, &probityv1.ScreenSupplierRequest{Policy: "policies/a"}) {
		t.Errorf("changed: %v", request)
	}
	if ids := fake.ids(t, 2); ids[0] == ids[1] {
		t.Error(ids)
	}
}

func TestTheCallersOwnIDStays(t *testing.T) {
	fake, client := serve(t, refusal(codes.Internal, "a fault"))
	failed := refused(t, screen(client, &probityv1.ScreenSupplierRequest{RequestId: "po-4711"}))
	if ids := fake.ids(t, 1); ids[0] != "po-4711" || failed.RequestID != "po-4711" {
		t.Errorf("%v, %q", ids, failed.RequestID)
	}
}

func TestEachItemOfABatchHasAnID(t *testing.T) {
	fake, client := serve(t, &probityv1.BatchScreenSuppliersResponse{})
	items := []*probityv1.BatchScreenItem{{CorrelationId: "0"}, {Request: &probityv1.ScreenSupplierRequest{RequestId: "mine"}}, nil}
	if _, err := client.Screening.BatchScreenSuppliers(ctx, &probityv1.BatchScreenSuppliersRequest{Items: items}); err != nil {
		t.Fatal(err)
	}
	sent := fake.calls[0].request.(*probityv1.BatchScreenSuppliersRequest).GetItems()
	ids := map[string]bool{}
	for _, item := range sent {
		ids[item.GetRequest().GetRequestId()] = true
	}
	if len(sent) != 3 || len(ids) != 3 || !ids["mine"] || ids[""] || items[0].Request != nil {
		t.Errorf("%v", sent)
	}
}

func TestDeadlines(t *testing.T) {
	fake, client := serve(t, answer, answer)
	longer, cancel := context.WithTimeout(ctx, time.Hour)
	defer cancel()
	for _, ctx := range []context.Context{ctx, longer} {
		if _, err := client.Screening.ScreenSupplier(ctx, nil); err != nil {
			t.Fatal(err)
		}
	}
	if own := fake.calls[0].left; own < 5*time.Second || own > 15*time.Second {
		t.Errorf("by default %v", own)
	}
	if given := fake.calls[1].left; given < 59*time.Minute {
		t.Errorf("instead of an hour %v", given)
	}
	over, cancel := context.WithDeadline(ctx, time.Now().Add(-time.Second))
	defer cancel()
	_, err := client.Screening.ScreenSupplier(over, nil)
	if failed := refused(t, err); !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(failed.UserMessage(), "in time") {
		t.Error(err)
	}
}

func TestWhoCallsIsSaid(t *testing.T) {
	fake, _ := serve(t, answer)
	client := connect(t, fake.address, probity.WithToken("a.b.c"))
	if err := screen(client, nil); err != nil {
		t.Fatal(err)
	}
	sent := fake.calls[0].metadata
	if sent.Get("authorization")[0] != "Bearer a.b.c" || !strings.HasPrefix(sent.Get("user-agent")[0], "probity-client-go/"+probity.Version) {
		t.Errorf("%v", sent)
	}
}
