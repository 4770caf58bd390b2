"""Checks that every service, RPC, message, field, enum and value of the public
protos has a comment in front of it. Usage: check_proto_comments.py [ROOT]
"""
import pathlib
import re
import sys

DECLARATION = re.compile(
    r"^\s*(service|rpc|message|enum|oneof)\s+(\w+)"
    r"|^\s*(?:repeated\s+|optional\s+)?(?:map<[^>]+>|[\w.]+)\s+(\w+)\s*=\s*\d+"
    r"|^\s*([A-Z][A-Z0-9_]*)\s*=\s*\d+")
SKIPPED = re.compile(r"^\s*(syntax|package|import|option|reserved)\b")


def check_text(name, text):
    """Faults of one file; also how many declarations were looked at."""
    faults, looked_at, commented = [], 0, False
    for number, line in enumerate(text.splitlines(), 1):
        stripped = line.strip()
        if stripped.startswith("//"):
            commented = True
            continue
        match = None if SKIPPED.match(line) else DECLARATION.match(line)
        if match:
            looked_at += 1
            what = next(group for group in match.groups()[1:] if group)
            if not commented:
                faults.append(f"{name}:{number}: {what} has no comment")
        if stripped:
            commented = False
    return faults, looked_at


def check(root):
    faults, looked_at = [], 0
    for path in sorted(pathlib.Path(root, "proto").rglob("*.proto")):
        found, count = check_text(path.as_posix(), path.read_text(encoding="utf-8"))
        faults += found
        looked_at += count
    return faults, looked_at


if __name__ == "__main__":
    found, total = check(sys.argv[1] if len(sys.argv) > 1 else ".")
    print("\n".join(found) if found else f"proto comments: {total} of {total} declarations")
    sys.exit(1 if found or total == 0 else 0)
