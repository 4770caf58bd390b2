"""What a verdict means for a purchase. Everything here fails closed: only a CLEAR that this
client knows lets a purchase through; an error, an absent answer and a verdict that is newer
than this client never do.
"""
from __future__ import annotations

import datetime
from typing import Any, List, Optional

from . import v1
from .dates import to_date

_NEXT = {
    v1.VERDICT_CLEAR: "Nothing adverse in the sources named.",
    v1.VERDICT_REVIEW: "A person must look before this goes on.",
    v1.VERDICT_BLOCK: "Hold: a binding ground is in force.",
}
# Where the answers that a purchase may rest on hold it. A replay and the watch record nothing,
# and are none of them.
_INSIDE = {
    v1.Decision: "core", v1.ScreenSupplierResponse: "decision",
    v1.GetDecisionResponse: "decision", v1.BatchScreenItemResult: "response",
    v1.StreamScreenSuppliersResponse: "result",
}
_PREFIX = len("VERDICT_")


def core_of(answer: Any) -> Optional[v1.DecisionCore]:
    """The decision in an answer of ScreeningService; None where there is none."""
    if isinstance(answer, v1.DecisionCore):
        return answer
    field = _INSIDE.get(type(answer))
    return core_of(getattr(answer, field)) if field and answer.HasField(field) else None


def may_buy(answer: Any, *, on: Optional[datetime.date] = None) -> bool:
    """Whether the purchase may go on. `answer`: of screen_supplier, an item of a batch or
    stream, a Decision or its core; anything else, an item's error too, is no.

    With `on`, also whether a decision that was kept still stands on that day: not before the
    day that it was made for, and not behind `valid_until`."""
    core = core_of(answer)
    if core is None or core.verdict != v1.VERDICT_CLEAR:
        return False
    return on is None or _stands_on(core, on)


def _stands_on(core: v1.DecisionCore, day: datetime.date) -> bool:
    if not (core.HasField("as_of") and core.HasField("valid_until")):
        return False  # A CLEAR without an end is none that this client understands.
    first, last = to_date(core.as_of), to_date(core.valid_until)
    return first is not None and last is not None and first <= day <= last


def verdict_name(answer: Any) -> str:
    """"CLEAR", "REVIEW", "BLOCK"; "NONE" without a decision; a verdict that is newer than
    this client by its number, as "UNKNOWN(7)"."""
    core = core_of(answer)
    if core is None or core.verdict == v1.VERDICT_UNSPECIFIED:
        return "NONE"
    try:
        return v1.Verdict.Name(core.verdict)[_PREFIX:]
    except ValueError:
        return f"UNKNOWN({core.verdict})"


def explain(answer: Any) -> str:
    """Why, in some lines of English for a message on a screen: the verdict, each rule that
    fired with its law, what was not checked though required. The whole document in the
    user's language is PrintDecision's."""
    core = core_of(answer)
    if core is None:
        return "NONE: there is no decision; nothing may be bought on this."
    told = _NEXT.get(core.verdict, "This client does not know the verdict: treat it as a hold, "
                                   "and update the client.")
    lines = [f"{verdict_name(core)}: {told}"]
    for finding in core.findings:
        law = f" ({finding.legal_basis})" if finding.legal_basis else ""
        about = f", about {finding.subject}" if finding.subject else ""
        lines.append(f"- {finding.rule_id}{law}{about}")
    lines += [f"- not checked: {missing.input}" for missing in core.not_checked if missing.required]
    lines += _dates(core)
    return "\n".join(lines)


def _dates(core: v1.DecisionCore) -> List[str]:
    day = to_date(core.valid_until) if core.HasField("valid_until") else None
    return [f"Stands until {day.isoformat()} if nothing new is learnt."] if day else []
