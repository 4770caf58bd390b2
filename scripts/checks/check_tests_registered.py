"""Checks that every *_test.cc and *_fuzz.cc, and every *_test.py below tests/, is
named in the CMakeLists.txt of its folder or of one above it, or in a script of
scripts/ that runs it, so that no test is forgotten.
Usage: check_tests_registered.py [ROOT]
"""
import pathlib
import sys

SKIPPED = {"build", ".git"}


def check(root):
    root = pathlib.Path(root)
    faults, looked_at = [], 0
    for path in sorted([*root.rglob("*.cc"), *(root / "tests").rglob("*.py")]):
        if SKIPPED & set(path.relative_to(root).parts):
            continue
        if not path.name.endswith(("_test.cc", "_fuzz.cc", "_test.py")):
            continue
        looked_at += 1
        if not registered(root, path):
            faults.append(f"{path.relative_to(root).as_posix()}: in no CMakeLists.txt and no script")
    return faults, looked_at


def registered(root, path):
    folder = path.parent
    while True:
        lists = folder / "CMakeLists.txt"
        name = path.relative_to(folder).as_posix()
        if lists.exists() and name in named_in(lists):
            return True
        if folder == root:
            return any(path.name in named_in(script) for script in (root / "scripts").glob("*.sh"))
        folder = folder.parent


def named_in(lists):
    return {word.strip("()") for word in lists.read_text(encoding="utf-8").split()}


if __name__ == "__main__":
    found, total = check(sys.argv[1] if len(sys.argv) > 1 else ".")
    print("\n".join(found) if found else f"tests registered: {total} of {total} files")
    sys.exit(1 if found or total == 0 else 0)
