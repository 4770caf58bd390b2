package probitytest_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc/codes"

	"probity.dev/client"
	"probity.dev/client/probitytest"
	v1 "probity.dev/client/probityv1"
)

var (
	ctx      = context.Background()
	who      = probity.ByIdentifier("GB-COH", "04830352")
	purchase = &v1.PurchaseContext{AuthorityCountry: "GB", Purpose: v1.Purpose_PURPOSE_ORDER}
)

func screen(client *probity.Client, subject *v1.ScreenedSubject) (*v1.ScreenSupplierResponse, error) {
	return client.Screening.ScreenSupplier(ctx, &v1.ScreenSupplierRequest{Subject: subject, Purchase: purchase})
}

func refused(t *testing.T, err error) *probity.Error {
	t.Helper()
	var failed *probity.Error
	if !errors.As(err, &failed) {
		t.Fatalf("%T %v is no probity.Error", err, err)
	}
	return failed
}

func TestVerdictsBySubject(t *testing.T) {
	server := probitytest.Start(t)
	client := server.Client()
	company := &v1.ScreenedSubject{Ref: &v1.SubjectRef{Ref: &v1.SubjectRef_Vendor{
		Vendor: &v1.VendorNumber{System: "SAP-PRD", CompanyCode: "1000", Number: "17"}}}}
	name := &v1.ScreenedSubject{Name: "Неизвестное товарищество «Ёж»"}
	server.Screen(who, probitytest.Clear())
	server.Screen(probity.ByVendor("SAP-PRD", "17"), probitytest.Block("DEBAR-1", "FACT-1"))
	server.Screen(company, probitytest.Clear())
	server.Screen(name, probitytest.Review(v1.ReviewReason_REVIEW_REASON_MISSING_IDENTIFIER))
	server.ScreenOthers(probitytest.Decide(&v1.DecisionCore{Verdict: 7}))
	for want, subject := range map[string]*v1.ScreenedSubject{"CLEAR": who, "BLOCK": probity.ByVendor("SAP-PRD", "17"), "REVIEW": name,
		"UNKNOWN(7)": probity.ByVendor("SAP-PRD", "017")} {
		answer, err := screen(client, subject)
		if err != nil || probity.VerdictName(answer) != want || probity.MayBuy(answer) != (want == "CLEAR") {
			t.Errorf("%v: %s instead of %s, %v", subject, probity.VerdictName(answer), want, err)
		}
	}
	if answer, err := screen(client, company); err != nil || !probity.MayBuy(answer) {
		t.Errorf("another company's vendor: %v, %v", answer, err)
	}
}

func TestADecisionSaysWhyAndIsKept(t *testing.T) {
	server := probitytest.Start(t)
	client := server.Client()
	server.Screen(who, probitytest.Clear(), probitytest.Block("DEBAR-1"), probitytest.Review(
		v1.ReviewReason_REVIEW_REASON_ALLEGATION, v1.ReviewReason_REVIEW_REASON_STALE_SOURCE))
	clear, err := screen(client, who)
	if err != nil || !probity.MayBuyOn(clear, time.Now().UTC()) || probity.MayBuyOn(clear, time.Now().AddDate(0, 2, 0)) {
		t.Errorf("%s, %v", probity.Explain(clear), err)
	}
	block, err := screen(client, who)
	if err != nil || !strings.Contains(probity.Explain(block), "- DEBAR-1, about subject") {
		t.Errorf("%s, %v", probity.Explain(block), err)
	}
	for range 2 { // The last answer stays.
		review, err := screen(client, who)
		core := review.GetDecision().GetCore()
		if err != nil || len(core.GetReasons()) != 2 || len(core.GetFindings()) != 2 ||
			core.GetFindings()[1].GetReason() != v1.ReviewReason_REVIEW_REASON_STALE_SOURCE || len(core.GetNextSteps()) == 0 {
			t.Errorf("%v, %v", core, err)
		}
	}
	kept, err := client.Screening.GetDecision(ctx, &v1.GetDecisionRequest{Name: block.GetDecision().GetName()})
	if err != nil || probity.VerdictName(kept) != "BLOCK" || kept.GetBundle().GetPurchase().GetAuthorityCountry() != "GB" {
		t.Errorf("%v, %v", kept, err)
	}
	_, err = client.Screening.GetDecision(ctx, &v1.GetDecisionRequest{Name: "decisions/0"})
	if failed := refused(t, err); failed.Code != codes.NotFound || failed.Reason != "DECISION_NOT_FOUND" {
		t.Error(err)
	}
}

func TestARequestIDMeansOnePurchase(t *testing.T) {
	server := probitytest.Start(t)
	client := server.Client()
	server.Screen(who, probitytest.Clear(), probitytest.Block("DEBAR-1"))
	request := &v1.ScreenSupplierRequest{Subject: who, Purchase: purchase, RequestId: "PO-1-1"}
	for _, repeated := range []bool{false, true} {
		answer, err := client.Screening.ScreenSupplier(ctx, request)
		if err != nil || !probity.MayBuy(answer) || answer.GetRepeatedRequest() != repeated {
			t.Errorf("%v, %v", answer, err)
		}
	}
	request.Policy = "policies/other"
	_, err := client.Screening.ScreenSupplier(ctx, request)
	if failed := refused(t, err); failed.Reason != "REQUEST_ID_REUSED" {
		t.Error(err)
	}
	if asked := server.Screenings(); len(asked) != 3 || asked[2].GetPolicy() != "policies/other" {
		t.Errorf("%v", asked)
	}
}

