"""A whole vendor master, screened by one stream (StreamScreenSuppliers) that goes on by itself
where it was cut.
"""
from __future__ import annotations

import queue
import time
from types import TracebackType
from typing import Any, Iterable, Iterator, List, Optional, Type

import grpc

from . import v1
from ._calls import Calls
from ._cuts import PATIENCE
from ._generated.methods import STREAM_SCREEN_SUPPLIERS
from ._notice import tell_deprecated
from ._run import TAKING, WINDOW, Run
from .errors import ProbityError, from_rpc


class ScreeningStream(Iterator[v1.StreamScreenSuppliersResponse]):
    """Answers in the order of the items, each once: `position`, `result.correlation_id`, and
    `result.response` or `result.error`; may_buy() and explain() take them as they are.

    Items are taken from their source by the thread that iterates, at most `window` ahead of
    the answers, so that a cursor of a database may be the source and nothing piles up. A cut
    stream is opened again, with what the server may not have decided; what it had decided
    comes back as it was and is not handed out twice. An error that cannot be waited out is
    raised; so is one `patience` seconds after a cut without an answer. `resume_token` and
    `resume_position` then say how to go on later, also in another process: with equal settings,
    this token, and the items from that position on.

    Not thread-safe. Close it, or use it with `with`, when not all answers are taken.
    """

    def __init__(self, calls: Calls, items: Iterable[v1.BatchScreenItem],
                 settings: v1.StreamScreenSettings, *, window: int = WINDOW,
                 patience: float = PATIENCE) -> None:
        self._calls, self._source = calls, iter(items)
        self._run = Run(settings, window, patience)
        self._call: Any = None
        self._chunks: Any = queue.SimpleQueue()
        self._closed = False

    @property
    def resume_token(self) -> str:
        """The newest; "" before the stream was opened."""
        return self._run.resume_token

    @property
    def resume_position(self) -> int:
        """Position of the item that the token goes on with."""
        return self._run.resume_position

    @property
    def opened(self) -> Optional[v1.StreamScreenOpened]:
        """Revision, policy and day of all answers, and the run's name; None before."""
        return self._run.opened

    def __next__(self) -> v1.StreamScreenSuppliersResponse:
        while not self._closed:
            if self._call is None:
                self._open()
            self._take()
            try:
                message: Optional[v1.StreamScreenSuppliersResponse] = next(self._call, None)
            except grpc.RpcError as fault:
                self._wait_out(from_rpc(fault, STREAM_SCREEN_SUPPLIERS.name,
                                        self._calls.connection.address))
                continue
            if message is None:
                self._end()
            elif self._run.receive(message):
                return message
            elif message.HasField("opened"):
                tell_deprecated(self._call.initial_metadata())
        raise StopIteration

    def close(self) -> None:
        """Gives up what is on its way; decisions that were recorded stay recorded."""
        self._closed = True
        self._drop()

    def __enter__(self) -> ScreeningStream:
        return self

    def __exit__(self, kind: Optional[Type[BaseException]], error: Optional[BaseException],
                 trace: Optional[TracebackType]) -> None:
        self.close()

    def _open(self) -> None:
        self._chunks = queue.SimpleQueue()
        self._chunks.put(self._run.begin())
        if self._run.exhausted:
            self._chunks.put(None)
        self._call = self._calls.both_ways(STREAM_SCREEN_SUPPLIERS, _requests(self._chunks))

    def _take(self) -> None:
        """Takes items, as many as there is room for, and passes them on together."""
        wanted = 0 if self._run.exhausted else self._run.wanted()
        if not wanted:
            return
        chunk: List[Any] = []
        until = time.monotonic() + TAKING
        try:
            while len(chunk) < wanted:
                chunk.append(self._run.take(next(self._source)))
                if time.monotonic() > until:
                    break
        except StopIteration:
            self._run.exhausted = True
        except BaseException:
            self.close()
            raise
        self._chunks.put(chunk)
        if self._run.exhausted:
            self._chunks.put(None)

    def _wait_out(self, error: ProbityError) -> None:
        self._drop()
        wait = self._run.cuts.wait_after(error)
        if wait is None:
            self._closed = True
            raise error
        time.sleep(wait)

    def _end(self) -> None:
        """The server has said all; it does so when all items are answered."""
        done = self._run.is_done
        self.close()
        if not done:
            raise RuntimeError("the server ended the stream before all items were answered")

    def _drop(self) -> None:
        """Ends the call, and the thread of gRPC that waits for requests."""
        self._chunks.put(None)
        if self._call is not None:
            self._call.cancel()
            self._call = None


def _requests(chunks: Any) -> Iterator[Any]:
    """In the thread of gRPC that sends."""
    for chunk in iter(chunks.get, None):
        yield from chunk
