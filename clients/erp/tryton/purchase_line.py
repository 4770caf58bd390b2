"""Who makes what is bought, and where."""
from trytond.model import fields
from trytond.pool import PoolMeta
from trytond.pyson import Eval

from .request import SITE_TYPES

_STATES = {
    'readonly': Eval('purchase_state') != 'draft',
    'invisible': Eval('type') != 'line',
    }


class Line(metaclass=PoolMeta):
    __name__ = 'purchase.line'
    probity_manufacturer = fields.Many2One(
        'party.party', "Manufacturer", ondelete='RESTRICT', states=_STATES,
        help="Screened with the purchase. Empty: not known.")
    probity_site = fields.Many2One(
        'party.address', "Site", ondelete='RESTRICT', states=_STATES,
        domain=[('identifiers.type', 'in', SITE_TYPES)],
        help="Where it is made: an address with the number of a site, such as OS-ID. Required "
        "certificates and audits must cover it.")
