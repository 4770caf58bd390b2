"""A server with a register, a firm that is barred and a policy: what tests of
decisions share."""
import json
import subprocess

import harness

BARRED = "datasets/reg/records/bad"
WORLD = harness.ROOT / "clients/testing/world"  # shared with the tests of clients
POLICY, REGISTER, FLAGS = ((WORLD / name).read_text("utf-8")
                           for name in ("ministry.txtpb", "register.csv", "flags.csv"))
PURCHASE = ("--buyer", "GB", "--purpose", "qualification", "--no_other_parties")


class OfflineTest(harness.ServerTest):
    """A server whose evidence is verified without it."""

    def keys(self, name="log.pub"):
        return self.file(name, self.good("log", "keys", "--pem"))

    def offline(self, *arguments):
        """With no server to ask."""
        done = subprocess.run([harness.PROBITY, "--server", "127.0.0.1:1", *map(str, arguments)],
                              capture_output=True, text=True, timeout=harness.PATIENCE, check=False)
        return harness.Answer(done.returncode, done.stdout, done.stderr)


class DecisionTest(OfflineTest):
    def setUp(self):
        super().setUp()
        self.good("dataset", "create", "reg", "--title", "Register", "--absence", "retracted",
                  "--invented")
        imported = self.probity("import", "--dataset", "reg", "--format", "probity-csv",
                                self.file("r.csv", REGISTER), self.file("f.csv", FLAGS))
        self.assertEqual(imported.code, 0, imported)
        self.good("policy", "create", self.file("ministry.txtpb", POLICY))
        self.good("policy", "activate", "ministry")

    def screen(self, *subject):
        return self.probity("screen", *subject, *PURCHASE)

    def newest(self):
        listed = json.loads(self.good("--json", "decision", "list", "--limit", "1"))
        return listed["decisions"][0]["name"]
