"""The client against a real server, over mTLS."""
import asyncio
import datetime
import pathlib
import threading
import time
import unittest
from unittest import mock

from google.protobuf import json_format
from real_server import PATIENCE
from world import BAD, GOOD, PURCHASE, ROOT, WorldTest

from probity_client import (
    Client,
    at_exact_revision,
    at_least_as_fresh,
    by_identifier,
    by_vendor,
    errors,
    explain,
    known_at,
    may_buy,
    v1,
    vendor_items,
    vendor_number,
    verdict_name,
)
from probity_client.act_receipts import verify_act_receipt
from probity_client.receipts import is_proven, verify_receipt

SYSTEM = "SAP-ПРД"  # Not ASCII, as vendor systems are not.


NAMES = {"good": "Tidewater Stationery Ltd", "bad": "Brackish Kilns Ltd"}


def vendor(number, record, name=None):
    """As somebody confirmed it."""
    return v1.Vendor(number=vendor_number(SYSTEM, number), confirmed=True,
                     display_name=name or NAMES.get(record, ""),
                     source_record=f"datasets/reg/records/{record}")


class ScreenTest(WorldTest):
    def test_a_barred_firm_is_not_bought_from_and_why_is_said(self):
        answer = self.screen(by_identifier(*BAD, name="Brackish Kilns Ltd"))
        self.assertEqual(verdict_name(answer), "BLOCK")
        self.assertIs(may_buy(answer), False)
        self.assertIn("M-BAR (Invented Act s. 1)", explain(answer))

    def test_another_one_is(self):
        answer = self.screen(by_identifier(*GOOD, name="Tidewater Stationery Ltd"))
        self.assertIs(may_buy(answer), True, explain(answer))
        self.assertIs(may_buy(answer, on=datetime.date(2999, 1, 1)), False)

    def test_one_request_id_is_one_decision(self):
        first, second = (self.screen(by_identifier(*GOOD), request_id="po-4711")
                         for _ in range(2))
        self.assertEqual(first.decision.name, second.decision.name)
        self.assertTrue(second.repeated_request)
        with self.assertRaises(errors.ProbityError) as caught:
            self.screen(by_identifier(*BAD), request_id="po-4711")
        self.assertEqual(caught.exception.reason, "REQUEST_ID_REUSED")

    def test_a_supplier_without_any_identifier_is_not_clear(self):
        answer = self.screen(v1.ScreenedSubject(name="Неизвестное товарищество «Ёж»"))
        self.assertIs(may_buy(answer), False)

    def test_nobody_at_all(self):
        with self.assertRaises(errors.InvalidRequest) as caught:
            self.screen(v1.ScreenedSubject())
        self.assertEqual(caught.exception.reason, "INVALID_FIELD")
        self.assertIn("subject", caught.exception.metadata["field"])
        self.assertTrue(caught.exception.field_violations)

    def test_a_wrong_scheme(self):
        with self.assertRaises(errors.InvalidRequest) as caught:
            self.screen(by_identifier("XX-WRONG", "1"))
        self.assertEqual(caught.exception.reason, "UNKNOWN_IDENTIFIER_SCHEME")
        self.assertIn("XX-WRONG", caught.exception.user_message)
        self.assertTrue(caught.exception.call_id)

    def test_asyncio(self):
        async def ask():
            async with self.async_client() as client:
                request = v1.ScreenSupplierRequest(subject=by_identifier(*BAD), purchase=PURCHASE)
                answer = await client.screening.screen_supplier(request)
                names = [d.name async for d in client.screening.list_decisions(
                    v1.ListDecisionsRequest(page_size=1))]
                with self.assertRaises(errors.NotFound):
                    await client.suppliers.get_supplier(v1.GetSupplierRequest(name="suppliers/0"))
                return answer, names
        answer, names = asyncio.run(ask())
        self.assertIs(may_buy(answer), False)
        self.assertIn(answer.decision.name, names)


