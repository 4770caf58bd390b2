#!/usr/bin/env python3
"""Constants private to a source do not have the name of one that a header of their namespace shares.

The build with sanitizers joins sources (cmake/ProbityTargets.cmake). Another source behind the private constant would
then read that one in the place of the shared one, without a word from the compiler.
"""
import collections
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
CONSTANT = re.compile(r"(?:inline |static )*(?:constexpr|const) [^=({]*?\b(k[A-Z]\w*)\s*(?:\[|=|\{|\()")


def constants(text, private):
    """(namespace, name) of each constant of a file: those in unnamed namespaces, or the others."""
    namespace, unnamed = "", False
    for line in text.splitlines():
        if line.startswith("namespace "):
            unnamed = line.startswith("namespace {")
            namespace = namespace if unnamed else line.split()[1]
        elif line == "}  // namespace":
            unnamed = False
        found = CONSTANT.match(line)
        if found and unnamed == private:
            yield namespace, found[1]


def hidden(files):
    """Rows (path of a source, name, path of a header) of what would be hidden; `files`: path -> text."""
    shared = collections.defaultdict(list)
    for path, text in files.items():
        if path.endswith(".h"):
            for constant in constants(text, private=False):
                shared[constant].append(path)
    return [(path, constant[1], header) for path, text in files.items() if path.endswith(".cc")
            for constant in constants(text, private=True) for header in shared[constant]
            # Programs of their own.
            if not path.startswith("benchmarks/") and not path.endswith("_bench.cc")]


def main():
    listed = subprocess.run(["git", "ls-files", "*.cc", "*.h"], cwd=ROOT, check=True, capture_output=True,
                            text=True).stdout.split()
    files = {path: (ROOT / path).read_text() for path in listed}
    rows = hidden(files)
    for path, name, header in rows:
        print(f"{path}: {name} is also a constant of {header}; give it another name", file=sys.stderr)
    print(f"private constants: none of {sum(path.endswith('.cc') for path in files)} sources hides a shared one"
          if not rows else f"{len(rows)} private constants would hide a shared one")
    return 1 if rows else 0


if __name__ == "__main__":
    sys.exit(main())
