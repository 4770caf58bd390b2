"""A watch that goes on where it was cut, and one that cannot."""
import asyncio
import time
import unittest
from unittest import mock

import fake
import grpc

from probity_client import AsyncClient, Client, errors, v1

CODE = grpc.StatusCode
AWAY = fake.Refusal(CODE.UNAVAILABLE, "the server shuts down")


def checkpoint(cursor):
    return v1.WatchVerdictsResponse(checkpoint=v1.WatchCheckpoint(revision=1), cursor=cursor)


def change(number):
    return v1.WatchVerdictsResponse(change=v1.VerdictChange(id=number), cursor=str(number))


class FakeWatchTest(unittest.TestCase):
    def serve(self, *calls):
        """`calls`: of each, the messages, and at the end a Refusal where it fails."""
        left = list(calls)

        def answer(request, context):
            for step in left.pop(0):
                if isinstance(step, Exception):
                    raise step
                yield step
        self.server = fake.FakeServer({"WatchVerdicts": answer})
        self.addCleanup(self.server.stop)
        client = Client(self.server.address, options=(("grpc.enable_retries", 0),))
        self.addCleanup(client.close)
        return client

    def cursors(self):
        """With which each call began."""
        return [v1.WatchVerdictsRequest.FromString(request).cursor
                for _, request, _, _ in self.server.calls]

    def test_goes_on_behind_the_last_message(self):
        client = self.serve([checkpoint("a"), change(1), change(2), AWAY], [AWAY],
                            [checkpoint("2"), change(3)], [checkpoint("3"), change(4)])
        seen = []
        with client.watch_verdicts("portfolios/p", cursor="0") as watch:
            for message in watch:
                seen.append(message.change.id)
                self.assertEqual(watch.cursor, message.cursor)
                if message.change.id == 4:
                    break
        self.assertEqual([number for number in seen if number], [1, 2, 3, 4])
        self.assertEqual(self.cursors(), ["0", "2", "2", "3"])
        self.assertEqual(list(watch), [])

    def test_and_with_asyncio(self):
        self.serve([checkpoint("a"), change(1), AWAY], [AWAY], [checkpoint("1"), change(2)])

        async def watch():
            seen = []
            async with AsyncClient(self.server.address,
                                   options=(("grpc.enable_retries", 0),)) as client:
                async with client.watch_verdicts() as watch:
                    async for message in watch:
                        seen.append(message.cursor)
                        if message.change.id == 2:
                            return seen
        self.assertEqual(asyncio.run(watch()), ["a", "1", "1", "2"])
        self.assertEqual(self.cursors(), ["", "1", "1"])

    def test_an_expired_cursor_is_an_error(self):
        expired = fake.Refusal(CODE.FAILED_PRECONDITION, "gone", reason="CURSOR_EXPIRED")
        client = self.serve([expired], [checkpoint("a")])
        watch = client.watch_verdicts(cursor="old")
        with self.assertRaises(errors.NotAllowed) as caught:
            next(watch)
        self.assertEqual((caught.exception.reason, watch.cursor), ("CURSOR_EXPIRED", "old"))
        self.assertEqual(len(self.server.calls), 1)

    def test_patience_ends_though_the_server_says_that_it_is_there(self):
        client = self.serve(*[[checkpoint("a"), AWAY]] * 50)
        begun = time.monotonic()
        with client.watch_verdicts(patience=0.2) as watch, \
                self.assertRaises(errors.Unavailable):
            for message in watch:
                self.assertEqual(message.cursor, "a")
        self.assertGreaterEqual(time.monotonic() - begun, 0.2)
        self.assertLess(len(self.server.calls), 10)

    @mock.patch("probity_client.watch.time.sleep")
    def test_waits_longer_each_time_and_anew_after_progress(self, sleep):
        client = self.serve([AWAY], [AWAY], [checkpoint("a"), AWAY],
                            [checkpoint("a"), checkpoint("b"), AWAY], [checkpoint("b")])
        with client.watch_verdicts() as watch:
            self.assertEqual([next(watch).cursor for _ in range(4)], ["a", "a", "b", "b"])
        self.assertEqual([round(call.args[0], 1) for call in sleep.call_args_list],
                         [0.1, 0.2, 0.4, 0.1])

    def test_is_asked_for_as_long_as_the_server_says(self):
        refused = fake.Refusal(CODE.RESOURCE_EXHAUSTED, "many", reason="TOO_MANY_STREAMS",
                               retry_after=0.3)
        client = self.serve([refused], [checkpoint("a")])
        begun = time.monotonic()
        with client.watch_verdicts() as watch:
            self.assertEqual(next(watch).cursor, "a")
        self.assertGreaterEqual(time.monotonic() - begun, 0.3)


if __name__ == "__main__":
    unittest.main()
