"""What can go wrong, as exceptions.

    ProbityError                 a call failed; has code, reason, metadata, ...
      InvalidRequest             correct the request (INVALID_ARGUMENT, OUT_OF_RANGE)
      NotFound                   nobody has this name (NOT_FOUND)
      AlreadyExists              somebody has it already (ALREADY_EXISTS)
      NotAllowed                 not in this state (FAILED_PRECONDITION, ABORTED)
      Unauthenticated            the server does not know who calls
      PermissionDenied           it knows, and the caller may not
      Exhausted                  a budget, a queue or a disk is full (RESOURCE_EXHAUSTED)
      Unavailable                nobody answers, or the server cannot now
      DeadlineExceeded           no answer in time
      Cancelled                  given up by this side
      ServerFault                anything else
    ConfigurationError           a Client cannot be made of what it was given

docs/ERRORS.md says for each reason what happened and what to do.
"""
from __future__ import annotations

from typing import Any, Dict, List, NamedTuple, Optional, Sequence, Tuple, Type

import grpc
from google.protobuf.message import DecodeError

from . import v1
from .v1 import rpc_status_pb2

DOMAIN = "probity"
CALL_ID = "probity-call-id"
DETAILS = "grpc-status-details-bin"
_PREFIX = "ERROR_REASON_"


class ConfigurationError(ValueError):
    """An address, file or token that no connection can be made of. The message names it."""


class FieldViolation(NamedTuple):
    """A field at fault."""

    field: str  # its path in the request: "subject.ref.identifier.value"
    description: str


class ProbityError(Exception):
    """A call, or one item of it, failed. No verdict was given: nothing may be bought on it.

    code: the gRPC code.
    reason: name of an ErrorReason without its prefix, also one that this release of the client
        does not know; "" where the server gave none, as when it is not reached.
    domain: "probity", or "" without a reason.
    message: what is wrong and what to do, as the server or gRPC said it, in English.
    metadata: what the reason's comment in error_reason.proto names.
    field_violations: fields at fault.
    retry_after: seconds after which the same may be asked again; None where nothing was said.
    call_id: to find the call in the server's log; "" where it was not reached.
    method: "ScreeningService/ScreenSupplier"; "" of an item.
    request_id: the id that the request carried; send it again under this id and it is done once.
    user_message: one or two sentences for whoever sits at the screen.
    """

    def __init__(self, code: grpc.StatusCode, message: str, *, reason: str = "", domain: str = "",
                 metadata: Optional[Dict[str, str]] = None,
                 field_violations: Sequence[FieldViolation] = (),
                 retry_after: Optional[float] = None, call_id: str = "", method: str = "",
                 target: str = "") -> None:
        self.code, self.message, self.reason, self.domain = code, message, reason, domain
        self.metadata = dict(metadata or {})
        self.field_violations = list(field_violations)
        self.retry_after, self.call_id, self.method = retry_after, call_id, method
        self.target, self.request_id = target, ""
        super().__init__(message)

    @property
    def is_known_reason(self) -> bool:
        """False: none was given, or the server is newer than this client."""
        return f"{_PREFIX}{self.reason}" in v1.ErrorReason.keys()

    @property
    def user_message(self) -> str:
        said = self.message.strip().rstrip(".") or self.code.name
        fields = ", ".join(v.field for v in self.field_violations if v.field not in said)
        return f"{self._lead()}{said}{f' (field {fields})' if fields else ''}.{self._advice()}"

    def _lead(self) -> str:
        return "Probity refused the request: "

    def _advice(self) -> str:
        return ""

    def __str__(self) -> str:
        where = ", ".join(part for part in (
            f"{self.code.name}{'/' if self.reason else ''}{self.reason}", self.method,
            f"call {self.call_id}" if self.call_id else "",
            f"request {self.request_id}" if self.request_id else "") if part)
        return f"{self.user_message} [{where}]"


class InvalidRequest(ProbityError):
    """Correct the request."""


class NotFound(ProbityError):
    """Check the name."""


class AlreadyExists(ProbityError):
    """Somebody has the name already."""


class NotAllowed(ProbityError):
    """Not in the state that it is in."""


class Unauthenticated(ProbityError):
    """The server does not know who calls."""

    def _lead(self) -> str:
        return "Probity does not know who is asking: "


class PermissionDenied(ProbityError):
    """The caller may not do this."""

    def _lead(self) -> str:
        return "This account may not do this in Probity: "

    def _advice(self) -> str:
        needed = self.metadata.get("permission", "")
        return f" Ask your administrator{f' for the permission {needed}' if needed else ''}."


class Exhausted(ProbityError):
    """A budget, a queue or a disk is full."""

    def _lead(self) -> str:
        return "Probity cannot take this now: "

    def _advice(self) -> str:
        if self.retry_after is None:
            return ""
        return f" Nothing was decided; ask again in {max(1, round(self.retry_after))} seconds."


class Unavailable(ProbityError):
    """Nobody answers, or the server cannot now."""

    def _lead(self) -> str:
        return "Probity cannot answer now: " if self.reason else (
            f"Probity cannot be reached at {self.target}: ")

    def _advice(self) -> str:
        return f"{_connection_advice(self)} Nothing was decided; try again later."


