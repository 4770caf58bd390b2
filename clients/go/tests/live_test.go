package tests

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc/codes"

	"probity.dev/client"
	"probity.dev/client/probityv1"
)

const system = "SAP-ПРД" // Not ASCII, as vendor systems are not.

func refused(t *testing.T, err error, reason string) *probity.Error {
	t.Helper()
	var failed *probity.Error
	if !errors.As(err, &failed) || failed.Reason != reason {
		t.Fatalf("%v is no %s", err, reason)
	}
	return failed
}

func says(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("%q lacks %q", text, part)
		}
	}
}

func TestWorld(t *testing.T) {
	w := newWorld(t, "mtls")
	client := w.client(t, "erp")
	for name, test := range map[string]func(*testing.T, *world, *probity.Client){
		"screening": testScreening, "bad input": testBadInput, "rights": testRights, "budget": testBudget,
		"vendors": testVendors, "consistency": testConsistency,
	} {
		t.Run(name, func(t *testing.T) { test(t, w, client) })
	}
	t.Run("stream", func(t *testing.T) { testStream(t, w, client) }) // Of the vendors that are known by now.
	// Last of all, what ends the server.
	t.Run("watch", func(t *testing.T) { testWatch(t, w, client) })
	t.Run("connection", func(t *testing.T) { testConnection(t, w) })
	t.Run("slow server", func(t *testing.T) { testSlowServer(t, w, client) })
	t.Run("restart", func(t *testing.T) { testRestart(t, w, client) })
}

func testScreening(t *testing.T, _ *world, client *probity.Client) {
	answer, err := screen(client, named(bad, "Brackish Kilns Ltd"))
	if err != nil || probity.MayBuy(answer) || probity.VerdictName(answer) != "BLOCK" {
		t.Fatalf("%v, %v", answer, err)
	}
	says(t, probity.Explain(answer), "M-BAR (Invented Act s. 1)")
	answer, err = screen(client, named(good, "Tidewater Stationery Ltd"))
	if err != nil || !probity.MayBuy(answer) || !probity.MayBuyOn(answer, time.Now().UTC()) {
		t.Fatalf("%s, %v", probity.Explain(answer), err)
	}
	if probity.MayBuyOn(answer, time.Now().AddDate(500, 0, 0)) {
		t.Error("stands for ever")
	}
	answer, err = screen(client, &probityv1.ScreenedSubject{Name: "Неизвестное товарищество «Ёж»"})
	if err != nil || probity.MayBuy(answer) {
		t.Errorf("who has no number: %v, %v", answer, err)
	}
	request := &probityv1.ScreenSupplierRequest{Subject: named(good, ""), Purchase: purchase(), RequestId: "po-4711"}
	first, err := client.Screening.ScreenSupplier(ctx, request)
	if err != nil {
		t.Fatal(err)
	}
	second, err := client.Screening.ScreenSupplier(ctx, request)
	if err != nil || first.GetDecision().GetName() != second.GetDecision().GetName() || !second.GetRepeatedRequest() {
		t.Errorf("%v, %v", second, err)
	}
	request.Subject = named(bad, "")
	_, err = client.Screening.ScreenSupplier(ctx, request)
	refused(t, err, "REQUEST_ID_REUSED")
}

func testBadInput(t *testing.T, _ *world, client *probity.Client) {
	_, err := screen(client, &probityv1.ScreenedSubject{})
	failed := refused(t, err, "INVALID_FIELD")
	if !strings.Contains(failed.Metadata["field"], "subject") || len(failed.FieldViolations) == 0 || failed.CallID == "" {
		t.Errorf("%+v", failed)
	}
	_, err = screen(client, probity.ByIdentifier("XX-WRONG", "1"))
	says(t, refused(t, err, "UNKNOWN_IDENTIFIER_SCHEME").UserMessage(), "XX-WRONG", "Probity refused the request")
	_, err = client.Suppliers.GetSupplier(ctx, &probityv1.GetSupplierRequest{Name: "suppliers/0"})
	if failed := refused(t, err, "SUPPLIER_NOT_FOUND"); failed.Code != codes.NotFound {
		t.Error(err)
	}
	_, err = screen(client, named("\xff", ""))
	if err == nil {
		t.Error("a name that is no text is taken")
	}
}

