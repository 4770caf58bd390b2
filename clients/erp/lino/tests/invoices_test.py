"""What a Lino Così site does with invoices of suppliers of the sandbox."""
import unittest

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from lino_site import (
    BREACH,
    CLEAR,
    CONVICTED,
    DEBARRED,
    FROZEN,
    FROZEN_ABROAD,
    GREEK,
    PAGE,
    SandboxTest,
    dd,
    rt,
)


class InvoicesTest(SandboxTest):
    def test_clear_is_registered_without_a_word(self):
        invoice = self.invoice(*CLEAR)
        message, kept = self.assert_goes_on(invoice, "clear")
        self.assertNotIn("Probity", message)
        self.assertEqual((kept.verdict, kept.reasons), ("CLEAR", ""))
        self.assertIn("decisions/", kept.decision)
        self.assertEqual(kept.user.username, "clerk")
        self.assertEqual(len(self.screenings(invoice)), 1)

    def test_labour_grounds_are_told_and_do_not_stop_a_payment(self):
        for supplier, rule in ((CONVICTED, "EU-57.1F"), (BREACH, "EU-57.4A"),
                               (DEBARRED, "DEBAR-1")):
            with self.subTest(rule):
                message, kept = self.assert_goes_on(self.invoice(*supplier), "told")
                self.assertIn(f"{supplier[0]} (XI-LEI {supplier[1]}) is paid because", message)
                self.assertIn(f"- {rule}: ", message)
                self.assertIn(kept.decision_uri, message)
                self.assertEqual(kept.verdict, "REVIEW")
                self.assertIn(rule, kept.reasons)
                self.assertTrue(kept.decision_uri.startswith(f"{PAGE}/"), kept.decision_uri)
                self.assertIn(supplier[0], kept.document)

    def test_a_freeze_that_binds_the_buyer_stops_for_good(self):
        invoice = self.invoice(*FROZEN)
        message, kept = self.assert_stays(invoice, "stopped")
        for part in ("must not be paid", "UN-EU-HR: Listed by the Security Council",
                     "Charter of the United Nations art. 25, 41", "Next steps: hold",
                     kept.decision_uri, "What to do: make no funds available"):
            self.assertIn(part, message)
        self.assertEqual(kept.verdict, "BLOCK")
        self.assertFalse(self.release(kept, "treasurer", "We want to")["success"])
        self.assert_stays(invoice, "stopped", user="root")

    def test_a_freeze_elsewhere_is_held_and_binds_who_says_so(self):
        message, kept = self.assert_stays(self.invoice(*FROZEN_ABROAD), "held")
        self.assertIn("US-OFAC", message)
        self.assertEqual(kept.verdict, "REVIEW")
        self.configure(buyer_bound_by=("OFAC",))
        _, kept = self.assert_stays(self.invoice(*FROZEN_ABROAD), "stopped")
        self.assertEqual(kept.verdict, "BLOCK")

    def test_a_review_is_released_by_whoever_may_with_a_reason(self):
        invoice = self.invoice("Invented Nobody Knows Ltd", country="GB")
        message, kept = self.assert_stays(invoice, "held")
        self.assertIn("must be reviewed before it is paid", message)
        self.assertIn("ID-", kept.reasons)
        for user, reason in (("clerk", "I want to"), ("root", "I may anything else"),
                             ("treasurer", "  ")):
            self.assertFalse(self.release(kept, user, reason)["success"], user)
            self.assertIsNone(self.screening(invoice).released_by)
        self.assertTrue(self.release(kept, "treasurer", "Seen: its extract of 2026")["success"])
        self.assertFalse(self.release(kept, "treasurer", "Once more")["success"])
        self.assertEqual(self.state(invoice), "draft")

        message, again = self.assert_goes_on(invoice, "released")
        self.assertIn("Released by treasurer: Seen: its extract of 2026", message)
        self.assertNotEqual(again.decision, kept.decision)
        self.assertEqual((again.user.username, again.released_by.username),
                         ("clerk", "treasurer"))

    def test_a_release_holds_for_its_amount_its_supplier_and_its_invoice(self):
        invoice = self.invoice("Invented Nobody Else Ltd", country="GB")
        _, kept = self.assert_stays(invoice, "held")
        self.assertTrue(self.release(kept, "treasurer", "Known for years")["success"])
        self.assert_stays(self.invoice_of(invoice.partner), "held")
        changed = type(invoice).objects.get(pk=invoice.pk)
        changed.total_incl = "990.00"
        changed.full_clean()
        changed.save()
        changed.after_ui_save(rt.login("clerk"), None)
        self.assert_stays(invoice, "held")

    def test_without_the_server_nothing_is_registered(self):
        gone = self.invoice(*CLEAR)
        self.configure(server="127.0.0.1:9", timeout=1.0)
        message, kept = self.assert_stays(gone, "failed")
        self.assertIn("was not screened", message)
        self.assertTrue(kept.failure)
        self.assertEqual((kept.verdict, kept.decision), ("", ""))

    def test_where_the_site_says_so_payments_go_on_without_the_server_and_it_is_told(self):
        frozen, last = self.invoice(*FROZEN), self.invoice(*CLEAR)
        self.assert_stays(frozen, "stopped")
        self.configure(server="127.0.0.1:9", timeout=1.0, fail_mode="open")
        message, _ = self.assert_goes_on(last, "unscreened")
        self.assertIn("was NOT screened", message)
        # Not for whom Probity stopped when it last answered.
        self.assert_stays(frozen, "failed")
        self.assert_stays(self.invoice_of(frozen.partner), "failed")

    def test_what_is_wrong_here_never_lets_an_invoice_through(self):
        self.configure(fail_mode="open")
        for wrong, said in (
                ({"server": ""}, "probity.server is not set"),
                ({"ca": "/nowhere/ca.pem"}, "/nowhere/ca.pem"),
                ({"authority_country": "Germany"}, "authority_country"),
                ({"policy": "policies/nobody"}, "policies/nobody"),
                ({"identifiers": (("partner_ref", "NOSUCH"),)}, "NOSUCH")):
            with self.subTest(said):
                self.configure(**{"server": self.sandbox.address, **wrong})
                message, _ = self.assert_stays(self.invoice(*CLEAR), "failed")
                self.assertIn(said, message)
                self.doCleanups()
                self.configure(server=self.sandbox.address, fail_mode="open")

    def test_names_outside_ascii(self):
        self.assert_goes_on(self.invoice(*GREEK), "clear")
        message, kept = self.assert_stays(self.invoice("Ölmühle <Łąka> Şirketi 漢字", country="DE"),
                                          "held")
        self.assertIn("Ölmühle &lt;Łąka&gt; Şirketi 漢字", message)
        self.assertEqual(kept.subject, "Ölmühle <Łąka> Şirketi 漢字")

    def test_identifiers_of_the_partner_are_sent(self):
        _, kept = self.assert_goes_on(self.invoice("Invented Peverell Catering Ltd", "99990001",
                                                   "GB"), "clear")
        self.assertIn("(GB-COH 99990001)", kept.subject)
        # Several firms may share a VAT number: it finds one, and makes none certain.
        _, kept = self.assert_stays(
            self.invoice(CLEAR[0], country="PT", vat_id="PT 999000011"), "held")
        self.assertIn("(EU-VAT-PT PT 999.000.011)", kept.subject)
        self.assertIn("ID-1", kept.reasons)

    def test_the_document_is_left_in_probity_where_the_site_says_so(self):
        self.configure(keep_document=False)
        _, kept = self.assert_goes_on(self.invoice(*BREACH), "told")
        self.assertEqual(kept.document, "")
        self.assertIn("EU-57.4A", kept.reasons)

    def test_a_fail_mode_that_nobody_knows_is_refused_at_the_start(self):
        self.configure(fail_mode="maybe")
        with self.assertRaisesRegex(ImproperlyConfigured, "fail_mode is 'maybe'"):
            dd.plugins.probity.post_site_startup(settings.SITE)

    def test_users_read_it_in_their_language(self):
        for language, part in (("de", "wird gezahlt, weil die Zahlung fällig ist"),
                               ("fr", "est payé, car le paiement est dû")):
            message, kept = self.assert_goes_on(self.invoice(*CONVICTED), "told",
                                                language=language)
            self.assertIn(part, message)
            self.assertIn({"de": "Prüfung", "fr": "examiner"}[language], kept.document)

    def test_the_invoice_shows_what_was_answered(self):
        invoice = self.invoice(*BREACH)
        _, kept = self.assert_goes_on(invoice, "told")
        self.assertIn("probity", rt.models.vat.Invoices.detail_layout.main.split())
        types = rt.models.contenttypes.ContentType.objects
        rows = self.browser().get(
            "/api/probity/ScreeningsByVoucher",
            {"fmt": "json", "mk": invoice.pk, "start": 0, "limit": 9,
             "mt": types.get_for_model(rt.models.accounting.Voucher).pk}).content.decode()
        self.assertIn(kept.decision, rows)
        self.assertIn("EU-57.4A", rows)

    def test_a_draft_is_confirmed_by_its_action_alone(self):
        invoice = self.invoice(*FROZEN)
        past = type(invoice).objects.get(pk=invoice.pk)
        past.state = rt.models.accounting.VoucherStates.registered
        with self.assertRaisesRegex(Warning, "so that Probity is asked"):
            past.save()
        self.assertEqual(self.state(invoice), "draft")
        answer = self.act("vat.Invoices", invoice, "toggle_state")
        self.assertFalse(answer["success"])
        self.assertEqual(self.state(invoice), "draft")

    def test_a_registered_invoice_that_was_a_draft_again_is_asked_about_again(self):
        invoice = self.invoice(*CLEAR)
        self.assert_goes_on(invoice, "clear")
        drafting = rt.models.accounting.VoucherStates.draft.transition.action_name
        self.act("vat.Invoices", invoice, drafting, "root")
        self.assertEqual(self.state(invoice), "draft")
        self.assert_goes_on(invoice, "clear")
        self.assertEqual(len(self.screenings(invoice)), 2)

    def test_what_we_sell_is_not_asked_about(self):
        frozen = self.invoice(*FROZEN)
        self.journal.trade_type = rt.models.accounting.TradeTypes.sales
        self.journal.save()
        self.addCleanup(self.journal.save)
        self.addCleanup(setattr, self.journal, "trade_type",
                        rt.models.accounting.TradeTypes.purchases)
        self.assertTrue(self.register(frozen)["success"])
        self.assertEqual(self.screenings(frozen), [])


if __name__ == "__main__":
    unittest.main()
