"""Registers the partners that this site pays as its vendors in Probity."""
from collections import Counter

from django.core.management.base import BaseCommand, CommandError
from lino.api import dd, rt
from probity_client import ConfigurationError, ProbityError, v1

from ...partners import vendor_of
from ...payments import paid_partners


class Command(BaseCommand):
    help = ("Registers all partners that invoices or payment orders of this site pay as its "
            "vendors in Probity, in bulk. To be run again when partners were changed: what is "
            "known already changes nothing.")

    def handle(self, *args, **options):
        plugin = dd.plugins.probity
        if not plugin.vendor_system:
            raise CommandError("probity.vendor_system is not set: the name of this site among "
                               'those whose vendor numbers Probity keeps, such as "LINO"')
        partners = rt.models.contacts.Partner.objects.filter(pk__in=paid_partners())
        vendors = (vendor_of(partner, plugin.vendor_system, plugin.identifiers)
                   for partner in partners.order_by("pk").iterator())
        try:
            counts = self._registered(plugin.client().register_vendors(vendors))
        except (ProbityError, ConfigurationError) as error:
            raise CommandError(getattr(error, "user_message", str(error))) from error
        self.stdout.write(", ".join(f"{count} {what}" for what, count in sorted(counts.items()))
                          or "nobody is paid yet")
        if counts["refused"]:
            raise CommandError("those that were refused are asked about in vain: correct them")

    def _registered(self, results):
        counts = Counter()
        for result in results:
            if result.HasField("error"):
                counts["refused"] += 1
                self.stderr.write(f"partner {result.number.number}: {result.error.message}")
            else:
                change = v1.VendorChange.Name(result.change).removeprefix("VENDOR_CHANGE_")
                counts[change.lower()] += 1
        return counts
