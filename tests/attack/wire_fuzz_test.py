"""Wrong bytes on a live server: frames that were changed at random, and requests of every RPC that
hold noise. $PROBITY_FUZZ_SECONDS says for how long (5, with --long 60), $PROBITY_FUZZ_SEED which
bytes; both are printed."""
import os
import random
import socket
import time

import attack
import frames

SECONDS = float(os.environ.get("PROBITY_FUZZ_SECONDS", 60 if attack.LONG else 5))
SEED = int(os.environ.get("PROBITY_FUZZ_SEED", random.randrange(1 << 32)))
# Connections between two looks at whether the server still answers.
ROUND = 50


class WireFuzzTest(attack.AttackTest):
    def setUp(self):
        print(f"wire_fuzz_test: {SECONDS} s, PROBITY_FUZZ_SEED={SEED}", flush=True)
        super().setUp()
        self.random = random.Random(SEED)
        self.methods = attack.methods()

    def session(self):
        """A proper session of one to four calls, as frames."""
        parts = [frames.PREFACE, frames.frame(frames.SETTINGS, 0, 0)]
        for index in range(self.random.randint(1, 4)):
            body = self.random.choice([attack.lookup_body(), b"", self.noise(200)])
            parts.append(frames.call(self.random.choice(self.methods), body, 2 * index + 1))
        kind, flags = self.random.randrange(12), self.random.randrange(256)
        parts.append(frames.frame(kind, flags, self.random.choice([0, 1, 2, 1 << 30]),
                                  self.noise(40)))
        return parts

    def noise(self, most):
        return self.random.randbytes(self.random.randint(0, most))

    def changed(self, parts):
        """The session with frames lost, doubled or moved, and bytes changed."""
        parts = list(parts)
        for _ in range(self.random.randint(0, 2)):
            at, what = self.random.randrange(len(parts)), self.random.randrange(3)
            if what == 0 and len(parts) > 1:
                del parts[at]
            elif what == 1:
                parts.insert(at, self.random.choice(parts))
            else:
                self.random.shuffle(parts)
        raw = bytearray(b"".join(parts))
        # Beyond the preface as a rule, else nothing behind it is ever read.
        first = len(frames.PREFACE) if self.random.random() < 0.9 else 0
        for _ in range(self.random.choice([0, 1, 1, 2, 8])):
            if first < len(raw):
                raw[self.random.randrange(first, len(raw))] = self.random.randrange(256)
        return bytes(raw[:self.random.randint(0, len(raw))] if self.random.random() < 0.2 else raw)

    def throw(self, raw):
        with socket.create_connection(("127.0.0.1", self.server.port), 10) as connection:
            try:
                connection.sendall(raw)
                connection.settimeout(0.02)
                connection.recv(1 << 16)
            except OSError:
                pass  # it may close, and it may say nothing

    def test_changed_frames(self):
        end, thrown = time.monotonic() + SECONDS, 0
        while time.monotonic() < end:
            for _ in range(ROUND):
                self.throw(self.changed(self.session()))
                thrown += 1
            self.assert_unharmed()
        print(f"wire_fuzz_test: {thrown} sessions", flush=True)
        self.end_well()

    def test_noise_as_request_of_every_rpc(self):
        self.assertGreater(len(self.methods), 50)
        for path in self.methods:
            for _ in range(3):
                with frames.Connection(self.server.port, timeout=5) as connection:
                    body = self.noise(300)
                    try:
                        # 1,000: no gRPC answer. A noise that can be read may be answered well.
                        self.assertLess(connection.ask(path, body), 17, (path, body))
                    except frames.Closed:
                        pass
        self.assert_unharmed()
        self.end_well()


if __name__ == "__main__":
    attack.main()
