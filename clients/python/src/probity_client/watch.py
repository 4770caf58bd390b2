"""Changes of verdicts, told as they come (WatchVerdicts), by a stream that goes on by itself where
it was cut.
"""
from __future__ import annotations

import asyncio
import time
from types import TracebackType
from typing import Any, AsyncIterator, Iterator, Optional, Type

import grpc

from . import v1
from ._async_calls import AsyncCalls
from ._calls import Calls
from ._cuts import PATIENCE, Cuts
from ._generated.methods import WATCH_VERDICTS
from .errors import ProbityError, Unavailable


class _Place:
    """Where a watch stands. No calls are made here."""

    def __init__(self, portfolio: str, cursor: str, patience: float) -> None:
        self.portfolio, self.cursor = portfolio, cursor
        self.cuts = Cuts(patience)
        self._is_first = False  # of the call; it is a checkpoint, and no progress

    def begin(self) -> v1.WatchVerdictsRequest:
        self._is_first = True
        return v1.WatchVerdictsRequest(portfolio=self.portfolio, cursor=self.cursor)

    def receive(self, message: v1.WatchVerdictsResponse) -> None:
        self.cursor = message.cursor
        if not self._is_first:
            self.cuts.overcome()
        self._is_first = False


def _ended(address: str) -> ProbityError:
    return Unavailable(grpc.StatusCode.UNAVAILABLE, "the server ended the watch",
                       method=WATCH_VERDICTS.name, target=address)


class VerdictWatch(Iterator[v1.WatchVerdictsResponse]):
    """Messages as the server sends them, without end: a `change`, or a `checkpoint` that says how
    far all was weighed; it comes first, and at least every 30 seconds, so that whoever iterates
    can look whether to go on. Each has a `cursor`. Keep it when its message is dealt with, and
    give it to the next watch: it goes on behind it, in another process too, and no change is
    missed. The last one may come twice, where it was dealt with and its cursor was not kept.

    A cut watch is opened again at the cursor of the last message. An error that cannot be waited
    out is raised, as CURSOR_EXPIRED (compare with list_members, docs/WATCH.md); so is one
    `patience` seconds after a cut without a message. Iterated again after an error, the watch
    goes on where it stood.

    Not thread-safe. Close it, or use it with `with`.
    """

    def __init__(self, calls: Calls, portfolio: str, cursor: str,
                 patience: float = PATIENCE) -> None:
        self._calls, self._place = calls, _Place(portfolio, cursor, patience)
        self._call: Any = None
        self._closed = False

    @property
    def cursor(self) -> str:
        """Of the last message; at first, that which was given."""
        return self._place.cursor

    def __next__(self) -> v1.WatchVerdictsResponse:
        while not self._closed:
            if self._call is None:
                self._call = self._calls.stream(WATCH_VERDICTS, self._place.begin(), None, ())
            try:
                message: v1.WatchVerdictsResponse = next(self._call)
            except StopIteration:
                self._wait_out(_ended(self._calls.connection.address))
            except ProbityError as error:
                self._wait_out(error)
            else:
                self._place.receive(message)
                return message
        raise StopIteration

    def _wait_out(self, error: ProbityError) -> None:
        self._call = None
        wait = self._place.cuts.wait_after(error)
        if wait is None:
            self._place.cuts.overcome()
            raise error
        time.sleep(wait)

    def close(self) -> None:
        self._closed = True
        if self._call is not None:
            self._call.close()

    def __enter__(self) -> VerdictWatch:
        return self

    def __exit__(self, kind: Optional[Type[BaseException]], error: Optional[BaseException],
                 trace: Optional[TracebackType]) -> None:
        self.close()


class AsyncVerdictWatch(AsyncIterator[v1.WatchVerdictsResponse]):
    """As VerdictWatch."""

    def __init__(self, calls: AsyncCalls, portfolio: str, cursor: str,
                 patience: float = PATIENCE) -> None:
        self._calls, self._place = calls, _Place(portfolio, cursor, patience)
        self._call: Any = None
        self._closed = False

    @property
    def cursor(self) -> str:
        return self._place.cursor

    async def __anext__(self) -> v1.WatchVerdictsResponse:
        while not self._closed:
            if self._call is None:
                self._call = self._calls.stream(WATCH_VERDICTS, self._place.begin(), None, ())
            try:
                message: v1.WatchVerdictsResponse = await self._call.__anext__()
            except StopAsyncIteration:
                await self._wait_out(_ended(self._calls.connection.address))
            except ProbityError as error:
                await self._wait_out(error)
            else:
                self._place.receive(message)
                return message
        raise StopAsyncIteration

    async def _wait_out(self, error: ProbityError) -> None:
        self._call = None
        wait = self._place.cuts.wait_after(error)
        if wait is None:
            self._place.cuts.overcome()
            raise error
        await asyncio.sleep(wait)

    async def close(self) -> None:
        self._closed = True
        if self._call is not None:
            await self._call.aclose()

    async def __aenter__(self) -> AsyncVerdictWatch:
        return self

    async def __aexit__(self, kind: Optional[Type[BaseException]], error: Optional[BaseException],
                        trace: Optional[TracebackType]) -> None:
        await self.close()
