"""Receipts of acts, verified without a server: a golden one, and what was changed in it."""
import pathlib
import unittest

from google.protobuf import json_format

from probity_client import v1
from probity_client.act_receipts import verify_act_receipt
from probity_client.receipts import is_proven

DATA = pathlib.Path(__file__).resolve().parents[3] / "tests/testdata/evidence"
KEY = (DATA / "plain_key.pem").read_bytes()


def flipped(data, place=0):
    return data[:place] + bytes([data[place] ^ 1]) + data[place + 1:]


class ActReceiptTest(unittest.TestCase):
    def receipt(self):
        return json_format.Parse((DATA / "act_receipt.json").read_text(), v1.ActReceipt())

    def fault(self, receipt, keys=(KEY,), **options):
        verification = verify_act_receipt(receipt, keys, **options)
        self.assertEqual(bool(verification.explanation), not is_proven(verification))
        self.assertEqual(bool(verification.act), is_proven(verification))
        return v1.EvidenceFault.Name(verification.fault)[len("EVIDENCE_FAULT_"):]

    def test_the_golden_receipt_is_proven_in_both_forms(self):
        text = (DATA / "act_receipt.json").read_text()
        for form in (text, text.encode(), self.receipt().SerializeToString(), self.receipt()):
            self.assertEqual(self.fault(form), "NONE")

    def test_says_what_is_proven(self):
        receipt = self.receipt()
        proven = verify_act_receipt(receipt, [KEY])
        self.assertEqual(
            (proven.act, proven.core, proven.time, proven.log_id, proven.leaf_index,
             proven.tree_size, proven.head_time, proven.key_id),
            (receipt.act, v1.ActCore.FromString(receipt.core), receipt.time, receipt.head.log_id,
             receipt.inclusion.leaf_index, receipt.head.tree_size, receipt.head.time,
             receipt.head.key_id))
        self.assertTrue(proven.core.principal)

    def test_a_change_of_any_byte_is_refused(self):
        data = self.receipt().SerializeToString()
        for place in range(len(data)):
            self.assertNotEqual(self.fault(flipped(data, place)), "NONE", place)

    def test_what_is_changed_is_told(self):
        for change, fault in (
                (lambda r: setattr(r, "core", flipped(r.core)), "NOT_INCLUDED"),
                (lambda r: setattr(r, "act", r.act + "0"), "NOT_INCLUDED"),
                (lambda r: setattr(r, "salt", flipped(r.salt)), "NOT_INCLUDED"),
                (lambda r: setattr(r, "act", ""), "MALFORMED"),
                (lambda r: setattr(r, "salt", b""), "MALFORMED"),
                (lambda r: setattr(r.inclusion, "tree_size", 0), "MALFORMED"),
                (lambda r: setattr(r.head, "root_hash", flipped(r.head.root_hash)),
                 "HEAD_SIGNATURE"),
                (lambda r: setattr(r, "format", 2), "UNKNOWN_FORMAT")):
            receipt = self.receipt()
            change(receipt)
            self.assertEqual(self.fault(receipt), fault)

    def test_a_key_that_nobody_published(self):
        self.assertEqual(self.fault(self.receipt(), keys=()), "KEY_NOT_TRUSTED")
        with self.assertRaises(ValueError):
            verify_act_receipt(self.receipt(), [b"no key"])

    def test_what_is_no_receipt_of_an_act(self):
        for file in (b"", b"{", "{}", b"hello", b"\xff" * 50):
            self.assertEqual(self.fault(file), "UNREADABLE", file)
        decision = json_format.Parse((DATA / "plain_receipt.json").read_text(), v1.Receipt())
        self.assertNotEqual(self.fault(decision.SerializeToString()), "NONE")


if __name__ == "__main__":
    unittest.main()
