"""Imports against a real server: one that refuses, one that dies, and a user
who changes files or presses Ctrl-C."""
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time

import harness


class ImportTest(harness.ServerTest):
    def setUp(self):
        super().setUp()
        self.dataset()

    def loads(self, state):
        """Loads of the dataset in a state."""
        out = self.good("dataset", "loads", "d", width=100)
        return re.findall(rf"^(datasets/d/loads/\S+) +{state} ", out, re.MULTILINE)

    def files_of_the_server(self):
        """Bytes of uploaded files that the server keeps."""
        return sum(path.stat().st_size for path in self.server.data_dir.rglob("file-*"))

    def test_publishes_and_reports(self):
        answer = self.load(self.file("s.csv", harness.suppliers(1234)))
        self.assertEqual(answer.code, 0, answer)
        self.assert_says(answer.out, "COMMITTED", "1,234 added", "0 rows refused", "rows/s")
        # Where there is no terminal, progress is lines without control characters.
        self.assertRegex(answer.err, r"(?m)^sending +100 %|^sending +0 %")
        self.assertNotIn("\x1b", answer.out + answer.err)
        again = self.load(self.directory / "s.csv")
        self.assert_says(again.out, "0 added, 0 changed, 0 removed, 1,234 unchanged")

    def test_many_files_are_one_edition(self):
        files = [self.file(f"part{i:02}.csv", f"record_type,key,name\nsupplier,p{i},Part {i}\n")
                 for i in range(64)]
        answer = self.load(files)
        self.assertEqual(answer.code, 0, answer)
        self.assertIn("64 added", answer.out)
        files.append(self.file("part64.csv", "record_type,key,name\nsupplier,p64,Part\n"))
        answer = self.load(files)
        self.assertEqual(answer.code, 3, answer)
        self.assert_says(answer.err, "LIMIT_EXCEEDED", "64", "Nothing was published")
        self.assertEqual(self.files_of_the_server(), 0)

    def test_files_of_one_name_are_refused_before_anything_is_sent(self):
        a = self.file("2017/list.csv", harness.suppliers(1))
        b = self.file("2018/list.csv", harness.suppliers(2))
        answer = self.load([a, b])
        self.assertEqual(answer.code, 2, answer)
        self.assert_says(answer.err, str(a), str(b), "rename")
        self.assertEqual(self.loads(r"\S+"), [])

    def test_files_that_cannot_be_read(self):
        empty = self.file("empty.csv", "")
        good = self.file("good.csv", harness.suppliers(1))
        for path, said in ((self.directory / "absent.csv", "No such file"),
                           (self.directory, "is a directory"), (empty, "is empty")):
            answer = self.load([good, path])
            self.assertEqual(answer.code, 2, answer)
            self.assert_says(answer.err, str(path), said)
        self.assertEqual(self.loads(r"\S+"), [])

    def test_a_file_that_breaks_while_it_is_read(self):
        before = self.revision()
        with open(self.file("s.csv", harness.suppliers(3)), "a", encoding="utf-8") as unreadable:
            process = self.begin("import", "--dataset", "d", "--format", "probity-csv", "-",
                                 stdin=unreadable)
            answer = self.end(process)
        self.assertEqual(answer.code, 2, answer)
        self.assert_says(answer.err, "-: Bad file descriptor", "Nothing was published")
        self.assertEqual(self.revision(), before)

    @harness.unittest.skipIf(os.geteuid() == 0, "root may read every file")
    def test_a_file_without_permission(self):
        path = self.file("secret.csv", harness.suppliers(1))
        path.chmod(0)
        answer = self.load(path)
        self.assertEqual(answer.code, 2, answer)
        self.assert_says(answer.err, str(path), "Permission denied")

    def test_standard_input_and_pipes(self):
        answer = self.probity("import", "--dataset", "d", "--format", "probity-csv", "-",
                              stdin=harness.suppliers(5))
        self.assertEqual(answer.code, 0, answer)
        self.assertIn("5 added", answer.out)
        empty = self.probity("import", "--dataset", "d", "--format", "probity-csv", "-")
        self.assertEqual(empty.code, 2, empty)
        self.assertIn("is empty", empty.err)
        line = " ".join(map(str, self.command("import", "--dataset", "d", "--format",
                                              "probity-csv")))
        path = self.file("s.csv", harness.suppliers(7))
        done = subprocess.run(["bash", "-c", f"{line} <(cat {path})"], capture_output=True,
                              text=True, check=False)
        self.assertEqual(done.returncode, 0, done)
        self.assertIn("2 added", done.stdout)

    def test_dry_run_publishes_nothing(self):
        before = self.revision()
        answer = self.load(self.file("s.csv", harness.suppliers(9)), "d", "probity-csv",
                           "--dry_run")
        self.assertEqual(answer.code, 0, answer)
        self.assert_says(answer.out, "9 added", "nothing was published", "This was a dry run")
        self.assertEqual(self.revision(), before)
        self.assertEqual(self.files_of_the_server(), 0)

    def test_more_than_one_per_cent_of_refused_rows(self):
        rows = harness.suppliers(197)
        two = rows + "supplier,,nameless,\nsupplier,k1,twice,\n"  # 2 of 199
        before = self.revision()
        answer = self.load(self.file("s.csv", two))
        self.assertEqual(answer.code, 3, answer)
        self.assert_says(answer.out, "HELD: nothing was published", "s.csv:199",
                         "ROW_KEY_MISSING", "s.csv:200", "ROW_KEY_DUPLICATE", "It is held:",
                         "TOO_MANY_REFUSED_ROWS", "2 of 199", "DUPLICATE_KEYS")
        self.assertEqual(self.revision(), before)
        held = re.search(r"probity load approve (\S+) --note WHY", answer.out)[1]
        alone = self.probity("load", "approve", held, "--note", "mine")
        self.assertEqual(alone.code, 3, alone)
        self.assert_says(alone.err, "LOAD_SELF_APPROVAL", "token_file")
        self.good("load", "abort", held)
        self.assertEqual(self.files_of_the_server(), 0)
        # 2 of 200 are 1 per cent: what can be kept is published.
        answer = self.load(self.file("s.csv", harness.suppliers(198) +
                                     "supplier,,nobody,\nsupplier,,nameless,\n"))
        self.assertEqual(answer.code, 0, answer)
        self.assert_says(answer.out, "198 added", "2 rows refused", "ROW_KEY_MISSING")
        load = self.loads("committed")[0]
        self.assert_says(self.good("dataset", "rejected", load), "s.csv:200", "nameless")

    def big_file(self, megabytes):
        """Records that are long, so that few of them make a big file. Its name
        has a blank: what is printed must be usable as it stands."""
        row = '{"key":"k%d","supplier":{"names":[{"text":"Firm %d"}],"sectors":["%s"]}}\n'
        filler = "x" * 1000
        rows = megabytes * 1000
        with open(self.directory / "big list.jsonl", "w", encoding="utf-8") as file:
            for i in range(rows):
                file.write(row % (i, i, filler))
        return self.directory / "big list.jsonl", rows

    def begin_load(self, path, *options):
        return self.begin("import", "--dataset", "d", "--format", "probity-jsonl", *options, path)

    def test_a_server_that_dies_in_the_middle_of_an_upload(self):
        path, rows = self.big_file(60)
        process = self.begin_load(path)
        harness.until(lambda: self.files_of_the_server() > 3 << 20, "bytes on the server")
        port = self.server.port
        self.server.kill()
        sent = self.files_of_the_server()
        self.assertLess(sent, path.stat().st_size, "the upload ended before the server died")
        time.sleep(1)
        self.start(port)
        answer = self.end(process)
        self.assertEqual(answer.code, 0, answer)
        self.assertIn(f"{rows:,} added", answer.out)

    def test_a_server_that_dies_in_the_middle_of_a_commit(self):
        path, rows = self.big_file(60)
        process = self.begin_load(path)
        harness.until(lambda: self.files_of_the_server() == path.stat().st_size and
                      list(self.server.data_dir.rglob("rejected")), "the commit's first file")
        port = self.server.port
        self.server.kill()
        time.sleep(1)
        self.start(port)
        answer = self.end(process)
        self.assertEqual(answer.code, 0, answer)
        self.assertIn("COMMITTED", answer.out)
        self.assertIn(f"{rows:,}", self.good("dataset", "list"))

    def test_a_server_that_stays_away_leaves_a_load_to_go_on_with(self):
        path, rows = self.big_file(60)
        process = self.begin_load(path, "--retry", "1")
        harness.until(lambda: self.files_of_the_server() > 3 << 20, "bytes on the server")
        port = self.server.port
        self.server.kill()
        answer = self.end(process)
        self.assertEqual(answer.code, 3, answer)
        self.assert_says(answer.err, "Nothing answers at", "Go on:   probity import --resume",
                         "probity load abort")
        self.start(port)
        self.go_on(answer, path, rows)

    def go_on(self, answer, path, rows):
        """Does what the message says."""
        said = re.search(r"Go on: +probity import --resume (\S+) '(.+)'", answer.err)
        self.assertEqual(said[2], str(path))
        self.assertEqual(self.loads("open"), [said[1]])
        self.assertEqual(self.probity("search", "Firm").code, 1)  # nothing is visible yet
        incomplete = self.probity("import", "--resume", said[1])
        self.assertEqual(incomplete.code, 2, incomplete)
        self.assertIn("name it again", incomplete.err)
        os.utime(path, (time.time() + 5, time.time() + 5))
        changed = self.probity("import", "--resume", said[1], path)
        self.assertEqual(changed.code, 2, changed)
        self.assertIn("changed after the load was opened", changed.err)
        os.utime(path, (1, 1))
        resumed = self.probity("import", "--resume", said[1], path)
        self.assertEqual(resumed.code, 0, resumed)
        self.assertIn(f"{rows:,} added", resumed.out)

    def test_ctrl_c_says_how_to_go_on(self):
        path, rows = self.big_file(60)
        process = self.begin_load(path)
        harness.until(lambda: self.files_of_the_server() > 3 << 20, "bytes on the server")
        process.send_signal(signal.SIGINT)
        answer = self.end(process)
        self.assertEqual(answer.code, 130, answer)
        self.go_on(answer, path, rows)

    def test_an_interrupted_load_can_be_aborted(self):
        path, _ = self.big_file(60)
        process = self.begin_load(path)
        harness.until(lambda: self.files_of_the_server() > 3 << 20, "bytes on the server")
        process.send_signal(signal.SIGINT)
        answer = self.end(process)
        said = re.search(r"Give up: probity (load abort \S+)", answer.err)
        self.assertIn("nothing of it is visible", self.good(*said[1].split()))
        self.assertEqual(self.files_of_the_server(), 0)
        again = self.probity("import", "--resume", said[1].split()[-1], path)
        self.assertEqual(again.code, 3, again)

    def test_a_file_that_changes_while_it_is_sent(self):
        path, _ = self.big_file(60)
        before = self.revision()
        process = self.begin_load(path)
        harness.until(lambda: self.files_of_the_server() > 3 << 20, "bytes on the server")
        with open(path, "a", encoding="utf-8") as file:
            file.write('{"key":"late"}\n')
        answer = self.end(process)
        self.assertEqual(answer.code, 2, answer)
        self.assert_says(answer.err, str(path), "changed while it was being sent",
                         "Nothing was published")
        self.assertEqual(self.revision(), before)
        self.assertEqual(self.files_of_the_server(), 0)

    def test_a_terminal_sees_a_bar(self):
        path, _ = self.big_file(40)
        screen = run_on_terminal(self.command("import", "--dataset", "d", "--format",
                                              "probity-jsonl", path))
        self.assertRegex(screen, r"\r\x1b\[Ksending +\[#*\.*\] +\d+ %  \d+\.\d MB")
        self.assertRegex(screen, r"\r\x1b\[Kreading +\[#*\.*\] +\d+ %  [\d,]+ rows")
        self.assertIn("\x1b[32mCOMMITTED\x1b[0m", screen)
        # The bar is taken away before the report.
        self.assertRegex(screen, r"\r\x1b\[K\r?load ")


