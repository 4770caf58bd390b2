"""Backups as their operator meets them where there is no room for them, and while they
are made: the server goes on."""
import json

import harness


class BackupTest(harness.ServerTest):
    def start(self, port=0, options=None):
        super().start(port, options or ("--backup_dir", str(self.directory / "backup")))

    def backups(self):
        return json.loads(self.good("--json", "backup", "list")).get("backups", [])


@harness.needs_a_small_disk
class FullDiskTest(BackupTest):
    def test_a_backup_that_does_not_fit(self):
        self.dataset()
        self.assertEqual(self.load(self.file("s.csv", harness.suppliers(40_000))).code, 0)
        program = harness.PROBITYD
        disk = harness.SmallDisk(self, self.directory / "backup", "1m")
        refused = self.probity("backup", "create")
        self.assertEqual(refused.code, 3, refused)
        self.assert_says(refused.out, "FAILED", "full")
        self.assertEqual([one["state"] for one in self.backups()], ["BACKUP_STATE_FAILED"])
        self.assertFalse([name for name in disk.files() if name.startswith("backup-")])
        # The store is on another disk, and does not care.
        self.assertEqual(self.load(self.file("s.csv", harness.suppliers(40_001))).code, 0)
        self.assertIn("SOUND", self.good("check-store"))
        self.server.stop()
        harness.PROBITYD = program  # the backup's disk is a large one again
        self.start()
        self.assertIn("DONE", self.good("backup", "create"))
        self.assertIn("SOUND", self.good("backup", "verify", "1"))


class RunningTest(BackupTest):
    def test_what_is_loaded_meanwhile_is_served_and_the_copy_is_whole(self):
        self.dataset()
        self.assertEqual(self.load(self.file("s.csv", harness.suppliers(20_000))).code, 0)
        making = self.begin("backup", "create")
        for count in range(20_001, 20_005):
            self.assertEqual(self.load(self.file("s.csv", harness.suppliers(count))).code, 0)
        made = self.end(making)
        self.assertEqual(made.code, 0, made)
        self.assertIn("SOUND", self.good("backup", "verify", "1"))
        self.good("lookup", "GB-COH:00020003")

    def test_a_server_that_stops_gives_a_backup_up(self):
        self.dataset()
        self.assertEqual(self.load(self.file("s.csv", harness.suppliers(40_000))).code, 0)
        slow = self.file("slow.textproto", "backup_mib_per_second: 1\n")
        self.server.stop()
        self.start(options=("--backup_dir", str(self.directory / "backup"), "--config", str(slow)))
        self.good("backup", "create", "--no_wait")
        self.assertEqual(self.server.stop(), 0)
        self.start()
        self.assertIn("DONE", self.good("backup", "create"))
        self.assertIn("SOUND", self.good("backup", "verify", "1"))

    def test_a_directory_that_is_not_configured(self):
        self.server.stop()
        super(BackupTest, self).start(options=())
        refused = self.probity("backup", "create")
        self.assertEqual(refused.code, 3, refused)
        self.assert_says(refused.err, "BACKUP_NOT_CONFIGURED", "backup_dir")


if __name__ == "__main__":
    harness.main()
