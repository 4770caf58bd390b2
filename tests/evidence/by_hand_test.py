"""The walk by hand in docs/EVIDENCE.md verifies a receipt, and refuses it when a
part was changed: an implementation of its own beside the one in evidence/.
"""
import base64
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
DATA = ROOT / "tests/testdata/evidence"


def walk():
    return re.search(r"```python\n(.*?)```", (ROOT / "docs/EVIDENCE.md").read_text(), re.S).group(1)


def verify(receipt):
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(receipt, file)
        file.flush()
        return subprocess.run([sys.executable, "-", file.name, DATA / "plain_key.pem"], input=walk(),
                              capture_output=True, text=True)


def changed(text):
    data = bytearray(base64.b64decode(text))
    data[0] ^= 1
    return base64.b64encode(bytes(data)).decode()


class ByHandTest(unittest.TestCase):
    def setUp(self):
        self.receipt = json.loads((DATA / "plain_receipt.json").read_text())

    def test_proves_the_receipt(self):
        result = verify(self.receipt)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.assertTrue(result.stdout.startswith("proven"), result.stdout)

    def test_refuses_changed_parts(self):
        for name in ("core", "bundleDigest", "salt"):
            receipt = dict(self.receipt, **{name: changed(self.receipt[name])})
            self.assertIn("included: False, signed: True", verify(receipt).stdout, name)
        for name in ("rootHash", "signature", "keyId"):
            head = dict(self.receipt["head"], **{name: changed(self.receipt["head"][name])})
            self.assertIn("signed: False", verify(dict(self.receipt, head=head)).stdout, name)
        for name, value in (("decision", "decisions/other"), ("time", "2026-11-26T10:34:15.123457Z")):
            self.assertIn("included: False", verify(dict(self.receipt, **{name: value})).stdout, name)

    def test_proves_the_receipt_of_an_act(self):
        receipt = json.loads((DATA / "act_receipt.json").read_text())
        result = verify(receipt)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        for name in ("core", "salt"):
            other = dict(receipt, **{name: changed(receipt[name])})
            self.assertIn("included: False, signed: True", verify(other).stdout, name)
        # Nor does it become one of a decision, whatever else is said of it.
        name = receipt.pop("act")
        for digest in (receipt["core"], receipt["salt"], ""):
            decision = dict(receipt, decision=name, bundleDigest=digest)
            self.assertIn("included: False, signed: True", verify(decision).stdout, digest)


if __name__ == "__main__":
    unittest.main()
