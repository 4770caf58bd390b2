"""Asks Probity before an invoice or a payment order is registered, keeps the answers, and stops
what may not be paid."""
from __future__ import annotations

import dataclasses

from django.utils import timezone, translation
from django.utils.html import escape
from django.utils.translation import gettext as _
from lino.api import dd, rt
from probity_client import ConfigurationError, ProbityError, errors, v1, verdict_name

from . import verdicts
from .partners import by_number, subject_of, told_as, vendor_of
from .payments import Payment, payments_of

_LANGUAGES = ("en", "fr", "de", "it", "ru", "es")
_AWAY = (errors.Unavailable, errors.DeadlineExceeded)


@dataclasses.dataclass(frozen=True)
class Asked:
    """A question, and what came of it: an answer with its outcome, or a failure."""

    request: v1.ScreenSupplierRequest
    answer: v1.ScreenSupplierResponse | None = None
    outcome: verdicts.Outcome | None = None
    reasons: tuple[str, ...] = ()
    document: str = ""
    failure: str = ""
    is_away: bool = False


def pays(old, new) -> bool:
    """Whether a change of state confirms a document."""
    return not new.is_editable and new.name != "cancelled" and (old is None or old.is_editable)


def check(voucher, ar) -> None:
    """Raises Warning where one who would be paid may not be. Whatever comes of it is kept."""
    outcomes = rt.models.probity.Outcomes
    stops, told, away = [], [], None
    for payment in payments_of(voucher):
        asked = _ask(voucher, payment, away)
        away = asked if asked.is_away else None  # Waited for once, not for each row.
        screening = _kept(voucher, payment, ar, asked)
        if screening.outcome in (outcomes.held, outcomes.stopped, outcomes.failed):
            stops.append(_of_rows(payment, _stop_message(screening, asked)))
        elif screening.outcome != outcomes.clear:
            told.append(_of_rows(payment, _go_message(screening)))
    if stops:
        raise Warning("\n\n".join(stops))
    if told:
        _tell(ar, "\n\n".join(told))


def _of_rows(payment: Payment, message: str) -> str:
    if not payment.rows:
        return message
    return _("Row {}: {}").format(", ".join(map(str, payment.rows)), message)


def _ask(voucher, payment: Payment, away: Asked | None) -> Asked:
    plugin = dd.plugins.probity
    vendor = (vendor_of(payment.partner, plugin.vendor_system, plugin.identifiers)
              if plugin.vendor_system else None)
    request = _request(voucher, plugin, by_number(vendor) if vendor is not None else
                       subject_of(payment.partner, plugin.identifiers))
    if away is not None:
        return dataclasses.replace(away, request=request)
    try:
        client = plugin.client()
        if vendor is not None:
            _register(client, vendor, plugin.timeout)
        answer = client.screening.screen_supplier(request, timeout=plugin.timeout)
    except (ProbityError, ConfigurationError) as error:
        dd.logger.warning("probity: %s not screened: %s", voucher, error)
        return Asked(request, failure=getattr(error, "user_message", str(error)),
                     is_away=isinstance(error, _AWAY))
    outcome = verdicts.judge(answer)
    has_document = plugin.keep_document and outcome is not verdicts.Outcome.CLEAR
    return Asked(request, answer, outcome, tuple(verdicts.reasons(answer.decision.core)),
                 _document(client, answer.decision.name, plugin.timeout) if has_document else "")


def _register(client, vendor: v1.Vendor, timeout: float) -> None:
    """As the partner is now: what Probity knows already changes nothing there, and whom people
    said that the number is stays."""
    answer = client.vendors.batch_upsert_vendors(
        v1.BatchUpsertVendorsRequest(vendors=[vendor]), timeout=timeout)
    if answer.results[0].HasField("error"):
        raise errors.from_item(answer.results[0].error)


def _request(voucher, plugin, subject: v1.ScreenedSubject) -> v1.ScreenSupplierRequest:
    procedure = getattr(voucher, plugin.procedure_field, "") if plugin.procedure_field else ""
    return v1.ScreenSupplierRequest(
        subject=subject, policy=plugin.policy,
        purchase=v1.PurchaseContext(
            authority_country=plugin.authority_country, purpose=v1.PURPOSE_PAYMENT,
            procedure=str(procedure or ""), buyer_bound_by=plugin.buyer_bound_by))


