"""`./scripts/demo.sh --erp`: a buyer in Tryton orders from three suppliers, of which one is barred
and one needs a look. A real trytond, a PostgreSQL and a probityd of its own; all of it invented."""
import textwrap
import unittest

from cluster import Cluster


def say(text=''):
    for line in text.splitlines() or ['']:
        print(textwrap.fill(line, 92, subsequent_indent='  '))


def show():
    # trytond reads where its database is when it is imported.
    from trytond.exceptions import UserError
    from trytond.pool import Pool
    from trytond.transaction import Transaction

    from world import DB_NAME, TrytonTest

    class Tour(TrytonTest):
        """The world of the tests, for a walk."""

        def tried(self, purchase, button):
            try:
                purchase.click(button)
            except UserError as error:
                say(f'{button.capitalize()}: Tryton refuses.\n')
                say(textwrap.indent(error.message, '  '))
            else:
                say(f'{button.capitalize()}: the purchase is in state "{purchase.state}".')
            purchase.reload()

        def runTest(self):
            say('\nA buyer orders shirts from Tidewater Stationery Ltd, GB-COH:04830352.')
            good = self.purchase(self.good())
            self.tried(good, 'quote')
            self.tried(good, 'confirm')
            with Transaction().start(DB_NAME, 0):  # What the scheduler does every five minutes.
                Pool().get('purchase.probity.screening').fetch_receipts()
            good.reload()
            say(f'  kept on it: {good.probity_verdict}, {good.probity_decision}, '
                f'a receipt of {len(good.probity_receipt)} bytes')
            say('\nThe same from Brackish Kilns Ltd, GB-COH:01234567.')
            bad = self.purchase(self.bad())
            self.tried(bad, 'quote')
            say(f'  It stays in state "{bad.state}". On its form, under Probity:\n')
            print(textwrap.indent(bad.probity_explanation, '  '))
            say('\nAnd from Ferncastle Catering Ltd, GB-COH:07654321, who did not pay wages.')
            late = self.purchase(self.late())
            self.tried(late, 'quote')
            say('\nProbity stops.')
            self.probity.server.stop()
            self.tried(self.purchase(self.good()), 'quote')

    result = unittest.TestResult()
    unittest.TestSuite([Tour()]).run(result)
    for _, fault in [*result.errors, *result.failures]:
        print(fault)
    return 0 if result.wasSuccessful() else 1


if __name__ == '__main__':
    cluster = Cluster()
    try:
        raise SystemExit(show())
    finally:
        cluster.stop()