class DataTest(WorldTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        vendors = [vendor(f"{i:05d}", "bad" if i % 7 == 0 else "good") for i in range(1250)]
        cls.results = list(cls.client.register_vendors(vendors))

    def test_vendors_are_registered_in_bulk(self):
        self.assertEqual([result.number.number for result in self.results],
                         [f"{i:05d}" for i in range(1250)])
        self.assertEqual({result.change for result in self.results}, {v1.VENDOR_CHANGE_CREATED})
        wrong = v1.Vendor(number=vendor_number(SYSTEM, "9"),
                          identifier=v1.Identifier(scheme="XX-WRONG", value="1"))
        missing = vendor("8", "nobody")
        results = self.client.register_vendors([wrong, missing])
        self.assertEqual([errors.from_item(result.error).reason for result in results],
                         ["UNKNOWN_IDENTIFIER_SCHEME", "RECORD_NOT_FOUND"])
        self.assertEqual(list(self.client.register_vendors([])), [])

    def test_a_vendor_number_is_enough(self):
        self.assertIs(may_buy(self.screen(by_vendor(SYSTEM, "00001"))), True)
        self.assertEqual(verdict_name(self.screen(by_vendor(SYSTEM, "00007"))), "BLOCK")
        self.assertIs(may_buy(self.screen(by_vendor(SYSTEM, "7"))), False)

    def test_a_vendor_of_another_name_is_looked_at(self):
        number = "№ 1-株"
        list(self.client.register_vendors([vendor(number, "good", "Žluťoučký kůň 株式会社")]))
        answer = self.screen(by_vendor(SYSTEM, number))
        self.assertIs(may_buy(answer), False)
        self.assertEqual(verdict_name(answer), "REVIEW")
        self.client.vendors.delete_vendors(v1.DeleteVendorsRequest(
            numbers=[vendor_number(SYSTEM, number)]))

    def test_listings_are_read_to_their_end(self):
        listing = self.client.vendors.list_vendors(
            v1.ListVendorsRequest(system=SYSTEM, page_size=500))
        self.assertEqual([len(page.vendors) for page in listing.pages()], [500, 500, 250])
        numbers = [listed.number.number for listed in listing]
        self.assertEqual(numbers, [f"{i:05d}" for i in range(1250)])

    def test_a_vendor_master_is_streamed(self):
        numbers = [f"{i:05d}" for i in range(1250)]
        with self.client.screen_stream(vendor_items(SYSTEM, numbers), purchase=PURCHASE,
                                       stream_id="nightly-1") as answers:
            bought = {answer.result.correlation_id: verdict_name(answer) for answer in answers}
            self.assertEqual(answers.opened.stream_id, "nightly-1")
        self.assertEqual(list(bought), numbers)
        self.assertEqual([number for number in numbers if bought[number] == "BLOCK"],
                         numbers[::7])

    def test_and_goes_on_from_its_token_in_another_process(self):
        numbers = [f"{i:05d}" for i in range(400)]
        with self.client.screen_stream(vendor_items(SYSTEM, numbers), purchase=PURCHASE) as first:
            for answer in first:
                if answer.position == 250:
                    break
            token, position = first.resume_token, first.resume_position
        self.assertTrue(0 < position <= 251, position)
        with self.client_of() as other, other.screen_stream(
                vendor_items(SYSTEM, numbers[position:]), purchase=PURCHASE,
                resume_token=token) as second:
            rest = [answer.result.correlation_id for answer in second]
        self.assertEqual(rest, numbers[position:])

    def test_reads_what_was_written_and_what_was_before(self):
        name = v1.ListVendorsRequest(system="other")
        before = self.client.server.get_server_info(v1.GetServerInfoRequest())
        written = self.client.vendors.batch_upsert_vendors(v1.BatchUpsertVendorsRequest(
            vendors=[v1.Vendor(number=vendor_number("other", "1"))]))
        name.consistency.CopyFrom(at_least_as_fresh(written))
        self.assertEqual(len(list(self.client.vendors.list_vendors(name))), 1)
        name.consistency.CopyFrom(at_exact_revision(before.revision))
        self.assertEqual(list(self.client.vendors.list_vendors(name)), [])
        name.consistency.CopyFrom(known_at(datetime.datetime.now(datetime.timezone.utc)))
        self.assertEqual(len(list(self.client.vendors.list_vendors(name))), 1)
        other = v1.RevisionToken(store_lineage="of-another-store", revision=1)
        name.consistency.CopyFrom(at_least_as_fresh(other))
        with self.assertRaises(errors.ProbityError) as caught:
            list(self.client.vendors.list_vendors(name))
        self.assertEqual(caught.exception.reason, "WRONG_LINEAGE")


class ReceiptTest(WorldTest):
    def verdict_of_the_command_line(self, receipt, key):
        file = self.world.file("receipt", receipt)
        ran = self.world.probity("--json", "decision", "verify", file, "--key", key)
        return ran["code"] == 0, ran["out"] + ran["err"]

    def assert_agrees(self, receipt, key):
        """`receipt`: bytes of a file; `key`: of the log, a file."""
        mine = verify_receipt(receipt, [pathlib.Path(key).read_bytes()])
        proven, said = self.verdict_of_the_command_line(receipt, key)
        self.assertEqual(is_proven(mine), proven, said)
        if not proven:
            fault = v1.EvidenceFault.Name(mine.fault)[len("EVIDENCE_FAULT_"):]
            self.assertIn(fault, said)
        return proven

    def test_agrees_on_the_golden_files(self):
        data = ROOT / "tests/testdata/evidence"
        key = self.world.file("golden.pem", (data / "plain_key.pem").read_bytes())
        proven = [self.assert_agrees((data / name).read_bytes(), key)
                  for name in ("plain_receipt.json", "receipt.json", "act_receipt.json")]
        self.assertEqual(proven, [True, True, False])
        for file in (b"", b"{", b"no receipt", (data / "receipt.json").read_bytes()[:-40]):
            self.assertFalse(self.assert_agrees(file, key))

    def test_agrees_with_the_command_line(self):
        name = self.screen(by_identifier(*GOOD)).decision.name
        receipt = self.client.screening.get_receipt(v1.GetReceiptRequest(name=name)).receipt
        path = self.world.keys()
        key = pathlib.Path(path).read_bytes()
        verification = verify_receipt(receipt, [key])
        self.assertTrue(is_proven(verification), verification.explanation)
        self.assertEqual(verification.decision, name)
        whole = receipt.SerializeToString()
        for place in (None, *range(0, len(whole), max(1, len(whole) // 6))):
            data = bytearray(whole)
            if place is not None:
                data[place] ^= 1
            with self.subTest(place):
                self.assertEqual(self.assert_agrees(bytes(data), path), place is None)


class ActReceiptTest(WorldTest):
    def test_agrees_with_the_command_line(self):
        key, acts = self.world.keys(), list(self.client.screening.list_acts(v1.ListActsRequest()))
        begun = next(act for act in acts if act.core.method == "DatasetService.CommitLoad")
        receipt = self.client.screening.get_act_receipt(
            v1.GetActReceiptRequest(name=begun.name)).receipt
        whole = receipt.SerializeToString()
        for place in (None, *range(0, len(whole), max(1, len(whole) // 6))):
            data = bytearray(whole)
            if place is not None:
                data[place] ^= 1
            mine = verify_act_receipt(bytes(data), [key.read_bytes()])
            ran = self.world.probity("--json", "log", "verify-act",
                                     self.world.file("act", bytes(data)), "--key", key)
            theirs = json_format.Parse(ran["out"], v1.ActVerification())
            with self.subTest(place):
                self.assertEqual(is_proven(mine), place is None, mine.explanation)
                self.assertEqual((theirs.fault, theirs.act, theirs.core),
                                 (mine.fault, mine.act, mine.core))


class RightsTest(WorldTest):
    def test_who_may_only_read(self):
        with self.client_of("reader") as reader:
            reader.server.get_server_info(v1.GetServerInfoRequest())
            with self.assertRaises(errors.PermissionDenied) as caught:
                self.screen(by_identifier(*GOOD), reader)
        self.assertEqual((caught.exception.reason, caught.exception.metadata["permission"]),
                         ("PERMISSION_DENIED", "SCREEN"))
        self.assertIn("the permission SCREEN", caught.exception.user_message)

    @mock.patch("probity_client._calls.wait_before", return_value=None)  # Else it is waited for.
    def test_a_budget_that_is_used_up(self, _):
        with self.client_of("poor") as poor, self.assertRaises(errors.Exhausted) as caught:
            for _ in range(50):  # One costs nearly all that it has for a second.
                self.screen(by_identifier(*GOOD), poor)
        self.assertEqual(caught.exception.reason, "QUOTA_EXCEEDED")
        self.assertGreater(caught.exception.retry_after, 0)
        self.assertIn("Nothing was decided", caught.exception.user_message)

    def test_a_budget_is_waited_for(self):
        with self.client_of("poor") as poor:
            for _ in range(3):  # More than it has for a second.
                self.screen(by_identifier(*GOOD), poor)


class ConnectionTest(WorldTest):
    """Last of all, a server that is away."""

    def refused(self, client):
        with client, self.assertRaises(errors.Unavailable) as caught:
            client.server.get_server_info(v1.GetServerInfoRequest(), timeout=20)
        self.assertIn("Nothing was decided", caught.exception.user_message)
        return caught.exception.user_message

    def test_a_certificate_of_another_authority(self):
        rogue = self.world.folder / "rogue"
        said = self.refused(self.client_of(cert=rogue / "erp.pem", key=rogue / "erp.key"))
        self.assertIn("was not revoked", said)
        said = self.refused(self.client_of(ca=rogue / "ca.pem"))
        self.assertIn("`ca`", said)

    def test_a_certificate_that_has_ended(self):
        said = self.refused(self.client_of("old"))
        self.assertIn("has not ended", said)

    def test_tls_is_not_spoken_in_the_clear(self):
        said = self.refused(Client(self.world.address))
        self.assertIn("give `ca`", said)

    def test_a_slow_server(self):
        self.world.pause()
        self.addCleanup(self.world.go_on)
        begun = time.monotonic()
        with self.assertRaises(errors.DeadlineExceeded):
            self.client.screening.screen_supplier(v1.ScreenSupplierRequest(
                subject=by_identifier(*GOOD), purchase=PURCHASE), timeout=0.5)
        self.assertLess(time.monotonic() - begun, 30)

    def test_a_server_that_is_restarted_meanwhile(self):
        numbers = [f"{i}" for i in range(3000)]
        again = threading.Thread(target=self.world.restart)
        answered = []
        with self.client.screen_stream(vendor_items("S", numbers), purchase=PURCHASE) as answers:
            for answer in answers:
                if not answered:
                    again.start()
                answered.append(answer.result.correlation_id)
                if len(answered) == 500:
                    again.join()
        again.join(PATIENCE)
        self.assertEqual(answered, numbers)
        # The next call finds the new server too.
        self.assertIs(may_buy(self.screen(by_identifier(*BAD))), False)


class AwayTest(unittest.TestCase):
    def test_nobody_there(self):
        with Client("127.0.0.1:9") as client, self.assertRaises(errors.Unavailable) as caught:
            client.server.get_server_info(v1.GetServerInfoRequest())
        self.assertIn("cannot be reached at 127.0.0.1:9", caught.exception.user_message)
        self.assertIn("No server listens there", caught.exception.user_message)


class TokenTest(WorldTest):
    kind = "token"

    def test_a_token_on_loopback(self):
        answer = self.screen(by_identifier(*BAD))
        self.assertIs(may_buy(answer), False)
        self.assertTrue(answer.decision.name.startswith("authorities/ministry/decisions/"))

    def test_a_wrong_one_and_none(self):
        for token in ("token-of-somebody-else-who-is-not-known", None):
            with Client(self.world.address, token=token) as client:
                with self.assertRaises(errors.Unauthenticated) as caught:
                    client.server.get_server_info(v1.GetServerInfoRequest())
            self.assertEqual(caught.exception.reason, "UNAUTHENTICATED")
            self.assertIn("does not know who is asking", caught.exception.user_message)
            self.assertNotIn("somebody-else", str(caught.exception))


if __name__ == "__main__":
    unittest.main()
