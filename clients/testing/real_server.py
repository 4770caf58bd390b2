#!/usr/bin/env python3
"""Starts a real probityd for the tests of a client, in any language. Programs come from
$PROBITY_BUILD (default build/release), openssl from PATH.

Usage: real_server.py mtls | token | sandbox

mtls and token hold what clients/testing/world says: a register, a firm that is barred, a policy.
sandbox is `probityd --sandbox`. Prints one line of JSON:
  address     HOST:PORT
  folder      where tests may put files; removed at the end
  tls         of mtls: folder of ca.pem, and of NAME.pem and NAME.key of the callers erp, reader
              and poor (world/access.textproto) and of old, whose certificate has ended
  rogue       of mtls: folder of another authority, ca.pem, and its erp.pem and erp.key
  token_file  of token: who has it may do everything
Then takes commands on standard input, a JSON list of words a line, and answers each with a line:
  ["restart"]              the server, as an operator does, on the same port: null
  ["stop"]                 the server, until it is restarted: null
  ["pause"], ["go_on"]     the server, as if its machine were slow: null
  ["probity", WORD...]     the command line, by the caller erp: {"code", "out", "err"}
Ends with standard input.
"""
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
WORLD = ROOT / "clients/testing/world"
BUILD = pathlib.Path(os.environ.get("PROBITY_BUILD") or ROOT / "build/release")
PATIENCE = 300  # seconds for what takes one on an idle machine
SPIFFE = "spiffe://example.org/"
CALLERS = ("erp", "reader", "poor")
TOKEN = "token-of-the-purchasing-system"


def run(*words, **options):
    return subprocess.run([*map(str, words)], check=True, capture_output=True, text=True,
                          timeout=PATIENCE, **options)


def certificates(folder, *issued):
    """An authority, and what it issues: (name, alternative names, use), by the shell functions
    of scripts/certificates.sh."""
    folder.mkdir()
    script = "source scripts/certificates.sh; authority ca\n"
    script += "".join(f'issue ca "{name}" "{names}" {use}\n' for name, names, use in issued)
    run("bash", "-ec", script, cwd=ROOT, env={**os.environ, "certificates": str(folder)})


def end(folder, name):
    """Replaces a certificate by one for the same key that has ended."""
    run("openssl", "x509", "-req", "-in", folder / f"{name}.csr", "-CA", folder / "ca.pem",
        "-CAkey", folder / "ca.key", "-days", "-1", "-out", folder / f"{name}.pem")


class RealServer:
    """A probityd in a folder of its own, which is removed by close()."""

    def __init__(self, kind):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="probity-client-"))
        self.told = {"folder": str(self.folder)}
        self.caller = ()  # options of the command line
        self.process = None
        self.address = "127.0.0.1:0"
        try:
            self.options = getattr(self, kind)()
            self.start()
            if kind != "sandbox":
                self.fill()
        except BaseException:
            self.close()
            raise

    def mtls(self):
        tls, rogue = self.folder / "tls", self.folder / "rogue"
        callers = [(name, f"URI:{SPIFFE}{name}", "clientAuth") for name in CALLERS]
        certificates(tls, ("server", "DNS:localhost,IP:127.0.0.1", "serverAuth"), *callers,
                     ("old", f"URI:{SPIFFE}erp", "clientAuth"))
        end(tls, "old")
        certificates(rogue, callers[0])
        shutil.copy(WORLD / "access.textproto", tls)
        settings = self.folder / "probityd.textproto"
        settings.write_text((WORLD / "mtls.textproto").read_text().replace("FOLDER", str(tls)))
        self.told.update(tls=str(tls), rogue=str(rogue))
        self.caller = ("--ca", tls / "ca.pem", "--cert", tls / "erp.pem", "--key", tls / "erp.key")
        return ("--data_dir", self.folder / "data", "--config", settings)

    def token(self):
        known, own = self.folder / "tokens", self.folder / "erp.token"
        known.write_text(f"{TOKEN} erp authorities/ministry\n")
        own.write_text(f"{TOKEN}\n")
        self.told.update(token_file=str(own))
        self.caller = ("--token_file", own)
        return ("--data_dir", self.folder / "data", "--token_file", known)

    def sandbox(self):
        return ("--sandbox",)

    def start(self):
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(
                [BUILD / "services/probityd", "--listen", self.address, "--log_level", "warning",
                 *map(str, self.options)], stdout=subprocess.PIPE, stderr=log, text=True)
        for line in self.process.stdout:
            if line.startswith("probityd listens on "):
                self.address = self.told["address"] = line.split()[-1]
                return
        raise RuntimeError("probityd does not start:\n" + (self.folder / "log").read_text())

    def fill(self):
        for words in (
                ("dataset", "create", "reg", "--title", "Register", "--absence", "retracted",
                 "--invented"),
                ("import", "--dataset", "reg", "--format", "probity-csv", WORLD / "register.csv",
                 WORLD / "flags.csv"),
                ("policy", "create", WORLD / "ministry.txtpb"), ("policy", "activate", "ministry")):
            done = self.probity(*words)
            if done["code"] != 0:
                raise RuntimeError(f"probity {words[0]}: {done}")

    def probity(self, *words):
        done = subprocess.run([BUILD / "cli/probity", "--server", self.address,
                               *map(str, (*self.caller, *words))], capture_output=True, text=True,
                              timeout=PATIENCE, check=False)
        return {"code": done.returncode, "out": done.stdout, "err": done.stderr}

    def pause(self):
        self.process.send_signal(signal.SIGSTOP)
        # Its threads go on until one of them has taken the signal.
        os.waitid(os.P_PID, self.process.pid, os.WSTOPPED)

    def go_on(self):
        self.process.send_signal(signal.SIGCONT)

    def restart(self):
        self.stop()
        self.start()

    def stop(self):
        self.end(signal.SIGTERM)

    def end(self, how):
        self.process.send_signal(how)
        self.process.wait(PATIENCE)
        self.process.stdout.close()

    def close(self):
        if self.process is not None and self.process.poll() is None:
            self.go_on()
            self.end(signal.SIGTERM)  # A sandbox that is killed leaves its data behind.
        shutil.rmtree(self.folder, ignore_errors=True)


COMMANDS = ("restart", "stop", "pause", "go_on", "probity")


def main():
    if sys.argv[1:] not in (["mtls"], ["token"], ["sandbox"]):
        sys.exit("usage: real_server.py mtls | token | sandbox")
    server = RealServer(sys.argv[1])
    try:
        print(json.dumps(server.told), flush=True)
        for line in sys.stdin:
            command, *words = json.loads(line)
            if command not in COMMANDS:
                sys.exit(f"real_server.py: no command {command}")
            print(json.dumps(getattr(server, command)(*words)), flush=True)
    finally:
        server.close()


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    main()
