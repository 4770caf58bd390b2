"""What goes into images is whole, belongs to root, and comes out the same each time."""
import os
import pathlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
import unittest
from unittest import mock

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import rootfs  # noqa: E402


@unittest.skipUnless(rootfs.AUTHORITIES.is_dir() and rootfs.ZONES.is_dir(),
                     "no ca-certificates or tzdata here: ./scripts/install.sh rootfs")
class RootfsTest(unittest.TestCase):
    def setUp(self):
        self.directory = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.directory)
        self.installed = self.directory / "installed"
        (self.installed / "usr/bin").mkdir(parents=True)
        (self.installed / "usr/share/probity").mkdir(parents=True)
        shutil.copy(shutil.which("ls"), self.installed / "usr/bin/ls")  # loads libraries, as all do
        (self.installed / "usr/share/probity/table.csv").write_text("a\n")
        self.out = self.directory / "out.tar"

    def run_it(self, *arguments):
        return subprocess.run([sys.executable, rootfs.__file__, *map(str, arguments)], text=True,
                              capture_output=True, check=False)

    def made(self):
        done = self.run_it("--out", self.out, self.installed)
        self.assertEqual(done.returncode, 0, done.stderr)
        with tarfile.open(self.out) as archive:
            return {row.name: row for row in archive}

    def test_runs_where_there_is_nothing_else(self):
        self.made()
        root = self.directory / "root"
        with tarfile.open(self.out) as archive:
            archive.extractall(root)
        if os.getuid() != 0:
            self.skipTest("must be root, to change the root directory")
        done = subprocess.run(["chroot", root, "/usr/bin/ls", "/usr/share/probity"], text=True,
                              capture_output=True, check=False)
        self.assertEqual((done.stdout, done.stderr), ("table.csv\n", ""))

    def test_parents_come_before_what_is_in_them(self):
        seen = set()
        for name in self.made():
            for parent in pathlib.PurePosixPath(name).parents:
                self.assertTrue(str(parent) == "." or str(parent) in seen, name)
            seen.add(name)

    def test_comes_out_the_same_from_other_times_and_owners(self):
        self.made()
        before = self.out.read_bytes()
        table = self.installed / "usr/share/probity/table.csv"
        os.utime(table, (1, 1))
        table.chmod(0o600)
        self.made()
        self.assertEqual(self.out.read_bytes(), before)

    def test_all_belongs_to_root_but_the_data(self):
        rows = self.made()
        own = rows.pop("var/lib/probity")
        self.assertEqual((own.uid, own.gid, own.mode), (rootfs.UID, rootfs.UID, 0o700))
        self.assertEqual({(row.uid, row.gid) for row in rows.values()}, {(0, 0)})

    def test_names_what_is_missing_and_leaves_nothing(self):
        (self.installed / "usr/bin/ls").unlink()
        done = self.run_it("--out", self.out, self.installed)
        self.assertEqual(done.returncode, 1)
        self.assertEqual(done.stderr, f"rootfs.py: no program in {self.installed}: install into it first\n")
        self.assertEqual(list(self.directory.glob("out*")), [])

    def test_a_library_of_no_package_is_refused(self):
        with mock.patch.object(rootfs.sbom, "package_of", return_value=None):
            with self.assertRaisesRegex(rootfs.Fault, "libc.so.6 is in no package"):
                rootfs.make(self.installed)

    def test_a_library_that_is_not_there_is_refused(self):
        answer = subprocess.CompletedProcess([], 0, "\tlibabsent.so.7 => not found\n", "")
        with mock.patch.object(rootfs.sbom.subprocess, "run", return_value=answer):
            with self.assertRaisesRegex(RuntimeError, "lacks libabsent.so.7"):
                rootfs.make(self.installed)

    def test_a_program_of_another_system_is_refused(self):
        told = "\tlibc.so.6 => /lib/libc.so.6 (0x1)\nundefined symbol: newer_call\t(/usr/bin/ls)\n"
        answer = subprocess.CompletedProcess([], 0, told, "")
        with mock.patch.object(rootfs.sbom.subprocess, "run", return_value=answer):
            with self.assertRaisesRegex(rootfs.Fault, "ls wants newer_call, which no library here has"):
                rootfs.make(self.installed)

    def test_wrong_arguments(self):
        self.assertEqual(self.run_it("--out", self.out).returncode, 2)


if __name__ == "__main__":
    unittest.main()
