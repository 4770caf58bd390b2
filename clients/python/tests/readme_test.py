"""Every example of README.md, run against a real server, each as a script of its own."""
import os
import re
import subprocess
import sys
import unittest

from world import ROOT, WorldTest

TEXT = (ROOT / "clients/python/README.md").read_text()
EXAMPLES = re.findall(r"```python\n(.*?)```", TEXT, re.S)
LINES = 10  # from nothing to the first check


class ReadmeTest(WorldTest):
    def run_example(self, example):
        self.assertRegex(example, r"probity\.example\.org:7443|FakeProbity\(\)")
        text = example.replace("probity.example.org:7443", self.world.address)
        done = subprocess.run([sys.executable, "-c", text], cwd=self.world.folder, text=True,
                              capture_output=True, timeout=120, check=False,
                              env={**os.environ, "GRPC_VERBOSITY": "NONE"})
        self.assertEqual(done.returncode, 0, f"{example}\n{done.stderr}")
        return done.stdout

    def test_the_first_check_is_short_and_refuses(self):
        self.assertLessEqual(len(EXAMPLES[0].split("\n")) - 1, LINES)
        said = self.run_example(EXAMPLES[0])
        self.assertIn("BLOCK", said)
        self.assertTrue(said.endswith("stop\n"), said)

    def test_the_others_run_in_their_order(self):
        self.world.keys()
        self.assertGreater(len(EXAMPLES), 4)
        for example in EXAMPLES[1:]:
            expected = re.findall(r"# prints: (.*)$", example, re.M)
            said = self.run_example(example)
            self.assertTrue(expected, example)
            for line in expected:
                self.assertIn(line, said)


if __name__ == "__main__":
    unittest.main()
