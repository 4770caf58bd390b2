"""What receipts of decisions and of acts have in common: the proof that what they are about stands
in the log under a head that a trusted key signed."""
from __future__ import annotations

from typing import Any, Callable, List, Union

from . import v1
from ._evidence_bytes import is_included, micros
from ._evidence_trust import Fault, check_head


def check_proof(receipt: Union[v1.Receipt, v1.ActReceipt], malformed: str, what: str,
                leaf_of: Callable[[Any], bytes], trusted: List[bytes],
                history: v1.KeyHistory) -> None:
    """Raises Fault. malformed: a field that has not its form, or empty; what: a "decision" or an
    "act"; leaf_of: the hash of its leaf."""
    if malformed:
        raise Fault(v1.EVIDENCE_FAULT_MALFORMED, f"the field {malformed} is missing, malformed "
                                                 "or contradicts the head")
    check_head(receipt.head, receipt.keys, trusted, history)
    inclusion, head = receipt.inclusion, receipt.head
    included = is_included(inclusion.leaf_index, head.tree_size, leaf_of(receipt),
                           inclusion.hashes, head.root_hash)
    if not included or (micros(receipt.time) or 0) > (micros(head.time) or 0):
        raise Fault(v1.EVIDENCE_FAULT_NOT_INCLUDED, f"the proof does not lead from the {what} to "
                                                    "the root that the log signed")


def fill_in_proof(receipt: Union[v1.Receipt, v1.ActReceipt],
                  verification: Union[v1.ReceiptVerification, v1.ActVerification]) -> None:
    """Of a receipt without a fault."""
    verification.fault = v1.EVIDENCE_FAULT_NONE
    verification.time.CopyFrom(receipt.time)
    verification.log_id = receipt.head.log_id
    verification.leaf_index = receipt.inclusion.leaf_index
    verification.tree_size = receipt.head.tree_size
    verification.head_time.CopyFrom(receipt.head.time)
    verification.key_id = receipt.head.key_id
