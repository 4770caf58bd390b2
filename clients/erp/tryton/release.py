"""Releases: who let a purchase go on in spite of a REVIEW, or while nobody answered, and why.

A review is settled in Probity first: "somebody else" is a judgement, "we go on" a waiver, which
a second person approves. The release on the purchase repeats it for this order alone.
"""
import datetime
import json
import uuid

from probity_client import ConfigurationError as ClientConfigurationError
from probity_client import ProbityError, from_date, v1
from trytond.i18n import gettext
from trytond.model import ModelSQL, ModelView, fields
from trytond.model.exceptions import AccessError
from trytond.pool import Pool
from trytond.transaction import Transaction
from trytond.wizard import Button, StateTransition, StateView, Wizard

from .configuration import configuration
from .exceptions import ReleaseError
from .request import digest_of, judged_subject, request_of
from .service import client_of, screen


def check_group(xml_id):
    """The buttons' groups guard the form; this, everything else."""
    pool = Pool()
    group = pool.get('ir.model.data').get_id('probity', xml_id)
    if group not in pool.get('res.user').get_groups():
        raise AccessError(gettext('probity.msg_no_right'))


def current_user():
    with Transaction().set_context(_check_access=False):
        return Pool().get('res.user')(Transaction().user)


def call(method, request, settings):
    """One call to Probity; what goes wrong is said to the user."""
    try:
        return method(request, timeout=settings.timeout)
    except ProbityError as error:
        raise ReleaseError(gettext('probity.msg_refused', fault=error.user_message))


def reviews_of(settings):
    try:
        return client_of(settings).reviews
    except ClientConfigurationError as error:
        raise ReleaseError(gettext('probity.msg_refused', fault=str(error)))


class Release(ModelSQL, ModelView):
    __name__ = 'purchase.probity.release'
    __string__ = "Release"
    purchase = fields.Many2One(
        'purchase.purchase', "Purchase", required=True, readonly=True, ondelete='RESTRICT')
    kind = fields.Selection([
            ('review', "Review"),
            ('break_glass', "Break-glass"),
            ], "Kind", required=True, readonly=True, sort=False)
    state = fields.Selection([
            ('requested', "Waits for a Second Person"),
            ('released', "Released"),
            ], "State", required=True, readonly=True, sort=False)
    reason = fields.Text("Reason", required=True, readonly=True)
    requested_by = fields.Many2One('res.user', "Requested by", required=True, readonly=True)
    requested_at = fields.DateTime("Requested", required=True, readonly=True)
    approval_reason = fields.Text("Reason of Approval", readonly=True)
    approved_by = fields.Many2One('res.user', "Approved by", readonly=True)
    approved_at = fields.DateTime("Approved", readonly=True)
    waivers = fields.Text("Waivers", readonly=True, help="Their names in Probity, one a line.")
    input_digest = fields.Char("Input Digest", required=True, readonly=True)
    grounds = fields.Char("Grounds Digest", readonly=True)

    @classmethod
    def check_modification(cls, mode, records, values=None, external=False):
        super().check_modification(mode, records, values=values, external=external)
        if external or mode == 'delete':
            raise AccessError(gettext('probity.msg_release_kept'))

    def is_review_of(self, digest, grounds):
        """Whether it releases this order for these grounds; others ask anew."""
        return (self.kind == 'review' and self.state == 'released' and bool(grounds)
            and self.input_digest == digest and self.grounds == grounds)

    def is_break_glass_of(self, digest):
        return (self.kind == 'break_glass' and self.state == 'released'
            and self.input_digest == digest)

    @classmethod
    def keep(cls, purchase, **values):
        with Transaction().set_context(_check_access=False):
            release, = cls.create([{
                        'purchase': purchase.id, 'requested_by': Transaction().user,
                        'requested_at': datetime.datetime.now(), **values}])
        return release


class ReviewCandidate(ModelView):
    __name__ = 'purchase.probity.review.candidate'
    __string__ = "Candidate"
    record = fields.Char("Record", readonly=True)
    supplier = fields.Char("Supplier in Probity", readonly=True)
    score = fields.Float("Score", digits=(1, 3), readonly=True)
    somebody_else = fields.Boolean("Somebody Else")


class ReviewStart(ModelView):
    __name__ = 'purchase.probity.review.start'
    __string__ = "Review"
    explanation = fields.Text("Reasons", readonly=True)
    candidates = fields.One2Many(
        'purchase.probity.review.candidate', None, "Parties with a Like Name",
        help="Tick those that are not the supplier: Probity keeps it as a judgement.")
    reason = fields.Text("Reason", required=True)
    contract_end = fields.Date(
        "End of the Contract",
        help="A waiver holds until then, at most. Needed where a ground is waived.")
    derogation = fields.Char(
        "Derogation", help="Of the law, by its id, where a mandatory ground is waived.")


