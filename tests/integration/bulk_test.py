"""A whole file of vendors: screened through one stream, its result in the file's own
form, faults in their rows, and runs that are cut and go on."""
import csv
import io
import json
import pathlib
import signal
import tempfile

import decisions
import harness


class BulkTest(decisions.DecisionTest):
    def setUp(self):
        # The size of the log counts decisions.
        folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        config = folder / "probityd.txtpb"
        config.write_text("record_acts: false\n")
        self.server_options = ("--config", str(config))
        super().setUp()
        self.out = self.directory / "result.csv"

    def screen_file(self, file, *options):
        return self.probity("screen", "--file", file, "--out", self.out, *decisions.PURCHASE, *options)

    def rows(self, delimiter=",", encoding="utf-8"):
        text = self.out.read_text(encoding=encoding)
        return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter))

    def recorded(self):
        return int(json.loads(self.good("--json", "info"))["evidenceLog"].get("treeSize", 0))

    def test_each_row_has_its_verdict_and_the_worst_one_decides(self):
        vendors = self.file("v.csv", "Vendor Number,plant,name,identifier\n"
                            "0007,P1,Tidewater Stationery Ltd,GB-COH:4830352\n"
                            "0008,P2,Brackish Kilns Ltd,\n"
                            "0009,P1,,GB-COH:01234567\n"
                            "0010,P1,Brackish,GB-COH\n"
                            "0007,P3,!!!,\n"
                            "0011,P3\n")
        answer = self.screen_file(vendors)
        self.assertEqual(answer.code, 1, answer)
        rows = self.rows()
        self.assertEqual([row["probity_verdict"] for row in rows],
                         ["CLEAR", "REVIEW", "BLOCK", "ERROR", "ERROR", "ERROR"])
        self.assertEqual(list(rows[0])[:5],
                         ["Vendor Number", "plant", "name", "identifier", "probity_row"])
        self.assertEqual(rows[0]["Vendor Number"], "0007")
        self.assertEqual([row["probity_row"] for row in rows], ["2", "3", "4", "5", "6", "7"])
        self.assertEqual(rows[2]["probity_rules"], "M-BAR; FACT-1")
        self.assertIn("IDENTITY_AMBIGUOUS", rows[1]["probity_reasons"])
        self.assertIn("line 5, column identifier", rows[3]["probity_error"])
        self.assertIn("line 6: INVALID_FIELD: subject.name", rows[4]["probity_error"])
        self.assertIn("line 7: has 2 values, the header 4", rows[5]["probity_error"])
        self.assertEqual(rows[0]["probity_note"], "vendor number also in row 6")
        self.assertEqual(rows[4]["probity_note"], "vendor number also in row 2")
        self.assert_says(answer.out, "2 rows share a vendor number", "6 rows, read as utf-8")
        self.assertEqual(self.recorded(), 3)
        shown = self.good("decision", "get", rows[0]["probity_decision"])
        self.assert_says(shown, "CLEAR")

    def test_the_exit_code_is_that_of_the_worst_row(self):
        for body, code in (("GB-COH:04830352\n", 0),
                           ("GB-COH:04830352\nGB-COH:00000006\n", 4),
                           ("GB-COH:04830352\nnonsense\n", 4),
                           ("GB-COH:00000006\nnonsense\nGB-COH:01234567\n", 1)):
            answer = self.screen_file(self.file("v.csv", "identifier\n" + body))
            self.assertEqual(answer.code, code, answer)

    def test_what_a_spreadsheet_makes_of_a_file_comes_back_to_it(self):
        table = "name;identifier;note\r\nMüller & Söhne;GB-COH:4830352;ä\r\n"
        for encoding, mark in (("utf-16", True), ("utf-8-sig", True), ("cp1252", False)):
            with self.subTest(encoding):
                vendors = self.file("v.csv", table.encode(encoding))
                self.assertEqual(self.screen_file(vendors).code, 4)
                raw = self.out.read_bytes()
                self.assertTrue(raw.startswith(b"\xef\xbb\xbf"))
                row, = self.rows(";", "utf-8-sig")
                self.assertEqual((row["name"], row["note"]), ("Müller & Söhne", "ä"))
                again = self.screen_file(self.out)  # the result is a file of vendors too
                self.assertEqual(again.code, 4, again)
                self.assertEqual(list(self.rows(";", "utf-8-sig")[0]), list(row))

    def test_json_lines_in_and_out(self):
        vendors = self.file("v.jsonl", '{"vendor_number": 7, "identifier": "GB-COH:04830352"}\n'
                            'nonsense\n{"name": "Nobody At All"}\n')
        self.out = self.directory / "result.jsonl"
        self.assertEqual(self.screen_file(vendors).code, 4)
        rows = [json.loads(line) for line in self.out.read_text().splitlines()]
        self.assertEqual([row["probity_verdict"] for row in rows], ["CLEAR", "ERROR", "REVIEW"])
        self.assertEqual(rows[0]["vendor_number"], "7")
        self.assertEqual(rows[1]["line"], "nonsense")
        shown = self.probity("--json", "screen", "--file", vendors, *decisions.PURCHASE)
        self.assertEqual(len(shown.out.splitlines()), 3)

    def test_bad_files_and_options_are_refused_before_anything_is_asked(self):
        good = self.file("v.csv", "name\nA\n")
        for arguments, part in (
                (["--file", self.directory / "none.csv", *decisions.PURCHASE], "cannot be read"),
                (["--file", self.file("e.csv", ""), *decisions.PURCHASE], "holds no row"),
                (["--file", self.file("h.csv", "Tidewater,GB\nB,GB\n"), *decisions.PURCHASE],
                 "line of headings"),
                (["--file", good, "--name", "A", *decisions.PURCHASE], "the file names the suppliers"),
                (["--file", good, "--buyer", "GB"], "--buyer and --purpose are required"),
                (["--file", good, "--encoding", "klingon", *decisions.PURCHASE], "not known"),
                (["--file", good, "--out", self.directory / "no/x.csv", *decisions.PURCHASE],
                 "cannot be written")):
            answer = self.probity("screen", *arguments)
            self.assertEqual(answer.code, 2, answer)
            self.assertIn(part, answer.err)
        refused = self.screen_file(good, "--policy", "none")
        self.assertEqual(refused.code, 3, refused)
        self.assertFalse(self.out.exists())
        self.assertEqual(self.recorded(), 0)

    def many(self, count):
        return self.file("v.csv", "name,identifier\n" + "".join(
            f"Tidewater Stationery {i} Ltd,GB-COH:04830352\n" for i in range(count)))

    def test_a_server_that_dies_is_waited_for_and_nothing_is_decided_twice(self):
        count = 1500
        running = self.begin("screen", "--file", self.many(count), "--out", self.out, *decisions.PURCHASE)
        for _ in range(2):
            before = self.recorded()
            harness.until(lambda: self.recorded() > before + 100, "decisions")
            port = self.server.port
            self.server.kill()
            self.start(port)
        answer = self.end(running)
        self.assertEqual(answer.code, 0, answer)
        self.assertEqual([int(row["probity_row"]) for row in self.rows()],
                         list(range(2, count + 2)))
        self.assertEqual(self.recorded(), count)

    def test_an_interrupted_run_goes_on_with_its_token(self):
        count = 3000
        vendors = self.many(count)
        running = self.begin("screen", "--file", vendors, "--out", self.out, *decisions.PURCHASE)
        harness.until(lambda: self.recorded() > 100, "decisions")
        running.send_signal(signal.SIGINT)
        answer = self.end(running)
        self.assertEqual(answer.code, 130, answer)
        self.assertFalse(self.out.exists())
        before = self.recorded()
        self.assertLess(before, count)
        token = answer.err.split("--resume ")[1].split()[0]
        again = self.screen_file(vendors, "--resume", token)
        self.assertEqual(again.code, 0, again)
        self.assertEqual(len(self.rows()), count)
        self.assertEqual(self.recorded(), count)
        # Other settings are another run.
        other = self.screen_file(vendors, "--resume", token, "--procedure", "x")
        self.assertEqual(other.code, 3, other)
        self.assertIn("INVALID_RESUME_TOKEN", other.err)

    def test_a_worksheet_shows_each_vendor_its_like_names(self):
        vendors = self.file("v.csv", "vendor_number,name,identifier\n"
                            "1,Brackish Kilns Limited,GB-COH:01234567\n"
                            "2,Tidewater Stationery,\n3,Nobody At All,\n4,,GB-COH:04830352\n"
                            "5,Brackish Kilns,GB-COH:04830352\n6,x,nonsense\n")
        answer = self.probity("match", "--file", vendors, "--out", self.out)
        self.assertEqual(answer.code, 4, answer)
        rows = self.rows(encoding="utf-8-sig")
        # Without an identifier first; who carries the identifier is no candidate.
        self.assertEqual([(row["vendor_number"], row["probity_candidate"]) for row in rows],
                         [("2", "Tidewater Stationery Ltd"), ("6", ""),
                          ("5", "Brackish Kilns Ltd")])
        self.assertEqual(rows[0]["probity_worksheet_row"], "1 of 2")
        self.assertEqual(rows[0]["probity_source_record"], "datasets/reg/records/good")
        self.assertIn("(+", rows[0]["probity_reason_1"])
        self.assertEqual((rows[0]["decision"], rows[0]["reason"]), ("", ""))
        self.assertIn("column identifier", rows[1]["probity_error"])
        self.assert_says(answer.out, "2 candidates for 2 of 6 vendors, 3 without any, 0 settled before, 1 could not")
        nobody = self.probity("match", "--file", self.file("n.csv", "name\nNobody At All\n"))
        self.assertEqual(nobody.code, 0, nobody)

    def test_a_worksheet_that_is_judged_settles_its_rows(self):
        vendors = self.file("v.csv", "vendor_number,name,country\n1,Brackish Kilns,GB\n"
                            "2,Tidewater Stationery,\n3,Brackish Kilns Ltd.,\n")
        self.assertEqual(self.probity("match", "--file", vendors, "--out", self.out).code, 4)
        rows = self.rows(encoding="utf-8-sig")
        self.assertEqual(len(rows), 3)

        def judge(decisions, edit=lambda rows: None, expected=4):
            filled = [dict(row) for row in rows]
            for row, (decision, reason) in zip(filled, decisions):
                row["decision"], row["reason"] = decision, reason
            edit(filled)
            text = io.StringIO(newline="")
            # As a spreadsheet saves it: other delimiter, columns in another order.
            writer = csv.DictWriter(text, list(rows[0])[::-1], delimiter=";")
            writer.writeheader()
            writer.writerows(filled)
            sheet = self.file("w.csv", text.getvalue().encode("utf-16"))
            answer = self.probity("judge", "--file", sheet, "--out", self.directory / "judged.csv")
            self.assertEqual(answer.code, expected, answer)
            with open(self.directory / "judged.csv", encoding="utf-8-sig", newline="") as result:
                return answer.out, list(csv.DictReader(result, delimiter=";"))

        def harm(filled):
            filled[0]["name"] = "Brackish K?lns"
            del filled[1]

        out, said = judge([("IS_NOT", "another town"), ("IS_NOT", "x"), ("perhaps", "x")], harm)
        self.assert_says(out, "0 judged, 0 stood already, 0 left open, 2 refused",
                         "gone from the worksheet were left open: 2.")
        self.assert_says(said[0]["probity_error"], "line 2", "not what it was")
        self.assert_says(said[1]["probity_error"], "line 3", "perhaps")

        # The party of the record is merged with another one before anybody judges.
        self.dataset("other")
        twin = "record_type,key,name,identifiers\nsupplier,t,Brackish Kilns Group,GB-COH:01234567\n"
        self.assertEqual(self.load(self.file("t.csv", twin), "other").code, 0)
        def revision():
            return int(json.loads(self.good("--json", "info"))["revision"]["revision"])

        before = revision()
        out, said = judge([("IS_NOT", "another town"), ("", ""), ("is not", "another firm")])
        self.assert_says(out, "2 judged, 0 stood already, 1 left open, 0 refused")
        # One makes the dataset, one holds all rows.
        self.assertEqual(revision(), before + 2)
        self.assertIn("judgements/", said[0]["probity_judgement"])
        out, said = judge([("IS_NOT", "another town"), ("", ""), ("IS", "changed my mind")])
        self.assert_says(out, "0 judged, 1 stood already, 1 left open, 1 refused")
        self.assert_says(said[1]["probity_error"], "line 4", "JUDGEMENT_STANDS")

        again = self.probity("match", "--file", vendors, "--out", self.out)
        self.assert_says(again.out, "1 candidates for 1 of 3 vendors", "2 settled before")
        self.assertEqual([row["vendor_number"] for row in self.rows(encoding="utf-8-sig")], ["2"])
        rows = self.rows(encoding="utf-8-sig")
        judge([("IS", "same letterhead")], expected=0)
        self.assertEqual(self.probity("match", "--file", vendors, "--out", self.out).code, 0)

    def test_a_number_is_a_reference_where_the_file_says_whose_it_is(self):
        numbers = self.file("numbers.csv", "number,name,source_record,confirmed\n"
                            "0007,Tidewater,datasets/reg/records/good,yes\n")
        self.good("vendor", "import", numbers, "--system", "SAP")
        vendors = self.file("v.csv", "vendor_number,name,identifier\n"
                            "0007,Tidewater Stationery,GB-COH:09999999\n0007,,\n0008,,\n")

        def seen(*options):
            self.assertEqual(self.screen_file(vendors, *options).code, 4)
            return [(row["probity_verdict"], row["probity_identity"]) for row in self.rows()]

        self.assertEqual(seen()[1:], [("ERROR", ""), ("ERROR", "")])
        self.assertIn("say with --system whose it is", self.rows()[1]["probity_error"])
        told = seen("--system", "SAP")
        self.assertNotEqual(told[0][1], "CONFIRMED")
        self.assertEqual(told[1:], [("CLEAR", "CONFIRMED"), ("REVIEW", "UNIDENTIFIED")])
        self.assertEqual(seen("--system", "SAP", "--by_number")[0], ("CLEAR", "CONFIRMED"))

    def test_orders_are_joined_to_decisions(self):
        vendors = self.file("v.csv", "vendor_number,identifier,name\n"
                            "0001,GB-COH:04830352,\n0002,,Nobody At All\n0003,GB-COH:01234567,\n")
        self.assertEqual(self.screen_file(vendors).code, 1)
        today = self.rows()[0]["probity_decision"]
        orders = self.file("o.csv", "order;identifier;vendor_number;date\n"
                           "A1;GB-COH:4830352;;2099-01-01\n"
                           "A2;GB-COH:4830352;;2020-01-01\n"
                           "A3;GB-COH:01234567;;2099-01-01\n"
                           "A4;GB-COH:00000006;;2099-01-01\n"
                           "A5;;0002;2099-01-01\n"
                           "A6;;0009;2099-01-01\n"
                           "A7;;;2099-01-01\n")
        open_orders = self.directory / "open.csv"
        answer = self.probity("audit", "coverage", "--orders", orders, "--results", self.out,
                              "--out", open_orders, "--all")
        self.assertEqual(answer.code, 1, answer)
        self.out = open_orders
        rows = self.rows(";")
        self.assertEqual([row["probity_coverage"] for row in rows],
                         ["EXPIRED_AT_AWARD", "LATE", "NOT_CLEAR", "UNSCREENED", "NOT_CLEAR",
                          "UNSCREENED", "ERROR"])
        self.assertEqual(rows[1]["probity_decision"], today)
        self.assert_says(answer.out, "UNSCREENED", "ERROR")
        self.out = self.directory / "result.csv"


if __name__ == "__main__":
    harness.main()
