"""The store is damaged, or all is lost but the backups: they are put back, and the answers are the same."""
import re
import time
import unittest

import yaml

import release
from node import timing
from processes import wait_for

REVISION = r"revision \d+ · digest \w+"
RESTORED = ["--set", "backup.volume.existingClaim=probity-backup"]


class RestoreTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.release = release.release()

    def install(self, *arguments):
        self.release.cluster.helm("install", "probity", release.CHART, "--namespace", release.NAMESPACE, "--values",
                                  self.release.values, *RESTORED, *arguments)

    def answers(self):
        """Without the revision, of which a restore makes another one."""
        desk = self.release.desk

        def search():
            found = desk.probity("search", "Invented Weaving Mills", check=False)
            return found.stdout if found.returncode == 0 else None
        # Names may lag behind a restart.
        texts = [self.release.check(), desk.probity("lookup", release.WEAVER).stdout, wait_for("names", search)]
        for text in texts:
            self.assertRegex(text, REVISION)
        return [re.sub(REVISION, "", text) for text in texts]

    def try_backup(self):
        """helm test puts the backup back beside the server, and reads all of it."""
        self.release.upgrade("--set", "tests.restore=true")
        begun = time.monotonic()
        output = self.release.cluster.helm("test", "probity", "--namespace", release.NAMESPACE, "--filter=name=probity-test-restore",
                                           "--logs").stdout
        timing("helm test of a backup", time.monotonic() - begun)
        self.assertIn("Phase:          Succeeded", output)
        self.assertRegex(output, r"SOUND\n\d+ revisions, [1-9]\d* rows")

    def back_up(self, name):
        begun = time.monotonic()
        self.release.cluster.run_job(release.NAMESPACE, "probity-backup", name)
        timing("backup by a job", time.monotonic() - begun)

    def test_a_damaged_store_is_named_and_put_back_by_the_guide(self):
        self.release.wait_ready()
        before = self.answers()
        self.back_up("before-damage")
        manifests = list((self.release.data / "data/store").glob("MANIFEST-*"))
        self.assertTrue(manifests)
        for path in manifests:
            path.write_bytes(b"torn" * 64)
        self.release.kubectl("delete", "pod", "probity-0")
        said = wait_for("the damage to be named", lambda: re.search("^.*DAMAGED.*$|^.*STORE_CORRUPT.*$", self.release.kubectl(
            "logs", "probity-0", "--container=check-store", check=False).stdout, re.M))
        print(f"SAID {said[0]}")
        blocks = [text for language, text in release.section("Restore") if language == "sh"]
        begun = time.monotonic()
        self.release.desk.shell("\n".join(blocks), seconds=600)
        timing("store damaged, until put back by the guide and ready", time.monotonic() - begun)
        # "Keep the new directory in values.yaml."
        values = yaml.safe_load(self.release.values.read_text())
        self.release.values.write_text(yaml.safe_dump({**values, "persistence": {"directory": "data-2"}}))
        self.assertEqual(self.answers(), before)

    def test_backup_uninstall_install_restore(self):
        self.release.wait_ready()
        before = self.answers()
        self.back_up("now")
        self.try_backup()
        self.release.cluster.helm("uninstall", "probity", "--namespace", release.NAMESPACE, "--wait")
        claims = {row["metadata"]["name"] for row in
                  self.release.cluster.get("pvc", "--namespace", release.NAMESPACE)["items"]}
        self.assertEqual(claims, {"probity-data", "probity-backup"}, "an uninstall leaves the claims")
        self.release.kubectl("delete", "pvc", "probity-data")
        self.release.cluster.volume(release.NAMESPACE, "probity-data", "20Gi")

        begun = time.monotonic()
        self.install("--set", "restore.enabled=true,restore.evidence=true,restore.acceptGap=true")
        selector = ["--selector=app.kubernetes.io/component=restore"]
        wait_for("the restore's job", lambda: self.release.kubectl("get", "job", "--output=name", *selector).stdout)
        self.release.kubectl("wait", "--for=condition=complete", "--timeout=2m", "job", *selector)
        print(self.release.kubectl("logs", *selector).stdout)
        self.release.upgrade("--wait", *RESTORED)
        timing("uninstalled, until restored and ready", time.monotonic() - begun)
        self.assertEqual(self.answers(), before)


if __name__ == "__main__":
    unittest.main()
