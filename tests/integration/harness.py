"""What the integration tests share: a server and a client, run as a user runs
them. Programs come from the build directory in $PROBITY_BUILD."""
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("PROBITY_BUILD", ROOT / "build/release"))
PROBITYD = BUILD / "services/probityd"
PROBITY = BUILD / "cli/probity"
PATIENCE = 60  # seconds for what takes a second on an idle machine


class Server:
    """A probityd on a free port of this machine."""

    def __init__(self, data_dir, port=0, options=()):
        self.data_dir = pathlib.Path(data_dir)
        self.log_path = self.data_dir.parent / (self.data_dir.name + ".log")
        self.said = ""  # its log, once it has ended
        self._log = open(self.log_path, "ab")
        self._process = subprocess.Popen(
            [PROBITYD, "--data_dir", self.data_dir, "--listen", f"127.0.0.1:{port}",
             "--log_level", "warning", *options],
            stdout=subprocess.PIPE, stderr=self._log, text=True)
        self.address = self._await_address()
        if not self.address:
            self._process.wait(PATIENCE)
            self._close()
            raise RuntimeError(self.log_path.read_text())

    def _await_address(self):
        """Empty where it ends instead. Its log may begin before that."""
        for line in self._process.stdout:
            if line.startswith("probityd listens on "):
                return line.removeprefix("probityd listens on ").strip()
            self.said += line
        return ""

    @property
    def pid(self):
        return self._process.pid

    @property
    def port(self):
        return int(self.address.rpartition(":")[2])

    def is_running(self):
        return self._process.poll() is None

    def stop(self):
        """As an operator does; returns the exit code."""
        return self._end(signal.SIGTERM)

    def kill(self):
        """As a crash does."""
        return self._end(signal.SIGKILL)

    def pause(self):
        self._process.send_signal(signal.SIGSTOP)

    def go_on(self):
        self._process.send_signal(signal.SIGCONT)

    def resident_mib(self):
        """The most memory it has had."""
        status = pathlib.Path(f"/proc/{self._process.pid}/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) // 1024

    def _end(self, how):
        if self.is_running():
            self._process.send_signal(how)
        code = self._process.wait(PATIENCE)
        self._close()
        return code

    def _close(self):
        if not self._process.stdout.closed:
            self.said += self._process.stdout.read()
        self._process.stdout.close()
        self._log.close()


class Answer:
    """What a run of `probity` printed, and its exit code."""

    def __init__(self, code, out, err):
        self.code, self.out, self.err = code, out, err

    def __repr__(self):
        return f"exit {self.code}\n--- out\n{self.out}\n--- err\n{self.err}"


def may_mount():
    """Whether this user may mount a file system in a namespace of its own."""
    tried = subprocess.run(["unshare", "--user", "--map-root-user", "--mount", "mount", "-t",
                            "tmpfs", "none", "/mnt"], capture_output=True, check=False)
    return tried.returncode == 0


def needs_a_small_disk(test):
    if may_mount():
        return test
    print(f"{test.__module__}: SKIPPED the small disk: this user may mount nothing", flush=True)
    return unittest.skip("this user may mount nothing")(test)


class SmallDisk:
    """A disk of its own for one folder of a test's server, which is started anew on it."""

    def __init__(self, test, folder, size):
        self._test, self._folder = test, folder.resolve()
        test.server.stop()
        self._folder.mkdir(exist_ok=True)
        mount = f"mount -t tmpfs -o size={size} none {self._folder} && exec {PROBITYD} \"$@\""
        program = test.file("probityd", "#!/bin/sh\nexec unshare --user --map-root-user --mount "
                            f"sh -c '{mount}' probityd \"$@\"\n")
        program.chmod(0o755)
        test.addCleanup(globals().__setitem__, "PROBITYD", PROBITYD)
        globals()["PROBITYD"] = program
        test.start()

    def path(self):
        """Through the server: nobody else sees what is mounted there."""
        root = pathlib.Path(f"/proc/{self._test.server.pid}/root")
        return root / self._folder.relative_to("/")

    def files(self):
        return os.listdir(self.path())


class ServerTest(unittest.TestCase):
    """A test with a directory and a server of its own."""

    server_options = ()

    def setUp(self):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="probity-"))
        self.addCleanup(shutil.rmtree, self.directory, ignore_errors=True)
        self.server = None
        self.addCleanup(self._kill_server)
        self.start()

    def start(self, port=0, options=None):
        self.server = Server(self.directory / "data", port,
                             self.server_options if options is None else options)

    def restart(self):
        """Stops and starts the server on the same port."""
        self.server.stop()
        self.start(self.server.port)

    def _kill_server(self):
        if self.server is not None:
            self.server.go_on()
            self.server.kill()

    def command(self, *arguments):
        return [PROBITY, "--server", self.server.address, *map(str, arguments)]

    def probity(self, *arguments, stdin="", width=100):
        done = subprocess.run(self.command(*arguments), input=stdin, capture_output=True,
                              text=True, timeout=10 * PATIENCE, check=False,
                              env={**os.environ, "COLUMNS": str(width)})
        return Answer(done.returncode, done.stdout, done.stderr)

    def begin(self, *arguments, **options):
        """Starts a command that the test wants to interrupt."""
        process = subprocess.Popen(self.command(*arguments), stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True, **options)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def end(self, process):
        out, err = process.communicate(timeout=10 * PATIENCE)
        return Answer(process.returncode, out, err)

    def good(self, *arguments, **options):
        """A command that must succeed; its output."""
        answer = self.probity(*arguments, **options)
        self.assertEqual(answer.code, 0, answer)
        return answer.out

    def assert_says(self, text, *parts):
        for part in parts:
            self.assertIn(part, text)

    def file(self, name, content):
        path = self.directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def dataset(self, name="d", absence="retracted", *options):
        self.good("dataset", "create", name, "--absence", absence, *options)

    def load(self, files, dataset="d", format="probity-csv", *options):
        files = files if isinstance(files, (list, tuple)) else [files]
        return self.probity("import", "--dataset", dataset, "--format", format, *options, *files)

    def revision(self):
        """The newest revision: what a refused write must not change."""
        out = self.good("info")
        return next(line for line in out.splitlines() if line.startswith("revision"))


class TwoOfficials:
    """For a ServerTest whose server knows ann and bea, of one authority."""
    tokens = {"ann": "token-of-the-first-official", "bea": "token-of-the-second-official"}

    def start(self, port=0, options=None):
        lines = "".join(f"{token} {name} authorities/a\n" for name, token in self.tokens.items())
        super().start(port, ("--token_file", str(self.file("tokens", lines))))

    def setUp(self):
        super().setUp()
        self.who = {name: self.file(f"{name}.token", token + "\n")
                    for name, token in self.tokens.items()}

    def by(self, who, *arguments):
        return self.probity("--token_file", self.who[who], *arguments, width=200)

    def told(self, who, *arguments):
        answer = self.by(who, *arguments)
        self.assertEqual(answer.code, 0, answer)
        return answer.out


def suppliers(count, name="Firm"):
    """A register in probity-csv."""
    rows = "".join(f"supplier,k{i},{name} {i},GB-COH:{i:08d}\n" for i in range(count))
    return "record_type,key,name,identifiers\n" + rows


def until(condition, what):
    """Waits for something that another process does."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if condition():
            return
        time.sleep(0.01)
    raise AssertionError(f"waited in vain: {what}")


def main():
    unittest.main(verbosity=2)
