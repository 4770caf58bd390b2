"""FakeProbity: a server in this process."""
from __future__ import annotations

import contextlib
import threading
from concurrent import futures
from types import TracebackType
from typing import Any, Callable, Dict, Iterator, List, Optional, Sequence, Tuple, Type, Union

import grpc

from .. import v1
from .._notice import HEADER
from ..errors import ProbityError
from ._book import Book, Failed, Unset, checked, resolve, spelt
from ._certification import CHECK, Certifications
from ._handler import Call, Handler
from ._screening import ANSWERS, REVISION, SCREEN, Screening
from ._watch import WATCH, Watch
from ._wire import METHODS, streams_of
from .answers import near, unavailable

_THREADS = 32  # calls at a time
_STREAM = "ScreeningService/StreamScreenSuppliers"
# By the methods that on() sets errors of, alone.
_BESIDE_ERRORS = {_STREAM: "on_screening", WATCH: "on_watch"}
_WHOLE = "*"  # a method, whatever is asked
Subject = Union[v1.ScreenedSubject, v1.SubjectRef, None]


class FakeProbity:
    """Listens at `address` from its making until close(). Use it with `with`, or close it when a
    test ends: close() raises AssertionError where something was asked that no answer was set for,
    or where a function of the test failed.

    Answers are messages, errors, or functions of the request that give or raise one; of several,
    each is given once, the last one from then on. What is set again takes the place of what was
    set before. GetServerInfo has an answer, with the limits of a real server.

    A purchase is decided once for each request id, as by a real server: asked again with the same
    request, the same decision comes back, and with another one REQUEST_ID_REUSED.

    deprecated: full names of fields or methods that every answer tells to be deprecated.
    """

    def __init__(self, *, deprecated: Sequence[str] = ()) -> None:
        self.notice: Tuple[Tuple[str, str], ...] = (
            (HEADER, ", ".join(deprecated)),) if deprecated else ()
        self._book, self._watch = Book(), Watch()
        self._screening = Screening(self._book)
        certifications = Certifications(self._book)
        self._own: Dict[str, Callable[[Any], Any]] = {
            SCREEN: self._screening.one, CHECK: certifications.one,
            "ScreeningService/BatchScreenSuppliers": self._screening.batch,
            "CertificationService/BatchCheckCertifications": certifications.batch,
            "ServerService/GetServerInfo": _server_info}
        self._lock = threading.Lock()
        self._calls: List[Call] = []
        self._faults: List[str] = []
        self._is_down = self._is_closed = False
        self._server = grpc.server(futures.ThreadPoolExecutor(_THREADS), handlers=[Handler(self)])
        self.address = f"127.0.0.1:{self._server.add_insecure_port('127.0.0.1:0')}"
        self._server.start()

    def on_screening(self, subject: Subject, *answers: Any) -> None:
        """Sets what ScreenSupplier, a batch and a stream answer about a subject; None: about every
        subject that nothing else was set for. Its name counts only where it has no reference.

        answers: clear(), review(...), block(...), error(...), unavailable(), a DecisionCore, a
        whole ScreenSupplierResponse, or a function of the ScreenSupplierRequest."""
        self._book.set((SCREEN, _about(subject)), checked(answers, ANSWERS, SCREEN))

    def on_certification(self, subject: Union[Subject, str], *answers: Any) -> None:
        """Sets what CheckCertification and its batch answer about a subject, or about a
        certificate's number where no subject is asked about; None: about all others.

        answers: certification(...), error(...), unavailable(), a CheckCertificationResponse, or a
        function of the CheckCertificationRequest."""
        about = f'"{subject}"' if isinstance(subject, str) else _about(subject)
        self._book.set((CHECK, about), checked(answers, (v1.CheckCertificationResponse,), CHECK))

    def on_watch(self, *changes: Union[v1.VerdictChange, ProbityError]) -> None:
        """Adds what WatchVerdicts tells, also to watches that are open. An error cuts one watch,
        once; what is opened again goes on behind its cursor."""
        for change in changes:
            if not isinstance(change, (v1.VerdictChange, ProbityError)):
                raise TypeError(f"a watch tells a VerdictChange or an error(...), not a "
                                f"{type(change).__name__}")
        self._watch.add(changes)

    def on(self, method: str, *answers: Any) -> None:
        """Sets what a method answers, as "SupplierService/GetSupplier", whatever is asked; it
        counts before what is set by subject. Where a method answers by a stream, each answer is a
        list of messages, at its end an error if the stream fails."""
        asked = METHODS[_known(method)]
        if method in _BESIDE_ERRORS:
            if not all(isinstance(answer, ProbityError) for answer in answers):
                raise TypeError(f"{method} is answered by {_BESIDE_ERRORS[method]}(); on() takes "
                                "an error(...) alone")
            kinds: Any = ()
        else:
            kinds = (list,) if streams_of(asked)[1] else (asked.response,)
        self._book.set((method, _WHOLE), checked(answers, kinds, method))

    @property
    def calls(self) -> List[Call]:
        """All that was asked so far, in order; what the client sent again is there again."""
        with self._lock:
            return list(self._calls)

    def requests(self, method: str) -> List[Any]:
        """What a method was asked so far, as messages."""
        known = _known(method)
        return [call.request for call in self.calls if call.method == known]

    @contextlib.contextmanager
    def outage(self) -> Iterator[None]:
        """While this lasts nobody listens, as far as a client can see; open streams are cut."""
        self._is_down = True
        try:
            yield
        finally:
            self._is_down = False

    def close(self) -> None:
        """Ends the server. AssertionError where something was asked that no answer was set for, or
        where a function of the test failed."""
        self._is_closed = True
        self._server.stop(None).wait()
        faults, self._faults = self._faults, []
        if faults:
            raise AssertionError("\n".join(["FakeProbity:", *dict.fromkeys(faults)]))

    def __enter__(self) -> FakeProbity:
        return self

    def __exit__(self, kind: Optional[Type[BaseException]], error: Optional[BaseException],
                 trace: Optional[TracebackType]) -> None:
        try:
            self.close()
        except AssertionError:
            if error is None:  # Else the test failed already, and its own error tells more.
                raise

    # For the handler.

    def record(self, call: Call) -> None:
        with self._lock:
            self._calls.append(call)

    def blame(self, fault: str) -> str:
        with self._lock:
            self._faults.append(fault)
        return fault

    def answer(self, method: str, request: Any) -> Any:
        self._check_up()
        given = self._book.take((method, _WHOLE))
        if given is not None:
            return _of_kind(resolve(given, request), METHODS[method].response, method)
        if method not in self._own:
            raise _unset(method)
        return self._own[method](request)

    def answers(self, method: str, request: Any, goes_on: Callable[[], bool]) -> Iterator[Any]:
        self._check_up()
        given = self._book.take((method, _WHOLE))
        if given is not None:
            answer: Any = iter(_of_kind(resolve(given, request), list, method))
        elif method == _STREAM:
            answer = self._screening.stream(request)
        elif method == WATCH:
            answer = self._watch.messages(
                request, lambda: goes_on() and not (self._is_down or self._is_closed))
        else:
            raise _unset(method)
        for message in answer:
            self._check_up()
            if isinstance(message, ProbityError):
                raise Failed(message, False)
            yield _of_kind(message, METHODS[method].response, method)
        self._check_up()

    def _check_up(self) -> None:
        if self._is_down:
            raise Failed(unavailable(), False)


