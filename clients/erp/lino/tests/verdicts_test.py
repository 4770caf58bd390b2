"""What a decision means for a payment, where no server can be made to say it."""
import types
import unittest

import lino_site  # noqa: F401 - makes the site, which the plugin is part of.
from lino_probity.lib.probity.partners import subject_of, told_as
from lino_probity.lib.probity.verdicts import Outcome, fingerprint, judge, next_steps, reasons
from probity_client import v1


def finding(rule="LABOUR", **fields):
    return v1.RuleFinding(**{
        "rule_id": rule, "title": "A breach", "purchase_effect": v1.RULE_EFFECT_REVIEW,
        "reason": v1.REVIEW_REASON_DISCRETIONARY_GROUND, "legal_basis": "Invented Act s. 1",
        **fields})


def freeze(**fields):
    return finding("FREEZE", title="A freeze", freeze=True, **fields)


def answer(*findings, verdict=v1.VERDICT_REVIEW, name="decisions/1", **core):
    return v1.ScreenSupplierResponse(decision=v1.Decision(name=name, core=v1.DecisionCore(**{
        "verdict": verdict, "findings": findings, "reasons": [f.reason for f in findings],
        "identity": v1.IDENTITY_STATE_CONFIRMED, "evidence": v1.EVIDENCE_STATE_COMPLETE,
        "weighs_freezes": True, **core})))


class VerdictsTest(unittest.TestCase):
    def assert_outcome(self, outcome, given):
        self.assertIs(judge(given), outcome)

    def test_labour_grounds_are_told(self):
        self.assert_outcome(Outcome.TOLD, answer(finding()))
        self.assert_outcome(Outcome.TOLD, answer(
            finding(), freeze(purchase_effect=v1.RULE_EFFECT_NONE)))

    def test_only_a_recorded_clear_that_is_known_is_clear(self):
        self.assert_outcome(Outcome.CLEAR, answer(verdict=v1.VERDICT_CLEAR))
        self.assert_outcome(Outcome.STOPPED, answer(verdict=v1.VERDICT_CLEAR, name=""))
        self.assert_outcome(Outcome.STOPPED, answer(finding(), name=""))
        self.assert_outcome(Outcome.STOPPED, v1.ScreenSupplierResponse())
        for verdict in (v1.VERDICT_BLOCK, v1.VERDICT_UNSPECIFIED, 7):
            self.assert_outcome(Outcome.STOPPED, answer(finding(), verdict=verdict))

    def test_a_review_that_may_hide_a_freeze_is_held(self):
        for why, given in {
                "a freeze": answer(finding(), freeze()),
                "no rule about freezes, or a server that does not say": answer(
                    finding(), weighs_freezes=False),
                "no finding": answer(),
                "a newer effect": answer(finding(purchase_effect=9)),
                "a reason of the identity": answer(
                    finding(reason=v1.REVIEW_REASON_IDENTITY_AMBIGUOUS)),
                "a newer reason": answer(finding(reason=99)),
                "a reason without a finding": answer(
                    finding(), reasons=[v1.REVIEW_REASON_MISSING_SOURCE]),
                "an uncertain identity": answer(
                    finding(), identity=v1.IDENTITY_STATE_AMBIGUOUS),
                "an old list": answer(finding(), evidence=v1.EVIDENCE_STATE_STALE),
        }.items():
            with self.subTest(why):
                self.assert_outcome(Outcome.HELD, given)

    def test_reasons_name_the_rule_and_its_law(self):
        core = answer(finding(transposition="National Act"),
                      next_steps=[v1.NextStep(action=v1.NEXT_ACTION_HEAR_SUPPLIER,
                                              by=v1.Date(year=2026, month=12, day=1)),
                                  v1.NextStep(action=999)],
                      not_checked=[v1.NotChecked(input="datasets/x", required=True)]).decision.core
        self.assertEqual(reasons(core), [
            "LABOUR: A breach (Invented Act s. 1; National Act)", "not checked: datasets/x"])
        # Of an older server.
        self.assertEqual(reasons(answer(finding(title="")).decision.core),
                         ["LABOUR (Invented Act s. 1)"])
        self.assertEqual(next_steps(core), ["hear supplier by 2026-12-01", "action 999"])

    def test_a_release_is_for_what_was_weighed(self):
        request = v1.ScreenSupplierRequest(subject=v1.ScreenedSubject(name="A"))
        first = fingerprint(request, answer(finding()), "1.00")
        self.assertEqual(first, fingerprint(request, answer(finding(), name="decisions/2"), "1.00"))
        other = v1.ScreenSupplierRequest(subject=v1.ScreenedSubject(name="B"))
        for changed in (fingerprint(other, answer(finding()), "1.00"),
                        fingerprint(request, answer(finding()), "1.01"),
                        fingerprint(request, answer(finding(), freeze()), "1.00"),
                        fingerprint(request, answer(freeze()), "1.00")):
            self.assertNotEqual(first, changed)


class PartnersTest(unittest.TestCase):
    IDENTIFIERS = (("vat_id", "EU-VAT-{country}"), ("ref", {"GB": "GB-COH"}), ("lei", "XI-LEI"))

    def subject(self, country="BE", **fields):
        partner = types.SimpleNamespace(
            name=" Invented ", country=types.SimpleNamespace(isocode=country), **fields)
        return told_as(subject_of(partner, self.IDENTIFIERS))

    def test_the_first_identifier_that_fits_is_taken(self):
        for fields, told in (
                ({}, "Invented"),
                ({"vat_id": "BE 0999.999.922"}, "Invented (EU-VAT-BE BE 0999.999.922)"),
                ({"vat_id": "999999922"}, "Invented (EU-VAT-BE 999999922)"),
                ({"vat_id": "999000011", "country": "GR"}, "Invented (EU-VAT-EL 999000011)"),
                ({"vat_id": "1", "country": ""}, "Invented"),
                ({"vat_id": "", "ref": "1", "country": "GB"}, "Invented (GB-COH 1)"),
                ({"ref": "1", "lei": "2"}, "Invented (XI-LEI 2)"),
                ({"company": types.SimpleNamespace(lei="3")}, "Invented (XI-LEI 3)")):
            with self.subTest(told):
                self.assertEqual(self.subject(**fields), told)


if __name__ == "__main__":
    unittest.main()
