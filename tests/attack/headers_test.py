"""Paths and headers that no library would send. Each is refused or cut off, none leads to an RPC
by another name, and the server goes on."""
import attack
import frames

PATHS = (
    b"", b"/", b"//", b"*", b"probity.v1.SupplierService/LookupSuppliers",
    b"//probity.v1.SupplierService/LookupSuppliers",
    b"/probity.v1.SupplierService/LookupSuppliers/",
    b"/probity.v1.SupplierService//LookupSuppliers",
    b"/probity.v1.SupplierService/../SupplierService/LookupSuppliers",
    b"/probity.v1.RiskService/../probity.v1.SupplierService/LookupSuppliers",
    b"/probity.v1.SupplierService/LookupSuppliers?a=b",
    b"/probity.v1.SupplierService/LookupSuppliers#a",
    b"/probity.v1.SupplierService/LookupSuppliers\x00",
    b"/probity.v1.SupplierService/LookupSuppliers\r\nx: y",
    b"/probity.v1.SupplierService/LookupSuppliers ",
    b"/probity.v1.SupplierService/lookupsuppliers",
    b"/PROBITY.V1.SUPPLIERSERVICE/LOOKUPSUPPLIERS",
    b"/probity.v1.SupplierService/%4cookupSuppliers",
    b"/probity.v1.SupplierService/\xff\xfe", b"/../../../../etc/passwd",
    b"http://localhost/probity.v1.SupplierService/LookupSuppliers",
    b"/probity.v1.SupplierService/" + b"A" * 6000,
)


class PathTest(attack.AttackTest):
    def test_only_the_exact_path_leads_to_a_method(self):
        self.assertEqual(self.connect().ask(attack.LOOKUP, attack.lookup_body()), frames.OK)
        for path in PATHS:
            with self.subTest(path[:80]), frames.Connection(self.server.port) as connection:
                try:
                    self.assertNotEqual(connection.ask(path, attack.lookup_body()), frames.OK)
                except frames.Closed:
                    pass
        self.assert_unharmed()
        self.end_well()


