"""As many connections as the limit of files allows, up to 10,000, that say nothing, little, or
slowly; and streams that never end. Nobody else's calls may wait for them."""
import resource

import attack
import frames

MOST = 10_000
SPARE = 500  # files that both programs need besides
SLOW_CONNECTIONS, SLOW_STREAMS = 100, 100


def raise_limit():
    """For this process and the server that it starts; the connections that fit."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    fit = MOST if most == resource.RLIM_INFINITY else min(MOST, most - SPARE)
    if fit < MOST:
        print(f"idle_test: {fit} connections, the limit of files allows no more", flush=True)
    return fit


class IdleTest(attack.AttackTest):
    def setUp(self):
        self.fit = raise_limit()
        super().setUp()

    def open_some(self, count, opening):
        """So many connections; the server may refuse some, which frees what they held."""
        opened, refused = [], 0
        for _ in range(count):
            try:
                opened.append(frames.Connection(self.server.port, opening=opening))
                self.addCleanup(opened[-1].close)
            except (OSError, frames.Closed):
                refused += 1
        print(f"idle_test: {len(opened)} opened, {refused} refused", flush=True)
        self.assertGreater(len(opened), 0)
        return opened

    def test_idle_connections_keep_nobody_out(self):
        silent = self.open_some(self.fit // 2, b"")
        self.assert_answers()
        greeted = self.open_some(self.fit - len(silent), frames.OPENING)
        for _ in range(20):
            self.assert_answers()
        for connection in silent + greeted:
            connection.close()
        self.assert_unharmed()
        self.end_well()

    def test_slow_streams_keep_nobody_out(self):
        """10,000 calls whose requests never come to an end, a byte at a time."""
        path = attack.LOOKUP
        request = frames.message(attack.lookup_body())
        connections = self.open_some(min(SLOW_CONNECTIONS, self.fit), frames.OPENING)
        for at, byte in enumerate(request[:-1]):
            for connection in connections:
                raw = b"".join(
                    (frames.frame(frames.HEADERS, frames.END_HEADERS, 2 * i + 1,
                                  frames.block(path)) if at == 0 else b"") +
                    frames.frame(frames.DATA, 0, 2 * i + 1, bytes([byte]))
                    for i in range(SLOW_STREAMS))
                try:
                    connection.send(raw)
                except frames.Closed:
                    pass  # the server may have had enough of it
            self.assert_answers()
        self.assert_unharmed()
        self.end_well()

    def test_slow_headers_keep_nobody_out(self):
        connections = self.open_some(min(1000, self.fit), b"")
        for byte in frames.OPENING + frames.call(attack.LOOKUP, attack.lookup_body())[:60]:
            for connection in connections:
                try:
                    connection.send(bytes([byte]))
                except frames.Closed:
                    pass
        self.assert_unharmed()
        self.end_well()


class DrainTest(attack.AttackTest):
    def start(self, port=0, options=None):
        config = self.file("probityd.textproto", "drain_seconds: 1\n")
        super().start(port, ("--config", config))

    def test_calls_that_hang_do_not_keep_it_from_ending(self):
        connection = self.connect()
        request = frames.message(attack.lookup_body())
        for stream in range(1, 41, 2):
            connection.send(frames.frame(frames.HEADERS, frames.END_HEADERS, stream,
                                         frames.block(attack.LOOKUP)) +
                            frames.frame(frames.DATA, 0, stream, request[:-1]))
        self.assertEqual(connection.ask(attack.LOOKUP, attack.lookup_body(), 41), frames.OK)
        self.end_well()

    def test_a_reader_that_takes_nothing_does_not_keep_it_from_ending(self):
        connection = self.connect(opening=frames.PREFACE + frames.frame(
            frames.SETTINGS, 0, 0, b"\x00\x04\x00\x00\x00\x00"))  # INITIAL_WINDOW_SIZE 0
        connection.send(frames.call(b"/probity.v1.ServerService/GetServerInfo", b""))
        connection.send(frames.call(b"/probity.v1.PortfolioService/WatchVerdicts", b"", 3))
        self.assert_answers()
        self.end_well()


if __name__ == "__main__":
    attack.main()
