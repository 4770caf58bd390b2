// Package receipts verifies receipts of decisions, and of acts of administration, without a server:
// as "probity decision verify" and "probity log verify-act" do, and with the same answer
// (docs/EVIDENCE.md).
//
//	keys, err := receipts.ParseKeys(pem) // from the log's operator, never from who sent the receipt
//	verification := receipts.Verify(file, keys, nil)
//	if !receipts.IsProven(verification) { fmt.Println(verification.GetExplanation()) }
//
// Time stamps (RFC 3161) are not verified here: "probity decision verify --tsa_ca" does.
package receipts

import (
	"bytes"
	"slices"
	"strings"

	v1 "probity.dev/client/probityv1"
)

// IsProven is true of a verification, of either kind, with EVIDENCE_FAULT_NONE, and of nothing else: one
// that says nothing is no proof.
func IsProven(verification interface{ GetFault() v1.EvidenceFault }) bool {
	return verification != nil && verification.GetFault() == v1.EvidenceFault_EVIDENCE_FAULT_NONE
}

// Verify says whether the content of a receipt's file, in either form, proves that its decision
// stands in the log. History is what else is known of the log's keys, for example revocations
// since; it may be nil. Of a bad receipt, Fault and Explanation say what is wrong; other fields
// are set only when it is proven.
func Verify(file []byte, trusted []PublicKey, history *v1.KeyHistory) *v1.ReceiptVerification {
	receipt := &v1.Receipt{}
	err := parse(file, receipt)
	if err == nil {
		err = checkFormat(receipt, theReceipt) // Parts of another format are not compared.
	}
	if err != nil {
		return refusal(err, nil)
	}
	return VerifyMessage(receipt, trusted, history)
}

// VerifyMessage is Verify of a receipt as GetReceipt gives it.
func VerifyMessage(receipt *v1.Receipt, trusted []PublicKey, history *v1.KeyHistory) *v1.ReceiptVerification {
	var altered []part
	for _, part := range parts {
		if part.isAltered(receipt) {
			altered = append(altered, part)
		}
	}
	if err := check(receipt, trusted, history, len(altered) == 0); err != nil {
		return refusal(err, altered)
	}
	verification := &v1.ReceiptVerification{
		Fault: v1.EvidenceFault_EVIDENCE_FAULT_NONE, Decision: receipt.GetDecision(), Time: receipt.GetTime(),
		LogId: receipt.GetHead().GetLogId(), LeafIndex: receipt.GetInclusion().GetLeafIndex(),
		TreeSize: receipt.GetHead().GetTreeSize(), HeadTime: receipt.GetHead().GetTime(),
		KeyId: receipt.GetHead().GetKeyId(), Timestamp: v1.TimestampState_TIMESTAMP_STATE_NONE}
	if receipt.GetTimestamp() != nil {
		verification.Timestamp = v1.TimestampState_TIMESTAMP_STATE_NOT_VERIFIED
	}
	return verification
}

const theReceipt = "the receipt"

// part has a digest of its own in the receipt.
type part struct {
	part v1.ReceiptPart
	name string
	data func(*v1.Receipt) []byte
}

var parts = []part{
	{v1.ReceiptPart_RECEIPT_PART_DECISION, "decision", func(r *v1.Receipt) []byte { return []byte(r.GetDecision()) }},
	{v1.ReceiptPart_RECEIPT_PART_TIME, "time", func(r *v1.Receipt) []byte { return instant(r.GetTime()) }},
	{v1.ReceiptPart_RECEIPT_PART_CORE, "core", (*v1.Receipt).GetCore},
	{v1.ReceiptPart_RECEIPT_PART_BUNDLE_DIGEST, "bundle digest", (*v1.Receipt).GetBundleDigest},
	{v1.ReceiptPart_RECEIPT_PART_SALT, "salt", (*v1.Receipt).GetSalt},
	{v1.ReceiptPart_RECEIPT_PART_INCLUSION, "inclusion proof", func(r *v1.Receipt) []byte { return inclusionBytes(r.GetInclusion()) }},
	{v1.ReceiptPart_RECEIPT_PART_HEAD, "head", func(r *v1.Receipt) []byte { return signedHeadBytes(r.GetHead()) }},
	{v1.ReceiptPart_RECEIPT_PART_KEYS, "keys", func(r *v1.Receipt) []byte { return keysBytes(r.GetKeys()) }},
	{v1.ReceiptPart_RECEIPT_PART_TIMESTAMP, "time stamp", func(r *v1.Receipt) []byte { return timestampBytes(r.GetTimestamp()) }},
}

func (p part) isIn(receipt *v1.Receipt) bool {
	return p.part != v1.ReceiptPart_RECEIPT_PART_TIMESTAMP || receipt.GetTimestamp() != nil
}

func (p part) isAltered(receipt *v1.Receipt) bool {
	said := false
	for _, digest := range receipt.GetParts() {
		if digest.GetPart() != p.part {
			continue
		}
		said = true
		if bytes.Equal(digest.GetSha256(), hash(p.data(receipt))) {
			return false
		}
	}
	return said || p.isIn(receipt)
}

// check gives the first fault on the way from the file to the trusted key.
func check(receipt *v1.Receipt, trusted []PublicKey, history *v1.KeyHistory, asIssued bool) error {
	if err := checkFormat(receipt, theReceipt); err != nil {
		return err
	}
	if err := checkProof(receipt, malformed(receipt), "decision", leafOf(receipt), trusted, history); err != nil {
		return err
	}
	if !asIssued || !namesEachPartOnce(receipt) {
		return fail(v1.EvidenceFault_EVIDENCE_FAULT_PART_DIGESTS,
			"the decision is in the log, but the receipt's table of digests was changed")
	}
	return nil
}

// namesEachPartOnce says whether the table has each part, in order, and nothing else.
func namesEachPartOnce(receipt *v1.Receipt) bool {
	var wanted, named []v1.ReceiptPart
	for _, part := range parts {
		if part.isIn(receipt) {
			wanted = append(wanted, part.part)
		}
	}
	for _, digest := range receipt.GetParts() {
		named = append(named, digest.GetPart())
	}
	return slices.Equal(wanted, named)
}

// malformed is the name of the first field that has not its form; "": none.
func malformed(receipt *v1.Receipt) string {
	_, isInstant := micros(receipt.GetTime())
	switch {
	case receipt.GetDecision() == "":
		return "decision"
	case !isInstant:
		return "time"
	case len(receipt.GetBundleDigest()) != hashBytes:
		return "bundle_digest"
	case len(receipt.GetSalt()) != saltBytes:
		return "salt"
	case receipt.GetInclusion().GetTreeSize() != receipt.GetHead().GetTreeSize():
		return "inclusion.tree_size"
	}
	return ""
}

func refusal(err error, altered []part) *v1.ReceiptVerification {
	found := faultIn(err)
	verification := &v1.ReceiptVerification{Fault: found.kind, Explanation: found.explanation}
	var names []string
	for _, part := range altered {
		verification.AlteredParts = append(verification.AlteredParts, part.part)
		names = append(names, part.name)
	}
	if len(names) > 0 && found.kind != v1.EvidenceFault_EVIDENCE_FAULT_PART_DIGESTS {
		verification.Explanation += "; changed since the receipt was issued: " + strings.Join(names, ", ")
	}
	return verification
}
