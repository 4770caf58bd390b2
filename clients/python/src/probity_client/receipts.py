"""Verifies receipts of decisions without a server, as `probity decision verify` does and with
the same answer (docs/EVIDENCE.md). Needs the package `cryptography`:
pip install probity-client[receipts].

    verification = verify_receipt(pathlib.Path("receipt.json").read_bytes(),
                                  [pathlib.Path("log.pub").read_bytes()])
    if not is_proven(verification): print(verification.explanation)

The key comes from the log's operator, never from who sent the receipt. Time stamps
(RFC 3161) are not verified here: `probity decision verify --tsa_ca` does.
"""
from __future__ import annotations

from typing import Callable, List, NamedTuple, Optional, Sequence, Union

from . import v1
from ._evidence_bytes import (
    HASH_BYTES,
    SALT_BYTES,
    field,
    head_bytes,
    instant,
    leaf_of,
    micros,
    number,
    revocation_bytes,
    rotation_bytes,
    sha256,
)
from ._evidence_forms import check_format, parse_either_form
from ._evidence_proof import check_proof, fill_in_proof
from ._evidence_trust import Fault, raw_key

_FORMAT = 1


def is_proven(verification: Union[v1.ReceiptVerification, v1.ActVerification]) -> bool:
    """Only EVIDENCE_FAULT_NONE is proof; a verification that says nothing is none."""
    return bool(verification.fault == v1.EVIDENCE_FAULT_NONE)


def verify_receipt(receipt: Union[bytes, str, v1.Receipt], public_keys: Sequence[bytes], *,
                   history: Optional[v1.KeyHistory] = None) -> v1.ReceiptVerification:
    """Whether the receipt proves that its decision stands in the log.

    receipt: a file's content in either form, or the message.
    public_keys: PEM of Ed25519 keys that the log's operator published. ValueError for others.
    history: what else is known of the log's keys, for example revocations since.
    Never raises for a bad receipt: `fault` says what is wrong, `explanation` says it in
    English; other fields are set only when it is proven."""
    trusted = [raw_key(key) for key in public_keys]
    verification = v1.ReceiptVerification()
    altered: List[_Part] = []
    try:
        message = receipt if isinstance(receipt, v1.Receipt) else _parse(receipt)
        altered = [part for part in _PARTS if _is_altered(part, message)]
        _check(message, trusted, history or v1.KeyHistory(), not altered)
    except Fault as fault:
        verification.fault = fault.kind
        verification.explanation = _explain(fault, altered)
        verification.altered_parts.extend(part.part for part in altered)
        return verification
    _fill_in(message, verification)
    return verification


def _parse(file: Union[bytes, str]) -> v1.Receipt:
    receipt = parse_either_form(file, v1.Receipt())
    _check_format(receipt)  # Parts of another format are not compared.
    return receipt


class _Part(NamedTuple):
    """A part that has a digest of its own in the receipt."""

    part: v1.ReceiptPart
    name: str
    data: Callable[[v1.Receipt], bytes]


def _inclusion(proof: v1.InclusionProof) -> bytes:
    return (number(proof.leaf_index) + number(proof.tree_size)
            + b"".join(field(value) for value in proof.hashes))


def _head(head: v1.LogHead) -> bytes:
    return field(head_bytes(head)) + field(head.signature)


def _keys(receipt: v1.Receipt) -> bytes:
    rotations = (field(rotation_bytes(r)) + field(r.signature) for r in receipt.keys.rotations)
    revocations = (field(revocation_bytes(r)) + field(r.signature)
                   for r in receipt.keys.revocations)
    return b"".join((*rotations, *revocations))


def _timestamp(receipt: v1.Receipt) -> bytes:
    stamp = receipt.timestamp
    return field(_head(stamp.head)) + field(_inclusion(stamp.inclusion)) + field(stamp.token)


_PARTS = (
    _Part(v1.RECEIPT_PART_DECISION, "decision", lambda r: r.decision.encode()),
    _Part(v1.RECEIPT_PART_TIME, "time", lambda r: instant(r.time)),
    _Part(v1.RECEIPT_PART_CORE, "core", lambda r: r.core),
    _Part(v1.RECEIPT_PART_BUNDLE_DIGEST, "bundle digest", lambda r: r.bundle_digest),
    _Part(v1.RECEIPT_PART_SALT, "salt", lambda r: r.salt),
    _Part(v1.RECEIPT_PART_INCLUSION, "inclusion proof", lambda r: _inclusion(r.inclusion)),
    _Part(v1.RECEIPT_PART_HEAD, "head", lambda r: _head(r.head)),
    _Part(v1.RECEIPT_PART_KEYS, "keys", _keys),
    _Part(v1.RECEIPT_PART_TIMESTAMP, "time stamp", _timestamp),
)


def _is_there(part: _Part, receipt: v1.Receipt) -> bool:
    return part.part != v1.RECEIPT_PART_TIMESTAMP or receipt.HasField("timestamp")


def _is_altered(part: _Part, receipt: v1.Receipt) -> bool:
    said = [digest.sha256 for digest in receipt.parts if digest.part == part.part]
    if not said:
        return _is_there(part, receipt)
    return sha256(part.data(receipt)) not in said


def _check(receipt: v1.Receipt, trusted: List[bytes], history: v1.KeyHistory,
           as_issued: bool) -> None:
    """The first fault on the way from the file to the trusted key."""
    _check_format(receipt)
    check_proof(receipt, _malformed(receipt), "decision", leaf_of, trusted, history)
    # Each part once, in order, and nothing else.
    wanted = [part.part for part in _PARTS if _is_there(part, receipt)]
    if not as_issued or [digest.part for digest in receipt.parts] != wanted:
        raise Fault(v1.EVIDENCE_FAULT_PART_DIGESTS, "the decision is in the log, but the "
                                                    "receipt's table of digests was changed")


def _check_format(receipt: v1.Receipt) -> None:
    check_format(receipt, _FORMAT, "the receipt")


def _malformed(receipt: v1.Receipt) -> str:
    """Name of the first field that has not its form; empty: none."""
    if not receipt.decision:
        return "decision"
    if micros(receipt.time) is None:
        return "time"
    if len(receipt.bundle_digest) != HASH_BYTES:
        return "bundle_digest"
    if len(receipt.salt) != SALT_BYTES:
        return "salt"
    same = receipt.inclusion.tree_size == receipt.head.tree_size
    return "" if same else "inclusion.tree_size"


def _explain(fault: Fault, altered: List[_Part]) -> str:
    if fault.kind == v1.EVIDENCE_FAULT_PART_DIGESTS or not altered:
        return fault.explanation
    names = ", ".join(part.name for part in altered)
    return f"{fault.explanation}; changed since the receipt was issued: {names}"


def _fill_in(receipt: v1.Receipt, verification: v1.ReceiptVerification) -> None:
    fill_in_proof(receipt, verification)
    verification.decision = receipt.decision
    verification.timestamp = (v1.TIMESTAMP_STATE_NOT_VERIFIED if receipt.HasField("timestamp")
                              else v1.TIMESTAMP_STATE_NONE)
