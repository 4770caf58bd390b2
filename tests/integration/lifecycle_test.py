"""A server from its settings to its end: checked, started, told to read again, stopped; as an
account without rights on a file system that it cannot write to; and its systemd unit."""
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import unittest

import harness

UNIT = harness.ROOT / "deploy/systemd/probityd.service"
ANN, BEA = "token-of-the-first-official ann\n", "token-of-the-second-official bea\n"
NOBODY = 65534
AS_NOBODY = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups",
             "--bounding-set=-all", "--inh-caps=-all", "--no-new-privs"]
# Python that denies itself writable code, and becomes the program of its arguments.
DENIES = "import ctypes, os, sys; assert ctypes.CDLL(None).prctl(65, 1, 0, 0, 0) == 0; "
EXECS = "os.execv(sys.argv[1], sys.argv[1:])"
# What systemd-analyze may find at most, 0 to 100: it counts how exposed a service is.
MOST_EXPOSED = 20


def loudly_skipped(why):
    print(f"lifecycle_test: SKIPPED {why}", flush=True)
    return unittest.skip(why)


def needs(program):
    return (lambda test: test) if shutil.which(program) else loudly_skipped(f"no {program} here")


def needs_mdwe(test):
    """prctl(PR_SET_MDWE, PR_MDWE_REFUSE_EXEC_GAIN), which is MemoryDenyWriteExecute= of systemd,
    and that it holds behind an exec."""
    if subprocess.run([sys.executable, "-c", DENIES], check=False).returncode != 0:
        return loudly_skipped("this kernel has no PR_SET_MDWE")(test)
    writable = [sys.executable, "-c", "import mmap; mmap.mmap(-1, 4096, prot=7)"]
    denied = subprocess.run([sys.executable, "-c", DENIES + EXECS, *writable],
                            capture_output=True, text=True, check=False)
    if "PermissionError" not in denied.stderr:
        return loudly_skipped("PR_SET_MDWE does not hold here")(test)
    return test


def needs_confinement(test):
    """Root that may mount and become nobody, and programs that nobody may run."""
    confine = ["unshare", "--mount", "--propagation", "private", *AS_NOBODY]
    if os.geteuid() != 0 or not all(shutil.which(one) for one in ("unshare", "setpriv")) or \
            subprocess.run([*confine, "true"], capture_output=True, check=False).returncode != 0:
        return loudly_skipped("only root with all rights can give them away")(test)
    for path in (harness.PROBITYD, harness.ROOT / "data/schemes.csv"):
        if subprocess.run([*confine, "test", "-r", path], check=False).returncode != 0:
            return loudly_skipped(f"nobody may not read {path}")(test)
    return test


class CheckConfigTest(harness.ServerTest):
    def start(self, port=0, options=None):
        """None is needed."""

    def check(self, *more):
        done = subprocess.run([harness.PROBITYD, "--check_config", "--data_dir",
                               self.directory / "data", *more], capture_output=True, text=True,
                              timeout=harness.PATIENCE, check=False)
        return harness.Answer(done.returncode, done.stdout, done.stderr)

    def test_good_settings_are_good_and_nothing_is_made(self):
        answer = self.check("--token_file", self.file("tokens", ANN))
        self.assertEqual(answer.code, 0, answer)
        self.assert_says(answer.out, "GOOD", "1 tokens", "policies/standard")
        self.assertFalse((self.directory / "data").exists())

    def test_each_fault_is_named(self):
        answer = self.check("--token_file", self.file("tokens", "short ann\n"),
                            "--evidence_key_file", self.directory / "none.pem")
        self.assertEqual(answer.code, 2, answer)
        self.assert_says(answer.out, "WRONG  token_file", "line 1", "WRONG  evidence_key_file",
                         "none.pem", "would not start")

    def test_settings_out_of_range_are_refused(self):
        config = self.file("probityd.textproto", "drain_seconds: 601\n")
        answer = self.check("--config", config)
        self.assertEqual(answer.code, 2, answer)
        self.assert_says(answer.err, "drain_seconds", "1 to 600", "601")

    @needs_confinement
    def test_a_directory_that_the_account_cannot_write_is_named(self):
        self.directory.chmod(0o755)
        locked = self.directory / "locked"
        locked.mkdir(mode=0o755)
        done = subprocess.run(
            [*AS_NOBODY, harness.PROBITYD, "--check_config", "--data_dir", locked / "data"],
            capture_output=True, text=True, timeout=harness.PATIENCE, check=False)
        self.assertEqual(done.returncode, 2, done)
        self.assert_says(done.stdout, "WRONG  data_dir", f"uid {NOBODY}", "locked")


