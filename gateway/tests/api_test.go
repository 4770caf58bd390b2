package tests

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	v1 "probity.dev/gateway/internal/probityv1"
)

const (
	register = "datasets/demo-register"
	mill     = "9999INVENTED00000198"
)

// load brings files of data/demo into a dataset, over REST alone.
func load(t *testing.T, base, dataset string, files ...string) {
	t.Helper()
	at := base + "/v1/"
	good(t, "POST", at+"datasets", &v1.Dataset{Name: dataset, Title: "Invented", Invented: true, Redistributable: true,
		Absence: v1.AbsenceMode_ABSENCE_MODE_RETRACTED}, &v1.Dataset{})
	opened := &v1.Load{}
	good(t, "POST", at+dataset+"/loads", &v1.Load{Format: "probity-csv", Mode: v1.LoadMode_LOAD_MODE_FULL_EDITION}, opened)
	for _, file := range files {
		text, err := os.ReadFile("../../data/demo/" + file)
		if err != nil {
			t.Fatal(err)
		}
		sent := &v1.UploadChunkResponse{}
		good(t, "POST", at+opened.GetName()+":uploadChunk", map[string]any{"fileName": file, "role": "FILE_ROLE_DATA",
			"data": text, "crc32c": crc32.Checksum(text, crc32.MakeTable(crc32.Castagnoli))}, sent)
		if sent.GetCommittedOffset() != uint64(len(text)) {
			t.Fatalf("%s: %d of %d bytes are stored", file, sent.GetCommittedOffset(), len(text))
		}
	}
	good(t, "POST", at+opened.GetName()+":commit", map[string]any{}, opened)
	for end := time.Now().Add(patience); opened.GetState() != v1.LoadState_LOAD_STATE_COMMITTED; {
		if time.Now().After(end) || opened.GetState() == v1.LoadState_LOAD_STATE_FAILED {
			t.Fatalf("the load is %s", protojson.Format(opened))
		}
		time.Sleep(50 * time.Millisecond)
		good(t, "GET", at+opened.GetName(), nil, opened)
	}
}

func loaded(t *testing.T) *both {
	t.Helper()
	b := startBoth(t)
	load(t, b.base, register, "register.csv", "certifications.csv", "audits.csv", "links.csv")
	load(t, b.base, "datasets/demo-flags", "flags.csv")
	good(t, "POST", b.base+"/v1/policies:activate",
		map[string]any{"name": "policies/demo", "label": "POLICY_LABEL_STABLE"}, &v1.ActivatePolicyResponse{})
	return b
}

func brickworks(requestID string) *v1.ScreenSupplierRequest {
	return &v1.ScreenSupplierRequest{
		Subject: &v1.ScreenedSubject{Ref: &v1.SubjectRef{Ref: &v1.SubjectRef_SourceRecord{SourceRecord: register + "/records/S-04"}}},
		Purchase: &v1.PurchaseContext{AuthorityCountry: "NP", Purpose: v1.Purpose_PURPOSE_AWARD, NoOtherParties: true,
			Items: []*v1.PurchaseItem{{ItemId: "1", Commodity: &v1.CommodityCode{Scheme: v1.CommodityScheme_COMMODITY_SCHEME_HS, Code: "6904"}, Origin: "NP"}}},
		RequestId: requestID}
}

func screened(t *testing.T, b *both) *v1.ScreenSupplierResponse {
	t.Helper()
	answer := &v1.ScreenSupplierResponse{}
	good(t, "POST", b.base+"/v1/suppliers:screen", brickworks("request-1"), answer)
	return answer
}