class Review(Wizard):
    "For reviewers: a judgement, or the request for waivers, and the order is screened again."
    __name__ = 'purchase.probity.review'
    start = StateView('purchase.probity.review.start', 'probity.review_start_view_form', [
            Button("Cancel", 'end', 'tryton-cancel'),
            Button("Release", 'release', 'tryton-ok', default=True)])
    release = StateTransition()

    def default_start(self, fields):
        last = self.record.probity_screenings[:1]
        rows = json.loads(last[0].candidates or '[]') if last else []
        return {
            'explanation': last[0].explanation if last else None,
            'candidates': [
                {'record': record, 'supplier': supplier, 'score': score, 'somebody_else': False}
                for record, supplier, score in rows],
            }

    def transition_release(self):
        check_group('group_review')
        purchase, user = self.record, current_user()
        settings = configuration().settings(user)
        request = request_of(purchase)
        reviews = reviews_of(settings)
        reason = f'{self.start.reason} ({user.login})'[:1000]
        for candidate in self.start.candidates or []:
            if candidate.somebody_else:
                call(reviews.create_judgement, v1.CreateJudgementRequest(judgement=v1.Judgement(
                    subject=judged_subject(request.subject), source_record=candidate.record,
                    outcome=v1.JUDGEMENT_OUTCOME_IS_NOT, reason=reason)), settings)
        outcome = rescreen(purchase, request)
        if outcome.may_buy:
            return 'end'  # The judgement settled it; quotation and confirmation ask again.
        self._request_waivers(purchase, request, outcome, reviews, settings, reason)
        return 'end'

    def _request_waivers(self, purchase, request, outcome, reviews, settings, reason):
        unsettled = sorted({one.named for one in outcome.stops if one.ambiguous})
        if unsettled:
            raise ReleaseError(gettext('probity.msg_judge_first', rules='; '.join(unsettled)))
        waived = [one for one in outcome.stops
            if one.waivable and not one.waiver and one.subject == 'subject']
        names = sorted({one.waiver for one in outcome.stops if one.waiver})
        if waived and not (request.purchase.procedure and self.start.contract_end):
            raise ReleaseError(gettext(
                    'probity.msg_waiver_needs',
                    rules='; '.join(sorted({one.named for one in waived}))))
        for rule in sorted({one.rule for one in waived}):
            day = from_date(self.start.contract_end)
            names.append(call(reviews.create_waiver, v1.CreateWaiverRequest(
                policy=request.policy, request_id=str(uuid.uuid4()), waiver=v1.Waiver(
                    subject=judged_subject(request.subject), rule_id=rule, reason=reason,
                    derogation=self.start.derogation or '', procedure=request.purchase.procedure,
                    contract_end=day, last_day=day)), settings).waiver.name)
        Pool().get('purchase.probity.release').keep(
            purchase, kind='review', state='requested', reason=self.start.reason,
            input_digest=digest_of(request), waivers='\n'.join(names))


class ApproveStart(ModelView):
    __name__ = 'purchase.probity.approve.start'
    __string__ = "Approve a Release"
    request = fields.Text("Requested", readonly=True)
    reason = fields.Text("Reason", required=True)


class Approve(Wizard):
    "For a second reviewer: approves the waivers; the order is screened under them."
    __name__ = 'purchase.probity.approve'
    start = StateView('purchase.probity.approve.start', 'probity.approve_start_view_form', [
            Button("Cancel", 'end', 'tryton-cancel'),
            Button("Approve", 'approve', 'tryton-ok', default=True)])
    approve = StateTransition()

    def _waiting(self):
        return next((release for release in self.record.probity_releases
                if release.kind == 'review' and release.state == 'requested'), None)

    def default_start(self, fields):
        waiting = self._waiting()
        if waiting is None:
            return {}
        return {'request': f'{waiting.requested_by.rec_name}: {waiting.reason}'}

    def transition_approve(self):
        check_group('group_review')
        purchase, waiting, user = self.record, self._waiting(), current_user()
        if waiting is None:
            raise ReleaseError(gettext('probity.msg_nothing_waits'))
        if waiting.requested_by == user:
            raise ReleaseError(gettext('probity.msg_second_person'))
        request = request_of(purchase)
        if waiting.input_digest != digest_of(request):
            raise ReleaseError(gettext('probity.msg_changed', purchase=purchase.rec_name))
        self._approve_waivers(waiting, configuration().settings(user), user)
        outcome = rescreen(purchase, request)
        if outcome.verdict != 'review' and not outcome.may_buy:
            raise ReleaseError(gettext('probity.msg_still_stopped'), outcome.explanation)
        waiting.state, waiting.grounds = 'released', outcome.grounds
        waiting.approved_by, waiting.approved_at = user, datetime.datetime.now()
        waiting.approval_reason = self.start.reason
        with Transaction().set_context(_check_access=False):
            waiting.save()
        return 'end'

    def _approve_waivers(self, waiting, settings, user):
        reviews = reviews_of(settings)
        for name in (waiting.waivers or '').split():
            waiver = call(reviews.get_waiver, v1.GetWaiverRequest(name=name), settings).waiver
            if waiver.state == v1.WAIVER_STATE_IN_FORCE:
                continue
            reason = f'{self.start.reason} ({user.login})'[:1000]
            call(reviews.approve_waiver, v1.ApproveWaiverRequest(name=name, reason=reason),
                settings)


class BreakGlassStart(ModelView):
    __name__ = 'purchase.probity.break_glass.start'
    __string__ = "Break-glass Release"
    reason = fields.Text("Reason", required=True)


class BreakGlass(Wizard):
    "Lets this order, as it stands, go on while nobody answers; a verdict that is had counts."
    __name__ = 'purchase.probity.break_glass'
    start = StateView('purchase.probity.break_glass.start', 'probity.break_glass_view_form', [
            Button("Cancel", 'end', 'tryton-cancel'),
            Button("Release", 'release', 'tryton-ok', default=True)])
    release = StateTransition()

    def transition_release(self):
        check_group('group_break_glass')
        purchase = self.record
        Pool().get('purchase.probity.release').keep(
            purchase, kind='break_glass', state='released', reason=self.start.reason,
            input_digest=digest_of(request_of(purchase)))
        return 'end'


def rescreen(purchase, request):
    """As Tryton itself, and kept with the purchase."""
    outcome = screen(configuration().settings(), request, Transaction().language)
    passed = 'clear' if outcome.may_buy else None
    Pool().get('purchase.probity.screening').keep(
        purchase, 'review', digest_of(request), outcome, passed)
    if outcome.verdict == 'none':
        raise ReleaseError(gettext('probity.msg_refused', fault=outcome.fault))
    return outcome
