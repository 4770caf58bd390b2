"""Waivers, replies and self-cleaning as two officials type them."""
import datetime
import json

import harness

REGISTER = """record_type,key,name,kind,identifiers
supplier,looms,Invented Looms Ltd,company,GB-COH:04830352
"""
FLAGS = """record_type,key,subject,flag_type,stage,severity,decided_on,jurisdiction
risk_flag,verdict,records/looms,trafficking-conviction,conviction-final,critical,2025-01-01,FR
"""
FLAG = "datasets/reg/records/verdict"
FIRM = "GB-COH:04830352"
TODAY = datetime.datetime.now(datetime.timezone.utc).date()


class WaiverTest(harness.TwoOfficials, harness.ServerTest):
    def setUp(self):
        super().setUp()
        self.told("ann", "dataset", "create", "reg", "--title", "Register", "--absence",
                  "retracted", "--invented")
        self.told("ann", "import", "--dataset", "reg", "--format", "probity-csv",
                  self.file("r.csv", REGISTER), self.file("f.csv", FLAGS))
        self.told("ann", "policy", "activate", "standard")

    def screen(self, *options):
        return self.by("ann", "screen", FIRM, "--buyer", "FR", "--purpose", "award",
                       "--procedure", "P-1", "--no_other_parties", *options)

    def asked(self, *options):
        end = TODAY + datetime.timedelta(days=200)
        return self.by("ann", "--json", "waiver", "request", FIRM, "--rule", "EU-57.1F",
                       "--procedure", "P-1", "--contract_end", end, "--reason",
                       "the only maker", *options)

    def test_two_officials_waive_a_ground_for_one_procedure(self):
        self.assertEqual(self.screen().code, 1)
        refused = self.asked()
        self.assertEqual(refused.code, 3, refused)
        self.assert_says(refused.err, "WAIVER_NOT_LAWFUL", "EU-57.3", "art. 57(3)")
        made = self.asked("--derogation", "EU-57.3")
        self.assertEqual(made.code, 0, made)
        name = json.loads(made.out)["waiver"]["name"]
        alone = self.by("ann", "waiver", "approve", name, "--reason", "I say so")
        self.assertEqual(alone.code, 3, alone)
        self.assert_says(alone.err, "WAIVER_SELF_APPROVAL", "a second person")
        self.assertEqual(self.screen().code, 1)
        waiting = self.told("bea", "waiver", "list", "--state", "requested")
        self.assert_says(waiting, name, "asked for by", "the only maker", "EU-57.3")
        approved = self.told("bea", "waiver", "approve", name, "--reason", "file 117")
        self.assert_says(approved, "IN_FORCE", "bea: file 117")
        self.restart()
        screened = self.screen()
        self.assertEqual(screened.code, 4, screened)
        self.assert_says(screened.out, "risk binding ground", name, "applied", "check waiver")
        decision = json.loads(self.by("ann", "--json", "decision", "list").out)["decisions"][0]
        printed = self.told("ann", "decision", "print", decision["name"])
        self.assert_says(printed, "Rule EU-57.1F is waived from", "approved by bea")
        elsewhere = self.by("ann", "screen", FIRM, "--buyer", "FR", "--purpose", "award",
                            "--procedure", "P-2", "--no_other_parties")
        self.assertEqual(elsewhere.code, 1, elsewhere)
        self.assertIn("not applied", elsewhere.out)
        self.assertIn("REVOKED", self.told("bea", "waiver", "revoke", name, "--reason", "no more"))
        self.assertEqual(self.screen().code, 1)

    def test_a_supplier_is_heard(self):
        said = self.told("ann", "reply", "submit", FLAG, "--kind", "correction-request", "--text",
                         "the judgment was quashed", "--received_on",
                         TODAY - datetime.timedelta(days=1))
        self.assertIn("CORRECTION_REQUEST", said)
        self.assertIn("the judgment was quashed", self.by("ann", "flags", FIRM).out)
        screened = self.screen()
        self.assertEqual(screened.code, 1, screened)
        self.assert_says(screened.out, "the supplier replied on", "weigh reply", "ask correction")
        self.assertEqual(self.by("ann", "reply", "submit", FLAG, "--kind", "self-cleaning",
                                 "--text", "x").code, 2)
        unknown = self.by("ann", "reply", "submit", "datasets/reg/records/looms", "--kind",
                          "statement", "--text", "x")
        self.assertEqual(unknown.code, 3, unknown)
        self.assertIn("RISK_FLAG_NOT_FOUND", unknown.err)

    def test_a_dossier_counts_once_a_second_person_has_accepted_it(self):
        self.told("ann", "self-cleaning", "submit", FLAG, "--document", "https://example.org/d",
                  "--element", "compensation-paid-or-undertaken", "--element",
                  "facts-clarified-with-authorities", "--element", "personnel-measures",
                  "--element", "technical-measures", "--element", "organisational-measures")
        listed = json.loads(self.told("ann", "--json", "self-cleaning", "list", "--state",
                                      "recorded"))
        name = listed["replies"][0]["name"]
        assess = ("self-cleaning", "assess", name, "--outcome", "accepted", "--reasons", "seen")
        alone = self.by("ann", *assess)
        self.assertEqual(alone.code, 3, alone)
        self.assertIn("SELF_ASSESSMENT", alone.err)
        self.assertEqual(self.screen().code, 1)
        self.assertIn("ACCEPTED", self.told("bea", *assess))
        screened = self.screen()
        self.assertNotEqual(screened.code, 1, screened)
        self.assertIn("self-cleaning accepted", screened.out)
        self.told("ann", "reply", "withdraw", name, "--reason", "of another firm")
        self.assertEqual(self.screen().code, 1)


if __name__ == "__main__":
    harness.main()
