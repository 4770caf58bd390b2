"""The bytes that are hashed and signed, and the Merkle tree over them; both are described in
the server's evidence/signed_bytes.h and evidence/merkle.h, and in docs/EVIDENCE.md.
"""
from __future__ import annotations

import hashlib
import struct
from typing import Optional, Sequence

from google.protobuf.timestamp_pb2 import Timestamp

from . import v1

HASH_BYTES, SALT_BYTES, LOG_ID_BYTES, KEY_BYTES, SIGNATURE_BYTES = 32, 32, 16, 32, 64
_FIRST_SECOND, _LAST_SECOND = -62135596800, 253402300799  # The years 1 to 9999.


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def field(data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + data


def number(value: int) -> bytes:
    """Of 64 bits, whatever its sign."""
    return field(struct.pack(">Q", value & (2 ** 64 - 1)))


def micros(time: Timestamp) -> Optional[int]:
    """Whole microseconds since 1970; None for any other instant."""
    right = _FIRST_SECOND <= time.seconds <= _LAST_SECOND and 0 <= time.nanos < 10 ** 9
    if not right or time.nanos % 1000:
        return None
    return int(time.seconds * 10 ** 6 + time.nanos // 1000)


def instant(time: Timestamp) -> bytes:
    return number(micros(time) or 0)


def head_bytes(head: v1.LogHead) -> bytes:
    return (field(b"probity.v1.LogHead") + field(head.log_id) + number(head.tree_size)
            + field(head.root_hash) + instant(head.time) + field(head.key_id))


def rotation_bytes(rotation: v1.KeyRotation) -> bytes:
    return (field(b"probity.v1.KeyRotation") + field(rotation.log_id) + field(rotation.from_key)
            + field(rotation.to_key) + number(rotation.tree_size) + instant(rotation.time))


def revocation_bytes(revocation: v1.KeyRevocation) -> bytes:
    return (field(b"probity.v1.KeyRevocation") + field(revocation.log_id)
            + field(revocation.key_id) + number(revocation.last_trusted_tree_size)
            + instant(revocation.time) + field(revocation.signer_key))


def leaf_of(receipt: v1.Receipt) -> bytes:
    """Hash of the leaf that the decision is."""
    text = (field(b"probity.v1.Decision") + field(receipt.decision.encode())
            + instant(receipt.time) + field(receipt.bundle_digest)
            + field(sha256(receipt.core)))
    return sha256(b"\x00" + sha256(receipt.salt + text))


def act_leaf_of(receipt: v1.ActReceipt) -> bytes:
    """Hash of the leaf that the act is."""
    text = (field(b"probity.v1.Act") + field(receipt.act.encode()) + instant(receipt.time)
            + field(sha256(receipt.core)))
    return sha256(b"\x00" + sha256(receipt.salt + text))


def is_included(index: int, size: int, leaf: bytes, path: Sequence[bytes], root: bytes) -> bool:
    """RFC 9162, 2.1.3.2. False for anything that is not the one right proof."""
    if index >= size or any(len(sibling) != HASH_BYTES for sibling in path):
        return False
    at, last, found = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if at & 1 or at == last:
            found = sha256(b"\x01" + sibling + found)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = sha256(b"\x01" + found + sibling)
        at, last = at >> 1, last >> 1
    return last == 0 and found == root
