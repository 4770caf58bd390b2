"""What of an order is asked besides the supplier: who else takes part, makers, sites, and the
certificates that the authority requires of the goods."""
import unittest
from decimal import Decimal

from probity_client import v1
from trytond.exceptions import UserError
from trytond.pool import Pool
from trytond.transaction import Transaction

from world import DB_NAME, FLAGS, REGISTER, Model, TrytonTest

CERTIFICATES = """record_type,key,scheme,certificate_no,holder,certification_body,issued_on,\
valid_from,expires_on,sites,status_events,verification_method,verified_on
certification,c1,SA8000,INV-SA-001,records/good,Invented Assurance Body,2026-01-01,2026-01-01,\
2099-01-01,,ISSUED@2026-01-01,SCHEME_REGISTER,2026-11-01
"""


class OrderTest(TrytonTest):
    def request(self, purchase):
        with Transaction().start(DB_NAME, self.users['buyer']):
            return Pool().get('purchase.purchase')(purchase.id).probity_request().purchase

    def order(self, **values):
        return self.purchase(self.good(), **values)

    def with_party(self, party, role='subcontractor'):
        order = self.order()
        row = order.probity_parties.new()
        row.party, row.role = party, role
        order.save()
        return order

    def product(self, name, **values):
        """Another one, of a category of its own below another; as who keeps them does."""
        self.as_user('admin')
        above = Model.get('product.category')(name=f'{name}: all')
        above.save()
        category = Model.get('product.category')(name=name, parent=above)
        category.save()
        unit, = Model.get('product.uom').find([('name', '=', 'Unit')])
        template = Model.get('product.template')(
            name=name, type='service', default_uom=unit, list_price=Decimal('9'),
            purchasable=True, probity_commodity_scheme='HS', probity_commodity_code='6109')
        template.probity_origin, = Model.get('country.country').find([('code', '=', 'PT')])
        template.categories.append(category)
        template.save()
        return template, category, above

    def require(self, owner, **values):
        self.as_user('admin')
        row = owner.probity_requirements.new()
        for field, value in values.items():
            setattr(row, field, value)
        owner.save()

    def order_of(self, *templates):
        self.as_user('buyer')
        order = self.order()
        for template in templates:
            line = order.lines.new()
            line.product = template.products[0]
            line.quantity, line.unit_price = 1, Decimal('3')
        order.save()
        return order

    def load(self, register=REGISTER, **files):
        self.probity.good(
            'import', '--dataset', 'reg', '--format', 'probity-csv',
            self.probity.file('r3.csv', register), self.probity.file('f3.csv', FLAGS),
            *(self.probity.file(f'{name}.csv', text) for name, text in files.items()))


class PartiesTest(OrderTest):
    def test_a_subcontractor_is_screened_with_the_purchase(self):
        order = self.with_party(self.bad())
        purchase = self.request(order)
        self.assertEqual(purchase.parties[0].role, v1.PARTY_ROLE_SUBCONTRACTOR)
        self.assertEqual(purchase.parties[0].subject.ref.identifier.value, '01234567')
        self.assertFalse(purchase.no_other_parties)  # What is listed is not denied.
        with self.assertRaisesRegex(UserError, 'M-BAR'):
            order.click('quote')
        order.reload()
        self.assertEqual(order.state, 'draft')
        order.probity_parties[0].party = self.good()
        order.save()
        order.click('quote')
        self.assertEqual(order.state, 'quotation')

    def test_who_is_paid_is_screened_with_the_purchase(self):
        barred = self.bad()
        order = self.order(invoice_party=barred)
        party, = self.request(order).parties
        self.assertEqual(party.role, v1.PARTY_ROLE_CONNECTED)
        self.assertEqual(party.subject.ref.identifier.value, '01234567')
        with self.assertRaisesRegex(UserError, 'M-BAR'):
            order.click('quote')
        order = self.order()
        order.invoice_party = order.party
        order.save()
        self.assertFalse(self.request(order).parties)  # The supplier, who is asked anyway.
        order = self.with_party(barred, 'member')
        order.invoice_party = barred
        order.save()
        self.assertEqual(len(self.request(order).parties), 1)

    def test_every_role_is_one_of_probity(self):
        selection = Model.get('purchase.probity.party')._proxy.fields_get(
            ['role'], {})['role']['selection']
        self.assertGreater(len(selection), 3)
        for role, _ in selection:
            order = self.with_party(self.good(), role)
            self.assertEqual(v1.PartyRole.Name(self.request(order).parties[0].role),
                             f'PARTY_ROLE_{role.upper()}')

    def test_parties_are_changed_in_a_draft_alone(self):
        order = self.with_party(self.good())
        order.click('quote')
        row = order.probity_parties[0]
        row.role = 'member'
        with self.assertRaisesRegex(UserError, 'while it is a draft'):
            row.save()
        with self.assertRaisesRegex(UserError, 'while it is a draft'):
            row.delete()

    def test_another_party_is_another_order(self):
        order = self.order()
        order.click('quote')
        order.click('draft')
        self.assertTrue(order.probity_current)
        row = order.probity_parties.new()
        row.party, row.role = self.good(), 'subcontractor'
        order.save()
        order.reload()
        self.assertFalse(order.probity_current)


