"""What a server tells of deprecated fields and methods that a call used."""
from __future__ import annotations

import sys
import threading
import warnings
from typing import Any, Set

# Initial metadata, or trailing ones of an error: full names, joined by ", ".
HEADER = "probity-deprecated"
_PACKAGE = f"{__package__}."
_lock = threading.Lock()
_told: Set[str] = set()


class ProbityDeprecationWarning(DeprecationWarning):
    """A field or method of Probity that goes away with the next version of the API; its comment
    in the protos says what takes its place. Each is told once a process."""


def tell_deprecated(metadata: Any) -> None:
    """metadata: that which the answer began with; None: there was none."""
    for key, value in metadata or ():
        if key == HEADER:
            for name in value.split(", "):
                _tell(name)


def tell_deprecated_of(error: Any) -> None:
    """error: a grpc.RpcError, sync or asyncio. A server that says it before an error keeps gRPC
    from sending the call again, so it may come behind."""
    tell_deprecated((*(error.initial_metadata() or ()), *(error.trailing_metadata() or ())))


def _tell(name: str) -> None:
    with _lock:
        if name in _told:
            return
        _told.add(name)
    warnings.warn(f"Probity: {name} is deprecated; its comment in the protos says since when and "
                  "what takes its place", ProbityDeprecationWarning, stacklevel=_level_outside())


def _level_outside() -> int:
    """Of the caller of this package, seen from _tell()."""
    level, frame = 1, sys._getframe(1)
    while frame.f_back is not None and f"{frame.f_globals.get('__name__')}.".startswith(_PACKAGE):
        level, frame = level + 1, frame.f_back
    return level