class LoaderTest(harness.TwoOfficials, harness.ServerTest):
    """Ann brings files and may not publish them; bea may."""

    def start(self, port=0, options=None):
        access = self.file("access", """
            bindings { principals: "ann" roles: ROLE_LOADER authority: "authorities/a"
                       datasets: "datasets/d" }
            bindings { principals: "bea" roles: ROLE_STEWARD authority: "authorities/a"
                       datasets: "*" }""")
        self.server_config = self.file("probityd.textproto", f'access_file: "{access}"\n')
        lines = "".join(f"{token} {name} authorities/a\n" for name, token in self.tokens.items())
        harness.ServerTest.start(self, port, ("--config", str(self.server_config), "--token_file",
                                              str(self.file("tokens", lines))))

    def test_what_a_loader_sent_waits_for_one_who_may_publish(self):
        self.told("bea", "dataset", "create", "d", "--absence", "retracted")
        sent = self.by("ann", "import", "--dataset", "d", "--format", "probity-csv",
                       self.file("s.csv", harness.suppliers(3)))
        self.assertEqual(sent.code, 3, sent)
        self.assert_says(sent.err, "PERMISSION_DENIED", "COMMIT", "Ask the server's operator",
                         "The files are on the server")
        load = re.search(r"probity load commit (datasets/d/loads/\S+)", sent.err).group(1)
        self.assert_says(self.told("ann", "load", "preview", load), "3 added")
        self.assert_says(self.told("bea", "load", "commit", load), "COMMITTED", "3 added")

    def test_a_load_of_a_dataset_that_is_not_his_is_refused_before_anything_is_sent(self):
        self.told("bea", "dataset", "create", "e", "--absence", "retracted")
        for name in ("e", "absent"):
            sent = self.by("ann", "import", "--dataset", name, "--format", "probity-csv",
                           self.file("s.csv", harness.suppliers(3)))
            self.assertEqual(sent.code, 3, sent)
            self.assert_says(sent.err, "PERMISSION_DENIED", "no binding lets this caller")
            self.assertNotIn("on the server", sent.err)


def run_on_terminal(command):
    """What a terminal of 80 columns is sent by a command that must succeed."""
    child, terminal = pty.fork()
    if child == 0:
        os.execv(command[0], list(map(str, command)))
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    seen = b""
    while select.select([terminal], [], [], harness.PATIENCE)[0]:
        try:
            part = os.read(terminal, 65536)
        except OSError:  # the program has ended
            break
        if not part:
            break
        seen += part
    os.close(terminal)
    _, status = os.waitpid(child, 0)
    text = seen.decode()
    if os.waitstatus_to_exitcode(status) != 0:
        raise AssertionError(text)
    return text


if __name__ == "__main__":
    harness.main()