func TestAnswersAreThoseOfGRPC(t *testing.T) {
	b := loaded(t)
	ctx := context.Background()
	suppliers, screening := v1.NewSupplierServiceClient(b.grpc), v1.NewScreeningServiceClient(b.grpc)
	risks, datasets := v1.NewRiskServiceClient(b.grpc), v1.NewDatasetServiceClient(b.grpc)
	decision := screened(t, b)
	if decision.GetDecision().GetCore().GetVerdict() != v1.Verdict_VERDICT_BLOCK {
		t.Fatalf("the brickworks are %s", decision.GetDecision().GetCore().GetVerdict())
	}
	name := decision.GetDecision().GetName()
	identifier := []*v1.Identifier{{Scheme: "XI-LEI", Value: mill}}

	lookup := &v1.LookupSuppliersResponse{}
	good(t, "POST", b.base+"/v1/suppliers:lookup", &v1.LookupSuppliersRequest{Identifiers: identifier}, lookup)
	check(t, lookup)(suppliers.LookupSuppliers(ctx, &v1.LookupSuppliersRequest{Identifiers: identifier}))

	search := &v1.SearchSuppliersRequest{Query: "Invneted Weaveing Mils", PageSize: 3}
	found := &v1.SearchSuppliersResponse{}
	good(t, "POST", b.base+"/v1/suppliers:search", search, found)
	if len(found.GetHits()) == 0 {
		t.Error("the search found nobody")
	}
	check(t, found)(suppliers.SearchSuppliers(ctx, search))

	supplier := found.GetHits()[0].GetSupplier().GetName()
	got := &v1.GetSupplierResponse{}
	good(t, "GET", b.base+"/v1/"+supplier+"?includeSourceRecords=true", nil, got)
	check(t, got)(suppliers.GetSupplier(ctx, &v1.GetSupplierRequest{Name: supplier, IncludeSourceRecords: true}))

	flag := &v1.GetRiskFlagResponse{}
	good(t, "GET", b.base+"/v1/riskFlags/datasets/demo-flags/records/R-02?asOf.year=2026&asOf.month=11&asOf.day=24", nil, flag)
	check(t, flag)(risks.GetRiskFlag(ctx, &v1.GetRiskFlagRequest{Name: "datasets/demo-flags/records/R-02",
		AsOf: &v1.Date{Year: 2026, Month: 11, Day: 24}}))

	read := &v1.GetDecisionResponse{}
	good(t, "GET", b.base+"/v1/"+name, nil, read)
	check(t, read)(screening.GetDecision(ctx, &v1.GetDecisionRequest{Name: name}))

	receipt := &v1.GetReceiptResponse{}
	good(t, "GET", b.base+"/v1/"+name+"/receipt", nil, receipt)
	check(t, receipt)(screening.GetReceipt(ctx, &v1.GetReceiptRequest{Name: name}))

	printed := &v1.PrintDecisionResponse{}
	good(t, "GET", b.base+"/v1/"+name+":print?language=fr&audience=AUDIENCE_SUPPLIER", nil, printed)
	check(t, printed)(screening.PrintDecision(ctx, &v1.PrintDecisionRequest{Name: name, Language: "fr", Audience: v1.Audience_AUDIENCE_SUPPLIER}))

	revisions := &v1.ListRevisionsResponse{}
	good(t, "GET", b.base+"/v1/revisions?dataset="+register, nil, revisions)
	check(t, revisions)(datasets.ListRevisions(ctx, &v1.ListRevisionsRequest{Dataset: register}))
}

// check compares what came over REST with what a gRPC call returns.
func check(t *testing.T, got proto.Message) func(proto.Message, error) {
	t.Helper()
	return func(want proto.Message, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		assertSame(t, got, want)
	}
}

func TestARequestIDHoldsOverBoth(t *testing.T) {
	b := loaded(t)
	first := screened(t, b)
	again, err := v1.NewScreeningServiceClient(b.grpc).ScreenSupplier(context.Background(), brickworks("request-1"))
	if err != nil || !again.GetRepeatedRequest() || again.GetDecision().GetName() != first.GetDecision().GetName() {
		t.Errorf("got %v, %v", again.GetDecision().GetName(), err)
	}
}

func TestWritesByResource(t *testing.T) {
	b := loaded(t)
	at := b.base + "/v1/"
	put := &v1.PutPortfolioResponse{}
	good(t, "PUT", at+"portfolios/all", map[string]any{"portfolio": map[string]any{"title": "All",
		"purchase": map[string]any{"authorityCountry": "DE", "purpose": "PURPOSE_MONITORING"}}}, put)
	if put.GetPortfolio().GetName() != "portfolios/all" || put.GetPortfolio().GetTitle() != "All" {
		t.Errorf("put %s", protojson.Format(put))
	}
	good(t, "DELETE", at+"portfolios/all", nil, &v1.DeletePortfolioResponse{})
	if status, failed := refused(t, "GET", at+"portfolios/all", nil); status != 404 || failed.Details[0].Reason != "PORTFOLIO_NOT_FOUND" {
		t.Errorf("after deletion: %d %+v", status, failed)
	}
	vendors := &v1.BatchUpsertVendorsResponse{}
	good(t, "POST", at+"vendors:batchUpsert", map[string]any{"vendors": []any{map[string]any{
		"number":     map[string]any{"system": "SAP-PRD", "number": "0000700001"},
		"identifier": map[string]any{"scheme": "XI-LEI", "value": mill}}}}, vendors)
	if len(vendors.GetResults()) != 1 || vendors.GetResults()[0].GetState() != v1.VendorState_VENDOR_STATE_CONFIRMED {
		t.Errorf("upserted %s", protojson.Format(vendors))
	}
}

func TestErrorsOfTheServerComeWhole(t *testing.T) {
	b := startBoth(t)
	status, failed := refused(t, "GET", b.base+"/v1/suppliers/nobody", nil)
	info := failed.Details[0]
	if status != 404 || info.Reason != "SUPPLIER_NOT_FOUND" || info.Domain != "probity" || info.Metadata["name"] != "suppliers/nobody" {
		t.Errorf("not found: %d %+v", status, failed)
	}
	bad := brickworks("")
	bad.Purchase.Purpose = v1.Purpose_PURPOSE_UNSPECIFIED
	status, failed = refused(t, "POST", b.base+"/v1/suppliers:screen", bad)
	field := ""
	for _, detail := range failed.Details {
		for _, violation := range detail.Violations {
			field = violation.Field
		}
	}
	if status != 400 || failed.Details[0].Reason != "INVALID_FIELD" || field != "purchase.purpose" {
		t.Errorf("bad field: %d %+v", status, failed)
	}
}

