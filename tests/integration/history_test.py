"""The past of a dataset as an officer types it: what changed, taken back, who is
affected, written out, held."""
import datetime
import hashlib
import json

import harness

GOOD = """record_type,key,name,identifiers,city
supplier,looms,Invented Looms Ltd,GB-COH:04830352,Leeds
supplier,kilns,Invented Kilns Ltd,GB-COH:01234567,York
"""
BAD = """record_type,key,name,identifiers,city
supplier,looms,=Invented Looms Ltd,GB-COH:04830352,Leeds
supplier,mills,Invented Mills Ltd,GB-COH:00000006,Hull
"""
TODAY = datetime.datetime.now(datetime.timezone.utc).date()


class HistoryTest(harness.ServerTest):
    def setUp(self):
        super().setUp()
        self.dataset("reg")
        self.imported(GOOD)
        self.before = self.newest()

    def imported(self, text, dataset="reg"):
        answer = self.load(self.file("rows.csv", text), dataset)
        self.assertEqual(answer.code, 0, answer)

    def newest(self):
        listed = json.loads(self.good("--json", "dataset", "revisions"))
        return int(listed["revisions"][0]["token"]["revision"])

    def test_a_bad_load_is_seen_and_taken_back(self):
        self.imported(BAD)
        said = self.good("dataset", "diff", "reg", self.before)
        self.assert_says(said, "datasets/reg/records/looms", "supplier.names[0].text: Invented "
                         "Looms Ltd -> =Invented Looms Ltd", "datasets/reg/records/kilns",
                         "datasets/reg/records/mills", "1 added, 1 changed, 1 removed")
        streamed = self.good("--json", "dataset", "diff", "reg", self.before)
        summary = json.loads(streamed.splitlines()[-1])["summary"]
        self.assertEqual((summary["added"], summary["changed"], summary["removed"]),
                         ("1", "1", "1"))
        said = self.good("dataset", "rollback", "reg", "--to", self.before, "--note",
                         "the wrong file")
        self.assert_says(said, "COMMITTED", "1 added, 1 changed, 1 removed")
        said = self.good("dataset", "diff", "reg", self.before)
        self.assert_says(said, "0 added, 0 changed, 0 removed")
        self.assertEqual(self.probity("lookup", "GB-COH:00000006").code, 1, "mills is gone")
        said = self.good("dataset", "revisions", "reg", "--since", TODAY, "--until", TODAY)
        self.assert_says(said, "the wrong file")
        tomorrow = TODAY + datetime.timedelta(days=1)
        self.assertNotIn("the wrong file",
                         self.good("dataset", "revisions", "reg", "--since", tomorrow))

    def test_what_cannot_be_taken_back(self):
        for arguments, code, words in (
                (("reg", "--to", self.before, "--note", "x"), 3, ("nothing was written",)),
                (("reg", "--to", 1, "--note", "x"), 3, ("was not there at revision 1",)),
                (("none", "--to", 1, "--note", "x"), 3, ("datasets/none",)),
                (("reg", "--to", self.before), 2, ("--note",))):
            answer = self.probity("dataset", "rollback", *arguments)
            self.assertEqual(answer.code, code, answer)
            self.assert_says(answer.err, *words)

    def test_decisions_that_rest_on_what_was_corrected(self):
        screened = self.probity("screen", "GB-COH:04830352", "--buyer", "GB", "--purpose", "award",
                                "--procedure", "P-1", "--no_other_parties")
        self.assertIn(screened.code, (0, 4), screened)
        self.imported(BAD)
        said = self.good("dataset", "affected", "--revision", self.newest())
        self.assert_says(said, "P-1", "datasets/reg/records/looms")
        said = self.good("dataset", "affected", "--record", "datasets/reg/records/kilns")
        self.assert_says(said, "No recorded decision cites it")
        self.assertEqual(self.probity("dataset", "affected").code, 3)

    def test_an_export_is_loaded_again(self):
        self.imported(BAD)
        for form in ("jsonl", "csv"):
            path = self.directory / f"out.{form}"
            answer = self.probity("dataset", "export", "reg", "--format", form, "--output", path)
            self.assertEqual(answer.code, 0, answer)
            self.assert_says(answer.err, "2 records",
                             hashlib.sha256(path.read_bytes()).hexdigest())
            self.assertFalse((self.directory / f"out.{form}.partial").exists())
            self.assertFalse((self.directory / f"out.{form}.part").exists())
            self.dataset(f"again-{form}")
            answer = self.load(path, f"again-{form}", f"probity-{form}")
            self.assertEqual(answer.code, 0, answer)
            self.assertEqual(self.good("dataset", "export", f"again-{form}", "--format", form),
                             path.read_text())
        self.assertIn("'=Invented", (self.directory / "out.csv").read_text())
        entities = [json.loads(line) for line in
                    self.good("dataset", "export", "reg", "--format", "ftm").splitlines()]
        self.assertEqual({entity["id"] for entity in entities}, {"looms", "mills"})

    def test_what_may_not_leave(self):
        self.dataset("kept", "retracted", "--not_redistributable")
        self.imported(GOOD, "kept")
        answer = self.probity("dataset", "export", "kept", "--output", self.directory / "kept")
        self.assertEqual(answer.code, 3, answer)
        self.assert_says(answer.err, "datasets/kept", "not passed on")
        self.assertFalse((self.directory / "kept").exists())
        self.assertFalse((self.directory / "kept.partial").exists())
        self.assertFalse((self.directory / "kept.part").exists())

    def test_holds(self):
        said = self.good("dataset", "hold", "set", "reg", "--reason", "order 7/2026")
        name = said.split()[0]
        self.assert_says(said, "legalHolds/", "from revision 1")
        self.assert_says(self.good("dataset", "hold", "list"), name, "order 7/2026")
        self.assert_says(self.good("dataset", "hold", "release", name), "released")
        answer = self.probity("dataset", "hold", "release", "legalHolds/none")
        self.assertEqual(answer.code, 3, answer)


if __name__ == "__main__":
    harness.main()
