"""Between gRPC and what a FakeProbity answers."""
from __future__ import annotations

import threading
import traceback
from typing import Any, Callable, Dict, Iterator, NamedTuple, Optional, Protocol, Tuple

import grpc

from .._method import Method
from ._book import Failed, Unset
from ._wire import BY_PATH, streams_of, trailers_of
from .answers import error

# Seconds from which on gRPC means that there is no deadline.
_FOREVER = 1e9


class Call(NamedTuple):
    """What was asked. Each message of a stream of requests is one."""

    method: str  # "ScreeningService/ScreenSupplier"
    request: Any
    metadata: Dict[str, Any]
    timeout: Optional[float]  # seconds that were left; None: no deadline


class Answering(Protocol):
    """What answers. Raises Unset and Failed."""

    notice: Tuple[Tuple[str, str], ...]  # metadata beside each answer

    def record(self, call: Call) -> None: ...

    def blame(self, fault: str) -> str:
        """Keeps what the test's author has to mend; gives it back."""

    def answer(self, method: str, request: Any) -> Any: ...

    def answers(self, method: str, request: Any, goes_on: Callable[[], bool]) -> Iterator[Any]:
        """request: an iterator of them, where they are a stream."""


class Handler(grpc.GenericRpcHandler):
    """Thread-safe."""

    def __init__(self, fake: Answering) -> None:
        self._fake = fake

    def service(self, details: Any) -> Any:
        method = BY_PATH.get(details.method)
        if method is None:
            return None
        many_requests, many_answers = streams_of(method)
        make = getattr(grpc, f"{'stream' if many_requests else 'unary'}_"
                             f"{'stream' if many_answers else 'unary'}_rpc_method_handler")
        running = _Running(self._fake, method, dict(details.invocation_metadata), many_requests)
        return make(running.many if many_answers else running.one,
                    request_deserializer=method.request.FromString,
                    response_serializer=method.response.SerializeToString)


class _Running:
    """One call."""

    def __init__(self, fake: Answering, method: Method[Any, Any], metadata: Dict[str, Any],
                 many_requests: bool) -> None:
        self._fake, self._method, self._metadata = fake, method.name, metadata
        self._many_requests = many_requests

    def one(self, request: Any, context: Any) -> Any:
        try:
            answer = self._fake.answer(self._method, self._recorded(request, context))
            self._begin(context)
            return answer
        except Exception as fault:
            self._fail(fault, context)

    def many(self, request: Any, context: Any) -> Iterator[Any]:
        def goes_on() -> bool:  # A test that never closes its fake still ends.
            return bool(context.is_active()) and threading.main_thread().is_alive()
        try:
            asked = self._recorded(request, context)
            for place, answer in enumerate(self._fake.answers(self._method, asked, goes_on)):
                if place == 0:
                    self._begin(context)
                yield answer
        except Exception as fault:
            self._fail(fault, context)

    def _begin(self, context: Any) -> None:
        """With an answer alone: gRPC does not send a call again that an error began to answer."""
        if self._fake.notice:
            context.send_initial_metadata(self._fake.notice)

    def _recorded(self, request: Any, context: Any) -> Any:
        if self._many_requests:
            return (self._record(one, context) for one in request)
        return self._record(request, context)

    def _record(self, request: Any, context: Any) -> Any:
        left = context.time_remaining()
        timeout = None if left is None or left > _FOREVER else left
        self._fake.record(Call(self._method, request, self._metadata, timeout))
        return request

    def _fail(self, fault: Exception, context: Any) -> None:
        if isinstance(fault, Failed):
            told, more = fault.error, fault.more
        else:
            if not context.is_active():
                return  # Nobody waits for it: the client has gone, while it was being sent.
            told, more = self._blamed(fault), False
        context.set_trailing_metadata((*trailers_of(told, "fake", more), *self._fake.notice))
        context.abort(told.code, told.message)

    def _blamed(self, fault: Exception) -> Any:
        if isinstance(fault, Unset):
            text = f"FakeProbity: {self._fake.blame(str(fault))}"
            return error(code=grpc.StatusCode.UNIMPLEMENTED, message=text)
        trace = "".join(traceback.format_exception(type(fault), fault, fault.__traceback__))
        self._fake.blame(f"{self._method} was answered by what failed:\n{trace}")
        text = f"FakeProbity: the answer to {self._method} failed: {fault!r}"
        return error(code=grpc.StatusCode.UNIMPLEMENTED, message=text)
