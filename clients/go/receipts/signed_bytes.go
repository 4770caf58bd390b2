package receipts

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"

	"google.golang.org/protobuf/types/known/timestamppb"

	v1 "probity.dev/client/probityv1"
)

// The bytes that are hashed and signed, and the Merkle tree over them; both are described in the
// server's evidence/signed_bytes.h and evidence/merkle.h, and in docs/EVIDENCE.md.

const (
	hashBytes, saltBytes, logIDBytes, signatureBytes = 32, 32, 16, 64
	firstSecond, lastSecond                          = -62135596800, 253402300799 // the years 1 to 9999
)

func hash(data ...[]byte) []byte {
	sum := sha256.Sum256(bytes.Join(data, nil))
	return sum[:]
}

func field(data []byte) []byte {
	return append(binary.BigEndian.AppendUint32(nil, uint32(len(data))), data...)
}

func number(value uint64) []byte { return field(binary.BigEndian.AppendUint64(nil, value)) }

// micros are whole microseconds since 1970; false for any other instant.
func micros(time *timestamppb.Timestamp) (int64, bool) {
	seconds, nanos := time.GetSeconds(), int64(time.GetNanos())
	if seconds < firstSecond || seconds > lastSecond || nanos < 0 || nanos >= 1e9 || nanos%1000 != 0 {
		return 0, false
	}
	return seconds*1e6 + nanos/1000, true
}

func instant(time *timestamppb.Timestamp) []byte {
	at, _ := micros(time)
	return number(uint64(at))
}

func join(fields ...[]byte) []byte { return bytes.Join(fields, nil) }

func headBytes(head *v1.LogHead) []byte {
	return join(field([]byte("probity.v1.LogHead")), field(head.GetLogId()), number(head.GetTreeSize()),
		field(head.GetRootHash()), instant(head.GetTime()), field(head.GetKeyId()))
}

func signedHeadBytes(head *v1.LogHead) []byte {
	return join(field(headBytes(head)), field(head.GetSignature()))
}

func rotationBytes(r *v1.KeyRotation) []byte {
	return join(field([]byte("probity.v1.KeyRotation")), field(r.GetLogId()), field(r.GetFromKey()), field(r.GetToKey()),
		number(r.GetTreeSize()), instant(r.GetTime()))
}

func revocationBytes(r *v1.KeyRevocation) []byte {
	return join(field([]byte("probity.v1.KeyRevocation")), field(r.GetLogId()), field(r.GetKeyId()),
		number(r.GetLastTrustedTreeSize()), instant(r.GetTime()), field(r.GetSignerKey()))
}

func keysBytes(keys *v1.KeyHistory) []byte {
	var all []byte
	for _, rotation := range keys.GetRotations() {
		all = join(all, field(rotationBytes(rotation)), field(rotation.GetSignature()))
	}
	for _, revocation := range keys.GetRevocations() {
		all = join(all, field(revocationBytes(revocation)), field(revocation.GetSignature()))
	}
	return all
}

func inclusionBytes(proof *v1.InclusionProof) []byte {
	all := join(number(proof.GetLeafIndex()), number(proof.GetTreeSize()))
	for _, value := range proof.GetHashes() {
		all = join(all, field(value))
	}
	return all
}

func timestampBytes(stamp *v1.TimestampedHead) []byte {
	return join(field(signedHeadBytes(stamp.GetHead())), field(inclusionBytes(stamp.GetInclusion())), field(stamp.GetToken()))
}

// leafOf is the hash of the leaf that the decision is.
func leafOf(r *v1.Receipt) []byte {
	text := join(field([]byte("probity.v1.Decision")), field([]byte(r.GetDecision())), instant(r.GetTime()),
		field(r.GetBundleDigest()), field(hash(r.GetCore())))
	return hash([]byte{0}, hash(r.GetSalt(), text))
}

// actLeafOf is the hash of the leaf that the act is.
func actLeafOf(r *v1.ActReceipt) []byte {
	text := join(field([]byte("probity.v1.Act")), field([]byte(r.GetAct())), instant(r.GetTime()), field(hash(r.GetCore())))
	return hash([]byte{0}, hash(r.GetSalt(), text))
}

// isIncluded is RFC 9162, 2.1.3.2; false for anything that is not the one right proof.
func isIncluded(index, size uint64, leaf []byte, path [][]byte, root []byte) bool {
	if index >= size {
		return false
	}
	at, last, found := index, size-1, leaf
	for _, sibling := range path {
		if len(sibling) != hashBytes || last == 0 {
			return false
		}
		if at&1 == 1 || at == last {
			found = hash([]byte{1}, sibling, found)
			for at&1 == 0 && at != 0 {
				at, last = at>>1, last>>1
			}
		} else {
			found = hash([]byte{1}, found, sibling)
		}
		at, last = at>>1, last>>1
	}
	return last == 0 && bytes.Equal(found, root)
}
