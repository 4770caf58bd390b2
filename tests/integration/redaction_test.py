"""A person who is forgotten, as two officials type it."""
import json
import random
import subprocess

import harness

PEOPLE = """record_type,key,name,kind,identifiers,addresses
supplier,p1,Zebulon Quillfeather,person,GB-COH:04830352,
supplier,p2,Tidewater Stationery Ltd,company,GB-COH:01234567,
"""
FLAGS = """record_type,key,subject,flag_type,stage,severity,decided_on,jurisdiction
risk_flag,verdict,records/p1,trafficking-conviction,conviction-final,critical,2025-01-01,FR
"""
PERSON = "datasets/people/records/p1"


class RedactionTest(harness.TwoOfficials, harness.ServerTest):
    def setUp(self):
        super().setUp()
        self.told("ann", "dataset", "create", "people", "--title", "People", "--absence",
                  "retracted", "--invented", "--personal_data")
        self.told("ann", "import", "--dataset", "people", "--format", "probity-csv",
                  self.file("p.csv", PEOPLE), self.file("f.csv", FLAGS))
        self.told("ann", "policy", "activate", "standard")

    def asked(self):
        return json.loads(self.told("ann", "--json", "redact", "request", PERSON, "--reason",
                                    "ref 26/8"))["name"]

    def listed(self, name):
        for line in self.told("ann", "--json", "redact", "list").splitlines():
            for one in json.loads(line).get("redactions", []):
                if one["name"] == name:
                    return one
        self.fail(name)

    def holding(self, text):
        return [path for path in self.server.data_dir.rglob("*")
                if path.is_file() and text in path.read_bytes()]

    def assert_forgotten(self):
        self.assertNotIn("Quillfeather", self.told("ann", "subject-report", PERSON))
        self.assertEqual(self.by("ann", "search", "Zebulon Quillfeather").code, 1)
        self.assertEqual(self.by("ann", "lookup", "GB-COH:04830352").code, 1)
        self.server.stop()
        for text in (b"Quillfeather", b"quillfeather"):
            self.assertEqual(self.holding(text), [])
        self.start()

    def test_two_officials_forget_a_person(self):
        report = self.told("ann", "subject-report", "Zebulon", "Quillfeather")
        self.assert_says(report, PERSON, "Zebulon Quillfeather", "Held: 2 records")
        name = self.asked()
        waiting = self.told("ann", "redact", "list")
        self.assert_says(waiting, name, PERSON, "waits for a second person", "ref 26/8")
        alone = self.by("ann", "redact", "approve", name)
        self.assertEqual(alone.code, 3, alone)
        self.assert_says(alone.err, "REDACTION_SELF_APPROVAL", "a second person")
        self.assertIn("Quillfeather", self.told("ann", "subject-report", PERSON))
        done = self.told("bea", "redact", "approve", name)
        self.assert_says(done, "done", "versions rewritten", "bea")
        self.assert_forgotten()
        again = self.told("ann", "--json", "import", "--dataset", "people", "--format",
                          "probity-csv", self.file("p.csv", PEOPLE), self.file("f.csv", FLAGS))
        self.assertEqual(json.loads(again)["counts"]["unchanged"], "3", again)
        self.assert_forgotten()
        report = self.told("ann", "subject-report", PERSON)
        self.assert_says(report, "redacted", "Redactions: 1", "Held: 2 records")

    def test_what_a_kill_interrupts_is_done_at_the_next_start(self):
        name = self.asked()
        dice = random.Random(7)
        for _ in range(12):
            approving = subprocess.Popen(
                [harness.PROBITY, "--server", self.server.address, "--token_file",
                 self.who["bea"], "redact", "approve", name],
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            try:
                approving.wait(dice.uniform(0.01, 0.6))
            except subprocess.TimeoutExpired:
                pass
            self.server.kill()
            approving.wait(harness.PATIENCE)
            self.start()
            redaction = self.listed(name)
            self.assertEqual("approvedAt" in redaction, "doneAt" in redaction,
                             "what was begun is done before anybody is answered")
        self.told("bea", "redact", "approve", name)
        self.assert_forgotten()


if __name__ == "__main__":
    harness.main()
