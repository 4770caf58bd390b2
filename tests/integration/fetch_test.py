"""Imports that fetch their file, from a publisher's server on this machine: one that
answers well, one that changed nothing, and all that can go wrong on the way."""
import hashlib
import http.server
import json
import pathlib
import ssl
import subprocess
import threading

import harness


class Publisher:
    """An HTTP server whose answers a test sets, path by path."""

    def __init__(self, tls=None):
        self.answers = {}  # path -> a function of the handler
        self.asked = []  # (path, headers)
        publisher = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                publisher.asked.append((self.path, dict(self.headers)))
                answer = publisher.answers.get(self.path)
                self.close_connection = True
                if answer is None:
                    send(self, 404, b"<html>no such file</html>")
                else:
                    answer(self)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        if tls is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*tls)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.scheme = "http" if tls is None else "https"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def url(self, path="/list.csv", host="127.0.0.1"):
        return f"{self.scheme}://{host}:{self.server.server_port}{path}"

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def send(handler, status, body, headers=()):
    handler.send_response(status)
    for name, value in headers:
        handler.send_header(name, value)
    handler.send_header("Content-Length", str(len(body)))
    handler.send_header("Connection", "close")
    handler.end_headers()
    handler.wfile.write(body)


def serves(body, etag='"v1"'):
    """A file with an ETag: 304 to whoever has it."""
    body = body.encode()

    def answer(handler):
        if handler.headers.get("If-None-Match") == etag:
            send(handler, 304, b"", [("ETag", etag)])
        else:
            send(handler, 200, body, [("ETag", etag)])
    return answer


def after(failures, answer):
    """Fails that often with status 500, then answers."""
    left = [failures]

    def fail_first(handler):
        left[0] -= 1
        if left[0] >= 0:
            send(handler, 500, b"busy")
        else:
            answer(handler)
    return fail_first


def cut(body):
    """Promises more than it sends."""
    def answer(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(body) + 100))
        handler.end_headers()
        handler.wfile.write(body.encode())
    return answer


def redirects(to):
    return lambda handler: send(handler, 302, b"", [("Location", to)])


class FetchingTest(harness.ServerTest):
    """A test with a publisher, and a dataset that is fetched from there."""

    def setUp(self):
        super().setUp()
        self.publisher = self.publish()
        self.dataset()
        self.rows = harness.suppliers(3)

    def publish(self, tls=None):
        publisher = Publisher(tls)
        self.addCleanup(publisher.close)
        return publisher

    def fetch(self, *options, url=None, dataset="d"):
        return self.probity("import", "--dataset", dataset, "--format", "probity-csv", "--url",
                            url or self.publisher.url(), *options)

    def described(self, name="d"):
        """The dataset as the server has it."""
        listed = json.loads(self.good("--json", "dataset", "list"))
        return next(one for one in listed["datasets"] if one["name"] == f"datasets/{name}")

    def last_load(self):
        return json.loads(self.good("--json", "load", "list", "d"))["loads"][0]

    def assert_kept(self, answer, *said):
        """Nothing came of it, and the user is told."""
        self.assertEqual(answer.code, 3, answer)
        self.assert_says(answer.err, "Nothing was published", *said)
        self.assertNotIn("Traceback", answer.err)


