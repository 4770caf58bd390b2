"""A register of many suppliers within the least memory that docs/DEPLOYING.md names for it."""
import os
import time
import unittest

import release
from node import timing

SUPPLIERS = int(os.environ.get("PROBITY_CLUSTER_SUPPLIERS", "1000000"))
LIMIT = "512Mi"


def register(path, count):
    with path.open("w") as file:
        file.write("record_type,key,name,identifiers\n")
        for i in range(count):
            file.write(f"supplier,k{i},Invented Firm {i},GB-COH:{i:08d}\n")


class LoadTest(unittest.TestCase):
    def setUp(self):
        self.release = release.release()
        self.release.upgrade("--set", f"resources.limits.memory={LIMIT},resources.requests.memory={LIMIT}", "--wait")
        self.pod = self.release.wait_ready()
        self.assertEqual(self.pod["spec"]["containers"][0]["resources"]["limits"]["memory"], LIMIT)

    def finds_the_last(self):
        found = self.release.desk.probity("lookup", f"GB-COH:{SUPPLIERS - 1:08d}").stdout
        self.assertIn(f"Invented Firm {SUPPLIERS - 1}", found)


class MemoryTest(LoadTest):
    def test_many_suppliers_in_little_memory(self):
        one = self.release
        path = one.desk.directory / "many.csv"
        register(path, SUPPLIERS)
        one.desk.probity("dataset", "create", "many", "--title", "Many", "--absence", "retracted", "--invented")
        begun = time.monotonic()
        one.desk.probity("import", "--dataset", "many", "--format", "probity-csv", path, seconds=1200)
        timing(f"{SUPPLIERS:,} suppliers loaded within {LIMIT}", time.monotonic() - begun)
        self.finds_the_last()
        after = one.wait_ready()
        self.assertEqual(after["metadata"]["uid"], self.pod["metadata"]["uid"])
        self.assertEqual(after["status"]["containerStatuses"][0]["restartCount"], 0, after["status"])


if __name__ == "__main__":
    unittest.main()
