"""What the server tells of deprecated fields is warned of, once, at the line that called."""
import asyncio
import pathlib
import subprocess
import sys
import unittest
import warnings

import fake
import grpc

from probity_client import (
    AsyncClient,
    Client,
    ProbityDeprecationWarning,
    _notice,
    errors,
    v1,
    vendor_items,
)
from probity_client.testing import FakeProbity, clear, error

FIELD = "probity.v1.ScreenSupplierRequest.old_name"
METHOD = "probity.v1.ScreeningService.OldCall"
INFO = v1.GetServerInfoRequest()


class DeprecatedTest(unittest.TestCase):
    def setUp(self):
        _notice._told.clear()

    def serve(self, *names):
        probity = FakeProbity(deprecated=names)
        self.addCleanup(probity.close)
        probity.on_screening(None, clear())
        probity.on_watch(v1.VerdictChange(id=1))
        probity.on("SupplierService/GetSupplier", error("SUPPLIER_NOT_FOUND"))
        probity.on("DatasetService/ExportDataset", [error("EXPORT_NOT_ALLOWED")])
        return probity.address

    def warned(self, ask, *names):
        with warnings.catch_warnings(record=True) as caught, Client(self.serve(*names)) as client:
            warnings.simplefilter("always")
            ask(client)
        return self.names(caught)

    def names(self, caught):
        for warning in caught:
            self.assertIs(warning.category, ProbityDeprecationWarning)
            self.assertEqual(pathlib.Path(warning.filename), pathlib.Path(__file__), warning)
        return [str(warning.message).split()[1] for warning in caught]

    def test_is_told_once_a_name(self):
        def twice(client):
            client.server.get_server_info(INFO)
            client.server.get_server_info(INFO)
        self.assertEqual(self.warned(twice, FIELD, METHOD), [FIELD, METHOD])
        self.assertEqual(self.warned(twice, METHOD), [])

    def test_nothing_is_told_of_nothing(self):
        self.assertEqual(self.warned(lambda client: client.server.get_server_info(INFO)), [])

    def test_with_an_error_too(self):
        def ask(client):
            with self.assertRaises(errors.NotFound):
                client.suppliers.get_supplier(v1.GetSupplierRequest())
        self.assertEqual(self.warned(ask, FIELD), [FIELD])

    def test_with_an_error_that_an_answer_had_begun(self):
        def answer(request, context):
            context.send_initial_metadata((("probity-deprecated", METHOD),))
            raise fake.Refusal(grpc.StatusCode.INTERNAL, "a fault")
        server = fake.FakeServer({"GetServerInfo": answer})
        self.addCleanup(server.stop)

        async def ask():
            async with AsyncClient(server.address) as client:
                await client.server.get_server_info(INFO)
        with Client(server.address) as client:
            for how in (lambda: client.server.get_server_info(INFO), lambda: asyncio.run(ask())):
                _notice._told.clear()
                with self.assertWarnsRegex(ProbityDeprecationWarning, METHOD), \
                        self.assertRaises(errors.ServerFault):
                    how()

    def test_of_streams_at_their_beginning(self):
        def watch(client):
            with client.watch_verdicts() as watching:
                next(watching)
                self.assertIn(FIELD, _notice._told)

        def screen(client):
            with client.screen_stream(vendor_items("S", ["1"])) as answers:
                next(answers)

        def export(client):
            with self.assertRaises(errors.NotAllowed):
                list(client.datasets.export_dataset(v1.ExportDatasetRequest()))
        for ask in (watch, screen, export):
            _notice._told.clear()
            self.assertEqual(self.warned(ask, FIELD), [FIELD], ask)

    def test_with_asyncio(self):
        async def info(client):
            await client.server.get_server_info(INFO)

        async def get(client):
            with self.assertRaises(errors.NotFound):
                await client.suppliers.get_supplier(v1.GetSupplierRequest())

        async def watch(client):
            async with client.watch_verdicts() as watching:
                await watching.__anext__()

        async def screen(client):
            async with client.screen_stream(vendor_items("S", ["1"])) as answers:
                await answers.__anext__()

        async def ask(how, address):
            async with AsyncClient(address) as client:
                await how(client)
        for how in (info, get, watch, screen):
            _notice._told.clear()
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                asyncio.run(ask(how, self.serve(METHOD)))
            self.assertEqual(self.names(caught), [METHOD], how)

    def test_is_seen_in_a_script_and_can_be_silenced(self):
        script = ("import sys; from probity_client import Client, v1\n"
                  "client = Client(sys.argv[1])\n"
                  "client.server.get_server_info(v1.GetServerInfoRequest())\n")
        address = self.serve(FIELD)
        for options, seen in (((), True), (("-W", "ignore::DeprecationWarning"), False)):
            done = subprocess.run([sys.executable, *options, "-c", script, address], check=True,
                                  capture_output=True, text=True, timeout=120)
            said = f"<string>:3: ProbityDeprecationWarning: Probity: {FIELD} is deprecated"
            self.assertEqual(said in done.stderr, seen, done.stderr)


if __name__ == "__main__":
    unittest.main()
