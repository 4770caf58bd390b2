"""Lino plugin: a purchase invoice or a payment order is registered only when Probity says that
it may be paid.

Its settings are those of a site, for example in settings.py:

    def get_plugin_configs(self):
        yield super().get_plugin_configs()
        yield "probity", "server", "probity.example.org:7443"
        yield "probity", "ca", "/etc/lino/probity/ca.pem"

README.md says what each means.
"""
from __future__ import annotations

import threading

from django.core.exceptions import ImproperlyConfigured
from lino.api import ad
from probity_client import Client, ConfigurationError

_FAIL_MODES = ("closed", "open")


class Plugin(ad.Plugin):
    verbose_name = "Probity"
    needs_plugins = ["lino_xl.lib.accounting", "lino_xl.lib.contacts"]

    # Who is asked: "HOST:PORT".
    server = ""
    # Files of PEM, or a file that holds a token, as in probity_client.Client.
    ca = cert = key = token_file = None
    # Whose law is applied: ISO 3166-1 alpha-2. Empty: countries.country_code.
    authority_country = ""
    # "policies/{policy}"; empty: the one that the server has for this caller.
    policy = ""
    # Regimes that bind the buyer besides the law of its country: ("OFAC",).
    buyer_bound_by: tuple[str, ...] = ()
    # What is done while the server is away: "closed" stops, "open" pays and says so.
    fail_mode = "closed"
    # Seconds for one question, retries included.
    timeout = 15.0
    # (field of the partner, scheme): the first one that is filled in is asked by. A scheme is
    # a text, in which {country} stands for the country of a VAT number; or a dict of country
    # of the partner → scheme.
    identifiers = (("vat_id", "EU-VAT-{country}"),)
    # Name of this site among those whose vendor numbers Probity keeps, such as "LINO". Partners
    # are registered by their numbers in Lino, and asked by these. Empty: by identifier alone.
    vendor_system = ""
    # Whether the decision in full, which may name persons, is kept with the document.
    keep_document = True
    # Field of the invoice with the number of the procedure, which waivers name. Empty: none.
    procedure_field = ""
    # Trade types whose invoices are asked about, by their names.
    trade_types = ("purchases",)
    # Whether payment orders are asked about, for each partner in them.
    payment_orders = True

    _client: Client | None = None
    _lock = threading.Lock()

    def post_site_startup(self, site):
        if self.fail_mode not in _FAIL_MODES:
            raise ImproperlyConfigured(
                f'probity.fail_mode is {self.fail_mode!r}: say "closed" or "open"')
        if not self.authority_country and site.is_installed("countries"):
            self.authority_country = site.plugins.countries.country_code or ""
        super().post_site_startup(site)

    def client(self) -> Client:
        """One for the life of the process; raises ConfigurationError."""
        with self._lock:
            if self._client is None:
                self._client = self._connect()
            return self._client

    def _connect(self) -> Client:
        if not self.server:
            raise ConfigurationError("probity.server is not set: the server's HOST:PORT")
        if not self.authority_country:
            raise ConfigurationError("probity.authority_country is not set: whose law is "
                                     "applied, such as BE")
        return Client(self.server, ca=self.ca, cert=self.cert, key=self.key,
                      token_file=self.token_file)

    def reconnect(self):
        """Connects anew with the next question; for settings that were changed."""
        with self._lock:
            last, self._client = self._client, None
        if last is not None:
            last.close()

    def setup_explorer_menu(self, site, user_type, m, ar=None):
        m.add_menu(self.app_label, self.verbose_name).add_action("probity.Screenings")
