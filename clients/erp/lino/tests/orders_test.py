"""Payment orders: each partner in one may be paid, or none is."""
import unittest

from lino_site import BREACH, CLEAR, CONVICTED, FROZEN, SandboxTest, rt

NOBODY = ("Invented Nobody Pays Ltd", "", "GB")


class OrdersTest(SandboxTest):
    def outcomes(self, order):
        return [(kept.partner.name, kept.outcome.name) for kept in self.screenings(order)]

    def test_it_is_registered_when_all_may_be_paid(self):
        clear, breach = self.partner(*CLEAR), self.partner(*BREACH)
        order = self.order((clear, "100.00"), (breach, "20.00"), (None, "5.00"), (clear, "30.00"))
        answer = self.register(order)
        self.assertTrue(answer["success"], answer)
        self.assertEqual(self.state(order), "registered")
        # Each is asked about once, and a row without a partner about nobody.
        self.assertEqual(self.outcomes(order), [(CLEAR[0], "clear"), (BREACH[0], "told")])
        self.assertIn(f"Row 2: {BREACH[0]} (XI-LEI {BREACH[1]}) is paid because",
                      answer["message"])
        self.assertNotIn(CLEAR[0], answer["message"])

    def test_one_that_must_not_be_paid_stops_it_and_is_named(self):
        order = self.order((self.partner(*CLEAR), "100.00"), (self.partner(*FROZEN), "7.00"),
                           (self.partner(*CONVICTED), "8.00"), (self.partner(*NOBODY), "9.00"))
        answer = self.register(order)
        self.assertFalse(answer["success"])
        self.assertEqual(self.state(order), "draft")
        self.assertFalse(rt.models.accounting.Movement.objects.filter(voucher_id=order.pk))
        self.assertEqual([outcome for _, outcome in self.outcomes(order)],
                         ["clear", "stopped", "told", "held"])
        for part in (f"Row 2: {FROZEN[0]} (XI-LEI {FROZEN[1]}) must not be paid",
                     f"Row 4: {NOBODY[0]} must be reviewed"):
            self.assertIn(part, answer["message"])
        for part in ("Row 1", "Row 3"):
            self.assertNotIn(part, answer["message"])

    def test_a_release_is_for_its_partner_and_what_it_gets(self):
        one, other = self.partner(*NOBODY), self.partner("Invented Nobody Else Pays Ltd")
        order = self.order((one, "9.00"), (other, "4.00"), (one, "1.00"))
        self.assertIn("Row 1, 3: ", self.register(order)["message"])
        first, second = self.screenings(order)
        self.assertTrue(self.release(first, "treasurer", "Known for years")["success"])
        answer = self.register(order)
        self.assertFalse(answer["success"])
        self.assertNotIn("Row 1", answer["message"])
        self.assertIn("Row 2: ", answer["message"])
        self.assertFalse(self.release(second, "treasurer", "An old one")["success"])
        self.assertTrue(self.release(self.screenings(order)[-1], "treasurer", "Too")["success"])
        item = order.items.get(seqno=3)
        item.amount = "2.00"
        item.full_clean()
        item.save()
        self.assertIn("Row 1, 3: ", self.register(order)["message"])
        item.amount = "1.00"
        item.full_clean()
        item.save()
        self.assertTrue(self.register(order)["success"])
        self.assertEqual([outcome for _, outcome in self.outcomes(order)[-2:]],
                         ["released", "released"])

    def test_without_the_server_it_stays_and_is_waited_for_once(self):
        order = self.order((self.partner(*CLEAR), "1.00"), (self.partner(*BREACH), "2.00"))
        self.configure(server="127.0.0.1:9", timeout=1.0)
        answer = self.register(order)
        self.assertFalse(answer["success"])
        for row in ("Row 1: ", "Row 2: "):
            self.assertIn(row, answer["message"])
        self.assertEqual([outcome for _, outcome in self.outcomes(order)], ["failed", "failed"])
        first, second = self.screenings(order)
        self.assertEqual(first.failure, second.failure)

    def test_nothing_is_written_for_the_bank_before(self):
        order = self.order((self.partner(*FROZEN), "7.00"))
        answer = self.act("finan.PaymentOrders", order, "write_xml")
        self.assertFalse(answer["success"])
        self.assertIn("so that Probity is asked", answer["message"])

    def test_past_its_action_nothing_is_confirmed(self):
        order = self.order((self.partner(*FROZEN), "7.00"))
        order.state = rt.models.accounting.VoucherStates.registered
        with self.assertRaisesRegex(Warning, "so that Probity is asked"):
            order.save()

    def test_the_order_shows_what_was_answered(self):
        self.assertIn("probity", rt.models.finan.PaymentOrders.detail_layout.main.split())

    def test_a_site_may_leave_them_out(self):
        self.configure(payment_orders=False)
        order = self.order((self.partner(*FROZEN), "7.00"))
        self.assertTrue(self.register(order)["success"])
        self.assertEqual(self.screenings(order), [])


if __name__ == "__main__":
    unittest.main()
