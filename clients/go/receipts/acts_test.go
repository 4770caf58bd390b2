package receipts_test

import (
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	v1 "probity.dev/client/probityv1"
	"probity.dev/client/receipts"
)

func goldenAct(t *testing.T) *v1.ActReceipt {
	t.Helper()
	receipt := &v1.ActReceipt{}
	if err := protojson.Unmarshal(file(t, "act_receipt.json"), receipt); err != nil {
		t.Fatal(err)
	}
	return receipt
}

// faultOfAct is the fault's name without its prefix.
func faultOfAct(t *testing.T, verification *v1.ActVerification) string {
	t.Helper()
	proven := receipts.IsProven(verification)
	if proven != (verification.GetExplanation() == "") || proven != (verification.GetAct() != "") || proven != (verification.GetCore() != nil) {
		t.Errorf("%v", verification)
	}
	return strings.TrimPrefix(verification.GetFault().String(), "EVIDENCE_FAULT_")
}

func TestTheGoldenReceiptOfAnActIsProvenInBothForms(t *testing.T) {
	for _, form := range [][]byte{file(t, "act_receipt.json"), bytesOf(t, goldenAct(t))} {
		if fault := faultOfAct(t, receipts.VerifyAct(form, keys(t), nil)); fault != "NONE" {
			t.Error(fault)
		}
	}
}

func TestSaysWhatIsProvenOfAnAct(t *testing.T) {
	receipt, core := goldenAct(t), &v1.ActCore{}
	if err := proto.Unmarshal(receipt.GetCore(), core); err != nil {
		t.Fatal(err)
	}
	want := &v1.ActVerification{Fault: v1.EvidenceFault_EVIDENCE_FAULT_NONE, Act: receipt.GetAct(), Core: core,
		Time: receipt.GetTime(), LogId: receipt.GetHead().GetLogId(), LeafIndex: receipt.GetInclusion().GetLeafIndex(),
		TreeSize: receipt.GetHead().GetTreeSize(), HeadTime: receipt.GetHead().GetTime(), KeyId: receipt.GetHead().GetKeyId()}
	if got := receipts.VerifyActMessage(receipt, keys(t), nil); !proto.Equal(got, want) || core.GetPrincipal() == "" {
		t.Errorf("%v", got)
	}
}

func TestAChangeOfAnyByteOfAnActIsRefused(t *testing.T) {
	whole := bytesOf(t, goldenAct(t))
	for place := range whole {
		changed := append([]byte(nil), whole...)
		changed[place] ^= 1
		if fault := faultOfAct(t, receipts.VerifyAct(changed, keys(t), nil)); fault == "NONE" {
			t.Errorf("proven with byte %d changed", place)
		}
	}
}

func TestChangesOfAnActAndTheirFaults(t *testing.T) {
	for what, c := range map[string]struct {
		change func(*v1.ActReceipt)
		fault  string
		says   string
	}{
		"core":        {func(r *v1.ActReceipt) { r.Core = flip(r.Core) }, "NOT_INCLUDED", "from the act to the root"},
		"name":        {func(r *v1.ActReceipt) { r.Act += "0" }, "NOT_INCLUDED", "from the act to the root"},
		"salt":        {func(r *v1.ActReceipt) { r.Salt = flip(r.Salt) }, "NOT_INCLUDED", "from the act to the root"},
		"no name":     {func(r *v1.ActReceipt) { r.Act = "" }, "MALFORMED", "the field act"},
		"no salt":     {func(r *v1.ActReceipt) { r.Salt = nil }, "MALFORMED", "the field salt"},
		"no time":     {func(r *v1.ActReceipt) { r.Time.Nanos = 1 }, "MALFORMED", "the field time"},
		"tree size":   {func(r *v1.ActReceipt) { r.Inclusion.TreeSize = 0 }, "MALFORMED", "inclusion.tree_size"},
		"root":        {func(r *v1.ActReceipt) { r.Head.RootHash = flip(r.Head.RootHash) }, "HEAD_SIGNATURE", "does not fit"},
		"format":      {func(r *v1.ActReceipt) { r.Format = 2 }, "UNKNOWN_FORMAT", "the receipt of an act has format 2"},
		"newer field": {func(r *v1.ActReceipt) { r.ProtoReflect().SetUnknown([]byte("\xfa\x3e\x01x")) }, "UNKNOWN_FORMAT", "fields"},
	} {
		receipt := goldenAct(t)
		c.change(receipt)
		got := receipts.VerifyActMessage(receipt, keys(t), nil)
		if fault := faultOfAct(t, got); fault != c.fault || !strings.Contains(got.GetExplanation(), c.says) {
			t.Errorf("%s: %s, %s", what, fault, got.GetExplanation())
		}
	}
}

func TestWhatIsNoReceiptOfAnAct(t *testing.T) {
	for _, text := range []string{"", "{", "{}", "hello", strings.Repeat("\xff", 50), string(file(t, "plain_receipt.json"))} {
		if fault := faultOfAct(t, receipts.VerifyAct([]byte(text), keys(t), nil)); fault != "UNREADABLE" {
			t.Errorf("%.20q: %s", text, fault)
		}
	}
	if fault := faultOfAct(t, receipts.VerifyAct(bytesOf(t, golden(t, "plain_receipt.json")), keys(t), nil)); fault == "NONE" {
		t.Error("a decision is taken for an act")
	}
	if fault := faultOfAct(t, receipts.VerifyActMessage(goldenAct(t), nil, nil)); fault != "KEY_NOT_TRUSTED" {
		t.Error(fault)
	}
	if receipts.IsProven((*v1.ActVerification)(nil)) || receipts.IsProven(&v1.ActVerification{}) {
		t.Error("nothing said is proof")
	}
}
