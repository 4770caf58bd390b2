#!/usr/bin/env python3
"""Says why tests failed, from ctest's log: expectations that were not met, what sanitizers
found, and in which case a program ended. A log of CI keeps its last lines only.

  ./scripts/failed.py build/asan/Testing/Temporary/LastTest.log
"""

import re
import sys
from collections.abc import Iterator

# Lines that say that something is wrong, and how many after them tell what.
SIGNS = (
    (re.compile(r": Failure$"), 6),
    (re.compile(r"^(FAIL|ERROR): "), 1),
    (re.compile(r"^\w*(Error|Exception)\b"), 1),
    (re.compile(r"ERROR: \w+Sanitizer|: runtime error: "), 14),
    (re.compile(r"^(Direct|Indirect) leak"), 10),
    (re.compile(r"^SUMMARY: "), 0),
)
MOST_LINES = 60  # of one test


def sections(log: str) -> Iterator[tuple[str, str]]:
    """Name and output of each test that did not pass."""
    for section in re.split(r"^\d+/\d+ Testing: ", log, flags=re.M)[1:]:
        name, _, output = section.partition("\n")
        if not re.search(r"^Test Passed\.$", output, flags=re.M):
            yield name, output


def reasons(output: str) -> list[str]:
    """The lines of a test's output that say why it failed."""
    told, wanted, running = [], 0, None
    for line in output.splitlines():
        if case := re.match(r"\[ RUN      \] (.*)", line):
            running = case[1]
        elif re.match(r"\[ +(OK|FAILED|SKIPPED) +\]", line):
            running = None
        wanted = max([wanted - 1, *(after + 1 for sign, after in SIGNS if sign.search(line))])
        if wanted > 0:
            told.append(line)
    if running:
        told.insert(0, f"it ended in {running}")
    return told or output.splitlines()[-15:]


def main() -> int:
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    with open(sys.argv[1], encoding="utf-8", errors="replace") as file:
        log = file.read()
    for name, output in sections(log):
        print(f"{name}:")
        for line in reasons(output)[:MOST_LINES]:
            print(f"  {line[:300]}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
