"""Tables of screenings, and where they are shown."""
from lino.api import _, dd, rt
from lino.core import constants
from lino_xl.lib.accounting.roles import LedgerUser


class ScreeningDetail(dd.DetailLayout):
    main = """
    voucher partner user asked_at
    subject outcome verdict
    decision decision_uri
    reasons
    next_steps failure
    released_by released_at release_reason
    document
    """


class Screenings(dd.Table):
    model = "probity.Screening"
    required_roles = dd.login_required(LedgerUser)
    allow_create = False
    allow_delete = False
    order_by = ["-id"]
    column_names = "asked_at voucher partner outcome verdict decision *"
    detail_layout = ScreeningDetail()


class ScreeningsByVoucher(Screenings):
    label = _("Probity")
    master_key = "voucher"
    order_by = ["-id"]
    default_display_modes = {None: constants.DISPLAY_MODE_GRID}
    column_names = ("asked_at partner outcome verdict reasons next_steps decision decision_uri "
                    "released_by release_reason failure *")


@dd.receiver(dd.pre_analyze)
def show_on_documents(sender, **kwargs):
    """A tab of every detail of invoices and payment orders that the site has."""
    for plugin, table in (("vat", "Invoices"), ("vatless", "Invoices"),
                          ("finan", "PaymentOrders")):
        if dd.is_installed(plugin):
            layout = rt.models.resolve(f"{plugin}.{table}").detail_layout
            layout.add_tabpanel("probity", "probity.ScreeningsByVoucher", "Probity")
