"""HTTP/2 by hand, so that it can be wrong in every way: frames as bytes, and a connection that
sends what it is given and reads what comes back. Only HPACK is a library's."""
import socket
import struct
import sys

try:
    import hpack
except ImportError:  # the package python3-hpack, where this python3 is not Debian's own
    sys.path.append("/usr/lib/python3/dist-packages")
    import hpack

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, RST_STREAM, SETTINGS, PING, GOAWAY, WINDOW_UPDATE, CONTINUATION = \
    0, 1, 3, 4, 6, 7, 8, 9
END_STREAM, END_HEADERS, ACK = 1, 4, 1
# gRPC's status codes that are spoken of here.
OK, INVALID_ARGUMENT, RESOURCE_EXHAUSTED, UNIMPLEMENTED, INTERNAL, UNAUTHENTICATED = \
    0, 3, 8, 12, 13, 16


def frame(kind, flags, stream, payload=b""):
    return struct.pack(">I", len(payload))[1:] + struct.pack(">BBI", kind, flags, stream) + payload


def literal(name, value):
    """A header as HPACK's plainest literal, which carries any bytes."""
    def text(raw):
        return number(len(raw), 7) + raw
    return b"\x00" + text(name) + text(value)


def number(value, bits):
    most = (1 << bits) - 1
    if value < most:
        return bytes([value])
    out, value = bytearray([most]), value - most
    while value >= 128:
        out.append(value % 128 + 128)
        value //= 128
    return bytes(out + bytes([value]))


def block(path, more=(), method=b"POST"):
    """The headers of a gRPC call; `more` stands behind them."""
    fields = [(b":method", method), (b":scheme", b"http"), (b":path", path),
              (b":authority", b"localhost"), (b"te", b"trailers"),
              (b"content-type", b"application/grpc"), *more]
    return b"".join(literal(name, value) for name, value in fields)


def message(body, compressed=0):
    return struct.pack(">BI", compressed, len(body)) + body


def data_frames(stream, body, end=True):
    """In frames of 16 KiB, as the other side may take them."""
    pieces = [body[at:at + 16384] for at in range(0, len(body), 16384)] or [b""]
    return b"".join(frame(DATA, END_STREAM if end and piece is pieces[-1] else 0, stream, piece)
                    for piece in pieces)


def call(path, body, stream=1, more=()):
    """A whole unary call."""
    return frame(HEADERS, END_HEADERS, stream, block(path, more)) + \
        data_frames(stream, message(body))


OPENING = PREFACE + frame(SETTINGS, 0, 0)


class Closed(Exception):
    """The server has closed the connection, or refused the stream."""


class Connection:
    """One connection to the server, opened properly."""

    def __init__(self, port, timeout=60, opening=OPENING):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout)
        self._decoder = hpack.Decoder()
        self._decoder.max_header_list_size = 1 << 20
        self._streams = {}
        # What may be sent yet, by stream; 0 is the connection.
        self._windows, self._first_window = {0: 65535}, 65535
        if opening:
            self.send(opening)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()

    def send(self, raw):
        try:
            self.socket.sendall(raw)
        except OSError as error:
            raise Closed(str(error)) from error

    def send_body(self, stream, body, end=True):
        """As flow control allows: waits for the server to make room, and stops where it answers
        before it has all."""
        pieces = [body[at:at + 16384] for at in range(0, len(body), 16384)]
        for index, piece in enumerate(pieces):
            while min(self._windows[0], self._left(stream)) < len(piece):
                self._read_one()
                if self._is_answered(stream):
                    return
            for at in (0, stream):
                self._windows[at] -= len(piece)
            last = end and index == len(pieces) - 1
            self.send(frame(DATA, END_STREAM if last else 0, stream, piece))

    def _left(self, stream):
        return self._windows.setdefault(stream, self._first_window)

    def _is_answered(self, stream):
        return {b"grpc-status", b"reset", b"ended"} & self._streams.get(stream, {}).keys()

    def _heed(self, settings):
        """Of SETTINGS only INITIAL_WINDOW_SIZE matters here; it moves open streams too."""
        for at in range(0, len(settings), 6):
            name, value = struct.unpack(">HI", settings[at:at + 6])
            if name == 4:
                for stream in self._windows.keys() - {0}:
                    self._windows[stream] += value - self._first_window
                self._first_window = value

    def _read_exactly(self, count):
        out = b""
        while len(out) < count:
            try:
                got = self.socket.recv(count - len(out))
            except OSError as error:
                raise Closed(str(error)) from error
            if not got:
                raise Closed("end of the connection")
            out += got
        return out

    def _read_one(self):
        head = self._read_exactly(9)
        length = int.from_bytes(head[:3], "big")
        kind, flags, stream = struct.unpack(">BBI", head[3:])
        payload = self._read_exactly(length)
        answer = self._streams.setdefault(stream, {})
        if kind == SETTINGS and not flags & ACK:
            self._heed(payload)
            self.send(frame(SETTINGS, ACK, 0))
        elif kind == PING and not flags & ACK:
            self.send(frame(PING, ACK, 0, payload))
        elif kind == WINDOW_UPDATE:
            self._windows[stream] = self._windows.get(stream, self._first_window) + \
                int.from_bytes(payload, "big")
        elif kind == HEADERS:
            for name, value in self._decoder.decode(payload, raw=True):
                answer[bytes(name)] = bytes(value)
        elif kind == GOAWAY:
            raise Closed(f"GOAWAY {payload[4:]!r}")
        elif kind == RST_STREAM:
            answer[b"reset"] = payload
        if kind in (DATA, HEADERS) and flags & END_STREAM:
            answer[b"ended"] = b"1"
        return kind

    def status(self, stream=1):
        """The stream's gRPC status, or its HTTP status + 1000 where it has none. Raises Closed."""
        while True:
            answer = self._streams.get(stream, {})
            if b"grpc-status" in answer:
                return int(answer[b"grpc-status"])
            if b"reset" in answer:
                raise Closed(f"reset {answer[b'reset']!r}")
            if b"ended" in answer:
                return 1000 + int(answer[b":status"])
            self._read_one()

    def ask(self, path, body, stream=1, more=()):
        self.send(call(path, body, stream, more))
        return self.status(stream)