func TestAServerThatIsAwayIsNoAnswer(t *testing.T) {
	b := startBoth(t)
	_ = b.server.stop(t)
	status, failed := refused(t, "POST", b.base+"/v1/suppliers:screen", brickworks(""))
	if status != 503 || failed.Details[0].Reason != "SERVER_UNREACHABLE" || failed.Details[0].Domain != "probity-gateway" {
		t.Errorf("got %d %+v", status, failed)
	}
	if status, _, _ := call(t, "GET", b.base+"/readyz", nil); status != 503 {
		t.Errorf("/readyz: %d", status)
	}
	if status, _, _ := call(t, "GET", b.base+"/healthz", nil); status != 200 {
		t.Errorf("/healthz: %d", status)
	}
}

// streamed sends lines and returns the answers, which come as lines too.
func streamed(t *testing.T, address string, body io.Reader) []map[string]json.RawMessage {
	t.Helper()
	r, err := http.NewRequest("POST", address, body)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-ndjson")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	var all []map[string]json.RawMessage
	lines := bufio.NewScanner(answer.Body)
	lines.Buffer(nil, 8<<20)
	for lines.Scan() {
		var one map[string]json.RawMessage
		if err := json.Unmarshal(lines.Bytes(), &one); err != nil {
			t.Fatalf("%v in %q", err, lines.Text())
		}
		all = append(all, one)
	}
	return all
}

func item(id string) string {
	request, _ := protojson.Marshal(brickworks(""))
	return fmt.Sprintf(`{"item":{"correlationId":%q,"request":%s}}`, id, request) + "\n"
}

func TestAStreamOfScreeningsAnswersWhileItIsSent(t *testing.T) {
	b := loaded(t)
	reader, writer := io.Pipe()
	sent := make(chan struct{})
	go func() {
		defer close(sent)
		_, _ = io.WriteString(writer, "{\"settings\":{\"streamId\":\"s1\"}}\n"+item("a"))
		_, _ = io.WriteString(writer, item("b"))
		_ = writer.Close()
	}()
	all := streamed(t, b.base+"/v1/suppliers:streamScreen", reader)
	<-sent
	if len(all) != 3 {
		t.Fatalf("got %d messages: %v", len(all), all)
	}
	for i, want := range []string{"", "a", "b"} {
		message := &v1.StreamScreenSuppliersResponse{}
		if err := protojson.Unmarshal(all[i]["result"], message); err != nil {
			t.Fatalf("message %d: %v", i, err)
		}
		if got := message.GetResult().GetCorrelationId(); got != want {
			t.Errorf("message %d is of %q", i, got)
		}
		if i > 0 && message.GetResult().GetResponse().GetDecision().GetCore().GetVerdict() != v1.Verdict_VERDICT_BLOCK {
			t.Errorf("message %d: %s", i, all[i]["result"])
		}
	}
}

// A stream that is cut off by a bad line, or in the middle of one, must not look complete.
func TestAStreamWithABadLineEndsWithAnError(t *testing.T) {
	b := loaded(t)
	for title, bad := range map[string]string{"a field that is unknown": "{\"itme\":{}}\n", "half a line": `{"item":{"corr`} {
		all := streamed(t, b.base+"/v1/suppliers:streamScreen",
			strings.NewReader("{\"settings\":{}}\n"+item("a")+bad))
		var failed errorBody
		if err := json.Unmarshal(all[len(all)-1]["error"], &failed); err != nil || len(failed.Details) == 0 {
			t.Errorf("%s: the last of %d messages is %s", title, len(all), all[len(all)-1])
			continue
		}
		if failed.Details[0].Reason != "REQUEST_NOT_READABLE" || !strings.Contains(failed.Message, "line 3") {
			t.Errorf("%s: %+v", title, failed)
		}
	}
}

func TestAStreamFromTheServer(t *testing.T) {
	b := loaded(t)
	_, header, body := call(t, "GET", b.base+"/v1/"+register+":export?format=EXPORT_FORMAT_JSONL", nil)
	if header.Get("Content-Type") != "application/x-ndjson" {
		t.Errorf("is %s", header.Get("Content-Type"))
	}
	bytes := 0
	for _, line := range strings.Split(strings.TrimSpace(string(body)), "\n") {
		var one struct{ Result json.RawMessage }
		message := &v1.ExportDatasetResponse{}
		if err := json.Unmarshal([]byte(line), &one); err != nil || protojson.Unmarshal(one.Result, message) != nil {
			t.Fatalf("%v in %s", err, line)
		}
		bytes += len(message.GetData())
	}
	if bytes < 1000 {
		t.Errorf("%d bytes were exported", bytes)
	}
	// Streams say so in a line of theirs, the first one too.
	status, _, body := call(t, "GET", b.base+"/v1/datasets/nowhere:export?format=EXPORT_FORMAT_JSONL", nil)
	if status != 404 || !strings.Contains(string(body), `{"error":{"code":5,`) || !strings.Contains(string(body), "DATASET_NOT_FOUND") {
		t.Errorf("a stream of nothing: %d %s", status, body)
	}
}
