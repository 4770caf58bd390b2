#!/usr/bin/env python3
"""Runs clang-tidy on the sources of a build, those that changed since last time.

Usage: scripts/tidy.py [--all | --deep] BUILD_DIR

Every finding is an error; tests are left out. What passed is remembered in BUILD_DIR/tidy until the source,
a header that it includes or .clang-tidy changes. All sources of a fresh clone take more than half an hour on
two cores, so the quick run begins with those that changed last and ends after QUICK_MINUTES; run again, it
goes on. --all knows no end, as before a release; --deep adds what the quick run leaves out as well: clang's
static analyzer, which takes four times as long, and the checks of QUICK_WITHOUT.
"""
import concurrent.futures
import json
import os
import pathlib
import re
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
# tsan's compilation database is gcc's.
GCC_ONLY = "--extra-arg=-Wno-unknown-warning-option"

QUICK_MINUTES = 5

# Each check looks at every line of every header, gRPC's too. These took half of the time, for faults that
# gcc's warnings or the sanitizers show as well, or C idioms that this code does not use.
QUICK_WITHOUT = ["clang-analyzer-*", "performance-inefficient-vector-operation", "performance-no-automatic-move",
                 "performance-no-int-to-ptr", "performance-type-promotion-in-math-fn"] + [
    f"bugprone-{name}" for name in (
        "assert-side-effect", "bad-signal-to-kill-thread", "bool-pointer-implicit-conversion", "fold-init-type",
        "forward-declaration-namespace", "inaccurate-erase", "incorrect-roundings", "infinite-loop",
        "misplaced-operator-in-strlen-in-alloc", "misplaced-pointer-arithmetic-in-alloc",
        "misplaced-widening-cast", "move-forwarding-reference", "multiple-statement-macro",
        "not-null-terminated-result", "parent-virtual-call", "posix-return", "reserved-identifier",
        "signed-char-misuse", "sizeof-expression", "spuriously-wake-up-functions", "stringview-nullptr",
        "suspicious-memory-comparison", "suspicious-memset-usage", "suspicious-semicolon",
        "suspicious-string-compare", "throw-keyword-missing", "undefined-memory-manipulation",
        "undelegated-constructor", "unused-raii", "unused-return-value", "virtual-near-miss")]


def joined(file):
    """The sources that a compiled file stands for: itself, or those that the build joined in it."""
    if file.parent.name != "Unity":
        return [file]
    return [pathlib.Path(name) for name in re.findall(r'^#include "(.+)"$', file.read_text(), re.MULTILINE)]


def sources(build):
    """Source -> files it was compiled from, by what the last build recorded."""
    listing = subprocess.run(["ninja", "-C", build, "-t", "deps"], check=True,
                             capture_output=True, text=True).stdout
    found = {}
    for block in listing.split("\n\n"):
        names = [line.strip() for line in block.splitlines()[1:]]
        files = [pathlib.Path(build, name).resolve() for name in names]
        ours = [file for file in files if ROOT in file.parents]
        headers = [file for file in ours if file.suffix == ".h"]
        for source in ours:
            generated = pathlib.Path(build).resolve() in source.parents
            if source.suffix == ".cc" and not generated and "_test" not in source.stem:
                found[source] = [source, *headers]
    return found


def last_changes():
    """File -> when it last changed, in seconds; what is not committed yet, now."""
    def git(*arguments):
        return subprocess.run(["git", "-C", ROOT, *arguments], check=True, capture_output=True,
                              text=True).stdout.split("\n")

    changed, at = {}, 0
    for line in git("log", "--format=@%ct", "--name-only", "--", "*.cc", "*.h"):
        if line.startswith("@"):
            at = int(line[1:])
        elif line:
            changed.setdefault(ROOT / line, at)
    for line in git("diff", "--name-only", "HEAD") + git("ls-files", "--others", "--exclude-standard"):
        changed[ROOT / line] = time.time()
    return changed


def newest_first(todo):
    changes = last_changes()

    def changed(source):
        return max(changes.get(source, 0), changes.get(source.with_suffix(".h"), 0))

    return sorted(todo.items(), key=lambda item: (-changed(item[0]), item[0]))


def is_current(stamp, files):
    return stamp.exists() and all(
        file.stat().st_mtime <= stamp.stat().st_mtime for file in [*files, ROOT / ".clang-tidy"])


def database(build):
    """The folder of a compilation database of single sources without precompiled headers: each includes
    what it needs."""
    commands = []
    for command in json.loads(pathlib.Path(build, "compile_commands.json").read_text()):
        alone = re.sub(r"(-Xclang -include(-pch)? -Xclang|-include) \S+/cmake_pch\.hxx(\.pch)? ", "",
                       command["command"])
        for source in joined(pathlib.Path(command["file"])):
            commands.append({"directory": command["directory"], "file": str(source),
                             "command": alone.replace(command["file"], str(source))})
    folder = pathlib.Path(build, "tidy")
    folder.mkdir(exist_ok=True)
    (folder / "compile_commands.json").write_text(json.dumps(commands))
    return folder


def check(commands, checks, until, source, stamp):
    """What clang-tidy says, an empty text, or nothing where the time was up."""
    if time.monotonic() > until:
        return None
    run = subprocess.run(["clang-tidy-14", "-p", commands, "--quiet", "--warnings-as-errors=*", GCC_ONLY,
                          *checks, str(source)], capture_output=True, text=True)
    if run.returncode != 0:
        return run.stdout + run.stderr
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.touch()
    return ""


def main(arguments):
    deep = "--deep" in arguments
    until = float("inf") if deep or "--all" in arguments else time.monotonic() + 60 * QUICK_MINUTES
    paths = [argument for argument in arguments if argument not in ("--all", "--deep")]
    if len(paths) != 1 or paths[0].startswith("-"):
        print(__doc__, file=sys.stderr)
        return 2
    build = paths[0]
    commands = database(build)
    checks = [] if deep else ["--checks=" + ",".join(f"-{check}" for check in QUICK_WITHOUT)]
    todo = {}
    for source, files in sources(build).items():
        stamp = pathlib.Path(build, "tidy-deep" if deep else "tidy",
                             str(source.relative_to(ROOT)) + ".ok")
        if not is_current(stamp, files):
            todo[source] = stamp
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        said = list(pool.map(lambda item: check(commands, checks, until, *item), newest_first(todo)))
    for text in filter(None, said):
        print(text)
    bad = sum(1 for text in said if text)
    left = said.count(None)
    rest = f"; {left} that changed longer ago were left out (see --all)" if left else ""
    print(f"clang-tidy: {len(todo) - left} sources checked, {bad} with findings{rest}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
