"""A purchase, and a supplier, as Probity is asked about them."""
import contextlib
import hashlib
from decimal import Decimal
from weakref import WeakValueDictionary

from probity_client import v1
from trytond.transaction import Transaction

from .requirement import evidence_of

SUBJECT_VERDICTS = [
    (None, ""),
    ('clear', "Clear"),
    ('review', "Review"),
    ('block', "Block"),
    ('unknown', "Unknown"),
    ('none', "No answer"),
    ]

# Types of identifiers that Tryton has, and what they are in Probity; the first that a party has
# names it, those that a register keeps before those of a tax office. The configuration's own
# rows come before these. (Where Tryton calls a country's tax number {cc}_vat, so does this.)
SCHEMES = [
    ('lei', 'XI-LEI'),
    ('probity', ''),  # says its scheme itself
    ('de_handelsregisternummer', 'DE-CR'),
    ('at_businessid', 'AT-FB'),
    ('be_vat', 'BE-BCE_KBO'),
    ('dk_vat', 'DK-CVR'),
    ('no_orgnr', 'NO-BRC'),
    ('fi_ytunnus', 'FI-PRO'),
    ('ee_registrikood', 'EE-RIK'),
    ('si_maticna', 'SI-PRS'),
    ('jp_vat', 'JP-JCN'),
    ('br_vat', 'BR-CNPJ'),
    ('ar_vat', 'AR-CUIT'),
    ('cl_vat', 'CL-RUT'),
    ('pe_vat', 'PE-RUC'),
    ('cn_vat', 'CN-SAIC'),
    ('us_ein', 'US-EIN'),
    ('fr_siren', 'FR-INSEE'),
    ('ru_vat', 'RU-INN'),
    ('in_pan', 'IN-PAN'),
    ('au_vat', 'AU-ABN'),
    ('au_acn', 'AU-ACN'),
    ('pl_regon', 'PL-REGON'),
    ('at_vat', 'AT-UID'),
    ('eu_vat', 'EU-VAT-'),  # and the country, which the code begins with
    ]


# Types of identifiers of addresses, of which each says its scheme itself.
SITE_TYPES = ['probity_site']


def identifier_of(party, rows=()):
    """The v1.Identifier that names the party best; None where it has none that is mapped.

    rows: (type, scheme) of the configuration, which come first."""
    by_type = {}
    for identifier in party.identifiers:
        if identifier.type and identifier.code_compact:
            by_type.setdefault(identifier.type, identifier.code_compact)
    for kind, scheme in [*rows, *SCHEMES]:
        code = by_type.get(kind)
        if code is None:
            continue
        if kind == 'probity' and not scheme:
            scheme, _, code = code.partition(':')
        elif scheme.endswith('-VAT-'):
            scheme, code = scheme + code[:2].upper(), code[2:]
        return v1.Identifier(scheme=scheme, value=code)
    return None


def subject_of(party, rows=()):
    """Name and address go along: both are compared, and a name alone is never clear."""
    subject = v1.ScreenedSubject(name=party.name or '')
    identifier = identifier_of(party, rows)
    if identifier is not None:
        subject.ref.identifier.CopyFrom(identifier)
    address = party.address_get()
    if address:
        if address.country:
            subject.country = address.country.code
        subject.address = ' '.join((address.full_address or '').split())[:300]
    return subject


def site_of(address):
    """The v1.SubjectRef of a site; None where its address has no number of one."""
    for identifier in address.identifiers:
        if identifier.type in SITE_TYPES:
            scheme, _, value = identifier.code_compact.partition(':')
            return v1.SubjectRef(identifier=v1.Identifier(scheme=scheme, value=value))
    return None


def _item(line, number, currency, rows):
    item = v1.PurchaseItem(item_id=str(number))
    product = line.product.template if line.product else None
    if product is not None and product.probity_commodity_code:
        scheme = v1.CommodityScheme.Value(f'COMMODITY_SCHEME_{product.probity_commodity_scheme}')
        item.commodity.CopyFrom(v1.CommodityCode(
            scheme=scheme, code=product.probity_commodity_code))
    if product is not None and product.probity_origin:
        item.origin = product.probity_origin.code
    if line.probity_manufacturer:
        item.manufacturer.CopyFrom(subject_of(line.probity_manufacturer, rows))
    site = site_of(line.probity_site) if line.probity_site else None
    if site is not None:
        item.site.CopyFrom(site)
    item.value.currency = currency.code
    item.value.minor_units = int((line.amount or Decimal(0)).scaleb(currency.digits))
    return item


def _party(party, role, rows):
    return v1.PurchaseParty(
        subject=subject_of(party, rows), role=v1.PartyRole.Value(f'PARTY_ROLE_{role.upper()}'))


def purchase_request(purchase, settings):
    """The ScreenSupplierRequest of a purchase.

    settings: a configuration.Configured."""
    rows = settings.schemes
    lines = [line for line in purchase.lines if line.type == 'line']
    items = [_item(line, number, purchase.currency, rows)
        for number, line in enumerate(lines, 1)]
    parties = [_party(row.party, row.role, rows) for row in purchase.probity_parties]
    paid = purchase.invoice_party
    if paid and paid not in {purchase.party, *(row.party for row in purchase.probity_parties)}:
        parties.append(_party(paid, 'connected', rows))
    return v1.ScreenSupplierRequest(
        subject=subject_of(purchase.party, rows), policy=settings.policy,
        purchase=v1.PurchaseContext(
            authority_country=settings.country_of(purchase.company), purpose=v1.PURPOSE_ORDER,
            procedure=purchase.probity_procedure or '', items=items, parties=parties,
            no_other_parties=bool(purchase.probity_no_other_parties) and not parties,
            requirements=evidence_of(list(zip(lines, items, strict=True))),
            buyer_bound_by=settings.buyer_bound_by))


@contextlib.contextmanager
def _as_it_stands():
    """Records that are made within come from the database, whatever caches hold (code that
    changes rows by SQL leaves those as they were), and are the same for everybody."""
    transaction = Transaction()
    caches, transaction.cache = transaction.cache, WeakValueDictionary()
    try:
        with transaction.reset_context(), transaction.set_context(language='en'):
            yield
    finally:
        transaction.cache = caches


def request_of(purchase):
    """What is asked of a purchase as it stands in the database, whoever asks."""
    with _as_it_stands():
        return purchase.__class__(purchase.id).probity_request()


def digest_of(request):
    """SHA-256 in hex over what is asked: two orders have the same one if and only if Probity
    would be asked the same of them."""
    return hashlib.sha256(request.SerializeToString(deterministic=True)).hexdigest()


def judged_subject(subject):
    """Whom a judgement or waiver is about: the identifier, or the question by name."""
    judged = v1.JudgedSubject()
    if subject.ref.WhichOneof('ref') == 'identifier':
        judged.identifier.CopyFrom(subject.ref.identifier)
    else:
        judged.query.CopyFrom(v1.JudgedQuery(name=subject.name, country=subject.country))
    return judged
