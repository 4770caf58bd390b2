"""What was asked and answered for each invoice and payment order, and the hook that asks."""
import functools

from django.db import models
from django.db.models.signals import pre_save
from django.utils import timezone
from lino.api import _, dd, rt
from lino_xl.lib.accounting.mixins import PaymentRelated

from . import gate, payments
from .roles import PaymentReleaser


class Outcomes(dd.ChoiceList):
    """What came of a screening for the payment."""

    verbose_name = _("Screening outcome")
    verbose_name_plural = _("Screening outcomes")


add = Outcomes.add_item
add("10", _("Clear"), "clear")
add("20", _("Paid, with grounds told"), "told")
add("30", _("Released"), "released")
add("40", _("Paid without screening"), "unscreened")
add("50", _("Held for review"), "held")
add("60", _("Stopped"), "stopped")
add("70", _("Not screened"), "failed")


class ReleasePayment(dd.Action):
    """Lets a payment go on that is held for a review. The document is registered afterwards, and
    Probity is asked again: the release holds for the same supplier, amount and grounds."""

    label = _("Release payment")
    button_text = "✓"
    http_method = "POST"
    select_rows = True
    required_roles = dd.login_required(PaymentReleaser)
    parameters = dict(reason=models.CharField(_("Reason"), max_length=1000))
    params_layout = "reason"

    def get_action_permission(self, ar, obj, state):
        return super().get_action_permission(ar, obj, state) and obj.is_releasable()

    def run_from_ui(self, ar, **kw):
        screening = ar.selected_rows[0]
        screening.release(ar.get_user(), ar.action_param_values.reason)
        ar.success(_("Released. Register the document now."), refresh=True)


class Screening(dd.Model):
    """A question to Probity about whom an invoice or a payment order pays, and its answer. Never
    edited; a release adds who, when and why."""

    class Meta:
        app_label = "probity"
        verbose_name = _("Payment screening")
        verbose_name_plural = _("Payment screenings")

    allow_cascaded_delete = "voucher"

    voucher = dd.ForeignKey("accounting.Voucher", verbose_name=_("Document"), editable=False,
                            related_name="probity_screenings")
    partner = dd.ForeignKey("contacts.Partner", editable=False,
                            related_name="probity_screenings")
    user = dd.ForeignKey("users.User", verbose_name=_("Asked by"), editable=False, blank=True,
                         null=True, related_name="probity_screenings")
    asked_at = models.DateTimeField(_("Asked at"), editable=False)
    subject = models.CharField(_("Supplier as asked"), max_length=1000, editable=False)
    outcome = Outcomes.field(editable=False)
    verdict = models.CharField(_("Verdict"), max_length=40, editable=False, blank=True)
    decision = models.CharField(_("Decision"), max_length=250, editable=False, blank=True)
    decision_uri = models.URLField(_("Read it at"), max_length=1000, editable=False, blank=True)
    reasons = models.TextField(_("Reasons"), editable=False, blank=True)
    next_steps = models.TextField(_("Next steps"), editable=False, blank=True)
    failure = models.TextField(_("Why not screened"), editable=False, blank=True)
    document = models.TextField(_("Decision in full"), editable=False, blank=True)
    # Of what a release holds for: verdicts.fingerprint.
    fingerprint = models.CharField(max_length=64, editable=False, blank=True)
    released_by = dd.ForeignKey("users.User", verbose_name=_("Released by"), editable=False,
                                blank=True, null=True, related_name="probity_releases")
    released_at = models.DateTimeField(_("Released at"), editable=False, blank=True, null=True)
    release_reason = models.TextField(_("Reason of the release"), editable=False, blank=True)

    release_payment = ReleasePayment()

    def __str__(self):
        return f"{self.subject}: {self.outcome}"

    def is_releasable(self):
        """A review that nobody has released, the newest of its payment."""
        return (self.outcome == Outcomes.held and self.released_by is None
                and not self._of_payment().filter(pk__gt=self.pk).exists())

    def release(self, user, reason):
        reason = (reason or "").strip()
        if not reason:
            raise Warning(_("Say why the payment is released."))
        if not self.is_releasable():
            raise Warning(_("Only the newest screening of a payment that is held for review "
                            "can be released."))
        self.released_by, self.released_at, self.release_reason = user, timezone.now(), reason
        self.save()

    def take_release(self):
        """Goes on by the newest release for the same supplier, amount and grounds, if any."""
        released = self._of_payment().filter(
            released_by__isnull=False, fingerprint=self.fingerprint).order_by("pk").last()
        if released is not None:
            self.outcome = Outcomes.released
            self.released_by, self.released_at = released.released_by, released.released_at
            self.release_reason = released.release_reason

    def was_stopped_before(self):
        """Whether Probity's last answer about the partner stopped a payment."""
        last = Screening.objects.filter(partner_id=self.partner_id).exclude(
            decision="").order_by("pk").last()
        return last is not None and last.outcome in (Outcomes.held, Outcomes.stopped)

    def _of_payment(self):
        return Screening.objects.filter(voucher_id=self.voucher_id, partner_id=self.partner_id)


def _guarded(own):
    """A model's before_state_change, with the question behind it."""

    @functools.wraps(own)
    def before_state_change(self, ar, old, new):
        self._probity_passed = False
        own(self, ar, old, new)
        if gate.pays(old, new) and payments.concerns(self):
            gate.check(self, ar)
            self._probity_passed = True

    before_state_change.asks_probity = True
    return before_state_change


def _refuse_unasked(sender, instance, raw=False, **kwargs):
    """Stops what would confirm a draft past its change of state: a form, a script."""
    if raw or instance.pk is None or getattr(instance, "_probity_passed", False):
        return
    before = sender.objects.filter(pk=instance.pk).first()
    if (before is not None and gate.pays(before.state, instance.state)
            and payments.concerns(instance)):
        raise Warning(_("{} is registered by its action, so that Probity is asked.").format(
            instance))


def _only_registered(own):
    """The action that writes a payment order for the bank, of a registered one alone."""

    @functools.wraps(own)
    def before_build(self, ar, bm, elem):
        if elem.state.is_editable and payments.concerns(elem):
            raise Warning(_("{} is registered before it is written for the bank, so that Probity "
                            "is asked.").format(elem))
        return own(self, ar, bm, elem)

    return before_build


@dd.receiver(dd.pre_analyze)
def guard_payments(sender, **kwargs):
    """Every model of invoices of a partner, whichever plugins have brought them, and payment
    orders."""
    models = list(rt.models_by_base(PaymentRelated))
    if dd.is_installed("finan"):
        models.append(rt.models.finan.PaymentOrder)
        write = type(rt.models.finan.PaymentOrder.write_xml)
        write.before_build = _only_registered(write.before_build)
    for model in models:
        # One that inherits from a guarded one has its guard.
        if not hasattr(model.before_state_change, "asks_probity"):
            model.before_state_change = _guarded(model.before_state_change)
            pre_save.connect(_refuse_unasked, sender=model)


from .ui import *  # noqa: E402,F403 - Lino finds tables in models.
