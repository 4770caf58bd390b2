"""Checks docs/THREATS.md: every row of its tables of threats names a test, and every test that it
names is in the tree. Usage: check_threats_doc.py [ROOT]

Tests are named `Suite.Test` (GoogleTest), `file_test.test_name` (Python), `name_fuzz`.
"""
import pathlib
import re
import sys

DOCUMENT = "docs/THREATS.md"
SKIPPED = {"build", ".git"}
NAME = re.compile(r"`(\w+_test\.test_\w+|[A-Z]\w*\.[A-Z]\w*|\w+_fuzz)`")
ROW = re.compile(r"^\| [STRIDE](?:, [STRIDE])* \|")
GTEST = re.compile(r"^TEST(?:_F|_P)?\(\s*(\w+),\s*(\w+)\s*\)", re.M)


def tests_in(root):
    names = set()
    for path in root.rglob("*_test.*"):
        if SKIPPED & set(path.relative_to(root).parts) or path.suffix not in (".cc", ".py"):
            continue
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".cc":
            names |= {f"{suite}.{test}" for suite, test in GTEST.findall(text)}
        else:
            names |= {f"{path.stem}.{test}" for test in re.findall(r"def (test_\w+)\(", text)}
    return names | {path.stem for path in root.rglob("*_fuzz.cc")
                    if not SKIPPED & set(path.relative_to(root).parts)}


def faults_in(text, tests):
    """Faults, and how many tests are named in rows of threats."""
    faults, named = [], 0
    for number, line in enumerate(text.splitlines(), 1):
        names = NAME.findall(line)
        if ROW.match(line):
            named += len(names)
            if not names:
                faults.append(f"{DOCUMENT}:{number}: a threat without a test")
        faults += [f"{DOCUMENT}:{number}: there is no test {name}"
                   for name in names if name not in tests]
    return faults, named


def check(root):
    root = pathlib.Path(root)
    return faults_in((root / DOCUMENT).read_text(encoding="utf-8"), tests_in(root))


if __name__ == "__main__":
    found, total = check(sys.argv[1] if len(sys.argv) > 1 else ".")
    print("\n".join(found) if found else f"{DOCUMENT}: {total} tests named, all there")
    sys.exit(1 if found or total == 0 else 0)
