"""What happens to a purchase, as its buyer, reviewers and the administrator meet it."""
import datetime
import unittest
from decimal import Decimal

from proteus.config import get_config
from trytond.exceptions import UserError, UserWarning
from trytond.pool import Pool
from trytond.transaction import Transaction

from world import DB_NAME, FLAGS, REGISTER, Model, TrytonTest, Wizard

END = datetime.date.today() + datetime.timedelta(days=100)


class VerdictTest(TrytonTest):
    def test_clear_is_confirmed_with_its_evidence(self):
        purchase = self.purchase(self.good())
        purchase.click('quote')
        self.assertEqual(purchase.state, 'quotation')
        self.assertEqual(purchase.probity_verdict, 'clear')
        purchase.click('confirm')
        self.assertIn(purchase.state, {'confirmed', 'processing', 'done'})
        first, second = purchase.probity_screenings[1], purchase.probity_screenings[0]
        self.assertEqual((first.stage, second.stage), ('quotation', 'confirmation'))
        self.assertEqual((first.passed, second.passed), ('clear', 'clear'))
        self.assertTrue(second.decision.startswith('authorities/ministry/decisions/'))
        self.assertNotEqual(first.decision, second.decision)
        self.assertGreaterEqual(second.valid_until, datetime.date.today())
        self.assertTrue(second.invented)
        self.assertTrue(purchase.probity_current)

    def test_blocked_stays_draft_and_says_why(self):
        purchase = self.purchase(self.bad())
        with self.assertRaises(UserError) as caught:
            purchase.click('quote')
        self.assertIn('is blocked', str(caught.exception))
        self.assertIn('M-BAR', str(caught.exception))
        purchase.reload()
        self.assertEqual(purchase.state, 'draft')
        self.assertEqual(purchase.probity_verdict, 'block')
        self.assertIn('Invented Act s. 1', purchase.probity_explanation)
        self.assertIn(purchase.probity_decision, str(caught.exception))
        self.assertFalse(purchase.probity_screenings[0].passed)

    def test_a_name_alone_is_never_clear(self):
        purchase = self.purchase(self.supplier("Žluťoučký kůň 株式会社"))
        with self.assertRaisesRegex(UserError, 'needs a review'):
            purchase.click('quote')

    def test_goods_without_a_code_are_looked_at(self):
        purchase = self.purchase(self.good())
        line = purchase.lines[0]
        line.product, line.unit = None, None
        line.description = "Something"
        purchase.save()
        with self.assertRaisesRegex(UserError, 'needs a review'):
            purchase.click('quote')

    def test_an_identifier_of_a_scheme_that_nobody_knows(self):
        purchase = self.purchase(self.supplier("Nobody Ltd", 'XX-NOSUCH:1'))
        with self.assertRaisesRegex(UserError, 'XX-NOSUCH'):
            purchase.click('quote')

    def test_an_identifier_is_checked_where_it_is_typed(self):
        for kind, code in (('lei', '9999SANDBOXCLEAR0068'), ('probity', '04830352')):
            party = Model.get('party.party')(name="Typing")
            row = party.identifiers.new()
            row.type, row.code = kind, code
            self.as_user('admin')
            with self.subTest(kind), self.assertRaisesRegex(UserError, 'is no identifier'):
                party.save()

    def test_a_supplier_that_is_barred_after_the_quotation_is_not_confirmed(self):
        purchase = self.purchase(self.good())
        purchase.click('quote')
        purchase.party.name = "Brackish Kilns Ltd"
        self.as_user('admin')
        purchase.party.identifiers[0].code = 'GB-COH:01234567'
        purchase.party.save()
        self.as_user('buyer')
        with self.assertRaisesRegex(UserError, 'is blocked'):
            purchase.click('confirm')
        purchase.reload()
        self.assertEqual((purchase.state, purchase.probity_verdict), ('quotation', 'block'))

    def test_evidence_is_not_edited(self):
        purchase = self.purchase(self.good())
        purchase.click('quote')
        row = purchase.probity_screenings[0]
        for login in ('buyer', 'admin'):
            self.as_user(login)
            with self.subTest(login), self.assertRaises(UserError):
                row.verdict = 'review'
                row.save()
            with self.subTest(login), self.assertRaises(UserError):
                row.delete()


