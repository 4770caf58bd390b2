"""What lets a purchase through, and what never does."""
import datetime
import pickle
import unittest

from probity_client import (
    at_exact_revision,
    at_least_as_fresh,
    by_identifier,
    by_vendor,
    explain,
    from_date,
    known_at,
    may_buy,
    to_date,
    v1,
    vendor_items,
    verdict_name,
)

NEWER = 77  # a verdict that no release has yet


def core(verdict, **fields):
    return v1.DecisionCore(verdict=verdict, **fields)


def answers(made):
    """The same decision in each answer that may hold it."""
    decision = v1.Decision(core=made)
    response = v1.ScreenSupplierResponse(decision=decision)
    item = v1.BatchScreenItemResult(response=response)
    return (made, decision, response, item, v1.GetDecisionResponse(decision=decision),
            v1.StreamScreenSuppliersResponse(result=item))


class MayBuyTest(unittest.TestCase):
    def test_only_clear(self):
        for answer in answers(core(v1.VERDICT_CLEAR)):
            self.assertIs(may_buy(answer), True, answer)
        for verdict in (v1.VERDICT_UNSPECIFIED, v1.VERDICT_REVIEW, v1.VERDICT_BLOCK, NEWER):
            for answer in answers(core(verdict)):
                self.assertIs(may_buy(answer), False, answer)

    def test_a_newer_verdict_that_came_over_the_wire(self):
        for answer in answers(core(NEWER)):
            parsed = type(answer).FromString(answer.SerializeToString())
            self.assertIs(may_buy(parsed), False)
            self.assertEqual(verdict_name(parsed), "UNKNOWN(77)")
            self.assertIn("treat it as a hold", explain(parsed))

    def test_nothing_else_is_an_answer(self):
        failed = v1.BatchScreenItemResult(error=v1.ItemError(code=5))
        opened = v1.StreamScreenSuppliersResponse(opened=v1.StreamScreenOpened())
        clear = core(v1.VERDICT_CLEAR)
        watched = v1.WatchedVerdict(verdict=v1.VERDICT_CLEAR)
        for answer in (None, True, 1, "CLEAR", {}, v1.ScreenSupplierResponse(), failed, opened,
                       watched, v1.ReplayDecisionResponse(core=clear), v1.VERDICT_CLEAR):
            self.assertIs(may_buy(answer), False, answer)
            self.assertEqual(verdict_name(answer), "NONE")
            self.assertIn("nothing may be bought", explain(answer))

    def test_a_kept_decision_stands_for_its_days(self):
        day = datetime.date(2026, 11, 27)
        kept = core(v1.VERDICT_CLEAR, as_of=from_date(day),
                    valid_until=from_date(day + datetime.timedelta(days=2)))
        stands = [may_buy(kept, on=day + datetime.timedelta(days=n)) for n in range(-1, 4)]
        self.assertEqual(stands, [False, True, True, True, False])
        kept.verdict = v1.VERDICT_REVIEW
        self.assertIs(may_buy(kept, on=day), False)

    def test_a_kept_decision_without_days_does_not_stand(self):
        day = datetime.date(2026, 11, 27)
        for fields in ({}, {"as_of": from_date(day)}, {"valid_until": from_date(day)},
                       {"as_of": from_date(day), "valid_until": v1.Date(year=2027)}):
            self.assertIs(may_buy(core(v1.VERDICT_CLEAR, **fields), on=day), False)


class ExplainTest(unittest.TestCase):
    def test_names_rules_laws_and_what_is_missing(self):
        made = core(v1.VERDICT_BLOCK, valid_until=v1.Date(year=2026, month=12, day=1), findings=[
            v1.RuleFinding(rule_id="M-BAR", legal_basis="Invented Act § 1", subject="subject")],
            not_checked=[v1.NotChecked(input="items[0].origin", required=True),
                         v1.NotChecked(input="items[0].value")])
        self.assertEqual(explain(made), (
            "BLOCK: Hold: a binding ground is in force.\n"
            "- M-BAR (Invented Act § 1), about subject\n"
            "- not checked: items[0].origin\n"
            "Stands until 2026-12-01 if nothing new is learnt."))


class ConsistencyTest(unittest.TestCase):
    TOKEN = v1.RevisionToken(store_lineage="l", revision=7, revision_digest="d")

    def test_takes_answers_stamps_and_tokens(self):
        stamp = v1.AnswerStamp(revision=self.TOKEN)
        for seen in (self.TOKEN, stamp, v1.ListVendorsResponse(stamp=stamp)):
            self.assertEqual(at_least_as_fresh(seen).at_least_as_fresh, self.TOKEN)
            self.assertEqual(at_exact_revision(seen).at_exact_revision, self.TOKEN)

    def test_refuses_what_has_no_revision(self):
        for seen in (None, v1.ListVendorsResponse(), v1.AnswerStamp(), v1.RevisionToken(), 7):
            with self.assertRaisesRegex(ValueError, "without a revision"):
                at_least_as_fresh(seen)

    def test_instants_need_a_zone(self):
        with self.assertRaisesRegex(ValueError, "no time zone"):
            known_at(datetime.datetime(2026, 1, 1))
        east = datetime.timezone(datetime.timedelta(hours=2))
        self.assertEqual(known_at(datetime.datetime(1970, 1, 1, 2, tzinfo=east)).known_at.seconds,
                         0)


class SubjectTest(unittest.TestCase):
    def test_are_what_they_say(self):
        subject = by_identifier("GB-COH", "04830352", name="Žluťoučký kůň")
        self.assertEqual((subject.ref.identifier.value, subject.name),
                         ("04830352", "Žluťoučký kůň"))
        items = list(vendor_items("SAP", ["0001", "0002"], company_code="10"))
        self.assertEqual([item.correlation_id for item in items], ["0001", "0002"])
        self.assertEqual(items[1].request.subject, by_vendor("SAP", "0002", company_code="10"))

    def test_a_number_that_lost_its_zeros_is_refused(self):
        with self.assertRaisesRegex(TypeError, "loses its leading zeros"):
            by_vendor("SAP", 1)

    def test_imprecise_days_are_none(self):
        self.assertIsNone(to_date(v1.Date(year=2026, month=5)))
        self.assertIsNone(to_date(v1.Date()))

    def test_messages_go_to_other_processes(self):
        subject = by_identifier("GB-COH", "04830352")
        self.assertEqual(pickle.loads(pickle.dumps(subject)), subject)


if __name__ == "__main__":
    unittest.main()
