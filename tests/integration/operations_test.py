"""docs/OPERATIONS.md, followed word for word: each section on a server of its own, which is
damaged as its comments say, and mended by its commands, run as they stand. `systemctl` is a
stand-in that starts and stops the test's own server."""
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

import decisions
import harness

DOCUMENT = harness.ROOT / "docs/OPERATIONS.md"
SUPPLIERS = 2000
SYSTEMCTL = """#!/bin/sh
# start, stop, restart, reload, status of the one service of this folder
here={here}
pid() {{ cat "$here/pid" 2>/dev/null; }}
runs() {{ [ -n "$(pid)" ] && kill -0 "$(pid)" 2>/dev/null; }}
stop() {{ if runs; then kill -TERM "$(pid)"; while runs; do sleep 0.05; done; fi; }}
start() {{
  : >"$here/said"
  setsid {probityd} --config "$here/probityd.textproto" >"$here/said" 2>&1 </dev/null &
  echo $! >"$here/pid"
  while runs; do
    if grep -q "listens on" "$here/said"; then return 0; fi
    sleep 0.05
  done
  cat "$here/said"
  return 1
}}
case "$1" in
  start) start ;;
  stop) stop ;;
  restart) stop; start ;;
  reload) kill -HUP "$(pid)" ;;
  status) if runs; then echo active; else echo inactive; fi ;;
esac
"""


