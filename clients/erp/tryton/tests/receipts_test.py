"""Receipts are fetched behind the confirmation, and in the end every decision has its own."""
import os
import signal
import subprocess
import sys
import unittest

from trytond.exceptions import UserError
from trytond.pool import Pool
from trytond.transaction import Transaction

from world import DB_NAME, TrytonTest

# Another process of Tryton, which ends in the middle of what it does.
DYING = """
import os, signal, sys
from trytond.pool import Pool
from trytond.transaction import Transaction
database, where, purchase = sys.argv[1], sys.argv[2], int(sys.argv[3])
with Transaction().start(database, 0, readonly=True):
    Pool(database).init()

def dies(*arguments):
    os.kill(os.getpid(), signal.SIGKILL)

with Transaction().start(database, 1, context={'_skip_warnings': True}):
    Screening = Pool().get('purchase.probity.screening')
    if where == 'confirming':
        kept = Screening.keep
        Screening.keep = lambda *arguments: (kept(*arguments), dies())
        Pool().get('purchase.purchase').confirm([Pool().get('purchase.purchase')(purchase)])
    else:
        from trytond.modules.probity import screening
        fetched, receipt_of = [], screening.receipt_of
        def second(*arguments):
            if fetched:
                dies()
            fetched.append(receipt_of(*arguments))
            return fetched[0]
        screening.receipt_of = second
        Screening.fetch_receipts()
"""


class ReceiptTest(TrytonTest):
    def fetch(self):
        """As the scheduler does."""
        with Transaction().start(DB_NAME, 0, context={'_skip_warnings': True}):
            Pool().get('purchase.probity.screening').fetch_receipts()

    def quoted(self):
        purchase = self.purchase(self.good())
        purchase.click('quote')
        return purchase

    def receipts(self, purchase):
        """Of its screenings, the newest first."""
        purchase.reload()
        return [bool(row.receipt) for row in purchase.probity_screenings]

    def verify(self, row):
        receipt = self.probity.file('r.receipt', bytes(row.receipt))
        keys = self.probity.file('log.pub', self.probity.good('log', 'keys', '--pem'))
        self.probity.good('decision', 'verify', receipt, '--key', keys)

    def process(self, where, purchase):
        done = subprocess.run(
            [sys.executable, '-W', 'ignore', '-c', DYING, DB_NAME, where, str(purchase.id)],
            env=os.environ, capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, -signal.SIGKILL, done.stderr)

    def test_they_come_behind_and_prove_the_decisions(self):
        purchase = self.quoted()
        purchase.click('confirm')
        self.assertEqual(self.receipts(purchase), [False, False])
        self.fetch()
        self.assertEqual(self.receipts(purchase), [True, True])
        first, second = purchase.probity_screenings
        self.assertNotEqual(bytes(first.receipt), bytes(second.receipt))
        self.verify(first)
        self.assertEqual(bytes(purchase.probity_receipt), bytes(first.receipt))

    def test_what_was_stopped_has_one_too(self):
        purchase = self.purchase(self.bad())
        with self.assertRaisesRegex(UserError, 'is blocked'):
            purchase.click('quote')
        self.fetch()
        self.assertEqual(self.receipts(purchase), [True])

    def test_what_failed_is_fetched_again(self):
        purchase = self.quoted()
        port = self.probity.server.port
        self.probity.server.stop()
        self.configure(timeout=2.0)
        self.addCleanup(self.configure, timeout=60.0)
        try:
            with self.assertRaisesRegex(UserError, 'could not be fetched'):
                purchase.probity_screenings[0].click('fetch_receipt')
            self.fetch()
        finally:
            self.probity.start(port)
        self.assertEqual(self.receipts(purchase), [False])
        self.configure(timeout=60.0)
        self.fetch()
        self.assertEqual(self.receipts(purchase), [True])

    def test_a_button_does_not_wait_for_the_scheduler(self):
        purchase = self.quoted()
        purchase.probity_screenings[0].click('fetch_receipt')
        self.assertEqual(self.receipts(purchase), [True])

    def test_a_process_that_dies_while_it_confirms_leaves_a_row_that_gets_its_receipt(self):
        purchase = self.quoted()
        self.process('confirming', purchase)
        self.assertEqual(self.receipts(purchase), [False, False])
        self.assertEqual(purchase.state, 'quotation')
        self.fetch()
        self.assertEqual(self.receipts(purchase), [True, True])

    def test_a_process_that_dies_while_it_fetches_loses_no_more_than_the_one(self):
        self.fetch()  # What other tests left.
        purchase = self.quoted()
        purchase.click('confirm')
        self.process('fetching', purchase)
        self.assertEqual(self.receipts(purchase), [False, True])
        self.fetch()
        self.assertEqual(self.receipts(purchase), [True, True])


if __name__ == '__main__':
    unittest.main()
