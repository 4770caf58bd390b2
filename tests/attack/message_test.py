"""Messages that are small on the wire and big, deep or long behind it."""
import gzip
import json
import zlib

import attack
import frames

MIB = 1 << 20
STREAMS = (b"/probity.v1.ScreeningService/Stream", b"/probity.v1.PortfolioService/Watch",
           b"/probity.v1.DatasetService/Export")
# The server's limit of a request is 4 MiB; what one message may cost it besides.
MOST_GROWTH_MIB = 256


class BombTest(attack.AttackTest):
    def bombs(self):
        """Requests of 1 GiB that fit into 2 MiB: all of it one unknown field."""
        zeros = zlib.compressobj(9, zlib.DEFLATED, 31)
        head = attack.varint((15 << 3) | 2) + attack.varint(1 << 30)
        packed = zeros.compress(head) + b"".join(zeros.compress(bytes(MIB)) for _ in range(1024))
        return {b"gzip": packed + zeros.flush()}

    def test_a_compressed_message_is_not_unpacked_without_bound(self):
        before = self.server.resident_mib()
        for encoding, packed in self.bombs().items():
            self.assertLess(len(packed), 2 * MIB)
            for path in (attack.LOOKUP, b"/probity.v1.PolicyService/CreatePolicy"):
                with frames.Connection(self.server.port) as connection:
                    connection.send(frames.frame(
                        frames.HEADERS, frames.END_HEADERS, 1,
                        frames.block(path, [(b"grpc-encoding", encoding)])))
                    try:
                        connection.send_body(1, frames.message(packed, compressed=1))
                        self.assertIn(connection.status(),
                                      (frames.UNIMPLEMENTED, frames.RESOURCE_EXHAUSTED))
                    except frames.Closed:
                        pass
        self.assertLess(self.server.resident_mib() - before, MOST_GROWTH_MIB)
        self.assert_unharmed()

    def test_a_small_compressed_message_is_refused_with_its_reason(self):
        with frames.Connection(self.server.port) as connection:
            connection.send(frames.frame(frames.HEADERS, frames.END_HEADERS, 1, frames.block(
                attack.LOOKUP, [(b"grpc-encoding", b"gzip")])))
            connection.send_body(1, frames.message(gzip.compress(attack.lookup_body()), 1))
            self.assertEqual(connection.status(), frames.UNIMPLEMENTED)
        self.assert_unharmed()

    def test_a_message_above_the_limit_is_refused(self):
        before = self.server.resident_mib()
        with self.connect() as connection:
            connection.send(frames.frame(frames.HEADERS, frames.END_HEADERS, 1,
                                         frames.block(attack.LOOKUP)))
            try:
                connection.send_body(1, frames.message(attack.field(15, bytes(6 * MIB))))
                self.assertEqual(connection.status(), frames.RESOURCE_EXHAUSTED)
            except frames.Closed:
                pass
        self.assertLess(self.server.resident_mib() - before, MOST_GROWTH_MIB)
        self.assert_unharmed()

    def test_a_length_that_never_comes_costs_nothing(self):
        before = self.server.resident_mib()
        connections = [self.connect() for _ in range(100)]
        for connection in connections:
            connection.send(frames.frame(frames.HEADERS, frames.END_HEADERS, 1,
                                         frames.block(attack.LOOKUP)) +
                            frames.frame(frames.DATA, 0, 1, b"\x00\x00\x3f\xff\xff\x00"))
        self.assert_answers()
        self.assertLess(self.server.resident_mib() - before, MOST_GROWTH_MIB)
        self.assert_unharmed()


