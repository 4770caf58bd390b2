package receipts

import (
	"bytes"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"math"

	v1 "probity.dev/client/probityv1"
)

// PublicKey is a key of Ed25519 that the log's operator published.
type PublicKey = ed25519.PublicKey

// ParseKeys reads the public keys of a PEM file, which "probity log keys --pem" writes.
func ParseKeys(text []byte) ([]PublicKey, error) {
	var keys []PublicKey
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		key, err := x509.ParsePKIXPublicKey(block.Bytes)
		if err != nil {
			return nil, fmt.Errorf("receipts: a %s in the file is no public key: %w", block.Type, err)
		}
		public, ok := key.(ed25519.PublicKey)
		if !ok {
			return nil, fmt.Errorf("receipts: a public key in the file is none of Ed25519 but a %T", key)
		}
		keys = append(keys, public)
	}
	if len(keys) == 0 {
		return nil, errors.New("receipts: the file holds no public key in PEM")
	}
	return keys, nil
}

// logKey is a key as the statements of one log tell of it.
type logKey struct {
	public       []byte
	trusted      bool
	firstSize    uint64 // named by the key before it
	lastSize     uint64 // replaced then
	revokedAfter uint64
}

// keyRing holds keys by id. Trust goes from a key to the one that it names as its follower,
// never back. A revoked key is trusted for heads up to the size that the revocation names, and
// so are the followers that it named up to there. Rules and words are those of the server's
// evidence/trust.h.
type keyRing struct {
	logID     []byte
	keys      map[string]*logKey
	rotations map[string]*v1.KeyRotation // by the key that goes
}

func isSigned(publicKey, text, signature []byte) bool {
	return len(publicKey) == ed25519.PublicKeySize && len(signature) == signatureBytes && ed25519.Verify(publicKey, text, signature)
}

// checkHead fails where the head may not be believed. cameWith are the keys in the receipt;
// trusted and known are what the verifier brings along.
func checkHead(head *v1.LogHead, cameWith *v1.KeyHistory, trusted []PublicKey, known *v1.KeyHistory) error {
	if field := malformedInHead(head); field != "" {
		return fail(v1.EvidenceFault_EVIDENCE_FAULT_MALFORMED, "the head's field %s is missing or malformed", field)
	}
	ring := &keyRing{head.GetLogId(), map[string]*logKey{}, map[string]*v1.KeyRotation{}}
	for _, key := range trusted {
		ring.know(key).trusted = true
	}
	if err := ring.add(known, "the verifier's"); err != nil {
		return err
	}
	if err := ring.add(cameWith, "the log's"); err != nil {
		return err
	}
	ring.spreadTrust()
	return ring.check(head)
}

func malformedInHead(head *v1.LogHead) string {
	_, isInstant := micros(head.GetTime())
	switch {
	case len(head.GetLogId()) != logIDBytes:
		return "log_id"
	case len(head.GetRootHash()) != hashBytes:
		return "root_hash"
	case len(head.GetKeyId()) != hashBytes:
		return "key_id"
	case len(head.GetSignature()) != signatureBytes:
		return "signature"
	case !isInstant:
		return "time"
	}
	return ""
}

// add takes statements in; whose begins the explanation of a fault.
func (k *keyRing) add(history *v1.KeyHistory, whose string) error {
	var before *v1.KeyRotation
	for _, rotation := range history.GetRotations() {
		if wrong := k.rotationFault(rotation, before); wrong != "" {
			return fail(v1.EvidenceFault_EVIDENCE_FAULT_KEY_STATEMENT, "%s rotation %s", whose, wrong)
		}
		k.take(rotation)
		before = rotation
	}
	for _, revocation := range history.GetRevocations() {
		if wrong := k.revocationFault(revocation); wrong != "" {
			return fail(v1.EvidenceFault_EVIDENCE_FAULT_KEY_STATEMENT, "%s revocation %s", whose, wrong)
		}
		key := k.keys[string(revocation.GetKeyId())]
		key.revokedAfter = min(key.revokedAfter, revocation.GetLastTrustedTreeSize())
	}
	return nil
}

