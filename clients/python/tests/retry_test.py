"""Deadlines, what is sent again and what is not, and errors as callers get them."""
import asyncio
import time
import unittest
from unittest import mock

import fake
import grpc

from probity_client import AsyncClient, Client, errors, v1

CODE = grpc.StatusCode
QUOTA = {"reason": "QUOTA_EXCEEDED", "metadata": {"caller": "erp"}}


def script(*steps):
    """Answers of a method, one after the other; a Refusal is raised."""
    left = list(steps)

    def answer(request, context):
        step = left.pop(0)
        if isinstance(step, Exception):
            raise step
        return step
    return answer


class FakeTest(unittest.TestCase):
    def serve(self, **answers):
        self.server = fake.FakeServer(answers)
        self.addCleanup(self.server.stop)
        self.client = Client(self.server.address)
        self.addCleanup(self.client.close)
        return self.client

    def requests(self):
        return [request for _, request, _, _ in self.server.calls]

    def screen(self, **fields):
        return self.client.screening.screen_supplier(v1.ScreenSupplierRequest(**fields))


class RetryTest(FakeTest):
    def refused_once(self, wait, **options):
        refusal = fake.Refusal(CODE.RESOURCE_EXHAUSTED, "too much", retry_after=wait, **QUOTA)
        return self.serve(ScreenSupplier=script(refusal, v1.ScreenSupplierResponse()), **options)

    def test_waits_as_long_as_the_server_says_and_keeps_the_request_id(self):
        self.refused_once(0.3)
        begun = time.monotonic()
        self.screen()
        self.assertGreaterEqual(time.monotonic() - begun, 0.3)
        first, second = (v1.ScreenSupplierRequest.FromString(data) for data in self.requests())
        self.assertTrue(first.request_id)
        self.assertEqual(first.request_id, second.request_id)

    def test_does_not_wait_past_its_deadline(self):
        self.refused_once(30)
        begun = time.monotonic()
        with self.assertRaises(errors.Exhausted) as caught:
            self.screen()
        self.assertLess(time.monotonic() - begun, 10)
        self.assertEqual(caught.exception.retry_after, 30)
        self.assertIn("ask again in 30 seconds", caught.exception.user_message)
        self.assertEqual(len(self.server.calls), 1)

    def test_waits_with_asyncio_too(self):
        self.refused_once(0.2)

        async def ask():
            async with AsyncClient(self.server.address) as client:
                await client.screening.screen_supplier(v1.ScreenSupplierRequest())
        asyncio.run(ask())
        self.assertEqual(len(set(self.requests())), 1)
        self.assertEqual(len(self.server.calls), 2)

    def test_without_word_of_when_nothing_is_sent_again(self):
        full = fake.Refusal(CODE.RESOURCE_EXHAUSTED, "the disk is full", reason="DISK_FULL")
        self.serve(ScreenSupplier=script(full, v1.ScreenSupplierResponse()))
        with self.assertRaises(errors.Exhausted):
            self.screen()

    def test_what_has_no_request_id_is_sent_once(self):
        for code in (CODE.UNAVAILABLE, CODE.RESOURCE_EXHAUSTED):
            refusal = fake.Refusal(code, "not now", retry_after=0.01, reason="OVERLOADED")
            client = self.serve(ActivatePolicy=script(refusal, v1.ActivatePolicyResponse()))
            with self.assertRaises(errors.ProbityError):
                client.policies.activate_policy(v1.ActivatePolicyRequest())
            self.assertEqual(len(self.server.calls), 1, code)

    def test_nothing_is_sent_again_where_that_was_switched_off(self):
        async def ask(address, options):
            async with AsyncClient(address, options=options) as client:
                await client.screening.screen_supplier(v1.ScreenSupplierRequest())
        off = (("grpc.enable_retries", 0),)
        for code in (CODE.UNAVAILABLE, CODE.RESOURCE_EXHAUSTED):
            refusal = fake.Refusal(code, "not now", retry_after=0.01, reason="OVERLOADED")
            self.serve(ScreenSupplier=script(refusal, refusal, v1.ScreenSupplierResponse()))
            with Client(self.server.address, options=off) as client, \
                    self.assertRaises(errors.ProbityError):
                client.screening.screen_supplier(v1.ScreenSupplierRequest())
            with self.assertRaises(errors.ProbityError):
                asyncio.run(ask(self.server.address, off))
            self.assertEqual(len(self.server.calls), 2, code)

    def test_grpc_asks_again_where_nobody_answered(self):
        away = fake.Refusal(CODE.UNAVAILABLE, "drained")
        self.serve(ScreenSupplier=script(away, away, v1.ScreenSupplierResponse()))
        self.screen()
        self.assertEqual(len(self.server.calls), 3)
        self.assertEqual(len(set(self.requests())), 1)


