"""The container image as it is delivered: what is in it, and that it serves with no rights at all.
./scripts/image.sh runs this; it sets PROBITY_IMAGES and PROBITY_ROOTFS (what it packed)."""
import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import tarfile
import tempfile
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
IMAGES = pathlib.Path(os.environ["PROBITY_IMAGES"]).resolve()
PACKED = pathlib.Path(os.environ["PROBITY_ROOTFS"])
# Unpacked, and as it goes over the wire.
MOST_BYTES, MOST_PACKED_BYTES = 100e6, 50e6
UID = 65532
PATIENCE = 60  # seconds for what takes a second on an idle machine
# As the chart runs it: no rights, nothing written outside its volumes.
WITHOUT_RIGHTS = ["--read-only", "--cap-drop=all", "--security-opt=no-new-privileges", "--network=host",
                  "--ulimit=nofile=1024:1024", "--ulimit=nproc=4096:4096"]
REGISTER = """record_type,key,name,kind,identifiers
supplier,S-01,Invented Weaving Mills Ltd,company,XI-LEI:9999INVENTED00000198
supplier,S-02,Вымышленная Ткацкая Фабрика,company,
supplier,S-03,架空紡織株式会社,company,
supplier,S-04,بافندگی ساختگی,company,
supplier,S-05,가상직조,company,
"""
# Names of the register in Latin letters, by which they are found where ICU has the data it needs.
IN_LATIN = {"Vymyshlennaya Tkatskaya Fabrika": "Вымышленная Ткацкая Фабрика", "Jia kong fang zhi": "架空紡織株式会社",
            "Bafndgy Sakhtgy": "بافندگی ساختگی", "Gasang Jikjo": "가상직조"}


class Podman:
    """A store of images and containers of its own."""

    def __init__(self):
        self.directory = tempfile.mkdtemp(prefix="probity-image-")
        self.options = ["podman", "--root", f"{self.directory}/root", "--runroot", f"{self.directory}/run",
                        "--tmpdir", f"{self.directory}/tmp", "--storage-driver", "vfs", "--runtime", "runc",
                        "--cgroup-manager", "cgroupfs"]

    def run(self, *arguments, check=True):
        done = subprocess.run([*self.options, *map(str, arguments)], capture_output=True, text=True,
                              check=False, timeout=PATIENCE * 5)
        if check and done.returncode != 0:
            raise AssertionError(f"podman {' '.join(map(str, arguments))}: {done.stderr}{done.stdout}")
        return done

    def load(self, name):
        """Reference of an image in build/image."""
        return self.run("load", "--quiet", "--input", IMAGES / f"{name}.oci.tar").stdout.split()[-1]

    def close(self):
        self.run("rm", "--all", "--force", "--time", "1", check=False)
        shutil.rmtree(self.directory, ignore_errors=True)


def layers(name):
    """(TarInfo, bytes) of all that an image holds."""
    with tempfile.TemporaryDirectory() as directory:
        with tarfile.open(IMAGES / f"{name}.oci.tar") as archive:
            archive.extractall(directory)

        def blob(descriptor):
            return pathlib.Path(directory, "blobs", *descriptor["digest"].split(":"))
        index = json.loads(pathlib.Path(directory, "index.json").read_text())
        manifest = json.loads(blob(index["manifests"][0]).read_text())
        rows = []
        for layer in manifest["layers"]:
            with tarfile.open(blob(layer)) as archive:
                rows += [(row, archive.extractfile(row).read() if row.isfile() else b"") for row in archive]
        return rows


class ContentTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.rows = {"probity": layers("probity"), "probity-gateway": layers("probity-gateway")}

    def test_runs_the_programs_and_nothing_else(self):
        wanted = {"probity": {"usr/bin/probityd", "usr/bin/probity"},
                  "probity-gateway": {"usr/bin/probity-gateway"}}
        for name, rows in self.rows.items():
            with self.subTest(name):
                programs = {row.name for row, _ in rows if row.isfile() and row.mode & 0o111
                            and ".so" not in pathlib.PurePath(row.name).name}
                self.assertEqual(programs, wanted[name])
                words = ("bin/sh", "bin/bash", "busybox", "perl", "python", "apt")
                self.assertEqual([row.name for row, _ in rows if row.name.endswith(words)], [])

    def test_nothing_gives_rights_or_can_be_changed(self):
        for name, rows in self.rows.items():
            for row, _ in rows:
                with self.subTest(name, path=row.name):
                    self.assertEqual(row.mode & 0o6000, 0)
                    if not row.issym() and row.name != "tmp":
                        self.assertEqual(row.mode & 0o022, 0)
                    own = row.name == "var/lib/probity"
                    self.assertEqual((row.uid, row.gid), (UID, UID) if own else (0, 0))

    def test_is_small(self):
        for name, rows in self.rows.items():
            self.assertLess(sum(len(data) for _, data in rows), MOST_BYTES, name)
            self.assertLess((IMAGES / f"{name}.oci.tar").stat().st_size, MOST_PACKED_BYTES, name)

    def test_each_library_is_in_the_list_of_parts(self):
        parts = json.loads((IMAGES / "probity.spdx.json").read_text())
        known = {pathlib.PurePath(row["fileName"]).name: row["checksums"] for row in parts["files"]}
        sums = {one["checksumValue"] for checksums in known.values() for one in checksums}
        for row, data in self.rows["probity"]:
            if row.isfile() and row.mode & 0o111:
                self.assertIn(hashlib.sha256(data).hexdigest(), sums, row.name)

    def test_each_package_brings_its_licence_and_is_known_to_scanners(self):
        files = {row.name: data.decode(errors="replace") for row, data in self.rows["probity"]}
        packages = [name for name in files if name.startswith("var/lib/dpkg/status.d/")
                    and files[name]]
        self.assertGreater(len(packages), 20)
        for package in packages:
            name = pathlib.PurePath(package).name
            with self.subTest(name):
                self.assertIn(f"Package: {name}\n", files[package])
                self.assertIn(f"usr/share/doc/{name}/copyright", files)

    def test_trusts_no_authority_of_the_machine_that_made_it(self):
        files = {row.name: data for row, data in self.rows["probity"]}
        bundle = files["etc/ssl/certs/ca-certificates.crt"].decode()
        shipped = list(pathlib.Path("/usr/share/ca-certificates/mozilla").glob("*.crt"))
        self.assertEqual(bundle.count("BEGIN CERTIFICATE"), len(shipped))

    def test_the_same_programs_give_the_same_digest(self):
        before = {name: (IMAGES / f"{name}.digest").read_text() for name in self.rows}
        with tempfile.TemporaryDirectory() as directory:
            built = pathlib.Path(directory, "tree")
            # Another place and another time.
            shutil.copytree(ROOT, built, ignore=shutil.ignore_patterns("build", "node_modules"))
            environment = {**os.environ, "PROBITY_BUILD": os.environ.get("PROBITY_BUILD", f"{ROOT}/build/release"),
                           "PROBITY_GATEWAY": str(PACKED / "gateway/usr/bin/probity-gateway")}
            done = subprocess.run([built / "scripts/image.sh", "--build"], env=environment, text=True,
                                  capture_output=True, check=False)
            self.assertEqual(done.returncode, 0, done.stderr)
            after = {name: (built / f"build/image/{name}.digest").read_text() for name in self.rows}
        self.assertEqual(before, after)


class RunTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.podman = Podman()
        cls.addClassCleanup(cls.podman.close)
        cls.image = cls.podman.load("probity")
        cls.gateway = cls.podman.load("probity-gateway")

    def setUp(self):
        self.volume = pathlib.Path(tempfile.mkdtemp(prefix="probity-volume-"))
        self.addCleanup(shutil.rmtree, self.volume, ignore_errors=True)
        os.chown(self.volume, UID, UID)

    def start(self, name, *options):
        """Starts a server; returns its address."""
        self.podman.run("run", "--detach", "--name", name, *WITHOUT_RIGHTS, "--volume",
                        f"{self.volume}:/var/lib/probity", self.image, "--data_dir", "/var/lib/probity",
                        "--listen", "127.0.0.1:0", *options)
        self.addCleanup(self.podman.run, "rm", "--force", "--time", "1", name, check=False)
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            log = self.podman.run("logs", name).stdout
            for line in log.splitlines():
                if line.startswith("probityd listens on "):
                    return line.rpartition(" ")[2]
            if self.podman.run("container", "inspect", "--format", "{{.State.Running}}",
                               name).stdout.strip() == "false":
                break
            time.sleep(0.2)
        raise AssertionError(f"no server: {self.podman.run('logs', name)}")

    def client(self, name, address, *arguments, check=True):
        return self.podman.run("exec", name, "/usr/bin/probity", "--server", address, *arguments, check=check)

    def stop(self, name):
        """Exit code, as Kubernetes ends a pod."""
        self.podman.run("stop", "--time", PATIENCE, name)
        return self.podman.run("container", "inspect", "--format", "{{.State.ExitCode}}", name).stdout.strip()

    def test_says_what_it_is(self):
        for image in (self.image, self.gateway):
            config = json.loads(self.podman.run("image", "inspect", image).stdout)[0]["Config"]
            self.assertEqual(config["User"], f"{UID}:{UID}")
            for label in ("title", "description", "licenses", "version", "revision"):
                self.assertTrue(config["Labels"][f"org.opencontainers.image.{label}"], label)

    def test_serves_and_keeps_what_it_was_given_without_rights(self):
        (self.volume / "register.csv").write_text(REGISTER)
        address = self.start("first")
        self.client("first", address, "dataset", "create", "reg", "--title", "Register", "--absence",
                    "retracted", "--invented")
        self.client("first", address, "import", "--dataset", "reg", "--format", "probity-csv",
                    "/var/lib/probity/register.csv")
        found = self.client("first", address, "lookup", "XI-LEI:9999INVENTED00000198").stdout
        self.assertIn("Invented Weaving Mills Ltd", found)
        for latin, name in IN_LATIN.items():
            self.assertIn(name, self.client("first", address, "search", latin).stdout, latin)
        self.assertEqual(self.stop("first"), "0")
        address = self.start("second")
        self.assertEqual(
            self.client("second", address, "lookup", "XI-LEI:9999INVENTED00000198").stdout, found)
        self.assertEqual(self.stop("second"), "0")

    def test_has_tables_policies_and_names_of_its_own(self):
        address = self.start("third")
        nobody = self.client("third", address, "search", "Вымышленная", check=False)
        self.assertIn("No name in the loaded data fits", nobody.stdout + nobody.stderr)
        self.assertIn("always-on", self.client("third", address, "policy", "list").stdout)
        self.stop("third")

    def test_a_volume_that_cannot_be_written_is_named(self):
        os.chown(self.volume, 0, 0)
        done = self.podman.run("run", "--rm", *WITHOUT_RIGHTS, "--volume", f"{self.volume}:/var/lib/probity",
                               self.image, "--data_dir", "/var/lib/probity", check=False)
        self.assertEqual(done.returncode, 1, done)
        self.assertIn("/var/lib/probity", done.stderr)
        self.assertNotIn("terminate", done.stderr)

    def test_no_settings_are_named(self):
        done = self.podman.run("run", "--rm", *WITHOUT_RIGHTS, self.image, check=False)
        self.assertEqual(done.returncode, 2, done)
        self.assertIn("/etc/probity/probityd.textproto", done.stderr)

    def test_the_gateway_starts_and_names_what_it_lacks(self):
        done = self.podman.run("run", "--rm", *WITHOUT_RIGHTS, self.gateway, "--help", check=False)
        self.assertIn("probity-gateway", done.stdout + done.stderr)
        done = self.podman.run("run", "--rm", *WITHOUT_RIGHTS, self.gateway, "--config", "/absent",
                               check=False)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("/absent", done.stderr)


if __name__ == "__main__":
    unittest.main()
