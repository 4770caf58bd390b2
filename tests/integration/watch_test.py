"""Portfolios of suppliers that are watched: brought in from files as people keep them,
and each change of a verdict told once, whatever happens to the programs in between."""
import json
import os
import re
import signal
from unittest import mock

import decisions
import harness

VENDORS = """vendor_number,name,identifier
0007,Tidewater Stationery Ltd,GB-COH:4830352
0008,Brackish Kilns,
4711/A,,GB-COH:01234567
"""
LISTED = decisions.FLAGS + ("risk_flag,bar2,records/good,debarment,final-admin-decision,critical,"
                            "2025-01-01,GB,2025-01-01,2099-01-01\n")
TOKENS = {"ann": "token-of-the-first-official", "bea": "token-of-the-second-official"}


class WatchTest(decisions.DecisionTest):
    def start(self, port=0, options=None):
        """For two persons: what lifts a verdict needs both. ann is who types."""
        for name, token in TOKENS.items():
            self.file(f"{name}.token", token + "\n")
        typing = mock.patch.dict(os.environ, PROBITY_TOKEN_FILE=f"{self.directory}/ann.token")
        typing.start()
        self.addCleanup(typing.stop)
        lines = "".join(f"{token} {name}\n" for name, token in TOKENS.items())
        super().start(port, ("--token_file", str(self.file("tokens", lines))))

    def setUp(self):
        super().setUp()
        self.good("portfolio", "put", "textiles", "--buyer", "GB", "--title", "Textiles",
                  "--purpose", "qualification", "--no_other_parties")

    def add(self, text, *options, name="v.csv"):
        return self.probity("portfolio", "add", "textiles", "--file", self.file(name, text),
                            *options)

    def members(self, *options):
        out = json.loads(self.good("--json", "portfolio", "members", "textiles", *options))
        return {one["member"]["name"].rpartition("/")[2]: one.get("verdict", {}).get("verdict")
                for one in out.get("members", [])}

    def await_weighed(self):
        """Until everything that is there now was weighed."""
        newest = int(json.loads(self.good("--json", "info"))["revision"]["revision"])

        def weighed():
            answer = self.probity("--json", "portfolio", "show", "textiles")
            if answer.code != 0:  # the watch is being opened
                return False
            return int(json.loads(answer.out)["status"].get("watchedRevision", 0)) >= newest
        harness.until(weighed, f"revision {newest} to be weighed")

    def bar(self, barred):
        flags = self.file("f.csv", LISTED if barred else decisions.FLAGS)
        loaded = self.load([self.directory / "r.csv", flags], "reg")
        if barred:
            self.assertEqual(loaded.code, 0, loaded)
            return
        self.assertEqual(loaded.code, 3, loaded)
        self.assert_says(loaded.out, "HELD: nothing was published", "VERDICTS_LIFTED",
                         "Tidewater Stationery Ltd", "BLOCK", "CLEAR", "M-BAR",
                         "portfolios/textiles/members/0007")
        held = re.search(r"probity load approve (\S+)", loaded.out)[1]
        self.assertEqual(self.probity("load", "approve", held, "--note", "mine").code, 3)
        self.good("--token_file", self.directory / "bea.token", "load", "approve", held, "--note",
                  "released by the court")

    def once(self, *options, code):
        answer = self.probity("watch", "textiles", "--once", "--cursor_file",
                              self.directory / "cursor", *options)
        self.assertEqual(answer.code, code, answer)
        return answer.out.splitlines()

    def test_a_file_makes_members_and_again_changes_what_differs(self):
        first = self.add(VENDORS)
        self.assertEqual(first.code, 0, first)
        self.assert_says(first.out, "created", "3")
        again = self.add(VENDORS.replace("Brackish Kilns", "Brackish Kilns Ltd"))
        self.assert_says(again.out, "updated", "1", "unchanged", "2")
        self.await_weighed()
        self.assertEqual(self.members(), {"0007": "VERDICT_CLEAR", "0008": "VERDICT_REVIEW",
                                          "4711~2FA": "VERDICT_BLOCK"})
        self.assertEqual(list(self.members("--verdict", "block")), ["4711~2FA"])
        shown = self.good("portfolio", "show", "textiles")
        self.assert_says(shown, "Textiles", "members decided  3", "CLEAR", "revision")
        self.assert_says(self.good("portfolio", "members", "textiles", width=200), "0007   ",
                         "Tidewater Stationery Ltd", "BLOCK: ", "M-BAR")
        gone = self.probity("portfolio", "remove", "textiles", "4711/A", "9")
        self.assertEqual(gone.code, 1, gone)
        self.assert_says(gone.out, "textiles/4711~2FA: removed", "textiles/9: member")
        self.assertEqual(list(self.members()), ["0007", "0008"])
        self.assert_says(self.good("portfolio", "list"), "textiles", "GB", "qualification")
        self.good("portfolio", "delete", "textiles")
        self.assertEqual(self.probity("portfolio", "show", "textiles").code, 3)

    def test_each_bad_row_is_named_and_all_others_are_there(self):
        faulty = (VENDORS + "0007,Twice,\n"          # line 5
                  ",Without Number,\n"                # 6
                  "0009,,GB-COH\n"                    # 7
                  "0010,,XX-NONE:1\n"                 # 8
                  "0011,!!!,\n"                       # 9
                  "0012,,XI-LEI:529900T8BM49AURSDO56\n"  # 10
                  "4.83E+7,Shortened,\n"              # 11
                  "0013,Last\n")                      # 12
        answer = self.add(faulty)
        self.assertEqual(answer.code, 1, answer)
        said = " ".join(answer.out.split())
        for line, why in ((5, "vendor number 0007 stands in row 2 too"),
                          (6, "has no vendor number"), (7, "column identifier"),
                          (8, "UNKNOWN_IDENTIFIER_SCHEME"), (9, "INVALID_FIELD: subject.name"),
                          (10, "IDENTIFIER_CHECK_FAILED"), (11, "column vendor_number"),
                          (12, "has 2 values, the header 3")):
            self.assertIn(f"v.csv line {line}", said)
            self.assertIn(why, said)
        self.assert_says(said, "created 3", "refused 8")
        self.assertEqual(sorted(self.members()), ["0007", "0008", "4711~2FA"])

    def test_what_is_wrong_is_said_before_anything_is_asked(self):
        vendors = self.file("v.csv", VENDORS)
        for arguments, code, part in (
                (["portfolio", "add", "none", "--file", vendors], 3, "PORTFOLIO_NOT_FOUND"),
                (["portfolio", "add", "textiles", "--file", self.directory / "no.csv"], 2,
                 "cannot be read"),
                (["portfolio", "put", "Upper", "--buyer", "GB"], 3, "a letter first"),
                (["portfolio", "put", "p"], 3, "authority_country"),
                (["portfolio", "put", "p", "--buyer", "GB", "--policy", "none"], 3,
                 "POLICY_NOT_FOUND"),
                (["watch", "none", "--once"], 3, "PORTFOLIO_NOT_FOUND"),
                (["watch", "--once", "--cursor", "nonsense"], 3, "INVALID_CURSOR"),
                (["watch", "--cursor", "a", "--cursor_file", "b"], 2, "not both"),
                (["watch", "--once", "--cursor_file", self.file("c", "two words\n")], 2,
                 "holds no cursor"),
                (["watch", "--once", "--cursor_file", self.directory / "no/c"], 2,
                 "cannot be written")):
            answer = self.probity(*arguments)
            self.assertEqual(answer.code, code, answer)
            self.assertIn(part, " ".join(answer.err.split()))

    def test_events_are_told_once_over_restarts_of_both_programs(self):
        # Nobody waits in between: it does not answer before it knows.
        self.add(VENDORS)
        self.assertEqual(self.once(code=0), [])
        self.bar(True)
        line, = self.once(code=1)
        self.assert_says(line, "textiles/0007  CLEAR -> BLOCK", "rules M-BAR", "datasets/reg")
        self.assertEqual(self.once(code=0), [])
        self.bar(False)
        self.restart()
        line, = self.once(code=0)
        self.assertIn("textiles/0007  BLOCK -> CLEAR", line)
        self.server.kill()
        self.start(self.server.port)
        self.assertEqual(self.once(code=0), [])
        every = self.probity("watch", "--once")
        self.assertEqual(every.code, 1, every)
        self.assertEqual(len(every.out.splitlines()), 2)

    def test_a_watch_that_goes_on_outlives_the_server(self):
        self.add(VENDORS)
        self.await_weighed()  # a first verdict is no event
        cursor = self.directory / "cursor"
        running = self.begin("watch", "textiles", "--cursor_file", cursor)
        harness.until(cursor.exists, "the first checkpoint")
        self.bar(True)
        self.assertIn("CLEAR -> BLOCK", running.stdout.readline())
        before = cursor.read_text()
        self.restart()
        self.bar(False)
        self.assertIn("BLOCK -> CLEAR", running.stdout.readline())
        harness.until(lambda: cursor.read_text() != before, "the place of the event")
        running.send_signal(signal.SIGINT)
        answer = self.end(running)
        self.assertEqual(answer.code, 130, answer)
        self.assertEqual(answer.out, "")
        self.assertEqual(self.once(code=0), [])

    def test_a_server_stops_at_once_though_somebody_watches(self):
        running = self.begin("--json", "watch", "--retry", "0")
        first = json.loads(running.stdout.readline())
        self.assertIn("checkpoint", first)
        self.assertEqual(self.server.stop(), 0)
        self.assertEqual(self.end(running).code, 3)
        self.start()

    def test_a_cursor_of_a_watch_that_was_made_anew_says_what_to_do(self):
        self.add(VENDORS)
        self.once(code=0)
        self.server.stop()
        for file in sorted((self.directory / "data/watch").rglob("*"), reverse=True):
            file.unlink()
        self.start()
        self.await_weighed()
        answer = self.probity("watch", "textiles", "--once", "--cursor_file",
                              self.directory / "cursor")
        self.assertEqual(answer.code, 3, answer)
        self.assert_says(" ".join(answer.err.split()), "CURSOR_EXPIRED", "portfolio members",
                         "remove the file")
        self.assertEqual(self.members()["0007"], "VERDICT_CLEAR")

    def test_a_watch_that_cannot_be_kept_hinders_nobody_else_and_says_so(self):
        self.add(VENDORS)
        self.once(code=0)
        self.server.stop()
        (self.directory / "data/watch").rename(self.directory / "away")
        self.file("data/watch", "no directory")
        self.start()
        answer = self.probity("watch", "--once", "--wait", "0")
        self.assertEqual(answer.code, 3, answer)
        self.assert_says(answer.err, "WATCH_UNAVAILABLE")
        self.assertEqual(self.screen("GB-COH:04830352").code, 0)
        self.assert_says(self.good("portfolio", "list"), "textiles")
        self.bar(True)
        self.server.stop()
        (self.directory / "data/watch").unlink()
        (self.directory / "away").rename(self.directory / "data/watch")
        self.start()
        line, = self.once(code=1)
        self.assertIn("CLEAR -> BLOCK", line)


if __name__ == "__main__":
    harness.main()
