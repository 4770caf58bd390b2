"""`probityd --sandbox` as an integrator runs it: it needs nothing, says what it is, refuses real
data, and leaves nothing behind. What its suppliers give, the corpus asks."""
import os
import pathlib
import signal
import subprocess
import tempfile
import unittest

import harness

CLEAR = "XI-LEI:9999SANDBOXCLEAR0069"
BLOCKED = "XI-LEI:9999SANDBOXBLOCK0094"
ORDER = ("--buyer", "DE", "--purpose", "order", "--item", "HS:6109@PT", "--no_other_parties")


class SandboxTest(unittest.TestCase):
    def setUp(self):
        kept = tempfile.TemporaryDirectory(prefix="probity-")
        self.addCleanup(kept.cleanup)
        self.directory = pathlib.Path(kept.name)
        self.environment = {**os.environ, "TMPDIR": kept.name}

    def probityd(self, *options):
        done = subprocess.run([harness.PROBITYD, *options], capture_output=True, text=True,
                              timeout=10 * harness.PATIENCE, check=False, env=self.environment)
        return harness.Answer(done.returncode, done.stdout, done.stderr)

    def start(self):
        process = subprocess.Popen(
            [harness.PROBITYD, "--sandbox", "--listen", "127.0.0.1:0"], stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, env=self.environment)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        said = []
        for line in process.stdout:
            said.append(line)
            if line.startswith("probityd listens on "):
                return process, line.split()[-1], "".join(said)
        self.fail("".join(said))

    def probity(self, address, *arguments):
        done = subprocess.run([harness.PROBITY, "--server", address, *arguments],
                              capture_output=True, text=True, timeout=10 * harness.PATIENCE,
                              check=False)
        return harness.Answer(done.returncode, done.stdout, done.stderr)

    def test_answers_at_once_and_leaves_nothing_behind(self):
        process, address, said = self.start()
        self.assertIn("SANDBOX: every supplier, certificate and fact is invented", said)
        self.assertEqual(len(list(self.directory.glob("probity-sandbox-*"))), 1)
        found = self.probity(address, "lookup", CLEAR)
        self.assertEqual(found.code, 0, found)
        self.assertIn("Invented Quillonby Textiles Lda", found.out)
        clear = self.probity(address, "screen", CLEAR, *ORDER)
        self.assertIn("CLEAR", clear.out, clear)
        blocked = self.probity(address, "screen", BLOCKED, *ORDER)
        self.assertIn("BLOCK", blocked.out, blocked)
        self.assertIn("(invented)", blocked.out, blocked)
        self.assertIn("SANDBOX", self.probity(address, "--json", "info").out)
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(harness.PATIENCE), 0)
        self.assertEqual(list(self.directory.iterdir()), [])

    def test_takes_no_data_of_anybody(self):
        answer = self.probityd("--sandbox", "--data_dir", str(self.directory / "data"))
        self.assertEqual(answer.code, 2, answer)
        self.assertIn("data_dir: is not for --sandbox", answer.err)
        self.assertEqual(list(self.directory.iterdir()), [])

    def test_stays_on_this_machine(self):
        answer = self.probityd("--sandbox", "--listen", "0.0.0.0:0")
        self.assertEqual(answer.code, 2, answer)
        self.assertIn("loopback", answer.err)

    def test_goes_with_no_command(self):
        answer = self.probityd("--sandbox", "doctor")
        self.assertEqual(answer.code, 2, answer)
        self.assertIn("--sandbox", answer.err)

    def test_its_settings_can_be_checked(self):
        answer = self.probityd("--sandbox", "--check_config")
        self.assertEqual(answer.code, 0, answer)
        self.assertEqual(list(self.directory.iterdir()), [])


if __name__ == "__main__":
    harness.main()
