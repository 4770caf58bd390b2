package probitytest_test

import (
	"context"
	"slices"
	"testing"

	"google.golang.org/grpc/codes"

	"probity.dev/client"
	"probity.dev/client/probitytest"
	v1 "probity.dev/client/probityv1"
)

func TestABatch(t *testing.T) {
	server := probitytest.Start(t)
	client := server.Client(probity.WithoutRetries())
	server.Screen(who, probitytest.Clear())
	server.Screen(probity.ByIdentifier("XX-COH", "1"), probitytest.Fail(&probity.Error{Reason: "UNKNOWN_IDENTIFIER_SCHEME",
		FieldViolations: []probity.FieldViolation{{Field: "subject.ref.identifier.scheme"}}}))
	batch := &v1.BatchScreenSuppliersRequest{Items: []*v1.BatchScreenItem{
		{CorrelationId: "a", Request: &v1.ScreenSupplierRequest{Subject: who, Purchase: purchase}},
		{CorrelationId: "b", Request: &v1.ScreenSupplierRequest{Subject: probity.ByIdentifier("XX-COH", "1"), Purchase: purchase}}}}
	answer, err := client.Screening.BatchScreenSuppliers(ctx, batch)
	if err != nil || !probity.MayBuy(answer.GetResults()[0]) || answer.GetResults()[0].GetCorrelationId() != "a" {
		t.Fatalf("%v, %v", answer, err)
	}
	failed := refused(t, probity.ItemFailure(answer.GetResults()[1]))
	if failed.Reason != "UNKNOWN_IDENTIFIER_SCHEME" || failed.FieldViolations[0].Field != "subject.ref.identifier.scheme" {
		t.Errorf("%+v", failed)
	}
	server.Screen(who, probitytest.Fail(&probity.Error{Reason: "EVIDENCE_LOG_UNAVAILABLE"}))
	_, err = client.Screening.BatchScreenSuppliers(ctx, batch)
	if failed := refused(t, err); failed.Code != codes.Unavailable {
		t.Error(err)
	}
}

// What ends the stream in its middle is waited out by the client; what is answered is answered once.
func TestAStreamThatIsCut(t *testing.T) {
	server := probitytest.Start(t)
	client := server.Client()
	server.ScreenOthers(probitytest.Clear())
	server.Screen(probity.ByVendor("SAP-PRD", "2"), probitytest.Fail(&probity.Error{Reason: "EVIDENCE_LOG_UNAVAILABLE"}),
		probitytest.Block("DEBAR-1"))
	numbers := []string{"0", "1", "2", "3"}
	stream := client.ScreenStream(&v1.StreamScreenSettings{Purchase: purchase, Policy: "policies/p"},
		probity.VendorItems("SAP-PRD", slices.Values(numbers)))
	var found []string
	for answer, err := range stream.Answers(ctx) {
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, answer.GetResult().GetCorrelationId()+" "+probity.VerdictName(answer))
	}
	if !slices.Equal(found, []string{"0 CLEAR", "1 CLEAR", "2 BLOCK", "3 CLEAR"}) {
		t.Errorf("%v", found)
	}
	ids := map[string]int{}
	for _, asked := range server.Screenings() {
		ids[asked.GetRequestId()]++
		if asked.GetPurchase().GetAuthorityCountry() != "GB" || asked.GetPolicy() != "policies/p" {
			t.Errorf("without its settings: %v", asked)
		}
	}
	if repeated := ids[stream.Opened().GetStreamId()+"/2"]; len(ids) != 4 || repeated != 2 {
		t.Errorf("%v", ids)
	}
}

func TestAStreamThatNoServerWouldTake(t *testing.T) {
	server := probitytest.Start(t)
	client := server.Client()
	stream := client.ScreenStream(&v1.StreamScreenSettings{Purchase: purchase, ResumeToken: "of another server"},
		probity.VendorItems("SAP-PRD", slices.Values([]string{"1"})))
	for _, err := range stream.Answers(ctx) {
		if refused(t, err).Reason != "INVALID_RESUME_TOKEN" {
			t.Error(err)
		}
	}
	call, err := client.Screening.StreamScreenSuppliers(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if err := call.Send(&v1.StreamScreenSuppliersRequest{}); err != nil {
		t.Fatal(err)
	}
	_, err = call.Recv()
	if failed := refused(t, err); failed.Reason != "INVALID_FIELD" || failed.Metadata["field"] != "settings" {
		t.Error(err)
	}
}

func TestCertifications(t *testing.T) {
	server := probitytest.Start(t)
	client := server.Client()
	server.Certify(who, "SA8000", v1.CertificationResult_CERTIFICATION_RESULT_EXPIRED)
	server.Certify(who, "WRAP", v1.CertificationResult_CERTIFICATION_RESULT_VALID)
	check := func(schemes ...string) *v1.CheckCertificationRequest {
		request := &v1.CheckCertificationRequest{Subject: who.GetRef()}
		for _, scheme := range schemes {
			request.AcceptedSchemes = append(request.AcceptedSchemes, &v1.AcceptedScheme{SchemeId: scheme})
		}
		return request
	}
	expired, err := client.Certifications.CheckCertification(ctx, check("SA8000"))
	if err != nil || expired.GetResult() != v1.CertificationResult_CERTIFICATION_RESULT_EXPIRED || len(expired.GetCauses()) != 1 {
		t.Errorf("%v, %v", expired, err)
	}
	valid, err := client.Certifications.CheckCertification(ctx, check("SA8000", "WRAP"))
	if err != nil || valid.GetResult() != v1.CertificationResult_CERTIFICATION_RESULT_VALID || valid.GetValidUntil() == nil {
		t.Errorf("%v, %v", valid, err)
	}
	batch, err := client.Certifications.BatchCheckCertifications(ctx, &v1.BatchCheckCertificationsRequest{Items: []*v1.BatchCheckItem{
		{CorrelationId: "a", Request: check("WRAP")}, {CorrelationId: "b", Request: check()}}})
	if err != nil || batch.GetResults()[0].GetResponse().GetResult() != v1.CertificationResult_CERTIFICATION_RESULT_VALID ||
		batch.GetResults()[1].GetError().GetReason() != "INVALID_FIELD" {
		t.Errorf("%v, %v", batch, err)
	}
}

func TestAWatch(t *testing.T) {
	server := probitytest.Start(t)
	probitytest.HandleStream(server, func(_ context.Context, request *v1.WatchVerdictsRequest, send func(*v1.WatchVerdictsResponse) error) error {
		if request.GetCursor() == "1" {
			return &probity.Error{Reason: "CURSOR_EXPIRED"}
		}
		return send(&v1.WatchVerdictsResponse{Cursor: "1", Message: &v1.WatchVerdictsResponse_Change{
			Change: &v1.VerdictChange{Id: 1}}})
	})
	var ids []uint64
	for message, err := range server.Client().WatchVerdicts("portfolios/p", "").Messages(ctx) {
		if err != nil {
			if refused(t, err).Reason != "CURSOR_EXPIRED" {
				t.Error(err)
			}
			break
		}
		ids = append(ids, message.GetChange().GetId())
	}
	if !slices.Equal(ids, []uint64{1}) {
		t.Errorf("%v", ids)
	}
}
