"""A document that is followed word for word: its commands are run as they stand, and they
must print what it says they do."""
import os
import re
import subprocess

import harness


class DocumentTest(harness.ServerTest):
    document = ""      # its path in the project
    codes = (0, 1, 4)  # exit codes of its blocks that are no surprise
    never = r"(?m)^probity: |Traceback"  # what none of its commands says
    environment = {}   # of its commands

    def setUp(self):
        super().setUp()
        self.folder = self.directory / "first-run"
        self.folder.mkdir()
        (self.folder / "data").symlink_to(harness.ROOT / "data")

    def steps(self):
        """The document as (kind, text): "sh" what is run, "text" what it prints, "person"
        what a person does."""
        text = (harness.ROOT / self.document).read_text(encoding="utf-8")
        pattern = re.compile(r"^```(sh|text)\n(.*?)^```$|^<!-- (.*?) -->$", re.M | re.S)
        return [(kind or "person", body or comment)
                for kind, body, comment in pattern.findall(text)]

    def run_block(self, commands):
        path = f"{harness.BUILD}/cli:{harness.BUILD}/services:{os.environ['PATH']}"
        done = subprocess.run(["bash", "-c", commands], cwd=self.folder, capture_output=True,
                              text=True, timeout=10 * harness.PATIENCE, check=False,
                              env={**os.environ, "PATH": path, "COLUMNS": "100",
                                   "PROBITY_SERVER": self.server.address, **self.environment})
        self.assertIn(done.returncode, self.codes, done.stdout + done.stderr)
        self.assertNotRegex(done.stdout + done.stderr, self.never)
        return done.stdout + done.stderr

    def follow(self, exactly):
        """Runs all of the document. Where not `exactly`, only nought is a promise among
        its numbers."""
        said, run = "", 0
        for kind, text in self.steps():
            if kind == "person":
                getattr(self, text.replace(" ", "_"))()
            elif kind == "sh":
                said, run = self.run_block(text), run + 1
            else:
                self.check(text, said, exactly)
        self.assertGreater(run, 6)

    def check(self, expected, said, exactly):
        """Each line stands among those that were said, in this order."""
        lines = iter(self.plain(said).splitlines())
        for line in self.plain(expected).splitlines():
            pattern = re.escape(line.rstrip())
            if not exactly:
                pattern = re.sub(r"(?<![\d.,\w])(?!0(?!\d))[\d,]+", r"[\\d,]+", pattern)
                pattern = re.sub(r"(\\ )+", r" +", pattern)
            if not any(re.fullmatch(pattern, one.rstrip()) for one in lines):
                self.fail(f"the document says\n{line}\nand not so\n{said}")

    @staticmethod
    def plain(text):
        """Without what is another one each time."""
        text = re.sub(r"[\d.]+ s \(\d+ rows/s\)", "… s", text)
        text = re.sub(r"/loads/[0-9a-f]{16}", "/loads/…", text)
        return re.sub(r"\b[0-9a-f]{28}\b", "…", text)
