"""A real probityd for a whole class of tests, by clients/testing/real_server.py, which says what
it holds."""
import unittest

import real_server

from probity_client import AsyncClient, Client, v1

ROOT = real_server.ROOT
GOOD, BAD = ("GB-COH", "04830352"), ("GB-COH", "01234567")
PURCHASE = v1.PurchaseContext(authority_country="GB", purpose=v1.PURPOSE_QUALIFICATION,
                              no_other_parties=True)


class World(real_server.RealServer):
    def file(self, name, content):
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def keys(self):
        """The log's public key, as its operator publishes it: a file."""
        return self.file("log.pub", self.probity("log", "keys", "--pem")["out"])

    def arguments(self, who="erp"):
        """Of a client."""
        if "token_file" in self.told:
            return {"token_file": self.told["token_file"]}
        tls = self.folder / "tls"
        return {"ca": tls / "ca.pem", "cert": tls / f"{who}.pem", "key": tls / f"{who}.key"}


class WorldTest(unittest.TestCase):
    """Tests that share the server of their class."""
    kind = "mtls"

    @classmethod
    def setUpClass(cls):
        cls.world = World(cls.kind)
        cls.addClassCleanup(cls.world.close)
        cls.client = cls.client_of()
        cls.addClassCleanup(cls.client.close)

    @classmethod
    def client_of(cls, *who, kind=Client, **more):
        return kind(cls.world.address, **{**cls.world.arguments(*who), **more})

    @classmethod
    def async_client(cls):
        return cls.client_of(kind=AsyncClient)

    def screen(self, subject, client=None, **fields):
        return (client or self.client).screening.screen_supplier(
            v1.ScreenSupplierRequest(subject=subject, purchase=PURCHASE, **fields))