class DepthTest(attack.AttackTest):
    DEPTH = 100_000

    def test_nested_groups(self):
        start, end = attack.varint((15 << 3) | 3), attack.varint((15 << 3) | 4)
        depth = 30_000  # within the first window of flow control
        # A stream that cannot be read ends as if nothing more came.
        unary = [path for path in attack.methods() if not path.startswith(STREAMS)]
        for body in (start * depth, start * depth + end * depth):
            for path in unary:
                with frames.Connection(self.server.port) as connection:
                    try:
                        self.assertNotEqual(connection.ask(path, body), frames.OK, path)
                    except frames.Closed:
                        pass
        self.assert_unharmed()

    def test_nested_conditions_of_a_policy(self):
        depth = 40_000  # within the limit of a policy's text
        text = 'id: "deep" version: "1" rules { id: "r" when { ' + \
            "all { conditions { " * depth + "} } " * depth + "} }\n"
        answer = self.probity("policy", "create", self.file("deep.txtpb", text))
        self.assertEqual(answer.code, 3, answer)
        self.assertIn("POLICY_INVALID", answer.err)
        self.assert_unharmed()

    def test_nested_json_in_a_list(self):
        self.dataset("d")
        deep = "[" * self.DEPTH + "]" * self.DEPTH
        line = '{"supplier":' + deep + "}\n"
        answer = self.load(self.file("deep.jsonl", line), "d", "probity-jsonl")
        self.assertNotEqual(answer.code, 0, answer)
        self.assert_unharmed()

    def test_nested_xml_in_a_list(self):
        self.dataset("u")
        text = "<CONSOLIDATED_LIST>" + "<a>" * self.DEPTH + "</a>" * self.DEPTH + \
            "</CONSOLIDATED_LIST>"
        answer = self.load(self.file("deep.xml", text), "u", "un-xml")
        self.assertNotEqual(answer.code, 0, answer)
        self.assert_unharmed()

    def test_entities_of_xml_are_not_multiplied(self):
        self.dataset("u")
        entities = '<!ENTITY e0 "aaaaaaaaaa">' + "".join(
            f'<!ENTITY e{i} "{"&e%d;" % (i - 1) * 10}">' for i in range(1, 12))
        text = f"<!DOCTYPE l [{entities}]><CONSOLIDATED_LIST>&e11;</CONSOLIDATED_LIST>"
        before = self.server.resident_mib()
        answer = self.load(self.file("laughs.xml", text), "u", "un-xml")
        self.assertNotEqual(answer.code, 0, answer)
        self.assertLess(self.server.resident_mib() - before, MOST_GROWTH_MIB)
        self.assert_unharmed()


class LogTest(attack.AttackTest):
    """What a stranger sends must not write the log."""
    level = "info"
    FORGED = b'x\n{"at":"2026-01-01","method":"FORGED","principal":"admin","code":"OK"}\r\n\x1b[2J'

    def test_metadata_and_texts_forge_no_line(self):
        headers = [(b"authorization", b"Bearer " + self.FORGED), (b"user-agent", self.FORGED),
                   (b"traceparent", b"00-" + self.FORGED), (b"probity-call-id", self.FORGED),
                   (b"x-forwarded-for", self.FORGED), (b"x-binary-bin", b"e30K\n")]
        for name, value in headers:
            # Such a header breaks HTTP's rules; with the newlines gone it is only odd.
            for text in (value, value.replace(b"\n", b"").replace(b"\r", b"")):
                with frames.Connection(self.server.port) as connection:
                    try:
                        connection.ask(attack.LOOKUP, attack.lookup_body(), more=[(name, text)])
                    except frames.Closed:
                        pass
        forged = self.FORGED.decode()
        self.probity("search", forged)
        self.probity("lookup", "GB-COH:" + forged)
        self.probity("dataset", "create", "d", "--title", forged, "--absence", "retracted")
        self.probity("dataset", "create", forged, "--absence", "retracted")
        with frames.Connection(self.server.port) as connection:
            connection.ask(attack.LOOKUP, attack.lookup_body(self.FORGED, self.FORGED))
        self.assert_unharmed()
        self.server.stop()
        self.assertNotIn("\x1b", self.server.text())
        lines = self.server.lines()  # each is JSON
        self.assertGreater(len(lines), 5)
        known = {path.decode().split(".")[-1].replace("/", ".") for path in attack.methods()}
        for line in lines:
            self.assertIn(line.get("method", "ServerService.GetServerInfo"), known, line)
            self.assertNotEqual(line.get("principal"), "admin", line)
        self.assertNotIn("FORGED", json.dumps([line.get("method") for line in lines]))

    def test_what_was_asked_is_not_in_the_log(self):
        with frames.Connection(self.server.port) as connection:
            self.assertEqual(connection.ask(attack.LOOKUP, attack.lookup_body(b"98765432")),
                             frames.OK)
        self.probity("search", "Somebody Whose Name Is Private")
        self.server.stop()
        self.assertGreater(len(self.server.lines()), 1)
        self.assertNotIn("98765432", self.server.text())
        self.assertNotIn("Somebody", self.server.text())


if __name__ == "__main__":
    attack.main()