class RequestIdTest(FakeTest):
    def test_a_request_is_not_changed_and_each_call_is_another_one(self):
        self.serve(ScreenSupplier=script(*[v1.ScreenSupplierResponse()] * 2))
        request = v1.ScreenSupplierRequest(policy="policies/a")
        self.client.screening.screen_supplier(request)
        self.client.screening.screen_supplier(request)
        self.assertEqual(request, v1.ScreenSupplierRequest(policy="policies/a"))
        self.assertEqual(len(set(self.requests())), 2)

    def test_the_callers_own_id_stays(self):
        self.serve(ScreenSupplier=script(v1.ScreenSupplierResponse()))
        self.screen(request_id="po-4711")
        self.assertIn(b"po-4711", self.requests()[0])

    def test_each_item_of_a_batch_has_one(self):
        self.serve(BatchScreenSuppliers=script(v1.BatchScreenSuppliersResponse()))
        items = [v1.BatchScreenItem(correlation_id=str(i)) for i in range(3)]
        items[1].request.request_id = "mine"
        self.client.screening.batch_screen_suppliers(v1.BatchScreenSuppliersRequest(items=items))
        sent = v1.BatchScreenSuppliersRequest.FromString(self.requests()[0])
        ids = [item.request.request_id for item in sent.items]
        self.assertEqual((ids[1], len(set(ids)), all(ids)), ("mine", 3, True))

    def test_an_error_tells_the_id_to_send_again(self):
        self.serve(ScreenSupplier=script(fake.Refusal(CODE.INTERNAL, "a fault")))
        with self.assertRaises(errors.ServerFault) as caught:
            self.screen(request_id="po-1")
        self.assertEqual(caught.exception.request_id, "po-1")


class DeadlineTest(FakeTest):
    def test_each_call_has_one_and_the_caller_may_give_a_longer_one(self):
        self.serve(ScreenSupplier=script(*[v1.ScreenSupplierResponse()] * 2))
        self.screen()
        self.client.screening.screen_supplier(v1.ScreenSupplierRequest(), timeout=120)
        usual, longer = (left for _, _, _, left in self.server.calls)
        self.assertTrue(5 < usual <= 20, usual)
        self.assertTrue(60 < longer <= 125, longer)

    def test_a_slow_answer_is_an_error(self):
        self.serve(GetServerInfo=lambda request, context: time.sleep(1))
        with self.assertRaises(errors.DeadlineExceeded) as caught:
            self.client.server.get_server_info(v1.GetServerInfoRequest(), timeout=0.1)
        self.assertIn("did not answer in time", caught.exception.user_message)


