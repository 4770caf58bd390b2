package probity_test

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"testing"

	"google.golang.org/grpc/codes"

	"probity.dev/client"
	"probity.dev/client/probityv1"
)

func page(next string, numbers ...string) *probityv1.ListVendorsResponse {
	answer := &probityv1.ListVendorsResponse{NextPageToken: next}
	for _, number := range numbers {
		answer.Vendors = append(answer.Vendors, &probityv1.Vendor{Number: &probityv1.VendorNumber{Number: number}})
	}
	return answer
}

func TestAListingIsReadToItsEnd(t *testing.T) {
	fake, client := serve(t, page("b", "1", "2"), page("c"), page("", "3"), page("b", "1", "2"))
	request := &probityv1.ListVendorsRequest{System: "S", PageToken: "a"}
	vendors := probity.Items(ctx, client.Vendors.ListVendors, request, (*probityv1.ListVendorsResponse).GetVendors)
	var numbers, tokens []string
	for vendor, err := range vendors {
		if err != nil {
			t.Fatal(err)
		}
		numbers = append(numbers, vendor.GetNumber().GetNumber())
	}
	for range vendors { // Asks anew, and only for the page that is needed.
		break
	}
	for _, call := range fake.calls {
		tokens = append(tokens, call.request.(*probityv1.ListVendorsRequest).GetPageToken())
	}
	if !slices.Equal(numbers, []string{"1", "2", "3"}) || !slices.Equal(tokens, []string{"a", "b", "c", "a"}) || request.PageToken != "a" {
		t.Errorf("%v by %v", numbers, tokens)
	}
}

func TestAListingThatFailsSaysSoLast(t *testing.T) {
	_, client := serve(t, page("b", "1"), refusal(codes.InvalidArgument, "stale", reason("INVALID_PAGE_TOKEN")))
	seen := 0
	for vendor, err := range probity.Items(ctx, client.Vendors.ListVendors, nil, (*probityv1.ListVendorsResponse).GetVendors) {
		if seen++; seen == 2 && (vendor != nil || refused(t, err).Reason != "INVALID_PAGE_TOKEN") {
			t.Errorf("%v, %v", vendor, err)
		}
	}
	if seen != 2 {
		t.Errorf("%d steps", seen)
	}
}

// vendors are numbered from 0; then comes the error, if there is one.
func vendors(count int, err error) iter.Seq2[*probityv1.Vendor, error] {
	return func(yield func(*probityv1.Vendor, error) bool) {
		for i := range count {
			if !yield(&probityv1.Vendor{Number: &probityv1.VendorNumber{Number: fmt.Sprint(i)}}, nil) {
				return
			}
		}
		if err != nil {
			yield(nil, err)
		}
	}
}

func upserted(count int) *probityv1.BatchUpsertVendorsResponse {
	return &probityv1.BatchUpsertVendorsResponse{Results: make([]*probityv1.UpsertVendorResult, count)}
}

func TestVendorsAreRegisteredByTheServersLimit(t *testing.T) {
	limit := &probityv1.GetServerInfoResponse{MaxBatchVendors: 2}
	torn := errors.New("the cursor is torn")
	for _, c := range []struct {
		given int
		fault error
		sizes []int
	}{{5, nil, []int{2, 2, 1}}, {4, nil, []int{2, 2}}, {0, nil, nil}, {3, torn, []int{2, 1}}, {2, torn, []int{2}}} {
		script := []any{limit}
		for _, size := range c.sizes {
			script = append(script, upserted(size))
		}
		fake, client := serve(t, script...)
		results, last := 0, error(nil)
		for _, err := range client.RegisterVendors(ctx, vendors(c.given, c.fault)) {
			if last = err; err == nil {
				results++
			}
		}
		var sizes []int
		ids := map[string]bool{}
		for _, call := range fake.calls[1:] {
			sent := call.request.(*probityv1.BatchUpsertVendorsRequest)
			sizes, ids[sent.GetRequestId()] = append(sizes, len(sent.GetVendors())), true
		}
		if results != c.given || !errors.Is(last, c.fault) || !slices.Equal(sizes, c.sizes) || len(ids) != len(sizes) || ids[""] {
			t.Errorf("%+v: %d results, %v, %v", c, results, last, sizes)
		}
	}
}

func TestVendorsAreNotSentOnBehindARefusal(t *testing.T) {
	fake, client := serve(t, &probityv1.GetServerInfoResponse{MaxBatchVendors: 1}, refusal(codes.PermissionDenied, "no"))
	steps := 0
	for _, err := range client.RegisterVendors(ctx, vendors(3, nil)) {
		steps++
		if refused(t, err).Code != codes.PermissionDenied {
			t.Error(err)
		}
	}
	if steps != 1 || len(fake.calls) != 2 {
		t.Errorf("%d steps, %d calls", steps, len(fake.calls))
	}
}
