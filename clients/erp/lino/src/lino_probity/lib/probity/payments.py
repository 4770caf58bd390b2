"""Who is paid by a document of Lino, and how much."""
from __future__ import annotations

import dataclasses
from decimal import Decimal

from lino.api import dd, rt
from lino_xl.lib.accounting.mixins import PaymentRelated


@dataclasses.dataclass(frozen=True)
class Payment:
    """What one partner gets by an invoice or a payment order."""

    partner: object  # contacts.Partner
    amount: Decimal
    rows: tuple[int, ...] = ()  # of a payment order, by their numbers; empty: all of it


def is_order(voucher) -> bool:
    """Reports of online payments are kept in the same table: what they tell has happened."""
    return (dd.is_installed("finan") and isinstance(voucher, rt.models.finan.PaymentOrder)
            and not issubclass(voucher.journal.voucher_type.table_class,
                               rt.models.finan.PaymentReports))


def concerns(voucher) -> bool:
    """Whether Probity is asked about it."""
    plugin = dd.plugins.probity
    if is_order(voucher):
        return plugin.payment_orders
    trade_type = voucher.journal.trade_type
    return trade_type is not None and trade_type.name in plugin.trade_types


def payments_of(voucher) -> list[Payment]:
    """One for each partner; rows of a payment order that have none pay nobody who could be
    asked about."""
    if not is_order(voucher):
        return [Payment(voucher.partner, voucher.total_incl)]
    found: dict[int, Payment] = {}
    for item in voucher.items.order_by("seqno"):
        partner = item.get_partner()  # or the project, which need not be one
        if isinstance(partner, rt.models.contacts.Partner):
            known = found.get(partner.pk, Payment(partner, Decimal()))
            found[partner.pk] = dataclasses.replace(
                known, amount=known.amount + item.amount, rows=(*known.rows, item.seqno))
    return list(found.values())


def paid_partners() -> set[int]:
    """Keys of the partners of all documents that Probity is asked about."""
    found: set[int] = set()
    types = [rt.models.accounting.TradeTypes.get_by_name(name)
             for name in dd.plugins.probity.trade_types]
    for model in rt.models_by_base(PaymentRelated):
        found.update(model.objects.filter(journal__trade_type__in=types).values_list(
            "partner_id", flat=True))
    if dd.is_installed("finan") and dd.plugins.probity.payment_orders:
        found.update(rt.models.finan.PaymentOrderItem.objects.exclude(
            partner=None).values_list("partner_id", flat=True))
    return found
