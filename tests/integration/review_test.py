"""An authority's own word: vendor numbers from files as people keep them, and matches
that are judged once."""
import json

import harness

REGISTER = """record_type,key,name,kind,identifiers
supplier,good,Tidewater Stationery Ltd,company,GB-COH:04830352
supplier,bad,Brackish Kilns Ltd,company,GB-COH:01234567
supplier,listed,Tidewater Stationary,company,
"""
FLAGS = """record_type,key,subject,flag_type,stage,severity,decided_on,jurisdiction,listed_from,listed_to
risk_flag,bar,records/listed,debarment,final-admin-decision,critical,2025-01-01,GB,2025-01-01,2099-01-01
"""
VENDORS = """number,name,country,identifier
0000001,Tidewater Stationery,gb,GB-COH:4830352
0000002,Nobody Knows,GB,
"""


class ReviewTest(harness.ServerTest):
    def setUp(self):
        super().setUp()
        self.good("dataset", "create", "reg", "--title", "Register", "--absence", "retracted",
                  "--invented")
        self.good("import", "--dataset", "reg", "--format", "probity-csv",
                  self.file("r.csv", REGISTER), self.file("f.csv", FLAGS))
        self.good("policy", "activate", "demo")

    def vendors(self, text, *options, name="v.csv"):
        return self.probity("vendor", "import", self.file(name, text), "--system", "SAP", *options)

    def listed(self, *filters):
        out = json.loads(self.good("--json", "vendor", "list", *filters))
        return [one["number"]["number"] for one in out.get("vendors", [])]

    def test_a_vendor_file_is_brought_in_once(self):
        first = self.vendors(VENDORS)
        self.assertEqual(first.code, 0, first)
        self.assertIn("created", first.out)
        again = self.vendors(VENDORS)
        self.assertIn("unchanged", again.out)
        self.assertNotIn("created", again.out)
        self.assertEqual(self.listed("--state", "confirmed"), ["0000001"])
        found = self.probity("lookup", "--vendor", "SAP//0000001")
        self.assertEqual(found.code, 0, found)
        self.assertIn("Tidewater Stationery Ltd", found.out)
        self.assertEqual(self.probity("lookup", "--vendor", "SAP//1").code, 1)
        self.assertEqual(self.probity("vendor", "delete", "SAP//0000002", "SAP//9").code, 1)
        self.assertEqual(self.listed(), ["0000001"])

    def test_what_a_spreadsheet_did_to_a_file(self):
        """Order of columns, separators, marks and headers of one's own do not matter; what
        cannot be read is named with its line, and all else is there."""
        moved = "\ufeffLIFNR;LAND1;NAME1;Remark\n0001;GB;Kiln, Ltd;old\n"
        answer = self.vendors(moved, "--column", "number=LIFNR", "--column", "name=NAME1",
                              "--column", "country=LAND1")
        self.assertEqual(answer.code, 0, answer)
        self.assertIn("not read: Remark", answer.out)
        faulty = VENDORS + "0000002,Twice,GB,\n,No Number,GB,\n0000003,Bad,GB,4711\n"
        faulty += "0000004,Bad,Britain,\n0000005,Good,GB,\n"
        answer = self.vendors(faulty)
        self.assertEqual(answer.code, 1, answer)
        for line in (4, 5, 6, 7):
            self.assertIn(f"v.csv line {line}:", answer.out)
        self.assertEqual(self.listed(), ["0000001", "0000002", "0000005", "0001"])
        latin = self.directory / "latin.csv"
        latin.write_bytes("number,name\n6,K\xfcln\n".encode("latin-1"))
        self.good("vendor", "import", latin, "--system", "SAP")
        self.assertIn("K\xfcln", self.good("vendor", "list"))
        cut = self.vendors("number,name\n7\n8,Whole\n1.2E+9,Shortened\n")
        self.assertEqual(cut.code, 1, cut)
        self.assert_says(cut.out, "v.csv line 2: has 1 values, the header 2",
                         "v.csv line 4: \"1.2E+9\" was shortened")
        for text in ("", "name\nA\n", "number,number\n1,2\n"):
            self.assertEqual(self.vendors(text).code, 2, text)
        self.assertEqual(self.probity("vendor", "import", self.file("v.csv", VENDORS)).code, 2)

    def test_a_match_is_judged_once(self):
        self.vendors(VENDORS)
        screen = ("screen", "vendor:SAP//0000001", "--buyer", "GB", "--purpose", "qualification",
                  "--no_other_parties")
        before = json.loads(self.probity("--json", *screen).out)
        candidates = before["bundle"]["subjects"][0]["candidates"]
        self.assertEqual([one["sourceRecord"] for one in candidates],
                         ["datasets/reg/records/listed"])
        told = self.probity("judge", "is-not", "datasets/reg/records/listed", "--subject",
                            "vendor:SAP//0000001", "--reason", "another town")
        self.assertEqual(told.code, 0, told)
        self.restart()
        after = json.loads(self.probity("--json", *screen).out)
        subject = after["bundle"]["subjects"][0]
        self.assertNotIn("candidates", subject)
        self.assertEqual(len(subject["judgements"]), 1)
        opposite = self.probity("judge", "is", "datasets/reg/records/listed", "--subject",
                                "vendor:SAP//0000001", "--reason", "same town")
        self.assertEqual(opposite.code, 3, opposite)
        name = subject["judgements"][0]["name"]
        self.assertIn(name, opposite.err)
        self.good("judge", "withdraw", name, "--reason", "seen again")
        self.assertIn("withdrawn", self.good("judge", "list"))
        self.assertEqual(self.probity("judge", "is", "datasets/reg/records/listed", "--reason",
                                      "x").code, 2)


if __name__ == "__main__":
    harness.main()
