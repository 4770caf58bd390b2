"""All tests of a cluster: what measures runs alone, the rest in lanes beside each other, since most of it waits.

A lane is a process of its own, whose tests come one behind the other; what they print is told when it ends."""
import os
import pathlib
import sys
import unittest

import release

# Each stage begins when the one before has ended. Lanes of a stage share the node, and no release.
STAGES = (
    [["install_test", "operations_test", "faults_test.SharedClaimTest"]],
    [["load_test.MemoryTest", "restore_test"],
     ["faults_test.ValuesTest", "faults_test.SecretTest", "faults_test.VolumeTest", "faults_test.StoreTest",
      "faults_test.PolicyTest"],
     ["cert_manager_test"],
     ["api_test"]],
    [["load_test.ReadyTest"]],
)


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
    for lanes in STAGES:
        if len(lanes) == 1:
            passed &= run(lanes[0])
            continue
        for child, output in [begin(number, tests) for number, tests in enumerate(lanes)]:
            passed &= os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
            print(output.read_text(), flush=True)
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
