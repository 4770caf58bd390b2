"""The evidence log as its operator and auditors meet it: a disk that is full, texts
that are to be erased, acts of administration."""
import json
import subprocess

import decisions
import harness
from decisions import BARRED

MIB = 1 << 20
RESERVE = 16 * MIB  # that the log keeps free


@harness.needs_a_small_disk
class FullDiskTest(decisions.DecisionTest):
    """Decisions while the log's own disk, and no other, is full."""

    def setUp(self):
        super().setUp()
        # The log on the small disk is another one, which the store would refuse.
        self.server.stop()
        subprocess.run([harness.PROBITYD, "restore", "--data_dir", self.server.data_dir,
                        "--no_evidence", "--accept_gap"], capture_output=True, check=True)
        self.disk = harness.SmallDisk(self, self.server.data_dir / "evidence", "96m")

    def fill(self, left):
        """Leaves so many bytes."""
        status = harness.os.statvfs(self.disk.path())
        ballast = self.disk.path() / "ballast"
        with open(ballast, "wb") as file:
            harness.os.posix_fallocate(file.fileno(), 0,
                                       status.f_bavail * status.f_frsize - left)
        return ballast

    def screen_once(self, request_id):
        return self.probity("screen", BARRED, "--buyer", "GB", "--purpose", "qualification",
                            "--request_id", request_id)

    def recorded(self):
        listed = json.loads(self.good("--json", "decision", "list"))
        return [one["name"] for one in listed.get("decisions", [])]

    def test_no_verdict_leaves_that_is_not_on_record(self):
        self.assertEqual(self.screen_once("first").code, 1)
        before, old = self.recorded(), self.directory / "old.json"
        self.good("log", "checkpoint", "--out", old)
        ballast = self.fill(RESERVE // 2)
        for _ in range(2):
            refused = self.screen_once("second")
            self.assertEqual((refused.code, refused.out), (3, ""), refused)
            self.assert_says(refused.err, "DISK_FULL", str(self.server.data_dir / "evidence"))
            self.assertNotIn("BLOCK", refused.err)
        self.assertEqual(self.screen_once("first").code, 1)  # on record: no room is needed
        self.assertEqual(self.recorded(), before)
        self.assertEqual(self.probity("decision", "get", before[0]).code, 1)
        ballast.unlink()
        self.assertEqual(self.screen_once("second").code, 1)
        self.assertEqual(self.screen_once("second").code, 1)
        self.assertEqual(self.recorded()[1:], before)
        new, receipt = self.directory / "new.json", self.directory / "receipt.json"
        size = json.loads(old.read_text())["head"]["treeSize"]
        self.good("log", "checkpoint", "--since", size, "--out", new)
        self.good("decision", "receipt", self.recorded()[0], "--out", receipt)
        key = self.keys()
        self.server.stop()
        self.assertEqual(self.offline("log", "verify-consistency", old, new, "--key", key).code, 0)
        self.assertEqual(self.offline("decision", "verify", receipt, "--key", key).code, 0)


class EraseTest(decisions.DecisionTest):
    def test_texts_are_erased_and_everything_else_stands(self):
        self.screen("GB-COH:01234567", "--name", "Brackish Kilns")
        name, receipt = self.newest(), self.directory / "receipt.json"
        self.good("decision", "receipt", name, "--out", receipt)
        self.assertIn("Brackish Kilns", self.good("decision", "print", name))
        nothing = self.probity("decision", "erase", name, "--at", "subject")
        self.assertEqual(nothing.code, 2, nothing)
        self.assertIn("--reason", nothing.err)
        unknown = self.probity("decision", "erase", name, "--digest", "00" * 32, "--reason", "r")
        self.assertEqual(unknown.code, 3, unknown)
        self.assertIn("digests[0]", unknown.err)
        told = json.loads(self.probity("--json", "decision", "get", name).out)
        self.assert_says(self.good("decision", "erase", name, "--reason", "GDPR art. 17",
                                   "--digest", told["personal"][0]["digest"]), "1 texts erased")
        self.good("decision", "erase", name, "--at", "subject", "--reason", "GDPR art. 17")
        self.assert_says(self.good("decision", "erase", name, "--at", "subject", "--reason", "x"),
                         "0 texts erased, 0 left", "before")
        printed = self.good("decision", "print", name, "--audience", "auditor")
        self.assert_says(printed, "[erased]", "GDPR art. 17", "by local")
        self.assertNotIn("Brackish", printed)
        self.assert_says(self.good("decision", "replay", name), "EQUAL", "were erased")
        key = self.keys()
        self.server.stop()
        self.assertEqual(self.offline("decision", "verify", receipt, "--key", key).code, 0)


class ActsTest(decisions.OfflineTest):
    """A server that records acts of administration."""

    def start(self, port=0, options=None):
        settings = self.file("settings.txtpb", "record_acts: true\n")
        super().start(port, ("--config", settings))

    def create(self):
        return self.probity("dataset", "create", "reg", "--title", "Register", "--absence",
                            "retracted")

    def acts(self):
        """What callers did, oldest first; revisions are published beside it."""
        listed = json.loads(self.good("--json", "log", "acts", "--limit", "100")).get("acts", [])
        return [one for one in listed[::-1] if one["core"]["phase"] != "ACT_PHASE_PUBLISHED"]

    def test_acts_are_listed_and_proven_without_the_server(self):
        self.assertEqual(self.create().code, 0)
        refused = self.create()
        self.assertEqual(refused.code, 3, refused)
        begun, done, _, failed = self.acts()
        self.assertEqual(done["core"]["begun"], begun["name"])
        self.assertEqual(failed["core"]["outcome"], "ACT_OUTCOME_FAILED")
        self.assert_says(self.good("log", "acts", width=300), "DatasetService.CreateDataset",
                         "begun", "done", "failed: DATASET_EXISTS", "datasets/reg", "local")
        receipt = self.directory / "act.json"
        self.good("log", "act-receipt", done["name"], "--out", receipt)
        unknown = self.probity("log", "act-receipt", "acts/none")
        self.assertEqual(unknown.code, 3, unknown)
        self.assertIn("ACT_NOT_FOUND", unknown.err)
        key = self.keys()
        self.server.kill()
        proven = self.offline("log", "verify-act", receipt, "--key", key)
        self.assertEqual(proven.code, 0, proven)
        self.assert_says(proven.out, "PROVEN", "DatasetService.CreateDataset", "local")
        self.assertEqual(self.offline("decision", "verify", receipt, "--key", key).code, 1)
        altered = self.file("altered.json", receipt.read_text().replace(done["name"], "acts/x"))
        refused = self.offline("log", "verify-act", altered, "--key", key)
        self.assertEqual(refused.code, 1, refused)
        self.assertIn("NOT_INCLUDED", refused.out)
        self.start()
        self.assertEqual([one["name"] for one in self.acts()][:2], [begun["name"], done["name"]])

    def test_what_an_act_named_can_be_erased(self):
        self.assertEqual(self.create().code, 0)
        begun = self.acts()[0]
        self.assert_says(self.good("decision", "erase", begun["name"], "--reason", "court order",
                                   "--digest", begun["subjects"][0]["digest"]),
                         "1 texts erased, 0 left")
        erased = self.acts()[0]
        self.assertEqual(erased["name"], begun["name"])
        self.assertNotIn("text", erased["subjects"][0])
        self.assertIn("[erased]", self.good("log", "acts", width=300))


if __name__ == "__main__":
    harness.main()
