"""A server with a register, a firm that is barred and a policy: what tests of
decisions share."""
import json
import subprocess

import harness

BARRED = "datasets/reg/records/bad"
POLICY = """
id: "ministry" version: "1" title: "Ministry"
includes: "always-on"
rules {
  id: "M-BAR" title: "Barred" legal_basis: "Invented Act s. 1"
  discretion: DISCRETION_MANDATORY scope: RULE_SCOPE_FACT
  when { all {
    conditions { in_force: true }
    conditions { flag_type { types: FLAG_TYPE_DEBARMENT } }
  } }
  effect: RULE_EFFECT_BLOCK
  reason: REVIEW_REASON_MANDATORY_GROUND_NOT_BINDING
  next_steps { action: NEXT_ACTION_HOLD }
}
required_sources { dataset: "datasets/reg" max_age_days: 30 }
"""
REGISTER = """record_type,key,name,kind,identifiers
supplier,good,Tidewater Stationery Ltd,company,GB-COH:04830352
supplier,bad,Brackish Kilns Ltd,company,GB-COH:01234567
"""
FLAGS = """record_type,key,subject,flag_type,stage,severity,decided_on,jurisdiction,listed_from,listed_to
risk_flag,bar,records/bad,debarment,final-admin-decision,critical,2025-01-01,GB,2025-01-01,2099-01-01
"""
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
