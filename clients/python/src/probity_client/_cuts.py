"""How long to wait before a stream that was cut is opened again."""
from __future__ import annotations

import time
from typing import Optional

import grpc

from ._retry import after_retry_info
from .errors import ProbityError

# Seconds from a cut on without a message after which a stream is given up.
PATIENCE = 60.0
# What grpc.aio says instead of the server's own status where a stream ends while it is writing.
# Opened again, the stream either goes on or gets that status.
_CUT_WHILE_WRITING = "Internal error from Core"
_FIRST_WAIT, _LONGEST_WAIT = 0.1, 5.0


class Cuts:
    """Of one stream."""

    def __init__(self, patience: float) -> None:
        self._patience = patience
        self._failures = 0  # since the last progress
        self._failing_since = 0.0

    def overcome(self) -> None:
        """The stream went on."""
        self._failures = 0

    def wait_after(self, error: ProbityError) -> Optional[float]:
        """Seconds until the stream is opened again; None: the error stands."""
        cut = (error.code is grpc.StatusCode.UNAVAILABLE or error.reason == "STREAM_IDLE"
               or error.message == _CUT_WHILE_WRITING)
        asked = error.code is grpc.StatusCode.RESOURCE_EXHAUSTED and error.retry_after is not None
        if not self._failures:
            self._failing_since = time.monotonic()
        if not (cut or asked) or time.monotonic() - self._failing_since > self._patience:
            return None
        self._failures += 1
        if error.retry_after is not None:
            return after_retry_info(error.retry_after)
        return min(_LONGEST_WAIT, _FIRST_WAIT * 2.0 ** (self._failures - 1))