def sections():
    """The document as (heading, steps): a step is (kind, text), "sh" what is run, "text" lines
    that it prints, "person" what happens to the server, or what somebody does."""
    text = DOCUMENT.read_text(encoding="utf-8")
    pattern = re.compile(r"^```(sh|text)\n(.*?)^```$|^<!-- (.*?) -->$", re.M | re.S)
    for part in re.split(r"^## ", text, flags=re.M)[1:]:
        heading, _, body = part.partition("\n")
        steps = [(kind or "person", block or comment)
                 for kind, block, comment in pattern.findall(body)]
        if steps:
            yield heading.strip(), steps


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class OperationsTest(unittest.TestCase):
    def setUp(self):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="operations-"))
        self.addCleanup(shutil.rmtree, self.directory, ignore_errors=True)
        self.data, self.backup = self.directory / "data", self.directory / "backup"
        self.port = free_port()
        self.configure()
        programs = self.directory / "bin"
        programs.mkdir()
        systemctl = programs / "systemctl"
        systemctl.write_text(SYSTEMCTL.format(here=self.directory, probityd=harness.PROBITYD))
        systemctl.chmod(0o755)
        self.environment = {
            **os.environ, "COLUMNS": "100", "DATA": str(self.data), "BACKUP": str(self.backup),
            "PROBITY_SERVER": f"127.0.0.1:{self.port}",
            "PATH": f"{programs}:{harness.BUILD}/cli:{harness.BUILD}/services:"
                    f"{os.environ['PATH']}"}
        self.addCleanup(self.run_block, "systemctl stop probityd")
        self.good("systemctl start probityd")

    def configure(self, more=""):
        (self.directory / "probityd.textproto").write_text(
            f'data_dir: "{self.data}"\nbackup_dir: "{self.backup}"\n'
            f'listen: "127.0.0.1:{self.port}"\nlog_level: "warning"\n{more}')

    def run_block(self, commands):
        done = subprocess.run(["bash", "-c", commands], cwd=self.directory, capture_output=True,
                              text=True, timeout=10 * harness.PATIENCE, check=False,
                              env=self.environment)
        return harness.Answer(done.returncode, done.stdout, done.stderr)

    def good(self, commands, codes=(0,)):
        answer = self.run_block(commands)
        self.assertIn(answer.code, codes, f"{commands}\n{answer}")
        return answer.out + answer.err

    def file(self, name, content):
        path = self.directory / name
        path.write_text(content)
        return path

    def fill(self):
        """A register, a policy, decisions and a backup; then one load more."""
        self.good("probity dataset create reg --title Register --absence retracted --invented")
        rows = harness.suppliers(SUPPLIERS)
        self.good(f"probity import --dataset reg --format probity-csv {self.file('r.csv', rows)}")
        self.good(f"probity policy create {self.file('m.txtpb', decisions.POLICY)}")
        self.good("probity policy activate ministry")
        self.decide(1)

    def decide(self, number):
        self.good(f"probity screen GB-COH:{number:08} --buyer GB --purpose qualification "
                  "--no_other_parties", codes=(0, 1, 4))

    def back_up(self):
        self.good("probity backup create")
        self.decide(2)
        rows = harness.suppliers(SUPPLIERS + 1)
        self.good(f"probity import --dataset reg --format probity-csv {self.file('r.csv', rows)}")

    # What happens to the server, and what somebody does, by the comments of the document.

    def damage(self, name):
        getattr(self, re.sub(r"\W+", "_", name))()

    def the_disk_fills_up(self):
        """A reserve that no disk has: what needs room is refused as on a full one."""
        self.configure("disk_reserve_mib: 4294967295\n")
        self.good("systemctl restart probityd")
        refused = self.run_block(f"probity import --dataset reg --format probity-csv "
                                 f"{self.file('s.csv', harness.suppliers(SUPPLIERS + 9))}")
        self.assertEqual(refused.code, 3, refused)
        self.assertIn("DISK_FULL", refused.out + refused.err)

    def room_is_made(self):
        self.configure()
        self.good("systemctl restart probityd")
        self.good(f"probity import --dataset reg --format probity-csv {self.directory / 's.csv'}")
        self.good(f"probity import --dataset reg --format probity-csv {self.directory / 'r.csv'}")

    harms = ("a bit of a table", "a bit of MANIFEST", "a bit of the log", "a table is gone")
    harm = harms[0]

    def the_store_is_damaged(self):
        """It has sorted files, and a log that holds its last change."""
        self.good("systemctl restart probityd")
        rows = harness.suppliers(SUPPLIERS + 20)
        self.good(f"probity import --dataset reg --format probity-csv {self.file('r.csv', rows)}")
        self.good("systemctl stop probityd")
        store = self.data / "store"

        def largest(pattern):
            return max(store.glob(pattern), key=lambda path: path.stat().st_size)
        if self.harm == "a table is gone":
            largest("*.sst").unlink()
            return
        path = largest({"a bit of a table": "*.sst", "a bit of MANIFEST": "MANIFEST-*",
                        "a bit of the log": "*.log"}[self.harm])
        data = bytearray(path.read_bytes())
        data[len(data) * 3 // 10] ^= 1
        path.write_bytes(data)

    def the_index_of_names_is_torn(self):
        self.good("systemctl stop probityd")
        for path in (self.data / "names").iterdir():
            path.write_bytes(path.read_bytes()[:-7])
        self.good("systemctl start probityd")

    def the_evidence_log_is_damaged(self):
        self.good("systemctl stop probityd")
        log = max((self.data / "evidence").glob("*.log"), key=lambda path: path.stat().st_size)
        data = bytearray(log.read_bytes())
        data[len(data) // 3] ^= 1
        log.write_bytes(data)
        refused = self.run_block("systemctl start probityd")
        self.assertEqual(refused.code, 1, refused)
        self.assertIn("evidence log is damaged", refused.out)

    def the_evidence_key_is_lost(self):
        self.good("systemctl stop probityd")
        (self.data / "evidence_key.pem").unlink()
        refused = self.run_block("systemctl start probityd")
        self.assertEqual(refused.code, 1, refused)
        self.assertIn("evidence_key.pem", refused.out)

    def a_second_server_is_started(self):
        second = self.run_block("probityd --config probityd.textproto --listen 127.0.0.1:0")
        self.assertEqual(second.code, 1, second)
        self.assertIn("STORE_IN_USE: ", second.err)
        self.assertIn("another process", second.err)

    def a_restore_is_cut_off(self):
        """Killed as soon as its mark is there; again, where it was done before that."""
        self.good("systemctl stop probityd")
        (self.data / "store").rename(self.data / "store.damaged")
        mark = self.data / "store/restoring"
        for _ in range(200):
            restore = subprocess.Popen(
                [harness.PROBITYD, "restore", "--data_dir", self.data, "--backup_dir",
                 self.backup], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            while restore.poll() is None and not mark.exists():
                time.sleep(0.0005)
            restore.send_signal(signal.SIGKILL)
            restore.wait()
            if mark.exists():
                return
            shutil.rmtree(self.data / "store", ignore_errors=True)
        self.fail("it was never cut off")

    def a_backup_is_damaged(self):
        files = [path for folder in ("shared_checksum", "private")
                 for path in (self.backup / "store" / folder).rglob("*") if path.is_file()]
        path = max(files, key=lambda path: path.stat().st_size)
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.write_bytes(data)

    def the_backup_is_of_another_server(self):
        self.good("systemctl stop probityd")
        (self.data / "store").rename(self.data / "store.damaged")
        self.backup.rename(self.directory / "backup.right")
        own = self.data
        self.data, self.port = self.directory / "other", free_port()
        self.configure()
        self.environment["PROBITY_SERVER"] = f"127.0.0.1:{self.port}"
        self.good("systemctl start probityd")
        self.good("probity backup create")
        self.good("systemctl stop probityd")
        self.data = own
        self.configure()

    def the_right_backup_is_named(self):
        self.assertFalse((self.data / "store").exists())
        shutil.rmtree(self.backup)
        (self.directory / "backup.right").rename(self.backup)

    def the_machine_is_lost(self):
        self.good("systemctl stop probityd")
        key = (self.data / "evidence_key.pem").read_bytes()
        shutil.rmtree(self.data)
        self.data.mkdir()
        (self.data / "evidence_key.pem").write_bytes(key)
        (self.data / "evidence_key.pem").chmod(0o600)

    # Following it.

    def follow(self, steps):
        said = ""
        for kind, text in steps:
            if kind == "person":
                self.damage(text)
            elif kind == "sh":
                answer = self.run_block(text)
                said = answer.out + answer.err
                print(f"$ {text}{said}", file=sys.stderr)
                self.assertNotRegex(said, r"command not found|Traceback|[Uu]sage")
            else:
                for line in text.splitlines():
                    self.assertIn(re.sub(r" +", " ", line), re.sub(r" +", " ", said))

    def section(self, heading):
        steps = dict(sections())[heading]
        self.fill()
        if heading != "Back up":
            self.back_up()
        self.follow(steps)
        # The server is whole, answers and decides.
        self.good("probity info")
        self.good("probity lookup GB-COH:00000001")
        self.decide(3)
        self.assertIn("SOUND", self.good("probity check-store"))

    def test_every_section_has_commands(self):
        headings = re.findall(r"^## (.*)$", DOCUMENT.read_text(encoding="utf-8"), re.M)
        self.assertEqual(headings, [heading for heading, _ in sections()])

    def test_the_key_is_in_no_file_of_a_backup(self):
        self.fill()
        self.back_up()
        pem = (self.data / "evidence_key.pem").read_text()
        secret = "".join(pem.splitlines()[1:-1])
        files = [path for path in self.backup.rglob("*") if path.is_file()]
        self.assertGreater(len(files), 8)
        for path in files:
            content = path.read_bytes()
            self.assertNotIn(b"PRIVATE KEY", content, path)
            self.assertNotIn(secret.encode(), content, path)

    def test_exit_codes(self):
        self.assertEqual(self.run_block('probityd check-store --data_dir "$DATA"').code, 3)
        self.assertEqual(self.run_block("probity check-store --quick").code, 0)
        self.assertEqual(self.run_block('probityd restore --data_dir "$DATA"').code, 2)
        self.assertEqual(self.run_block('probityd restore --nothing').code, 2)
        self.good("systemctl stop probityd")
        self.assertEqual(self.run_block('probityd check-store --data_dir "$DATA" --quick').code, 0)
        self.assertEqual(self.run_block('probityd check-store --data_dir /nowhere').code, 3)
        new = self.run_block('probityd check-store --data_dir "$DATA/new" --quick --allow_new')
        self.assertEqual((new.code, new.out[:5]), (0, "NEW  "))
        self.assertEqual(self.run_block('probityd check-store --data_dir "$DATA/new"').code, 3)
        known = self.run_block('probityd check-store --data_dir "$DATA" --quick --allow_new')
        self.assertEqual((known.code, known.out[:6]), (0, "SOUND\n"))
        # A store without its log is no new one.
        lost = self.run_block('probityd check-store --data_dir "$DATA" --quick --allow_new'
                              ' --evidence_dir "$DATA/new"')
        self.assertEqual(lost.code, 3, lost)
        (self.data / "store/CURRENT").unlink()
        damaged = self.run_block('probityd check-store --data_dir "$DATA" --quick --allow_new')
        self.assertEqual(damaged.code, 1, damaged)
        self.assertIn("The store is damaged", damaged.out)


def add_sections():
    for heading, _ in sections():
        def test(self, heading=heading):
            self.section(heading)
        setattr(OperationsTest, "test_section_" + re.sub(r"\W+", "_", heading.lower()), test)
    for harm in OperationsTest.harms[1:]:
        def test_harm(self, harm=harm):
            self.harm = harm
            self.section("The store is damaged")
        setattr(OperationsTest, "test_store_" + harm.replace(" ", "_"), test_harm)


add_sections()


if __name__ == "__main__":
    harness.main()
