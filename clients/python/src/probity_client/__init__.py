"""Probity from Python: may we buy this, from this supplier, today?

    from probity_client import Client, by_identifier, may_buy, v1

`v1` has the messages and enums of the API, `errors` what can go wrong, `receipts` verifies
evidence without a server (it needs the package `cryptography`), `testing` is a Probity for your
own tests.
"""
from . import errors, v1
from ._notice import ProbityDeprecationWarning
from ._pages import AsyncPages, Pages
from ._version import __version__
from .async_stream import AsyncScreeningStream
from .client import AsyncClient, Client
from .consistency import at_exact_revision, at_least_as_fresh, known_at, minimize_latency
from .dates import from_date, to_date
from .decisions import explain, may_buy, verdict_name
from .errors import ConfigurationError, ProbityError
from .stream import ScreeningStream
from .subjects import by_identifier, by_vendor, vendor_items, vendor_number

__all__ = [
    "AsyncClient", "AsyncPages", "AsyncScreeningStream", "Client", "ConfigurationError", "Pages",
    "ProbityDeprecationWarning", "ProbityError", "ScreeningStream", "__version__",
    "at_exact_revision", "at_least_as_fresh", "by_identifier", "by_vendor", "errors", "explain",
    "from_date", "known_at", "may_buy", "minimize_latency", "to_date", "v1", "vendor_items",
    "vendor_number", "verdict_name",
]
