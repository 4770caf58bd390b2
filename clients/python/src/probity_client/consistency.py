"""How fresh the data of an answer must be: values for the field `consistency`.

    answer = client.vendors.batch_upsert_vendors(...)
    client.suppliers.get_supplier(v1.GetSupplierRequest(
        name=name, consistency=at_least_as_fresh(answer)))       reads what was just written
"""
from __future__ import annotations

import datetime
from typing import Any

from . import v1


def minimize_latency() -> v1.Consistency:
    """The newest revision at hand; what an absent field means too."""
    return v1.Consistency(minimize_latency=True)


def at_least_as_fresh(seen: Any) -> v1.Consistency:
    """The revision of `seen` or a later one. `seen`: an answer with a stamp, a stamp or a
    RevisionToken. Unavailable / REVISION_NOT_YET_HERE where the server is behind."""
    return v1.Consistency(at_least_as_fresh=revision_of(seen))


def at_exact_revision(seen: Any) -> v1.Consistency:
    """The revision of `seen`, as it was. NotAllowed / REVISION_EXPIRED once it is gone; the
    error's metadata name the earliest one left."""
    return v1.Consistency(at_exact_revision=revision_of(seen))


def known_at(instant: datetime.datetime) -> v1.Consistency:
    """What was known at this instant. ValueError without a time zone: which day a naive time
    is on, nobody can say later."""
    if instant.tzinfo is None or instant.utcoffset() is None:
        raise ValueError("known_at: the instant has no time zone")
    consistency = v1.Consistency()
    consistency.known_at.FromDatetime(instant.astimezone(datetime.timezone.utc))
    return consistency


def revision_of(seen: Any) -> v1.RevisionToken:
    """ValueError where `seen` has none, as an answer that read no data."""
    token = seen
    if not isinstance(token, v1.RevisionToken):
        stamp = getattr(seen, "stamp", seen)
        token = getattr(stamp, "revision", None)
    if not isinstance(token, v1.RevisionToken) or not token.store_lineage:
        raise ValueError(f"a {type(seen).__name__} without a revision: give an answer with a "
                         "stamp, its stamp or a RevisionToken")
    return token
