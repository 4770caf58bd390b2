"""What is confirmed is what was asked, whatever code changes the order before its state is
written, and however it writes it."""
import datetime
import unittest
from contextlib import contextmanager
from decimal import Decimal
from unittest.mock import patch

from proteus.config import get_config
from trytond.exceptions import UserError
from trytond.model import ModelSQL
from trytond.pool import Pool
from trytond.transaction import Transaction

from world import DB_NAME, Model, TrytonTest

GOOD, BAD = 'GB-COH:04830352', 'GB-COH:01234567'


def by_orm(name, record, values):
    Class = Pool().get(name)
    Class.write([Class(record)], values)


def by_sql(name, record, values):
    table = Pool().get(name).__table__()
    Transaction().connection.cursor().execute(*table.update(
        [getattr(table, field) for field in values], list(values.values()),
        where=table.id == record))


class StateTest(TrytonTest):
    def quoted(self):
        order = self.purchase(self.good(), purchase_date=datetime.date.today())
        order.click('quote')
        return order

    @contextmanager
    def inside(self, order, **context):
        """As code of another module, without anybody's rights, that has read the order."""
        with Transaction().start(DB_NAME, 1, context=context):
            Purchase = Pool().get('purchase.purchase')
            inside = Purchase(order.id)
            inside.probity_request()
            yield Purchase, inside

    def of_barred(self):
        """What to write in an order of a party that is barred."""
        party = self.bad()
        return {'party': party.id, 'invoice_address': party.addresses[0].id}

    def state_of(self, order):
        order.reload()
        return order.state

    def asked(self):
        """The requests that are sent within."""
        from trytond.modules.probity import purchase as module
        sent, screen = [], module.screen

        def sending(settings, request, language):
            sent.append(request)
            return screen(settings, request, language)
        patched = patch.object(module, 'screen', sending)
        patched.start()
        self.addCleanup(patched.stop)
        return sent


class BetweenTest(StateTest):
    """A module changes something of the order while it is confirmed."""

    def full(self):
        """An order of which all can be changed that is asked."""
        self.as_user('admin')
        unit, = Model.get('product.uom').find([('name', '=', 'Unit')])
        templates = [Model.get('product.template')(
            name=name, type='service', default_uom=unit, list_price=Decimal('9'),
            purchasable=True, probity_commodity_scheme='HS', probity_commodity_code='6109',
            probity_origin=Model.get('country.country').find([('code', '=', 'PT')])[0])
            for name in ("Bought", "Never bought")]
        for template in templates:
            template.save()
        self.certificate = templates[1].probity_requirements.new(schemes='SA8000')
        templates[1].save()
        self.template, self.certificate = templates[0], templates[1].probity_requirements[0]
        self.party, self.other, self.maker = self.good(), self.good(), self.good()
        self.barred = self.bad()
        order = self.purchase(self.party)
        line = order.lines[0]
        line.product, line.probity_manufacturer = self.template.products[0], self.maker
        line.quantity, line.unit_price = 2, Decimal('7.5')
        order.probity_parties.new(party=self.other, role='subcontractor')
        order.save()
        order.click('quote')
        return order

    def confirm(self, order, change, *arguments):
        with self.inside(order) as (Purchase, inside):
            date = Purchase.set_purchase_date

            def changing(purchases):
                change(*arguments)
                date(purchases)
            with patch.object(Purchase, 'set_purchase_date', changing):
                Purchase.confirm([inside])

    def test_each_thing_that_is_asked(self):
        order = self.full()
        barred = {'code': BAD, 'code_compact': BAD}
        changes = (
            ('purchase.purchase', order.id, self.of_barred(), 'is blocked'),
            ('party.identifier', self.party.identifiers[0].id, barred, 'needs a review'),
            ('party.identifier', self.other.identifiers[0].id, barred, 'needs a review'),
            ('party.identifier', self.maker.identifiers[0].id, barred, 'needs a review'),
            ('purchase.line', order.lines[0].id,
             {'probity_manufacturer': self.barred.id}, 'needs a review'),
            ('product.template', self.template.id, {'probity_origin': None}, 'needs a review'),
            ('product.template', self.template.id,
             {'probity_commodity_scheme': None, 'probity_commodity_code': None}, 'needs a review'),
            ('probity.requirement', self.certificate.id,
             {'template': self.template.id}, 'needs a review'),
            )
        for by in (by_orm, by_sql):
            for name, record, values, said in changes:
                with self.subTest(by=by.__name__, name=name, values=values), \
                        self.assertRaisesRegex(UserError, said):
                    self.confirm(order, by, name, record, values)
                self.assertEqual(self.state_of(order), 'quotation')
        part, barred = order.probity_parties[0].id, {'party': self.barred.id}
        with self.assertRaisesRegex(UserError, 'needs a review'):
            self.confirm(order, by_sql, 'purchase.probity.party', part, barred)
        with self.assertRaisesRegex(UserError, 'there is no verdict'):
            self.confirm(order, by_orm, 'probity.configuration', 1, {'policy': 'policies/nosuch'})
        self.assertEqual(self.state_of(order), 'quotation')
        order.click('confirm')  # What stopped it was the change alone.
        self.assertIn(self.state_of(order), {'confirmed', 'processing', 'done'})

    def test_what_is_asked_is_what_is_confirmed(self):
        for by in (by_orm, by_sql):
            order = self.quoted()
            line, sent = order.lines[0].id, self.asked()
            self.confirm(order, by, 'purchase.line', line, {'quantity': 4})
            with self.subTest(by.__name__):
                request, = sent
                self.assertEqual(request.purchase.items[0].value.minor_units, 3000)
                self.assertIn(self.state_of(order), {'confirmed', 'processing', 'done'})
                self.assertTrue(order.probity_current)


