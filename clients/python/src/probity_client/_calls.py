"""Calls over a channel that is made when the first one needs it, in the process that needs
it: a server of an ERP may make its Client first and fork its workers then. Another one is
made when the files of certificates were renewed.
"""
from __future__ import annotations

import os
import threading
import time
from typing import Any, Dict, Iterator, Optional

import grpc

from ._connection import LOOK_EVERY, Connection
from ._method import Metadata, Method, Request, Response, with_ids
from ._notice import tell_deprecated, tell_deprecated_of
from ._pages import Pages
from ._retry import deadline_of, left, wait_before
from .errors import from_rpc


def checked(method: Method[Request, Response], request: Request) -> Any:
    if not isinstance(request, method.request):
        raise TypeError(f"{method.name} takes a {method.request.__name__}, "
                        f"not a {type(request).__name__}")
    return with_ids(method, request)


class Calls:
    """Thread-safe."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._lock = threading.Lock()
        self._process, self._look_at = 0, 0.0
        self._channel: Optional[grpc.Channel] = None
        self._callables: Dict[Method[Any, Any], Any] = {}

    def unary(self, method: Method[Request, Response], request: Request,
              timeout: Optional[float], metadata: Metadata) -> Response:
        request = checked(method, request)
        deadline, attempt = deadline_of(method, timeout), 1
        while True:
            try:
                answer: Response
                answer, call = self._callable(method).with_call(
                    request, timeout=left(deadline), metadata=self._metadata(metadata))
                tell_deprecated(call.initial_metadata())
                return answer
            except grpc.RpcError as fault:
                error = from_rpc(fault, method.name, self.connection.address, request)
                tell_deprecated_of(fault)
            delay = wait_before(method, error, attempt, deadline)
            if delay is None or not self.connection.retries:
                raise error
            time.sleep(delay)
            attempt += 1

    def stream(self, method: Method[Request, Response], request: Request,
               timeout: Optional[float], metadata: Metadata) -> Iterator[Response]:
        """The answers of a server's stream; the call begins with the first and is given up
        when the iterator is closed."""
        return self._answers(method, checked(method, request), timeout, metadata)

    def _answers(self, method: Method[Any, Response], request: Any, timeout: Optional[float],
                 metadata: Metadata) -> Iterator[Response]:
        deadline = deadline_of(method, timeout)
        call = self._callable(method, "unary_stream")(request, timeout=left(deadline),
                                                      metadata=self._metadata(metadata))
        try:
            tell_deprecated(call.initial_metadata())
            yield from call
        except grpc.RpcError as fault:
            tell_deprecated_of(fault)
            raise from_rpc(fault, method.name, self.connection.address, request) from fault
        finally:
            call.cancel()

    def both_ways(self, method: Method[Any, Any], requests: Iterator[Any]) -> Any:
        """A call whose requests are taken from `requests` by a thread of gRPC."""
        return self._callable(method, "stream_stream")(requests, metadata=self._metadata(()))

    def pages(self, method: Method[Request, Response], request: Request,
              timeout: Optional[float], metadata: Metadata) -> Pages[Response, Any]:
        return Pages(lambda page: self.unary(method, page, timeout, metadata),
                     checked(method, request), method.items)

    def close(self) -> None:
        with self._lock:
            if self._channel is not None and self._process == os.getpid():
                self._channel.close()
            self._channel, self._callables, self._process = None, {}, 0

    def _metadata(self, metadata: Metadata) -> Metadata:
        return (*self.connection.metadata(), *metadata)

    def _callable(self, method: Method[Any, Any], kind: str = "unary_unary") -> Any:
        if self._process != os.getpid() or time.monotonic() >= self._look_at:
            self._prepare()
        made = self._callables.get(method)
        if made is None:
            with self._lock:  # Never one of the channel before among those of this one.
                made = getattr(self._opened(), kind)(
                    method.path, request_serializer=method.request.SerializeToString,
                    response_deserializer=method.response.FromString)
                self._callables[method] = made
        return made

    def _prepare(self) -> None:
        """A channel of a process that forked is left to it: it is not usable here. One with
        files that were renewed is left to the calls that are under way on it."""
        with self._lock:
            renewed = self.connection.renewed()
            if renewed is not None or self._process != os.getpid():
                self.connection = renewed or self.connection
                self._channel, self._callables = None, {}
            self._opened()
            self._look_at = time.monotonic() + LOOK_EVERY

    def _opened(self) -> grpc.Channel:
        if self._channel is None:
            to = self.connection
            self._channel = (
                grpc.insecure_channel(to.address, to.options) if to.credentials is None
                else grpc.secure_channel(to.address, to.credentials, to.options))
            self._process = os.getpid()
        return self._channel