func testRights(t *testing.T, w *world, _ *probity.Client) {
	reader := w.client(t, "reader")
	if _, err := reader.Server.GetServerInfo(ctx, nil); err != nil {
		t.Error(err)
	}
	_, err := screen(reader, named(good, ""))
	failed := refused(t, err, "PERMISSION_DENIED")
	says(t, failed.UserMessage(), "the permission SCREEN")
	if failed.Metadata["permission"] != "SCREEN" {
		t.Errorf("%+v", failed)
	}
}

func testBudget(t *testing.T, w *world, _ *probity.Client) {
	poor := w.client(t, "poor")
	for range 3 { // More than it has for a second: the rest is waited for.
		if _, err := screen(poor, named(good, "")); err != nil {
			t.Fatal(err)
		}
	}
	hasty, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for hasty.Err() == nil { // Within a deadline that is too short to wait, it is refused.
		short, done := context.WithTimeout(ctx, 300*time.Millisecond)
		_, err := poor.Screening.ScreenSupplier(short, &probityv1.ScreenSupplierRequest{Subject: named(good, ""), Purchase: purchase()})
		done()
		var failed *probity.Error
		if errors.As(err, &failed) && failed.Code == codes.ResourceExhausted {
			if failed.Reason != "QUOTA_EXCEEDED" || failed.RetryAfter <= 0 {
				t.Errorf("%+v", failed)
			}
			return
		}
	}
	t.Error("the budget is never used up")
}

// confirmed is a vendor as somebody confirmed it.
func confirmed(number, record, name string) *probityv1.Vendor {
	return &probityv1.Vendor{Number: &probityv1.VendorNumber{System: system, Number: number}, Confirmed: true,
		DisplayName: name, Target: &probityv1.Vendor_SourceRecord{SourceRecord: "datasets/reg/records/" + record}}
}

func sure[T any](values []T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for _, value := range values {
			if !yield(value, nil) {
				return
			}
		}
	}
}

// numbers of the vendor master of these tests; each seventh is the barred firm.
func numbers() []string {
	var all []string
	for i := range 1250 {
		all = append(all, fmt.Sprintf("%05d", i))
	}
	return all
}

func registerAll(t *testing.T, client *probity.Client) {
	t.Helper()
	var vendors []*probityv1.Vendor
	for i, number := range numbers() {
		if i%7 == 0 {
			vendors = append(vendors, confirmed(number, "bad", "Brackish Kilns Ltd"))
		} else {
			vendors = append(vendors, confirmed(number, "good", "Tidewater Stationery Ltd"))
		}
	}
	var results []string
	for result, err := range client.RegisterVendors(ctx, sure(vendors)) {
		if err != nil || probity.ItemFailure(result) != nil {
			t.Fatal(err, result)
		}
		results = append(results, result.GetNumber().GetNumber())
	}
	if !slices.Equal(results, numbers()) {
		t.Fatalf("%d results", len(results))
	}
}