class UrlTest(FetchingTest):
    """Imports with --url."""

    def test_fetches_and_remembers_where_from(self):
        self.publisher.answers["/list.csv"] = serves(self.rows)
        answer = self.fetch()
        self.assertEqual(answer.code, 0, answer)
        self.assert_says(answer.out, "COMMITTED", "3 added")
        load = self.last_load()
        self.assertEqual(load["sourceLocation"], self.publisher.url())
        self.assertEqual(load["etag"], '"v1"')
        self.assertEqual(load["files"][0]["fileName"], "list.csv")
        self.assertEqual(load["files"][0]["sha256"],
                         hashlib.sha256(self.rows.encode()).hexdigest())

    def test_a_file_that_did_not_change_is_checked_and_not_sent_again(self):
        self.publisher.answers["/list.csv"] = serves(self.rows)
        self.assertEqual(self.fetch().code, 0)
        before = self.described()
        answer = self.fetch()
        self.assertEqual(answer.code, 0, answer)
        self.assert_says(answer.out, "0 added, 0 changed, 0 removed, 3 unchanged")
        self.assertEqual(self.last_load()["mode"], "LOAD_MODE_UNCHANGED")
        now = self.described()
        self.assertNotEqual(now["current"]["checkedAt"], before["current"]["checkedAt"])
        self.assertEqual(now["current"]["sha256"], before["current"]["sha256"])
        self.assertEqual(now["current"]["retrievedAt"], before["current"]["retrievedAt"])
        # And again: the load of the file is still found behind the one without.
        self.assertEqual(self.fetch().code, 0)
        self.assertEqual(self.publisher.asked[-1][1]["If-None-Match"], '"v1"')
        # A new version comes whole.
        self.publisher.answers["/list.csv"] = serves(harness.suppliers(4), etag='"v2"')
        self.assert_says(self.fetch().out, "1 added, 0 changed, 0 removed, 3 unchanged")

    def test_asks_whether_it_changed_only_of_what_the_dataset_was_made_from(self):
        self.publisher.answers["/list.csv"] = serves(self.rows)
        self.publisher.answers["/other.csv"] = serves(self.rows)
        self.assertEqual(self.fetch().code, 0)
        self.assertEqual(self.fetch(url=self.publisher.url("/other.csv")).code, 0)
        self.assertNotIn("If-None-Match", self.publisher.asked[-1][1])
        # Something else was loaded by hand since.
        self.assertEqual(self.load(self.file("by-hand.csv", harness.suppliers(3, "Else"))).code, 0)
        answer = self.fetch()
        self.assert_says(answer.out, "3 changed")
        self.assertNotIn("If-None-Match", self.publisher.asked[-1][1])

    def test_what_is_looked_at_first_is_fetched_whole(self):
        self.publisher.answers["/list.csv"] = serves(self.rows)
        self.assertEqual(self.fetch().code, 0)
        for option in ("--dry_run", "--preview"):
            answer = self.fetch(option)
            self.assertEqual(answer.code, 0, answer)
            self.assertNotIn("If-None-Match", self.publisher.asked[-1][1])

    def test_an_answer_that_is_no_file(self):
        self.assert_kept(self.fetch(), "404", "has no edition yet")
        self.publisher.answers["/list.csv"] = serves(self.rows)
        self.assertEqual(self.fetch().code, 0)
        del self.publisher.answers["/list.csv"]
        before = self.revision()
        self.assert_kept(self.fetch(), "404", "keeps the edition that it has")
        self.assertEqual(self.revision(), before)

    def test_a_failure_that_passes_is_waited_for(self):
        self.publisher.answers["/list.csv"] = after(2, serves(self.rows))
        self.assertEqual(self.fetch().code, 0)
        self.assertEqual(len(self.publisher.asked), 3)

    def test_a_failure_that_stays(self):
        self.publisher.answers["/list.csv"] = after(99, None)
        self.assert_kept(self.fetch(), "HTTP status 500")
        self.assertEqual(len(self.publisher.asked), 4)

    def test_a_server_that_is_not_there(self):
        url = self.publisher.url()
        self.publisher.close()
        self.assert_kept(self.fetch(url=url), "connect to")

    def test_a_file_that_is_cut_is_never_published(self):
        self.publisher.answers["/list.csv"] = cut(self.rows)
        self.assert_kept(self.fetch(), "/list.csv")

    def test_an_empty_file(self):
        self.publisher.answers["/list.csv"] = serves("")
        self.assert_kept(self.fetch(), "empty")

    def test_a_file_beyond_the_limit(self):
        self.publisher.answers["/list.csv"] = serves(self.rows)
        size = len(self.rows.encode())
        self.assert_kept(self.fetch("--max_bytes", size - 1), "larger than", "--max_bytes")
        self.assertEqual(self.fetch("--max_bytes", size).code, 0)

    def test_redirects_stay_with_hosts_that_are_allowed(self):
        other = self.publish()
        other.answers["/file"] = serves(self.rows)
        self.publisher.answers["/near"] = redirects("/list.csv")
        self.publisher.answers["/list.csv"] = serves(self.rows)
        self.assertEqual(self.fetch(url=self.publisher.url("/near")).code, 0)
        far = other.url("/file", host="localhost")
        self.publisher.answers["/far"] = redirects(far)
        self.assert_kept(self.fetch(url=self.publisher.url("/far")), "localhost", "--allow_host")
        self.assertEqual(other.asked, [])
        answer = self.fetch("--allow_host", "localhost", url=self.publisher.url("/far"))
        self.assertEqual(answer.code, 0, answer)

    def test_redirects_that_never_end(self):
        self.publisher.answers["/list.csv"] = redirects("/list.csv")
        self.assert_kept(self.fetch(), "redirects")
        self.assertEqual(len(self.publisher.asked), 6)

    def test_redirects_to_something_else_than_http(self):
        self.publisher.answers["/list.csv"] = redirects("file:///etc/passwd")
        self.assertIn(self.fetch().code, (2, 3))
        self.assertEqual(self.described().get("recordCount", "0"), "0")

    def test_checksums(self):
        self.publisher.answers["/list.csv"] = serves(self.rows)
        right = hashlib.sha256(self.rows.encode()).hexdigest()
        wrong = hashlib.sha256(b"other").hexdigest()
        stated = self.publisher.url("/SHA256SUMS")
        self.assert_kept(self.fetch("--sha256", wrong), right, wrong)
        self.publisher.answers["/SHA256SUMS"] = serves(f"{wrong}  list.csv\n{right}  other.csv\n")
        self.assert_kept(self.fetch("--sha256_url", stated), right, wrong)
        self.publisher.answers["/SHA256SUMS"] = serves("<html>moved</html>")
        self.assert_kept(self.fetch("--sha256_url", stated), "SHA256SUMS")
        self.publisher.answers["/SHA256SUMS"] = serves(f"{right} *list.csv\n")
        self.assertEqual(self.fetch("--sha256_url", stated, "--sha256", right).code, 0)

    def test_addresses_that_are_not_asked(self):
        for url, said in (("http://lists.example.org/a.csv", "use https"),
                          ("ftp://lists.example.org/a.csv", "no https address"),
                          ("https://user:secret@lists.example.org/a", "password"),
                          ("a.csv", "address")):
            answer = self.fetch(url=url)
            self.assertEqual(answer.code, 2, answer)
            self.assert_says(answer.err, said)
            self.assertNotIn("secret", answer.err)
        answer = self.fetch("list.csv")
        self.assertEqual(answer.code, 2, answer)

    def test_a_list_of_editions_takes_the_day_on_which_its_file_was_changed(self):
        self.dataset("list", "delisted")
        body = self.rows.encode()
        self.publisher.answers["/list.csv"] = lambda handler: send(
            handler, 200, body, [("Last-Modified", "Tue, 03 Nov 2026 10:00:00 GMT")])
        answer = self.fetch(dataset="list")
        self.assertEqual(answer.code, 0, answer)
        self.assertEqual(self.described("list")["current"]["edition"],
                         {"year": 2026, "month": 11, "day": 3})


