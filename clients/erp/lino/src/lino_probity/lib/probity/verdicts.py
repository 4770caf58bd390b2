"""What a decision means for a payment that is due.

Work done is paid: a ground about labour does not stop it, and is told. A freeze of funds does,
and so does whatever this module does not know: a newer verdict, reason or effect, a decision
without a name, or one that does not say that freezes were weighed, as of an older server.
"""
from __future__ import annotations

import enum
import hashlib

from probity_client import may_buy, to_date, v1


class Outcome(enum.Enum):
    CLEAR = "clear"  # Goes on.
    TOLD = "told"  # Goes on; the user is told of the grounds.
    HELD = "held"  # Stops until a person releases it.
    STOPPED = "stopped"  # Stops.


# What a person would weigh before a purchase, and what no law lets withhold a payment for.
# Identity, lists that are missing or old, appeals and successors are not among them: behind
# each of these may be a freeze.
GROUNDS = frozenset({
    v1.REVIEW_REASON_DISCRETIONARY_GROUND,
    v1.REVIEW_REASON_MANDATORY_GROUND_NOT_BINDING,
    v1.REVIEW_REASON_ALLEGATION,
    v1.REVIEW_REASON_PRESUMPTION_REBUTTABLE,
    v1.REVIEW_REASON_SELF_CLEANING_PENDING,
    v1.REVIEW_REASON_CONNECTED_PERSON,
    v1.REVIEW_REASON_COMMODITY_RISK,
    v1.REVIEW_REASON_PUBLIC_INTEREST_DEROGATION,
    v1.REVIEW_REASON_STATEMENT_MISSING,
    v1.REVIEW_REASON_OPEN_FINDING,
    v1.REVIEW_REASON_REPLACE_PARTY,
    v1.REVIEW_REASON_BUYER_DEMAND,
    v1.REVIEW_REASON_WAIVED,
})
_CERTAIN = (v1.IDENTITY_STATE_CONFIRMED, v1.IDENTITY_STATE_ASSERTED)


def judge(answer: v1.ScreenSupplierResponse) -> Outcome:
    decision = answer.decision
    if not decision.name:
        return Outcome.STOPPED  # Not recorded, so no decision.
    if may_buy(answer):
        return Outcome.CLEAR
    if decision.core.verdict != v1.VERDICT_REVIEW:
        return Outcome.STOPPED
    return Outcome.TOLD if _is_due(decision.core) else Outcome.HELD


def _is_due(core: v1.DecisionCore) -> bool:
    """Whether a REVIEW has nothing in it but grounds that do not stop a payment."""
    weighed = weighed_findings(core)
    return (core.weighs_freezes and bool(weighed) and core.identity in _CERTAIN
            and core.evidence == v1.EVIDENCE_STATE_COMPLETE
            and set(core.reasons) <= GROUNDS
            and all(_does_not_stop(finding) for finding in weighed))


def _does_not_stop(finding: v1.RuleFinding) -> bool:
    return (finding.purchase_effect == v1.RULE_EFFECT_REVIEW and finding.reason in GROUNDS
            and not finding.freeze)


def weighed_findings(core: v1.DecisionCore) -> list[v1.RuleFinding]:
    return [finding for finding in core.findings
            if finding.purchase_effect != v1.RULE_EFFECT_NONE]


def reasons(core: v1.DecisionCore) -> list[str]:
    """A line for each rule that counts, with its law, and for what is missing."""
    lines = []
    for finding in weighed_findings(core):
        law = "; ".join(part for part in (finding.legal_basis, finding.transposition) if part)
        title = f": {finding.title}" if finding.title else ""
        lines.append(f"{finding.rule_id}{title}{f' ({law})' if law else ''}")
    lines += [f"not checked: {missing.input}" for missing in core.not_checked if missing.required]
    return lines


def next_steps(core: v1.DecisionCore) -> list[str]:
    """What Probity asks to be done, by the names of its actions: "hear supplier by 2026-12-11"."""
    return [_step(step) for step in core.next_steps]


def _step(step: v1.NextStep) -> str:
    known = step.action in v1.NextAction.values()
    name = v1.NextAction.Name(step.action).removeprefix("NEXT_ACTION_") if known else (
        f"action {step.action}")
    day = to_date(step.by) if step.HasField("by") else None
    return name.lower().replace("_", " ") + (f" by {day.isoformat()}" if day else "")


def fingerprint(request: v1.ScreenSupplierRequest, answer: v1.ScreenSupplierResponse,
                amount: str) -> str:
    """Of all that a person who releases a payment has weighed: whom, how much, and on what
    grounds. Another one asks for another release."""
    core = answer.decision.core
    facts = {(subject.path, fact.id): fact.flag.name
             for subject in answer.bundle.subjects for fact in subject.facts}
    weighed = sorted(
        (f.policy, f.rule_id, f.reason, f.subject, f.item_id, f.dataset,
         sorted(facts.get((f.subject, fact), fact) for fact in f.facts))
        for f in weighed_findings(core))
    subject = request.subject.SerializeToString(deterministic=True).hex()
    text = repr((subject, amount, core.verdict, sorted(core.reasons), weighed))
    return hashlib.sha256(text.encode()).hexdigest()
