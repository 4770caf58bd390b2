"""Who may let a payment go on that is held for a review."""
from lino.core.roles import UserRole


class PaymentReleaser(UserRole):
    """Releases a held payment, with a reason. No user type has it until the site gives it."""
