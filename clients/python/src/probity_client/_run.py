"""Where a stream of purchases stands: what was taken from its source, what was answered, and
what has to be sent again when it is cut. No calls are made here.
"""
from __future__ import annotations

import collections
import uuid
from typing import Any, Deque, List, Optional

from . import v1
from ._cuts import Cuts

# Items that are taken from the source and not answered yet. Some times what a server works on
# at a time (GetServerInfo.max_stream_screen_in_flight), so that the next ones are there when
# it has room, however long it takes to get them.
WINDOW = 1024
# Seconds that taking items may hold up answers which are there already.
TAKING = 0.05


class Run:
    """Positions count from the first item of the whole run, as the server's do."""

    def __init__(self, settings: v1.StreamScreenSettings, window: int, patience: float) -> None:
        if window < 1:
            raise ValueError("window: at least 1")
        self.settings = v1.StreamScreenSettings()
        self.settings.CopyFrom(settings)
        if not (self.settings.stream_id or self.settings.resume_token):
            # So that what was sent before the first resume token came is not decided twice.
            self.settings.stream_id = str(uuid.uuid4())
        self.window, self.cuts = window, Cuts(patience)
        self.opened: Optional[v1.StreamScreenOpened] = None
        self.exhausted = False  # the source has no more
        self.first: Optional[int] = None if self.settings.resume_token else 0
        self.next = self.first or 0  # position of the next answer to hand out
        self.resume_position = self.next  # where the token goes on
        self._kept: Deque[Any] = collections.deque()  # requests from resume_position on

    @property
    def resume_token(self) -> str:
        return self.settings.resume_token

    @property
    def end(self) -> int:
        """Position behind the last item that was taken."""
        return self.resume_position + len(self._kept)

    @property
    def is_done(self) -> bool:
        return self.exhausted and self.next >= self.end

    def wanted(self) -> int:
        """Items to take now; many at a time, so that few switches of threads are needed."""
        waiting = self.end - self.next
        return self.window - waiting if waiting <= self.window // 2 else 0

    def take(self, item: v1.BatchScreenItem) -> v1.StreamScreenSuppliersRequest:
        request = v1.StreamScreenSuppliersRequest(item=item)
        self._kept.append(request)
        return request

    def begin(self) -> List[v1.StreamScreenSuppliersRequest]:
        """What a new call begins with: the settings, and items that were not seen to be
        decided."""
        return [v1.StreamScreenSuppliersRequest(settings=self.settings), *self._kept]

    def receive(self, message: v1.StreamScreenSuppliersResponse) -> bool:
        """Whether it is handed out: an answer that was not handed out before. RuntimeError
        where the server counts otherwise: no answer may be taken for that of another item."""
        if message.HasField("opened"):
            self._begin_at(message)
            return False
        if not self.resume_position <= message.position <= min(self.next, self.end - 1):
            raise RuntimeError(f"the server answered item {message.position} of the stream; "
                               f"{self.next} is next")
        is_new = message.position == self.next
        if is_new:
            self.next += 1
            self.cuts.overcome()  # To be opened alone is no progress.
        if message.resume_token:
            self._go_on_from(message.resume_token, message.position + 1)
        return is_new

    def _begin_at(self, message: v1.StreamScreenSuppliersResponse) -> None:
        self.opened = message.opened
        if self.first is None:  # The caller's token says where; its items begin there.
            self.first = self.next = self.resume_position = message.position
        elif message.position != self.resume_position:
            raise RuntimeError(f"the server goes on at item {message.position} of the stream "
                               f"instead of {self.resume_position}")
        if message.resume_token:
            self.settings.resume_token = message.resume_token

    def _go_on_from(self, token: str, position: int) -> None:
        for _ in range(position - self.resume_position):
            self._kept.popleft()
        self.settings.resume_token, self.resume_position = token, position
