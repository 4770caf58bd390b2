"""The service config that clients share says of every RPC of the protos what it must."""
import json
import pathlib
import unittest

from google.protobuf import descriptor_pool

from probity_client import v1
from probity_client._generated.methods import ALL
from probity_client._method import POLICIES, for_grpc
from probity_client.v1 import permission_pb2

ROOT = pathlib.Path(__file__).resolve().parents[3]
CONFIG = json.loads((ROOT / "clients/service_config.json").read_text())
# Read without a permission of reading.
OTHER_READS = {"GetBackup", "ListBackups"}
# Goes on by its resume token instead.
RESUMED = {"StreamScreenSuppliers"}
# Its items carry request ids.
BY_ITEMS = {"BatchScreenSuppliers"}


def permission(rpc):
    option = rpc.GetOptions().Extensions[permission_pb2.permission]
    return v1.Permission.Name(option)[len("PERMISSION_"):]


def rpcs():
    pool = descriptor_pool.Default()
    for method in ALL:
        service, name = method.name.split("/")
        yield method, pool.FindServiceByName(f"probity.v1.{service}").methods_by_name[name]


def may_be_repeated(rpc):
    reads = permission(rpc).startswith(("READ_", "EXPORT_")) or rpc.name in OTHER_READS
    has_id = "request_id" in rpc.input_type.fields_by_name or rpc.name in BY_ITEMS
    return (reads or has_id) and rpc.name not in RESUMED


class ServiceConfigTest(unittest.TestCase):
    def test_names_each_rpc_once(self):
        named = [f"{name['service'].rpartition('.')[2]}/{name['method']}"
                 for entry in CONFIG["methodConfig"] for name in entry["name"]]
        self.assertEqual(sorted(named), sorted(method.name for method, _ in rpcs()))
        self.assertEqual({name["service"].rpartition(".")[0] for entry in CONFIG["methodConfig"]
                          for name in entry["name"]}, {"probity.v1"})

    def test_only_reads_and_what_carries_an_id_are_sent_again(self):
        for method, rpc in rpcs():
            self.assertEqual(POLICIES[method.name].attempts > 1, may_be_repeated(rpc), method.name)

    def test_all_but_streams_have_a_deadline(self):
        for method, rpc in rpcs():
            streams = bool(rpc.server_streaming)
            self.assertEqual(POLICIES[method.name].timeout is None, streams, method.name)

    def test_nothing_is_hedged(self):
        self.assertNotIn("hedging", json.dumps(CONFIG))

    def test_what_grpc_gets_leaves_deadlines_and_budgets_to_the_layer(self):
        given = json.loads(for_grpc(CONFIG))
        self.assertEqual(len(given["methodConfig"]), len(CONFIG["methodConfig"]))
        for entry in given["methodConfig"]:
            self.assertNotIn("timeout", entry)
            codes = entry.get("retryPolicy", {}).get("retryableStatusCodes", ["UNAVAILABLE"])
            self.assertEqual(codes, ["UNAVAILABLE"])

    def test_each_listing_has_its_items(self):
        for method, rpc in rpcs():
            paged = "next_page_token" in rpc.output_type.fields_by_name
            listed = paged and rpc.name.startswith(("List", "Search"))
            self.assertEqual(bool(method.items), listed, method.name)


if __name__ == "__main__":
    unittest.main()