class SourceTest(FetchingTest):
    """Imports of a dataset that says where its file is."""

    def test_everything_from_the_source(self):
        self.publisher.answers["/list.csv"] = serves(self.rows)
        answer = self.probity("import", "--dataset", "d", "--from_source")
        self.assertEqual(answer.code, 2, answer)
        self.assert_says(answer.err, "dataset update")
        self.good("dataset", "update", "d", "--source", self.publisher.url(), "--source_format",
                  "probity-csv", "--source_schedule", "0 4 * * *")
        answer = self.probity("import", "--dataset", "d", "--from_source")
        self.assertEqual(answer.code, 0, answer)
        self.assert_says(answer.out, "3 added")
        self.assertEqual(self.described()["source"]["schedule"], "0 4 * * *")
        answer = self.probity("import", "--dataset", "d", "--from_source")
        self.assert_says(answer.out, "3 unchanged")
        self.assertEqual(self.last_load()["mode"], "LOAD_MODE_UNCHANGED")

    def test_a_path_a_mapping_and_a_limit(self):
        path = self.file("firms.csv", "no,firm\n1,Invented Mills\n")
        mapping = self.file("firms.textproto", 'record_type: "supplier" key_columns: "no" '
                            'columns { column: "firm" field: "name" }')
        self.good("dataset", "update", "d", "--source", path, "--source_format", "mapped-csv",
                  "--source_mapping", mapping)
        answer = self.probity("import", "--dataset", "d", "--from_source")
        self.assertEqual(answer.code, 0, answer)
        self.assert_says(answer.out, "1 added")
        pathlib.Path(path).unlink()
        self.assert_kept(self.probity("import", "--dataset", "d", "--from_source"), str(path))

    def test_limits_of_the_source(self):
        self.publisher.answers["/list.csv"] = serves(self.rows)
        wrong = hashlib.sha256(b"other").hexdigest()
        self.publisher.answers["/sum"] = serves(wrong)
        self.good("dataset", "update", "d", "--source", self.publisher.url(), "--source_format",
                  "probity-csv", "--source_sha256", self.publisher.url("/sum"))
        self.assert_kept(self.probity("import", "--dataset", "d", "--from_source"), wrong)
        self.good("dataset", "update", "d", "--source_sha256", "", "--source_max_bytes", 10)
        self.assert_kept(self.probity("import", "--dataset", "d", "--from_source"), "10 bytes")


