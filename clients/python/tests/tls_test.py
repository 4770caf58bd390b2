"""Servers whose certificate is not to be trusted: what is said, and that nothing is sent."""
import datetime
import ipaddress
import unittest
from concurrent import futures

import grpc
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from probity_client import Client, errors, v1

NOW = datetime.datetime.now(datetime.timezone.utc)
DAY = datetime.timedelta(days=1)


def pem(certificate):
    return certificate.public_bytes(serialization.Encoding.PEM)


class Authority:
    def __init__(self, name):
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
        self.certificate = self.issue(self.key, NOW - 9 * DAY, NOW + 9 * DAY,
                                      x509.BasicConstraints(ca=True, path_length=None), self.name)

    def issue(self, key, begins, ends, extension, name=None):
        subject = name or x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "server")])
        return (x509.CertificateBuilder().subject_name(subject).issuer_name(self.name)
                .public_key(key.public_key()).serial_number(x509.random_serial_number())
                .not_valid_before(begins).not_valid_after(ends)
                .add_extension(extension, critical=False).sign(self.key, hashes.SHA256()))

    def server(self, begins, ends, address="127.0.0.1"):
        """Its key and certificate, PEM."""
        key = ec.generate_private_key(ec.SECP256R1())
        names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))])
        return (key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                                  serialization.NoEncryption()),
                pem(self.issue(key, begins, ends, names)))


class TlsTest(unittest.TestCase):
    def setUp(self):
        self.authority = Authority("Invented CA")

    def said(self, pair, ca=None):
        """What a call to a server with this pair comes to."""
        server = grpc.server(futures.ThreadPoolExecutor(1))
        port = server.add_secure_port("127.0.0.1:0", grpc.ssl_server_credentials([pair]))
        server.start()
        self.addCleanup(lambda: server.stop(None).wait())
        with Client(f"127.0.0.1:{port}", ca=pem((ca or self.authority).certificate),
                    token="a.b.c") as client:
            try:
                client.server.get_server_info(v1.GetServerInfoRequest(), timeout=20)
            except errors.ProbityError as error:
                return error
        return None

    def assert_refused(self, error, text):
        self.assertIsInstance(error, errors.Unavailable)
        self.assertIn(text, error.user_message)
        self.assertIn("Nothing was decided", error.user_message)

    def test_a_good_one_is_called(self):
        error = self.said(self.authority.server(NOW - DAY, NOW + DAY))
        self.assertEqual(error.code, grpc.StatusCode.UNIMPLEMENTED)

    def test_one_that_has_ended(self):
        error = self.said(self.authority.server(NOW - 2 * DAY, NOW - DAY))
        self.assert_refused(error, "certificate has ended, or this machine's clock is ahead")

    def test_one_that_has_not_begun(self):
        error = self.said(self.authority.server(NOW + DAY, NOW + 2 * DAY))
        self.assert_refused(error, "not valid yet, or this machine's clock is behind")

    def test_one_of_another_name(self):
        error = self.said(self.authority.server(NOW - DAY, NOW + DAY, "127.0.0.2"))
        self.assert_refused(error, "another name than this address")

    def test_one_of_another_authority(self):
        error = self.said(self.authority.server(NOW - DAY, NOW + DAY), Authority("Other CA"))
        self.assert_refused(error, "does not lead to the authority in `ca`")


if __name__ == "__main__":
    unittest.main()
