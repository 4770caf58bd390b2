"""Who may call, as users and operators meet it: certificates, signed tokens, and what is
said when they are wrong."""
import base64
import contextlib
import http.server
import json
import os
import subprocess
import threading
import time

import harness


def openssl(*arguments, given=None):
    return subprocess.run(["openssl", *map(str, arguments)], input=given, check=True,
                          capture_output=True).stdout


@contextlib.contextmanager
def proxies():
    """An environment whose proxies nobody answers for."""
    names = ("http_proxy", "https_proxy", "grpc_proxy")
    before = {name: os.environ.get(name) for name in names}
    os.environ.update({name: "http://127.0.0.1:9" for name in names})
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name)
            if value is not None:
                os.environ[name] = value


class Certificates:
    """An authority in a directory, and what it issues."""

    def __init__(self, directory):
        self.directory = directory
        directory.mkdir(exist_ok=True)
        openssl("req", "-x509", *self.new_key("ca"), "-days", "2", "-subj", "/CN=Invented CA",
                "-addext", "keyUsage=critical,keyCertSign,cRLSign", "-out", self.path("ca.pem"))

    def path(self, name):
        return self.directory / name

    def new_key(self, name):
        return ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
                self.path(f"{name}.key"))

    def issue(self, name, names, use):
        openssl("req", *self.new_key(name), "-subj", f"/CN={name}", "-out", self.path("csr"))
        self.path("ext").write_text(f"subjectAltName={names}\nextendedKeyUsage={use}\n")
        openssl("x509", "-req", "-in", self.path("csr"), "-CA", self.path("ca.pem"), "-CAkey",
                self.path("ca.key"), "-CAcreateserial", "-days", "2", "-extfile",
                self.path("ext"), "-out", self.path(f"{name}.pem"))


class TlsTest(harness.ServerTest):
    """A server with TLS; `settings` are those besides its own pair."""

    settings = ""

    def start(self, port=0, options=None):
        self.made = Certificates(self.directory / "tls")
        self.made.issue("server", "DNS:localhost", "serverAuth")
        self.made.issue("erp", "URI:spiffe://example.org/erp", "clientAuth")
        tls = (f'tls {{ cert_file: "{self.made.path("server.pem")}" '
               f'key_file: "{self.made.path("server.key")}" {self.client_settings()} }}')
        config = self.file("p.textproto", f"{tls}\n{self.settings}\n")
        super().start(port, ("--config", str(config)))
        self.server.address = f"localhost:{self.server.port}"

    def client_settings(self):
        return f'client_ca_file: "{self.made.path("ca.pem")}"'

    def tls(self, *arguments, cert="erp.pem", key="erp.key"):
        own = ("--cert", self.made.path(cert), "--key", self.made.path(key)) if cert else ()
        return self.probity("--ca", self.made.path("ca.pem"), *own, *arguments)

    def assert_refused(self, answer, *parts):
        self.assertEqual(answer.code, 3, answer)
        self.assertEqual(answer.out, "")
        self.assert_says(" ".join(answer.err.split()), *parts)


class CertificateTest(TlsTest):
    def test_a_certificate_opens(self):
        answer = self.tls("info")
        self.assertEqual(answer.code, 0, answer)

    def test_who_has_none_is_told_what_to_check(self):
        self.assert_refused(self.tls("info", cert=None), "--cert FILE --key FILE")
        self.assert_refused(self.probity("info"), "If it speaks TLS, give --ca FILE")

    def test_a_certificate_of_another_authority(self):
        rogue = Certificates(self.directory / "rogue")
        rogue.issue("erp", "URI:spiffe://example.org/erp", "clientAuth")
        answer = self.probity("--ca", self.made.path("ca.pem"), "--cert", rogue.path("erp.pem"),
                              "--key", rogue.path("erp.key"), "info")
        self.assert_refused(answer, str(rogue.path("erp.pem")), "was not revoked")
        answer = self.probity("--ca", rogue.path("ca.pem"), "--cert", self.made.path("erp.pem"),
                              "--key", self.made.path("erp.key"), "info")
        self.assert_refused(answer, str(rogue.path("ca.pem")))

    def test_a_server_of_another_name(self):
        self.server.address = f"127.0.0.1:{self.server.port}"
        self.assert_refused(self.tls("info"), "has the name in --server")

    def test_files_that_do_not_go_together(self):
        self.made.issue("other", "DNS:other", "clientAuth")
        self.assert_refused(self.tls("info", key="other.key"), "other.key is not the key of")
        self.assert_refused(self.tls("info", key="absent"), "--key", "absent cannot be read")
        self.assert_refused(self.tls("info", key="."), "--key", "cannot be read")
        self.assert_refused(self.probity("--ca", self.made.directory, "info"), "--ca",
                            "cannot be read")
        self.assert_refused(self.tls("info", cert="erp.key"), "holds no certificate")
        self.assert_refused(self.probity("--cert", self.made.path("erp.pem"), "info"),
                            "belong together")
        self.assert_refused(self.probity("--cert", self.made.path("erp.pem"), "--key",
                                         self.made.path("erp.key"), "info"), "--ca is missing")

    def test_a_token_where_none_is_taken(self):
        self.assert_refused(self.tls("--token", "a.b.c", "info"), "UNAUTHENTICATED",
                            "client certificates and no tokens")


