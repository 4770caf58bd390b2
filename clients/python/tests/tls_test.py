"""Certificates: of servers that are not to be trusted, and own ones that are renewed."""
import asyncio
import datetime
import ipaddress
import pathlib
import shutil
import tempfile
import unittest
from concurrent import futures
from unittest import mock

import grpc
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from probity_client import AsyncClient, Client, errors, v1

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

    def renew(self, directory, pair):
        for name, data in zip(("key", "cert"), pair):
            (directory / name).write_bytes(data)

    def serve_to_certified(self):
        """A server that tells each caller the serial number of his certificate."""
        def tell(request, context):
            chain = x509.load_pem_x509_certificate(context.auth_context()["x509_pem_cert"][0])
            return v1.GetServerInfoResponse(version=str(chain.serial_number))
        handler = grpc.method_handlers_generic_handler("probity.v1.ServerService", {
            "GetServerInfo": grpc.unary_unary_rpc_method_handler(
                tell, response_serializer=v1.GetServerInfoResponse.SerializeToString)})
        server = grpc.server(futures.ThreadPoolExecutor(2), handlers=[handler])
        port = server.add_secure_port("127.0.0.1:0", grpc.ssl_server_credentials(
            [self.authority.server(NOW - DAY, NOW + DAY)], pem(self.authority.certificate), True))
        server.start()
        self.addCleanup(lambda: server.stop(None).wait())
        return f"127.0.0.1:{port}"

    def renewals(self):
        """Arguments of a client, and what to do before each call; a broken pair in between."""
        directory = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, directory)
        pairs = [self.authority.server(NOW - DAY, NOW + DAY) for _ in range(2)]
        serials = [str(x509.load_pem_x509_certificate(cert).serial_number) for _, cert in pairs]
        self.renew(directory, pairs[0])
        steps = (lambda: None, lambda: self.renew(directory, (pairs[1][0], pairs[0][1])),
                 lambda: self.renew(directory, pairs[1]))
        expected = [serials[0], serials[0], serials[1]]
        arguments = {"ca": pem(self.authority.certificate), "cert": str(directory / "cert"),
                     "key": directory / "key"}
        return arguments, steps, expected

    @mock.patch("probity_client._calls.LOOK_EVERY", 0)
    def test_files_that_are_renewed_are_used_when_they_go_together(self):
        arguments, steps, expected = self.renewals()
        seen = []
        with Client(self.serve_to_certified(), **arguments) as client:
            for step in steps:
                step()
                seen.append(client.server.get_server_info(v1.GetServerInfoRequest()).version)
        self.assertEqual(seen, expected)

    @mock.patch("probity_client._async_calls.LOOK_EVERY", 0)
    def test_and_with_asyncio(self):
        arguments, steps, expected = self.renewals()

        async def ask():
            seen = []
            async with AsyncClient(self.serve_to_certified(), **arguments) as client:
                for step in steps:
                    step()
                    info = await client.server.get_server_info(v1.GetServerInfoRequest())
                    seen.append(info.version)
            return seen
        self.assertEqual(asyncio.run(ask()), expected)

    def test_one_of_another_authority(self):
        error = self.said(self.authority.server(NOW - DAY, NOW + DAY), Authority("Other CA"))
        self.assert_refused(error, "does not lead to the authority in `ca`")


if __name__ == "__main__":
    unittest.main()