class HeaderTest(attack.AttackTest):
    def thrown(self, raw):
        """What came of a session behind its opening: a status, or "closed"."""
        with frames.Connection(self.server.port) as connection:
            try:
                connection.send(raw)
                connection.socket.settimeout(2)
                return connection.status()
            except frames.Closed:
                return "closed"

    def call_with(self, headers):
        return frames.frame(frames.HEADERS, frames.END_HEADERS, 1, headers) + \
            frames.data_frames(1, frames.message(attack.lookup_body()))

    def test_broken_sets_of_headers(self):
        good = frames.block(attack.LOOKUP)
        literal = frames.literal
        for name, headers in {
                "no headers at all": b"",
                "no path": good.replace(literal(b":path", attack.LOOKUP), b""),
                "no method": good.replace(literal(b":method", b"POST"), b""),
                "GET": frames.block(attack.LOOKUP, method=b"GET"),
                "CONNECT": frames.block(attack.LOOKUP, method=b"CONNECT"),
                "unknown pseudo header": good + literal(b":admin", b"1"),
                "upper case": good + literal(b"X-Admin", b"1"),
                "name with a newline": good + literal(b"a\nb", b"1"),
                "empty name": good + literal(b"", b"1"),
                "connection": good + literal(b"connection", b"close"),
                "index out of the table": good + b"\xff\xff\xff\x7f",
                "cut off": good[:-5],
                "Huffman nonsense": good + b"\x00\x81\xff\x81\xff",
                "table of 4 GiB": b"\x3f\xe1\xff\xff\xff\x0f" + good,
                "wrong timeout": good + literal(b"grpc-timeout", b"99999999999999999H"),
                "negative timeout": good + literal(b"grpc-timeout", b"-1S"),
                "binary that is no base64": good + literal(b"x-bin", b"!!!"),
        }.items():
            with self.subTest(name):
                self.thrown(self.call_with(headers))
                self.assert_unharmed()

    def test_huge_metadata_is_refused(self):
        before = self.server.resident_mib()
        for more in ([(b"x", b"a" * 15000)] * 4, [(b"x%d" % i, b"a") for i in range(20000)]):
            with frames.Connection(self.server.port) as connection:
                # Whoever answers SETTINGS is held to the limit in them.
                self.assertEqual(connection.ask(attack.LOOKUP, attack.lookup_body()), frames.OK)
                connection.socket.settimeout(10)
                try:
                    connection.send(self.huge_call(more, stream=3))
                    self.assertEqual(connection.status(3), frames.RESOURCE_EXHAUSTED)
                except frames.Closed:
                    pass
        self.assertLess(self.server.resident_mib() - before, 256)
        self.assert_unharmed()

    def test_huge_metadata_of_who_knows_no_limit_yet(self):
        """Until SETTINGS are answered gRPC itself has another limit, of 16 MiB."""
        before = self.server.resident_mib()
        for more in ([(b"x", b"a" * 15000)] * 4, [(b"x", b"a" * 15000)] * 2000):
            self.assertNotEqual(self.thrown(self.huge_call(more)), frames.OK)
        self.assertLess(self.server.resident_mib() - before, 256)
        self.assert_unharmed()

    def huge_call(self, more, stream=1):
        headers = frames.block(attack.LOOKUP, more)
        pieces = [headers[at:at + 16000] for at in range(0, len(headers), 16000)]
        return frames.frame(frames.HEADERS, 0, stream, pieces[0]) + b"".join(
            frames.frame(frames.CONTINUATION, frames.END_HEADERS if piece is pieces[-1] else 0,
                         stream, piece) for piece in pieces[1:]) + \
            frames.data_frames(stream, frames.message(attack.lookup_body()))

    def test_headers_that_never_end_are_cut_off(self):
        before = self.server.resident_mib()
        with frames.Connection(self.server.port) as connection:
            connection.socket.settimeout(5)
            piece = frames.literal(b"x", b"a" * 16000)
            try:
                connection.send(frames.frame(frames.HEADERS, 0, 1, frames.block(attack.LOOKUP)))
                for _ in range(2000):  # 32 MB
                    connection.send(frames.frame(frames.CONTINUATION, 0, 1, piece))
            except frames.Closed:
                pass
            self.assertLess(self.server.resident_mib() - before, 256)
        self.assert_unharmed()
        self.end_well()

    def test_floods_of_small_frames(self):
        for name, one in {
                "ping": frames.frame(frames.PING, 0, 0, bytes(8)),
                "settings": frames.frame(frames.SETTINGS, 0, 0),
                "window": frames.frame(frames.WINDOW_UPDATE, 0, 0, b"\x00\x00\x00\x01"),
                "empty data": frames.frame(frames.DATA, 0, 1),
                "unknown": frames.frame(99, 0, 0, b"x"),
        }.items():
            with self.subTest(name), frames.Connection(self.server.port) as connection:
                connection.socket.settimeout(5)
                try:
                    for _ in range(20):
                        connection.send(one * 1000)
                except frames.Closed:
                    pass
                self.assert_answers()
        self.assert_unharmed()

    def test_rapid_resets_keep_nobody_out(self):
        """Calls that are taken back at once: each is cheap to send."""
        with frames.Connection(self.server.port) as connection:
            connection.socket.settimeout(5)
            for stream in range(1, 40001, 2):
                try:
                    connection.send(frames.call(attack.LOOKUP, attack.lookup_body(), stream) +
                                    frames.frame(frames.RST_STREAM, 0, stream, b"\0\0\0\x08"))
                except frames.Closed:
                    break
            self.assert_answers()
        self.assert_unharmed()
        self.end_well()


class SecondPathTest(attack.AttackTest):
    level = "info"

    def test_of_two_paths_one_is_called_permitted_and_logged(self):
        """gRPC takes the last one, for all that follows: the method that runs is the one that was
        looked at. A proxy that permits by paths must refuse such headers itself."""
        other = b"/probity.v1.DatasetService/CommitLoad"
        for first, second in ((attack.LOOKUP, other), (other, attack.LOOKUP)):
            headers = frames.block(first) + frames.literal(b":path", second)
            with frames.Connection(self.server.port) as connection:
                connection.send(frames.frame(frames.HEADERS, frames.END_HEADERS, 1, headers) +
                                frames.data_frames(1, frames.message(attack.lookup_body())))
                status = connection.status()
            called = self.server.lines()[-1]["method"]
            # A lookup's request names no load.
            self.assertEqual((called, status), {
                attack.LOOKUP: ("SupplierService.LookupSuppliers", frames.OK),
                other: ("DatasetService.CommitLoad", frames.INVALID_ARGUMENT)}[second])
        self.assert_unharmed()


if __name__ == "__main__":
    attack.main()
