"""Whether a signed head may be believed: whom the verifier trusts, and where the log's own
statements about its keys lead from there. Same rules and words as the server's
evidence/trust.h.

Trust goes from a key to the one that it names as its follower, never back. A revoked key is
trusted for heads up to the size that the revocation names, and so are the followers that it
named up to there.
"""
from __future__ import annotations

import dataclasses
from typing import Any, Dict, List, Optional, Sequence

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
except ImportError as missing:
    raise ImportError("receipts are verified with the package cryptography: "
                      "pip install probity-client[receipts]") from missing

from . import v1
from ._evidence_bytes import (
    HASH_BYTES,
    KEY_BYTES,
    LOG_ID_BYTES,
    SIGNATURE_BYTES,
    head_bytes,
    micros,
    revocation_bytes,
    rotation_bytes,
    sha256,
)

_FOREVER = 2 ** 64 - 1


class Fault(Exception):
    """What is wrong: an EvidenceFault, and the same in one English sentence."""

    def __init__(self, kind: Any, explanation: str) -> None:
        super().__init__(explanation)
        self.kind, self.explanation = kind, explanation


@dataclasses.dataclass
class _Key:
    public: bytes
    trusted: bool = False
    first_size: int = 0  # named by the key before it
    last_size: int = _FOREVER  # replaced then
    revoked_after: int = _FOREVER


def raw_key(pem: bytes) -> bytes:
    """Of a public key in PEM. ValueError where it is none of Ed25519."""
    key = serialization.load_pem_public_key(pem)
    if not isinstance(key, Ed25519PublicKey):
        raise ValueError("the public key is no Ed25519 key")
    return key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)


def is_signed(public_key: bytes, text: bytes, signature: bytes) -> bool:
    if len(public_key) != KEY_BYTES or len(signature) != SIGNATURE_BYTES:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, text)
    except (InvalidSignature, ValueError):
        return False
    return True


class KeyRing:
    """Keys by id, as the statements of one log tell of them."""

    def __init__(self, log_id: bytes, trusted: Sequence[bytes]) -> None:
        self._log_id = log_id
        self._keys: Dict[bytes, _Key] = {}
        self._rotations: Dict[bytes, v1.KeyRotation] = {}  # by the key that goes
        for key in trusted:
            self._know(key).trusted = True

    def add(self, history: v1.KeyHistory, whose: str) -> None:
        """Raises Fault; `whose` begins its explanation."""
        before = None
        for rotation in history.rotations:
            self._refuse(f"{whose} rotation", self._rotation_fault(rotation, before))
            self._take(rotation)
            before = rotation
        for revocation in history.revocations:
            self._refuse(f"{whose} revocation", self._revocation_fault(revocation))
            key = self._keys[revocation.key_id]
            key.revoked_after = min(key.revoked_after, revocation.last_trusted_tree_size)

    def spread_trust(self) -> None:
        """When all is added."""
        for _ in self._rotations:
            for rotation in self._rotations.values():
                key = self._keys[sha256(rotation.from_key)]
                if key.trusted and rotation.tree_size <= key.revoked_after:
                    self._keys[sha256(rotation.to_key)].trusted = True

    def check(self, head: v1.LogHead) -> None:
        """Raises Fault where the head may not be believed."""
        key = self._keys.get(head.key_id)
        name = head.key_id.hex()
        if key is None:
            raise Fault(v1.EVIDENCE_FAULT_KEY_NOT_TRUSTED,
                        f"the head is signed by the key {name}, which is none of the trusted ones "
                        "and not named by one")
        if not is_signed(key.public, head_bytes(head), head.signature):
            raise Fault(v1.EVIDENCE_FAULT_HEAD_SIGNATURE,
                        "the signature of the head does not fit the head")
        if not key.trusted:
            raise Fault(v1.EVIDENCE_FAULT_KEY_NOT_TRUSTED,
                        f"no trusted key leads to the key {name} of the head; a rotation by a key "
                        "that was revoked before does not count")
        self._check_use(head, key)

    @staticmethod
    def _check_use(head: v1.LogHead, key: _Key) -> None:
        size, name = head.tree_size, head.key_id.hex()
        if size > key.revoked_after:
            raise Fault(v1.EVIDENCE_FAULT_KEY_REVOKED,
                        f"the key {name} was revoked: heads up to size {key.revoked_after} are "
                        f"valid, this one has {size}")
        if not key.first_size <= size <= key.last_size:
            raise Fault(v1.EVIDENCE_FAULT_KEY_NOT_IN_USE,
                        f"the key {name} did not sign for the log at size {size}: it was replaced "
                        "before, or took over later")

    @staticmethod
    def _refuse(what: str, fault: str) -> None:
        if fault:
            raise Fault(v1.EVIDENCE_FAULT_KEY_STATEMENT, f"{what} {fault}")

    def _rotation_fault(self, rotation: v1.KeyRotation,
                        before: Optional[v1.KeyRotation]) -> str:
        if rotation.log_id != self._log_id:
            return "is of another log"
        if len(rotation.to_key) != KEY_BYTES or micros(rotation.time) is None:
            return "is malformed"
        if not is_signed(rotation.from_key, rotation_bytes(rotation), rotation.signature):
            return "has a wrong signature"
        if before is not None and (before.to_key != rotation.from_key
                                   or before.tree_size > rotation.tree_size):
            return "does not begin where the one before it ends"
        known = self._rotations.get(rotation.from_key)
        if known is not None and rotation_bytes(known) != rotation_bytes(rotation):
            return "contradicts another one of the same key"
        return ""

    def _revocation_fault(self, revocation: v1.KeyRevocation) -> str:
        if revocation.log_id != self._log_id:
            return "is of another log"
        if micros(revocation.time) is None:
            return "is malformed"
        if revocation.key_id not in self._keys:
            return "is of a key that nothing else names"
        if sha256(revocation.signer_key) not in self._keys:
            return "is signed by an unknown key"
        signed = is_signed(revocation.signer_key, revocation_bytes(revocation),
                           revocation.signature)
        return "" if signed else "has a wrong signature"

    def _take(self, rotation: v1.KeyRotation) -> None:
        gone, follows = self._know(rotation.from_key), self._know(rotation.to_key)
        gone.last_size = min(gone.last_size, rotation.tree_size)
        follows.first_size = max(follows.first_size, rotation.tree_size)
        self._rotations[rotation.from_key] = rotation

    def _know(self, public_key: bytes) -> _Key:
        return self._keys.setdefault(sha256(public_key), _Key(public_key))


def check_head(head: v1.LogHead, came_with: v1.KeyHistory, trusted: List[bytes],
               known: v1.KeyHistory) -> None:
    """Raises Fault. `came_with`: the keys in the receipt; `trusted` and `known`: what the
    verifier brings along."""
    lengths = (("log_id", LOG_ID_BYTES), ("root_hash", HASH_BYTES), ("key_id", HASH_BYTES),
               ("signature", SIGNATURE_BYTES))
    wrong = [name for name, length in lengths if len(getattr(head, name)) != length]
    if micros(head.time) is None:
        wrong.append("time")
    if wrong:
        raise Fault(v1.EVIDENCE_FAULT_MALFORMED,
                    f"the head's field {wrong[0]} is missing or malformed")
    ring = KeyRing(head.log_id, trusted)
    ring.add(known, "the verifier's")
    ring.add(came_with, "the log's")
    ring.spread_trust()
    ring.check(head)