func testVendors(t *testing.T, _ *world, client *probity.Client) {
	registerAll(t, client)
	for number, want := range map[string]string{"00001": "CLEAR", "00007": "BLOCK"} {
		answer, err := screen(client, probity.ByVendor(system, number))
		if err != nil || probity.VerdictName(answer) != want {
			t.Errorf("%s: %v, %v", number, probity.VerdictName(answer), err)
		}
	}
	if answer, err := screen(client, probity.ByVendor(system, "7")); err != nil || probity.MayBuy(answer) {
		t.Errorf("without its zeros: %v, %v", answer, err)
	}
	wrong := &probityv1.Vendor{Number: &probityv1.VendorNumber{System: system, Number: "9"},
		Identifier: &probityv1.Identifier{Scheme: "XX-WRONG", Value: "1"}}
	var reasons []string
	for result, err := range client.RegisterVendors(ctx, sure([]*probityv1.Vendor{wrong, confirmed("8", "nobody", "")})) {
		var failed *probity.Error
		if err != nil || !errors.As(probity.ItemFailure(result), &failed) {
			t.Fatal(err, result)
		}
		reasons = append(reasons, failed.Reason)
	}
	if !slices.Equal(reasons, []string{"UNKNOWN_IDENTIFIER_SCHEME", "RECORD_NOT_FOUND"}) {
		t.Errorf("%v", reasons)
	}
	request := &probityv1.ListVendorsRequest{System: system, PageSize: 500}
	var listed []string
	for vendor, err := range probity.Items(ctx, client.Vendors.ListVendors, request, (*probityv1.ListVendorsResponse).GetVendors) {
		if err != nil {
			t.Fatal(err)
		}
		listed = append(listed, vendor.GetNumber().GetNumber())
	}
	if !slices.Equal(listed, numbers()) {
		t.Errorf("%d vendors are listed", len(listed))
	}
}

