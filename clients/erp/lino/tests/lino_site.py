"""A Lino Così site for all tests, made once and asked over HTTP as a browser asks, and a sandbox
of Probity."""
import contextlib
import functools
import json
import logging
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[4]
BUILD = pathlib.Path(os.environ.get("PROBITY_BUILD", ROOT / "build/release"))

# The site writes beside its settings, so it is a copy.
_kept = tempfile.TemporaryDirectory(prefix="lino-probity-")
SITE = shutil.copytree(pathlib.Path(__file__).parent / "site", pathlib.Path(_kept.name) / "site")
sys.path.insert(0, str(SITE))
os.environ["DJANGO_SETTINGS_MODULE"] = "settings"

import django  # noqa: E402

django.setup()
for name in ("lino", "django.request"):  # What tests provoke.
    logging.getLogger(name).setLevel(logging.CRITICAL)

from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402
from lino.api import dd, rt  # noqa: E402

PAGE = "https://probity.example.org/d"

# Suppliers of the sandbox: name, LEI, country.
CLEAR = ("Invented Quillonby Textiles Lda", "9999SANDBOXCLEAR0069", "PT")
CONVICTED = ("Invented Mollbrunn Reinigung GmbH", "9999SANDBOXCONVICT95", "DE")
BREACH = ("Invented Kaukopelto Marjat Oy", "9999SANDBOXREVIEW097", "FI")
DEBARRED = ("Invented Drangsted Harvesters ApS", "9999SANDBOXBLOCK0094", "DK")
FROZEN = ("Invented Tarkhun Freight Agency", "9999SANDBOXFREEZE035", "DE")
FROZEN_ABROAD = ("Invented Palmerrin Shipping SA", "9999SANDBOXOFACSDN78", "PA")
GREEK = ("Επινοημένη Ελαιουργία Λακωνίας Α.Ε.", "9999SANDBOXUNICODE73", "GR")


class Sandbox:
    """`probityd --sandbox` on a free port."""

    def __init__(self, port=0):
        directory = pathlib.Path(tempfile.mkdtemp(dir=_kept.name))
        config = directory / "p.textproto"
        config.write_text(f'decision_page_uri: "{PAGE}"\n')
        self._log = open(directory / "log", "w")
        self._process = subprocess.Popen(
            [BUILD / "services/probityd", "--sandbox", "--config", config, "--listen",
             f"127.0.0.1:{port}"], stdout=subprocess.PIPE, stderr=self._log, text=True,
            env={**os.environ, "TMPDIR": str(directory)})
        for line in self._process.stdout:
            if line.startswith("probityd listens on "):
                self.address = line.split()[-1]
                return
        self.stop()
        raise RuntimeError((directory / "log").read_text())

    def stop(self):
        self._process.kill()
        self._process.wait()
        self._process.stdout.close()
        self._log.close()


@functools.cache
def prepare():
    """The site's database, with a journal of purchases and two users."""
    with open(pathlib.Path(_kept.name) / "prep.log", "w") as log:
        with contextlib.redirect_stdout(log), contextlib.redirect_stderr(log):
            call_command("prep", interactive=False, verbosity=0)
    user_types = rt.models.users.UserTypes
    for name, user_type in (("clerk", user_types.user), ("treasurer", user_types.treasury),
                            ("root", user_types.admin)):
        rt.models.users.User(username=name, user_type=user_type, language="en").save()


