"""Every bad input that the project promises to name: what is wrong, where, and
the way out; nothing half stored; and the server goes on."""
import re
import subprocess

import harness

CERTIFICATION = "record_type,key,scheme,certificate_no,holder,issued_on,valid_from,expires_on\n"


class BadInputTest(harness.ServerTest):
    def setUp(self):
        super().setUp()
        self.dataset()
        self.good_file = self.file("good.csv", harness.suppliers(3))
        self.assertEqual(self.load(self.good_file).code, 0)
        self.before = self.revision()

    def tearDown(self):
        """Whatever was sent, nothing of it is stored and all else works."""
        self.assertTrue(self.server.is_running())
        self.assertEqual(self.revision(), self.before)
        self.assertEqual(list(self.server.data_dir.rglob("file-*")), [])
        self.assertEqual(self.probity("lookup", "GB-COH:00000002").code, 0)
        again = self.load(self.good_file)
        self.assertEqual(again.code, 0, again)
        self.assertIn("3 unchanged", again.out)

    def refuse(self, content, *said, name="bad.csv", format="probity-csv", options=()):
        """Imports a file that is refused as a whole, or waits for a second person: then it is
        given up."""
        answer = self.load(self.file(name, content), "d", format, *options)
        self.assertEqual(answer.code, 3, answer)
        self.assert_says(" ".join((answer.out + answer.err).split()), *said)
        held = re.search(r"probity load approve (\S+)", answer.out)
        if held:
            self.good("load", "abort", held[1])
        return answer

    def refuse_row(self, header, row, line, reason, *said):
        """A row that is refused with its place and reason."""
        self.refuse(header + row, f"bad.csv:{line}", reason, *said, "TOO_MANY_REFUSED_ROWS")

    def test_unknown_dataset(self):
        for arguments in (["import", "--dataset", "nowhere", "--format", "probity-csv",
                           self.good_file], ["dataset", "loads", "nowhere"],
                          ["put", "nowhere", "-"]):
            answer = self.probity(*arguments, stdin='{"key":"k","supplier":{"names":[{"text":"A"}]}}')
            self.assertEqual(answer.code, 3, answer)
            self.assert_says(answer.err, "DATASET_NOT_FOUND", "datasets/nowhere")

    def test_unknown_format(self):
        self.refuse("x", "UNKNOWN_FORMAT", "probity-xml", "formats are probity-jsonl",
                    format="probity-xml")

    def test_unknown_column(self):
        self.refuse("record_type,key,name,colour\nsupplier,1,A,red\n", "UNKNOWN_COLUMN",
                    "bad.csv", "colour")

    def test_missing_column(self):
        self.refuse("key,name\n1,A\n", "MISSING_COLUMN", "bad.csv", "record_type")

    def test_no_key_columns(self):
        self.refuse("record_type,name\nsupplier,A\n", "NO_KEY_COLUMNS", "bad.csv", "key")
        mapping = self.file("m.textproto", 'record_type: "supplier"\n'
                            'columns { column: "Name" field: "name" }\n')
        self.refuse("Name\nA\n", "NO_KEY_COLUMNS", "key_columns", format="mapped-csv",
                    options=("--mapping", mapping))

    def test_a_mapping_that_does_not_parse(self):
        mapping = self.file("m.textproto", 'record_type: "supplier"\nkeys: "Name"\n')
        self.refuse("Name\nA\n", "INVALID_MAPPING", "m.textproto", "2", format="mapped-csv",
                    options=("--mapping", mapping))

    def test_not_utf8(self):
        self.refuse(b"record_type,key,name\nsupplier,1,M\xfcller\n", "bad.csv:2", "ROW_ENCODING",
                    "name the file's encoding in a mapping")
        self.refuse(b'{"key":"1","supplier":{"names":[{"text":"M\xfcller"}]}}\n', "bad.csv:1",
                    "ROW_ENCODING", format="probity-jsonl")

    def test_a_line_of_100_megabytes(self):
        line = b'{"key":"1","supplier":{"names":[{"text":"' + b"x" * 100_000_000 + b'"}]}}\n'
        self.refuse(line, "bad.csv:1", "ROW_TOO_LONG", "1048576", format="probity-jsonl")
        self.refuse(b"record_type,key,name\nsupplier,1," + line, "bad.csv:2", "ROW_TOO_LONG")
        self.assertLess(self.server.resident_mib(), 1024)

    def test_an_empty_file(self):
        self.refuse("\ufeff", "EMPTY_FILE", "bad.csv", "was it written completely?")
        answer = self.load(self.file("empty.csv", ""))
        self.assertEqual(answer.code, 2, answer)
        self.assert_says(answer.err, "empty.csv", "is empty")

    def test_a_file_cut_in_the_middle(self):
        self.refuse('record_type,key,name\nsupplier,1,A\nsupplier,2,"B and', "TRUNCATED_FILE",
                    "bad.csv:3", "was it written completely?")
        self.refuse('{"key":"1","supplier":{}}\n{"key":"2","supp', "TRUNCATED_FILE", "bad.csv:2",
                    format="probity-jsonl")

    def test_duplicate_keys(self):
        self.refuse_row("record_type,key,name\n", "supplier,1,A\nsupplier,1,B\n", 3,
                        "ROW_KEY_DUPLICATE", "key")

    def test_unknown_identifier_scheme(self):
        self.refuse_row("record_type,key,name,identifiers\n", "supplier,1,A,XX-NONE:1\n", 2,
                        "ROW_UNKNOWN_SCHEME", "XX-NONE")
        answer = self.probity("lookup", "XX-NONE:1")
        self.assertEqual(answer.code, 3, answer)
        self.assert_says(answer.err, "UNKNOWN_IDENTIFIER_SCHEME", "XX-NONE")

    def test_a_certificate_that_expires_before_it_is_issued(self):
        self.refuse_row(CERTIFICATION,
                        "certification,1,SA8000,N1,records/k1,2026-02-01,2026-02-01,2025-01-31\n",
                        2, "ROW_DATE_ORDER", "expires_on")

    def test_a_date_that_does_not_exist(self):
        self.refuse_row(CERTIFICATION,
                        "certification,1,SA8000,N1,records/k1,2026-02-30,2026-02-01,2027-01-31\n",
                        2, "ROW_DATE", "issued_on", "2026-02-30")

    def test_rows_that_do_not_parse(self):
        self.refuse_row("record_type,key,name\n", "supplier,1\n", 2, "ROW_COLUMNS")
        self.refuse_row("record_type,key,name\n", 'supplier,1,"A"B\n', 2, "ROW_SYNTAX")
        self.refuse_row("record_type,key,name,country\n", "supplier,1,A,Atlantis\n", 2,
                        "ROW_COUNTRY")
        self.refuse_row("record_type,key,name\n", "planet,1,A\n", 2, "ROW_VALUE")

    def test_a_wrong_check_digit_in_a_question(self):
        answer = self.probity("lookup", "XI-LEI:529900T8BM49AURSDO56")
        self.assertEqual(answer.code, 3, answer)
        self.assert_says(answer.err, "IDENTIFIER_CHECK_FAILED", "identifiers[0].value")

    def test_a_directory_in_the_place_of_a_file(self):
        answer = self.probity("policy", "create", self.directory)
        self.assertEqual(answer.code, 2, answer)
        self.assert_says(answer.err, str(self.directory), "cannot be read")

    def test_requests_over_a_limit(self):
        many = [f"GB-COH:{i:08}" for i in range(21)]
        answer = self.probity("lookup", *many)
        self.assertEqual(answer.code, 3, answer)
        self.assert_says(answer.err, "LIMIT_EXCEEDED", "identifiers", "20")
        answer = self.probity("search", "x" * 1001)
        self.assertEqual(answer.code, 3, answer)
        self.assert_says(answer.err, "LIMIT_EXCEEDED", "query", "1000")
        answer = self.load(self.good_file, "d", "probity-csv", "--note", "x" * 1001)
        self.assertEqual(answer.code, 3, answer)
        self.assert_says(answer.err, "note", "1000")

    def test_names_that_hold_none(self):
        for name in ("", "?!", "\u200b"):
            for arguments in (["search", name], ["compare", name, "A"],
                              ["explain-miss", name, "suppliers/a"]):
                answer = self.probity(*arguments)
                self.assertEqual(answer.code, 3, answer)
                self.assert_says(answer.err, "INVALID_FIELD")
        for name in ("Ltd", "ООО", "12345", "\u202eAcme\u202c", "a " * 400):
            self.assertIn(self.probity("search", name).code, (1, 4), name)
            self.assertIn(self.probity("compare", name, "Acme").code, (0, 1), name)

    def test_names_that_are_no_text(self):
        for name in (b"\xff\xfe", b"\xed\xa0\x80 Ltd"):  # the second: half a surrogate pair
            done = subprocess.run([*self.command("search"), name], capture_output=True,
                                  timeout=harness.PATIENCE, check=False)
            self.assertEqual(done.returncode, 3, done)
            self.assertIn(b"UTF-8", done.stderr)

    def test_a_day_in_the_future(self):
        answer = self.probity("flags", "GB-COH:00000001", "--as_of", "9999-01-01")
        self.assertEqual(answer.code, 3, answer)
        self.assert_says(answer.err, "AS_OF_IN_FUTURE", "as_of")

    def test_names_that_are_none(self):
        for arguments, reason in ((["dataset", "rejected", "datasets/d/loads/none"],
                                   "LOAD_NOT_FOUND"),
                                  (["dataset", "create", "Not_A_Name", "--absence", "retracted"],
                                   "INVALID_FIELD"),
                                  (["flags", "suppliers/none"], ""),
                                  (["remove", "datasets/d/records/none"], "RECORD_NOT_FOUND")):
            answer = self.probity(*arguments)
            self.assertNotIn(answer.code, (0, 2), answer)
            self.assertIn(reason, answer.err)


if __name__ == "__main__":
    harness.main()
