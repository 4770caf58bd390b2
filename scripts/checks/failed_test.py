"""Tests of scripts/failed.py on logs as ctest writes them."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import failed  # noqa: E402

LOG = """Start testing: Nov 28 17:29 UTC
1/3 Testing: good_test
1/3 Test: good_test
[ RUN      ] Good.Case
a.cc:1: Failure
[       OK ] Good.Case (1 ms)
Test Passed.
"good_test" end time: Nov 28 17:30 UTC
2/3 Testing: wrong_test
[ RUN      ] Wrong.Case
a.cc:7: Failure
Expected equality of these values:
  2
[  FAILED  ] Wrong.Case (1 ms)
Test Failed.
3/3 Testing: lost_test
[ RUN      ] Lost.Case
==7==ERROR: AddressSanitizer: heap-use-after-free on address
    #0 0x1 in f a.cc:3
Test Failed.
"""


class FailedTest(unittest.TestCase):
    def test_tells_of_failed_tests_alone_and_why(self):
        told = {name: failed.reasons(output) for name, output in failed.sections(LOG)}
        self.assertEqual(["wrong_test", "lost_test"], list(told))
        self.assertIn("a.cc:7: Failure", told["wrong_test"][0])
        self.assertIn("  2", told["wrong_test"])
        self.assertEqual("it ended in Lost.Case", told["lost_test"][0])
        self.assertIn("    #0 0x1 in f a.cc:3", told["lost_test"])

    def test_without_a_sign_the_last_lines_are_told(self):
        self.assertEqual(["last"], failed.reasons("last"))


if __name__ == "__main__":
    unittest.main()
