"""Streams that are cut, refused and slow, against a server that is scripted."""
import asyncio
import threading
import time
import unittest

import fake
import grpc

from probity_client import AsyncClient, Client, ProbityError, errors, v1

EVERY = 10  # results from one resume token to the next


class Log:
    """Decides items as a server does; ends a stream behind the places in `cuts`, in order."""

    def __init__(self, cuts=(), ends=None):
        self.cuts, self.ends, self.openings = list(cuts), list(ends or ()), []
        self.decided = {}  # position: request, once each
        self.most_waiting = 0

    def __call__(self, requests, context):
        requests = (v1.StreamScreenSuppliersRequest.FromString(data) for data in requests)
        settings = next(requests).settings
        self.openings.append(settings)
        position = int(settings.resume_token or 0)
        cut = self.cuts.pop(0) if self.cuts else None
        yield self.opened(position)
        for request in requests:
            if cut is not None and position >= cut:
                raise self.ends.pop(0) if self.ends else fake.Refusal(
                    grpc.StatusCode.UNAVAILABLE, "shut down")
            known = self.decided.setdefault(position, request)
            assert known == request, position
            yield self.result(position, request.item)
            position += 1

    @staticmethod
    def opened(position):
        return v1.StreamScreenSuppliersResponse(
            position=position, resume_token=str(position),
            opened=v1.StreamScreenOpened(stream_id="run"))

    @staticmethod
    def result(position, item):
        token = str(position + 1) if position % EVERY == EVERY - 1 else ""
        core = v1.DecisionCore(verdict=v1.VERDICT_CLEAR)
        answer = v1.ScreenSupplierResponse(decision=v1.Decision(core=core))
        return v1.StreamScreenSuppliersResponse(
            position=position, resume_token=token, result=v1.BatchScreenItemResult(
                correlation_id=item.correlation_id, response=answer))


def items(count, first=0):
    for i in range(first, first + count):
        yield v1.BatchScreenItem(correlation_id=f"v{i}")


