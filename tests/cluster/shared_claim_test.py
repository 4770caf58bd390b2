"""Two servers on one volume: the second says so, the first goes on."""
import unittest

import faults_test
import release


class SharedClaimTest(faults_test.FaultsTest):
    def test_two_releases_on_one_claim(self):
        self.install("second", *faults_test.SMALL, "--set", "persistence.existingClaim=probity-data,tls.secretName=probity-tls,"
                     "evidence.keySecret.name=probity-evidence-key", namespace=release.NAMESPACE)
        self.log("second-0", "check-store", "is open in another process", namespace=release.NAMESPACE)
        self.assertIn("VALID", self.release.check())


if __name__ == "__main__":
    unittest.main()