func testConsistency(t *testing.T, _ *world, client *probity.Client) {
	info, err := client.Server.GetServerInfo(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	read := func(consistency *probityv1.Consistency) (*probityv1.LookupSuppliersResponse, error) {
		return client.Suppliers.LookupSuppliers(ctx, &probityv1.LookupSuppliersRequest{Consistency: consistency,
			Identifiers: []*probityv1.Identifier{{Scheme: "GB-COH", Value: good}}})
	}
	for _, consistency := range []*probityv1.Consistency{probity.MinimizeLatency(), probity.AtLeastAsFresh(info.GetRevision()),
		probity.AtExactRevision(info.GetRevision()), probity.KnownAt(time.Now())} {
		answer, err := read(consistency)
		if err != nil || answer.GetStamp().GetRevision().GetRevision() != info.GetRevision().GetRevision() {
			t.Errorf("%v: %v, %v", consistency, answer.GetStamp(), err)
		}
	}
	for _, consistency := range []*probityv1.Consistency{probity.AtLeastAsFresh(nil), probity.AtExactRevision(nil)} {
		if answer, err := read(consistency); err == nil {
			t.Errorf("%v: %v", consistency, answer)
		}
	}
	long, err := read(probity.KnownAt(time.Unix(0, 0)))
	if err != nil || long.GetStamp().GetRevision().GetRevision() >= info.GetRevision().GetRevision() {
		t.Errorf("what was known in 1970: %v, %v", long, err)
	}
}

// testConnection compares what a person is told with what is wrong.
func testConnection(t *testing.T, w *world) {
	rogue := probity.TLSFiles{CA: w.Rogue + "/ca.pem", Cert: w.Rogue + "/erp.pem", Key: w.Rogue + "/erp.key"}
	mixed, own := rogue, w.files("erp")
	mixed.CA = own.CA
	for what, c := range map[string]struct {
		options []probity.Option
		hint    string
	}{
		"another authority's server":      {[]probity.Option{probity.WithTLSFiles(rogue)}, "the authority in CA"},
		"another authority's certificate": {[]probity.Option{probity.WithTLSFiles(mixed)}, "was not revoked"},
		"one that has ended":              {[]probity.Option{probity.WithTLSFiles(w.files("old"))}, "has not ended"},
		"none":                            {[]probity.Option{probity.WithTLSFiles(probity.TLSFiles{CA: own.CA})}, "was not revoked"},
		"in the clear":                    {nil, "give WithTLSFiles"},
	} {
		_, err := connect(t, w.Address, c.options...).Server.GetServerInfo(ctx, nil)
		var failed *probity.Error
		if !errors.As(err, &failed) || failed.Code != codes.Unavailable {
			t.Errorf("%s: %v", what, err)
			continue
		}
		says(t, failed.UserMessage(), "cannot be reached at "+w.Address, c.hint, "Nothing was decided")
	}
	other := connect(t, strings.Replace(w.Address, "127.0.0.1", "127.0.0.2", 1), probity.WithTLSFiles(own))
	_, err := other.Server.GetServerInfo(ctx, nil)
	says(t, fmt.Sprint(err), "cannot be reached at 127.0.0.2")
}

func testSlowServer(t *testing.T, w *world, client *probity.Client) {
	w.do(t, new(any), "pause")
	defer w.do(t, new(any), "go_on")
	short, cancel := context.WithTimeout(ctx, 500*time.Millisecond)
	defer cancel()
	_, err := client.Screening.ScreenSupplier(short, &probityv1.ScreenSupplierRequest{Subject: named(good, ""), Purchase: purchase()})
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
	says(t, refused(t, err, "").UserMessage(), "Nothing may be bought on this")
}

// streamed gives the answers' ids, and how many of them may be bought from.
func streamed(t *testing.T, client *probity.Client, settings *probityv1.StreamScreenSettings, between func(answered int)) ([]string, int) {
	t.Helper()
	settings.Purchase = purchase()
	stream := client.ScreenStream(settings, probity.VendorItems(system, slices.Values(numbers())))
	var found []string
	clear := 0
	for answer, err := range stream.Answers(ctx) {
		if err != nil {
			t.Fatal(err)
		}
		if found = append(found, answer.GetResult().GetCorrelationId()); probity.MayBuy(answer) {
			clear++
		}
		between(len(found))
	}
	return found, clear
}

func testStream(t *testing.T, _ *world, client *probity.Client) {
	for range 2 { // The same run, sent again, is answered as it was.
		found, clear := streamed(t, client, &probityv1.StreamScreenSettings{StreamId: "nightly-1"}, func(int) {})
		if want := 1250 - 179; !slices.Equal(found, numbers()) || clear != want {
			t.Errorf("%d answers, %d of them CLEAR instead of %d", len(found), clear, want)
		}
	}
}

func testRestart(t *testing.T, w *world, client *probity.Client) {
	found, clear := streamed(t, client, &probityv1.StreamScreenSettings{}, func(answered int) {
		if answered == 100 {
			w.restart(t)
		}
	})
	if !slices.Equal(found, numbers()) || clear != 1250-179 {
		t.Errorf("%d answers, %d of them CLEAR", len(found), clear)
	}
	if answer, err := screen(client, named(bad, "")); err != nil || probity.MayBuy(answer) {
		t.Error(answer, err)
	}
}

func TestTokens(t *testing.T) {
	w := newWorld(t, "token")
	answer, err := screen(connect(t, w.Address, probity.WithTokenFile(w.TokenFile)), named(bad, ""))
	if err != nil || probity.MayBuy(answer) || !strings.HasPrefix(answer.GetDecision().GetName(), "authorities/ministry/decisions/") {
		t.Errorf("%v, %v", answer, err)
	}
	for what, options := range map[string][]probity.Option{"none": nil,
		"a wrong one": {probity.WithToken("token-of-somebody-else-who-is-not-known")}} {
		_, err := connect(t, w.Address, options...).Server.GetServerInfo(ctx, nil)
		failed := refused(t, err, "UNAUTHENTICATED")
		says(t, failed.UserMessage(), "does not know who is asking")
		if strings.Contains(err.Error(), "somebody-else") {
			t.Errorf("%s: shown in %v", what, err)
		}
	}
	fresh := connect(t, w.Address, probity.WithTokenFile(w.TokenFile))
	if err := os.WriteFile(w.TokenFile, []byte("of-nobody-that-is-known-here-1234\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err = fresh.Server.GetServerInfo(ctx, nil) // The file is read again for every call.
	refused(t, err, "UNAUTHENTICATED")
}
