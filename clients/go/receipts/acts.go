package receipts

import (
	"google.golang.org/protobuf/proto"

	v1 "probity.dev/client/probityv1"
)

// VerifyAct says whether the content of a file with the receipt of an act of administration, in
// either form, proves that the act stands in the log, and what the act says: as "probity log
// verify-act" does. Keys and history are as of [Verify]. Of a bad receipt, Fault and Explanation say
// what is wrong; other fields are set only when it is proven.
func VerifyAct(file []byte, trusted []PublicKey, history *v1.KeyHistory) *v1.ActVerification {
	receipt := &v1.ActReceipt{}
	if err := parse(file, receipt); err != nil {
		return refusalOfAct(err)
	}
	return VerifyActMessage(receipt, trusted, history)
}

// VerifyActMessage is VerifyAct of a receipt as GetActReceipt gives it.
func VerifyActMessage(receipt *v1.ActReceipt, trusted []PublicKey, history *v1.KeyHistory) *v1.ActVerification {
	err := checkFormat(receipt, "the receipt of an act")
	if err == nil {
		err = checkProof(receipt, malformedInAct(receipt), "act", actLeafOf(receipt), trusted, history)
	}
	core := &v1.ActCore{}
	if err == nil {
		err = readCore(receipt.GetCore(), core)
	}
	if err != nil {
		return refusalOfAct(err)
	}
	return &v1.ActVerification{
		Fault: v1.EvidenceFault_EVIDENCE_FAULT_NONE, Act: receipt.GetAct(), Core: core, Time: receipt.GetTime(),
		LogId: receipt.GetHead().GetLogId(), LeafIndex: receipt.GetInclusion().GetLeafIndex(),
		TreeSize: receipt.GetHead().GetTreeSize(), HeadTime: receipt.GetHead().GetTime(), KeyId: receipt.GetHead().GetKeyId()}
}

// readCore is about what is in the log already: whether this release understands all of it is another
// question.
func readCore(data []byte, into *v1.ActCore) error {
	if err := proto.Unmarshal(data, into); err != nil || hasUnknownFields(into) {
		return fail(v1.EvidenceFault_EVIDENCE_FAULT_UNKNOWN_FORMAT,
			"the act is in the log, but says what this release does not know; use a newer one")
	}
	return nil
}

// malformedInAct is the name of the first field that has not its form; "": none.
func malformedInAct(receipt *v1.ActReceipt) string {
	_, isInstant := micros(receipt.GetTime())
	switch {
	case receipt.GetAct() == "":
		return "act"
	case !isInstant:
		return "time"
	case len(receipt.GetSalt()) != saltBytes:
		return "salt"
	case receipt.GetInclusion().GetTreeSize() != receipt.GetHead().GetTreeSize():
		return "inclusion.tree_size"
	}
	return ""
}

func refusalOfAct(err error) *v1.ActVerification {
	found := faultIn(err)
	return &v1.ActVerification{Fault: found.kind, Explanation: found.explanation}
}
