"""Every night all suppliers are screened anew. Open orders of those that are not clear are
listed; none is cancelled."""
import datetime

from probity_client import ConfigurationError as ClientConfigurationError
from probity_client import ProbityError, errors, v1, verdict_name
from trytond.model import ModelSQL, ModelView, fields
from trytond.pool import Pool, PoolMeta
from trytond.tools import grouped_slice
from trytond.transaction import Transaction

from .configuration import configuration
from .exceptions import ConfigurationError
from .request import SUBJECT_VERDICTS, subject_of
from .service import VERDICTS, client_of, reasons_of

OPEN_STATES = ['quotation', 'confirmed', 'processing']


class Rescreen(ModelSQL, ModelView):
    __name__ = 'probity.rescreen'
    __string__ = "Rescreen"
    started_at = fields.DateTime("Started", readonly=True, required=True)
    ended_at = fields.DateTime("Ended", readonly=True)
    suppliers = fields.Integer("Suppliers", readonly=True)
    answered = fields.Integer("Answered", readonly=True)
    not_clear = fields.Integer("Not Clear", readonly=True)
    fault = fields.Text("Fault", readonly=True, help="Why it ended early; empty: it did not.")
    alerts = fields.One2Many('probity.alert', 'rescreen', "Affected Orders", readonly=True)

    @classmethod
    def __setup__(cls):
        super().__setup__()
        cls._order = [('started_at', 'DESC'), ('id', 'DESC')]

    @classmethod
    def run(cls):
        """Cron. What was answered is kept also where the stream is cut for good; the run says
        so, and those that were not reached keep the day of their last verdict."""
        suppliers = cls.find_suppliers()
        run, = cls.create([{
                    'started_at': datetime.datetime.now(), 'suppliers': len(suppliers)}])
        found, fault = {}, None
        try:
            cls.ask(suppliers, found)
        except (ProbityError, ClientConfigurationError, ConfigurationError) as error:
            fault = str(error)
        not_clear = cls.keep(found)
        run.alerts_of(not_clear)
        run.answered, run.not_clear, run.fault = len(found), len(not_clear), fault
        run.ended_at = datetime.datetime.now()
        run.save()
        return run

    @classmethod
    def find_suppliers(cls):
        """Parties with a purchase, who is paid for one, and those that products name as
        suppliers."""
        pool = Pool()
        cursor = Transaction().connection.cursor()
        purchase = pool.get('purchase.purchase').__table__()
        named = pool.get('purchase.product_supplier').__table__()
        ids = set()
        for table, party in [
                (purchase, purchase.party), (purchase, purchase.invoice_party),
                (named, named.party)]:
            cursor.execute(*table.select(party, where=party != None, group_by=[party]))  # noqa: E711
            ids.update(party for party, in cursor)
        return pool.get('party.party').browse(sorted(ids))

    @classmethod
    def ask(cls, suppliers, found):
        """Fills found: party id -> (verdict, decision, explanation), as answers come."""
        config = configuration()
        settings, rows = config.settings(), config.schemes
        company = Pool().get('company.company').search([], limit=1)
        purchase = v1.PurchaseContext(
            authority_country=config.country_of(company[0] if company else None),
            purpose=v1.PURPOSE_MONITORING, no_other_parties=True,
            buyer_bound_by=config.buyer_bound_by)
        items = (v1.BatchScreenItem(
                correlation_id=str(party.id),
                request=v1.ScreenSupplierRequest(subject=subject_of(party, rows)))
            for party in suppliers)
        with client_of(settings).screen_stream(
                items, purchase=purchase, policy=config.policy) as answers:
            for answer in answers:
                found[int(answer.result.correlation_id)] = cls._told(answer)

    @staticmethod
    def _told(answer):
        result = answer.result
        if result.WhichOneof('answer') == 'error':
            return 'none', '', errors.from_item(result.error).user_message
        verdict = VERDICTS.get(verdict_name(answer), 'unknown')
        return verdict, result.response.decision.name, reasons_of(result.response)

    @classmethod
    def keep(cls, found):
        """Writes verdicts on parties; returns those that are not clear, as in found."""
        Party = Pool().get('party.party')
        now = datetime.datetime.now()
        for ids in grouped_slice(sorted(found)):
            parties = Party.browse(list(ids))
            for party in parties:
                party.probity_verdict, party.probity_decision, _ = found[party.id]
                party.probity_screened_at = now
            Party.save(parties)
        return {party: told for party, told in found.items() if told[0] != 'clear'}

    def alerts_of(self, not_clear):
        pool = Pool()
        Alert = pool.get('probity.alert')
        Purchase = pool.get('purchase.purchase')
        for party, told in sorted(not_clear.items()):
            purchases = Purchase.search([
                    ['OR', ('party', '=', party), ('invoice_party', '=', party)],
                    ('state', 'in', OPEN_STATES)])
            Alert.tell(purchases, *told, rescreen=self)


class Alert(ModelSQL, ModelView):
    __name__ = 'probity.alert'
    __string__ = "Affected Order"
    rescreen = fields.Many2One('probity.rescreen', "Rescreen", readonly=True, ondelete='CASCADE')
    purchase = fields.Many2One(
        'purchase.purchase', "Purchase", required=True, readonly=True, ondelete='CASCADE')
    company = fields.Function(
        fields.Many2One('company.company', "Company"), 'get_company', searcher='search_company')
    told_at = fields.DateTime("Told", required=True, readonly=True)
    verdict = fields.Selection(
        SUBJECT_VERDICTS[1:], "Verdict", required=True, readonly=True, sort=False)
    decision = fields.Char("Decision", readonly=True)
    explanation = fields.Text("Reasons", readonly=True)

    @classmethod
    def __setup__(cls):
        super().__setup__()
        cls._order = [('told_at', 'DESC'), ('id', 'DESC')]

    def get_company(self, name):
        return self.purchase.company.id

    @classmethod
    def search_company(cls, name, clause):
        return [('purchase.' + clause[0], *clause[1:])]

    @classmethod
    def tell_once(cls, purchase, fault):
        """That an order which went on unscreened gets no answer, unless that was told already."""
        with Transaction().set_context(_check_access=False):
            told = cls.search([
                    ('purchase', '=', purchase.id), ('verdict', '=', 'none'),
                    ('explanation', '=', fault)], limit=1)
            if not told:
                cls.tell([purchase], 'none', '', fault)

    @classmethod
    def tell(cls, purchases, verdict, decision, explanation, rescreen=None):
        with Transaction().set_context(_check_access=False):
            return cls.create([{
                        'rescreen': rescreen.id if rescreen else None, 'purchase': purchase.id,
                        'told_at': datetime.datetime.now(), 'verdict': verdict,
                        'decision': decision, 'explanation': explanation}
                    for purchase in purchases])


class Cron(metaclass=PoolMeta):
    __name__ = 'ir.cron'

    @classmethod
    def __setup__(cls):
        super().__setup__()
        cls.method.selection.extend([
                ('probity.rescreen|run', "Screen All Suppliers"),
                ('purchase.probity.screening|fetch_receipts', "Fetch Receipts"),
                ('purchase.purchase|probity_screen_queued', "Screen What Went on Unscreened")])
