package probitytest_test

import (
	"context"
	"fmt"

	"probity.dev/client"
	"probity.dev/client/probitytest"
	v1 "probity.dev/client/probityv1"
)

// release is what is tested: it lets an order go or holds it.
func release(client *probity.Client, order, vendor string) string {
	answer, err := client.Screening.ScreenSupplier(context.Background(), &v1.ScreenSupplierRequest{
		Subject:   probity.ByVendor("SAP-PRD", vendor),
		Purchase:  &v1.PurchaseContext{AuthorityCountry: "GB", Purpose: v1.Purpose_PURPOSE_ORDER, Procedure: order},
		RequestId: order + "-1",
	})
	switch {
	case err != nil:
		return "held, not checked"
	case probity.MayBuy(answer):
		return "released"
	}
	return "held: " + probity.VerdictName(answer)
}

// In a test, Start takes the place of NewServer and Close.
func Example() {
	server := probitytest.NewServer()
	defer server.Close()
	server.Screen(probity.ByVendor("SAP-PRD", "000017"), probitytest.Clear())
	server.Screen(probity.ByVendor("SAP-PRD", "000018"), probitytest.Block("DEBAR-1"))
	server.ScreenOthers(probitytest.Review(v1.ReviewReason_REVIEW_REASON_MISSING_IDENTIFIER))
	client := server.Client(probity.WithoutRetries())

	fmt.Println(release(client, "PO-1", "000017"))
	fmt.Println(release(client, "PO-2", "000018"))
	fmt.Println(release(client, "PO-3", "000019"))
	server.Down()
	fmt.Println(release(client, "PO-4", "000017"))
	for _, asked := range server.Screenings() {
		fmt.Println("asked:", asked.GetRequestId())
	}
	// Output:
	// released
	// held: BLOCK
	// held: REVIEW
	// held, not checked
	// asked: PO-1-1
	// asked: PO-2-1
	// asked: PO-3-1
}

func ExampleFail() {
	server := probitytest.NewServer()
	defer server.Close()
	who := probity.ByIdentifier("GB-COH", "04830352")
	server.Screen(who, probitytest.Fail(&probity.Error{Reason: "IDENTIFIER_CHECK_FAILED",
		Message:         "subject.ref.identifier.value: the check digit is wrong",
		FieldViolations: []probity.FieldViolation{{Field: "subject.ref.identifier.value"}}}))
	_, err := server.Client().Screening.ScreenSupplier(context.Background(), &v1.ScreenSupplierRequest{
		Subject: who, Purchase: &v1.PurchaseContext{AuthorityCountry: "GB"}})
	fmt.Println(err.(*probity.Error).UserMessage())
	// Output:
	// Probity refused the request: subject.ref.identifier.value: the check digit is wrong.
}

func ExampleHandle() {
	server := probitytest.NewServer()
	defer server.Close()
	probitytest.Handle(server, func(_ context.Context, request *v1.BatchUpsertVendorsRequest) (*v1.BatchUpsertVendorsResponse, error) {
		response := &v1.BatchUpsertVendorsResponse{}
		for _, vendor := range request.GetVendors() {
			response.Results = append(response.Results,
				&v1.UpsertVendorResult{Number: vendor.GetNumber(), Change: v1.VendorChange_VENDOR_CHANGE_CREATED})
		}
		return response, nil
	})
	answer, err := server.Client().Vendors.BatchUpsertVendors(context.Background(), &v1.BatchUpsertVendorsRequest{
		Vendors: []*v1.Vendor{{Number: &v1.VendorNumber{System: "SAP-PRD", Number: "000017"}}}})
	fmt.Println(answer.GetResults()[0].GetChange(), err)
	fmt.Println(len(probitytest.Requests[*v1.BatchUpsertVendorsRequest](server)), "request")
	// Output:
	// VENDOR_CHANGE_CREATED <nil>
	// 1 request
}
