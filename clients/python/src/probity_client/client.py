"""A connection to a Probity server. Start here."""
from __future__ import annotations

import itertools
import os
import uuid
from types import TracebackType
from typing import (
    Any,
    AsyncIterator,
    Dict,
    Iterable,
    Iterator,
    List,
    Optional,
    Tuple,
    Type,
    TypeVar,
)

from . import v1
from ._async_calls import AsyncCalls
from ._calls import Calls
from ._connection import Pem, Token, connect
from ._cuts import PATIENCE
from ._generated.async_services import AsyncServices
from ._generated.services import Services
from ._run import WINDOW
from .async_stream import AsyncScreeningStream, Items
from .errors import ConfigurationError
from .stream import ScreeningStream
from .watch import AsyncVerdictWatch, VerdictWatch

_T = TypeVar("_T", "Client", "AsyncClient")
# Argument of a client for each variable of the environment; as the command line has them.
_ENVIRONMENT = {"ca": "PROBITY_CA", "cert": "PROBITY_CERT", "key": "PROBITY_KEY",
                "token": "PROBITY_TOKEN", "token_file": "PROBITY_TOKEN_FILE"}


def _from_environment(kind: Type[_T]) -> _T:
    address = os.environ.get("PROBITY_SERVER", "")
    if not address:
        raise ConfigurationError("PROBITY_SERVER is not set: the server's HOST:PORT")
    given: Dict[str, Any] = {name: os.environ[variable]
                             for name, variable in _ENVIRONMENT.items() if os.environ.get(variable)}
    return kind(address, **given)


def _settings(purchase: Optional[v1.PurchaseContext], policy: str, as_of: Optional[v1.Date],
              consistency: Optional[v1.Consistency], stream_id: str,
              resume_token: str) -> v1.StreamScreenSettings:
    return v1.StreamScreenSettings(
        purchase=purchase, policy=policy, as_of=as_of, consistency=consistency,
        stream_id=stream_id, resume_token=resume_token)


def _chunks(vendors: Iterable[v1.Vendor], size: int) -> Iterator[List[v1.Vendor]]:
    source = iter(vendors)
    return iter(lambda: list(itertools.islice(source, size)), [])


def _upsert(vendors: List[v1.Vendor]) -> v1.BatchUpsertVendorsRequest:
    return v1.BatchUpsertVendorsRequest(vendors=vendors, request_id=str(uuid.uuid4()))