class Keys(http.server.BaseHTTPRequestHandler):
    """What an issuer publishes; None: it has a fault."""
    text = None

    def do_GET(self):
        self.send_response(500 if Keys.text is None else 200)
        self.end_headers()
        self.wfile.write((Keys.text or "").encode())

    def log_message(self, *arguments):
        pass


def text_of(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class SignedTokenTest(TlsTest):
    """Tokens of an issuer whose keys are fetched."""

    def setUp(self):
        issuer = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Keys)
        self.addCleanup(issuer.server_close)
        self.addCleanup(issuer.shutdown)
        threading.Thread(target=issuer.serve_forever, daemon=True).start()
        self.settings = ('jwt_issuers { issuer: "https://login.example.org" audiences: "probity" '
                         f'jwks_url: "http://127.0.0.1:{issuer.server_port}/keys" }}')
        Keys.text = None
        super().setUp()
        self.key = self.directory / "issuer.key"
        openssl("genpkey", "-algorithm", "ed25519", "-out", self.key)
        public = openssl("pkey", "-in", self.key, "-pubout", "-outform", "DER")[-32:]
        self.published = json.dumps({"keys": [{"kty": "OKP", "crv": "Ed25519", "kid": "k",
                                               "x": text_of(public)}]})

    def start(self, port=0, options=None):
        with proxies():  # they are not asked for keys on this machine
            super().start(port, options)

    def client_settings(self):
        return ""

    def token(self, **claims):
        claims = {"iss": "https://login.example.org", "aud": "probity", "sub": "ann",
                  "exp": int(time.time()) + 600, **claims}
        signed = ".".join(text_of(json.dumps(part).encode())
                          for part in ({"alg": "EdDSA", "kid": "k"}, claims))
        text = self.file("signed", signed)
        signature = openssl("pkeyutl", "-sign", "-inkey", self.key, "-rawin", "-in", text)
        return self.file("token", f"{signed}.{text_of(signature)}\n")

    def ask(self, **claims):
        return self.tls("--token_file", self.token(**claims), "info", cert=None)

    def test_tokens_are_taken_once_the_issuer_is_reached(self):
        self.assert_refused(self.ask(), "ISSUER_KEYS_UNAVAILABLE", "https://login.example.org")
        Keys.text = self.published
        end = time.monotonic() + harness.PATIENCE
        while self.ask().code != 0 and time.monotonic() < end:
            time.sleep(0.2)
        self.assertEqual(self.ask().code, 0)
        self.assert_refused(self.ask(aud="payroll"), "UNAUTHENTICATED", "another service")
        self.assert_refused(self.ask(exp=int(time.time()) - 600), "is past")
        self.assert_refused(self.tls("info", cert=None), "UNAUTHENTICATED", "carries no token")
        Keys.text = None  # what is known stays good
        self.assertEqual(self.ask(sub="bea").code, 0)


class ClearTest(harness.ServerTest):
    def refused(self, text, *options):
        config = self.file("p.textproto", text)
        done = subprocess.run([harness.PROBITYD, "--data_dir", self.directory / "other",
                               "--config", config, *options], capture_output=True, text=True,
                              timeout=harness.PATIENCE, check=False)
        self.assertEqual(done.returncode, 2, done)
        self.assertFalse((self.directory / "other").exists())
        return done.stderr

    def test_listening_in_the_clear_takes_two(self):
        listen = "listen: '0.0.0.0:0'\n"
        self.assert_says(self.refused(listen), "set tls", "--insecure", "allow_insecure: true")
        self.assertIn("set tls", self.refused(listen, "--insecure"))
        self.assertIn("set tls", self.refused(listen + "allow_insecure: true\n"))
        self.assertIn("--insecure", self.refused(listen + "insecure: true allow_insecure: true\n"))
        self.assertIn("loopback only", self.refused(
            listen + "allow_insecure: true token_file: 't'\n", "--insecure"))

    def test_no_proxy_stands_between_a_client_and_its_own_machine(self):
        with proxies():
            self.good("info")

    def test_no_token_leaves_this_machine_in_the_clear(self):
        self.server.address, before = "192.0.2.1:7443", self.server.address
        answer = self.probity("--token", "a-token-of-ann-and-bea", "info")
        self.server.address = before
        self.assertEqual(answer.code, 3, answer)
        self.assert_says(answer.err, "in the clear", "--ca")


if __name__ == "__main__":
    harness.main()
