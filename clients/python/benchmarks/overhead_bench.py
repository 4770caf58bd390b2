#!/usr/bin/env python3
"""What the client adds to a call: CPU of the calling process, system calls and gRPC's own threads
included, through Client, against the stubs that gRPC's generator makes, called as its tutorial
calls them: no deadline, no retries, no request id. Both speak TLS with the same certificate, and
get the same requests, made before. Slices of both alternate; each pair gives a ratio, and the
figure is its median.
"""
import asyncio
import pathlib
import statistics
import time
from typing import Any, Callable, List, NamedTuple

import grpc
import register
import report

from probity_client import AsyncClient, Client, v1
from probity_client.v1 import (
    certification_service_pb2_grpc,
    screening_service_pb2_grpc,
    supplier_service_pb2_grpc,
)

WARM = 2  # pairs that do not count
CHECKED = 50  # answers that are looked into before anything is measured


class Call(NamedTuple):
    """One RPC: through the client, through its stub, and what is right of an answer."""
    name: str
    requests: List[Any]
    of_client: Callable[[Any], Any]
    of_stub: Callable[[Any], Any]
    is_right: Callable[[Any], bool]


def calls_of(suppliers, client, channel):
    """LookupSuppliers, CheckCertification and ScreenSupplier, each of one supplier by its LEI."""
    def purchase(scheme):
        return v1.PurchaseContext(
            authority_country="DE", purpose=v1.PURPOSE_QUALIFICATION,
            requirements=[v1.RequiredEvidence(
                requirement_id=scheme, accepted_schemes=[v1.AcceptedScheme(scheme_id=scheme)])])

    return [
        Call("lookup",
             [v1.LookupSuppliersRequest(identifiers=[s.identifier]) for s in suppliers],
             client.suppliers.lookup_suppliers,
             supplier_service_pb2_grpc.SupplierServiceStub(channel).LookupSuppliers,
             lambda answer: len(answer.results) == 1 and len(answer.results[0].suppliers) == 1),
        Call("check",
             [v1.CheckCertificationRequest(
                 subject=v1.SubjectRef(identifier=s.identifier),
                 accepted_schemes=[v1.AcceptedScheme(scheme_id=s.scheme)]) for s in suppliers],
             client.certifications.check_certification,
             certification_service_pb2_grpc.CertificationServiceStub(channel).CheckCertification,
             lambda answer: answer.result == v1.CERTIFICATION_RESULT_VALID),
        Call("screen",
             [v1.ScreenSupplierRequest(
                 subject=v1.ScreenedSubject(ref=v1.SubjectRef(identifier=s.identifier)),
                 purchase=purchase(s.scheme)) for s in suppliers],
             client.screening.screen_supplier,
             screening_service_pb2_grpc.ScreeningServiceStub(channel).ScreenSupplier,
             lambda answer: answer.decision.name != ""),
    ]


class Slices:
    """Hands out a call's requests in turn; both sides get each slice."""

    def __init__(self, call, length):
        self._call, self._length, self._at = call, length, 0

    def next(self):
        requests = self._call.requests
        taken = [requests[(self._at + i) % len(requests)] for i in range(self._length)]
        self._at = (self._at + self._length) % len(requests)
        return taken


def micros(run, requests):
    """CPU of this process for each call, in microseconds."""
    begun = time.process_time()
    run(requests)
    return (time.process_time() - begun) / len(requests) * 1e6


def measure(call, name, run_client, run_stub, options):
    with_client, with_stub = [], []
    slices = Slices(call, options.calls)
    sides = [(run_client, with_client), (run_stub, with_stub)]
    for pair in range(-WARM, options.pairs):
        requests = slices.next()
        for run, measured in sides if pair % 2 else reversed(sides):
            took = micros(run, requests)
            if pair >= 0:
                measured.append(took)
    ratios = [one / other for one, other in zip(with_client, with_stub)]
    report.figure_of_ratios(
        name, ratios, "<= 2",
        f"{statistics.median(with_client):.0f} us of the caller's CPU a call, "
        f"{statistics.median(with_stub):.0f} through a stub")


def in_turn(function):
    return lambda requests: [function(request) for request in requests]


def check(call, *runs):
    for run in runs:
        for answer in run(call.requests[:CHECKED]):
            if not call.is_right(answer):
                raise SystemExit(f"overhead_bench.py: {call.name}: a wrong answer:\n{answer}")


def credentials(arguments):
    ca, cert, key = (pathlib.Path(arguments[name]).read_bytes() for name in ("ca", "cert", "key"))
    return grpc.ssl_channel_credentials(ca, key, cert)


def run_sync(options, arguments, suppliers):
    with Client(options.server, **arguments) as client, \
            grpc.secure_channel(options.server, credentials(arguments)) as channel:
        for call in calls_of(suppliers, client, channel):
            of_client, of_stub = in_turn(call.of_client), in_turn(call.of_stub)
            check(call, of_client, of_stub)
            measure(call, f"python_{call.name}_vs_stub", of_client, of_stub, options)


def run_async(options, arguments, suppliers):
    """The cheapest call, of which the client is the greatest part."""
    loop = asyncio.new_event_loop()

    async def opened():
        return (AsyncClient(options.server, **arguments),
                grpc.aio.secure_channel(options.server, credentials(arguments)))

    async def awaited(function, requests):
        return [await function(request) for request in requests]

    def in_loop(function):
        return lambda requests: loop.run_until_complete(awaited(function, requests))

    client, channel = loop.run_until_complete(opened())
    call = calls_of(suppliers, client, channel)[0]
    of_client, of_stub = in_loop(call.of_client), in_loop(call.of_stub)
    check(call, of_client, of_stub)
    measure(call, "python_async_vs_stub", of_client, of_stub, options)
    loop.run_until_complete(client.close())
    loop.run_until_complete(channel.close())
    loop.close()


def main():
    parser = register.parser(__doc__)
    parser.add_argument("--pairs", type=int, default=40)
    parser.add_argument("--calls", type=int, default=250, help="of a slice")
    options = parser.parse_args()
    arguments = {"ca": options.ca, "cert": options.cert, "key": options.key}
    suppliers = list(register.read(options.register, 2000))
    run_sync(options, arguments, suppliers)
    run_async(options, arguments, suppliers)
    report.finish()


if __name__ == "__main__":
    main()
