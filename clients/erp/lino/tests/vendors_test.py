"""Partners as vendors of Probity, by their numbers in Lino."""
import io
import unittest

from django.core.management import CommandError, call_command
from lino_site import CLEAR, FROZEN, SandboxTest, dd
from probity_client import Client, v1, vendor_number


class VendorsTest(SandboxTest):
    def setUp(self):
        super().setUp()
        self.configure(vendor_system="LINO")
        self.client = Client(self.sandbox.address)
        self.addCleanup(self.client.close)

    def vendors(self):
        return {vendor.number.number: vendor for vendor in self.client.vendors.list_vendors(
            v1.ListVendorsRequest(system="LINO"))}

    @staticmethod
    def command():
        out, err = io.StringIO(), io.StringIO()
        try:
            call_command("probity_vendors", stdout=out, stderr=err)
        except CommandError as error:
            return out.getvalue(), f"{err.getvalue()}{error}"
        return out.getvalue(), err.getvalue()

    def test_a_partner_is_made_known_and_asked_by_its_number(self):
        invoice = self.invoice(*CLEAR)
        _, kept = self.assert_goes_on(invoice, "clear")
        number = str(invoice.partner_id)
        self.assertEqual(kept.subject, f"{CLEAR[0]} (LINO {number})")
        vendor = self.vendors()[number]
        self.assertEqual((vendor.display_name, vendor.identifier.value, vendor.state),
                         (CLEAR[0], CLEAR[1], v1.VENDOR_STATE_CONFIRMED))
        self.assert_stays(self.invoice(*FROZEN), "stopped")

    def test_what_people_said_in_probity_of_a_number_counts(self):
        # By a VAT number alone nobody is certain.
        invoice = self.invoice(CLEAR[0], country="PT", vat_id="PT 999000011")
        self.assert_stays(invoice, "held")
        supplier, = self.client.suppliers.lookup_suppliers(v1.LookupSuppliersRequest(identifiers=[
            v1.Identifier(scheme="XI-LEI", value=CLEAR[1])])).results[0].suppliers
        vendor = v1.Vendor(number=vendor_number("LINO", str(invoice.partner_id)),
                           display_name=CLEAR[0], supplier=supplier.name, confirmed=True)
        result, = self.client.register_vendors([vendor])
        self.assertFalse(result.HasField("error"), result)
        self.assert_goes_on(invoice, "clear")

    def test_an_identifier_that_cannot_be_is_said(self):
        self.configure(identifiers=(("partner_ref", "NOSUCH"),))
        message, _ = self.assert_stays(self.invoice(*CLEAR), "failed")
        self.assertIn("NOSUCH", message)

    def test_all_who_are_paid_are_registered_in_bulk(self):
        invoice, payee = self.invoice(*CLEAR), self.partner("Invented Payee Ltd")
        self.order((payee, "3.00"))
        self.partner("Invented Nobody Buys Here Ltd")
        out, err = self.command()
        self.assertEqual(err, "")
        self.assertRegex(out, "^[0-9]+ created")
        vendors = self.vendors()
        for partner in (invoice.partner, payee):
            self.assertEqual(vendors[str(partner.pk)].display_name, partner.name)
        self.assertNotIn("Invented Nobody Buys Here Ltd",
                         {vendor.display_name for vendor in vendors.values()})
        out, _ = self.command()
        self.assertRegex(out, "^[0-9]+ unchanged\n$")

    def test_what_the_command_cannot_do_is_said(self):
        self.invoice(*CLEAR)
        for settings, said in (({"vendor_system": ""}, "vendor_system is not set"),
                               ({"server": "127.0.0.1:9"}, "reached"),
                               ({"identifiers": (("partner_ref", "NOSUCH"),)}, "were refused")):
            with self.subTest(said):
                before = {name: getattr(dd.plugins.probity, name) for name in settings}
                self.configure(**settings)
                self.assertIn(said, self.command()[1])
                self.configure(**before)


if __name__ == "__main__":
    unittest.main()
