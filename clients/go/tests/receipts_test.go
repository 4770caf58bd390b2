package tests

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"probity.dev/client"
	v1 "probity.dev/client/probityv1"
	"probity.dev/client/receipts"
)

// verified reads what the command line says of a receipt, by "decision verify" or "log verify-act".
func (w *world) verified(t *testing.T, file, key []byte, theirs proto.Message, command ...string) []receipts.PublicKey {
	t.Helper()
	w.write(t, "receipt", string(file))
	w.write(t, "key.pub", string(key))
	keys, err := receipts.ParseKeys(key)
	if err != nil {
		t.Fatal(err)
	}
	said := w.run(t, append(append([]string{"--json"}, command...), w.path("receipt"), "--key", w.path("key.pub"))...).Out
	if err := (protojson.UnmarshalOptions{DiscardUnknown: true}).Unmarshal([]byte(said), theirs); err != nil {
		t.Fatalf("%v: %v in %q", command, err, said)
	}
	return keys
}

// agree asks the command line and this client for one verification; whether it is proven.
func (w *world) agree(t *testing.T, what string, file, key []byte) bool {
	t.Helper()
	theirs := &v1.ReceiptVerification{}
	keys := w.verified(t, file, key, theirs, "decision", "verify")
	verification := receipts.Verify(file, keys, nil)
	if theirs.GetFault() != verification.GetFault() || theirs.GetDecision() != verification.GetDecision() ||
		fmt.Sprint(theirs.GetAlteredParts()) != fmt.Sprint(verification.GetAlteredParts()) {
		t.Errorf("%s: the command line says\n%v\nthe client\n%v", what, theirs, verification)
	}
	return receipts.IsProven(verification)
}

func TestReceiptsAreVerifiedAsByTheCommandLine(t *testing.T) {
	w := newWorld(t, "mtls")
	client := w.client(t, "erp")
	golden := func(name string) []byte {
		text, err := os.ReadFile(filepath.Join("../../../tests/testdata/evidence", name))
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	for name, want := range map[string]bool{"plain_receipt.json": true, "receipt.json": true, "act_receipt.json": false} {
		if w.agree(t, name, golden(name), golden("plain_key.pem")) != want {
			t.Errorf("%s: %v", name, !want)
		}
	}
	testReceiptsOfActs(t, w, client)
	answer, err := screen(client, named(good, ""))
	if err != nil {
		t.Fatal(err)
	}
	got, err := client.Screening.GetReceipt(ctx, &v1.GetReceiptRequest{Name: answer.GetDecision().GetName()})
	if err != nil {
		t.Fatal(err)
	}
	w.proves(t, got.GetReceipt(), w.agree)
}

// proves says by `agree` whether a receipt of the server is proven as issued, and with no byte
// changed.
func (w *world) proves(t *testing.T, receipt proto.Message, agree func(*testing.T, string, []byte, []byte) bool) {
	t.Helper()
	whole, err := proto.Marshal(receipt)
	if err != nil {
		t.Fatal(err)
	}
	key := []byte(w.probity(t, "log", "keys", "--pem"))
	if !agree(t, "as issued", whole, key) {
		t.Error("the server's own receipt is not proven")
	}
	for place, changed := range changes(whole) {
		if agree(t, fmt.Sprintf("byte %d", place), changed, key) {
			t.Errorf("proven with byte %d changed", place)
		}
	}
}

// changes are the same with another byte changed in each, by place.
func changes(whole []byte) map[int][]byte {
	found := map[int][]byte{}
	for place := 0; place < len(whole); place += max(1, len(whole)/6) {
		found[place] = slices.Clone(whole)
		found[place][place] ^= 1
	}
	return found
}

// agreeOnAct is agree for a receipt of an act.
func (w *world) agreeOnAct(t *testing.T, what string, file, key []byte) bool {
	t.Helper()
	theirs := &v1.ActVerification{}
	verification := receipts.VerifyAct(file, w.verified(t, file, key, theirs, "log", "verify-act"), nil)
	if theirs.GetFault() != verification.GetFault() || theirs.GetAct() != verification.GetAct() ||
		!proto.Equal(theirs.GetCore(), verification.GetCore()) {
		t.Errorf("%s: the command line says\n%v\nthe client\n%v", what, theirs, verification)
	}
	return receipts.IsProven(verification)
}

// Of an act that the tests of all clients begin with: the register's load.
func testReceiptsOfActs(t *testing.T, w *world, client *probity.Client) {
	var name string
	acts := probity.Items(ctx, client.Screening.ListActs, &v1.ListActsRequest{}, (*v1.ListActsResponse).GetActs)
	for act, err := range acts {
		if err != nil {
			t.Fatal(err)
		}
		if act.GetCore().GetMethod() == "DatasetService.CommitLoad" {
			name = act.GetName()
		}
	}
	got, err := client.Screening.GetActReceipt(ctx, &v1.GetActReceiptRequest{Name: name})
	if err != nil {
		t.Fatal(err)
	}
	w.proves(t, got.GetReceipt(), w.agreeOnAct)
}
