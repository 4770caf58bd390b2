"""What a server puts on the wire beside its answers: errors with their details, and how each RPC
is called.
"""
from __future__ import annotations

from typing import Any, List, Tuple

from google.protobuf import descriptor_pb2

from .. import v1
from .._generated import methods
from .._method import Method
from ..errors import CALL_ID, DETAILS, ProbityError
from ..v1 import rpc_status_pb2

METHODS = {method.name: method for method in methods.ALL}
BY_PATH = {method.path: method for method in methods.ALL}
# gRPC asks again after so many ms; a negative number: not at all.
_PUSHBACK = "grpc-retry-pushback-ms"
_AT_ONCE, _NEVER = 1, -1


def streams_of(method: Method[Any, Any]) -> Tuple[bool, bool]:
    """Whether its requests, and its answers, are streams."""
    pool = v1.ScreenSupplierRequest.DESCRIPTOR.file.pool
    found = descriptor_pb2.MethodDescriptorProto()
    pool.FindMethodByName(f"probity.v1.{method.name.replace('/', '.')}").CopyToProto(found)
    return found.client_streaming, found.server_streaming


def trailers_of(error: ProbityError, call_id: str,
                more: bool) -> Tuple[Tuple[str, Any], ...]:
    """more: another answer follows, so that it makes sense to ask again at once. Without one, a
    client that asks again would only make its test wait."""
    pause = _AT_ONCE if more else _NEVER
    if error.retry_after is not None:
        pause = round(error.retry_after * 1000)
    return ((DETAILS, _status(error).SerializeToString()), (CALL_ID, call_id),
            (_PUSHBACK, str(pause)))


def _status(error: ProbityError) -> Any:
    status = rpc_status_pb2.Status(code=error.code.value[0], message=error.message)
    details: List[Any] = []
    if error.reason:
        details.append(rpc_status_pb2.ErrorInfo(reason=error.reason, domain=error.domain,
                                                metadata=error.metadata))
    if error.retry_after is not None:
        retry = rpc_status_pb2.RetryInfo()
        retry.retry_delay.FromNanoseconds(round(error.retry_after * 1e9))
        details.append(retry)
    if error.field_violations:
        bad = rpc_status_pb2.BadRequest()
        for field, description in error.field_violations:
            bad.field_violations.add(field=field, description=description)
        details.append(bad)
    for detail in details:
        kind = type(detail).__name__
        status.details.add(type_url=f"type.googleapis.com/google.rpc.{kind}",
                           value=detail.SerializeToString())
    return status


def item_error_of(error: ProbityError) -> v1.ItemError:
    field = error.field_violations[0].field if error.field_violations else ""
    return v1.ItemError(code=error.code.value[0], reason=error.reason, message=error.message,
                        field=field)
