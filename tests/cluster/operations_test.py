"""What is done to a server that runs: none of it may cost data, nor more than a bounded pause."""
import threading
import time
import unittest

import yaml

import release
from node import timing
from processes import wait_for

LONGEST_GAP = 10  # seconds without an answer while the one pod is replaced


class Prober:
    """Asks again and again, as a caller without a deadline of its own, and measures how long nobody answered."""

    def __init__(self, ask):
        self._ask = ask
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self.answers = self.failures = 0
        self.longest = 0.0

    def _run(self):
        last = time.monotonic()
        while not self._ends.is_set():
            if self._ask():
                now = time.monotonic()
                self.answers += 1
                self.longest = max(self.longest, now - last)
                last = now
            else:
                self.failures += 1

    def __enter__(self):
        self._thread.start()
        wait_for("the prober's first answer", lambda: self.answers)
        self.longest = 0.0
        return self

    def __exit__(self, *_):
        before = self.answers
        wait_for("an answer behind what was done", lambda: self.answers > before + 1)
        self._ends.set()
        self._thread.join()


class OperationsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.release = release.release()
        cls.desk = cls.release.desk

    def setUp(self):
        self.pod = self.release.wait_ready()
        self.answer = self.release.check()
        self.assertIn("VALID", self.answer)

    def answers_as_before(self):
        self.assertEqual(self.release.check(), self.answer)

    def events(self, reason):
        """The messages of events of that reason."""
        rows = self.release.cluster.get("events", "--namespace", release.NAMESPACE, f"--field-selector=reason={reason}")
        return [row["message"] for row in rows["items"]]

    def prober(self):
        def ask():
            return self.desk.probity("lookup", release.WEAVER, check=False).returncode == 0
        return Prober(ask)


class KilledTest(OperationsTest):
    def test_a_killed_process_is_started_again_with_its_data(self):
        container = self.pod["status"]["containerStatuses"][0]
        begun = time.monotonic()
        self.release.cluster.ctr("tasks", "kill", "--signal", "SIGKILL", container["containerID"].rpartition("/")[2])

        def again():
            status = self.release.pod()["status"]["containerStatuses"][0]
            return status["restartCount"] > container["restartCount"] and status["ready"]
        wait_for("another start of the process", again)
        timing("process killed, until ready", time.monotonic() - begun)
        self.answers_as_before()

    def test_a_deleted_pod_is_replaced_with_its_data(self):
        begun = time.monotonic()
        self.release.kubectl("delete", "pod", "probity-0", "--wait=false")
        self.release.wait_ready(other_than=self.pod["metadata"]["uid"])
        timing("pod deleted, until another is ready", time.monotonic() - begun)
        self.answers_as_before()


class RollbackTest(OperationsTest):
    def test_rollback_of_an_image_that_is_absent_recovers_alone(self):
        self.release.upgrade("--set", "image.tag=absent")

        def told():
            return next((text for text in self.events("Failed") if "localhost/probity:absent" in text), None)
        told = wait_for("an event about the image", told)
        print(f"EVENT {told.splitlines()[0]}")
        begun = time.monotonic()
        self.release.cluster.helm("rollback", "probity", "--namespace", release.NAMESPACE, "--wait", "--timeout=2m")
        timing("helm rollback from an image that is absent", time.monotonic() - begun)
        self.assertTrue(release.is_ready(self.release.pod()))
        self.answers_as_before()


class UpgradeTest(OperationsTest):
    def test_an_upgrade_leaves_a_bounded_gap(self):
        with self.prober() as prober:
            begun = time.monotonic()
            self.release.upgrade("--set", "settings.retained_revisions=50", "--wait", "--timeout=2m")
            timing("helm upgrade --wait", time.monotonic() - begun)
        self.assertNotEqual(self.release.pod()["metadata"]["uid"], self.pod["metadata"]["uid"])
        timing("longest gap in answers of an upgrade", prober.longest,
               f"{prober.answers} answers, {prober.failures} failed calls, aim {LONGEST_GAP} s")
        self.assertLessEqual(prober.longest, LONGEST_GAP)
        self.answers_as_before()


class PackageTest(OperationsTest):
    def test_the_packaged_chart_needs_no_registry(self):
        # Other tests compare the pod with one of the chart's own values.
        self.addCleanup(self.release.upgrade, "--wait")
        self.desk.shell("""helm package helm/probity
            helm upgrade probity probity-*.tgz -n supply --values values.yaml --set image.pullPolicy=Never --wait""")
        self.assertTrue(release.is_ready(self.release.pod()))
        self.answers_as_before()


class RenewalTest(OperationsTest):
    def served(self):
        return self.release.cluster.certificate_of(release.NAMESPACE, "probity", 7443)

    def test_a_renewed_certificate_is_served_without_a_restart(self):
        before = self.served()
        self.desk.shell("""cd tls
            openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=server -keyout server.key -out server.csr
            openssl x509 -req -in server.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 90 -extfile server.ext -out server.crt
            kubectl -n supply create secret generic probity-tls --from-file=tls.crt=server.crt --from-file=tls.key=server.key \
              --from-file=ca.crt --dry-run=client --output=yaml | kubectl -n supply apply --filename=-""")
        renewed = (self.desk.directory / "tls/server.crt").read_text().strip()
        begun = time.monotonic()
        with self.prober() as prober:
            wait_for("the renewed certificate", lambda: self.served().strip() == renewed, seconds=150)
        timing("Secret renewed, until its certificate is served", time.monotonic() - begun, "the kubelet looks every 10 s here")
        self.assertNotEqual(before.strip(), renewed)
        self.assertEqual(prober.failures, 0)
        pod = self.release.pod()
        self.assertEqual(pod["metadata"]["uid"], self.pod["metadata"]["uid"])
        self.assertEqual(pod["status"]["containerStatuses"][0]["restartCount"],
                         self.pod["status"]["containerStatuses"][0]["restartCount"])
        self.answers_as_before()


class PolicyTest(OperationsTest):
    def give(self, version):
        """Upgrades to that version of a policy; waits until its job has made it."""
        values = self.desk.directory / "policy.yaml"
        text = f'id: "national"\nversion: "{version}"\ntitle: "National rules, edition {version}"\nincludes: "always-on"\n'
        values.write_text(yaml.safe_dump({"policies": {"files": [{"name": "national.txtpb", "text": text}],
                                                       "activate": "policies/national"}}))
        begun = time.monotonic()
        self.release.upgrade("--values", values)
        wait_for(f"edition {version}", lambda: f"edition {version}" in self.desk.probity("policy", "list").stdout)
        timing(f"policy text in values changed to edition {version}, until the server lists it", time.monotonic() - begun)

    def test_a_changed_policy_is_taken_up_without_a_restart(self):
        self.give(1)
        self.give(2)
        self.assertEqual(self.release.pod()["metadata"]["uid"], self.pod["metadata"]["uid"])
        self.answers_as_before()


if __name__ == "__main__":
    unittest.main()
