"""From an empty cluster to the first check."""
import unittest

import release
from node import timing
from processes import run


class InstallTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.release = release.release()

    def test_the_guide_ends_with_the_expected_verdict(self):
        output = self.release.output
        self.assertRegex(output, r"NAME: probity\n")
        self.assertIn("STATUS: deployed", output)
        self.assertEqual(output.strip().splitlines()[-3:], self.release.check().strip().splitlines()[-3:])
        self.assertRegex(output, r"\nVALID\n")
        print(output)
        # helm test: cases, health, verdicts.
        self.assertEqual(output.count("Phase:          Succeeded"), 3, output)

    def test_the_pod_was_ready_soon(self):
        pod = self.release.wait_ready()
        seconds = release.seconds_to_ready(pod)
        timing("pod ready, from its start on the node", seconds)
        self.assertLess(seconds, 60)

    def test_the_namespace_takes_nothing_with_more_rights(self):
        pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "greedy"},
               "spec": {"containers": [{"name": "greedy", "image": "localhost/probity:0.1.0",
                                        "securityContext": {"privileged": True}}]}}
        with self.assertRaisesRegex(AssertionError, 'violates PodSecurity "restricted'):
            self.release.cluster.apply(pod, namespace=release.NAMESPACE)

    def test_who_has_no_certificate_gets_no_answer(self):
        with self.assertRaisesRegex(AssertionError, "Nothing answers"):
            run(self.release.desk.directory / "bin/probity", "--server", release.SERVER, "info",
                        env={**self.release.cluster.environment()})


if __name__ == "__main__":
    unittest.main()
