"""Checks that includes point down only.

The house has floors; a file may include its own folder and the floors below
it. Some headers belong to one place: RocksDB to storage/rocksdb/, gRPC to the
edge. Usage: check_floors.py [ROOT]; exit 1 names each offending line.
"""
import pathlib
import re
import sys

# Folder -> folders it may include besides itself. "proto" are generated headers.
ALLOWED = {
    "base": {"proto"},
    "matching": {"proto", "base"},
    "policy": {"proto", "base"},
    "evidence": {"proto", "base"},
    "index": {"proto", "base", "matching", "policy"},
    "storage": {"proto", "base", "matching", "policy", "evidence", "index"},
    "screening": {"proto", "base", "matching", "policy", "evidence", "index", "storage"},
    "ingest": {"proto", "base", "matching", "policy", "evidence", "index", "storage", "screening"},
    "services": {"proto", "base", "matching", "policy", "evidence", "index", "storage", "screening",
                 "ingest"},
    # Receipts are verified offline, in the client.
    "cli": {"proto", "evidence"},
    "clients": {"proto", "evidence"},
    "tests": None,  # may include everything
    "benchmarks": None,
}
# Included path prefix -> folders that may include it.
RESERVED = {
    "rocksdb/": ("storage/rocksdb/", "tests/crash/", "benchmarks/"),
    "grpcpp/": ("services/", "cli/", "clients/", "tests/", "benchmarks/"),
    "prometheus/": ("services/metrics/", "services/server/"),
    "civetweb.h": ("services/metrics/",),
    "grpc/": ("services/", "cli/", "clients/", "tests/", "benchmarks/"),
}
# What clients share with the server beside the protos: some functions each, without state.
SHARED_WITH_CLIENTS = {"base/csv_cell.h", "base/fitness.h", "base/random.h", "base/x509.h"}
# Methods of the store that show the records of all owners, unmasked.
UNMASKED = re.compile(r"\bForEach(Version|Change)\b")
UNMASKED_HOMES = ("storage/", "tests/", "benchmarks/")
# Services see each other's common ground only.
SERVICES_COMMON = {"rpc", "server"}
INCLUDE = re.compile(r'^\s*#\s*include\s+["<]([^">]+)[">]')


def folder_of(path):
    return path.split("/", 1)[0]


def problem(file, included):
    """Why `file` (path in the tree) may not include `included`, or None."""
    for prefix, homes in RESERVED.items():
        if included.startswith(prefix) and not file.startswith(homes):
            return f"only {', '.join(homes)} may include {prefix}"
    if included.startswith("probity/storage/") and folder_of(file) in ("cli", "clients"):
        return "clients see the public protos alone"
    if included.endswith(".grpc.pb.h") and not file.startswith(RESERVED["grpcpp/"]):
        return "service stubs belong to the edge"
    if included in SHARED_WITH_CLIENTS:
        return None
    source, target = folder_of(file), folder_of(included)
    if target not in ALLOWED or target == source:
        return service_problem(file, included)
    allowed = ALLOWED.get(source)
    if allowed is not None and target not in allowed:
        return f"{source}/ may not include {target}/"
    return None


def unmasked(file, line):
    """Whether `line` names a method that `file` may not know."""
    return UNMASKED.search(line) and not file.startswith(UNMASKED_HOMES)


def service_problem(file, included):
    """Folders under services/ do not include each other."""
    parts, target = file.split("/"), included.split("/")
    if parts[0] != "services" or target[0] != "services" or len(parts) < 3 or len(target) < 3:
        return None
    if target[1] == parts[1] or target[1] == "rpc" or parts[1] in SERVICES_COMMON - {"rpc"}:
        return None
    return f"services/{parts[1]}/ may not include services/{target[1]}/"


def check(root):
    root = pathlib.Path(root)
    faults = []
    for folder in ALLOWED:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix not in (".h", ".cc"):
                continue
            name = path.relative_to(root).as_posix()
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                if unmasked(name, line):
                    faults.append(f"{name}:{number}: reads records of all owners; only "
                                  f"{', '.join(UNMASKED_HOMES)} may")
                match = INCLUDE.match(line)
                why = match and problem(name, match.group(1))
                if why:
                    faults.append(f"{name}:{number}: {match.group(1)}: {why}")
    return faults


if __name__ == "__main__":
    found = check(sys.argv[1] if len(sys.argv) > 1 else ".")
    print("\n".join(found) if found else "include floors: right")
    sys.exit(1 if found else 0)
