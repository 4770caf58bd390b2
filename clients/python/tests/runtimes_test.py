"""The wheel beside each protobuf that an ERP may have, down to the oldest that it asks for, in
environments of their own. They are kept in the cache."""
import os
import pathlib
import shutil
import subprocess
import sys
import unittest

import fake
import grpc

from probity_client import v1

CACHE = pathlib.Path(os.environ["PROBITY_CLIENT_CACHE"])
WHEEL, = pathlib.Path(os.environ["PROBITY_CLIENT_DIST"]).glob("*.whl")
RUNTIMES = (  # The first is the oldest of both that pyproject.toml allows.
    ("protobuf==4.21.12", "grpcio==1.51.3"),
    ("protobuf==5.29.5", "grpcio==1.62.3"),
    ("protobuf==6.33.0", "grpcio==1.76.0"),
    ("protobuf==7.36.2", "grpcio==1.85.1"),
)
# Asks a server, reads details of errors, streams, asks a fake, and names what was imported.
SCRIPT = r"""
import asyncio, sys, warnings
from google.protobuf import __version__, json_format
from probity_client import AsyncClient, Client, by_identifier, errors, may_buy, testing, v1
request = v1.ScreenSupplierRequest(subject=by_identifier("GB-COH", "04830352", name="Ёж"))
assert json_format.Parse(json_format.MessageToJson(request), v1.ScreenSupplierRequest()) == request
with Client(sys.argv[1]) as client:
    assert may_buy(client.screening.screen_supplier(request))
    try:
        client.suppliers.get_supplier(v1.GetSupplierRequest())
        raise AssertionError
    except errors.NotFound as error:
        assert error.reason == "SUPPLIER_NOT_FOUND", error
    items = [v1.BatchScreenItem(correlation_id=str(i)) for i in range(100)]
    with client.screen_stream(items) as answers:
        assert [a.result.correlation_id for a in answers] == [str(i) for i in range(100)]
async def ask():
    async with AsyncClient(sys.argv[1]) as client:
        return may_buy(await client.screening.screen_supplier(request))
assert asyncio.run(ask())
warnings.simplefilter("always")
with testing.FakeProbity(deprecated=["v1.A.b"]) as probity, Client(probity.address) as client:
    probity.on_screening(by_identifier("GB-COH", "04830352"), testing.clear())
    probity.on_screening(None, testing.unavailable(), testing.error("NO_ACTIVE_POLICY"))
    probity.on_watch(v1.VerdictChange(id=1))
    with warnings.catch_warnings(record=True) as told, client.watch_verdicts() as watch:
        assert [next(watch).change.id for _ in range(2)] == [0, 1]
    assert len(told) == 1, told
    with client.screen_stream([v1.BatchScreenItem(request=request)]) as answers:
        assert [may_buy(answer) for answer in answers] == [True]
    try:
        client.screening.screen_supplier(v1.ScreenSupplierRequest())
        raise AssertionError
    except errors.NotAllowed as error:
        assert error.reason == "NO_ACTIVE_POLICY", error
assert not [name for name in sys.modules if name.startswith(("google.api", "google.rpc"))]
print(__version__)
"""


def environment(requirements):
    """Made once; the wheel is put into it anew each time."""
    name = "-".join(text.partition("==")[2] for text in requirements)
    home = CACHE / f"runtime-{name}"
    python = home / "bin/python"
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", str(python)]
    if not (home / ".done").exists():
        shutil.rmtree(home, ignore_errors=True)
        run([sys.executable, "-m", "venv", "--without-pip", str(home)])
        run([*pip, "install", "--quiet", *requirements])
        (home / ".done").touch()
    run([*pip, "install", "--quiet", "--no-index", "--no-deps", "--force-reinstall", str(WHEEL)])
    run([*pip, "check"])
    return python


def run(command):
    done = subprocess.run(command, capture_output=True, text=True, check=False,
                          env={k: v for k, v in os.environ.items() if k != "PYTHONPATH"})
    if done.returncode:
        raise AssertionError(f"{command}\n{done.stdout}{done.stderr}")
    return done.stdout


def clear(request, context):
    core = v1.DecisionCore(verdict=v1.VERDICT_CLEAR)
    return v1.ScreenSupplierResponse(decision=v1.Decision(core=core))


def nobody(request, context):
    raise fake.Refusal(grpc.StatusCode.NOT_FOUND, "nobody", reason="SUPPLIER_NOT_FOUND")


def screen_all(requests, context):
    next(requests)
    yield v1.StreamScreenSuppliersResponse(opened=v1.StreamScreenOpened(stream_id="s"))
    for position, data in enumerate(requests):
        item = v1.StreamScreenSuppliersRequest.FromString(data).item
        yield v1.StreamScreenSuppliersResponse(
            position=position,
            result=v1.BatchScreenItemResult(correlation_id=item.correlation_id))


class RuntimesTest(unittest.TestCase):
    def test_the_wheel_works_beside_each_protobuf(self):
        server = fake.FakeServer({"ScreenSupplier": clear, "GetSupplier": nobody,
                                  "StreamScreenSuppliers": screen_all},
                                 streams=["StreamScreenSuppliers"])
        self.addCleanup(server.stop)
        for requirements in RUNTIMES:
            with self.subTest(requirements):
                python = environment(requirements)
                said = run([str(python), "-c", SCRIPT, server.address])
                self.assertEqual(said.strip(), requirements[0].partition("==")[2])

    def test_receipts_say_what_they_need(self):
        python = environment(RUNTIMES[0])
        with self.assertRaisesRegex(AssertionError, "pip install probity-client\\[receipts\\]"):
            run([str(python), "-c", "import probity_client.receipts"])


if __name__ == "__main__":
    unittest.main()
