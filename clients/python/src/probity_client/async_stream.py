"""The same stream for asyncio."""
from __future__ import annotations

import asyncio
import time
from types import TracebackType
from typing import Any, AsyncIterable, AsyncIterator, Iterable, List, Optional, Type, Union

import grpc
import grpc.aio

from . import v1
from ._async_calls import AsyncCalls
from ._cuts import PATIENCE
from ._generated.methods import STREAM_SCREEN_SUPPLIERS
from ._notice import tell_deprecated
from ._run import TAKING, WINDOW, Run
from .errors import ProbityError, from_rpc

Items = Union[Iterable[v1.BatchScreenItem], AsyncIterable[v1.BatchScreenItem]]


class AsyncScreeningStream(AsyncIterator[v1.StreamScreenSuppliersResponse]):
    """As ScreeningStream. `items` may be an async iterable too."""

    def __init__(self, calls: AsyncCalls, items: Items, settings: v1.StreamScreenSettings, *,
                 window: int = WINDOW, patience: float = PATIENCE) -> None:
        self._calls = calls
        self._source = items.__aiter__() if isinstance(items, AsyncIterable) else _each(items)
        self._run = Run(settings, window, patience)
        self._call: Any = None
        self._chunks: Any = None
        self._closed = False

    @property
    def resume_token(self) -> str:
        return self._run.resume_token

    @property
    def resume_position(self) -> int:
        return self._run.resume_position

    @property
    def opened(self) -> Optional[v1.StreamScreenOpened]:
        return self._run.opened

    async def __anext__(self) -> v1.StreamScreenSuppliersResponse:
        while not self._closed:
            if self._call is None:
                self._open()
            await self._take()
            try:
                message = await self._call.read()
            except grpc.aio.AioRpcError as fault:
                await self._wait_out(from_rpc(fault, STREAM_SCREEN_SUPPLIERS.name,
                                              self._calls.connection.address))
                continue
            if message is grpc.aio.EOF:
                self._end()
            elif self._run.receive(message):
                return message  # type: ignore[no-any-return]
            elif message.HasField("opened"):
                tell_deprecated(await self._call.initial_metadata())
        raise StopAsyncIteration

    def close(self) -> None:
        """As ScreeningStream.close; nothing is waited for."""
        self._closed = True
        self._drop()

    async def __aenter__(self) -> AsyncScreeningStream:
        return self

    async def __aexit__(self, kind: Optional[Type[BaseException]], error: Optional[BaseException],
                        trace: Optional[TracebackType]) -> None:
        self.close()

    def _open(self) -> None:
        self._chunks = asyncio.Queue()
        self._chunks.put_nowait(self._run.begin())
        if self._run.exhausted:
            self._chunks.put_nowait(None)
        self._call = self._calls.both_ways(STREAM_SCREEN_SUPPLIERS, _requests(self._chunks))

    async def _take(self) -> None:
        wanted = 0 if self._run.exhausted else self._run.wanted()
        if not wanted:
            return
        chunk: List[Any] = []
        until = time.monotonic() + TAKING
        try:
            while len(chunk) < wanted:
                chunk.append(self._run.take(await self._source.__anext__()))
                if time.monotonic() > until:
                    break
        except StopAsyncIteration:
            self._run.exhausted = True
        except BaseException:
            self.close()
            raise
        self._chunks.put_nowait(chunk)
        if self._run.exhausted:
            self._chunks.put_nowait(None)

    async def _wait_out(self, error: ProbityError) -> None:
        self._drop()
        wait = self._run.cuts.wait_after(error)
        if wait is None:
            self._closed = True
            raise error
        await asyncio.sleep(wait)

    def _end(self) -> None:
        done = self._run.is_done
        self.close()
        if not done:
            raise RuntimeError("the server ended the stream before all items were answered")

    def _drop(self) -> None:
        if self._chunks is not None:
            self._chunks.put_nowait(None)
        if self._call is not None:
            self._call.cancel()
            self._call = None


async def _each(items: Iterable[v1.BatchScreenItem]) -> AsyncIterator[v1.BatchScreenItem]:
    for item in items:
        yield item


async def _requests(chunks: Any) -> AsyncIterator[Any]:
    while True:
        chunk = await chunks.get()
        if chunk is None:
            return
        for request in chunk:
            yield request
