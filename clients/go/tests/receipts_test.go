package tests

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	v1 "probity.dev/client/probityv1"
	"probity.dev/client/receipts"
)

// agree asks the command line and this client for one verification; whether it is proven.
func (w *world) agree(t *testing.T, what string, file, key []byte) bool {
	t.Helper()
	w.write(t, "receipt", string(file))
	w.write(t, "key.pub", string(key))
	keys, err := receipts.ParseKeys(key)
	if err != nil {
		t.Fatal(err)
	}
	verification := receipts.Verify(file, keys, nil)
	said := w.run(t, "--json", "decision", "verify", w.path("receipt"), "--key", w.path("key.pub")).Out
	theirs := &v1.ReceiptVerification{}
	if err := (protojson.UnmarshalOptions{DiscardUnknown: true}).Unmarshal([]byte(said), theirs); err != nil {
		t.Fatalf("%s: %v in %q", what, err, said)
	}
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
	answer, err := screen(client, named(good, ""))
	if err != nil {
		t.Fatal(err)
	}
	got, err := client.Screening.GetReceipt(ctx, &v1.GetReceiptRequest{Name: answer.GetDecision().GetName()})
	if err != nil {
		t.Fatal(err)
	}
	whole, err := proto.Marshal(got.GetReceipt())
	if err != nil {
		t.Fatal(err)
	}
	key := []byte(w.probity(t, "log", "keys", "--pem"))
	if !w.agree(t, "as issued", whole, key) {
		t.Error("the server's own receipt is not proven")
	}
	for place := 0; place < len(whole); place += max(1, len(whole)/6) {
		changed := []byte(strings.Clone(string(whole)))
		changed[place] ^= 1
		if w.agree(t, fmt.Sprintf("byte %d", place), changed, key) {
			t.Errorf("proven with byte %d changed", place)
		}
	}
}
