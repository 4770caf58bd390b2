"""How a partner of Lino is named to Probity."""
from __future__ import annotations

import re
from collections.abc import Mapping

from probity_client import by_vendor, v1, vendor_number

_COUNTRY = re.compile(r"[A-Z]{2}\Z")


def subject_of(partner, identifiers) -> v1.ScreenedSubject:
    """By the first identifier that is filled in, else by name alone, which no server takes
    for certain. `identifiers` as in Plugin."""
    subject = v1.ScreenedSubject(name=str(partner.name or "").strip(),
                                 country=country_of(partner))
    for field, scheme in identifiers:
        value = str(_value(partner, field) or "").strip()
        code = _scheme(scheme, value, subject.country)
        if value and code:
            subject.ref.identifier.scheme, subject.ref.identifier.value = code, value
            break
    return subject


def vendor_of(partner, system: str, identifiers) -> v1.Vendor:
    """What is registered of a partner: it is this system's vendor by its number in Lino."""
    known = subject_of(partner, identifiers)
    vendor = v1.Vendor(number=vendor_number(system, str(partner.pk)), display_name=known.name,
                       country=known.country)
    if known.HasField("ref"):
        vendor.identifier.CopyFrom(known.ref.identifier)
    return vendor


def by_number(vendor: v1.Vendor) -> v1.ScreenedSubject:
    """A vendor that was registered; its name is compared."""
    subject = by_vendor(vendor.number.system, vendor.number.number, name=vendor.display_name)
    subject.country = vendor.country
    return subject


def country_of(partner) -> str:
    """ISO 3166-1 alpha-2; empty where it is not known."""
    code = str(getattr(getattr(partner, "country", None), "isocode", "") or "").upper()
    return code if _COUNTRY.match(code) else ""


def told_as(subject: v1.ScreenedSubject) -> str:
    """For people: "Name (EU-VAT-PT 999 000 011)"."""
    ref = subject.ref
    if ref.WhichOneof("ref") == "vendor":
        return f"{subject.name} ({ref.vendor.system} {ref.vendor.number})"
    if ref.WhichOneof("ref") == "identifier":
        return f"{subject.name} ({ref.identifier.scheme} {ref.identifier.value})"
    return subject.name


def _value(partner, field: str):
    """A field of the partner, or of the company or person that it is."""
    for holder in (partner, getattr(partner, "company", None), getattr(partner, "person", None)):
        if holder is not None and getattr(holder, field, None):
            return getattr(holder, field)
    return ""


def _scheme(scheme: str | Mapping[str, str], value: str, country: str) -> str:
    """Empty where none fits."""
    if isinstance(scheme, Mapping):
        return scheme.get(country, "")
    if "{country}" not in scheme:
        return scheme
    prefix = value[:2].upper()
    code = prefix if _COUNTRY.match(prefix) else country
    return scheme.format(country="EL" if code == "GR" else code) if code else ""