class TlsTest(FetchingTest):
    """By https, with certificates made here."""

    def setUp(self):
        super().setUp()
        self.ca = self.directory / "ca.pem"
        self.openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
                     "/CN=Invented CA", "-keyout", self.directory / "ca.key", "-out", self.ca)
        self.tls = self.publish(self.certified("DNS:localhost,IP:127.0.0.1"))
        self.tls.answers["/list.csv"] = serves(self.rows)

    def openssl(self, *arguments):
        subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)

    def certified(self, names):
        """Certificate and key of a server with these names."""
        key, request, certificate = (self.directory / f"server.{part}" for part in
                                     ("key", "csr", "pem"))
        extensions = self.file("extensions", f"subjectAltName={names}\n")
        self.openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=publisher", "-keyout",
                     key, "-out", request)
        self.openssl("x509", "-req", "-in", request, "-CA", self.ca, "-CAkey",
                     self.directory / "ca.key", "-set_serial", "2", "-days", "2", "-extfile",
                     extensions, "-out", certificate)
        return certificate, key

    def test_an_authority_that_is_trusted(self):
        answer = self.fetch("--ca", self.ca, url=self.tls.url(host="localhost"))
        self.assertEqual(answer.code, 0, answer)

    def test_an_authority_that_is_not_trusted(self):
        self.assert_kept(self.fetch(url=self.tls.url(host="localhost")), "certificate")
        self.assertEqual(self.tls.asked, [])

    def test_a_certificate_of_another_host(self):
        other = self.publish(self.certified("DNS:elsewhere.example"))
        other.answers["/list.csv"] = serves(self.rows)
        self.assert_kept(self.fetch("--ca", self.ca, url=other.url(host="localhost")), "localhost")
        self.assertEqual(other.asked, [])


if __name__ == "__main__":
    harness.main()
