"""The same calls for asyncio. A channel belongs to the event loop in which the first call is
made.
"""
from __future__ import annotations

import asyncio
import time
from typing import Any, AsyncIterator, Dict, Optional, Set

import grpc
import grpc.aio

from ._calls import checked
from ._connection import LOOK_EVERY, Connection
from ._method import Metadata, Method, Request, Response
from ._notice import tell_deprecated, tell_deprecated_of
from ._pages import AsyncPages
from ._retry import deadline_of, left, wait_before
from .errors import from_rpc

# Seconds that calls have to end on a channel whose certificates were renewed.
_LINGER = 600.0


class AsyncCalls:
    """For one event loop; not thread-safe."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._channel: Optional[grpc.aio.Channel] = None
        self._callables: Dict[Method[Any, Any], Any] = {}
        self._look_at = 0.0
        self._closing: Set[Any] = set()

    async def unary(self, method: Method[Request, Response], request: Request,
                    timeout: Optional[float], metadata: Metadata) -> Response:
        request = checked(method, request)
        deadline, attempt = deadline_of(method, timeout), 1
        while True:
            try:
                call = self._callable(method)(
                    request, timeout=left(deadline), metadata=self._metadata(metadata))
                answer: Response = await call
                tell_deprecated(await call.initial_metadata())
                return answer
            except grpc.aio.AioRpcError as fault:
                error = from_rpc(fault, method.name, self.connection.address, request)
                tell_deprecated_of(fault)
            delay = wait_before(method, error, attempt, deadline)
            if delay is None or not self.connection.retries:
                raise error
            await asyncio.sleep(delay)
            attempt += 1

    def stream(self, method: Method[Request, Response], request: Request,
               timeout: Optional[float], metadata: Metadata) -> AsyncIterator[Response]:
        """As Calls.stream."""
        return self._answers(method, checked(method, request), timeout, metadata)

    async def _answers(self, method: Method[Any, Response], request: Any,
                       timeout: Optional[float], metadata: Metadata) -> AsyncIterator[Response]:
        deadline = deadline_of(method, timeout)
        call = self._callable(method, "unary_stream")(request, timeout=left(deadline),
                                                      metadata=self._metadata(metadata))
        try:
            tell_deprecated(await call.initial_metadata())
            async for message in call:
                yield message
        except grpc.aio.AioRpcError as fault:
            tell_deprecated_of(fault)
            raise from_rpc(fault, method.name, self.connection.address, request) from fault
        finally:
            call.cancel()

    def both_ways(self, method: Method[Any, Any], requests: AsyncIterator[Any]) -> Any:
        """A call whose requests are taken from `requests` by a task of gRPC."""
        return self._callable(method, "stream_stream")(requests, metadata=self._metadata(()))

    def pages(self, method: Method[Request, Response], request: Request,
              timeout: Optional[float], metadata: Metadata) -> AsyncPages[Response, Any]:
        return AsyncPages(lambda page: self.unary(method, page, timeout, metadata),
                          checked(method, request), method.items)

    async def close(self) -> None:
        channel, self._channel, self._callables = self._channel, None, {}
        for closing in list(self._closing):
            closing.cancel()
        if channel is not None:
            await channel.close()

    def _metadata(self, metadata: Metadata) -> Metadata:
        return (*self.connection.metadata(), *metadata)

    def _callable(self, method: Method[Any, Any], kind: str = "unary_unary") -> Any:
        if time.monotonic() >= self._look_at:
            self._look()
        made = self._callables.get(method)
        if made is None:
            if self._channel is None:
                self._channel = self._open()
            made = getattr(self._channel, kind)(
                method.path, request_serializer=method.request.SerializeToString,
                response_deserializer=method.response.FromString)
            self._callables[method] = made
        return made

    def _look(self) -> None:
        """As Calls._prepare; the channel before is closed when its calls have ended."""
        self._look_at = time.monotonic() + LOOK_EVERY
        renewed = self.connection.renewed()
        if renewed is None:
            return
        self.connection = renewed
        before, self._channel, self._callables = self._channel, None, {}
        if before is not None:
            closing = asyncio.ensure_future(before.close(grace=_LINGER))
            self._closing.add(closing)
            closing.add_done_callback(self._closing.discard)

    def _open(self) -> grpc.aio.Channel:
        to = self.connection
        if to.credentials is None:
            return grpc.aio.insecure_channel(to.address, to.options)
        return grpc.aio.secure_channel(to.address, to.credentials, to.options)