class SiteTest(unittest.TestCase):
    """What tests of the site do."""

    @classmethod
    def setUpClass(cls):
        prepare()
        cls.journal = rt.models.accounting.Journal.objects.get(ref="PRC")

    def configure(self, **settings):
        """Settings of the plugin for one test."""
        plugin = dd.plugins.probity
        for name, value in settings.items():
            before = getattr(plugin, name)
            self.addCleanup(setattr, plugin, name, before)
            setattr(plugin, name, value)
        plugin.reconnect()
        self.addCleanup(plugin.reconnect)

    def invoice(self, name, lei="", country="DE", amount="100.00", **fields):
        return self.invoice_of(self.partner(name, lei, country, **fields), amount)

    @staticmethod
    def partner(name, lei="", country="DE", **fields):
        partner = rt.models.contacts.Company(
            name=name, partner_ref=lei, language="en",
            country=rt.models.countries.Country.objects.get_or_create(
                isocode=country, defaults={"name": country})[0], **fields)
        partner.full_clean()
        partner.save()
        return partner

    def invoice_of(self, partner, amount="100.00"):
        session = rt.login("clerk")
        invoice = self.journal.create_voucher(
            partner=rt.models.contacts.Partner.objects.get(pk=partner.pk),
            user=session.get_user(), total_incl=amount)
        invoice.full_clean()
        invoice.save()
        invoice.after_ui_save(session, None)
        return invoice

    @staticmethod
    def order(*rows):
        """A payment order. `rows`: partner and amount of each; no partner: to an account."""
        session = rt.login("clerk")
        order = rt.models.accounting.Journal.objects.get(ref="PMO").create_voucher(
            user=session.get_user())
        order.full_clean()
        order.save()
        accounts = rt.models.accounting.CommonAccounts
        for partner, amount in rows:
            account = accounts.suppliers if partner is not None else accounts.cash
            item = order.add_voucher_item(
                account=account.get_object(), amount=amount, partner=partner and
                rt.models.contacts.Partner.objects.get(pk=partner.pk))
            item.full_clean()
            item.save()
        return order

    def browser(self, user="clerk"):
        client = Client(raise_request_exception=False)
        client.force_login(rt.models.users.User.objects.get(username=user))
        return client

    def act(self, table, row, action, user="clerk", language="en", **parameters):
        """Runs an action on a row as the user interface does; the response's object, or None
        where it is not permitted."""
        response = self.browser(user).post(
            f"/api/{table.replace('.', '/')}/{row.pk}",
            {"an": action, "sr": row.pk, "ul": language, **parameters})
        if response.status_code == 403:
            return None
        self.assertEqual(response.status_code, 200, response.content)
        return json.loads(response.content)

    def register(self, voucher, user="clerk", language="en"):
        table = ("finan.PaymentOrders" if isinstance(voucher, rt.models.finan.PaymentOrder)
                 else "vat.Invoices")
        answer = self.act(table, voucher, self.registering(), user, language)
        self.assertIsNotNone(answer)
        return answer

    @staticmethod
    def registering():
        return rt.models.accounting.VoucherStates.registered.transition.action_name

    def state(self, invoice):
        """As the database has it."""
        return type(invoice).objects.get(pk=invoice.pk).state.name

    def screenings(self, invoice):
        return list(rt.models.probity.Screening.objects.filter(
            voucher_id=invoice.pk).order_by("pk"))

    def screening(self, invoice):
        """The only one."""
        found = self.screenings(invoice)
        self.assertEqual(len(found), 1, found)
        return found[0]

    def assert_goes_on(self, invoice, outcome, **how):
        answer = self.register(invoice, **how)
        self.assertTrue(answer["success"], answer)
        self.assertEqual(self.state(invoice), "registered")
        kept = self.screenings(invoice)[-1]
        self.assertEqual(kept.outcome.name, outcome)
        return answer.get("message") or "", kept

    def assert_stays(self, invoice, outcome, **how):
        answer = self.register(invoice, **how)
        self.assertFalse(answer["success"], answer)
        self.assertEqual(self.state(invoice), "draft")
        self.assertFalse(rt.models.accounting.Movement.objects.filter(voucher_id=invoice.pk))
        kept = self.screenings(invoice)[-1]
        self.assertEqual(kept.outcome.name, outcome)
        return answer["message"], kept


class SandboxTest(SiteTest):
    """Tests with a sandbox, each from the same settings."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sandbox = Sandbox()
        cls.addClassCleanup(cls.sandbox.stop)

    def setUp(self):
        self.configure(server=self.sandbox.address)

    def release(self, screening, user, reason):
        answer = self.act("probity.Screenings", screening, "release_payment", user, fv=[reason])
        return answer or {"success": False, "message": "not permitted"}
