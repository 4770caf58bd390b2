"""The user types of Lino Così, and one who may release payments."""
from lino_cosi.lib.cosi.user_types import SiteUser, UserTypes
from lino_probity.lib.probity.roles import PaymentReleaser


class TreasuryUser(SiteUser, PaymentReleaser):
    """Books, and releases payments that are held for a review."""


UserTypes.add_item("200", "Treasury", TreasuryUser, "treasury")