func TestWhatNoServerTakesIsRefusedHereToo(t *testing.T) {
	server := probitytest.Start(t)
	client := server.Client()
	server.ScreenOthers(probitytest.Clear())
	for field, request := range map[string]*v1.ScreenSupplierRequest{
		"subject": {Purchase: purchase}, "purchase": {Subject: who}} {
		_, err := client.Screening.ScreenSupplier(ctx, request)
		failed := refused(t, err)
		if failed.Code != codes.InvalidArgument || failed.Reason != "INVALID_FIELD" || failed.Metadata["field"] != field ||
			failed.FieldViolations[0].Field != field {
			t.Errorf("%+v", failed)
		}
	}
}

func TestErrorsComeWithWhatAServerSendsBesideThem(t *testing.T) {
	server := probitytest.Start(t)
	server.Screen(who, probitytest.Fail(&probity.Error{Reason: "QUOTA_EXCEEDED", RetryAfter: 20 * time.Millisecond,
		Metadata: map[string]string{"caller": "erp"}}), probitytest.Clear())
	_, err := screen(server.Client(probity.WithoutRetries()), who)
	failed := refused(t, err)
	if failed.Code != codes.ResourceExhausted || failed.Metadata["caller"] != "erp" || failed.RetryAfter != 20*time.Millisecond ||
		failed.CallID == "" || !failed.IsKnownReason() {
		t.Errorf("%+v", failed)
	}
	server.Screen(who, probitytest.Fail(&probity.Error{Reason: "OVERLOADED", RetryAfter: 20 * time.Millisecond}),
		probitytest.Fail(&probity.Error{Reason: "EVIDENCE_LOG_UNAVAILABLE"}), probitytest.Clear())
	before := len(server.Screenings())
	if answer, err := screen(server.Client(), who); err != nil || !probity.MayBuy(answer) {
		t.Errorf("what passes is waited out: %v, %v", answer, err)
	}
	asked := server.Screenings()[before:]
	if len(asked) != 3 || asked[0].GetRequestId() != asked[2].GetRequestId() {
		t.Errorf("%v", asked)
	}
}

func TestWhoDoesNotAnswer(t *testing.T) {
	server := probitytest.Start(t)
	server.ScreenOthers(probitytest.Hang())
	short, cancel := context.WithTimeout(ctx, 50*time.Millisecond)
	defer cancel()
	_, err := server.Client().Screening.ScreenSupplier(short, &v1.ScreenSupplierRequest{Subject: who, Purchase: purchase})
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
}

func TestAServerThatIsDownAndComesBack(t *testing.T) {
	server := probitytest.Start(t)
	server.ScreenOthers(probitytest.Clear())
	client, hasty := server.Client(), server.Client(probity.WithoutRetries())
	if _, err := screen(hasty, who); err != nil {
		t.Fatal(err)
	}
	server.Down()
	_, err := screen(hasty, who)
	failed := refused(t, err)
	if failed.Code != codes.Unavailable || failed.Reason != "" || !strings.Contains(failed.UserMessage(), "Nothing was decided") {
		t.Errorf("%+v", failed)
	}
	defer time.AfterFunc(100*time.Millisecond, server.Up).Stop()
	if answer, err := screen(client, who); err != nil || !probity.MayBuy(answer) {
		t.Errorf("%v, %v", answer, err)
	}
}

func TestCodesOfReasonsAreTheServers(t *testing.T) {
	given := map[string]string{}
	pattern := regexp.MustCompile(`absl::StatusCode::k(\w+),\s*v1::ERROR_REASON_(\w+)`)
	for _, folder := range []string{"base", "services/dataset", "services/identity", "screening"} {
		sources, err := filepath.Glob("../../../" + folder + "/*.cc")
		if err != nil {
			t.Fatal(err)
		}
		for _, source := range sources {
			text, err := os.ReadFile(source)
			if err != nil {
				t.Fatal(err)
			}
			for _, pair := range pattern.FindAllStringSubmatch(string(text), -1) {
				given[pair[2]] += " " + pair[1]
			}
		}
	}
	if len(given) < 60 {
		t.Fatalf("only %d reasons were read", len(given))
	}
	server := probitytest.Start(t)
	client := server.Client(probity.WithoutRetries())
	for reason, codes := range given {
		server.Screen(who, probitytest.Fail(&probity.Error{Reason: reason}))
		_, err := screen(client, who)
		if failed := refused(t, err); failed.Reason != reason || !strings.Contains(codes, failed.Code.String()) {
			t.Errorf("%s: %v instead of%s", reason, failed.Code, codes)
		}
	}
}

func TestAReasonWithWhichNoCallFailsIsRefused(t *testing.T) {
	for _, reason := range []string{"", "QUOTA_EXCEDED", "ROW_DATE", "NOBODY_NOT_FOUND"} {
		said := panics(func() { probitytest.Fail(&probity.Error{Reason: reason}) })
		if !strings.Contains(said, fmt.Sprintf("%q", reason)) || !strings.Contains(said, "docs/ERRORS.md") {
			t.Errorf("%q: %s", reason, said)
		}
	}
	if said := panics(func() { probitytest.Fail(&probity.Error{Reason: "NEWER", Code: codes.Aborted}) }); said != "" {
		t.Error(said)
	}
}

// panics is what f panics with; "" where it does not.
func panics(f func()) (said string) {
	defer func() {
		if with := recover(); with != nil {
			said = fmt.Sprint(with)
		}
	}()
	f()
	return ""
}