class StreamTest(unittest.TestCase):
    def serve(self, answer):
        self.server = fake.FakeServer({"StreamScreenSuppliers": answer},
                                      streams=["StreamScreenSuppliers"])
        self.addCleanup(self.server.stop)
        self.client = Client(self.server.address)
        self.addCleanup(self.client.close)

    def screen(self, source, **options):
        with self.client.screen_stream(source, **options) as answers:
            return [(answer.position, answer.result.correlation_id) for answer in answers]

    def whole(self, count, first=0):
        return [(i, f"v{i}") for i in range(first, first + count)]

    def test_each_item_is_answered_in_order(self):
        for count in (0, 1, EVERY, 1500):
            self.serve(Log())
            self.assertEqual(self.screen(items(count)), self.whole(count))

    def test_goes_on_where_it_was_cut(self):
        log = Log(cuts=(3, 17, 17, 500))
        self.serve(log)
        self.assertEqual(self.screen(items(1000), window=64), self.whole(1000))
        self.assertEqual([opening.resume_token for opening in log.openings],
                         ["", "0", "10", "10", "500"])
        self.assertTrue(log.openings[0].stream_id)
        self.assertEqual(len({opening.stream_id for opening in log.openings}), 1)

    def test_goes_on_when_asyncio_is_used(self):
        log = Log(cuts=(3, 17))
        self.serve(log)

        async def later(count):
            for item in items(count):
                await asyncio.sleep(0)
                yield item

        async def screen(source):
            async with AsyncClient(self.server.address) as client:
                async with client.screen_stream(source, window=16) as answers:
                    return [(answer.position, answer.result.correlation_id)
                            async for answer in answers]
        self.assertEqual(asyncio.run(screen(items(300))), self.whole(300))
        self.assertEqual(asyncio.run(screen(later(30))), self.whole(30))

    def test_a_run_is_taken_up_by_another_process(self):
        self.serve(Log())
        with self.client.screen_stream(items(100), window=8) as answers:
            for answer in answers:
                if answer.position == 57:
                    break
            token, position = answers.resume_token, answers.resume_position
        self.assertEqual(position, 50)
        rest = self.screen(items(100 - position, first=position), resume_token=token)
        self.assertEqual(rest, self.whole(50, first=50))

    def test_waits_out_a_budget_and_idleness(self):
        quota = fake.Refusal(grpc.StatusCode.RESOURCE_EXHAUSTED, "budget", retry_after=0.2,
                             reason="QUOTA_EXCEEDED")
        idle = fake.Refusal(grpc.StatusCode.DEADLINE_EXCEEDED, "idle", reason="STREAM_IDLE")
        self.serve(Log(cuts=(5, 15), ends=(quota, idle)))
        begun = time.monotonic()
        self.assertEqual(self.screen(items(30)), self.whole(30))
        self.assertGreaterEqual(time.monotonic() - begun, 0.2)

    def test_an_error_that_stays_is_raised_and_the_token_kept(self):
        expired = fake.Refusal(grpc.StatusCode.FAILED_PRECONDITION, "gone",
                               reason="REVISION_EXPIRED")
        self.serve(Log(cuts=(25,), ends=(expired,)))
        answers = self.client.screen_stream(items(100), window=8)
        with self.assertRaises(errors.NotAllowed) as caught:
            list(answers)
        self.assertEqual(caught.exception.reason, "REVISION_EXPIRED")
        self.assertEqual((answers.resume_token, answers.resume_position), ("20", 20))
        self.assertEqual(list(answers), [])  # It has ended.

    def test_gives_up_on_a_server_that_stays_away(self):
        self.serve(Log())
        self.server.stop()
        begun = time.monotonic()
        with self.assertRaises(errors.Unavailable):
            self.screen(items(10), patience=0.3)
        self.assertLess(time.monotonic() - begun, 30)

    def test_gives_up_on_a_server_that_opens_and_answers_nothing(self):
        log = Log(cuts=[0] * 1000)
        self.serve(log)
        with self.assertRaises(errors.Unavailable):
            self.screen(items(10), patience=0.5)
        self.assertGreater(len(log.openings), 1)

    def test_a_caller_who_takes_his_time_is_not_given_up(self):
        self.serve(Log(cuts=(5,)))
        with self.client.screen_stream(items(20), window=2, patience=0.1) as answers:
            for answer in answers:
                if answer.position == 4:
                    time.sleep(0.3)
        self.assertEqual(answer.position, 19)

    def test_takes_no_more_than_its_window(self):
        taken, answered, most = 0, 0, 0

        def source():
            nonlocal taken, most
            for item in items(500):
                taken += 1
                most = max(most, taken - answered)
                yield item
        self.serve(Log())
        with self.client.screen_stream(source(), window=32) as answers:
            for answer in answers:
                answered = answer.position + 1
        self.assertEqual((answered, taken), (500, 500))
        self.assertLessEqual(most, 32 + 1)

    def test_the_source_is_read_by_the_thread_that_iterates(self):
        threads = set()

        def source():
            for item in items(100):
                threads.add(threading.get_ident())
                yield item
        self.serve(Log(cuts=(20,)))
        self.screen(source(), window=8)
        self.assertEqual(threads, {threading.get_ident()})

    def test_a_fault_of_the_source_reaches_the_caller_and_ends_the_stream(self):
        def source():
            yield from items(3)
            raise LookupError("no more rows")
        self.serve(Log())
        with self.assertRaisesRegex(LookupError, "no more rows"):
            self.screen(source())

    def test_a_slow_source_does_not_hold_up_answers(self):
        seen = []

        def source():
            for item in items(5):
                seen.append(len(answered))
                yield item
                time.sleep(0.06)
        answered = []
        self.serve(Log())
        with self.client.screen_stream(source()) as answers:
            for answer in answers:
                answered.append(answer)
        self.assertEqual(len(answered), 5)
        self.assertGreater(seen[-1], 0)

    def test_a_stream_that_ends_too_early_is_no_answer(self):
        self.serve(lambda requests, context: iter((Log.opened(0),)))
        with self.assertRaisesRegex(RuntimeError, "before all items were answered"):
            self.screen(items(3))

    def test_answers_that_are_counted_otherwise_are_not_handed_out(self):
        item = v1.BatchScreenItem()
        for wrong in ((Log.opened(0), Log.result(1, item)), (Log.opened(3),),
                      (Log.opened(0), *(Log.result(i, item) for i in range(4)))):
            self.serve(lambda requests, context, wrong=wrong: iter(wrong))
            with self.assertRaisesRegex(RuntimeError, "of the stream"):
                self.screen(items(3))

    def test_no_thread_is_left_behind(self):
        self.serve(Log())
        before = self.threads()
        for _ in range(5):
            with self.client.screen_stream(items(100), window=8) as answers:
                next(answers)
        end = time.monotonic() + 30
        while self.threads() > before + 1 and time.monotonic() < end:
            time.sleep(0.02)
        # The channel keeps one thread of its own.
        self.assertLessEqual(self.threads(), before + 1)

    @staticmethod
    def threads():
        """Without those of the server, which is in this process."""
        return sum(not thread.name.startswith("ThreadPool") for thread in threading.enumerate())

    def test_windows(self):
        self.serve(Log())
        with self.assertRaisesRegex(ValueError, "window"):
            self.client.screen_stream(items(1), window=0)
        self.assertEqual(self.screen(items(25), window=1), self.whole(25))

    def test_errors_are_probity_errors(self):
        self.serve(Log(cuts=(0,), ends=(fake.Refusal(grpc.StatusCode.PERMISSION_DENIED, "no"),)))
        with self.assertRaises(ProbityError):
            self.screen(items(1))


if __name__ == "__main__":
    unittest.main()
