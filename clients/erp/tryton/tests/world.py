"""What the tests share: a database of Tryton with the module, and a real probityd
with a register, loaded as an operator does. Everything in it is invented."""
import os
import pathlib
import sys
import unittest
from decimal import Decimal

ROOT = pathlib.Path(os.environ['PROBITY_ROOT'])
sys.path.insert(0, str(ROOT / 'tests/integration'))

import harness  # noqa: E402
from proteus import Model, Wizard  # noqa: E402
from trytond.modules.company.tests.tools import create_company  # noqa: E402
from trytond.tests.test_tryton import DB_NAME, drop_db  # noqa: E402
from trytond.tests.tools import activate_modules, set_user  # noqa: E402

# Whoever has one of these tokens is that person, of one authority.
TOKENS = {name: f'token-of-{name}-for-the-tests-alone' for name in ('tryton', 'ann', 'bea')}
REGISTER = """record_type,key,name,kind,identifiers
supplier,good,Tidewater Stationery Ltd,company,GB-COH:04830352
supplier,bad,Brackish Kilns Ltd,company,GB-COH:01234567
supplier,late,Ferncastle Catering Ltd,company,GB-COH:07654321
supplier,fish,Marlowe Fisheries Ltd,company,GB-COH:05555555
supplier,listed,Marlow Fisheries,company,
"""
_BARRED = 'debarment,final-admin-decision,critical,2025-01-01,GB,2025-01-01,2099-01-01'
FLAGS = f"""record_type,key,subject,flag_type,stage,severity,decided_on,jurisdiction,\
listed_from,listed_to
risk_flag,bar,records/bad,{_BARRED}
risk_flag,wages,records/late,labour-law-breach,final-admin-decision,major,2026-01-01,GB,,
risk_flag,like,records/listed,{_BARRED}
"""
POLICY = """
id: "ministry" version: "1" title: "Ministry"
includes: "always-on"
rules {
  id: "M-BAR" title: "Barred" legal_basis: "Invented Act s. 1"
  discretion: DISCRETION_MANDATORY scope: RULE_SCOPE_FACT
  when { all {
    conditions { in_force: true }
    conditions { flag_type { types: FLAG_TYPE_DEBARMENT } }
  } }
  effect: RULE_EFFECT_BLOCK
  reason: REVIEW_REASON_MANDATORY_GROUND_NOT_BINDING
  next_steps { action: NEXT_ACTION_HOLD }
}
rules {
  id: "D-WAGES" title: "Wages were not paid" legal_basis: "Invented Act s. 2"
  discretion: DISCRETION_DISCRETIONARY scope: RULE_SCOPE_FACT
  when { flag_type { types: FLAG_TYPE_LABOUR_LAW_BREACH } }
  effect: RULE_EFFECT_REVIEW
  reason: REVIEW_REASON_DISCRETIONARY_GROUND
  next_steps { action: NEXT_ACTION_HEAR_SUPPLIER }
}
required_sources { dataset: "datasets/reg" max_age_days: 30 }
required_inputs { input: INPUT_KIND_COMMODITY purposes: PURPOSE_ORDER }
required_inputs { input: INPUT_KIND_ORIGIN purposes: PURPOSE_ORDER }
"""


class Probity(harness.ServerTest):
    """A server on loopback that knows three persons."""

    def start(self, port=0, options=None):
        lines = ''.join(f'{token} {name} authorities/ministry\n' for name, token in TOKENS.items())
        tokens = self.file('tokens', lines)
        for name, token in TOKENS.items():
            self.file(f'{name}.token', token + '\n')
        super().start(port, ('--token_file', str(tokens)))

    def command(self, *arguments):
        return super().command('--token_file', self.token('tryton'), *arguments)

    def token(self, name):
        return self.directory / f'{name}.token'

    def setUp(self):
        super().setUp()
        self.good('dataset', 'create', 'reg', '--title', 'Register', '--absence', 'retracted',
                  '--invented')
        self.good('import', '--dataset', 'reg', '--format', 'probity-csv',
                  self.file('r.csv', REGISTER), self.file('f.csv', FLAGS))
        self.good('policy', 'create', self.file('ministry.txtpb', POLICY))
        self.good('policy', 'activate', 'ministry')


