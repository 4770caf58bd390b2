"""What a watch tells: changes in the order in which a test adds them. A cursor is how many of them
lie before it."""
from __future__ import annotations

import threading
from typing import Any, Callable, Iterator, List, Sequence

from .. import v1
from ..errors import ProbityError
from ._book import Failed, Unset
from ._screening import REVISION

WATCH = "PortfolioService/WatchVerdicts"
_LOOK = 0.05  # seconds between two looks at whether the call goes on


class Watch:
    """Thread-safe."""

    def __init__(self) -> None:
        self._added = threading.Condition()
        self._told: List[Any] = []  # None: an error that was given once
        self._is_set = False

    def add(self, changes: Sequence[Any]) -> None:
        with self._added:
            self._told += changes
            self._is_set = True
            self._added.notify_all()

    def messages(self, request: v1.WatchVerdictsRequest,
                 goes_on: Callable[[], bool]) -> Iterator[v1.WatchVerdictsResponse]:
        """Without end, while `goes_on`. Raises Unset and Failed."""
        if not self._is_set:
            raise Unset(f"no answer is set to {WATCH}; set it by fake.on_watch(change, ...)")
        position = int(request.cursor or 0)
        checkpoint = v1.WatchCheckpoint(revision=REVISION.revision)
        yield v1.WatchVerdictsResponse(checkpoint=checkpoint, cursor=str(position))
        while goes_on():
            if not self._wait(position):
                continue
            change, position = self._take(position), position + 1
            if change is not None:
                yield v1.WatchVerdictsResponse(change=change, cursor=str(position))

    def _wait(self, position: int) -> bool:
        """Whether there is one at `position`."""
        with self._added:
            return self._added.wait_for(lambda: len(self._told) > position, _LOOK)

    def _take(self, position: int) -> Any:
        with self._added:
            change = self._told[position]
            if isinstance(change, ProbityError):
                self._told[position] = None
                raise Failed(change, True)
            return change