class SupervisedTest(harness.ServerTest):
    """A server that tells its supervisor how it stands, as systemd's Type=notify wants it."""

    def start(self, port=0, options=None):
        self.heard = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.addCleanup(self.heard.close)
        self.heard.settimeout(harness.PATIENCE)
        path = self.directory / "notify"
        path.unlink(missing_ok=True)
        self.heard.bind(str(path))
        os.environ["NOTIFY_SOCKET"] = str(path)
        try:
            super().start(port, options)
        finally:
            del os.environ["NOTIFY_SOCKET"]
        self.assertEqual(self.hear(), "READY=1")

    def hear(self):
        return self.heard.recv(1000).decode()

    def hang_up(self):
        """Has it read everything again; what it said then."""
        os.kill(self.server.pid, signal.SIGHUP)
        return self.hear()


class ReloadTest(SupervisedTest):
    FAILED = "STATUS=Serving; 1 parts could not be read again, see the log"
    DONE = "STATUS=Serving"

    def start(self, port=0, options=None):
        self.tokens = self.file("tokens", ANN)
        self.config = self.file("probityd.textproto", "drain_seconds: 5\n")
        super().start(port, ("--config", self.config, "--token_file", self.tokens))
        self.ann, self.bea = (self.file(f"{line.split()[1]}.token", line.split()[0])
                              for line in (ANN, BEA))

    def comes(self, token):
        return self.probity("--token_file", token, "info").code == 0

    def test_a_new_token_holds_and_one_that_is_gone_is_refused(self):
        self.assertEqual((self.comes(self.ann), self.comes(self.bea)), (True, False))
        self.tokens.write_text(BEA)
        self.assertEqual(self.hang_up(), self.DONE)
        self.assertEqual((self.comes(self.ann), self.comes(self.bea)), (False, True))

    def test_a_bad_token_file_keeps_the_last_good_and_is_told(self):
        self.tokens.write_text(BEA + "short cleo\n")
        self.assertEqual(self.hang_up(), self.FAILED)
        self.assertEqual((self.comes(self.ann), self.comes(self.bea)), (True, False))
        self.tokens.write_text(ANN + BEA)
        self.assertEqual(self.hang_up(), self.DONE)
        self.assertEqual((self.comes(self.ann), self.comes(self.bea)), (True, True))
        self.assertEqual(self.server.stop(), 0)
        self.assert_says(self.server.said, "token_file could not be read again", "line 2",
                         "send SIGHUP again")
        for line in self.server.said.splitlines():
            json.loads(line)

    def test_settings_that_wait_for_a_start_are_named(self):
        self.config.write_text('drain_seconds: 6\nbackup_dir: "/elsewhere"\n')
        self.assertEqual(self.hang_up(), self.DONE)
        self.assertEqual(self.server.stop(), 0)
        self.assert_says(self.server.said, "hold from the next start on: backup_dir\"")

    def test_bad_settings_change_nothing(self):
        self.config.write_text("drain_seconds: 601\n")
        self.assertEqual(self.hang_up(), self.FAILED)
        self.assertTrue(self.comes(self.ann))
        self.assertEqual(self.server.stop(), 0)
        self.assert_says(self.server.said, "settings could not be read again", "drain_seconds")


class DrainTest(harness.ServerTest):
    def test_a_load_that_runs_is_whole_or_waits(self):
        self.dataset("d")
        loading = self.begin("import", "--dataset", "d", "--format", "probity-csv",
                             self.file("r.csv", harness.suppliers(20000)))
        harness.until(lambda: "loads/" in self.good("load", "list", "d"), "the load is there")
        self.assertEqual(self.server.stop(), 0)
        self.end(loading)
        self.start(self.server.port)
        records = self.good("--json", "info")
        count = int(json.loads(records).get("recordCount", 0))
        self.assertIn(count, (0, 20000))

    def test_a_second_signal_does_not_cut_it_off(self):
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGTERM):
            if self.server.is_running():
                os.kill(self.server.pid, number)
        self.assertEqual(self.server.stop(), 0)
        self.start()
        self.good("check-store")


class SupervisorTest(SupervisedTest):
    def test_hears_that_it_stops(self):
        self.assertEqual(self.server.stop(), 0)
        self.assertEqual(self.hear(), "STOPPING=1")

    def test_hears_nothing_of_a_server_that_cannot_start(self):
        os.environ["NOTIFY_SOCKET"] = str(self.directory / "notify")
        self.addCleanup(os.environ.pop, "NOTIFY_SOCKET")
        with self.assertRaises(RuntimeError):
            harness.Server(self.directory / "data")
        self.heard.settimeout(0)
        with self.assertRaises(BlockingIOError):
            self.hear()


