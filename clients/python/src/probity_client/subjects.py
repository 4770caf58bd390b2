"""Ways to say who is asked about, shorter than the messages themselves."""
from __future__ import annotations

from typing import Iterable, Iterator

from . import v1


def by_identifier(scheme: str, value: str, *, name: str = "") -> v1.ScreenedSubject:
    """By a register's number: by_identifier("GB-COH", "04830352"). `scheme` is a code of
    org-id.guide or one of Probity's own (Identifier.scheme). With a name, both are compared."""
    ref = v1.SubjectRef(identifier=v1.Identifier(scheme=scheme, value=value))
    return v1.ScreenedSubject(ref=ref, name=name)


def by_vendor(system: str, number: str, *, company_code: str = "",
              name: str = "") -> v1.ScreenedSubject:
    """By a vendor number that was registered before (Client.register_vendors). Leading zeros
    count: give it as text."""
    ref = v1.SubjectRef(vendor=vendor_number(system, number, company_code=company_code))
    return v1.ScreenedSubject(ref=ref, name=name)


def vendor_number(system: str, number: str, *, company_code: str = "") -> v1.VendorNumber:
    if not isinstance(number, str):
        raise TypeError("a vendor number is text: as a number it loses its leading zeros")
    return v1.VendorNumber(system=system, company_code=company_code, number=number)


def vendor_items(system: str, numbers: Iterable[str], *,
                 company_code: str = "") -> Iterator[v1.BatchScreenItem]:
    """Items of a stream or batch that ask by vendor number; the number is the correlation id."""
    for number in numbers:
        vendor = vendor_number(system, number, company_code=company_code)
        item = v1.BatchScreenItem(correlation_id=number)
        # In its place at once: as an argument of the messages around it, it is copied each time.
        item.request.subject.ref.vendor.CopyFrom(vendor)
        yield item
