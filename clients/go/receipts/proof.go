package receipts

import (
	"bytes"
	"errors"
	"fmt"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	v1 "probity.dev/client/probityv1"
)

// What receipts of decisions and of acts have in common: the forms of their files, and the proof that
// what they are about stands in the log under a head that a trusted key signed.

const format = 1

// proof is a receipt of either kind.
type proof interface {
	proto.Message
	GetFormat() uint32
	GetTime() *timestamppb.Timestamp
	GetSalt() []byte
	GetInclusion() *v1.InclusionProof
	GetHead() *v1.LogHead
	GetKeys() *v1.KeyHistory
}

// fault is what is wrong: an EvidenceFault, and the same in one English sentence.
type fault struct {
	kind        v1.EvidenceFault
	explanation string
}

func (f *fault) Error() string { return f.explanation }

func fail(kind v1.EvidenceFault, format string, arguments ...any) error {
	return &fault{kind, fmt.Sprintf(format, arguments...)}
}

// faultIn is the fault that an error of this package is.
func faultIn(err error) *fault {
	var found *fault
	if !errors.As(err, &found) {
		found = &fault{v1.EvidenceFault_EVIDENCE_FAULT_UNREADABLE, err.Error()}
	}
	return found
}

// parse reads a file's content, in either form, into an empty message.
func parse(file []byte, into proto.Message) error {
	form, err := "it is neither the binary form nor JSON", error(nil)
	if bytes.HasPrefix(bytes.TrimLeft(file, " \t\n\v\f\r"), []byte("{")) {
		form = "its JSON cannot be read"
		err = protojson.Unmarshal(file, into)
	} else {
		err = proto.Unmarshal(file, into)
	}
	if err != nil || proto.Size(into) == 0 {
		return fail(v1.EvidenceFault_EVIDENCE_FAULT_UNREADABLE, "the file is no receipt, or it is cut: %s", form)
	}
	return nil
}

// checkFormat refuses what this release does not know; kind is "the receipt" or the like.
func checkFormat(receipt proof, kind string) error {
	if receipt.GetFormat() != format || hasUnknownFields(receipt) {
		return fail(v1.EvidenceFault_EVIDENCE_FAULT_UNKNOWN_FORMAT,
			"%s has format %d or fields that this release does not know; use a newer one", kind, receipt.GetFormat())
	}
	return nil
}

// hasUnknownFields is true also where they cannot be looked for.
func hasUnknownFields(message proto.Message) bool {
	known := message.ProtoReflect().New().Interface()
	whole, err := proto.Marshal(message)
	if err == nil {
		err = proto.UnmarshalOptions{DiscardUnknown: true}.Unmarshal(whole, known)
	}
	return err != nil || proto.Size(known) != len(whole)
}

// checkProof gives the first fault on the way from what the receipt is about to the trusted key.
// Malformed is a field that has not its form, or ""; what is "decision" or "act"; leaf is its hash.
func checkProof(receipt proof, malformed, what string, leaf []byte, trusted []PublicKey, history *v1.KeyHistory) error {
	if malformed != "" {
		return fail(v1.EvidenceFault_EVIDENCE_FAULT_MALFORMED, "the field %s is missing, malformed or contradicts the head", malformed)
	}
	head, inclusion := receipt.GetHead(), receipt.GetInclusion()
	if err := checkHead(head, receipt.GetKeys(), trusted, history); err != nil {
		return err
	}
	recorded, _ := micros(receipt.GetTime())
	signed, _ := micros(head.GetTime())
	if recorded > signed ||
		!isIncluded(inclusion.GetLeafIndex(), head.GetTreeSize(), leaf, inclusion.GetHashes(), head.GetRootHash()) {
		return fail(v1.EvidenceFault_EVIDENCE_FAULT_NOT_INCLUDED,
			"the proof does not lead from the %s to the root that the log signed", what)
	}
	return nil
}