class ReviewTest(TrytonTest):
    def held(self, **values):
        purchase = self.purchase(self.late(), probity_procedure='P-1', **values)
        with self.assertRaisesRegex(UserError, 'needs a review'):
            purchase.click('quote')
        purchase.reload()
        return purchase

    def review(self, purchase, **values):
        self.wizard('purchase.probity.review', purchase, 'release', reason="no other caterer",
                    **values)

    def approve(self, purchase):
        self.wizard('purchase.probity.approve', purchase, 'approve', reason="file 117")

    def released(self):
        purchase = self.held()
        self.as_user('ann')
        self.review(purchase, contract_end=END)
        self.as_user('bea')
        self.approve(purchase)
        self.as_user('buyer')
        return purchase

    def test_two_reviewers_release_it_and_probity_keeps_the_waiver(self):
        purchase = self.held()
        self.as_user('ann')
        self.review(purchase, contract_end=END)
        release, = purchase.probity_releases
        self.assertEqual((release.state, release.requested_by.login), ('requested', 'ann'))
        self.as_user('buyer')
        with self.assertRaisesRegex(UserError, 'needs a review'):
            purchase.click('quote')
        self.as_user('ann')
        with self.assertRaisesRegex(UserError, 'a second person'):
            self.approve(purchase)
        self.as_user('bea')
        self.approve(purchase)
        release.reload()
        self.assertEqual(
            (release.state, release.approved_by.login, release.approval_reason),
            ('released', 'bea', 'file 117'))
        told = self.probity.good('waiver', 'list')
        for part in (*release.waivers.split(), 'IN_FORCE', 'no other caterer (ann)',
                     'file 117 (bea)'):
            self.assertIn(part, told)
        self.as_user('buyer')
        purchase.click('quote')
        purchase.click('confirm')
        self.assertIn(purchase.state, {'confirmed', 'processing', 'done'})
        self.assertEqual(purchase.probity_screenings[0].passed, 'released')
        self.assertEqual(purchase.probity_verdict, 'review')

    def test_nobody_else_releases(self):
        purchase = self.held()
        for login in ('buyer', 'glass'):
            self.as_user(login)
            with self.subTest(login), self.assertRaises(UserError):
                self.review(purchase, contract_end=END)
            with self.subTest(login), self.assertRaises(UserError):
                purchase.click('probity_review')
        self.assertEqual(len(purchase.probity_releases), 0)

    def test_an_edited_order_is_screened_again_and_not_released(self):
        purchase = self.released()
        self.assertTrue(purchase.probity_current)
        purchase.lines[0].quantity = 3
        purchase.save()
        purchase.reload()
        self.assertFalse(purchase.probity_current)
        with self.assertRaisesRegex(UserError, 'needs a review'):
            purchase.click('quote')

    def test_a_release_is_not_for_what_came_later(self):
        purchase = self.released()
        purchase.click('quote')
        more = "risk_flag,more,records/late,labour-law-breach,final-admin-decision,major," \
            "2026-02-01,GB,,\n"
        self.probity.good(
            'import', '--dataset', 'reg', '--format', 'probity-csv',
            self.probity.file('r2.csv', REGISTER), self.probity.file('f2.csv', FLAGS + more))
        with self.assertRaisesRegex(UserError, 'needs a review'):
            purchase.click('confirm')

    def test_a_waiver_needs_a_procedure_and_an_end(self):
        purchase = self.purchase(self.late())
        with self.assertRaises(UserError):
            purchase.click('quote')
        purchase.reload()
        self.as_user('ann')
        with self.assertRaisesRegex(UserError, 'D-WAGES: Wages were not paid.*needs a procedure'):
            self.review(purchase, contract_end=END)

    def test_a_block_is_not_released(self):
        purchase = self.purchase(self.bad(), probity_procedure='P-2')
        with self.assertRaisesRegex(UserError, 'is blocked'):
            purchase.click('quote')
        purchase.reload()
        self.as_user('ann')
        with self.assertRaisesRegex(UserError, 'WAIVER|derogation'):
            self.review(purchase, contract_end=END)
        purchase.reload()
        self.assertEqual(len(purchase.probity_releases), 0)

    def test_a_judgement_says_that_it_is_somebody_else(self):
        purchase = self.purchase(self.supplier("Marlowe Fisheries Ltd", 'GB-COH:05555555'))
        with self.assertRaisesRegex(UserError, 'needs a review'):
            purchase.click('quote')
        purchase.reload()
        self.as_user('ann')
        wizard = Wizard('purchase.probity.review', [purchase])
        records = [row.record for row in wizard.form.candidates]
        self.assertIn('datasets/reg/records/listed', records)
        for row in wizard.form.candidates:
            row.somebody_else = True
        wizard.form.reason = "another town"
        wizard.execute('release')
        kept = self.probity.good('judge', 'list')
        for part in ('GB-COH:05555555', 'IS_NOT', 'ann', 'another town'):
            self.assertIn(part, kept)
        self.as_user('buyer')
        purchase.reload()
        purchase.click('quote')
        self.assertEqual((purchase.state, purchase.probity_verdict), ('quotation', 'clear'))