class DeadlineExceeded(ProbityError):
    """No answer in time."""

    def _lead(self) -> str:
        return "Probity did not answer in time: "

    def _advice(self) -> str:
        return " Nothing may be bought on this; try again."


class Cancelled(ProbityError):
    """Given up by this side."""

    def _lead(self) -> str:
        return "The question to Probity was given up: "


class ServerFault(ProbityError):
    """Anything else."""

    def _lead(self) -> str:
        return "Probity failed: "

    def _advice(self) -> str:
        return " Nothing was decided; tell your administrator."


_CLASSES: Dict[grpc.StatusCode, Type[ProbityError]] = {
    grpc.StatusCode.INVALID_ARGUMENT: InvalidRequest, grpc.StatusCode.OUT_OF_RANGE: InvalidRequest,
    grpc.StatusCode.NOT_FOUND: NotFound, grpc.StatusCode.ALREADY_EXISTS: AlreadyExists,
    grpc.StatusCode.FAILED_PRECONDITION: NotAllowed, grpc.StatusCode.ABORTED: NotAllowed,
    grpc.StatusCode.UNAUTHENTICATED: Unauthenticated,
    grpc.StatusCode.PERMISSION_DENIED: PermissionDenied,
    grpc.StatusCode.RESOURCE_EXHAUSTED: Exhausted, grpc.StatusCode.UNAVAILABLE: Unavailable,
    grpc.StatusCode.DEADLINE_EXCEEDED: DeadlineExceeded, grpc.StatusCode.CANCELLED: Cancelled,
}
_CODES = {code.value[0]: code for code in grpc.StatusCode}


def class_of(code: grpc.StatusCode) -> Type[ProbityError]:
    return _CLASSES.get(code, ServerFault)


def from_rpc(error: Any, method: str, target: str, request: Any = None) -> ProbityError:
    """Of a grpc.RpcError, sync or asyncio."""
    code = error.code() or grpc.StatusCode.UNKNOWN
    trailers = dict(error.trailing_metadata() or ())
    told = _details(trailers.get(DETAILS, b""))
    call_id = trailers.get(CALL_ID, "")
    made = class_of(code)(
        code, error.details() or "", method=method, target=target, call_id=str(call_id), **told)
    made.request_id = getattr(request, "request_id", "")
    made.__cause__ = error
    return made


def from_item(error: v1.ItemError) -> ProbityError:
    """Of one item of a bulk answer."""
    code = _CODES.get(error.code, grpc.StatusCode.UNKNOWN)
    fields = [FieldViolation(error.field, error.message)] if error.field else []
    return class_of(code)(code, error.message, reason=error.reason, domain=DOMAIN,
                          field_violations=fields)


def _details(data: Any) -> Dict[str, Any]:
    """Arguments of ProbityError. What cannot be read is left out: the code stands alone."""
    told: Dict[str, Any] = {}
    try:
        status = rpc_status_pb2.Status.FromString(data)
        for detail in status.details:
            kind = detail.type_url.rpartition("/")[2]
            if kind == "google.rpc.ErrorInfo":
                info = rpc_status_pb2.ErrorInfo.FromString(detail.value)
                told.update(reason=info.reason, domain=info.domain, metadata=dict(info.metadata))
            elif kind == "google.rpc.RetryInfo":
                delay = rpc_status_pb2.RetryInfo.FromString(detail.value).retry_delay
                told["retry_after"] = delay.seconds + delay.nanos / 1e9
            elif kind == "google.rpc.BadRequest":
                told["field_violations"] = _violations(detail.value)
    except (DecodeError, TypeError, ValueError):
        pass
    return told


def _violations(data: bytes) -> List[FieldViolation]:
    bad = rpc_status_pb2.BadRequest.FromString(data)
    return [FieldViolation(v.field, v.description) for v in bad.field_violations]


# What gRPC says when a connection fails, and what to look at. The first that fits counts.
_HINTS: Tuple[Tuple[str, str], ...] = (
    ("certificate has expired", "The server's certificate has ended, or this machine's clock is"
                                " ahead; tell the operator."),
    ("not yet valid", "The server's certificate is not valid yet, or this machine's clock is"
                      " behind."),
    ("certificate_verify_failed", "The server's certificate does not lead to the authority in `ca`,"
                                  " or has ended; check the file, or tell the server's operator."),
    ("hostname", "The server's certificate has another name than this address."),
    ("peer name", "The server's certificate has another name than this address."),
    ("wrong_version_number", "The server does not speak TLS on this port."),
    ("connection refused", "No server listens there; check address and port."),
    ("dns resolution", "The name in the address is not known; check it."),
    ("socket closed", "If the server asks for a client certificate, check that yours is of the"
                      " right authority, has not ended and was not revoked; if it speaks TLS, give"
                      " `ca`."),
)


def _connection_advice(error: ProbityError) -> str:
    if error.reason:
        return ""
    said = error.message.lower()
    return next((f" {hint}" for sign, hint in _HINTS if sign in said), " " + _HINTS[-1][1])
