"""All is lost but the backups: they are put back, and the answers are the same."""
import re
import time
import unittest

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
        texts = [self.release.check(), desk.probity("lookup", release.WEAVER).stdout,
                 desk.probity("search", "Invented Weaving Mills").stdout]
        for text in texts:
            self.assertRegex(text, REVISION)
        return [re.sub(REVISION, "", text) for text in texts]

    def job_ends(self, name):
        self.release.kubectl("wait", "--for=condition=complete", "--timeout=2m", "job", *name)

    def test_backup_uninstall_install_restore(self):
        self.release.wait_ready()
        before = self.answers()
        begun = time.monotonic()
        self.release.kubectl("create", "job", "--from=cronjob/probity-backup", "now")
        self.job_ends(["now"])
        timing("backup by a job", time.monotonic() - begun)
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
        self.job_ends(selector)
        print(self.release.kubectl("logs", *selector).stdout)
        self.release.upgrade("--wait", *RESTORED)
        timing("uninstalled, until restored and ready", time.monotonic() - begun)
        self.assertEqual(self.answers(), before)


if __name__ == "__main__":
    unittest.main()
