"""Under whose name a reviewer judges and waives: Probity takes that from the call."""
from trytond.model import fields
from trytond.pool import PoolMeta


class User(metaclass=PoolMeta):
    __name__ = 'res.user'
    probity_cert_file = fields.Char(
        "Probity Certificate",
        help="PEM file on the server with this person's certificate. "
        "Without it, nor a token, Tryton's own is used.")
    probity_key_file = fields.Char(
        "Probity Key", help="PEM file on the server with its key.")
    probity_token_file = fields.Char(
        "Probity Token", help="File on the server with this person's token.")
