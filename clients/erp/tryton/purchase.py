"""Quotation and confirmation of a purchase ask Probity first. Nothing goes on but by a CLEAR
that the client knows, a release of exactly this order and these grounds, or, while nobody
answers, what the settings and a person with the right to it allow."""
from trytond.i18n import gettext
from trytond.model import ModelView, fields
from trytond.model.exceptions import AccessError
from trytond.pool import Pool, PoolMeta
from trytond.pyson import Bool, Eval
from trytond.transaction import Transaction

from .configuration import configuration
from .exceptions import ScreeningError, UnscreenedWarning
from .request import SUBJECT_VERDICTS, digest_of, purchase_request, request_of
from .service import screen

_DRAFT = {'readonly': Eval('state') != 'draft'}
# States in which it is bought; any other, also one that another module has, comes before.
_BOUGHT = {'confirmed', 'processing', 'done'}
_MESSAGES = {
    'review': 'probity.msg_review', 'block': 'probity.msg_block',
    'unknown': 'probity.msg_unknown', 'none': 'probity.msg_no_answer',
    }


class Purchase(metaclass=PoolMeta):
    __name__ = 'purchase.purchase'
    probity_procedure = fields.Char(
        "Procedure", states=_DRAFT,
        help="OCDS ocid, notice or lot number. A waiver holds for one procedure.")
    probity_parties = fields.One2Many(
        'purchase.probity.party', 'purchase', "Other Parties", states=_DRAFT,
        help="Sub-contractors and others, who are screened with the purchase.")
    probity_no_other_parties = fields.Boolean(
        "No Other Parties", states={
            'readonly': _DRAFT['readonly'], 'invisible': Bool(Eval('probity_parties'))},
        help="There are no sub-contractors.")
    probity_screenings = fields.One2Many(
        'purchase.probity.screening', 'purchase', "Screenings", readonly=True)
    probity_releases = fields.One2Many(
        'purchase.probity.release', 'purchase', "Releases", readonly=True)
    probity_queued = fields.Boolean(
        "Not Screened Yet", readonly=True, states={'invisible': ~Eval('probity_queued', False)},
        help="It went on while nobody answered, and is screened when the service is back.")
    probity_verdict = fields.Function(
        fields.Selection(SUBJECT_VERDICTS, "Verdict"), 'get_probity')
    probity_explanation = fields.Function(fields.Text("Reasons"), 'get_probity')
    probity_decision = fields.Function(fields.Char("Decision"), 'get_probity')
    probity_decision_uri = fields.Function(
        fields.Char("Page of the Decision", states={
                'invisible': ~Bool(Eval('probity_decision_uri'))}), 'get_probity')
    probity_receipt = fields.Function(
        fields.Binary("Receipt", filename='probity_receipt_name'), 'get_probity')
    probity_receipt_name = fields.Function(fields.Char("Receipt Name"), 'get_probity')
    probity_current = fields.Function(
        fields.Boolean("Screened as It Stands", help="The order was not changed since."),
        'get_probity_current')

    @classmethod
    def __setup__(cls):
        super().__setup__()
        open_ = Eval('state').in_(['draft', 'quotation'])
        cls._buttons.update({
                'probity_review': {
                    'invisible': ~open_ | ~Eval('probity_verdict').in_(['review', 'block']),
                    'depends': ['state', 'probity_verdict']},
                'probity_approve': {
                    'invisible': ~open_ | ~Bool(Eval('probity_releases')),
                    'depends': ['state', 'probity_releases']},
                'probity_break_glass': {'invisible': ~open_, 'depends': ['state']},
                })

    @classmethod
    def default_probity_no_other_parties(cls):
        return configuration().no_other_parties

    @classmethod
    def copy(cls, purchases, default=None):
        default = {} if default is None else default.copy()
        default.setdefault('probity_screenings', None)
        default.setdefault('probity_releases', None)
        default.setdefault('probity_queued', False)
        return super().copy(purchases, default=default)

    @classmethod
    def get_probity(cls, purchases, names):
        result = {name: {} for name in names}
        for purchase in purchases:
            last = purchase.probity_screenings[0] if purchase.probity_screenings else None
            for name in names:
                value = getattr(last, name[len('probity_'):]) if last else None
                if name == 'probity_explanation' and last:
                    value = value or last.fault
                result[name][purchase.id] = value
        return result

    def get_probity_current(self, name):
        if not self.probity_screenings:
            return False
        return self.probity_screenings[0].input_digest == digest_of(request_of(self))

    def probity_request(self):
        """What other modules add to; request_of() calls it for an instance of its own."""
        return purchase_request(self, configuration())

    @classmethod
    def check_modification(cls, mode, purchases, values=None, external=False):
        """Whatever writes a state in which it is bought, Probity is asked here, about what the
        database has then: no code runs in between that could change what was asked."""
        super().check_modification(mode, purchases, values=values, external=external)
        if mode == 'create':
            cls._probity_refuse([one for one in purchases if one.state in _BOUGHT])
        elif mode == 'write' and values.get('state') in _BOUGHT:
            cls.probity_confirm(purchases, values)

    @classmethod
    def _probity_refuse(cls, purchases):
        for purchase in purchases:
            raise AccessError(
                gettext('probity.msg_not_screened', purchase=purchase.rec_name))

    @classmethod
    def write(cls, *args):
        """What goes with such a state is written first, and so is what was set and not saved:
        Tryton checks all that it is given before it writes any of it, and Probity would be
        asked about what was before."""
        actions = list(zip(args[::2], args[1::2], strict=True))
        if not any(values.get('state') in _BOUGHT for _, values in actions):
            return super().write(*args)
        others, states = [], []
        for purchases, values in actions:
            cls.save(purchases)
            values = dict(values)
            if 'state' in values:
                states += [purchases, {'state': values.pop('state')}]
            if values:
                others += [purchases, values]
        for part in filter(None, (others, states)):
            super().write(*part)

    def check_for_quotation(self):
        super().check_for_quotation()
        self.probity_check('quotation')

    @classmethod
    def probity_confirm(cls, purchases, values):
        """Asks about those that were not bought yet. Nothing but the state may be written. What
        goes on unscreened is screened later."""
        rows = cls.read([purchase.id for purchase in purchases], ['state', 'probity_queued'])
        bought = {row['id']: row for row in rows if row['state'] not in _BOUGHT}
        if len(values) > 1:
            cls._probity_refuse(cls.browse(bought))
        table = cls.__table__()
        for purchase in cls.browse(bought):
            queued = purchase.probity_check('confirmation') in {'break_glass', 'fail_open'}
            if queued != bool(bought[purchase.id]['probity_queued']):
                # By SQL: code that a write runs could change what was asked.
                Transaction().connection.cursor().execute(*table.update(
                        [table.probity_queued], [queued], where=table.id == purchase.id))

    def probity_check(self, stage):
        """Asks, keeps the answer, and raises unless the purchase may go on. Returns why it may,
        as Screening.passed."""
        request = request_of(self)
        digest = digest_of(request)
        outcome = screen(configuration().settings(), request, Transaction().language)
        passed = self._probity_passed(digest, outcome)
        Screening = Pool().get('purchase.probity.screening')
        Screening.keep(self, stage, digest, outcome, passed)
        if passed is None:
            raise ScreeningError(self._probity_message(outcome), outcome.explanation)
        return passed

    def _probity_passed(self, digest, outcome):
        """Why it may go on, as Screening.passed; None: it may not."""
        if outcome.may_buy:
            return 'clear'
        if outcome.verdict == 'review':
            return 'released' if self._probity_is_released(digest, outcome.grounds) else None
        if not outcome.away or self._probity_last_verdict() in {'block', 'unknown'}:
            return None
        if any(release.is_break_glass_of(digest) for release in self.probity_releases):
            return 'break_glass'
        return 'fail_open' if self._probity_may_fail_open(outcome) else None

    def _probity_is_released(self, digest, grounds):
        return any(release.is_review_of(digest, grounds) for release in self.probity_releases)

    def _probity_last_verdict(self):
        """Of the newest decision about the supplier in any purchase, of its rescreen or of that of
        who is paid, whichever is worst: what is known to be blocked stays blocked while nobody
        answers."""
        Screening = Pool().get('purchase.probity.screening')
        with Transaction().set_context(_check_access=False):
            rows = Screening.search([
                    ('purchase.party', '=', self.party.id, 'purchase.purchase'),
                    ('verdict', '!=', 'none')], limit=1)
        known = {row.verdict for row in rows} | {
            party.probity_verdict for party in (self.party, self.invoice_party) if party}
        return next((one for one in ('block', 'unknown', 'review', 'clear') if one in known), None)

    def _probity_may_fail_open(self, outcome):
        """Only a person who was warned goes on, never what runs unattended: there a warning is
        as good as unread."""
        transaction = Transaction()
        unattended = transaction.user == 0 or transaction.context.get('_skip_warnings')
        if (configuration().failure != 'open' or unattended
                or self._probity_last_verdict() == 'review'):
            return False
        Warning = Pool().get('res.user.warning')
        key = Warning.format('probity_away', [self])
        if Warning.check(key):
            raise UnscreenedWarning(
                key, gettext('probity.msg_fail_open', purchase=self.rec_name,
                    party=self.party.rec_name), outcome.fault)
        return True

    def _probity_message(self, outcome):
        return gettext(
            _MESSAGES[outcome.verdict], purchase=self.rec_name, party=self.party.rec_name,
            decision=outcome.decision, fault=outcome.fault)

    @classmethod
    @ModelView.button_action('probity.wizard_review')
    def probity_review(cls, purchases):
        pass

    @classmethod
    @ModelView.button_action('probity.wizard_approve')
    def probity_approve(cls, purchases):
        pass

    @classmethod
    @ModelView.button_action('probity.wizard_break_glass')
    def probity_break_glass(cls, purchases):
        pass

    @classmethod
    def probity_screen_queued(cls):
        """Cron: screens what went on unscreened. What is not clear is shown and told, and nothing
        is cancelled: people do that. Stops at the first that nobody answers."""
        Screening = Pool().get('purchase.probity.screening')
        Alert = Pool().get('probity.alert')
        for purchase in cls.search([('probity_queued', '=', True)]):
            request = request_of(purchase)
            outcome = screen(configuration().settings(), request, Transaction().language)
            if outcome.away:
                return
            if outcome.verdict == 'none':
                Alert.tell_once(purchase, outcome.fault)
                continue
            passed = 'clear' if outcome.may_buy else None
            Screening.keep(purchase, 'later', digest_of(request), outcome, passed)
            if not outcome.may_buy:
                Alert.tell([purchase], outcome.verdict, outcome.decision, outcome.explanation)
            cls.write([purchase], {'probity_queued': False})
