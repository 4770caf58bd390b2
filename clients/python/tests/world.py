"""A real probityd for a whole class of tests: a register, a firm that is barred and a policy,
over mTLS or with tokens on loopback. Programs come from $PROBITY_BUILD, as in
tests/integration, whose helpers are used."""
import pathlib
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "tests/integration"))

import decisions  # noqa: E402
import harness  # noqa: E402
import identity_test  # noqa: E402

from probity_client import AsyncClient, Client, v1  # noqa: E402

GOOD, BAD = ("GB-COH", "04830352"), ("GB-COH", "01234567")
PURCHASE = v1.PurchaseContext(authority_country="GB", purpose=v1.PURPOSE_QUALIFICATION,
                              no_other_parties=True)
ALL_ROLES = ("ROLE_SCREENER", "ROLE_STEWARD", "ROLE_POLICY_EDITOR", "ROLE_AUDITOR",
             "ROLE_OPERATOR")
SPIFFE = "spiffe://example.org/"


def binding(name, roles, more=""):
    return (f'bindings {{ principals: "{SPIFFE}{name}" {more} '
            + " ".join(f"roles: {role}" for role in roles) + " }\n")


class MtlsWorld(identity_test.TlsTest, decisions.DecisionTest):
    """The caller "erp" may do everything, "reader" reads, "poor" has a small budget."""

    def start(self, port=0, options=None):
        if self.server is not None:  # Again, with the same certificates.
            harness.ServerTest.start(self, port, ("--config", str(self.config)))
            return
        access = self.file("access.textproto",
                           binding("erp", ALL_ROLES, 'datasets: "*"')
                           + binding("reader", ["ROLE_READER"])
                           + binding("poor", ["ROLE_SCREENER"]))
        self.settings = (f'access_file: "{access}"\ncaller_burst_seconds: 1\n'
                         f'caller_quotas {{ principal: "{SPIFFE}poor" units_per_second: 10 }}\n')
        super().start(port, options)
        self.config = self.directory / "p.textproto"
        for name in ("reader", "poor"):
            self.made.issue(name, f"URI:{SPIFFE}{name}", "clientAuth")

    def command(self, *arguments):
        return super().command("--ca", self.made.path("ca.pem"), "--cert",
                               self.made.path("erp.pem"), "--key", self.made.path("erp.key"),
                               *arguments)

    def arguments(self, who="erp"):
        return {"ca": self.made.path("ca.pem"), "cert": self.made.path(f"{who}.pem"),
                "key": self.made.path(f"{who}.key")}


class TokenWorld(decisions.DecisionTest):
    """Whoever has the token may do everything."""
    TOKEN = "token-of-the-purchasing-system"

    def start(self, port=0, options=None):
        tokens = self.file("tokens", f"{self.TOKEN} erp authorities/ministry\n")
        super().start(port, ("--token_file", str(tokens)))
        self.file("erp.token", self.TOKEN + "\n")

    def command(self, *arguments):
        return super().command("--token_file", self.directory / "erp.token", *arguments)

    def arguments(self):
        return {"token_file": self.directory / "erp.token"}


class WorldTest(unittest.TestCase):
    """Tests that share the server of their class."""
    world_class = MtlsWorld

    @classmethod
    def setUpClass(cls):
        cls.world = cls.world_class()
        cls.addClassCleanup(cls.world.doCleanups)
        cls.world.setUp()
        cls.client = cls.client_of()
        cls.addClassCleanup(cls.client.close)

    @classmethod
    def client_of(cls, *who, kind=Client, **more):
        return kind(cls.world.server.address, **{**cls.world.arguments(*who), **more})

    @classmethod
    def async_client(cls):
        return cls.client_of(kind=AsyncClient)

    def screen(self, subject, client=None, **fields):
        return (client or self.client).screening.screen_supplier(
            v1.ScreenSupplierRequest(subject=subject, purchase=PURCHASE, **fields))
