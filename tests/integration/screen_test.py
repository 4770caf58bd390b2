"""Decisions: verdicts and their exit codes, receipts and checkpoints that hold
without a server, keys that change, and a server that dies while it decides."""
import base64
import json
import subprocess
import threading

import decisions
import harness
from decisions import BARRED, POLICY

def daemon(*arguments):
    done = subprocess.run([harness.PROBITYD, *map(str, arguments)], capture_output=True, text=True,
                          timeout=harness.PATIENCE, check=False)
    return harness.Answer(done.returncode, done.stdout, done.stderr)


class PageTest(decisions.DecisionTest):
    """Decisions that people read at a gateway."""

    def start(self, port=0, options=None):
        settings = self.file("settings.txtpb", 'decision_page_uri: "https://probity.example.org/"\n')
        super().start(port, ("--config", settings))

    def test_a_decision_says_where_it_is_read(self):
        clear = self.screen("GB-COH:4830352")
        self.assertEqual(clear.code, 0, clear)
        self.assert_says(clear.out, "to read at https://probity.example.org/decisions/")


class ScreenTest(decisions.DecisionTest):
    def test_each_verdict_has_its_exit_code_and_its_reasons(self):
        clear = self.screen("GB-COH:4830352")
        self.assertEqual(clear.code, 0, clear)
        self.assert_says(clear.out, "CLEAR", "identity confirmed", "recorded as decisions/")
        block = self.screen(BARRED)
        self.assertEqual(block.code, 1, block)
        self.assert_says(block.out, "BLOCK", "M-BAR", "Invented Act s. 1", "hold")
        review = self.screen("--name", "Brackish Kilns Ltd")
        self.assertEqual(review.code, 4, review)
        self.assert_says(review.out, "REVIEW", "ask identifier")
        self.assertNotIn("BLOCK ", review.out)
        nobody = self.screen()
        self.assertEqual(nobody.code, 3, nobody)
        self.assert_says(nobody.err, "subject", "name somebody")
        purchase = {"subject": {"ref": {"sourceRecord": BARRED}},
                    "purchase": {"authorityCountry": "GB", "purpose": "PURPOSE_PAYMENT"}}
        paid = self.probity("screen", "--file", self.file("p.json", json.dumps(purchase)))
        self.assertEqual(paid.code, 4, paid)  # work done is paid: only a freeze blocks
        wrong = self.probity("screen", "--file", self.file("w.json", "{\"subject\": 1}"))
        self.assertEqual(wrong.code, 2, wrong)
        self.assert_says(wrong.err, "w.json")

    def test_a_receipt_holds_without_the_server_and_not_with_a_byte_changed(self):
        self.screen(BARRED)
        receipt, key = self.directory / "receipt.json", self.keys()
        self.good("decision", "receipt", self.newest(), "--out", receipt)
        self.server.stop()
        proven = self.offline("decision", "verify", receipt, "--key", key)
        self.assertEqual(proven.code, 0, proven)
        self.assertIn("PROVEN", proven.out)
        text = receipt.read_text()
        altered = self.file("altered.json", text.replace('"core": "C', '"core": "D'))
        refused = self.offline("decision", "verify", altered, "--key", key)
        self.assertEqual(refused.code, 1, refused)
        self.assert_says(refused.out, "REFUSED", "altered: core")
        other = self.file("other.pub", "00" * 32)
        stranger = self.offline("decision", "verify", receipt, "--key", other)
        self.assertEqual(stranger.code, 1, stranger)
        self.assertIn("KEY_NOT_TRUSTED", stranger.out)

    def test_a_witness_sees_that_the_log_only_grew(self):
        self.screen(BARRED)
        old, new = self.directory / "old.json", self.directory / "new.json"
        self.good("log", "checkpoint", "--out", old)
        self.screen(BARRED)
        self.restart()
        self.screen(BARRED)
        size = json.loads(old.read_text())["head"]["treeSize"]
        self.good("log", "checkpoint", "--since", size, "--out", new)
        key = self.keys()
        self.assertEqual(
            self.offline("log", "verify-consistency", old, new, "--key", key).code, 0)
        back = self.offline("log", "verify-consistency", new, old, "--key", key)
        self.assertEqual(back.code, 1, back)

    def test_another_key_takes_over_and_a_stolen_one_is_revoked(self):
        self.screen(BARRED)
        first, before = self.newest(), self.keys("before.pub")
        old = json.loads(self.good("--json", "log", "keys"))["keys"][0]["keyId"]
        self.server.stop()
        pem = self.directory / "next.pem"
        subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", pem], check=True,
                       capture_output=True)
        data = self.server.data_dir
        self.assertEqual(daemon("rotate-key", "--data_dir", data, "--next", "/nowhere").code, 1)
        rotated = daemon("rotate-key", "--data_dir", data, "--next", pem)
        self.assertEqual(rotated.code, 0, rotated)
        with self.assertRaises(RuntimeError) as refused:
            self.start()
        self.assertIn("key", str(refused.exception))
        self.start(options=("--evidence_key_file", str(pem)))
        self.screen(BARRED)
        receipt = self.directory / "r.json"
        self.good("decision", "receipt", first, "--out", receipt)
        # Who trusts the old key is led to the new one.
        self.assertEqual(self.offline("decision", "verify", receipt, "--key", before).code, 0)
        self.server.stop()
        revoked = daemon("revoke-key", "--data_dir", data, "--evidence_key_file", pem, "--key",
                         base64.b64decode(old).hex(), "--last_trusted", "0")
        self.assertEqual(revoked.code, 0, revoked)
        self.start(options=("--evidence_key_file", str(pem)))
        history = self.file("history.json", self.good("log", "keys", "--history"))
        told = self.offline("decision", "verify", receipt, "--key", before, "--key_history", history)
        self.assertEqual(told.code, 1, told)

    def test_every_verdict_that_was_given_is_on_record_after_a_crash(self):
        given, stop = [], threading.Event()

        def decide():
            while not stop.is_set():
                answer = self.probity("--json", "screen", BARRED, "--buyer", "GB", "--purpose",
                                      "qualification")
                if answer.code != 1:
                    return
                given.append(json.loads(answer.out)["decision"]["name"])

        callers = [threading.Thread(target=decide) for _ in range(4)]
        for caller in callers:
            caller.start()
        harness.until(lambda: len(given) >= 20, "decisions")
        self.server.kill()
        stop.set()
        for caller in callers:
            caller.join()
        self.start()
        for name in given:
            self.assertEqual(self.probity("decision", "get", name).code, 1)
        self.assertEqual(
            self.probity("decision", "replay", given[-1], "--mode", "rederive").code, 0)

    def test_a_policy_is_tested_and_its_faults_have_lines(self):
        self.assertIn("M-BAR", self.good("policy", "get", "ministry"))
        self.assert_says(self.good("policy", "list"), "policies/ministry/versions/1", "stable",
                         "policies/eu/")
        faulty = self.file("faulty.txtpb", POLICY.replace("legal_basis", "lagel_basis"))
        answer = self.probity("policy", "validate", faulty)
        self.assertEqual(answer.code, 3, answer)
        self.assert_says(answer.err, "line 5", "lagel_basis")
        suite = self.file("s.txtpb", """policy: "ministry"
cases { rule_id: "M-BAR" kind: CASE_KIND_DOES_NOT_FIRE title: "nobody" expect { verdict: VERDICT_CLEAR } }
""")
        failed = self.probity("policy", "test", "--policy", "ministry", "--suite", suite)
        self.assertEqual(failed.code, 1, failed)
        self.assert_says(failed.out, "FAILED", "nobody")

    def test_what_another_policy_would_change_is_seen_before(self):
        self.assertEqual(self.screen(BARRED).code, 1)
        self.assertEqual(self.screen("GB-COH:04830352").code, 0)
        milder = self.file("milder.txtpb", POLICY.replace('id: "ministry"', 'id: "milder"')
                           .replace("FLAG_TYPE_DEBARMENT", "FLAG_TYPE_MEDIA"))
        seen = self.probity("policy", "preview", milder)
        self.assertEqual(seen.code, 1, seen)
        self.assert_says(seen.out, "1 of 2 verdicts would flip", "BLOCK to", ": 1", "-M-BAR",
                         self.newest().split("/")[0])
        self.assertEqual(self.probity("policy", "preview", "ministry").code, 0)
        as_json = json.loads(self.probity("--json", "policy", "preview", milder).out)
        self.assertEqual((len(as_json["flips"]), as_json["evaluated"]), (1, "2"))
        some = self.probity("policy", "preview", milder, "--limit", "1", "--since", "2020-01-01")
        self.assert_says(some.out, "0 of 1 verdicts would flip", "There are more: raise --limit")
        asks = self.file("asks.txtpb", POLICY.replace('id: "ministry"', 'id: "asks"')
                         .replace("datasets/reg", "datasets/other"))
        unmet = self.probity("policy", "preview", asks)
        self.assertEqual(unmet.code, 4, unmet)
        self.assert_says(unmet.out, "2 decisions could not be evaluated", "datasets/other: 2")
        self.assertEqual(self.probity("policy", "preview", "none.txtpb").code, 2)
        self.assertEqual(self.probity("policy", "preview", "none").code, 3)

        self.assertIn("no candidate", self.good("policy", "differences"))
        self.good("policy", "create", milder)
        self.good("policy", "activate", "milder", "--as", "candidate")
        self.assertEqual(self.screen(BARRED).code, 1)
        before = self.good("policy", "differences")
        self.assert_says(before, "1 of 1 decisions since", "policies/milder/versions/1", "-M-BAR")
        self.restart()
        self.assertEqual(self.good("policy", "differences"), before)


if __name__ == "__main__":
    harness.main()
