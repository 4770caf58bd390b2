"""Servers that cannot start, or whose disk is full or damaged: what they say,
and that they leave what is there alone."""
import os
import re
import struct
import subprocess

import harness


def crc32c(data):
    """CRC-32C, Castagnoli."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def rewrite_log(path, old, new):
    """Replaces bytes inside one record of a RocksDB log file and mends its
    checksum, as a newer release would have written it."""
    log = bytearray(path.read_bytes())
    at = 0
    while at + 7 <= len(log):
        length, kind = struct.unpack_from("<HB", log, at + 4)
        header = 11 if kind > 4 else 7  # recycled files carry their number too
        payload = log[at + header:at + header + length]
        if old in payload:
            payload = payload.replace(old, new)
            crc = crc32c(log[at + 6:at + header][:1] + log[at + 7:at + header] + payload)
            masked = (((crc >> 15) | (crc << 17)) + 0xA282EAD8) & 0xFFFFFFFF
            log[at:at + 4] = struct.pack("<I", masked)
            log[at + header:at + header + length] = payload
            path.write_bytes(log)
            return True
        at += header + length
    return False


class StartTest(harness.ServerTest):
    def refused(self, *options, code=1, data_dir=None):
        """What a server says that does not start."""
        listen = [] if "--listen" in options else ["--listen", "127.0.0.1:0"]
        done = subprocess.run([harness.PROBITYD, "--data_dir", data_dir or self.directory / "other",
                               *listen, *options],
                              capture_output=True, text=True, timeout=harness.PATIENCE,
                              check=False)
        self.assertEqual(done.returncode, code, done)
        # Its log may tell of the name index, which is made beside the start.
        self.assertNotIn("listens on", done.stdout)
        self.assertTrue(done.stderr.startswith("probityd: "), done.stderr)
        return done.stderr

    def tearDown(self):
        """The server that was there first goes on."""
        if self.server.is_running():
            self.good("info")

    def test_a_store_in_use(self):
        said = self.refused(data_dir=self.server.data_dir)
        self.assert_says(said, str(self.server.data_dir), "another")

    def test_a_directory_that_cannot_be_written(self):
        self.assertIn("/dev/null/store", self.refused(data_dir="/dev/null/store"))
        self.assertIn("/proc/store", self.refused(data_dir="/proc/store"))

    @harness.unittest.skipIf(os.geteuid() == 0, "root may write everywhere")
    def test_a_store_without_permission(self):
        self.server.stop()
        self.server.data_dir.chmod(0o500)
        self.addCleanup(self.server.data_dir.chmod, 0o700)
        self.assertIn(str(self.server.data_dir), self.refused(data_dir=self.server.data_dir))

    def test_addresses_that_are_not_this_machines(self):
        for address in ("0.0.0.0:7443", "192.0.2.1:7443", "example.org:7443", "[::]:7443"):
            said = self.refused("--listen", address, code=2)
            self.assert_says(said, "listen", address, "loopback", "set tls")
        self.assertIn("HOST:PORT", self.refused("--listen", "7443", code=2))

    def test_a_port_in_use(self):
        self.assertIn(self.server.address, self.refused("--listen", self.server.address))

    def test_wrong_settings(self):
        config = self.file("p.textproto", "data_dir: 'x'\nlisten_on: 'y'\n")
        said = self.refused("--config", str(config), code=2)
        self.assert_says(said, f"{config}:2:", "listen_on")
        self.assert_says(self.refused("--block_cache_mib", "3", code=2), "block_cache_mib",
                         "8 to 65536")
        self.assert_says(self.refused("--config", str(self.directory / "absent"), code=2),
                         "absent")
        self.assert_says(self.refused("--tables_dir", str(self.directory)), str(self.directory))

    def test_a_store_of_a_newer_format(self):
        self.server.stop()
        data = self.server.data_dir
        format_row = b"\x01F\x04"  # key "F", then the length of its value
        logs = [path for path in data.rglob("*.log")
                if rewrite_log(path, format_row + struct.pack(">I", 1),
                               format_row + struct.pack(">I", 99))]
        self.assertEqual(len(logs), 1, "the store's format was not found in its log")
        before = logs[0].read_bytes()
        said = self.refused(data_dir=data)
        self.assert_says(said, "99", "newer")
        self.assertEqual([b for b in map(lambda p: p.read_bytes(), logs)], [before])
        self.assertIn("99", self.refused(data_dir=data))  # again: nothing was migrated

    def test_help_names_every_setting(self):
        done = subprocess.run([harness.PROBITYD, "--help"], capture_output=True, text=True,
                              check=True)
        self.assert_says(done.stdout, "--data_dir", "--listen", "--config", "--token_file",
                         "Exit", "Examples", "SIGTERM")
        proto = (harness.ROOT / "proto/probity/config/v1/server_config.proto").read_text()
        message = re.search(r"^message ServerConfig \{\n(.*?)^\}", proto, re.M | re.S).group(1)
        settings = re.findall(r"^  (?:repeated |optional )?[\w.]+ (\w+) = \d+;", message, re.M)
        self.assertGreater(len(settings), 30)
        for setting in settings:
            self.assertRegex(done.stdout, rf"\b{setting}\b")
        done = subprocess.run([harness.PROBITYD, "--version"], capture_output=True, text=True,
                              check=True)
        self.assertRegex(done.stdout, r"^probityd \d+\.\d+\.\d+\n$")

    def test_sigterm_stops_it_well(self):
        self.assertEqual(self.server.stop(), 0)


class UnreachableTest(harness.ServerTest):
    def test_the_client_says_what_to_do(self):
        self.server.stop()
        for arguments in (["info"], ["lookup", "GB-COH:1"], ["dataset", "list"]):
            answer = self.probity(*arguments)
            self.assertEqual(answer.code, 3, answer)
            self.assertEqual(answer.out, "")
            self.assert_says(answer.err, f"Nothing answers at {self.server.address}",
                             "probityd --data_dir", "--server")


class FullDiskTest(harness.ServerTest):
    def test_a_load_below_the_reserve_is_refused(self):
        self.dataset()
        self.assertEqual(self.load(self.file("s.csv", harness.suppliers(3))).code, 0)
        before = self.revision()
        self.server.stop()
        config = self.file("p.textproto", "disk_reserve_mib: 4294967295\n")
        self.start(options=("--config", str(config)))
        answer = self.load(self.file("s.csv", harness.suppliers(30)))
        self.assertEqual(answer.code, 3, answer)
        self.assert_says(answer.out + answer.err, "DISK_FULL", str(self.server.data_dir))
        self.assertEqual(self.revision(), before)
        self.assertEqual(self.probity("lookup", "GB-COH:00000002").code, 0)
        self.server.stop()
        self.start()
        self.assertEqual(self.load(self.directory / "s.csv").code, 0)


class DamagedTest(harness.ServerTest):
    def test_a_damaged_sorted_file(self):
        self.dataset()
        answer = self.load(self.file("s.csv", harness.suppliers(40_000)))
        self.assertEqual(answer.code, 0, answer)
        self.server.stop()
        sorted_files = sorted(self.server.data_dir.rglob("*.sst"), key=lambda p: p.stat().st_size)
        self.assertTrue(sorted_files, "the load made no sorted file")
        for path in sorted_files:
            data = bytearray(path.read_bytes())
            for at in range(0, len(data) // 2, 512):
                data[at] ^= 0x5A
            path.write_bytes(data)
        names = [path.name for path in sorted_files]
        try:
            self.start()
        except RuntimeError as error:
            self.assertTrue(any(name in str(error) for name in names), error)
            self.server = None
            return
        answers = [self.probity("lookup", f"GB-COH:{i:08}") for i in range(0, 40_000, 2_000)]
        for answer in answers:  # never an answer from damaged bytes, never "not found"
            self.assertIn(answer.code, (0, 3), answer)
        corrupt = [answer for answer in answers if answer.code == 3]
        self.assertTrue(corrupt, "no lookup met the damage")
        for answer in corrupt:
            self.assertIn("STORE_CORRUPT", answer.err)
            self.assertTrue(any(name in answer.err for name in names), answer)
        self.good("formats")
        self.assertTrue(self.server.is_running())


if __name__ == "__main__":
    harness.main()
