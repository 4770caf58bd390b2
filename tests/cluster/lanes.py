"""Runs files of tests one behind the other, and some beside each other, since most of a cluster's time is waiting.

  python3 -m lanes a_test.py b_test.py then c_test.py d_test.py beside e_test.py

runs a, then b; when they have ended c, then d, and in the meantime e in a process of its own, whose output is told when
all have ended. Lanes beside each other share the node, and should share no release."""
import os
import pathlib
import sys
import unittest

import release


def parse(words):
    """Stages, of lanes, of names of modules."""
    stages = [[[]]]
    for word in words:
        if word == "then":
            stages.append([[]])
        elif word == "beside":
            stages[-1].append([])
        else:
            stages[-1][-1].append(word.removesuffix(".py"))
    return stages


def run(tests):
    result = unittest.TextTestRunner(sys.stdout, verbosity=2).run(unittest.defaultTestLoader.loadTestsFromNames(tests))
    return result.wasSuccessful()


def begin(number, tests):
    """The lane's process, and the file of what it tells."""
    output = pathlib.Path(release.DIRECTORY, f"lane-{number}.log")
    sys.stdout.flush()
    child = os.fork()
    if child:
        return child, output
    passed = False
    try:
        sys.stdout = sys.stderr = output.open("w", buffering=1)
        passed = run(tests)
    finally:
        sys.stdout.flush()
        os._exit(0 if passed else 1)


def main():
    passed = True
    for lanes in parse(sys.argv[1:]):
        if len(lanes) == 1:
            passed &= run(lanes[0])
            continue
        for child, output in [begin(number, tests) for number, tests in enumerate(lanes)]:
            passed &= os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
            print(output.read_text(), flush=True)
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
