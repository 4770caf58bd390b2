"""Answers to give to a FakeProbity. Each is a message or an error that a test may change, or make
by itself, before it sets it.
"""
from __future__ import annotations

import datetime
import difflib
import importlib.resources
import json
from typing import Any, Dict, Mapping, Optional, Sequence, Tuple

import grpc

from .. import v1
from ..dates import from_date
from ..errors import DOMAIN, FieldViolation, ProbityError, class_of

_SET_BY_TEST = "the test set this error"


def clear(*, valid_until: Optional[datetime.date] = None) -> v1.DecisionCore:
    """Nothing adverse. valid_until: last day on which it stands; None: it has no end, and
    may_buy(on=...) refuses it."""
    return _core(v1.VERDICT_CLEAR, v1.RISK_STATE_NONE_FOUND, valid_until)


def review(*reasons: str, rule: str = "", legal_basis: str = "", title: str = "",
           valid_until: Optional[datetime.date] = None) -> v1.DecisionCore:
    """A person must look. reasons: names of ReviewReason without prefix, as "ALLEGATION".
    rule: the one that fired; legal_basis, title: its law, and what it says."""
    core = _core(v1.VERDICT_REVIEW, v1.RISK_STATE_FACTS_TO_WEIGH, valid_until)
    core.reasons.extend(_value(v1.ReviewReason, "REVIEW_REASON_", name) for name in reasons)
    if rule:
        _add_finding(core, v1.RULE_EFFECT_REVIEW, rule, legal_basis, title)
    return core


def block(rule: str, *, legal_basis: str = "", title: str = "", freeze: bool = False,
          hearing_required: bool = False,
          valid_until: Optional[datetime.date] = None) -> v1.DecisionCore:
    """Hold: `rule` fired. freeze: it forbids to make funds available."""
    core = _core(v1.VERDICT_BLOCK, v1.RISK_STATE_BINDING_GROUND, valid_until)
    finding = _add_finding(core, v1.RULE_EFFECT_BLOCK, rule, legal_basis, title)
    finding.freeze = core.weighs_freezes = freeze
    finding.hearing_required = core.hearing_required = hearing_required
    return core


def certification(result: str, *, detail: str = "",
                  valid_until: Optional[datetime.date] = None) -> v1.CheckCertificationResponse:
    """result: name of a CertificationResult without prefix, as "VALID" or "EXPIRED".
    detail: why, for people, where it is not VALID."""
    value = _value(v1.CertificationResult, "CERTIFICATION_RESULT_", result)
    answer = v1.CheckCertificationResponse(result=value)
    if value != v1.CERTIFICATION_RESULT_VALID:
        answer.causes.add(result=value, detail=detail)
    if valid_until is not None:
        answer.valid_until.CopyFrom(from_date(valid_until))
    return answer


def error(reason: str = "", message: str = _SET_BY_TEST, *,
          code: Optional[grpc.StatusCode] = None, metadata: Optional[Mapping[str, str]] = None,
          field_violations: Sequence[Tuple[str, str]] = (),
          retry_after: Optional[float] = None) -> ProbityError:
    """An error as the client will raise it.

    reason: name of an ErrorReason without prefix, as "QUOTA_EXCEEDED"; docs/ERRORS.md has all.
    code: the gRPC code. By default the one that the reason has; needed without a reason, for a
        reason that is newer than this client, and for one that no call fails with.
    metadata: what the reason's comment in error_reason.proto names.
    field_violations: (field, description) of each field at fault.
    retry_after: seconds; the client itself waits so long and asks again, as it does of a server.
    """
    if code is None:
        code = _code_of(reason)
    return class_of(code)(
        code, message, reason=reason, domain=DOMAIN if reason else "",
        metadata=dict(metadata or {}), retry_after=retry_after,
        field_violations=[FieldViolation(*pair) for pair in field_violations])


def unavailable() -> ProbityError:
    """As if nobody listened at the address. What is asked again on its own, is; FakeProbity then
    gives the answer that was set behind this one."""
    return error(code=grpc.StatusCode.UNAVAILABLE, message="connection refused")


def _core(verdict: Any, risk: Any, valid_until: Optional[datetime.date]) -> v1.DecisionCore:
    core = v1.DecisionCore(verdict=verdict, identity=v1.IDENTITY_STATE_CONFIRMED,
                           evidence=v1.EVIDENCE_STATE_COMPLETE, risk=risk)
    if valid_until is not None:
        core.valid_until.CopyFrom(from_date(valid_until))
    return core


def _add_finding(core: v1.DecisionCore, effect: Any, rule: str, legal_basis: str,
                 title: str) -> Any:
    return core.findings.add(rule_id=rule, legal_basis=legal_basis, title=title, subject="subject",
                             rule_effect=effect, effect=effect, purchase_effect=effect)


def _value(enum: Any, prefix: str, name: str) -> Any:
    known = [full[len(prefix):] for full in enum.keys()]
    if name not in known:
        raise ValueError(f"{name!r} is no {enum.DESCRIPTOR.name}{near(name, known)}")
    return enum.Value(prefix + name)


def near(name: str, known: Sequence[str]) -> str:
    found = difflib.get_close_matches(name, known, 1, 0.4)
    return f"; did you mean {found[0]!r}?" if found else ""


def _read_codes() -> Dict[str, grpc.StatusCode]:
    path = importlib.resources.files(__package__).joinpath("error_codes.json")
    return {reason: grpc.StatusCode[code]
            for code, reasons in json.loads(path.read_text("utf-8")).items()
            for reason in reasons}


CODES = _read_codes()


def _code_of(reason: str) -> grpc.StatusCode:
    if not reason:
        raise ValueError("error() needs a reason or a code")
    if reason not in CODES:
        raise ValueError(f"{reason!r} is no reason that a call fails with"
                         f"{near(reason, list(CODES))} Give its `code` if it is one that is newer "
                         "than this client, or of one row of a load")
    return CODES[reason]
