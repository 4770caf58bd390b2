"""What stops a purchase, by kind, so that other modules can tell them apart."""
from trytond.exceptions import UserError, UserWarning


class ScreeningError(UserError):
    """The purchase may not go on: a verdict, or none."""


class ReleaseError(UserError):
    """A release is refused."""


class ConfigurationError(UserError):
    """The settings cannot be used."""


class RequirementError(UserError):
    """A required certificate or audit cannot be asked about."""


class UnscreenedWarning(UserWarning):
    """Nobody answered, and the settings let a person go on."""
