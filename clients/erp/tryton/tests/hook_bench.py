"""`./scripts/bench.sh tryton`: how long a person who confirms waits for the module. Beside it, in
the same run and by turns, the same question asked by gRPC's own stub: a loud machine makes
both slower. Prints lines for people, and an object of figures."""
import contextlib
import json
import pathlib
import statistics
import time
import unittest
from unittest.mock import patch

from cluster import Cluster

CONFIRMATIONS = 200
AIM_MS = 20


class Times(list):
    """Of each time that something was done: ms by the clock, ms of this thread's CPU, and
    statements of SQL."""
    statements = 0

    @contextlib.contextmanager
    def one(self):
        before = self._now()
        try:
            yield
        finally:
            self.append([after - first for after, first in zip(self._now(), before, strict=True)])

    @classmethod
    def _now(cls):
        return time.perf_counter() * 1e3, time.thread_time() * 1e3, Times.statements

    def of(self, function):
        def timed(*arguments, **named):
            with self.one():
                return function(*arguments, **named)
        return timed

    def together(self):
        """Sums up since the last call: a confirmed order is processed at once, and its state
        written again."""
        self[self.told:] = [[sum(column) for column in zip(*self[self.told:], strict=True)]]
        self.told = len(self)

    told = 0

    def cuts(self, column=0):
        """Percentiles 1 to 99."""
        return statistics.quantiles([row[column] for row in self], n=100)


def counted(execute):
    def counting(*arguments, **named):
        Times.statements += 1
        return execute(*arguments, **named)
    return counting


def stub_call(address, token):
    """ScreenSupplier without a client around it."""
    import grpc
    from probity_client import v1
    method = grpc.insecure_channel(address).unary_unary(
        '/probity.v1.ScreeningService/ScreenSupplier',
        request_serializer=v1.ScreenSupplierRequest.SerializeToString,
        response_deserializer=v1.ScreenSupplierResponse.FromString)
    metadata = [('authorization', f'Bearer {token}')]
    return lambda request: method(request, timeout=60, metadata=metadata)


def measure():
    # trytond reads where its database is when it is imported.
    import psycopg
    from trytond.modules.probity import purchase as module
    from trytond.modules.probity.request import request_of
    from trytond.pool import Pool
    from trytond.transaction import Transaction

    from world import DB_NAME, Model, TrytonTest

    hook, ask, read, keep, stub = Times(), Times(), Times(), Times(), Times()

    class Bench(TrytonTest):
        """Orders of one supplier, of an item each, confirmed one after the other."""

        def request_of(self, order):
            with Transaction().start(DB_NAME, self.users['buyer']):
                return request_of(Pool().get('purchase.purchase')(order.id))

        def runTest(self):
            party = self.good()
            orders = [self.purchase(party) for _ in range(CONFIRMATIONS)]
            Model.get('purchase.purchase').click(orders, 'quote')
            call = stub.of(stub_call(self.probity.server.address, pathlib.Path(
                self.probity.token('tryton')).read_text().strip()))
            request = self.request_of(orders[0])
            Purchase = Pool(DB_NAME).get('purchase.purchase')
            Screening = Pool(DB_NAME).get('purchase.probity.screening')
            with patch.object(Purchase, 'probity_confirm', hook.of(Purchase.probity_confirm)), \
                    patch.object(module, 'request_of', read.of(request_of)), \
                    patch.object(module, 'screen', ask.of(module.screen)), \
                    patch.object(Screening, 'keep', keep.of(Screening.keep)), \
                    patch.object(psycopg.Cursor, 'execute', counted(psycopg.Cursor.execute)):
                for order in orders:
                    call(request)
                    order.click('confirm')
                    hook.together()
            self.assertEqual({order.probity_verdict for order in orders}, {'clear'})
            for times in (hook, read, ask, keep):
                self.assertEqual(len(times), CONFIRMATIONS)

    result = unittest.TestResult()
    unittest.TestSuite([Bench()]).run(result)
    for _, fault in [*result.errors, *result.failures]:
        print(fault)
    if not result.wasSuccessful():
        return 1
    told(hook, ask, read, keep, stub)
    return 0


def told(hook, ask, read, keep, stub):
    cuts = hook.cuts()
    figures = {
        'tryton_hook_p50_ms': cuts[49], 'tryton_hook_p95_ms': cuts[94],
        'tryton_hook_cpu_p50_ms': hook.cuts(1)[49],
        'tryton_hook_statements': hook.cuts(2)[49],
        'tryton_stub_p50_ms': stub.cuts()[49],
        'tryton_hook_vs_stub': cuts[49] / stub.cuts()[49]}
    print(f'{"tryton_hook_p50_ms":26} {cuts[49]:8.1f}  aim <= {AIM_MS:5} '
          f'{CONFIRMATIONS} confirmations; p95 {cuts[94]:.1f}; CPU of its own '
          f'{hook.cuts(1)[49]:.1f}, {hook.cuts(2)[49]:.0f} statements of SQL')
    print(f'{"  of it, in ms":26} {"":8}            order read {read.cuts()[49]:.1f} '
          f'({read.cuts(1)[49]:.1f} of CPU, {read.cuts(2)[49]:.0f} statements), '
          f'asked {ask.cuts()[49]:.1f}, kept {keep.cuts()[49]:.1f}')
    print(f'{"tryton_stub_p50_ms":26} {stub.cuts()[49]:8.1f}            the same question by '
          f'gRPC alone, by turns; the hook is {figures["tryton_hook_vs_stub"]:.1f} times that')
    print(json.dumps({name: round(value, 2) for name, value in figures.items()}))


if __name__ == '__main__':
    cluster = Cluster()
    try:
        raise SystemExit(measure())
    finally:
        cluster.stop()
