"""A Lino Così site for the tests, on SQLite."""
import pathlib

from lino_cosi.lib.cosi.settings import *


class Site(Site):
    languages = "en de fr"
    site_locale = None
    demo_fixtures = "std minimal_ledger"
    user_types_module = "user_types"
    default_ui = "lino_react.react"

    def get_installed_plugins(self):
        yield super().get_installed_plugins()
        yield "lino_probity.lib.probity"

    def get_plugin_configs(self):
        yield super().get_plugin_configs()
        yield "vat", "declaration_plugin", "lino_xl.lib.bevat"
        yield "probity", "authority_country", "DE"
        yield "probity", "identifiers", (
            ("partner_ref", {"GB": "GB-COH"}),
            ("partner_ref", "XI-LEI"),
            ("vat_id", "EU-VAT-{country}"),
        )


SITE = Site(globals())
SECRET_KEY = "of a site of tests"
ALLOWED_HOSTS = ["*"]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3",
                         "NAME": str(pathlib.Path(__file__).with_name("lino.sqlite3"))}}
