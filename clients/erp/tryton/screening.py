"""The record of each time that Probity was asked about a purchase. Rows are only ever added."""
import datetime
import json

from probity_client import ProbityError, to_date
from trytond.i18n import gettext
from trytond.model import ModelSQL, ModelView, fields
from trytond.model.exceptions import AccessError
from trytond.pyson import Bool, Eval
from trytond.transaction import Transaction

from .configuration import configuration
from .exceptions import ScreeningError
from .request import SUBJECT_VERDICTS
from .service import receipt_of

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
                    screening.receipt = receipt_of(configuration().settings(), screening.decision)
                except ProbityError as error:
                    raise ScreeningError(
                        gettext('probity.msg_no_receipt', fault=error.user_message))
        with Transaction().set_context(_check_access=False):
            cls.save(screenings)

    @classmethod
    def keep(cls, purchase, stage, digest, outcome, passed):
        """Adds a row in a transaction of its own, committed at once: what stops a purchase rolls
        back everything else."""
        values = {
            'purchase': f'purchase.purchase,{purchase.id}', 'company': purchase.company.id,
            'screened_at': datetime.datetime.now(), 'stage': stage,
            'verdict': outcome.verdict, 'passed': passed,
            'explanation': outcome.explanation, 'fault': outcome.fault,
            'decision': outcome.decision, 'decision_uri': outcome.decision_uri,
            'valid_until': to_date(outcome.valid_until) if outcome.valid_until else None,
            'receipt': outcome.receipt or None, 'input_digest': digest,
            'grounds': outcome.grounds, 'invented': outcome.invented,
            'candidates': json.dumps([list(one) for one in outcome.candidates]),
            }
        with Transaction().new_transaction(), Transaction().set_context(_check_access=False):
            cls.create([values])
