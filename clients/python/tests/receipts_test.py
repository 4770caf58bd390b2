"""Receipts, verified without a server: the golden ones, and what was changed in them."""
import base64
import pathlib
import unittest

from google.protobuf import json_format

from probity_client import v1
from probity_client.receipts import is_proven, verify_receipt

DATA = pathlib.Path(__file__).resolve().parents[3] / "tests/testdata/evidence"
KEY = (DATA / "plain_key.pem").read_bytes()
FAULT = v1.EvidenceFault


def flipped(data):
    return bytes([data[0] ^ 1]) + data[1:]


class ReceiptTest(unittest.TestCase):
    def receipt(self, name="plain_receipt.json"):
        return json_format.Parse((DATA / name).read_text(), v1.Receipt())

    def fault(self, receipt, keys=(KEY,), **options):
        verification = verify_receipt(receipt, keys, **options)
        self.assertEqual(bool(verification.explanation), not is_proven(verification))
        self.assertEqual(bool(verification.decision), is_proven(verification))
        return FAULT.Name(verification.fault)[len("EVIDENCE_FAULT_"):]

    def test_golden_receipts_are_proven_in_both_forms(self):
        for name in ("plain_receipt.json", "receipt.json"):  # The second one's key was replaced.
            text = (DATA / name).read_text()
            for form in (text, text.encode(), self.receipt(name).SerializeToString()):
                self.assertEqual(self.fault(form), "NONE", name)

    def test_says_what_is_proven(self):
        receipt = self.receipt()
        proven = verify_receipt(receipt, [KEY])
        self.assertEqual(
            (proven.decision, proven.time, proven.log_id, proven.leaf_index, proven.tree_size,
             proven.head_time, proven.key_id, proven.timestamp),
            (receipt.decision, receipt.time, receipt.head.log_id, receipt.inclusion.leaf_index,
             receipt.head.tree_size, receipt.head.time, receipt.head.key_id,
             v1.TIMESTAMP_STATE_NONE))

    def test_a_change_of_any_byte_is_refused(self):
        data = self.receipt().SerializeToString()
        for place in range(len(data)):
            changed = data[:place] + flipped(data[place:])
            self.assertNotEqual(self.fault(changed), "NONE", place)

    def test_names_the_part_that_was_changed(self):
        for field, part, name in (("core", v1.RECEIPT_PART_CORE, "core"),
                                  ("bundle_digest", v1.RECEIPT_PART_BUNDLE_DIGEST, "bundle digest"),
                                  ("salt", v1.RECEIPT_PART_SALT, "salt")):
            receipt = self.receipt()
            setattr(receipt, field, flipped(getattr(receipt, field)))
            refused = verify_receipt(receipt, [KEY])
            self.assertEqual(refused.fault, v1.EVIDENCE_FAULT_NOT_INCLUDED)
            self.assertEqual(list(refused.altered_parts), [part])
            self.assertTrue(refused.explanation.endswith(f"issued: {name}"), refused.explanation)

    def test_changes_of_the_head(self):
        receipt = self.receipt()
        receipt.head.root_hash = flipped(receipt.head.root_hash)
        self.assertEqual(self.fault(receipt), "HEAD_SIGNATURE")
        receipt = self.receipt()
        receipt.head.time.nanos += 1
        self.assertEqual(self.fault(receipt), "MALFORMED")
        receipt = self.receipt()
        receipt.inclusion.tree_size += 1
        self.assertEqual(self.fault(receipt), "MALFORMED")

    def test_a_covered_up_table_of_digests(self):
        receipt = self.receipt()
        del receipt.parts[0]
        self.assertEqual(self.fault(receipt), "PART_DIGESTS")
        receipt = self.receipt()
        receipt.parts.append(receipt.parts[0])
        self.assertEqual(self.fault(receipt), "PART_DIGESTS")

    def test_keys_that_nobody_published(self):
        self.assertEqual(self.fault(self.receipt(), keys=()), "KEY_NOT_TRUSTED")
        receipt = self.receipt("receipt.json")
        receipt.keys.rotations[0].signature = flipped(receipt.keys.rotations[0].signature)
        self.assertEqual(self.fault(receipt), "KEY_STATEMENT")
        receipt = self.receipt("receipt.json")
        del receipt.keys.rotations[:]
        self.assertIn(self.fault(receipt), ("KEY_NOT_TRUSTED", "KEY_STATEMENT"))

    def test_what_the_verifier_knows_counts(self):
        with_history = self.receipt("receipt.json")
        history = v1.KeyHistory(revocations=with_history.keys.revocations)
        self.assertEqual(self.fault(self.receipt(), history=history), "KEY_STATEMENT")

    def test_files_that_are_no_receipts(self):
        for file in (b"", b"{", b"{}", b"hello", b"\xff" * 50, "{\"a\": 1}", b"{\xff}", "   "):
            self.assertEqual(self.fault(file), "UNREADABLE", file)
        act = (DATA / "act_receipt.json").read_text()
        self.assertEqual(self.fault(act), "UNREADABLE")

    def test_formats_of_a_newer_release(self):
        newer = self.receipt()
        newer.format = 2
        self.assertEqual(self.fault(newer), "UNKNOWN_FORMAT")
        unknown = self.receipt().SerializeToString() + b"\xfa\x3e\x01x"  # field 1007
        self.assertEqual(self.fault(unknown), "UNKNOWN_FORMAT")

    def test_public_keys_of_another_kind_are_an_error_of_the_caller(self):
        with self.assertRaises(ValueError):
            verify_receipt(self.receipt(), [b"no key"])
        with self.assertRaises(ValueError):
            verify_receipt(self.receipt(), [base64.b64encode(KEY)])



if __name__ == "__main__":
    unittest.main()