def _about(subject: Subject) -> str:
    return "" if subject is None else spelt(subject)


def _known(method: str) -> str:
    if method not in METHODS:
        raise ValueError(f"{method!r} is no method of Probity{near(method, list(METHODS))}")
    return method


def _unset(method: str) -> Unset:
    response = METHODS[method].response.__name__
    answer = f"[v1.{response}(...)]" if streams_of(METHODS[method])[1] else f"v1.{response}(...)"
    return Unset(f'no answer is set to {method}; set it by fake.on("{method}", {answer})')


def _of_kind(answer: Any, kind: type, method: str) -> Any:
    if not isinstance(answer, kind):
        raise TypeError(f"{method} answers by a {kind.__name__}, not a {type(answer).__name__}")
    return answer


def _server_info(request: v1.GetServerInfoRequest) -> v1.GetServerInfoResponse:
    """Limits as services/rpc/limits.h has them."""
    return v1.GetServerInfoResponse(
        version="fake", revision=REVISION, earliest_revision=1, matcher_version="fake",
        max_batch_lookup=1000, max_batch_check=100, max_request_bytes=4 << 20, max_batch_screen=100,
        max_stream_screen_in_flight=256, stream_screen_resume_every=1, max_batch_vendors=1000,
        max_batch_members=1000, max_batch_judgements=1000)
