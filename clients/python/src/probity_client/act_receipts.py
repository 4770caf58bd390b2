"""Verifies receipts of acts of administration without a server, as `probity log verify-act` does
and with the same answer (docs/EVIDENCE.md). Needs the package `cryptography`:
pip install probity-client[receipts].

    verification = verify_act_receipt(pathlib.Path("act.json").read_bytes(),
                                      [pathlib.Path("log.pub").read_bytes()])
    if not is_proven(verification): print(verification.explanation)

Receipts of decisions are probity_client.receipts, of which is_proven() takes both.
"""
from __future__ import annotations

from typing import List, Optional, Sequence, Union

from google.protobuf.message import DecodeError

from . import v1
from ._evidence_bytes import SALT_BYTES, act_leaf_of, micros
from ._evidence_forms import check_format, has_unknown_fields, parse_either_form
from ._evidence_proof import check_proof, fill_in_proof
from ._evidence_trust import Fault, raw_key

_FORMAT = 1


def verify_act_receipt(receipt: Union[bytes, str, v1.ActReceipt], public_keys: Sequence[bytes], *,
                       history: Optional[v1.KeyHistory] = None) -> v1.ActVerification:
    """Whether the receipt proves that its act stands in the log, and what the act says.

    receipt: a file's content in either form, or the message.
    public_keys, history: as of receipts.verify_receipt(); ValueError for other keys.
    Never raises for a bad receipt: `fault` says what is wrong, `explanation` says it in
    English; other fields are set only when it is proven."""
    trusted = [raw_key(key) for key in public_keys]
    verification = v1.ActVerification()
    try:
        message = (receipt if isinstance(receipt, v1.ActReceipt)
                   else parse_either_form(receipt, v1.ActReceipt()))
        core = _check(message, trusted, history or v1.KeyHistory())
    except Fault as fault:
        verification.fault, verification.explanation = fault.kind, str(fault)
        return verification
    _fill_in(message, core, verification)
    return verification


def _check(receipt: v1.ActReceipt, trusted: List[bytes], history: v1.KeyHistory) -> v1.ActCore:
    """The first fault on the way from the file to the trusted key; else what is recorded."""
    check_format(receipt, _FORMAT, "the receipt of an act")
    check_proof(receipt, _malformed(receipt), "act", act_leaf_of, trusted, history)
    return _read_core(receipt.core)


def _read_core(data: bytes) -> v1.ActCore:
    """What is in the log is what the receipt says; whether this release understands all of it
    is another question."""
    core = v1.ActCore()
    try:
        core.ParseFromString(data)
        known = not has_unknown_fields(core)
    except DecodeError:
        known = False
    if not known:
        raise Fault(v1.EVIDENCE_FAULT_UNKNOWN_FORMAT, "the act is in the log, but says what this "
                                                      "release does not know; use a newer one")
    return core


def _malformed(receipt: v1.ActReceipt) -> str:
    """Name of the first field that has not its form; empty: none."""
    if not receipt.act:
        return "act"
    if micros(receipt.time) is None:
        return "time"
    if len(receipt.salt) != SALT_BYTES:
        return "salt"
    same = receipt.inclusion.tree_size == receipt.head.tree_size
    return "" if same else "inclusion.tree_size"


def _fill_in(receipt: v1.ActReceipt, core: v1.ActCore, verification: v1.ActVerification) -> None:
    fill_in_proof(receipt, verification)
    verification.act = receipt.act
    verification.core.CopyFrom(core)