class AwayTest(TrytonTest):
    """The server ends here, and comes back."""

    def setUp(self):
        super().setUp()
        self.configure(timeout=60.0, failure='closed')
        self.addCleanup(self.back)

    def away(self):
        self.port = self.probity.server.port
        self.probity.server.stop()
        self.configure(timeout=2.0)

    def back(self):
        if not self.probity.server.is_running():
            self.probity.start(self.port)
            self.configure(timeout=60.0)

    def break_glass(self, purchase, login='glass'):
        self.as_user(login)
        self.wizard('purchase.probity.break_glass', purchase, 'release', reason="flood")
        self.as_user('buyer')

    def screen_queued(self):
        with Transaction().start(DB_NAME, 0, context={'_skip_warnings': True}):
            Pool().get('purchase.purchase').probity_screen_queued()

    def test_fails_closed(self):
        purchase = self.purchase(self.good())
        self.away()
        with self.assertRaisesRegex(UserError, 'there is no verdict'):
            purchase.click('quote')
        purchase.reload()
        self.assertEqual((purchase.state, purchase.probity_verdict), ('draft', 'none'))
        self.assertRegex(purchase.probity_screenings[0].fault, 'not (be reached|answer in time)')

    def test_a_slow_server_is_as_one_that_is_away(self):
        purchase = self.purchase(self.good())
        self.configure(timeout=2.0)
        self.probity.server.pause()
        self.addCleanup(self.probity.server.go_on)
        with self.assertRaisesRegex(UserError, 'there is no verdict'):
            purchase.click('quote')

    def test_break_glass_goes_on_and_is_screened_later(self):
        purchase, barred = self.purchase(self.good()), self.purchase(self.bad())
        self.away()
        with self.assertRaises(UserError):
            self.break_glass(purchase, 'buyer')
        for order in (purchase, barred):
            self.break_glass(order)
            order.click('quote')
            order.click('confirm')
            order.reload()
            self.assertTrue(order.probity_queued)
            self.assertEqual(order.probity_screenings[0].passed, 'break_glass')
        self.assertEqual(purchase.probity_releases[0].reason, 'flood')
        self.screen_queued()  # Nobody answers yet.
        purchase.reload()
        self.assertTrue(purchase.probity_queued)
        self.back()
        self.screen_queued()
        for order, verdict in ((purchase, 'clear'), (barred, 'block')):
            order.reload()
            self.assertFalse(order.probity_queued)
            self.assertEqual(order.probity_verdict, verdict)
            self.assertIn(order.state, {'confirmed', 'processing', 'done'})
        alerts = Model.get('probity.alert').find(
            [('purchase', 'in', [purchase.id, barred.id])])
        self.assertEqual([alert.purchase.id for alert in alerts], [barred.id])

    def test_a_queued_order_that_gets_no_answer_is_told_once(self):
        purchase = self.purchase(self.good())
        self.away()
        self.break_glass(purchase)
        purchase.click('quote')
        purchase.click('confirm')
        self.back()
        self.configure(policy='policies/nosuch')
        self.addCleanup(self.configure, policy=None)
        for _ in range(2):
            self.screen_queued()
        alert, = Model.get('probity.alert').find([('purchase', '=', purchase.id)])
        self.assertEqual(alert.verdict, 'none')
        self.assertIn('nosuch', alert.explanation)
        purchase.reload()
        self.assertTrue(purchase.probity_queued)
        self.configure(policy=None)
        self.screen_queued()
        purchase.reload()
        self.assertFalse(purchase.probity_queued)
        self.assertEqual(purchase.probity_verdict, 'clear')

    def test_break_glass_is_not_for_an_order_that_was_edited_or_is_known_to_be_blocked(self):
        edited, barred = self.purchase(self.good()), self.purchase(self.bad())
        with self.assertRaisesRegex(UserError, 'is blocked'):
            barred.click('quote')
        self.away()
        for order in (edited, barred):
            self.break_glass(order)
        edited.lines[0].unit_price = Decimal('8')
        edited.save()
        for order in (edited, barred):
            with self.assertRaisesRegex(UserError, 'there is no verdict'):
                order.click('quote')

    def test_break_glass_is_nothing_while_probity_answers(self):
        barred = self.purchase(self.bad())
        self.break_glass(barred)
        with self.assertRaisesRegex(UserError, 'is blocked'):
            barred.click('quote')

    def test_fails_open_with_a_warning_where_the_settings_say_so(self):
        self.configure(failure='open')
        purchase = self.purchase(self.good())
        self.away()
        with self.assertRaises(UserWarning) as caught:
            purchase.click('quote')
        self.assertIn('was not screened', str(caught.exception))
        Model.get('res.user.warning').skip(caught.exception.name, False, get_config().context)
        purchase.click('quote')
        self.assertEqual(purchase.state, 'quotation')
        self.assertEqual(purchase.probity_screenings[0].passed, 'fail_open')
        # What runs unattended reads no warning; clients cannot say so of themselves.
        with self.assertRaisesRegex(UserError, 'there is no verdict'):
            with Transaction().start(
                    DB_NAME, self.users['buyer'], context={'_skip_warnings': True}):
                Purchase = Pool().get('purchase.purchase')
                Purchase.confirm([Purchase(purchase.id)])

    def test_fails_open_for_nothing_else(self):
        self.configure(failure='open', token_file=str(self.probity.file('bad.token', 'nobody\n')))
        self.addCleanup(self.configure, token_file=str(self.probity.token('tryton')))
        with self.assertRaisesRegex(UserError, 'does not know who is asking'):
            self.purchase(self.good()).click('quote')


class SettingsTest(TrytonTest):
    def test_what_cannot_be_used_is_said_where_it_is_typed(self):
        for values, said in (
                ({'server': 'probity'}, 'HOST:PORT'),
                ({'ca_file': '/no/such.pem'}, '/no/such.pem'),
                ({'token_file': '/no/such.token'}, '/no/such.token')):
            with self.subTest(values), self.assertRaisesRegex(UserError, said):
                self.configure(**values)

    def test_the_connection_is_tested_by_a_button(self):
        self.as_user('admin')
        configuration, = Model.get('probity.configuration').find([])
        configuration.click('test')
        self.assertIn('answers, at revision', configuration.test_result)

    def test_only_the_administrator_sees_them(self):
        with self.assertRaises(UserError):
            Model.get('probity.configuration').find([])

    def test_without_a_server_nothing_goes_on(self):
        address = self.probity.server.address
        self.addCleanup(self.configure, server=address)
        self.configure(server=None)
        with self.assertRaisesRegex(UserError, 'is not set up'):
            self.purchase(self.good()).click('quote')


if __name__ == '__main__':
    unittest.main()
