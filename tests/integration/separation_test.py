"""Two firms that a wrong company number made one supplier, of which one is barred: the
honest one is cleared of it, by two persons, and stays so."""
import json
import re

import decisions
import harness

HONEST, BARRED = "XI-LEI:529900T8BM49AURSDO55", "BR-CNPJ:33000167000101"
# The register gave the second firm the number of the first.
REGISTER = f"""record_type,key,name,kind,identifiers
supplier,good,Tidewater Stationery Ltd,company,GB-COH:04830352|{HONEST}
supplier,bad,Brackish Kilns Ltd,company,GB-COH:04830352|{BARRED}
"""
MEMBERS = f"""vendor_number,name,identifier
0007,Tidewater Stationery Ltd,{HONEST}
0008,Brackish Kilns Ltd,{BARRED}
"""
GOOD, BAD = "datasets/reg/records/good", "datasets/reg/records/bad"
CREATE = ("dataset", "create", "separations", "--absence", "retracted", "--title",
          "Parties that are not one")


class SeparationTest(harness.TwoOfficials, harness.ServerTest):
    def setUp(self):
        super().setUp()
        self.told("ann", "dataset", "create", "reg", "--title", "Register", "--absence",
                  "retracted", "--invented")
        self.files = [self.file("r.csv", REGISTER), self.file("f.csv", decisions.FLAGS)]
        self.load_register()
        self.told("ann", "policy", "create", self.file("ministry.txtpb", decisions.POLICY))
        self.told("ann", "policy", "activate", "ministry")

    def load_register(self):
        self.told("ann", "import", "--dataset", "reg", "--format", "probity-csv", *self.files)

    def verdict(self, subject):
        return self.by("ann", "screen", subject, *decisions.PURCHASE).out.split()[0]

    def supplier(self, identifier):
        """Of whom it leads to: name, records, what keeps others out."""
        out = json.loads(self.told("ann", "--json", "lookup", identifier))
        (supplier,) = out["results"][0]["suppliers"]
        return supplier["name"], supplier["sourceRecords"], supplier.get("separations", [])

    def split(self, *options, supplier=None):
        return self.by("ann", "supplier", "split", supplier or self.supplier(HONEST)[0],
                       "--record", BAD, "--reason", "other founders, other town", *options)

    def watch(self):
        """Both firms are members of a portfolio, and weighed."""
        self.told("ann", "portfolio", "put", "mills", "--buyer", "GB", "--title", "Mills",
                  "--purpose", "qualification", "--no_other_parties")
        self.told("ann", "portfolio", "add", "mills", "--file", self.file("v.csv", MEMBERS))
        self.await_members({"0007": "VERDICT_BLOCK", "0008": "VERDICT_BLOCK"})

    def await_members(self, verdicts):
        def weighed():
            answer = self.by("ann", "--json", "portfolio", "members", "mills")
            if answer.code != 0:  # the watch is being opened
                return False
            members = json.loads(answer.out).get("members", [])
            return verdicts == {one["member"]["name"].rpartition("/")[2]:
                                one.get("verdict", {}).get("verdict") for one in members}
        harness.until(weighed, f"members to be {verdicts}")

    def test_one_person_parts_and_joins(self):
        self.told("ann", *CREATE)
        merged, records, _ = self.supplier(HONEST)
        self.assertEqual(records, [BAD, GOOD])
        self.assertEqual([self.verdict(HONEST), self.verdict(BARRED)], ["BLOCK", "BLOCK"])
        done = self.split("--note", "letter 119")
        self.assertEqual(done.code, 0, done)
        key = re.search(r"datasets/separations/records/split-[0-9a-f]{16}", done.out)[0]
        honest, records, separations = self.supplier(HONEST)
        self.assertEqual((records, separations), ([GOOD], [key]))
        self.assert_says(done.out, f"{merged} was split by {key}", honest, GOOD, BAD,
                         "Tidewater Stationery Ltd", "Brackish Kilns Ltd", f"probity remove {key}")
        self.assertEqual([self.verdict(HONEST), self.verdict(BARRED)], ["CLEAR", "BLOCK"])
        self.assertRegex(self.told("ann", "lookup", BARRED), rf"kept apart by +{key}")
        self.assertEqual(self.by("ann", "lookup", "GB-COH:04830352").code, 4, "both carry it")
        self.load_register()
        self.assertEqual(self.supplier(HONEST)[1], [GOOD], "a later load keeps them apart")
        self.restart()
        self.assertEqual([self.verdict(HONEST), self.verdict(BARRED)], ["CLEAR", "BLOCK"])
        again = self.split(supplier=honest)
        self.assertEqual(again.code, 2, again)
        self.assertIn("one record alone: there is nothing to split", again.err)
        self.told("ann", "remove", key)
        self.assertEqual(self.supplier(HONEST), (merged, [BAD, GOOD], []))
        self.assertEqual(self.verdict(HONEST), "BLOCK")

    def test_a_second_person_lets_a_watched_block_go(self):
        self.told("ann", *CREATE)
        self.watch()
        held = self.split()
        self.assertEqual(held.code, 3, held)
        self.assert_says(held.out, "is not split yet: a second person is needed",
                         "HELD: nothing was published", "VERDICTS_LIFTED",
                         "Tidewater Stationery Ltd", "BLOCK", "CLEAR", "M-BAR",
                         "members/0007")
        self.assertNotIn("Brackish", held.out)
        self.assertEqual(self.verdict(HONEST), "BLOCK")
        load = re.search(r"probity load approve (\S+)", held.out)[1]
        self.assertEqual(self.by("ann", "load", "approve", load, "--note", "mine").code, 3)
        self.told("bea", "load", "approve", load, "--note", "both were asked")
        self.await_members({"0007": "VERDICT_CLEAR", "0008": "VERDICT_BLOCK"})
        self.load_register()
        self.await_members({"0007": "VERDICT_CLEAR", "0008": "VERDICT_BLOCK"})
        self.assertEqual([self.verdict(HONEST), self.verdict(BARRED)], ["CLEAR", "BLOCK"])
        # To be one again lifts nothing.
        (key,) = self.supplier(HONEST)[2]
        self.told("ann", "remove", key)
        self.await_members({"0007": "VERDICT_BLOCK", "0008": "VERDICT_BLOCK"})

    def test_what_is_wrong_is_said(self):
        nowhere = self.split()
        self.assertEqual(nowhere.code, 2, nowhere)
        self.assert_says(nowhere.err, "there is no datasets/separations",
                         "probity dataset create separations --absence retracted")
        self.told("ann", *CREATE)
        merged = self.supplier(HONEST)[0]
        for options, said in (
                (["--record", GOOD], f"these are all records of {merged}"),
                (["--record", "datasets/reg/records/none"],
                 f"datasets/reg/records/none is no record of {merged}")):
            wrong = self.split(*options)
            self.assertEqual(wrong.code, 2, wrong)
            self.assertIn(said, wrong.err)
        none = self.split(supplier="suppliers/0123456789abcdef0123456789ab")
        self.assertEqual(none.code, 3, none)
        self.assertIn("SUPPLIER_NOT_FOUND", none.err)
        self.told("ann", "dataset", "create", "own", "--absence", "retracted", "--title", "Own",
                  "--owner", "authorities/a")
        own = self.split("--dataset", "own")
        self.assertEqual(own.code, 3, own)
        self.assert_says(own.err, "datasets/own is authorities/a's own", "into a shared dataset")
        self.assertEqual(self.supplier(HONEST)[1], [BAD, GOOD], "nothing was written")


if __name__ == "__main__":
    harness.main()