class SitesTest(OrderTest):
    def site(self, code, kind='probity_site'):
        party = self.supplier("Invented Works")
        self.as_user('admin')
        party.addresses[0].save()
        row = party.identifiers.new()
        row.type, row.code = kind, code
        row.address = party.addresses[0]
        party.save()
        self.as_user('buyer')
        return party.addresses[0]

    def test_maker_and_site_of_an_item_are_asked(self):
        order = self.order()
        order.lines[0].probity_manufacturer = self.bad()
        order.lines[0].probity_site = self.site('OS-ID:XX2026000000001')
        order.save()
        item, = self.request(order).items
        self.assertEqual(item.manufacturer.ref.identifier.value, '01234567')
        self.assertEqual((item.site.identifier.scheme, item.site.identifier.value),
                         ('OS-ID', 'XX2026000000001'))
        with self.assertRaisesRegex(UserError, 'M-BAR'):
            order.click('quote')

    def test_an_item_that_costs_nothing_is_asked(self):
        order = self.order()
        order.lines[0].unit_price = Decimal(0)
        order.save()
        self.assertEqual(self.request(order).items[0].value.minor_units, 0)
        order.click('quote')
        self.assertEqual(order.state, 'quotation')

    def test_a_site_has_a_number_with_its_scheme(self):
        with self.assertRaisesRegex(UserError, 'is no identifier'):
            self.site('XX2026000000001')
        order = self.order()
        order.lines[0].probity_site = self.good().addresses[0]
        with self.assertRaises(UserError):
            order.save()


class RequirementsTest(OrderTest):
    def test_a_certificate_that_a_product_needs(self):
        template, _, _ = self.product("Certified shirts")
        self.require(template, schemes='SA8000, WRAP', max_age_days=400)
        order = self.order_of(template, template)
        requirement, = self.request(order).requirements  # The same goods are asked once.
        self.assertEqual([one.scheme_id for one in requirement.accepted_schemes],
                         ['SA8000', 'WRAP'])
        self.assertEqual((requirement.item_id, requirement.audit, requirement.max_age_days),
                         ('2', False, 400))
        with self.assertRaisesRegex(UserError, 'CERT-REQ'):
            order.click('quote')
        self.load(certificates=CERTIFICATES)
        self.addCleanup(self.load)
        order.click('quote')
        self.assertEqual(order.state, 'quotation')

    def test_what_a_category_needs_all_products_below_need(self):
        template, category, above = self.product("Audited shirts")
        other, _, _ = self.product("Other shirts")
        self.require(category, kind='audit', schemes='SMETA', unannounced=True)
        self.require(above, schemes='FLA')
        found = self.request(self.order_of(other, template)).requirements
        self.assertEqual(
            [(one.item_id, one.accepted_schemes[0].scheme_id, one.audit, one.unannounced)
             for one in found],
            [('3', 'SMETA', True, True), ('3', 'FLA', False, False)])
        order = self.order_of(template)
        with self.assertRaisesRegex(UserError, 'AUD-REQ'):
            order.click('quote')

    def test_schemes_are_checked_where_they_are_typed(self):
        template, _, _ = self.product("Strange shirts")
        for schemes in ('sa 8000', ', ,', ','.join(f'S{i}' for i in range(21))):
            with self.subTest(schemes), self.assertRaisesRegex(UserError, 'names no schemes'):
                self.require(template, schemes=schemes)
            template.reload()

    def test_a_scheme_that_probity_does_not_have_is_said(self):
        template, _, _ = self.product("Unknown shirts")
        self.require(template, schemes='NO_SUCH')
        with self.assertRaisesRegex(UserError, 'NO_SUCH'):
            self.order_of(template).click('quote')

    def test_who_buys_does_not_change_what_is_required(self):
        template, _, _ = self.product("Kept shirts")
        self.require(template, schemes='SA8000')
        self.as_user('buyer')
        row = template.probity_requirements[0]
        row.schemes = 'WRAP'
        with self.assertRaises(UserError):
            row.save()


if __name__ == '__main__':
    unittest.main()