func (k *keyRing) rotationFault(rotation, before *v1.KeyRotation) string {
	_, isInstant := micros(rotation.GetTime())
	known := k.rotations[string(rotation.GetFromKey())]
	switch {
	case !bytes.Equal(rotation.GetLogId(), k.logID):
		return "is of another log"
	case len(rotation.GetToKey()) != ed25519.PublicKeySize || !isInstant:
		return "is malformed"
	case !isSigned(rotation.GetFromKey(), rotationBytes(rotation), rotation.GetSignature()):
		return "has a wrong signature"
	case before != nil && (!bytes.Equal(before.GetToKey(), rotation.GetFromKey()) || before.GetTreeSize() > rotation.GetTreeSize()):
		return "does not begin where the one before it ends"
	case known != nil && !bytes.Equal(rotationBytes(known), rotationBytes(rotation)):
		return "contradicts another one of the same key"
	}
	return ""
}

func (k *keyRing) revocationFault(revocation *v1.KeyRevocation) string {
	_, isInstant := micros(revocation.GetTime())
	switch {
	case !bytes.Equal(revocation.GetLogId(), k.logID):
		return "is of another log"
	case !isInstant:
		return "is malformed"
	case k.keys[string(revocation.GetKeyId())] == nil:
		return "is of a key that nothing else names"
	case k.keys[string(hash(revocation.GetSignerKey()))] == nil:
		return "is signed by an unknown key"
	case !isSigned(revocation.GetSignerKey(), revocationBytes(revocation), revocation.GetSignature()):
		return "has a wrong signature"
	}
	return ""
}

func (k *keyRing) take(rotation *v1.KeyRotation) {
	gone, follows := k.know(rotation.GetFromKey()), k.know(rotation.GetToKey())
	gone.lastSize = min(gone.lastSize, rotation.GetTreeSize())
	follows.firstSize = max(follows.firstSize, rotation.GetTreeSize())
	k.rotations[string(rotation.GetFromKey())] = rotation
}

func (k *keyRing) know(publicKey []byte) *logKey {
	id := string(hash(publicKey))
	if k.keys[id] == nil {
		k.keys[id] = &logKey{public: publicKey, lastSize: math.MaxUint64, revokedAfter: math.MaxUint64}
	}
	return k.keys[id]
}

// spreadTrust is called when all is added. Each round reaches one key further.
func (k *keyRing) spreadTrust() {
	for range k.rotations {
		for _, rotation := range k.rotations {
			key := k.know(rotation.GetFromKey())
			if key.trusted && rotation.GetTreeSize() <= key.revokedAfter {
				k.know(rotation.GetToKey()).trusted = true
			}
		}
	}
}

func (k *keyRing) check(head *v1.LogHead) error {
	key, name, size := k.keys[string(head.GetKeyId())], head.GetKeyId(), head.GetTreeSize()
	switch {
	case key == nil:
		return fail(v1.EvidenceFault_EVIDENCE_FAULT_KEY_NOT_TRUSTED,
			"the head is signed by the key %x, which is none of the trusted ones and not named by one", name)
	case !isSigned(key.public, headBytes(head), head.GetSignature()):
		return fail(v1.EvidenceFault_EVIDENCE_FAULT_HEAD_SIGNATURE, "the signature of the head does not fit the head")
	case !key.trusted:
		return fail(v1.EvidenceFault_EVIDENCE_FAULT_KEY_NOT_TRUSTED, "no trusted key leads to the key %x of the head; "+
			"a rotation by a key that was revoked before does not count", name)
	case size > key.revokedAfter:
		return fail(v1.EvidenceFault_EVIDENCE_FAULT_KEY_REVOKED,
			"the key %x was revoked: heads up to size %d are valid, this one has %d", name, key.revokedAfter, size)
	case size < key.firstSize || size > key.lastSize:
		return fail(v1.EvidenceFault_EVIDENCE_FAULT_KEY_NOT_IN_USE,
			"the key %x did not sign for the log at size %d: it was replaced before, or took over later", name, size)
	}
	return nil
}
