"""All of tests/corpus against a fresh sandbox, by both clients, and that the runner can fail."""
import asyncio
import unittest

import corpus
import grpc
from google.protobuf import duration_pb2, json_format
from world import World

from probity_client import AsyncClient, Client, errors
from probity_client._generated import methods

METHODS = {method.path: method for method in methods.ALL}
NO_RETRIES = (("grpc.enable_retries", 0),)
ADDRESS = "127.0.0.1:9"  # of nobody


def error_of(error):
    """As the README of the corpus writes it."""
    told = {"code": error.code.name, "reason": error.reason or None, "metadata": error.metadata,
            "fieldViolations": [violation.field for violation in error.field_violations]}
    if error.retry_after is not None:
        delay = duration_pb2.Duration()
        delay.FromNanoseconds(round(error.retry_after * 1e9))
        told["retryDelay"] = delay.ToJsonString()
    return told


class Call:
    """One call of a case, by the public method of a client where it has one."""

    def __init__(self, client, path, requests, token):
        self.client, self.method = client, METHODS[f"/{path}"]
        self.requests = [json_format.ParseDict(one, self.method.request()) for one in requests]
        self.metadata = (("authorization", f"Bearer {token}"),) if token else ()

    def begin(self):
        """A message, a listing, or an iterator of messages; of AsyncClient, awaited or async."""
        service, name = self.method.name.split("/")
        snake = "".join(f"_{c.lower()}" if c.isupper() else c for c in name).lstrip("_")
        owner, = (one for one in vars(self.client).values()
                  if type(one).__name__.replace("Async", "") == service)
        if not hasattr(owner, snake):  # A stream both ways.
            return self.client._calls.both_ways(self.method, self.sent())
        request, = self.requests
        begun = getattr(owner, snake)(request, metadata=self.metadata)
        return begun.pages() if hasattr(begun, "pages") else begun

    def sent(self):
        return iter(self.requests)

    def failed(self, fault):
        if isinstance(fault, grpc.RpcError):  # Of both_ways.
            fault = errors.from_rpc(fault, self.method.name, ADDRESS)
        return error_of(fault)


def ask(client, *given):
    call, responses = Call(client, *given), []
    try:
        begun = call.begin()
        if isinstance(begun, call.method.response):
            begun = [begun]
        for message in begun:
            responses.append(json_format.MessageToDict(message))
            if call.method.items:  # One page is one call.
                break
    except (errors.ProbityError, grpc.RpcError) as fault:
        return responses, call.failed(fault)
    return responses, None


class AsyncCall(Call):
    async def sent(self):
        for request in self.requests:
            yield request


async def ask_async(client, *given):
    call, responses = AsyncCall(client, *given), []
    try:
        begun = call.begin()
        if asyncio.iscoroutine(begun):
            return [json_format.MessageToDict(await begun)], None
        async for message in begun:
            responses.append(json_format.MessageToDict(message))
            if call.method.items:
                break
    except (errors.ProbityError, grpc.RpcError) as fault:
        return responses, call.failed(fault)
    return responses, None


class CorpusTest(unittest.TestCase):
    def run_all(self, ask):
        count = 0
        for name, case in corpus.cases():
            with self.subTest(name):
                self.assertEqual(corpus.run(case, ask), [])
            count += 1
        self.assertGreaterEqual(count, 171)

    def sandbox(self):
        world = World("sandbox")
        self.addCleanup(world.close)
        return world.address

    def test_the_client_gets_what_the_corpus_says(self):
        with Client(self.sandbox(), options=NO_RETRIES) as client:
            self.run_all(lambda *given: ask(client, *given))

    def test_and_with_asyncio(self):
        loop = asyncio.new_event_loop()
        self.addCleanup(loop.close)
        client = AsyncClient(self.sandbox(), options=NO_RETRIES)
        self.run_all(lambda *given: loop.run_until_complete(ask_async(client, *given)))
        loop.run_until_complete(client.close())


class RunnerTest(unittest.TestCase):
    """A runner that passes everything would be worth nothing."""

    def test_what_is_different_is_said(self):
        for expected, answer, said in (
                ({"a": {"b": "x"}}, {"a": {"b": "y"}, "c": 1}, [".a.b: 'x' expected, not 'y'"]),
                ({"a": {"b": 1}}, {}, [".a.b: 1 expected, not None"]),
                ({"a": {"b": 1}}, {"a": 1}, [".a: an object expected, not 1"]),
                ([1, 2], [1], [": 2 expected, not 1: [1]"]),
                ([1, 2], [2, 1], ["[0]: 1 expected, not 2", "[1]: 2 expected, not 1"]),
                ({"a": [1]}, {}, [".a: 1 expected, not 0: None"]),
                ([], [1], [": 0 expected, not 1: [1]"]),
                ("2", 2, [": '2' expected, not 2"]),
                (1, True, [": 1 expected, not True"]),
                (False, True, [": False expected, not True"]),
                ("", "x", [": '' expected, not 'x'"]),
                ({"a": "", "b": "0", "c": 0, "d": False, "e": None, "f": [], "g": {}}, {}, []),
                ({"a": [{"b": 1}, {}]}, {"a": [{"b": 1, "c": 2}, {"d": 1}]}, [])):
            self.assertEqual(corpus.differences(expected, answer), said)

    def test_a_wrong_expectation_fails(self):
        answer, error = {"verdict": "VERDICT_CLEAR"}, {"code": "NOT_FOUND", "reason": None}
        case = {"method": "m", "request": {}}
        for wrong, gives in (
                ({"expect": {"verdict": "VERDICT_BLOCK"}}, ([answer], None)),
                ({"expect": {}}, ([], None)), ({"expect": {}}, ([answer], error)),
                ({"responses": []}, ([answer], None)), ({"error": error}, ([answer], None)),
                ({"error": {"code": "NOT_FOUND", "reason": "SUPPLIER_NOT_FOUND"}}, ([], error)),
                ({"error": {"code": "UNAVAILABLE"}}, ([], error))):
            self.assertNotEqual(corpus.run({**case, **wrong}, lambda *_, gives=gives: gives), [])
        for right, gives in (({"expect": answer}, ([answer], None)),
                             ({"error": error, "responses": []}, ([], error))):
            self.assertEqual(corpus.run({**case, **right}, lambda *_, gives=gives: gives), [])

    def test_steps_pass_on_what_they_save(self):
        asked = []

        def ask(method, requests, token):
            asked.append((method, requests, token))
            return [{"results": [{"name": "suppliers/1"}]}], None
        first = {"method": "a", "request": {}, "expect": {}, "save": {"it": "results.0.name"}}
        second = {"method": "b", "request": {"x": ["${it}/y"]}, "token": "t", "expect": {}}
        self.assertEqual(corpus.run({"steps": [first, second]}, ask), [])
        self.assertEqual(asked[1], ("b", [{"x": ["suppliers/1/y"]}], "t"))


if __name__ == "__main__":
    unittest.main()
