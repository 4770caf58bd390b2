package receipts_test

import (
	"encoding/base64"
	"os"
	"slices"
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	v1 "probity.dev/client/probityv1"
	"probity.dev/client/receipts"
)

const data = "../../../tests/testdata/evidence/"

func file(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(data + name)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func golden(t *testing.T, name string) *v1.Receipt {
	t.Helper()
	receipt := &v1.Receipt{}
	if err := protojson.Unmarshal(file(t, name), receipt); err != nil {
		t.Fatal(err)
	}
	return receipt
}

func keys(t *testing.T) []receipts.PublicKey {
	t.Helper()
	keys, err := receipts.ParseKeys(file(t, "plain_key.pem"))
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

// faultOf is the fault's name without its prefix.
func faultOf(t *testing.T, verification *v1.ReceiptVerification) string {
	t.Helper()
	proven := receipts.IsProven(verification)
	if proven != (verification.GetExplanation() == "") || proven != (verification.GetDecision() != "") {
		t.Errorf("%v", verification)
	}
	return strings.TrimPrefix(verification.GetFault().String(), "EVIDENCE_FAULT_")
}

func bytesOf(t *testing.T, message proto.Message) []byte {
	t.Helper()
	bytes, err := proto.Marshal(message)
	if err != nil {
		t.Fatal(err)
	}
	return bytes
}

func TestGoldenReceiptsAreProvenInBothForms(t *testing.T) {
	for _, name := range []string{"plain_receipt.json", "receipt.json"} { // The second one's key was replaced.
		for _, form := range [][]byte{file(t, name), bytesOf(t, golden(t, name))} {
			if fault := faultOf(t, receipts.Verify(form, keys(t), nil)); fault != "NONE" {
				t.Errorf("%s: %s", name, fault)
			}
		}
	}
}

func TestSaysWhatIsProven(t *testing.T) {
	receipt := golden(t, "plain_receipt.json")
	want := &v1.ReceiptVerification{Fault: v1.EvidenceFault_EVIDENCE_FAULT_NONE, Decision: receipt.GetDecision(), Time: receipt.GetTime(),
		LogId: receipt.GetHead().GetLogId(), LeafIndex: receipt.GetInclusion().GetLeafIndex(), TreeSize: receipt.GetHead().GetTreeSize(),
		HeadTime: receipt.GetHead().GetTime(), KeyId: receipt.GetHead().GetKeyId(), Timestamp: v1.TimestampState_TIMESTAMP_STATE_NONE}
	if got := receipts.VerifyMessage(receipt, keys(t), nil); !proto.Equal(got, want) {
		t.Errorf("%v", got)
	}
	if receipts.IsProven(nil) || receipts.IsProven(&v1.ReceiptVerification{}) {
		t.Error("what says nothing is taken for proof")
	}
}

func TestAChangeOfAnyByteIsRefused(t *testing.T) {
	whole, keys := bytesOf(t, golden(t, "plain_receipt.json")), keys(t)
	for place := range whole {
		changed := slices.Clone(whole)
		changed[place] ^= 1
		if faultOf(t, receipts.Verify(changed, keys, nil)) == "NONE" {
			t.Errorf("byte %d", place)
		}
	}
}

// flip changes the first byte in a copy.
func flip(data []byte) []byte { return append([]byte{data[0] ^ 1}, data[1:]...) }

func TestChangesAndTheirFaults(t *testing.T) {
	for what, c := range map[string]struct {
		file   string
		change func(*v1.Receipt)
		fault  string
		says   string
	}{
		"core":          {"plain_receipt.json", func(r *v1.Receipt) { r.Core = flip(r.Core) }, "NOT_INCLUDED", "issued: core"},
		"bundle digest": {"plain_receipt.json", func(r *v1.Receipt) { r.BundleDigest = flip(r.BundleDigest) }, "NOT_INCLUDED", "issued: bundle digest"},
		"salt":          {"plain_receipt.json", func(r *v1.Receipt) { r.Salt = flip(r.Salt) }, "NOT_INCLUDED", "issued: salt"},
		"no salt":       {"plain_receipt.json", func(r *v1.Receipt) { r.Salt = nil }, "MALFORMED", "the field salt"},
		"no decision":   {"plain_receipt.json", func(r *v1.Receipt) { r.Decision = "" }, "MALFORMED", "the field decision"},
		"root":          {"plain_receipt.json", func(r *v1.Receipt) { r.Head.RootHash = flip(r.Head.RootHash) }, "HEAD_SIGNATURE", "does not fit the head"},
		"head's time":   {"plain_receipt.json", func(r *v1.Receipt) { r.Head.Time.Nanos++ }, "MALFORMED", "head's field time"},
		"tree size":     {"plain_receipt.json", func(r *v1.Receipt) { r.Inclusion.TreeSize++ }, "MALFORMED", "inclusion.tree_size"},
		"no head":       {"plain_receipt.json", func(r *v1.Receipt) { r.Head = nil }, "MALFORMED", "changed since"},
		"a digest gone": {"plain_receipt.json", func(r *v1.Receipt) { r.Parts = r.Parts[1:] }, "PART_DIGESTS", "table of digests"},
		"one twice":     {"plain_receipt.json", func(r *v1.Receipt) { r.Parts = append(r.Parts, r.Parts[0]) }, "PART_DIGESTS", "table of digests"},
		"format":        {"plain_receipt.json", func(r *v1.Receipt) { r.Format = 2 }, "UNKNOWN_FORMAT", "format 2"},
		"rotation": {"receipt.json", func(r *v1.Receipt) { r.Keys.Rotations[0].Signature = flip(r.Keys.Rotations[0].Signature) },
			"KEY_STATEMENT", "the log's rotation has a wrong signature"},
		"another log": {"receipt.json", func(r *v1.Receipt) { r.Keys.Rotations[0].LogId = flip(r.Keys.Rotations[0].LogId) },
			"KEY_STATEMENT", "is of another log"},
	} {
		receipt := golden(t, c.file)
		c.change(receipt)
		got := receipts.VerifyMessage(receipt, keys(t), nil)
		if fault := faultOf(t, got); fault != c.fault || !strings.Contains(got.GetExplanation(), c.says) {
			t.Errorf("%s: %s, %s", what, fault, got.GetExplanation())
		}
	}
}

func TestKeysThatNobodyPublishedAndThatWereRevoked(t *testing.T) {
	receipt := golden(t, "plain_receipt.json")
	if fault := faultOf(t, receipts.VerifyMessage(receipt, nil, nil)); fault != "KEY_NOT_TRUSTED" {
		t.Error(fault)
	}
	// A revocation of a key that this log never had.
	history := &v1.KeyHistory{Revocations: golden(t, "receipt.json").GetKeys().GetRevocations()}
	if len(history.Revocations) == 0 {
		t.Fatal("the golden receipt has no revocation")
	}
	if fault := faultOf(t, receipts.VerifyMessage(receipt, keys(t), history)); fault != "KEY_STATEMENT" {
		t.Error(fault)
	}
}

func TestFilesThatAreNoReceipts(t *testing.T) {
	for _, text := range []string{"", "{", "{}", "hello", strings.Repeat("\xff", 50), `{"a": 1}`, "{\xff}", "   ",
		string(file(t, "act_receipt.json"))} {
		if fault := faultOf(t, receipts.Verify([]byte(text), keys(t), nil)); fault != "UNREADABLE" {
			t.Errorf("%.20q: %s", text, fault)
		}
	}
	unknown := append(bytesOf(t, golden(t, "plain_receipt.json")), "\xfa\x3e\x01x"...) // field 1007
	if fault := faultOf(t, receipts.Verify(unknown, keys(t), nil)); fault != "UNKNOWN_FORMAT" {
		t.Error(fault)
	}
}

func TestKeysOfAnotherKindAreRefused(t *testing.T) {
	certificate := "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
	for _, text := range []string{"", "no key", base64.StdEncoding.EncodeToString(file(t, "plain_key.pem")), certificate} {
		if keys, err := receipts.ParseKeys([]byte(text)); err == nil || len(keys) > 0 {
			t.Errorf("%q is taken", text)
		}
	}
}