class ErrorTest(FakeTest):
    def caught(self, refusal):
        self.serve(GetSupplier=script(refusal))
        with self.assertRaises(errors.ProbityError) as caught:
            self.client.suppliers.get_supplier(v1.GetSupplierRequest(name="suppliers/x"))
        return caught.exception

    def test_carries_all_that_the_server_said(self):
        error = self.caught(fake.Refusal(
            CODE.INVALID_ARGUMENT, "the name is too long", reason="INVALID_FIELD",
            metadata={"field": "name"}, fields=[("name", "too long")]))
        self.assertIsInstance(error, errors.InvalidRequest)
        self.assertEqual((error.code, error.reason, error.domain, error.metadata),
                         (CODE.INVALID_ARGUMENT, "INVALID_FIELD", "probity", {"field": "name"}))
        self.assertEqual(error.field_violations, [("name", "too long")])
        self.assertEqual((error.call_id, error.method), ("c0ffee", "SupplierService/GetSupplier"))
        self.assertTrue(error.is_known_reason)
        self.assertIn("c0ffee", str(error))
        self.assertIsInstance(error.__cause__, grpc.RpcError)

    def test_a_reason_of_a_newer_server_is_kept(self):
        error = self.caught(fake.Refusal(CODE.FAILED_PRECONDITION, "не сейчас",
                                         reason="MOON_IN_THE_WRONG_PHASE", metadata={"moon": "月"}))
        self.assertIsInstance(error, errors.NotAllowed)
        self.assertEqual((error.reason, error.metadata),
                         ("MOON_IN_THE_WRONG_PHASE", {"moon": "月"}))
        self.assertFalse(error.is_known_reason)
        self.assertIn("не сейчас", error.user_message)

    def test_every_code_has_a_class_and_a_sentence(self):
        for code in grpc.StatusCode:
            if code is CODE.OK:
                continue
            error = errors.from_rpc(_Fault(code), "S/M", "host:1")
            self.assertRegex(error.user_message, r"^(Probity|This account|The question)\b.*\.$")

    def test_details_that_cannot_be_read_leave_the_code(self):
        for details in (b"\xff\xff\xff", b"", None):
            error = errors.from_rpc(_Fault(CODE.NOT_FOUND, details), "S/M", "host:1")
            self.assertIsInstance(error, errors.NotFound)
            self.assertEqual(error.reason, "")

    def test_of_an_item(self):
        error = errors.from_item(v1.ItemError(code=5, reason="SUPPLIER_NOT_FOUND",
                                              message="nobody", field="subject"))
        self.assertIsInstance(error, errors.NotFound)
        self.assertEqual((error.reason, error.field_violations[0].field),
                         ("SUPPLIER_NOT_FOUND", "subject"))
        self.assertIsInstance(errors.from_item(v1.ItemError(code=99)), errors.ServerFault)

    def test_a_request_of_another_type_is_refused_before_it_is_sent(self):
        self.serve()
        with self.assertRaisesRegex(TypeError, "takes a GetSupplierRequest, not a ListActsRequest"):
            self.client.suppliers.get_supplier(v1.ListActsRequest())


class TokenTest(FakeTest):
    def test_is_asked_for_with_every_call(self):
        self.serve(GetServerInfo=script(*[v1.GetServerInfoResponse()] * 2))
        tokens = iter(("one", "two"))
        with Client(self.server.address, token=lambda: next(tokens)) as client:
            client.server.get_server_info(v1.GetServerInfoRequest())
            client.server.get_server_info(v1.GetServerInfoRequest())
        self.assertEqual([metadata["authorization"] for _, _, metadata, _ in self.server.calls],
                         ["Bearer one", "Bearer two"])


class ForkTest(FakeTest):
    def test_another_process_gets_a_channel_of_its_own(self):
        self.serve(GetServerInfo=script(*[v1.GetServerInfoResponse()] * 2))
        calls = self.client._calls
        self.client.server.get_server_info(v1.GetServerInfoRequest())
        before = calls._channel
        with mock.patch("os.getpid", return_value=-1):
            self.client.server.get_server_info(v1.GetServerInfoRequest())
            self.assertIsNot(calls._channel, before)
            self.client.close()
        before.close()


class _Fault(grpc.RpcError):
    def __init__(self, code, details=None):
        super().__init__()
        self._code, self._trailers = code, (("grpc-status-details-bin", details),)

    def code(self):
        return self._code

    def details(self):
        return ""

    def trailing_metadata(self):
        return self._trailers


if __name__ == "__main__":
    unittest.main()
