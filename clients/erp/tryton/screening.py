"""The record of each time that Probity was asked about a purchase. Rows are only ever added,
without the receipt: nobody who confirms waits for that, and a cron fetches it."""
import datetime
import json
import logging

from probity_client import ConfigurationError as ClientConfigurationError
from probity_client import ProbityError, errors, to_date
from sql import Column, Null
from trytond.i18n import gettext
from trytond.model import Index, ModelSQL, ModelView, fields
from trytond.model.exceptions import AccessError
from trytond.pyson import Bool, Eval
from trytond.transaction import Transaction

from .configuration import configuration
from .exceptions import ScreeningError
from .request import SUBJECT_VERDICTS
from .service import receipt_of

logger = logging.getLogger(__name__)

STAGES = [
    ('quotation', "Quotation"),
    ('confirmation', "Confirmation"),
    ('review', "Review"),
    ('later', "Screened later"),
    ]
PASSED = [
    (None, ""),
    ('clear', "Clear"),
    ('released', "Released"),
    ('break_glass', "Break-glass"),
    ('fail_open', "Nobody answered"),
    ]


class Screening(ModelSQL, ModelView):
    __name__ = 'purchase.probity.screening'
    __string__ = "Screening"
    _rec_name = 'decision'
    # No Many2One: a row is kept in a transaction of its own, also while the purchase is locked
    # or not committed yet, and stays when what asked for it is rolled back.
    purchase = fields.Reference(
        "Purchase", [('purchase.purchase', "Purchase")], required=True, readonly=True)
    company = fields.Many2One('company.company', "Company", required=True, readonly=True)
    screened_at = fields.DateTime("Screened", required=True, readonly=True)
    stage = fields.Selection(STAGES, "Stage", required=True, readonly=True, sort=False)
    verdict = fields.Selection(
        SUBJECT_VERDICTS[1:], "Verdict", required=True, readonly=True, sort=False)
    passed = fields.Selection(
        PASSED, "Let Through", readonly=True, sort=False,
        help="Why the purchase could go on; empty: it was stopped.")
    explanation = fields.Text("Reasons", readonly=True)
    fault = fields.Text("Fault", readonly=True, states={'invisible': ~Bool(Eval('fault'))})
    decision = fields.Char("Decision", readonly=True)
    decision_uri = fields.Char("Page of the Decision", readonly=True)
    valid_until = fields.Date("Valid Until", readonly=True)
    receipt = fields.Binary("Receipt", readonly=True, filename='receipt_name')
    receipt_name = fields.Function(fields.Char("Receipt Name"), 'get_receipt_name')
    input_digest = fields.Char(
        "Input Digest", readonly=True,
        help="SHA-256 over what was asked: another one means that the order was changed.")
    grounds = fields.Char("Grounds Digest", readonly=True)
    candidates = fields.Text("Candidates", readonly=True)
    invented = fields.Boolean(
        "Invented Data", readonly=True, states={'invisible': ~Eval('invented', False)},
        help="The verdict rests on invented data: a rehearsal.")

    @classmethod
    def __setup__(cls):
        super().__setup__()
        cls._order = [('screened_at', 'DESC'), ('id', 'DESC')]
        table = cls.__table__()
        cls._sql_indexes.add(
            Index(table, (table.id, Index.Range()), where=table.receipt == Null))
        cls._buttons.update({
                'fetch_receipt': {
                    'invisible': Bool(Eval('receipt')) | ~Bool(Eval('decision')),
                    'depends': ['receipt', 'decision'],
                    }})

    @classmethod
    def check_modification(cls, mode, records, values=None, external=False):
        super().check_modification(mode, records, values=values, external=external)
        kept = mode == 'write' and set(values) <= {'receipt', 'purchase'}
        if mode != 'create' and not kept or external:
            raise AccessError(gettext('probity.msg_screening_kept'))

    def get_receipt_name(self, name):
        return f"{(self.decision or 'none').rpartition('/')[2]}.receipt"

    @classmethod
    @ModelView.button
    def fetch_receipt(cls, screenings):
        for screening in screenings:
            if screening.decision and not screening.receipt:
                try:
                    screening._fetch_receipt(configuration().settings())
                except (ProbityError, ClientConfigurationError) as error:
                    raise ScreeningError(gettext(
                            'probity.msg_no_receipt',
                            fault=getattr(error, 'user_message', str(error))))

    @classmethod
    def fetch_receipts(cls):
        """Cron: the receipts that are missing, the oldest first. A row without one is all that
        there is to remember, so that nothing is forgotten where a process dies or Probity is
        away. Stops at the first fault, which others would have as well, and tries again with
        its next run."""
        missing = cls.search([
                ('decision', '!=', ''), ('receipt', '=', None)], order=[('id', 'ASC')])
        settings = configuration().settings() if missing else None
        for screening in missing:
            try:
                screening._fetch_receipt(settings)
            except errors.NotFound as error:
                logger.warning("no receipt of %s: %s", screening.decision, error)
            except (ProbityError, ClientConfigurationError) as error:
                logger.warning("receipts are fetched later: %s", error)
                return

    def _fetch_receipt(self, settings):
        """Kept at once, whatever becomes of others."""
        receipt = receipt_of(settings, self.decision)
        with Transaction().new_transaction(), Transaction().set_context(_check_access=False):
            self.__class__.write([self.__class__(self.id)], {'receipt': receipt})

    @classmethod
    def keep(cls, purchase, stage, digest, outcome, passed):
        """Adds a row in a transaction of its own, committed at once: what stops a purchase rolls
        back everything else."""
        now = datetime.datetime.now()
        values = {
            'create_uid': Transaction().user, 'create_date': now,
            'purchase': f'purchase.purchase,{purchase.id}', 'company': purchase.company.id,
            'screened_at': now, 'stage': stage,
            'verdict': outcome.verdict, 'passed': passed,
            'explanation': outcome.explanation, 'fault': outcome.fault,
            'decision': outcome.decision, 'decision_uri': outcome.decision_uri,
            'valid_until': to_date(outcome.valid_until) if outcome.valid_until else None,
            'input_digest': digest, 'grounds': outcome.grounds, 'invented': outcome.invented,
            'candidates': json.dumps([list(one) for one in outcome.candidates]),
            }
        # By SQL: nothing in it comes from a form, and whoever confirms waits for it.
        table = cls.__table__()
        insert = table.insert(
            [Column(table, name) for name in values], [list(values.values())])
        with Transaction().new_transaction() as transaction:
            transaction.connection.cursor().execute(*insert)