def _document(client, name: str, timeout: float) -> str:
    """The decision in the user's language. Without it the reasons are told all the same."""
    language = (translation.get_language() or "en")[:2]
    request = v1.PrintDecisionRequest(
        name=name, language=language if language in _LANGUAGES else "en")
    try:
        return client.screening.print_decision(request, timeout=timeout).text
    except ProbityError as error:
        dd.logger.info("probity: %s not printed: %s", name, error)
        return ""


def _kept(voucher, payment: Payment, ar, asked: Asked):
    """The screening, saved: it stays also where the document does not go on."""
    screening = rt.models.probity.Screening(
        voucher_id=voucher.pk, partner_id=payment.partner.pk,
        user=ar.get_user() if ar is not None else None, asked_at=timezone.now(),
        subject=told_as(asked.request.subject), failure=asked.failure)
    if asked.answer is None:
        screening.outcome = _without_answer(screening, asked)
    else:
        decision = asked.answer.decision
        screening.verdict, screening.decision = verdict_name(asked.answer), decision.name
        screening.decision_uri = decision.decision_uri
        screening.reasons = "\n".join(asked.reasons)
        screening.next_steps = "\n".join(verdicts.next_steps(decision.core))
        screening.document = asked.document
        screening.fingerprint = verdicts.fingerprint(asked.request, asked.answer,
                                                     str(payment.amount))
        screening.outcome = rt.models.probity.Outcomes.get_by_name(asked.outcome.value)
        if asked.outcome is verdicts.Outcome.HELD:
            screening.take_release()
    screening.save()  # As it was answered: an address that Django finds odd is kept, too.
    return screening


def _without_answer(screening, asked: Asked):
    """Fails closed, also where the site lets payments go on without the server, if the supplier
    was not to be paid when Probity last answered."""
    outcomes = rt.models.probity.Outcomes
    may_go_on = dd.plugins.probity.fail_mode == "open" and asked.is_away
    if may_go_on and not screening.was_stopped_before():
        return outcomes.unscreened
    return outcomes.failed


def _stop_message(screening, asked: Asked) -> str:
    outcomes = rt.models.probity.Outcomes
    if screening.outcome == outcomes.failed:
        return "\n".join((_("{} was not screened, so the document stays as it is.").format(
            screening.subject), screening.failure))
    if screening.outcome == outcomes.held:
        lead = _("{} must be reviewed before it is paid; the document stays as it is.")
        advice = _("What to do: whoever may release payments looks at the screening on the tab "
                   "Probity of the document and releases it with a reason; then register again.")
    else:
        lead = _("{} must not be paid; the document stays as it is.")
        advice = _("What to do: make no funds available, also not to others for it, and tell "
                   "whoever answers for sanctions in your house.")
        if asked.answer.decision.core.verdict != v1.VERDICT_BLOCK:
            advice = _("This verdict is not known here: ask your administrator to update "
                       "probity-client.")
    return "\n".join((lead.format(screening.subject), *_details(screening), advice))


def _go_message(screening) -> str:
    outcomes = rt.models.probity.Outcomes
    lead = {
        outcomes.told: _("{} is paid because payment is due. There are grounds to weigh before "
                         "anything else is bought:"),
        outcomes.released: _("{} is paid because the payment was released:"),
        outcomes.unscreened: _("{} was NOT screened, because Probity is away; this site goes on "
                               "without it. Screen it when the server is back:"),
    }[screening.outcome]
    return "\n".join((lead.format(screening.subject), *_details(screening)))


def _details(screening) -> list[str]:
    lines = [f"- {line}" for line in screening.reasons.splitlines()]
    if screening.next_steps:
        lines.append(_("Next steps: {}").format(", ".join(screening.next_steps.splitlines())))
    if screening.released_by:
        lines.append(_("Released by {user}: {reason}").format(
            user=screening.released_by, reason=screening.release_reason))
    if screening.decision:
        lines.append(_("Decision: {}").format(screening.decision_uri or screening.decision))
    return lines + ([screening.failure] if screening.failure else [])


def _tell(ar, message: str) -> None:
    dd.logger.warning("probity: %s", message)
    if ar is not None:
        ar.success(escape(message), alert=_("Warning"))
