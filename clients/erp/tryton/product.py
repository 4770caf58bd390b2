"""What a product is in the classifications that lists of goods at risk use, and what is required
of it."""
from trytond.model import fields
from trytond.pool import PoolMeta
from trytond.pyson import Bool, Eval

_DEPENDS = {'required': Bool(Eval('probity_commodity_code'))}


class Template(metaclass=PoolMeta):
    __name__ = 'product.template'
    probity_commodity_scheme = fields.Selection([
            (None, ""),
            ('HS', "Harmonized System"),
            ('CPV', "Common Procurement Vocabulary"),
            ], "Classification", states=_DEPENDS, sort=False)
    probity_commodity_code = fields.Char(
        "Goods Code", help="HS: 2, 4 or 6 digits. CPV: 2 to 8 digits, without the check digit.")
    probity_origin = fields.Many2One(
        'country.country', "Origin", help="Where the goods are made, or the service is done.")
    probity_requirements = fields.One2Many(
        'probity.requirement', 'template', "Required Evidence",
        help="Certificates and audits of who makes it; those of its categories come besides.")


class Category(metaclass=PoolMeta):
    __name__ = 'product.category'
    probity_requirements = fields.One2Many(
        'probity.requirement', 'category', "Required Evidence",
        help="Certificates and audits that are required of all products in it and below.")
