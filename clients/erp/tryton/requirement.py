"""Certificates and audits that the authority requires of goods, by product or by category."""
import re

from probity_client import v1
from trytond.i18n import gettext
from trytond.model import ModelSQL, ModelView, fields
from trytond.pool import Pool
from trytond.pyson import Eval

from .exceptions import RequirementError

# As Probity's catalogue names them; whether it has one is said when an order is screened.
_SCHEME = re.compile(r'[A-Z0-9][A-Z0-9_.-]*\Z')
_MOST_SCHEMES = 20


class Requirement(ModelSQL, ModelView):
    __name__ = 'probity.requirement'
    __string__ = "Required Evidence"
    template = fields.Many2One('product.template', "Product", ondelete='CASCADE')
    category = fields.Many2One('product.category', "Category", ondelete='CASCADE')
    kind = fields.Selection([
            ('certificate', "Certificate"),
            ('audit', "Audit"),
            ], "Kind", required=True, sort=False)
    schemes = fields.Char(
        "Accepted Schemes", required=True,
        help="Ids of Probity's catalogue, separated by commas, such as SA8000, WRAP: any of them "
        "is enough.")
    max_age_days = fields.Integer(
        "Longest Age", domain=['OR', ('max_age_days', '=', None), ('max_age_days', '>', 0)],
        help="In days, since an audit ended or a certificate's status was checked. Empty: the "
        "scheme's usual cycle, or any.")
    unannounced = fields.Boolean(
        "Unannounced", states={'invisible': Eval('kind') != 'audit'},
        help="The audit must not have been announced.")

    @classmethod
    def default_kind(cls):
        return 'certificate'

    @classmethod
    def validate_fields(cls, requirements, field_names):
        super().validate_fields(requirements, field_names)
        for requirement in requirements:
            schemes = requirement.scheme_ids()
            wrong = [scheme for scheme in schemes if not _SCHEME.match(scheme)]
            if wrong or not 0 < len(schemes) <= _MOST_SCHEMES:
                raise RequirementError(
                    gettext('probity.msg_schemes', schemes=requirement.schemes))

    def scheme_ids(self):
        return [one.strip() for one in self.schemes.split(',') if one.strip()]

    def evidence(self, number, item):
        """The v1.RequiredEvidence of an item of a purchase, and so of its site."""
        audit = self.kind == 'audit'
        return v1.RequiredEvidence(
            requirement_id=str(number), item_id=item.item_id, audit=audit,
            accepted_schemes=[v1.AcceptedScheme(scheme_id=one) for one in self.scheme_ids()],
            max_age_days=self.max_age_days or 0, unannounced=audit and bool(self.unannounced))

    @classmethod
    def of(cls, templates):
        """Template id -> its requirements and those of its categories and what is above these."""
        rows = cls.search(['OR',
                ('template', 'in', [template.id for template in templates]),
                ('category', '!=', None)],
            order=[('id', 'ASC')])
        by_category = any(row.category for row in rows)  # Few authorities have one.
        found = {}
        for template in templates:
            above = _categories(template) if by_category else set()
            found[template.id] = [
                row for row in rows if row.template == template or row.category in above]
        return found


def _categories(template):
    found, left = set(), list(template.categories_all)
    while left:
        category = left.pop()
        if category not in found:
            found.add(category)
            if category.parent:
                left.append(category.parent)
    return found


def evidence_of(lines):
    """The requirements of a purchase. `lines`: (line, v1.PurchaseItem). The same goods from the
    same site are asked about once, by their first line."""
    templates = {line.product.template for line, _ in lines if line.product}
    if not templates:
        return []
    by_template = Pool().get('probity.requirement').of(sorted(templates, key=int))
    asked, found = set(), []
    for line, item in lines:
        template = line.product.template if line.product else None
        for requirement in by_template[template.id] if template else []:
            key = requirement.id, template.id, line.probity_site
            if key not in asked:
                asked.add(key)
                found.append(requirement.evidence(len(found) + 1, item))
    return found
