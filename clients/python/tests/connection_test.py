"""What a client cannot be made of, and what is said."""
import os
import pathlib
import subprocess
import tempfile
import unittest
from unittest import mock

from probity_client import AsyncClient, Client, ConfigurationError


def make(*arguments):
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)


class ConnectionTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        directory = tempfile.TemporaryDirectory()
        cls.addClassCleanup(directory.cleanup)
        cls.directory = pathlib.Path(directory.name)
        for name in ("ca", "other"):
            make("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                 "-days", 2, "-subj", f"/CN={name}", "-keyout", cls.directory / f"{name}.key",
                 "-out", cls.directory / f"{name}.pem")
        make("ec", "-in", cls.directory / "ca.key", "-aes256", "-passout", "pass:word", "-out",
             cls.directory / "locked.key")

    def path(self, name):
        return str(self.directory / name)

    def refused(self, text, address="probity.example.org:7443", **arguments):
        for kind in (Client, AsyncClient):
            with self.assertRaisesRegex(ConfigurationError, text):
                kind(address, **arguments)

    def test_addresses(self):
        for address in ("", "host", "host:", "host:0", "host:70000", "https://host:1", "a b:1",
                        "host:1/", "::1:7443", None, 7443, "host:١"):
            self.refused("is not HOST:PORT", address)
        for address in ("host:1", "[::1]:7443", "127.0.0.1:65535", "dns:///host:1"):
            Client(address).close()

    def test_files(self):
        pair = {"cert": self.path("ca.pem"), "key": self.path("ca.key")}
        self.refused("`key` is missing", ca=self.path("ca.pem"), cert=self.path("ca.pem"))
        self.refused("`cert` is missing", ca=self.path("ca.pem"), key=self.path("ca.key"))
        self.refused("`ca` is missing", **pair)
        self.refused("ca: .*absent cannot be read: No such file", ca=self.path("absent"))
        self.refused("ca: .*cannot be read", ca=self.path(""))
        self.refused("ca: .*ca.key holds no certificate", ca=self.path("ca.key"))
        self.refused("cert: .*holds no certificate", ca=self.path("ca.pem"),
                     cert=self.path("ca.key"), key=self.path("ca.key"))
        self.refused("key: what was given holds no private key", ca=self.path("ca.pem"),
                     cert=self.path("ca.pem"), key=b"secret")
        self.refused("other.key is not the key of .*ca.pem", ca=self.path("ca.pem"),
                     cert=self.path("ca.pem"), key=self.path("other.key"))
        self.refused("locked.key is encrypted", ca=self.path("ca.pem"), cert=self.path("ca.pem"),
                     key=self.path("locked.key"))
        Client("host:1", ca=self.path("ca.pem"), **pair).close()
        Client("host:1", ca=pathlib.Path(self.path("ca.pem")).read_bytes()).close()

    def test_no_token_leaves_this_machine_in_the_clear(self):
        for address in ("probity.example.org:7443", "192.0.2.1:1", "127.example.org:1",
                        "localhost.example.org:1"):
            self.refused("in the clear", address, token="a.b.c")
            self.refused("in the clear", address, token=lambda: "a.b.c")
        for address in ("localhost:1", "127.0.0.1:1", "127.1.2.3:1", "[::1]:1"):
            Client(address, token="a.b.c").close()
        Client("probity.example.org:1", token="a.b.c", ca=self.path("ca.pem")).close()

    def test_tokens(self):
        for token in ("", "a b", "a\n", "tökén", 7):
            self.refused("the token is empty, or has", "localhost:1", token=token)
        self.refused("not both", "localhost:1", token="a", token_file=self.path("token"))
        self.refused("token_file: .*absent cannot be read", "localhost:1",
                     token_file=self.path("absent"))
        self.refused("cannot be read", "localhost:1", token_file=self.path("ca.pem/x"))

    def test_a_message_has_no_token(self):
        with self.assertRaises(ConfigurationError) as caught:
            Client("localhost:1", token="very secret")
        self.assertNotIn("secret", str(caught.exception))

    def test_from_the_environment(self):
        with mock.patch.dict(os.environ, {}, clear=True):
            with self.assertRaisesRegex(ConfigurationError, "PROBITY_SERVER is not set"):
                Client.from_environment()
        given = {"PROBITY_SERVER": "host:1", "PROBITY_CA": self.path("absent")}
        with mock.patch.dict(os.environ, given, clear=True):
            with self.assertRaisesRegex(ConfigurationError, "ca: .*absent"):
                AsyncClient.from_environment()


if __name__ == "__main__":
    unittest.main()
