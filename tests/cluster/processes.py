"""Programs of the cluster, each with a log, and waiting for what they do."""
import pathlib
import signal
import subprocess
import time

PATIENCE = 120  # seconds for what takes ten on an idle machine


def wait_for(what, ask, seconds=PATIENCE, every=0.2, alive=()):
    """The first true answer of ask(). Fails when the seconds are over, or a process of `alive` ended."""
    until = time.monotonic() + seconds
    while True:
        answer = ask()
        if answer:
            return answer
        for process in alive:
            process.must_live()
        if time.monotonic() > until:
            raise AssertionError(f"waited {seconds} s in vain for {what}")
        time.sleep(every)


class Process:
    def __init__(self, name, arguments, directory, environment=None):
        self.name = name
        self.log = pathlib.Path(directory, f"{name}.log")
        with self.log.open("ab") as log:
            self.process = subprocess.Popen([str(a) for a in arguments], stdout=log, stderr=log, cwd=directory,
                                            stdin=subprocess.DEVNULL, env=environment)

    def tail(self, lines=15):
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    def must_live(self):
        if self.process.poll() is not None:
            raise AssertionError(f"{self.name} ended with {self.process.returncode}; end of {self.log}:\n{self.tail()}")

    def stop(self, seconds=10):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(seconds)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


def run(*arguments, check=True, seconds=PATIENCE * 3, **options):
    """The ended process, its texts decoded; one that failed is told with all that it said."""
    done = subprocess.run([str(a) for a in arguments], capture_output=True, text=True, check=False,
                          timeout=seconds, **options)
    if check and done.returncode != 0:
        raise AssertionError(f"{' '.join(map(str, arguments))}: exit status {done.returncode}\n{done.stdout}{done.stderr}")
    return done
