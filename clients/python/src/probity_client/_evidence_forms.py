"""Messages of evidence as files hold them: in either form, and with nothing in them that this
release does not know. Same rules and words as the server's evidence/forms.h.
"""
from __future__ import annotations

from typing import Any, TypeVar, Union

from google.protobuf import json_format
from google.protobuf.message import DecodeError

from . import v1
from ._evidence_trust import Fault

Message = TypeVar("Message")


def parse_either_form(file: Union[bytes, str], message: Message) -> Message:
    """Reads a file's content into the empty `message`. Raises Fault."""
    data = file.encode() if isinstance(file, str) else file
    is_json = data.lstrip(b" \t\n\v\f\r").startswith(b"{")
    into: Any = message
    try:
        if is_json:
            json_format.Parse(data.decode(), into)
        else:
            into.ParseFromString(data)
    except (DecodeError, json_format.ParseError, UnicodeDecodeError, RecursionError):
        into.Clear()
    if into.ByteSize() == 0:
        form = "its JSON cannot be read" if is_json else "it is neither the binary form nor JSON"
        raise Fault(v1.EVIDENCE_FAULT_UNREADABLE,
                    f"the file is no receipt, or it is cut: {form}")
    return message


def has_unknown_fields(message: Any) -> bool:
    known = type(message)()
    known.CopyFrom(message)
    known.DiscardUnknownFields()
    return bool(known.ByteSize() != message.ByteSize())


def check_format(receipt: Any, known: int, kind: str) -> None:
    """Raises Fault."""
    if receipt.format != known or has_unknown_fields(receipt):
        raise Fault(v1.EVIDENCE_FAULT_UNKNOWN_FORMAT,
                    f"{kind} has format {receipt.format} or fields that this release does not "
                    "know; use a newer one")
