"""Files as publishers pack them, and refused rows on their way back to who sent them."""
import csv
import gzip
import io

import harness

HEAD = "record_type,key,name,country\n"


class RejectedFileTest(harness.ServerTest):
    def setUp(self):
        super().setUp()
        self.dataset("d", "retracted", "--max_refused_percent", "90")

    def rows_of(self, path):
        return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))

    def test_refused_rows_are_mended_and_loaded_again(self):
        out = self.directory / "rejected.csv"
        answer = self.load(self.file("s.csv", "record_type,key,name,country,identifiers\n"
                                     "supplier,1,A,GB,\nsupplier,2,=cmd(),QQ,GB-COH:99900002\n"
                                     "supplier,3,\"C, D\",XX,\n"),
                           "d", "probity-csv", "--rejected_file", str(out))
        self.assertEqual(answer.code, 0, answer)
        self.assert_says(answer.out, "1 added", "2 rows refused", f"Refused rows written to {out}")
        rows = self.rows_of(out)
        self.assertEqual([row["key"] for row in rows], ["2", "3"])
        self.assertEqual([row["probity_line"] for row in rows], ["3", "4"])
        self.assertEqual(rows[0]["name"], "'=cmd()")
        self.assertEqual({row["probity_reason"] for row in rows}, {"ROW_COUNTRY"})
        out.write_text(out.read_text(encoding="utf-8").replace("QQ", "DE").replace("XX", "FR"),
                       encoding="utf-8")
        again = self.load(out, "d", "probity-csv", "--mode", "delta")
        self.assertEqual(again.code, 0, again)
        self.assert_says(again.out, "2 added", "0 rows refused")
        self.assert_says(self.good("lookup", "GB-COH:99900002"), "=cmd()")

    def test_a_load_that_failed_gives_its_rows_back_too(self):
        out = self.directory / "rejected.jsonl"
        self.dataset("strict")
        answer = self.load(self.file("s.jsonl", '{"key":"1","planet":{}}\n'), "strict",
                           "probity-jsonl", "--rejected_file", str(out))
        self.assertEqual(answer.code, 3, answer)
        self.assertIn('{"key":"1","planet":{},"probity_line":1,"probity_reason":"ROW_SYNTAX"',
                      out.read_text(encoding="utf-8"))

    def test_of_several_files_one_is_named(self):
        a = self.file("a.csv", HEAD + "supplier,1,A,QQ\n")
        b = self.file("b.csv", HEAD + "supplier,2,B,GB\n")
        answer = self.load([a, b], "d", "probity-csv", "--rejected_file", "x.csv")
        self.assertEqual(answer.code, 2, answer)
        answer = self.load([a, b])
        self.assertEqual(answer.code, 0, answer)
        load = self.good("dataset", "loads", "d").split("\n")[1].split()[0]
        out = self.directory / "r.csv"
        refused = self.probity("dataset", "rejected", load, "--out", str(out))
        self.assertEqual(refused.code, 3, refused)
        self.assert_says(refused.err, "a.csv, b.csv")
        self.assertFalse(out.exists())
        self.good("dataset", "rejected", load, "--out", str(out), "--file", "a.csv")
        self.assertEqual(len(self.rows_of(out)), 1)
        said = self.good("dataset", "rejected", load, "--out", "none.csv", "--file", "b.csv")
        self.assertIn("No row was refused", said)

    def test_packed_files_are_read_as_they_are(self):
        text = (HEAD + "".join(f"supplier,{i},Firm {i},GB\n" for i in range(5000))).encode()
        path = self.directory / "firms.csv"
        path.write_bytes(gzip.compress(text[:70000]) + gzip.compress(text[70000:]))
        answer = self.load(path)
        self.assertEqual(answer.code, 0, answer)
        self.assertIn("5,000 added", answer.out)
        before = self.revision()
        path.write_bytes(gzip.compress(text)[:-9])
        answer = self.load(path)
        self.assertEqual(answer.code, 3, answer)
        self.assert_says(answer.out + answer.err, "TRUNCATED_FILE", "end too early")
        path.write_bytes(gzip.compress(HEAD.encode() + b"0" * (200 << 20), 9))
        answer = self.load(path)
        self.assertEqual(answer.code, 3, answer)
        self.assert_says(answer.out + answer.err, "FILE_TOO_LARGE")
        path.write_bytes(b"PK\x03\x04" + text)
        answer = self.load(path)
        self.assertEqual(answer.code, 3, answer)
        self.assert_says(answer.out + answer.err, "FILE_IS_ARCHIVE", "unpack it")
        self.assertEqual(self.revision(), before)


if __name__ == "__main__":
    harness.main()