def _group(name):
    group, = Model.get('res.group').find([('name', '=', name)])
    return group.id


def _user(login, *groups):
    User = Model.get('res.user')
    company, = Model.get('company.company').find()
    user = User(name=login, login=login)
    for group in groups:
        user.groups.append(Model.get('res.group')(_group(group)))
    user.companies.append(company)
    user.company = company
    user.save()


def create_world(config=None):
    """Company, users, a product and its unit: what is the same for all tests."""
    create_company(config=config)
    for code, name in (('PT', "Portugal"), ('GB', "United Kingdom")):
        Model.get('country.country')(name=name, code=code).save()
    _user('buyer', "Purchase")
    _user('glass', "Purchase", "Probity Break-glass")
    for login in ('ann', 'bea'):
        _user(login, "Purchase", "Probity Review")
    unit, = Model.get('product.uom').find([('name', '=', 'Unit')])
    template = Model.get('product.template')(
        name="Invented shirts", type='service', default_uom=unit, list_price=Decimal('9'),
        purchasable=True, probity_commodity_scheme='HS', probity_commodity_code='6109')
    template.probity_origin, = Model.get('country.country').find([('code', '=', 'PT')])
    template.save()


class TrytonTest(unittest.TestCase):
    """A database for each class, with the server of `probity_class`."""
    probity_class = Probity

    @classmethod
    def setUpClass(cls):
        cls.probity = cls.probity_class()
        cls.addClassCleanup(cls.probity.doCleanups)
        cls.probity.setUp()
        cls.config = activate_modules('probity', create_world)
        cls.addClassCleanup(drop_db)
        cls.users = {user.login: user.id for user in Model.get('res.user').find([])}
        set_user(cls.users['admin'])
        cls.configure(server=cls.probity.server.address,
                      token_file=str(cls.probity.token('tryton')), timeout=60.0)
        for name in ('ann', 'bea'):
            user = Model.get('res.user')(cls.users[name])
            user.probity_token_file = str(cls.probity.token(name))
            user.save()

    def setUp(self):
        self.as_user('buyer')

    @classmethod
    def as_user(cls, login):
        set_user(cls.users[login])

    @classmethod
    def configure(cls, **values):
        before = Model.get('probity.configuration')._config.user
        set_user(cls.users['admin'])
        Configuration = Model.get('probity.configuration')
        configuration, = Configuration.find([])  # a singleton, which is there before it is saved
        if not configuration.authority_country:
            configuration.authority_country, = Model.get('country.country').find(
                [('code', '=', 'GB')])
        for name, value in values.items():
            setattr(configuration, name, value)
        configuration.save()
        set_user(before)
        return configuration

    def supplier(self, name, identifier=None):
        self.as_user('admin')
        party = Model.get('party.party')(name=name)
        if identifier:
            row = party.identifiers.new()
            row.type, row.code = 'probity', identifier
        party.save()
        self.as_user('buyer')
        return party

    def good(self):
        return self.supplier("Tidewater Stationery Ltd", 'GB-COH:04830352')

    def bad(self):
        return self.supplier("Brackish Kilns Ltd", 'GB-COH:01234567')

    def late(self):
        return self.supplier("Ferncastle Catering Ltd", 'GB-COH:07654321')

    def purchase(self, party, **values):
        purchase = Model.get('purchase.purchase')(
            party=party, invoice_method='manual', probity_no_other_parties=True, **values)
        line = purchase.lines.new()
        line.product, = Model.get('product.product').find(
            [('template.name', '=', "Invented shirts")])
        line.quantity, line.unit_price = 2, Decimal('7.5')
        purchase.save()
        return purchase

    def wizard(self, name, purchase, button, **values):
        wizard = Wizard(name, [purchase])
        for field, value in values.items():
            setattr(wizard.form, field, value)
        wizard.execute(button)
        purchase.reload()


__all__ = ['DB_NAME', 'FLAGS', 'REGISTER', 'Model', 'Probity', 'TrytonTest', 'Wizard']
