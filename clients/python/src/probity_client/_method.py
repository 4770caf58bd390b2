"""What is known of one RPC before it is called: types, deadline, whether it may be sent
again. The last two come from service_config.json, which all clients share.
"""
from __future__ import annotations

import dataclasses
import importlib.resources
import json
import uuid
from typing import Any, Dict, Generic, Optional, Sequence, Tuple, Type, TypeVar, Union

Request = TypeVar("Request")
Response = TypeVar("Response")
Metadata = Sequence[Tuple[str, Union[str, bytes]]]

# The code that gRPC itself is not told to send calls again for: it does not read RetryInfo,
# which says when a budget reaches again, and would ask too early. _calls.py does.
OF_THE_LAYER = "RESOURCE_EXHAUSTED"


@dataclasses.dataclass(frozen=True)
class Policy:
    """How an RPC is called unless the caller says otherwise."""

    timeout: Optional[float] = None  # seconds for the whole call; None: no deadline
    attempts: int = 1  # the first one included; 1: it is never sent again


def read_service_config() -> Dict[str, Any]:
    """The service config that every client goes by."""
    package = importlib.resources.files("probity_client")
    config: Dict[str, Any] = json.loads(package.joinpath("service_config.json").read_text("utf-8"))
    return config


def policies_of(config: Dict[str, Any]) -> Dict[str, Policy]:
    """By "Service/Method"."""
    found = {}
    for entry in config["methodConfig"]:
        timeout = float(entry["timeout"].rstrip("s")) if "timeout" in entry else None
        attempts = entry.get("retryPolicy", {}).get("maxAttempts", 1)
        for name in entry["name"]:
            service = name["service"].rpartition(".")[2]
            found[f"{service}/{name['method']}"] = Policy(timeout, attempts)
    return found


def for_grpc(config: Dict[str, Any]) -> str:
    """The config as a channel gets it. Without deadlines, which gRPC would take as upper
    bounds, so that no caller could wait longer; and without what the layer does itself."""
    entries = []
    for entry in config["methodConfig"]:
        kept = {key: value for key, value in entry.items() if key != "timeout"}
        if "retryPolicy" in kept:
            codes = [code for code in kept["retryPolicy"]["retryableStatusCodes"]
                     if code != OF_THE_LAYER]
            kept["retryPolicy"] = {**kept["retryPolicy"], "retryableStatusCodes": codes}
        entries.append(kept)
    return json.dumps({**config, "methodConfig": entries})


CONFIG = read_service_config()
POLICIES = policies_of(CONFIG)


class Method(Generic[Request, Response]):
    """One RPC. Compared and hashed by identity: there is one object for each."""

    def __init__(self, service: str, name: str, request: Type[Request], response: Type[Response],
                 *, ids: str = "", items: str = "") -> None:
        """`ids`: where requests carry what makes them known again: "call" (request_id),
        "items" (request_id of each item's request), or "" (nowhere). `items`: of a listing,
        the field of the answer that holds what is listed."""
        self.name = f"{service}/{name}"
        self.path = f"/probity.v1.{service}/{name}"
        self.request, self.response = request, response
        self.ids, self.items = ids, items
        self.policy = POLICIES.get(self.name, Policy())


def with_ids(method: Method[Any, Any], request: Any) -> Any:
    """The request with an id wherever it lacks one, so that it can be sent again and is done
    once. A copy, where something was added: the same object sent twice by the caller is two
    requests, and never answered with what the first one found."""
    if method.ids == "call" and not request.request_id:
        request = _copy(request)
        request.request_id = str(uuid.uuid4())
    elif method.ids == "items" and not all(item.request.request_id for item in request.items):
        request = _copy(request)
        for item in request.items:
            item.request.request_id = item.request.request_id or str(uuid.uuid4())
    return request


def _copy(request: Any) -> Any:
    copy = type(request)()
    copy.CopyFrom(request)
    return copy
