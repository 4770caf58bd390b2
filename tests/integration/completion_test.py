"""Shell completion, by the shells themselves: keys are typed, the screen is read."""
import os
import pty
import re
import select
import shutil
import subprocess
import time

import harness

ESCAPES = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b[=>()][0B]?|[\x07\x0e\x0f]")


class Shell:
    """An interactive shell on a terminal of its own."""

    def __init__(self, command, directory, environment):
        child, self._terminal = pty.fork()
        if child == 0:
            os.chdir(directory)
            os.execvpe(command[0], command, environment)
        self._child = child

    def type(self, text, until):
        """Types keys; what the shell shows until a pattern fits."""
        os.write(self._terminal, text.encode())
        seen = ""
        end = time.monotonic() + harness.PATIENCE
        while time.monotonic() < end:
            if select.select([self._terminal], [], [], 0.1)[0]:
                seen += os.read(self._terminal, 65536).decode(errors="replace")
            plain = ESCAPES.sub("", seen)
            if re.search(until, plain):
                return plain
        raise AssertionError(f"waited in vain for {until!r}; the shell shows {plain!r}")

    def close(self):
        os.close(self._terminal)
        os.kill(self._child, 9)
        os.waitpid(self._child, 0)


class CompletionTest(harness.ServerTest):
    def setUp(self):
        super().setUp()
        self.dataset("audits")
        self.dataset("auctions")
        self.good("portfolio", "put", "textiles", "--buyer", "GB")
        self.file("suppliers.csv", "x")
        self.file("mapping.textproto", "x")

    def environment(self):
        return {**os.environ, "PATH": f"{harness.PROBITY.parent}:{os.environ['PATH']}",
                "PROBITY_SERVER": self.server.address, "TERM": "xterm", "PS1": "ready> ",
                "HOME": str(self.directory)}

    def shell(self, *command):
        shell = Shell(command, self.directory, self.environment())
        self.addCleanup(shell.close)
        return shell

    # What is typed, and what the line or the list holds after the tab key.
    CASES = (("look", "lookup"),
             ("check-c", "check-cert"),
             ("dataset rej", "rejected"),
             ("import --map", "--mapping"),
             ("import --mode back", "backfill"),
             ("import --mapping map", "mapping.textproto"),
             ("import sup", "suppliers.csv"),
             ("import --dataset aud", "audits"),  # the server knows it
             ("watch tex", "textiles"),
             ("import --format mapped", "mapped-csv"),
             ("check-cert --scheme AMF", "AMFORI_BSCI"),
             ("help dataset rev", "revisions"),
             ("completion z", "zsh"))

    def check(self, shell):
        for typed, shown in self.CASES:
            with self.subTest(typed=typed):
                shell.type("\x15", r"")  # Ctrl-U empties the line
                shell.type(f"probity {typed}\t", re.escape(shown))

    def test_bash(self):
        shell = self.shell("bash", "--norc", "--noprofile", "-i")
        shell.type("source <(probity completion bash); echo sou''rced\n", r"sourced\s+ready")
        self.check(shell)
        shell.type("\x15", r"")
        shell.type("probity check-\t\t", r"check-audit +check-cert|check-cert +check-audit")
        shell.type("\x15", r"")
        shell.type("probity import --mode=d\t", r"--mode=delta")
        shell.type("\x15", r"")
        shell.type("probity import --dataset=aud\t", r"--dataset=audits")

    def test_zsh(self):
        if shutil.which("zsh") is None:
            self.skipTest("zsh is not installed: its completion was not tried")
        shell = self.shell("zsh", "-f", "-i")
        shell.type("PS1='ready> '; autoload -U compinit; compinit -u -D; "
                   "source <(probity completion zsh); echo sou''rced\n", r"sourced[^d]+ready")
        self.check(shell)

    def test_fish(self):
        """fish says itself what it would offer."""
        if shutil.which("fish") is None:
            self.skipTest("fish is not installed: its completion was not tried")
        for typed, shown in self.CASES:
            with self.subTest(typed=typed):
                done = subprocess.run(
                    ["fish", "--no-config", "-c",
                     f"probity completion fish | source; complete -C 'probity {typed}'"],
                    cwd=self.directory, env=self.environment(), capture_output=True, text=True,
                    timeout=harness.PATIENCE, check=False)
                words = [line.split("\t")[0] for line in done.stdout.splitlines()]
                self.assertIn(shown, words, done)


if __name__ == "__main__":
    harness.main()
