"""The one place that talks to Probity: connections, one screening, and what its answer means.

Nothing here knows Tryton. An `Outcome` always says what came of a call, a failed one too, so
that a caller decides on `may_buy` alone and anything unforeseen stops a purchase.
"""
import hashlib
import threading
from dataclasses import dataclass, field
from typing import NamedTuple

from probity_client import (
    Client,
    ConfigurationError,
    ProbityError,
    errors,
    explain,
    may_buy,
    v1,
    verdict_name,
)

VERDICTS = {'CLEAR': 'clear', 'REVIEW': 'review', 'BLOCK': 'block', 'NONE': 'none'}
# Languages that Probity prints decisions in; others get English.
LANGUAGES = {'en', 'fr', 'de', 'it', 'ru', 'es'}
# The service is away or busy: the only faults that a break-glass release may pass.
AWAY = (errors.Unavailable, errors.DeadlineExceeded, errors.Exhausted)
# Connections kept: the ERP's own, and those of reviewers.
_MOST_CLIENTS = 64

_clients = {}
_lock = threading.Lock()


class Settings(NamedTuple):
    """Whom to ask, and as whom. File names are of the machine that runs Tryton."""
    server: str
    ca: str = ''
    cert: str = ''
    key: str = ''
    token_file: str = ''
    timeout: float = 5.0


class Candidate(NamedTuple):
    """A party with a like name that somebody must compare with the supplier."""
    record: str  # datasets/{dataset}/records/{key}
    supplier: str  # suppliers/{supplier}
    score: float  # 0 to 1


class Ground(NamedTuple):
    """A rule that stops the purchase or asks for a person."""
    rule: str
    title: str  # what it says, in one line; empty: the server is older
    law: str
    subject: str  # path in the request; 'subject' is the supplier
    waivable: bool  # Probity takes a waiver of it
    ambiguous: bool  # it is open who is meant, which no waiver settles
    waiver: str  # name of the one that was applied

    @property
    def named(self):
        return _named(self.rule, self.title)


@dataclass
class Outcome:
    """What came of asking.

    verdict: 'clear', 'review', 'block', 'none', or 'unknown' where it is newer than the client.
    may_buy: True for a CLEAR that the client knows; nothing else is.
    away: nobody answered, or the server cannot now; `fault` says so for people.
    grounds: SHA-256 in hex over what a person has to weigh, equal while that is the same.
    """
    verdict: str = 'none'
    may_buy: bool = False
    away: bool = False
    fault: str = ''
    decision: str = ''
    decision_uri: str = ''
    valid_until: object = None  # v1.Date
    explanation: str = ''
    grounds: str = ''
    invented: bool = False
    stops: list = field(default_factory=list)
    candidates: list = field(default_factory=list)


def client_of(settings):
    """One for each way of calling, kept for the life of the process; it connects with the first
    call, in the process that makes it. Raises ConfigurationError."""
    key = settings._replace(timeout=0)
    with _lock:
        client = _clients.get(key)
        if client is None:
            client = Client(
                settings.server, ca=settings.ca or None, cert=settings.cert or None,
                key=settings.key or None, token_file=settings.token_file or None)
            while len(_clients) >= _MOST_CLIENTS:
                _clients.pop(next(iter(_clients))).close()
            _clients[key] = client
        return client


def screen(settings, request, language='en'):
    """Asks, and never raises for what the service or its settings did wrong."""
    try:
        client = client_of(settings)
        answer = client.screening.screen_supplier(request, timeout=settings.timeout)
    except ConfigurationError as error:
        return Outcome(fault=str(error))
    except ProbityError as error:
        return Outcome(fault=error.user_message, away=isinstance(error, AWAY))
    outcome = outcome_of(answer)
    if not outcome.may_buy:
        outcome.explanation = _document(client, settings, outcome, language)
    return outcome