class Client(Services):
    """Calls a server, from any thread. Connects with the first call, in the process that makes
    it, and again whenever the connection is lost.

    address: "HOST:PORT".
    ca: PEM of the authority that the server's certificate leads to; without it nothing is
        encrypted, which a server takes on loopback alone.
    cert, key: PEM of the caller's own certificate and key. Files that are renewed are read
        again within some seconds, when they go together; calls under way end as they began.
    token: instead of them, or a function that gives one that is fresh; never sent to another
        machine in the clear. token_file: a file that holds it, read again for every call.
    options: further arguments of the gRPC channel; with ("grpc.enable_retries", 0) no call is
        ever sent again.
    PEM is the name of a file, or bytes. ConfigurationError says what cannot be used.

    Each service is an attribute, each RPC a method of it that takes the request and, if the
    usual one does not fit, `timeout` in seconds:

        client.screening.screen_supplier(v1.ScreenSupplierRequest(...))
        for vendor in client.vendors.list_vendors(v1.ListVendorsRequest()): ...

    Errors are ProbityError and its kinds (probity_client.errors). What may be sent again is,
    within the deadline: lookups, and whatever carries a request id, which is added where it
    lacks.
    """

    def __init__(self, address: str, *, ca: Optional[Pem] = None, cert: Optional[Pem] = None,
                 key: Optional[Pem] = None, token: Optional[Token] = None,
                 token_file: Optional[Pem] = None,
                 options: Tuple[Tuple[str, Any], ...] = ()) -> None:
        self._calls = Calls(connect(address, ca=ca, cert=cert, key=key, token=token,
                                    token_file=token_file, options=options))
        super().__init__(self._calls)

    @classmethod
    def from_environment(cls) -> Client:
        """By PROBITY_SERVER, PROBITY_CA, PROBITY_CERT, PROBITY_KEY, PROBITY_TOKEN and
        PROBITY_TOKEN_FILE, as the command line."""
        return _from_environment(cls)

    def screen_stream(self, items: Iterable[v1.BatchScreenItem], *,
                      purchase: Optional[v1.PurchaseContext] = None, policy: str = "",
                      as_of: Optional[v1.Date] = None,
                      consistency: Optional[v1.Consistency] = None, stream_id: str = "",
                      resume_token: str = "", window: int = WINDOW,
                      patience: float = PATIENCE) -> ScreeningStream:
        """Screens as many purchases as there are. What all items share is said once, as in
        StreamScreenSettings. Give `stream_id` to send the same run again from its first item,
        `resume_token` to go on with one that was left."""
        settings = _settings(purchase, policy, as_of, consistency, stream_id, resume_token)
        return ScreeningStream(self._calls, items, settings, window=window, patience=patience)

    def watch_verdicts(self, portfolio: str = "", *, cursor: str = "",
                       patience: float = PATIENCE) -> VerdictWatch:
        """Changes of the verdicts of a portfolio's members ("" of all portfolios of the caller's
        authority), from `cursor` on ("": from now on); goes on by itself where it was cut."""
        return VerdictWatch(self._calls, portfolio, cursor, patience)

    def register_vendors(self, vendors: Iterable[v1.Vendor]) -> Iterator[v1.UpsertVendorResult]:
        """Makes vendor numbers known, in as many calls as the server's limit asks for; one
        result for each, in order. An entry that fails carries its own error. What was sent
        before a call failed is kept, and sent again changes nothing."""
        limit = self.server.get_server_info(v1.GetServerInfoRequest()).max_batch_vendors
        for chunk in _chunks(vendors, limit):
            yield from self.vendors.batch_upsert_vendors(_upsert(chunk)).results

    def close(self) -> None:
        """Closes the connection; a later call makes another one."""
        self._calls.close()

    def __enter__(self) -> Client:
        return self

    def __exit__(self, kind: Optional[Type[BaseException]], error: Optional[BaseException],
                 trace: Optional[TracebackType]) -> None:
        self.close()


class AsyncClient(AsyncServices):
    """Client for asyncio: for the event loop of its first call. Methods of services are
    coroutines; listings and streams are iterated with `async for`."""

    def __init__(self, address: str, *, ca: Optional[Pem] = None, cert: Optional[Pem] = None,
                 key: Optional[Pem] = None, token: Optional[Token] = None,
                 token_file: Optional[Pem] = None,
                 options: Tuple[Tuple[str, Any], ...] = ()) -> None:
        self._calls = AsyncCalls(connect(address, ca=ca, cert=cert, key=key, token=token,
                                         token_file=token_file, options=options))
        super().__init__(self._calls)

    @classmethod
    def from_environment(cls) -> AsyncClient:
        """As Client.from_environment."""
        return _from_environment(cls)

    def screen_stream(self, items: Items, *, purchase: Optional[v1.PurchaseContext] = None,
                      policy: str = "", as_of: Optional[v1.Date] = None,
                      consistency: Optional[v1.Consistency] = None, stream_id: str = "",
                      resume_token: str = "", window: int = WINDOW,
                      patience: float = PATIENCE) -> AsyncScreeningStream:
        """As Client.screen_stream."""
        settings = _settings(purchase, policy, as_of, consistency, stream_id, resume_token)
        return AsyncScreeningStream(self._calls, items, settings, window=window, patience=patience)

    def watch_verdicts(self, portfolio: str = "", *, cursor: str = "",
                       patience: float = PATIENCE) -> AsyncVerdictWatch:
        """As Client.watch_verdicts."""
        return AsyncVerdictWatch(self._calls, portfolio, cursor, patience)

    async def register_vendors(
            self, vendors: Iterable[v1.Vendor]) -> AsyncIterator[v1.UpsertVendorResult]:
        """As Client.register_vendors."""
        info = await self.server.get_server_info(v1.GetServerInfoRequest())
        for chunk in _chunks(vendors, info.max_batch_vendors):
            answer = await self.vendors.batch_upsert_vendors(_upsert(chunk))
            for result in answer.results:
                yield result

    async def close(self) -> None:
        """As Client.close."""
        await self._calls.close()

    async def __aenter__(self) -> AsyncClient:
        return self

    async def __aexit__(self, kind: Optional[Type[BaseException]], error: Optional[BaseException],
                        trace: Optional[TracebackType]) -> None:
        await self.close()
