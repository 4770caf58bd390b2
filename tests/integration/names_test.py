"""Names: what a server learns of them, and its index on a disk that is full."""
import json
import subprocess

import harness


def companies(count, word):
    """A register of companies that share a word and have another of their own."""
    def own(i):
        return "zq" + "".join(chr(97 + i // 26 ** digit % 26) for digit in range(3)) + "ubrix"
    rows = "".join(f"supplier,k{i},{own(i)} {word} Ltd,company\n" for i in range(count))
    return "record_type,key,name,kind\n" + rows


def learn_rarity(*arguments):
    done = subprocess.run([harness.PROBITYD, "learn-rarity", *map(str, arguments)],
                          capture_output=True, text=True, timeout=harness.PATIENCE, check=False)
    return harness.Answer(done.returncode, done.stdout, done.stderr)


class LearnRarityTest(harness.ServerTest):
    def refused(self, *arguments, code=1):
        answer = learn_rarity(*arguments)
        self.assertEqual((answer.code, answer.out), (code, ""), answer)
        return answer.err

    def matcher(self):
        return json.loads(self.good("--json", "info"))["matcherVersion"]

    def test_a_table_is_made_and_used(self):
        self.dataset()
        self.assertEqual(self.load(self.file("r.csv", companies(1200, "wolfram"))).code, 0)
        data, out = self.server.data_dir, self.directory / "rarity.csv"
        self.assert_says(self.refused("--data_dir", data), str(data), "another process")
        shipped = self.matcher()
        self.server.stop()
        self.assert_says(self.refused("--data_dir", data, "--out", "/nowhere/t.csv"),
                         "/nowhere/t.csv", "No such file")
        self.assertEqual(learn_rarity("--data_dir", data, "--out", out).code, 0)
        self.assertIn("\nwolfram,1\n", out.read_text())
        printed = learn_rarity("--data_dir", data)
        self.assertEqual((printed.code, printed.out), (0, out.read_text()), printed)
        self.start(options=("--rarity_table", str(out)))
        harness.until(lambda: self.probity("search", "zqaaaubrix").code in (0, 4), "names")
        self.assertNotEqual(self.matcher(), shipped)

    def test_stores_that_tell_nothing(self):
        self.server.stop()
        self.assertIn("0 companies are too few",
                      self.refused("--data_dir", self.server.data_dir))
        other = self.directory / "other"
        self.assert_says(self.refused("--data_dir", other), "no store", str(other))
        self.assertFalse(other.exists())
        self.assertIn("data_dir", self.refused(code=2))
        self.assertIn("--nothing", self.refused("--nothing", code=2))

    def test_help_says_what_it_reads(self):
        answer = learn_rarity("--help")
        self.assertEqual(answer.code, 0, answer)
        self.assert_says(answer.out, "--out", "shared datasets", "1,000 companies", "rarity_table",
                         "Exit status")


@harness.needs_a_small_disk
class FullDiskTest(harness.ServerTest):
    def finds(self, name):
        return self.probity("search", name, "--limit", "1").code == 0

    def test_searches_go_on_where_the_index_cannot_be_saved(self):
        self.dataset()
        self.assertEqual(self.load(self.file("r.csv", companies(20, "first"))).code, 0)
        disk = harness.SmallDisk(self, self.server.data_dir / "names", "64k")
        harness.until(lambda: self.finds("zqaaaubrix first"), "the first names")
        self.assertEqual(self.load(self.file("r.csv", companies(4000, "second"))).code, 0)
        harness.until(lambda: self.finds("zqaafubrix second"), "names of a full disk")
        self.assertFalse([file for file in disk.files() if file.endswith(".unfinished")])
        self.assertEqual(self.server.stop(), 0)
        self.assert_says(self.server.said, "name index: goes on in memory, unsaved", "is full")


if __name__ == "__main__":
    harness.main()
