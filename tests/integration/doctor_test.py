"""`probityd doctor` on a machine and `probity doctor` on a server. How long anything takes is
never asserted: only that it was measured, and what follows from what can be known."""
import json
import os
import resource
import subprocess

import harness

TIMED = ("sync of data_dir", "sync of evidence_dir", "lookups", "name searches")


class DoctorTest(harness.ServerTest):
    def machine(self, *options, files=65536):
        def limit():
            most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
            resource.setrlimit(resource.RLIMIT_NOFILE, (min(files, most), most))
        done = subprocess.run([harness.PROBITYD, "doctor", "--data_dir", self.directory / "data",
                               *map(str, options)], capture_output=True, text=True,
                              timeout=10 * harness.PATIENCE, check=False, preexec_fn=limit)
        return harness.Answer(done.returncode, done.stdout, done.stderr)

    def by_check(self, answer):
        told = json.loads(answer.out)
        findings = {row["check"]: row for row in told["findings"]}
        unfit = [check for check, row in findings.items() if row["fitness"] == "NOT FIT"]
        self.assertEqual(told["fit"], not unfit)
        self.assertEqual(answer.code, 1 if unfit else 0, answer)
        for check, row in findings.items():
            if row["fitness"] != "FIT":
                self.assertTrue(row["advice"], check)
        return findings

    def test_a_machine_is_measured_and_the_store_compared(self):
        running = self.by_check(self.machine("--json"))
        self.assertEqual(running["clock against the store"]["fitness"], "NOT CHECKED")
        self.assertIn("STORE", running["clock against the store"]["seen"].upper())
        self.server.stop()
        before = sorted(path for path in (self.directory / "data").rglob("*"))
        stopped = self.by_check(self.machine("--json"))
        self.assertEqual(sorted((self.directory / "data").rglob("*")), before)
        self.assertEqual(stopped["clock against the store"]["fitness"], "FIT")
        for check in TIMED[:2]:
            self.assertRegex(stopped[check]["seen"], r"^p50 [\d.]+ ms, p99 [\d.]+ ms, .* of 200$")
        self.assertIn("free space of data_dir", stopped)

    def test_text_ends_with_the_judgement(self):
        self.server.stop()
        answer = self.machine()
        self.assertIn(answer.out.splitlines()[-1], ("fit", "fit, with doubts", "not fit"))

    def test_too_few_open_files_and_too_little_space_are_not_fit(self):
        self.server.stop()
        config = self.file("probityd.textproto", "disk_reserve_mib: 4294967295\n")
        findings = self.by_check(self.machine("--json", "--config", config, files=200))
        self.assertEqual(findings["open files"]["fitness"], "NOT FIT")
        self.assertIn("LimitNOFILE", findings["open files"]["advice"])
        self.assertEqual(findings["free space of data_dir"]["fitness"], "NOT FIT")

    def test_memory_is_no_volume(self):
        self.server.stop()
        if not os.path.ismount("/dev/shm"):
            self.skipTest("SKIPPED: no /dev/shm here")
        findings = self.by_check(self.machine("--json", "--evidence_dir", "/dev/shm/probity"))
        self.assertEqual(findings["volume of evidence_dir"]["fitness"], "NOT FIT")
        self.assertIn("memory", findings["volume of evidence_dir"]["advice"])

    def test_certificates_are_read(self):
        self.server.stop()
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ed25519", "-nodes", "-subj",
                        "/CN=tsa", "-days", "3", "-keyout", self.directory / "key.pem", "-out",
                        self.directory / "ca.pem"], check=True, capture_output=True)
        config = self.file("probityd.textproto", 'timestamp_authority { url: "https://tsa.example" '
                           f'ca_file: "{self.directory / "ca.pem"}" }}\n')
        findings = self.by_check(self.machine("--json", "--config", config))
        self.assertEqual(findings["certificates of timestamp_authority.ca_file"]["fitness"],
                         "DOUBTFUL")

    def test_a_server_is_asked(self):
        self.dataset("d")
        self.assertEqual(self.load(self.file("r.csv", harness.suppliers(30))).code, 0)
        harness.until(lambda: self.probity("search", "Firm 1").code in (0, 4), "names are there")
        findings = self.by_check(self.probity("--json", "doctor"))
        for check in ("health", "store", "name index", "evidence log", "clock difference"):
            self.assertEqual(findings[check]["fitness"], "FIT", findings[check])
        for check in TIMED[2:]:
            self.assertRegex(findings[check]["seen"], r"^p50 [\d.]+ ms, p99 [\d.]+ ms of \d+$")

    def test_an_empty_store_is_doubtful(self):
        findings = self.by_check(self.probity("--json", "doctor"))
        self.assertEqual(findings["store"]["fitness"], "DOUBTFUL")
        self.assertIn("nothing is clear", findings["store"]["advice"])

    def test_a_server_that_is_gone_is_no_finding_but_an_error(self):
        self.server.stop()
        answer = self.probity("doctor")
        self.assertEqual(answer.code, 3, answer)


if __name__ == "__main__":
    harness.main()