class WritingTest(StateTest):
    """Code that writes a state by itself."""

    def barred(self):
        """Quoted, and barred since."""
        order = self.quoted()
        self.as_user('admin')
        order.party.identifiers[0].code = BAD
        order.party.save()
        self.as_user('buyer')
        return order

    def assertStopped(self, order, action, said='needs a review'):
        before = self.state_of(order)
        with self.inside(order) as (Purchase, inside):
            with self.assertRaisesRegex(UserError, said):
                action(Purchase, inside)
            self.assertEqual(Purchase(order.id).state, before)  # Also where it is caught.
        self.assertEqual(self.state_of(order), before)

    def test_it_is_asked_about_in_every_state(self):
        order = self.barred()
        for before in ('draft', 'quotation', 'cancelled', 'of-another-module'):
            with Transaction().start(DB_NAME, 1):
                by_sql('purchase.purchase', order.id, {'state': before})
            for state in ('confirmed', 'processing', 'done'):
                with self.subTest(before=before, state=state):
                    self.assertStopped(order, lambda Purchase, one: Purchase.write(
                        [one], {'state': state}))  # noqa: B023

    def test_a_clear_one_goes_on_and_its_evidence_is_kept(self):
        order = self.quoted()
        with self.inside(order) as (Purchase, inside):
            Purchase.write([inside], {'state': 'confirmed'})
        self.assertEqual(self.state_of(order), 'confirmed')
        self.assertEqual(
            [(row.stage, row.passed) for row in order.probity_screenings],
            [('confirmation', 'clear'), ('quotation', 'clear')])
        sent = self.asked()
        with self.inside(order) as (Purchase, inside):
            Purchase.write([inside], {'state': 'processing'})
        self.assertEqual(sent, [])  # It was bought before.

    def test_what_is_written_with_the_state(self):
        order, barred = self.quoted(), self.of_barred()
        bought = {'state': 'confirmed'}
        for action in (
                lambda Purchase, one: Purchase.write([one], {**bought, **barred}),
                lambda Purchase, one: Purchase.write(
                    [one], bought, [one], barred)):
            self.assertStoppedAsAsked(order, action)

    def assertStoppedAsAsked(self, order, action):
        with self.assertRaisesRegex(UserError, 'is blocked'):
            with self.inside(order) as (Purchase, inside):
                action(Purchase, inside)
        self.assertEqual(self.state_of(order), 'quotation')

    def test_what_is_set_and_saved_later(self):
        order, barred = self.quoted(), self.of_barred()

        def confirm(Purchase, inside):
            inside.party, inside.invoice_address = barred.values()
            Purchase.confirm([inside])
        self.assertStoppedAsAsked(order, confirm)

        def pretend(Purchase, inside):
            inside.party, inside.invoice_address = barred.values()
            inside.state = 'confirmed'
            Purchase.write([inside], {'state': 'confirmed'})
        self.assertStoppedAsAsked(order, pretend)

    def test_what_a_module_puts_beside_the_state_is_refused(self):
        order, barred = self.quoted(), self.of_barred()
        self.assertStopped(
            order, lambda Purchase, one: ModelSQL.write.__func__(
                Purchase, [one], {'state': 'confirmed', **barred}),
            'was not screened as it stands')

    def test_an_order_is_not_made_in_such_a_state(self):
        order = self.quoted()
        with self.assertRaisesRegex(UserError, 'was not screened as it stands'):
            with self.inside(order) as (Purchase, inside):
                Purchase.create([{
                    'party': inside.party.id, 'company': inside.company.id,
                    'currency': inside.currency.id, 'state': 'confirmed',
                    'invoice_address': inside.invoice_address.id,
                    'purchase_date': datetime.date.today()}])

    def test_clients_write_no_state(self):
        order = self.quoted()
        Purchase = Model.get('purchase.purchase')
        for field, value in (('state', 'confirmed'), ('probity_queued', False)):
            with self.subTest(field), self.assertRaises(UserError):
                Purchase._proxy.write([order.id], {field: value}, get_config().context)


class RequestTest(StateTest):
    def test_an_order_is_the_same_in_every_language(self):
        party = self.good()
        self.as_user('admin')
        country = Model.get('country.country')(name="Inventia", code='XQ')
        country.save()
        region = Model.get('country.subdivision')(
            country=country, name="Invented Coast", code='XQ-99', type='district')
        region.save()
        with Transaction().start(DB_NAME, 1, context={'language': 'fr'}):
            by_orm('country.subdivision', region.id, {'name': "Côte inventée"})
        address = party.addresses[0]
        address.city, address.country, address.subdivision = "Coast", country, region
        party.save()
        self.as_user('buyer')
        order = self.purchase(party)
        from trytond.modules.probity.request import request_of
        asked, printed = set(), set()
        for language in ('en', 'fr'):
            with self.inside(order, language=language) as (_, inside):
                asked.add(request_of(inside).subject.address)
                printed.add(inside.party.address_get().full_address)
        self.assertEqual(asked, {"Coast Invented Coast INVENTIA"})
        self.assertEqual(len(printed), 2)

    def test_an_item_without_a_price(self):
        order = self.purchase(self.good())
        order.lines[0].unit_price = Decimal(0)
        order.save()
        order.click('quote')
        self.assertEqual(order.state, 'quotation')


if __name__ == '__main__':
    unittest.main()
