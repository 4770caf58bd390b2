"""Every night: all suppliers, and the open orders of those that are not clear."""
from trytond.pool import Pool
from trytond.transaction import Transaction

from world import DB_NAME, FLAGS, REGISTER, Model, TrytonTest

COUNT = 1000
OUTCOMES = {'clear': COUNT - 1, 'block': 1}


class RescreenTest(TrytonTest):
    @staticmethod
    def run_cron():
        """As the scheduler does; returns what the run says of itself."""
        with Transaction().start(DB_NAME, 0, context={'_skip_warnings': True}):
            run = Pool().get('probity.rescreen').run()
            return {name: getattr(run, name)
                    for name in ('suppliers', 'answered', 'not_clear', 'fault')}

    @staticmethod
    def make_suppliers(count, template):
        """Parties that a product names as suppliers, each with a number of its own."""
        with Transaction().start(DB_NAME, 1):
            pool = Pool()
            company, = pool.get('company.company').search([])
            parties = pool.get('party.party').create([{
                        'name': f'Invented Supplier {i}',
                        'identifiers': [('create', [{
                                        'type': 'probity', 'code': f'GB-COH:{i:08d}'}])]}
                    for i in range(1, count + 1)])
            pool.get('purchase.product_supplier').create([{
                        'template': template, 'party': party.id,
                        'company': company.id, 'currency': company.currency.id}
                    for party in parties])
            return [party.id for party in parties]

    def load(self, barred):
        """The register anew, with `COUNT` more firms, of which those in `barred` are barred."""
        firms = ''.join(f'supplier,n{i},Invented Supplier {i},company,GB-COH:{i:08d}\n'
                        for i in range(1, COUNT + 1))
        bars = ''.join(
            f'risk_flag,b{i},records/n{i},debarment,final-admin-decision,critical,2025-01-01,GB,'
            '2025-01-01,2099-01-01\n' for i in barred)
        self.probity.good(
            'import', '--dataset', 'reg', '--format', 'probity-csv',
            self.probity.file('many.csv', REGISTER + firms),
            self.probity.file('bars.csv', FLAGS + bars))

    def test_a_thousand_suppliers(self):
        self.load(barred=[])
        product, = Model.get('product.product').find([])
        ids = self.make_suppliers(COUNT, product.template.id)
        order = self.purchase(Model.get('party.party')(ids[6]))
        order.click('quote')
        other = self.purchase(Model.get('party.party')(ids[7]))
        other.click('quote')
        self.assertEqual(self.run_cron(), {
            'suppliers': COUNT, 'answered': COUNT, 'not_clear': 0, 'fault': None})
        self.load(barred=[7])
        self.assertEqual(self.run_cron(), {
            'suppliers': COUNT, 'answered': COUNT, 'not_clear': 1, 'fault': None})
        alert, = Model.get('probity.alert').find([])
        self.assertEqual((alert.purchase.id, alert.verdict), (order.id, 'block'))
        self.assertIn('- M-BAR: Barred (Invented Act s. 1)', alert.explanation)
        order.reload()
        self.assertEqual(order.state, 'quotation')  # Listed, not cancelled.
        told = [Model.get('party.party')(id_).probity_verdict for id_ in ids]
        self.assertEqual({verdict: told.count(verdict) for verdict in set(told)}, OUTCOMES)
        self.assertEqual(told.index('block'), 6)
        self.probity.server.stop()
        said = self.run_cron()
        self.assertEqual((said['suppliers'], said['answered']), (COUNT, 0))
        self.assertRegex(said['fault'], 'not (be reached|answer in time)')
        party = Model.get('party.party')(ids[6])
        self.assertEqual(party.probity_verdict, 'block')  # Its last word stays.