@needs_confinement
class UnprivilegedTest(harness.ServerTest):
    """uid nobody, no capabilities, no new privileges; the whole file system read-only but for
    the data directory."""

    def setUp(self):
        self._program = harness.PROBITYD
        self.addCleanup(setattr, harness, "PROBITYD", self._program)
        super().setUp()

    def start(self, port=0, options=None):
        self.directory.chmod(0o755)
        data = self.directory / "data"
        data.mkdir(exist_ok=True)
        os.chown(data, NOBODY, NOBODY)
        program = self.file("probityd", f"""#!/bin/sh
# Every mount becomes read-only in a namespace of its own; the data directory stays as it is.
exec unshare --mount --propagation private sh -e -c '
  mount --bind {data} {data}
  while read -r _ _ _ _ place _; do
    [ "$place" = {data} ] || mount -o remount,bind,ro "$place" 2>/dev/null || true
  done </proc/self/mountinfo
  ! touch {self.directory}/written 2>/dev/null
  exec {" ".join(AS_NOBODY)} {self._program} "$@"' probityd "$@"
""")
        program.chmod(0o755)
        harness.PROBITYD = program
        super().start(port, options)

    def status(self, field):
        text = pathlib.Path(f"/proc/{self.server.pid}/status").read_text(encoding="ascii")
        return re.search(rf"^{field}:\s*(.*)$", text, re.M).group(1).split()

    def test_it_serves_loads_and_decides(self):
        self.assertEqual(self.status("Uid"), [str(NOBODY)] * 4)
        self.assertEqual(self.status("CapEff"), ["0" * 16])
        self.assertEqual(self.status("NoNewPrivs"), ["1"])
        self.assertFalse((self.directory / "written").exists())
        self.dataset("d")
        loaded = self.load(self.file("r.csv", harness.suppliers(3)))
        self.assertEqual(loaded.code, 0, loaded)
        self.assert_says(self.good("lookup", "GB-COH:00000001"), "Firm 1")
        self.assert_says(self.good("search", "Firm 2"), "Firm 2")
        self.assertEqual(self.server.stop(), 0)


class WritableCodeTest(harness.ServerTest):
    """MemoryDenyWriteExecute=yes of the unit: nothing in the program makes code."""

    @needs_mdwe
    def test_it_serves_without_writable_code(self):
        self.server.stop()
        program = self.file("denying.py", DENIES + EXECS)
        shell = self.file("probityd", "#!/bin/sh\n"
                          f'exec {sys.executable} {program} {harness.PROBITYD} "$@"\n')
        shell.chmod(0o755)
        self.addCleanup(setattr, harness, "PROBITYD", harness.PROBITYD)
        harness.PROBITYD = shell
        self.start()
        self.dataset("d")
        self.assertEqual(self.load(self.file("r.csv", harness.suppliers(3))).code, 0)
        self.assert_says(self.good("search", "Firm 2"), "Firm 2")


@needs("systemd-analyze")
class UnitTest(unittest.TestCase):
    def setUp(self):
        self.text = UNIT.read_text(encoding="utf-8")

    def analyze(self, verb, text, *options):
        directory = pathlib.Path(self.enterContext(harness.tempfile.TemporaryDirectory()))
        unit = directory / "probityd.service"
        unit.write_text(text.replace("/usr/bin/probityd", str(harness.PROBITYD)))
        done = subprocess.run(["systemd-analyze", verb, *options, str(unit)],
                              capture_output=True, text=True, timeout=harness.PATIENCE,
                              check=False)
        return harness.Answer(done.returncode, done.stdout, done.stderr)

    def test_systemd_understands_every_line(self):
        answer = self.analyze("verify", self.text)
        self.assertEqual((answer.code, answer.err.strip()), (0, ""), answer)

    def test_a_line_that_it_does_not_understand_is_seen(self):
        answer = self.analyze("verify", self.text.replace("NoNewPrivileges=", "NoPrivileges="))
        self.assertIn("NoPrivileges", answer.err)

    def test_it_is_little_exposed(self):
        limit = f"--threshold={MOST_EXPOSED}"
        answer = self.analyze("security", self.text, "--offline=yes", limit)
        self.assertEqual(answer.code, 0, answer)
        bare = "\n".join(line for line in self.text.splitlines()
                         if not line.startswith(("Protect", "Private", "Restrict", "SystemCall")))
        self.assertNotEqual(self.analyze("security", bare, "--offline=yes", limit).code, 0)

    def test_it_gives_a_drain_its_time(self):
        stop = int(re.search(r"^TimeoutStopSec=(\d+)$", self.text, re.M).group(1))
        self.assertGreater(stop, 600)  # the most that drain_seconds may be


if __name__ == "__main__":
    harness.main()
