"""The plugin over mTLS, at a server with a small register and a policy without freezes."""
import sys
import unittest

from lino_site import ROOT, SiteTest

sys.path[:0] = [str(ROOT / "clients/testing"), str(ROOT / "clients/python/tests")]

from world import World  # noqa: E402

GOOD = ("Tidewater Stationery Ltd", "04830352", "GB")
BARRED = ("Brackish Kilns Ltd", "01234567", "GB")


class CertificatesTest(SiteTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.probity = World("mtls")
        cls.addClassCleanup(cls.probity.close)
        cls.tls = cls.probity.folder / "tls"

    def connect(self, who, **settings):
        self.configure(server=self.probity.address, authority_country="GB",
                       **{name: str(path) for name, path in self.probity.arguments(who).items()},
                       **settings)

    def test_a_screener_is_enough(self):
        self.connect("poor")  # ROLE_SCREENER, and a small budget, which is waited for.
        self.assert_goes_on(self.invoice(*GOOD), "clear")
        # Whether what stands against it is a freeze, a policy that has none cannot tell.
        message, kept = self.assert_stays(self.invoice(*BARRED), "held")
        self.assertIn("M-BAR: Barred (Invented Act s. 1)", message)
        self.assertIn(BARRED[0], kept.document)
        self.assertEqual(kept.decision_uri, "")

    def test_a_caller_without_the_right_is_not_a_server_that_is_away(self):
        self.connect("reader", fail_mode="open")
        message, _ = self.assert_stays(self.invoice(*GOOD), "failed")
        self.assertIn("may not do this", message)

    def test_another_authority_or_pair_stops(self):
        self.connect("erp")
        self.configure(ca=str(self.tls / "erp.pem"), timeout=2.0)
        self.assert_stays(self.invoice(*GOOD), "failed")
        self.configure(ca=str(self.tls / "ca.pem"),
                       key=str(self.tls / "reader.key"))
        message, _ = self.assert_stays(self.invoice(*GOOD), "failed")
        self.assertIn("is not the key of", message)

    def test_a_server_that_hangs_is_waited_for_no_longer_than_is_said(self):
        self.connect("erp", timeout=1.0)
        invoice = self.invoice(*GOOD)
        self.probity.pause()
        self.addCleanup(self.probity.go_on)
        self.assert_stays(invoice, "failed")


if __name__ == "__main__":
    unittest.main()
