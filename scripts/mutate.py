#!/usr/bin/env python3
"""Sees tests fail on purpose: makes one change of the code after another, each of which takes
something away that users rely on, builds the test that should notice, and runs it.

    ./scripts/mutate.py                          all of tests/mutations
    ./scripts/mutate.py tests/mutations/X.toml   those of one file
    ./scripts/mutate.py --build build/asan       another build folder, already configured

A file holds [[mutation]] tables:
    file     path of the source
    was, is  its text, which must stand there exactly once, and what it becomes
    test     the test program, as CMake and ctest know it
    why      what is lost

Each source is put back, also after an interruption. The last line counts; exit code 1 where a
change went unnoticed, 2 where one does not fit the code any more or does not
compile. Takes a minute or so a change.
"""
import argparse
import pathlib
import subprocess
import sys
import tomllib

NOTICED, UNNOTICED, DOES_NOT_FIT = "noticed", "UNNOTICED", "DOES NOT FIT"
ROOT = pathlib.Path(__file__).resolve().parent.parent


def run(*command):
    return subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, errors="replace")


def outcome(mutation, build):
    """What becomes of the test with the change; one that does not compile is none."""
    if run("cmake", "--build", build, "--target", mutation["test"]).returncode != 0:
        return DOES_NOT_FIT
    tested = run("ctest", "--test-dir", build, "--no-tests=error", "-R", f"^{mutation['test']}$")
    return UNNOTICED if tested.returncode == 0 else NOTICED


def try_out(mutation, build):
    path = ROOT / mutation["file"]
    text = path.read_text(encoding="utf-8")
    result = DOES_NOT_FIT
    if text.count(mutation["was"]) == 1:
        try:
            path.write_text(text.replace(mutation["was"], mutation["is"]), encoding="utf-8")
            result = outcome(mutation, build)
        finally:
            path.write_text(text, encoding="utf-8")
    print(f"{result:12}  {mutation['file']}: {mutation['why']}", flush=True)
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=pathlib.Path)
    parser.add_argument("--build", default="build/asan")
    arguments = parser.parse_args()
    mutations = []
    for file in arguments.files or sorted((ROOT / "tests/mutations").glob("*.toml")):
        mutations += tomllib.loads(file.read_text(encoding="utf-8"))["mutation"]
    results = [try_out(mutation, arguments.build) for mutation in mutations]
    # What was tried last must not stay built.
    for test in sorted({mutation["test"] for mutation in mutations}):
        run("cmake", "--build", arguments.build, "--target", test)
    print(f"{results.count(NOTICED)} of {len(results)} changes noticed")
    sys.exit(2 if DOES_NOT_FIT in results else 1 if UNNOTICED in results else 0)


if __name__ == "__main__":
    main()
