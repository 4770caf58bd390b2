"""Who takes part in a purchase besides the supplier."""
from trytond.i18n import gettext
from trytond.model import ModelSQL, ModelView, fields
from trytond.model.exceptions import AccessError
from trytond.pyson import Eval

ROLES = [
    ('subcontractor', "Sub-contractor"),
    ('member', "Member of the Consortium"),
    ('relied_on', "Whose Capacities Are Relied on"),
    ('labour_agent', "Labour Agent"),
    ('connected', "Connected Person"),
    ]


class OtherParty(ModelSQL, ModelView):
    __name__ = 'purchase.probity.party'
    __string__ = "Other Party"
    purchase = fields.Many2One(
        'purchase.purchase', "Purchase", required=True, ondelete='CASCADE',
        states={'readonly': Eval('id', -1) > 0})
    party = fields.Many2One('party.party', "Party", required=True, ondelete='RESTRICT')
    role = fields.Selection(ROLES, "Role", required=True, sort=False)

    @classmethod
    def __setup__(cls):
        super().__setup__()
        cls.__access__.add('purchase')

    @classmethod
    def default_role(cls):
        return 'subcontractor'

    def get_rec_name(self, name):
        return self.party.rec_name

    @classmethod
    def check_modification(cls, mode, parties, values=None, external=False):
        super().check_modification(mode, parties, values=values, external=external)
        for party in parties:
            if party.purchase.state != 'draft':
                raise AccessError(
                    gettext('probity.msg_parties_kept', purchase=party.purchase.rec_name))
