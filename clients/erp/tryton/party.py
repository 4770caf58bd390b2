"""Identifiers of parties as Probity knows them, and what the last rescreen said of a party."""
import re

from stdnum import lei
from trytond.i18n import gettext
from trytond.model import fields
from trytond.modules.party.exceptions import InvalidIdentifierCode
from trytond.pool import PoolMeta

from .request import SITE_TYPES, SUBJECT_VERDICTS

# A number of any register, with its scheme: GB-COH:04830352.
_WITH_SCHEME = re.compile(r'[A-Z][A-Z0-9_-]{1,31}:\S(.*\S)?\Z')


class Party(metaclass=PoolMeta):
    __name__ = 'party.party'
    probity_verdict = fields.Selection(
        SUBJECT_VERDICTS, "Probity", readonly=True, sort=False,
        help="Verdict of the last rescreen, without a purchase.")
    probity_decision = fields.Char("Decision", readonly=True)
    probity_screened_at = fields.DateTime("Screened", readonly=True)

    @classmethod
    def copy(cls, parties, default=None):
        default = {} if default is None else default.copy()
        for name in ['probity_verdict', 'probity_decision', 'probity_screened_at']:
            default.setdefault(name)
        return super().copy(parties, default=default)


class Identifier(metaclass=PoolMeta):
    __name__ = 'party.identifier'

    @classmethod
    def get_types(cls):
        return super().get_types() + [
            ('lei', gettext('probity.msg_type_lei')),
            ('probity', gettext('probity.msg_type_register')),
            ('probity_site', gettext('probity.msg_type_site'))]

    @classmethod
    def _type_addresses(cls):
        return super()._type_addresses() | set(SITE_TYPES)

    @fields.depends('type', 'code', 'party')
    def check_code(self):
        super().check_code()
        code, with_scheme = self.code or '', {'probity', *SITE_TYPES}
        wrong = (self.type == 'lei' and not lei.is_valid(code)
                 or self.type in with_scheme and not _WITH_SCHEME.match(code))
        if wrong:
            raise InvalidIdentifierCode(
                gettext('probity.msg_identifier', code=self.code, type=self.type))


class Address(metaclass=PoolMeta):
    __name__ = 'party.address'

    @classmethod
    def _type_identifiers(cls):
        return super()._type_identifiers() | set(SITE_TYPES)
