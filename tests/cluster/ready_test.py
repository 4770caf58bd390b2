"""How long a server with many suppliers takes to its first answer. Behind load_test, which loads them."""
import time
import unittest

import load_test
import release
from node import timing


class ReadyTest(load_test.LoadTest):
    def test_a_pod_with_many_suppliers_is_ready_soon(self):
        begun = time.monotonic()
        self.release.kubectl("delete", "pod", "probity-0", "--wait=false")
        pod = self.release.wait_ready(other_than=self.pod["metadata"]["uid"])
        timing(f"pod deleted, until another is ready with {load_test.SUPPLIERS:,} suppliers", time.monotonic() - begun,
               f"{release.seconds_to_ready(pod):.0f} s of them from its start on the node")
        self.finds_the_last()


if __name__ == "__main__":
    unittest.main()