def outcome_of(answer):
    """Of a ScreenSupplierResponse."""
    decision, core = answer.decision, answer.decision.core
    return Outcome(
        verdict=VERDICTS.get(verdict_name(answer), 'unknown'), may_buy=may_buy(answer),
        decision=decision.name, decision_uri=getattr(decision, 'decision_uri', ''),
        valid_until=core.valid_until if core.HasField('valid_until') else None,
        explanation=reasons_of(answer), grounds=grounds_of(core, answer.bundle),
        invented=any(source.edition.invented for source in answer.bundle.sources),
        stops=stops_of(core), candidates=candidates_of(answer.bundle))


def _named(rule, title):
    return f'{rule}: {title}' if title else rule


def reasons_of(answer):
    """Why, in some lines of English, where the printed decision is not at hand: the client's
    headline, rules with what they say, and what was not checked though required. Of a
    ScreenSupplierResponse."""
    core = answer.decision.core
    lines = explain(answer).splitlines()[:1]
    for finding in filter(_stops, core.findings):
        law = f' ({finding.legal_basis})' if finding.legal_basis else ''
        lines.append(f'- {_named(finding.rule_id, finding.title)}{law}')
    lines += [f'- not checked: {missing.input}' for missing in core.not_checked
        if missing.required]
    return '\n'.join(lines)


def _document(client, settings, outcome, language):
    """The decision for people, in their language; without it the reasons stand as they are."""
    language = language[:2] if language[:2] in LANGUAGES else 'en'
    try:
        return client.screening.print_decision(
            v1.PrintDecisionRequest(name=outcome.decision, language=language),
            timeout=settings.timeout).text
    except ProbityError:
        return outcome.explanation


def receipt_of(settings, decision):
    """The receipt of a decision by its name, serialised. Raises ProbityError, and the client's
    ConfigurationError."""
    answer = client_of(settings).screening.get_receipt(
        v1.GetReceiptRequest(name=decision), timeout=settings.timeout)
    return answer.receipt.SerializeToString()


def _stops(finding):
    return finding.purchase_effect not in (v1.RULE_EFFECT_UNSPECIFIED, v1.RULE_EFFECT_NONE)


def stops_of(core):
    """As Probity has it: who is meant, and what does not bind, is never waived."""
    return [Ground(
        rule=finding.rule_id, title=finding.title, law=finding.legal_basis,
        subject=finding.subject or 'subject',
        waivable=set(finding.limits) <= {v1.EFFECT_LIMIT_WAIVED},
        ambiguous=(finding.reason == v1.REVIEW_REASON_IDENTITY_AMBIGUOUS
                   or v1.EFFECT_LIMIT_NAME_ALONE in finding.limits),
        waiver=finding.waiver)
        for finding in core.findings if _stops(finding)]


def candidates_of(bundle):
    """Of the supplier itself, from the score on that raises an alert."""
    if not bundle.subjects:
        return []
    return [Candidate(one.source_record, one.supplier, one.score)
            for one in bundle.subjects[0].candidates if one.score >= bundle.alert_score]


def grounds_of(core, bundle):
    """A release holds for what was weighed: another verdict, rule, record or gap asks anew.
    Ids of facts count anew in each bundle, so the records that they name stand for them."""
    names = {}
    for subject in bundle.subjects:
        names.update((fact.id, fact.flag.name) for fact in subject.facts)
    rows = [f'verdict {core.verdict}']
    rows += [f'reason {reason}' for reason in core.reasons]
    for finding in filter(_stops, core.findings):
        facts = sorted(names.get(fact, fact) for fact in finding.facts)
        rows.append(' '.join([
            'finding', finding.rule_id, finding.subject, finding.item_id, finding.requirement_id,
            finding.dataset, str(finding.purchase_effect), finding.waiver, *facts]))
    rows += [f'gap {gap.rule_id} {gap.input}' for gap in core.not_checked if gap.required]
    rows += [f'missing {source}' for source in core.missing_sources]
    rows += [f'candidate {subject.path} {one.source_record}' for subject in bundle.subjects
             for one in subject.candidates if one.score >= bundle.alert_score]
    return hashlib.sha256('\n'.join(sorted(rows)).encode()).hexdigest()
