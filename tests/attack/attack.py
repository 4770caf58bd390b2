"""What the attacks share: a server whose log is kept whole, and what must hold of it after each of
them: it is the same process, it answers, and no sanitizer found anything."""
import json
import os
import pathlib
import re
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/integration"))
import frames  # noqa: E402
import harness  # noqa: E402

LONG = bool(os.environ.get("PROBITY_LONG"))
FAULTS = re.compile(r"AddressSanitizer|LeakSanitizer|ThreadSanitizer|runtime error|terminate called")
LOOKUP = b"/probity.v1.SupplierService/LookupSuppliers"


def field(number, payload):
    """A length-delimited field of a protobuf message."""
    return varint((number << 3) | 2) + varint(len(payload)) + payload


def varint(value):
    out = bytearray()
    while value >= 128:
        out.append(value % 128 + 128)
        value //= 128
    return bytes(out + bytes([value]))


def lookup_body(value=b"00000001", scheme=b"GB-COH"):
    """LookupSuppliersRequest {identifiers {scheme, value}}."""
    return field(1, field(1, scheme) + field(2, value))


def methods():
    """Path of every RPC, as the protos have them."""
    paths = []
    for proto in sorted((ROOT / "proto/probity/v1").glob("*_service.proto")):
        service = None
        for line in proto.read_text(encoding="utf-8").splitlines():
            found = re.match(r"service (\w+) \{|  rpc (\w+)\(", line)
            if found and found.group(1):
                service = found.group(1)
            elif found:
                paths.append(f"/probity.v1.{service}/{found.group(2)}".encode())
    return paths


class LoggingServer(harness.Server):
    """Its standard output goes to a file, so that it never waits for its reader."""

    def __init__(self, data_dir, options=(), level="info"):
        self.data_dir = pathlib.Path(data_dir)
        self.said_path = self.data_dir.parent / (self.data_dir.name + ".said")
        self.log_path = self.data_dir.parent / (self.data_dir.name + ".log")
        self._log, out = open(self.log_path, "ab"), open(self.said_path, "wb")
        self._process = subprocess.Popen(
            [harness.PROBITYD, "--data_dir", self.data_dir, "--listen", "127.0.0.1:0",
             "--log_level", level, *options], stdout=out, stderr=self._log)
        out.close()
        end = time.monotonic() + harness.PATIENCE
        while not (found := re.search(r"listens on (\S+)$", self.text(), re.M)):
            if not self.is_running() or time.monotonic() > end:
                raise RuntimeError(self.text() + self.log_path.read_text())
            time.sleep(0.02)
        self.address = found.group(1)

    def text(self):
        return self.said_path.read_text(encoding="utf-8", errors="surrogateescape")

    def lines(self):
        """The lines of its log; each must be an object of JSON."""
        return [json.loads(line) for line in self.text().splitlines()
                if not line.startswith("probityd listens on ")]

    def _close(self):
        self._log.close()


class AttackTest(harness.ServerTest):
    level = "warning"

    def start(self, port=0, options=None):
        self.server = LoggingServer(self.directory / "data",
                                    self.server_options if options is None else options,
                                    self.level)

    def setUp(self):
        super().setUp()
        self.pid = self.server.pid

    def connect(self, **options):
        connection = frames.Connection(self.server.port, **options)
        self.addCleanup(connection.close)
        return connection

    def assert_answers(self):
        """A stranger's call is answered, on a connection of its own."""
        with frames.Connection(self.server.port) as connection:
            self.assertEqual(connection.ask(LOOKUP, lookup_body()), frames.OK)

    def assert_unharmed(self):
        self.assertTrue(self.server.is_running(), self.server.log_path.read_text()[-4000:])
        self.assertEqual(self.server.pid, self.pid)
        self.assert_answers()
        self.assert_clean()

    def assert_clean(self):
        found = FAULTS.search(self.server.log_path.read_text(errors="replace"))
        self.assertIsNone(found, found and self.server.log_path.read_text()[-8000:])

    def end_well(self):
        """Stops it; leaks are looked for then."""
        self.assertEqual(self.server.stop(), 0)
        self.assert_clean()


def main():
    harness.main()
