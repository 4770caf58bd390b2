"""Where Probity is, as whom Tryton asks, and what happens when nobody answers."""
from dataclasses import dataclass

from probity_client import ConfigurationError as ClientConfigurationError
from probity_client import ProbityError, v1
from trytond.cache import Cache
from trytond.i18n import gettext
from trytond.model import ModelSingleton, ModelSQL, ModelView, fields, sequence_ordered
from trytond.pool import Pool
from trytond.pyson import Bool, Eval
from trytond.transaction import Transaction

from .exceptions import ConfigurationError
from .service import Settings, client_of


@dataclass(frozen=True)
class Configured:
    """The settings as plain values: each purchase needs them, and they are read once for each
    process until somebody changes them."""
    server: str
    ca_file: str
    cert_file: str
    key_file: str
    token_file: str
    timeout: float
    policy: str
    country: str  # of the authority; empty: that of the company
    buyer_bound_by: tuple
    schemes: tuple  # (type, scheme)
    no_other_parties: bool
    failure: str

    def settings(self, user=None):
        """As Tryton, or as `user` where it has a certificate or token of its own."""
        if not self.server:
            raise ConfigurationError(gettext('probity.msg_not_configured'))
        who = (self.cert_file, self.key_file, self.token_file)
        if user is not None and (user.probity_cert_file or user.probity_token_file):
            who = (user.probity_cert_file, user.probity_key_file, user.probity_token_file)
        cert, key, token = (name or '' for name in who)
        return Settings(self.server, self.ca_file, cert, key, token, self.timeout)

    def country_of(self, company):
        """Country of the authority, of which `company` is a part, ISO 3166-1 alpha-2."""
        if self.country:
            return self.country
        address = company.party.address_get() if company else None
        if address and address.country:
            return address.country.code
        raise ConfigurationError(gettext('probity.msg_no_country'))


class Configuration(ModelSingleton, ModelSQL, ModelView):
    __name__ = 'probity.configuration'
    __string__ = "Probity Configuration"
    server = fields.Char(
        "Server", help="HOST:PORT. While it is empty, nothing can be quoted or confirmed.")
    ca_file = fields.Char(
        "Authority", help="PEM file on the server that runs Tryton: the authority that Probity's "
        "certificate leads to. Needed unless Probity runs on the same machine.")
    cert_file = fields.Char("Certificate", help="PEM file with Tryton's own certificate.")
    key_file = fields.Char(
        "Key", states={'required': Bool(Eval('cert_file'))},
        help="PEM file with its key.")
    token_file = fields.Char("Token", help="File with a token, instead of a certificate.")
    policy = fields.Char(
        "Policy", help="Such as policies/ministry. Empty: the active one of the authority.")
    authority_country = fields.Many2One(
        'country.country', "Country of the Authority",
        help="Whose law is applied. Empty: the country of the company's address.")
    buyer_bound_by = fields.Char(
        "Other Regimes", help="That bind the buyer too, separated by commas, such as OFAC.")
    no_other_parties = fields.Boolean(
        "No Other Parties", help="Default of new purchases: there are no sub-contractors.")
    failure = fields.Selection([
            ('closed', "Stop the purchase"),
            ('open', "Let it go on with a warning"),
            ], "When Nobody Answers", required=True, sort=False,
        help="A warning is for persons: what runs unattended is stopped in any case.")
    timeout = fields.Float(
        "Timeout", required=True, domain=[('timeout', '>', 0), ('timeout', '<=', 60)],
        help="Seconds until an answer counts as missing.")
    schemes = fields.One2Many('probity.identifier.scheme', 'configuration', "Schemes")
    test_result = fields.Char("Result of the Test", readonly=True)
    _configured = Cache('probity.configuration.configured', context=False)

    @classmethod
    def __setup__(cls):
        super().__setup__()
        cls._buttons.update({'test': {}})

    @classmethod
    def default_failure(cls):
        return 'closed'

    @classmethod
    def default_timeout(cls):
        return 5.0

    @classmethod
    def default_no_other_parties(cls):
        return False

    @classmethod
    def validate_fields(cls, records, field_names):
        super().validate_fields(records, field_names)
        for record in records:
            if record.server:
                record.check_settings()

    def check_settings(self):
        """Files and address, before anything is sent."""
        try:
            client_of(self.configured().settings())
        except ClientConfigurationError as error:
            raise ConfigurationError(gettext('probity.msg_configuration', fault=str(error)))

    @classmethod
    def on_modification(cls, mode, records, field_names=None):
        super().on_modification(mode, records, field_names=field_names)
        cls._configured.clear()

    def configured(self):
        names = (name.strip() for name in (self.buyer_bound_by or '').split(','))
        return Configured(
            self.server or '', self.ca_file or '', self.cert_file or '', self.key_file or '',
            self.token_file or '', self.timeout, self.policy or '',
            self.authority_country.code if self.authority_country else '',
            tuple(name for name in names if name),
            tuple((row.type, row.scheme) for row in self.schemes),
            bool(self.no_other_parties), self.failure)

    @classmethod
    @ModelView.button
    def test(cls, records):
        for record in records:
            settings = record.configured().settings()
            try:
                info = client_of(settings).server.get_server_info(
                    v1.GetServerInfoRequest(), timeout=settings.timeout)
            except ClientConfigurationError as error:
                raise ConfigurationError(gettext('probity.msg_configuration', fault=str(error)))
            except ProbityError as error:
                raise ConfigurationError(
                    gettext('probity.msg_configuration', fault=error.user_message))
            record.test_result = gettext(
                'probity.msg_connected', server=record.server, revision=info.revision.revision)
        cls.save(records)


class Scheme(sequence_ordered(), ModelSQL, ModelView):
    __name__ = 'probity.identifier.scheme'
    __string__ = "Probity Identifier Scheme"
    configuration = fields.Many2One(
        'probity.configuration', "Configuration", required=True, ondelete='CASCADE')
    type = fields.Selection('get_types', "Type of Identifier", required=True)
    scheme = fields.Char(
        "Scheme", required=True, help="Code of org-id.guide, such as GB-COH, or one of Probity's.")

    @classmethod
    def on_modification(cls, mode, records, field_names=None):
        super().on_modification(mode, records, field_names=field_names)
        Pool().get('probity.configuration').on_modification('write', [])

    @classmethod
    def default_configuration(cls):
        return 1

    @classmethod
    def get_types(cls):
        return Pool().get('party.identifier').get_types()


def configuration():
    """The settings, a Configured; read without the user's rights, who need not see where
    certificates are."""
    Configuration = Pool().get('probity.configuration')
    configured = Configuration._configured.get(None)
    if configured is None:
        with Transaction().set_context(_check_access=False):
            configured = Configuration(1).configured()
        Configuration._configured.set(None, configured)
    return configured
