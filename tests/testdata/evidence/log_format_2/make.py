"""Writes rows.txt: an evidence log of format 2, from before logs had acts, made by other
means than the code under test, after docs/STORAGE_FORMAT.md and evidence/signed_bytes.h alone.

A line is a row: table, key and value in hex. Five decisions, EntryNumber() of the tests,
recorded in two groups, the second one with a text about a person. Signed by key 0 of the tests.
Needs openssl 3. Usage: make.py > rows.txt
"""
import base64
import hashlib
import subprocess
import tempfile

LOG_ID = b"fedcba9876543210"
TIME = 1795684455123456
GROUPS = (2, 5)  # sizes behind each
AUTHORITY = "authorities/a"
SEED = hashlib.sha256(b"test key 0").digest()
PKCS8 = bytes.fromhex("302e020100300506032b657004220420") + SEED


def sha256(data):
    return hashlib.sha256(data).digest()


def openssl(*arguments, data=b""):
    with tempfile.NamedTemporaryFile() as key, tempfile.NamedTemporaryFile() as message:
        key.write(b"-----BEGIN PRIVATE KEY-----\n" + base64.b64encode(PKCS8) +
                  b"\n-----END PRIVATE KEY-----\n")
        message.write(data)
        key.flush(), message.flush()
        names = {"KEY": key.name, "MESSAGE": message.name}
        return subprocess.run(["openssl", *(names.get(one, one) for one in arguments)],
                              check=True, capture_output=True).stdout


PUBLIC_KEY = openssl("pkey", "-in", "KEY", "-pubout", "-outform", "DER")[-32:]


def sign(data):
    return openssl("pkeyutl", "-sign", "-rawin", "-inkey", "KEY", "-in", "MESSAGE", data=data)


# Bytes that are hashed and signed.
def field(data):
    return len(data).to_bytes(4, "big") + data


def number(value):
    return field(value.to_bytes(8, "big"))


# Messages: wire types 0 and 2, defaults left out.
def varint(value):
    out = b""
    while value > 127:
        out += bytes([value & 127 | 128])
        value >>= 7
    return out + bytes([value])


def message(*fields):
    out = b""
    for tag, value in fields:
        if isinstance(value, str):
            value = value.encode()
        if value and isinstance(value, int):
            out += varint(tag << 3) + varint(value)
        elif value:
            out += varint(tag << 3 | 2) + varint(len(value)) + value
    return out


def u32(value):
    return value.to_bytes(4, "big")


def u64(value):
    return value.to_bytes(8, "big")


def text(value):
    data = value if isinstance(value, bytes) else value.encode()
    return data.replace(b"\0", b"\0\xff") + b"\0\1"


def row(table, key, value=b""):
    print(table, key.hex(), value.hex() or "-")


def root(hashes):
    if not hashes:
        return sha256(b"")
    if len(hashes) == 1:
        return hashes[0]
    half = 1
    while half * 2 < len(hashes):
        half *= 2
    return sha256(b"\1" + root(hashes[:half]) + root(hashes[half:]))


def put_head(hashes, time):
    size, key_id = len(hashes), sha256(PUBLIC_KEY)
    signed = (field(b"probity.v1.LogHead") + field(LOG_ID) + number(size) + field(root(hashes)) +
              number(time) + field(key_id))
    instant = message((1, time // 1000000), (2, time % 1000000 * 1000))
    head = message((1, LOG_ID), (2, size), (3, root(hashes)), (4, instant), (5, key_id),
                   (6, sign(signed)))
    row("default", b"H" + u64(size) + u32(0), head)


def put_decision(n, time, hashes):
    name, request = f"{AUTHORITY}/decisions/{n:06}", f"request {n}"
    core, bundle = f"core of {n}".encode(), f"bundle of {n}".encode()
    salt = sha256(f"salt of {n}".encode())
    subjects = (f"suppliers/{n % 5}", "suppliers/all")
    procedure = f"procedure {n % 7}" if n % 7 else ""
    records = ("datasets/all/records/k", f"datasets/d/records/{n % 3}")
    row("entries", u64(n) + b"\0", message(
        (1, name), (2, n), (3, time), (4, request), (5, sha256(f"request of {n}".encode())),
        (6, 1 + n % 3), (7, 1 + n % 4), *((8, one) for one in subjects), (9, procedure),
        (10, 100 + n), *((11, one) for one in records)))
    row("entries", u64(n) + b"\1", message((1, core), (2, bundle), (3, salt)))
    if n == 1:
        personal, its_salt = b"a name", sha256(b"salt of a name")
        digest = sha256(its_salt + personal)
        row("entries", u64(n) + b"\2",
            message((1, message((1, digest), (2, its_salt), (3, personal)))))
    said = (field(b"probity.v1.Decision") + field(name.encode()) + number(time) +
            field(sha256(bundle)) + field(sha256(core)))
    hashes.append(sha256(b"\0" + sha256(salt + said)))
    perfect = [root(hashes[-size:]) for size in (1, 2, 4, 8) if len(hashes) % size == 0]
    row("nodes", u64(n), b"".join(perfect))
    row("index", b"D" + text(name), u64(n))
    row("index", b"Q" + text(AUTHORITY) + text(request), u64(n))
    lists = [(0, ""), (1, u32(1 + n % 3)), *((2, one) for one in subjects),
             *([(3, procedure)] if procedure else []), *((4, one) for one in records)]
    for kind, value in lists:
        row("index", b"L" + text(AUTHORITY) + bytes([kind]) + text(value) + u64(2**64 - 1 - n))
    row("index", b"R" + u64(100 + n), u64(time))


def main():
    row("default", b"F", u32(2) + LOG_ID + PUBLIC_KEY)
    hashes = []
    put_head(hashes, TIME)
    for group, size in enumerate(GROUPS):
        time = TIME + group * 1000000
        for n in range(len(hashes), size):
            put_decision(n, time, hashes)
        put_head(hashes, time)


if __name__ == "__main__":
    main()
