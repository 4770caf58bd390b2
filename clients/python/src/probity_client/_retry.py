"""When a refused call is sent again by this layer; gRPC does it for what the service config
says of UNAVAILABLE.
"""
from __future__ import annotations

import random
import time
from typing import Any, Optional

import grpc

from ._method import Method
from .errors import ProbityError

# Callers that were refused together do not come back together.
_SPREAD = 0.25


def after_retry_info(delay: float) -> float:
    """Seconds to wait, at least those that the server asked for."""
    return delay * (1 + random.random() * _SPREAD)


def deadline_of(method: Method[Any, Any], timeout: Optional[float]) -> Optional[float]:
    """On the monotonic clock; None: no deadline. `timeout` None: the method's own."""
    seconds = method.policy.timeout if timeout is None else timeout
    return None if seconds is None else time.monotonic() + seconds


def left(deadline: Optional[float]) -> Optional[float]:
    return None if deadline is None else max(0.0, deadline - time.monotonic())


def wait_before(method: Method[Any, Any], error: ProbityError, attempt: int,
                deadline: Optional[float]) -> Optional[float]:
    """Seconds until the next attempt; None: there is none. Only a call that does nothing
    twice, only when the server said when, and only within the call's own deadline."""
    asked = error.code is grpc.StatusCode.RESOURCE_EXHAUSTED and error.retry_after is not None
    if not asked or error.retry_after is None or attempt >= method.policy.attempts:
        return None
    delay = after_retry_info(error.retry_after)
    remaining = left(deadline)
    return delay if remaining is None or delay < remaining else None
