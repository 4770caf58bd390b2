"""Time stamps of the evidence log's heads: an authority that stamps, that answers
wrongly, and that does not answer."""
import http.server
import json
import os
import pathlib
import subprocess
import tempfile
import threading
import time
import unittest.mock

import decisions
import harness
from decisions import BARRED

CONFIG = """
[req]
distinguished_name = name
prompt = no
[name]
CN = Invented Time Stamping Authority
[ca]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign
[stamps]
basicConstraints = CA:false
extendedKeyUsage = critical, timeStamping
[tsa]
default_tsa = config
[config]
serial = {0}/serial
signer_cert = {0}/tsa.pem
signer_key = {0}/tsa.key
certs = {0}/ca.pem
default_policy = 1.2.3.4.1
digests = sha256
signer_digest = sha256
"""


class Signer:
    """Keys of an authority, and what openssl makes with them."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.config = self.folder / "conf"
        self.config.write_text(CONFIG.format(folder))
        (self.folder / "serial").write_text("01\n")
        self.ca = self.folder / "ca.pem"
        self._openssl("req", "-x509", "-config", self.config, "-extensions", "ca", "-subj",
                      "/CN=Invented CA", "-newkey", "rsa:2048", "-nodes", "-keyout",
                      self.folder / "ca.key", "-out", self.ca, "-days", "2")
        self._openssl("req", "-new", "-config", self.config, "-newkey", "rsa:2048", "-nodes",
                      "-keyout", self.folder / "tsa.key", "-out", self.folder / "tsa.csr")
        self._openssl("x509", "-req", "-in", self.folder / "tsa.csr", "-CA", self.ca, "-CAkey",
                      self.folder / "ca.key", "-set_serial", "2", "-days", "2", "-extfile",
                      self.config, "-extensions", "stamps", "-out", self.folder / "tsa.pem")

    def _openssl(self, *arguments):
        return subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True,
                              text=True).stdout

    def answer(self, query):
        (self.folder / "query.der").write_bytes(query)
        self._openssl("ts", "-reply", "-config", self.config, "-queryfile",
                      self.folder / "query.der", "-out", self.folder / "answer.der")
        return (self.folder / "answer.der").read_bytes()

    def query(self, digest):
        """One of its own, with a nonce of its own."""
        self._openssl("ts", "-query", "-config", self.config, "-digest", digest, "-sha256",
                      "-cert", "-out", self.folder / "own.der")
        return (self.folder / "own.der").read_bytes()

    def digest_in(self, query):
        """SHA-256 is the only field of 32 bytes."""
        at = query.index(b"\x04\x20") + 2
        return query[at:at + 32].hex()


class Authority:
    """Answers over HTTP on loopback, in the way that `mode` says."""

    def __init__(self, test):
        self.mode, self.asked = "good", 0
        test.enterContext(unittest.mock.patch.dict(os.environ, no_proxy="127.0.0.1"))
        self.signer, self.other = (Signer(test.enterContext(tempfile.TemporaryDirectory()))
                                   for _ in range(2))
        self.released = threading.Event()
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                query = self.rfile.read(int(self.headers["Content-Length"]))
                assert self.headers["Content-Type"] == "application/timestamp-query"
                outer.asked += 1
                status, body = outer._answer(query)
                self.send_response(status)
                self.send_header("Content-Type", "application/timestamp-reply")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *arguments):
                pass

        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=self.http.serve_forever)
        thread.start()
        test.addCleanup(self.http.server_close)
        test.addCleanup(thread.join)
        test.addCleanup(self.http.shutdown)
        test.addCleanup(self.released.set)
        self.url = f"http://127.0.0.1:{self.http.server_address[1]}/"

    def _answer(self, query):
        signer = self.signer
        if self.mode == "nonce":
            query = signer.query(signer.digest_in(query))
        elif self.mode == "hash":
            query = query.replace(bytes.fromhex(signer.digest_in(query)), b"x" * 32)
        elif self.mode == "other_ca":
            signer = self.other
        elif self.mode == "garbage":
            return 200, b"<html>Welcome</html>"
        elif self.mode == "busy":
            return 503, b""
        elif self.mode == "too_long":
            return 200, b"x" * 1_000_000
        elif self.mode == "silent":
            self.released.wait(harness.PATIENCE)
        return 200, signer.answer(query)


class StampedTest(decisions.DecisionTest):
    def setUp(self):
        self.authority = Authority(self)
        folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        config = folder / "probityd.txtpb"
        config.write_text(f"""timestamp_authority {{
            url: "{self.authority.url}" ca_file: "{self.authority.signer.ca}"
            every {{ seconds: 1 }} }}
            # Decisions alone are stamped, so that they can be counted.
            record_acts: false""")
        self.server_options = ("--config", str(config))
        super().setUp()

    def log_info(self):
        return json.loads(self.good("--json", "info"))["evidenceLog"]

    def stamped(self):
        return int(self.log_info().get("timestampedTreeSize", 0))

    def failures(self):
        return int(self.log_info().get("timestampFailures", 0))

    def receipt(self, name):
        path = self.directory / f"{name.rpartition('/')[2]}.json"
        self.good("decision", "receipt", name, "--out", path)
        return path

    def verify(self, receipt, *arguments):
        return self.offline("decision", "verify", receipt, "--key", self.keys(), *arguments)

    def test_heads_are_stamped_and_receipts_tell_of_it(self):
        self.screen(BARRED)
        first = self.newest()
        harness.until(lambda: self.stamped() == 1, "a time stamp")
        self.authority.mode = "busy"
        self.screen(BARRED)
        receipt, later = self.receipt(first), self.receipt(self.newest())
        ca = self.authority.signer.ca
        verified = self.verify(receipt, "--tsa_ca", ca)
        self.assertEqual(verified.code, 0, verified)
        self.assert_says(verified.out, "PROVEN", "Invented Time Stamping Authority")
        self.assertIn("not verified", self.verify(receipt).out)
        refused = self.verify(receipt, "--tsa_ca", self.authority.other.ca)
        self.assertEqual(refused.code, 1, refused)
        self.assert_says(refused.out, "REFUSED", "TIMESTAMP")
        none = self.verify(later, "--tsa_ca", ca)
        self.assertEqual(none.code, 0, none)
        self.assertIn("the log's own word", none.out)
        wrong = self.verify(receipt, "--tsa_ca", receipt)
        self.assertEqual(wrong.code, 2, wrong)
        checkpoint = json.loads(self.good("log", "checkpoint"))
        self.assertEqual(checkpoint["timestamp"]["head"]["treeSize"], "1")
        self.restart()
        self.assertGreaterEqual(self.stamped(), 1)
        self.authority.mode = "good"
        harness.until(lambda: self.stamped() == 2, "a time stamp of the second decision")
        asked = self.authority.asked
        time.sleep(2.5)
        self.assertEqual(self.authority.asked, asked, "nothing new is to be stamped")

    def test_wrong_answers_are_told_counted_and_kept_out(self):
        for mode, reason in (("nonce", "nonce mismatch"), ("hash", "imprint mismatch"),
                             ("other_ca", "certificate verify error"),
                             ("garbage", "none of RFC 3161"), ("busy", "status 503"),
                             ("too_long", self.authority.url)):
            with self.subTest(mode):
                self.authority.mode = mode
                self.assertEqual(self.screen(BARRED).code, 1)
                before = self.failures()
                harness.until(lambda: self.failures() > before + 1, mode)
                self.assertEqual(self.stamped(), 0)
                self.server.stop()
                self.assert_says(self.server.said, "time stamps: ", reason, "asked again in 1s")
                self.start()
        self.authority.mode = "good"
        harness.until(lambda: self.stamped() > 0, "a time stamp at last")

    def test_a_silent_authority_holds_up_nobody(self):
        self.authority.mode = "silent"
        self.screen(BARRED)
        harness.until(lambda: self.authority.asked > 0, "a question")
        begun = time.monotonic()
        for _ in range(3):
            self.assertEqual(self.screen(BARRED).code, 1)
        self.assertEqual(self.server.stop(), 0)
        self.assertLess(time.monotonic() - begun, harness.PATIENCE / 2)
        self.start()
        self.assertEqual(self.stamped(), 0)

    def test_an_authority_that_is_gone_holds_up_nobody(self):
        self.authority.http.shutdown()
        self.authority.http.server_close()
        self.assertEqual(self.screen(BARRED).code, 1)
        harness.until(lambda: self.failures() > 0, "a failure")
        self.assertEqual(self.screen(BARRED).code, 1)


class SettingsTest(harness.ServerTest):
    def test_wrong_settings_are_refused_by_name(self):
        self.server.stop()
        pem = self.file("no.pem", "no certificate")
        for settings, field in (
                ('url: "ftp://a" ca_file: "x"', "timestamp_authority.url"),
                ('url: "http://a"', "timestamp_authority.ca_file"),
                ('url: "http://a" ca_file: "/nowhere"', "timestamp_authority.ca_file"),
                (f'url: "http://a" ca_file: "{pem}"', "timestamp_authority.ca_file"),
                (f'url: "http://a" ca_file: "{pem}" every {{ }}', "timestamp_authority.every")):
            config = self.file("p.txtpb", f"timestamp_authority {{ {settings} }}")
            with self.assertRaises(RuntimeError) as refused:
                self.start(options=("--config", str(config)))
            self.server = None
            self.assertIn(field, str(refused.exception))


class NoAuthorityTest(decisions.DecisionTest):
    def test_receipts_say_that_the_times_are_the_logs_word(self):
        self.screen(BARRED)
        receipt = self.directory / "r.json"
        self.good("decision", "receipt", self.newest(), "--out", receipt)
        self.assertNotIn("timestamp", json.loads(receipt.read_text()))
        proven = self.offline("decision", "verify", receipt, "--key", self.keys())
        self.assertEqual(proven.code, 0, proven)
        self.assertIn("the log's own word", proven.out)


if __name__ == "__main__":
    harness.main()
