"""Answers of the methods that screen: by subject, with a decision around what the test set, and
once for each request id, as a server gives them.
"""
from __future__ import annotations

import datetime
import threading
from typing import Any, Dict, Iterator, NamedTuple, Optional, Tuple

import grpc

from .. import v1
from ..dates import from_date
from ._book import Book, Failed, resolve, spelt
from ._wire import item_error_of
from .answers import error

SCREEN = "ScreeningService/ScreenSupplier"
# What is wrong with one item; anything else stops every item alike.
_OF_AN_ITEM = (grpc.StatusCode.INVALID_ARGUMENT, grpc.StatusCode.NOT_FOUND,
               grpc.StatusCode.FAILED_PRECONDITION)
ANSWERS: Tuple[type, ...] = (v1.DecisionCore, v1.ScreenSupplierResponse)
REVISION = v1.RevisionToken(store_lineage="fake", revision=1)


class _Decided(NamedTuple):
    request: bytes
    answer: v1.ScreenSupplierResponse


class Screening:
    """Thread-safe."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._lock = threading.Lock()
        self._number = 0
        self._decided: Dict[str, _Decided] = {}  # by request id

    def one(self, request: v1.ScreenSupplierRequest) -> v1.ScreenSupplierResponse:
        """Raises Unset and Failed."""
        known = self._known(request)
        if known is not None:
            return known
        given = self._book.take_about(SCREEN, spelt(request.subject), "on_screening")
        answer = self._answer_of(resolve(given, request), request)
        if request.request_id:
            with self._lock:
                self._decided[request.request_id] = _Decided(_bytes_of(request), answer)
        return answer

    def batch(self, request: v1.BatchScreenSuppliersRequest) -> v1.BatchScreenSuppliersResponse:
        results = [self._item(item.correlation_id, item.request) for item in request.items]
        return v1.BatchScreenSuppliersResponse(results=results, stamp=_stamp(_today()))

    def stream(self, requests: Iterator[v1.StreamScreenSuppliersRequest],
               ) -> Iterator[v1.StreamScreenSuppliersResponse]:
        """The resume token is the position of the next item."""
        first = next(requests, None)
        if first is None or not first.HasField("settings"):
            raise Failed(error("INVALID_FIELD", "the first message holds no settings"), False)
        settings = first.settings
        position = int(settings.resume_token or 0)
        opened = v1.StreamScreenOpened(stamp=_stamp(_today()), stream_id=settings.stream_id)
        yield v1.StreamScreenSuppliersResponse(opened=opened, position=position,
                                               resume_token=str(position))
        for request in requests:
            result = self._item(request.item.correlation_id,
                                _with_settings(request.item.request, settings, position))
            yield v1.StreamScreenSuppliersResponse(result=result, position=position,
                                                   resume_token=str(position + 1))
            position += 1

    def _item(self, correlation_id: str,
              request: v1.ScreenSupplierRequest) -> v1.BatchScreenItemResult:
        result = v1.BatchScreenItemResult(correlation_id=correlation_id)
        try:
            result.response.CopyFrom(self.one(request))
            result.response.ClearField("stamp")
            result.response.ClearField("bundle")
        except Failed as failed:
            if failed.error.code not in _OF_AN_ITEM:
                raise
            result.error.CopyFrom(item_error_of(failed.error))
        return result

    def _known(self, request: v1.ScreenSupplierRequest,
               ) -> Optional[v1.ScreenSupplierResponse]:
        """What was decided under its id; None: nothing yet."""
        with self._lock:
            decided = self._decided.get(request.request_id)
        if decided is None:
            return None
        if decided.request != _bytes_of(request):
            raise Failed(error("REQUEST_ID_REUSED", "this id came with another request before",
                               metadata={"request_id": request.request_id}), False)
        again = v1.ScreenSupplierResponse()
        again.CopyFrom(decided.answer)
        again.repeated_request = True
        return again

    def _answer_of(self, answer: Any,
                   request: v1.ScreenSupplierRequest) -> v1.ScreenSupplierResponse:
        if isinstance(answer, v1.ScreenSupplierResponse):
            return answer
        if not isinstance(answer, v1.DecisionCore):
            raise TypeError(f"a function gave a {type(answer).__name__} as answer to {SCREEN}")
        with self._lock:
            self._number += 1
            number = self._number
        as_of = request.as_of if request.HasField("as_of") else _today()
        decision = v1.Decision(name=f"decisions/{number:028x}", core=answer, leaf_index=number - 1)
        decision.recorded_at.GetCurrentTime()
        _complete(decision.core, as_of)
        return v1.ScreenSupplierResponse(decision=decision, stamp=_stamp(as_of))


def _complete(core: v1.DecisionCore, as_of: v1.Date) -> None:
    """With what every decision has."""
    if not core.HasField("as_of"):
        core.as_of.CopyFrom(as_of)
    if not core.subjects:
        core.subjects.add(path="subject", verdict=core.verdict, identity=core.identity,
                          risk=core.risk)
    if not core.HasField("revision"):
        core.revision.CopyFrom(REVISION)


def _with_settings(request: v1.ScreenSupplierRequest, settings: v1.StreamScreenSettings,
                   position: int) -> v1.ScreenSupplierRequest:
    """What an item says for itself counts; the consistency is the stream's."""
    whole = v1.ScreenSupplierRequest()
    whole.CopyFrom(request)
    for name in ("purchase", "as_of"):
        if settings.HasField(name) and not whole.HasField(name):
            getattr(whole, name).CopyFrom(getattr(settings, name))
    whole.policy = whole.policy or settings.policy
    whole.ClearField("consistency")
    if settings.stream_id and not whole.request_id:
        whole.request_id = f"{settings.stream_id}/{position}"
    return whole


def _today() -> v1.Date:
    return from_date(datetime.datetime.now(datetime.timezone.utc).date())


def _stamp(as_of: v1.Date) -> v1.AnswerStamp:
    stamp = v1.AnswerStamp(revision=REVISION, as_of=as_of, matcher_version="fake")
    stamp.evaluated_at.GetCurrentTime()
    return stamp


def _bytes_of(request: v1.ScreenSupplierRequest) -> bytes:
    return request.SerializeToString(deterministic=True)

