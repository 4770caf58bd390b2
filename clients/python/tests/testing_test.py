"""probity_client.testing: what a test sets is what the client gets, and what it did not
set fails."""
import asyncio
import datetime
import json
import pathlib
import time
import unittest

import corpus
import grpc
from world import ROOT

from probity_client import (
    AsyncClient,
    Client,
    at_least_as_fresh,
    by_identifier,
    by_vendor,
    errors,
    explain,
    may_buy,
    v1,
    vendor_items,
    vendor_number,
    verdict_name,
)
from probity_client.testing import (
    FakeProbity,
    block,
    certification,
    clear,
    error,
    review,
    unavailable,
)

CODE = grpc.StatusCode
SCREEN = "ScreeningService/ScreenSupplier"
GET = "SupplierService/GetSupplier"
GOOD, BAD = by_vendor("SAP-PRD", "000017"), by_vendor("SAP-PRD", "000018")


class FakeTest(unittest.TestCase):
    def setUp(self):
        self.fake = FakeProbity()
        self.addCleanup(self.fake.close)
        self.client = Client(self.fake.address)
        self.addCleanup(self.client.close)

    def screen(self, subject, **fields):
        return self.client.screening.screen_supplier(
            v1.ScreenSupplierRequest(subject=subject, **fields))

    def raised(self, subject=GOOD, **fields):
        with self.assertRaises(errors.ProbityError) as caught:
            self.screen(subject, **fields)
        return caught.exception

    def get(self):
        return self.client.suppliers.get_supplier(v1.GetSupplierRequest(name="suppliers/1"))


class VerdictTest(FakeTest):
    def test_each_subject_has_its_own(self):
        self.fake.on_screening(GOOD, clear())
        self.fake.on_screening(BAD, block("M-BAR", legal_basis="Invented Act s. 1"))
        self.fake.on_screening(by_identifier("GB-COH", "1"), review("ALLEGATION", "STALE_SOURCE"))
        self.assertIs(may_buy(self.screen(GOOD)), True)
        self.assertIn("M-BAR (Invented Act s. 1), about subject", explain(self.screen(BAD)))
        answer = self.screen(by_identifier("GB-COH", "1", name="whatever it is called"))
        self.assertEqual(verdict_name(answer), "REVIEW")
        self.assertEqual([v1.ReviewReason.Name(r) for r in answer.decision.core.reasons],
                         ["REVIEW_REASON_ALLEGATION", "REVIEW_REASON_STALE_SOURCE"])

    def test_a_vendor_is_system_company_code_and_number(self):
        self.fake.on_screening(by_vendor("S", "1", company_code="1000"), clear())
        self.fake.on_screening(by_vendor("S", "1"), block("A"))
        self.fake.on_screening(v1.ScreenedSubject(name="Ёж"), review())
        for subject, verdict in ((by_vendor("S", "1", company_code="1000"), "CLEAR"),
                                 (by_vendor("S", "1"), "BLOCK"),
                                 (v1.ScreenedSubject(name="Ёж"), "REVIEW")):
            self.assertEqual(verdict_name(self.screen(subject)), verdict)

    def test_a_decision_is_whole(self):
        self.fake.on_screening(None, clear(valid_until=datetime.date(2027, 1, 31)))
        first = self.screen(GOOD, as_of=v1.Date(year=2026, month=11, day=27))
        second = self.screen(BAD)
        self.assertTrue(may_buy(first, on=datetime.date(2026, 12, 1)))
        self.assertFalse(may_buy(first, on=datetime.date(2027, 2, 1)))
        self.assertNotEqual(first.decision.name, second.decision.name)
        self.assertTrue(first.decision.recorded_at.seconds and second.decision.core.as_of.year)
        self.assertEqual(first.decision.core.subjects[0].path, "subject")
        at_least_as_fresh(first)

    def test_a_freeze_is_one(self):
        self.fake.on_screening(None, block("UN-EU-HR", freeze=True, hearing_required=True))
        core = self.screen(GOOD).decision.core
        self.assertEqual((core.findings[0].freeze, core.weighs_freezes, core.hearing_required),
                         (True, True, True))

    def test_an_answer_may_depend_on_the_purchase(self):
        def answer(request):
            if request.purchase.purpose == v1.PURPOSE_PAYMENT:
                return clear()
            raise error("NO_ACTIVE_POLICY")
        self.fake.on_screening(GOOD, answer)
        paying = v1.PurchaseContext(purpose=v1.PURPOSE_PAYMENT)
        self.assertTrue(may_buy(self.screen(GOOD, purchase=paying)))
        self.assertEqual(self.raised().reason, "NO_ACTIVE_POLICY")

    def test_a_verdict_newer_than_the_client_is_none_to_buy_on(self):
        self.fake.on_screening(GOOD, v1.DecisionCore(verdict=7))
        self.assertFalse(may_buy(self.screen(GOOD)))

    def test_one_request_id_is_one_decision(self):
        self.fake.on_screening(GOOD, review(), clear())
        first, again = (self.screen(GOOD, request_id="po-1") for _ in range(2))
        self.assertEqual((again.decision, again.repeated_request), (first.decision, True))
        self.assertEqual(verdict_name(self.screen(GOOD, request_id="po-2")), "CLEAR")
        reused = self.raised(BAD, request_id="po-1")
        self.assertEqual((reused.reason, reused.metadata),
                         ("REQUEST_ID_REUSED", {"request_id": "po-1"}))

    def test_batch_and_stream_answer_alike(self):
        self.fake.on_screening(GOOD, clear())
        self.fake.on_screening(BAD, error("IDENTIFIER_CHECK_FAILED", "two digits are swapped",
                                          field_violations=[("subject.ref", "swapped")]))
        items = list(vendor_items("SAP-PRD", ["000017", "000018"]))
        batch = self.client.screening.batch_screen_suppliers(
            v1.BatchScreenSuppliersRequest(items=items))
        with self.client.screen_stream(items, policy="policies/p") as answers:
            streamed = [answer.result for answer in answers]
        for results in (batch.results, streamed):
            self.assertEqual([r.correlation_id for r in results], ["000017", "000018"])
            self.assertEqual([may_buy(r) for r in results], [True, False])
            failed = errors.from_item(results[1].error)
            self.assertEqual((failed.reason, failed.field_violations[0].field),
                             ("IDENTIFIER_CHECK_FAILED", "subject.ref"))

    def test_an_item_of_a_stream_takes_what_its_settings_say(self):
        def answer(request):
            return clear() if request.purchase.authority_country == "DE" else block("A")
        self.fake.on_screening(None, answer)
        own = v1.BatchScreenItem(correlation_id="own", request=v1.ScreenSupplierRequest(
            subject=GOOD, purchase=v1.PurchaseContext(authority_country="FR")))
        items = [*vendor_items("S", ["1"]), own]
        with self.client.screen_stream(
                items, purchase=v1.PurchaseContext(authority_country="DE")) as answers:
            self.assertEqual([may_buy(answer) for answer in answers], [True, False])

    def test_a_stream_goes_on_where_an_outage_cut_it(self):
        self.fake.on_screening(GOOD, clear())
        self.fake.on_screening(BAD, unavailable(), clear())
        numbers = ["000017", "000018"] * 3
        with self.client.screen_stream(vendor_items("SAP-PRD", numbers)) as answers:
            self.assertEqual([a.result.correlation_id for a in answers], numbers)
            self.assertTrue(answers.resume_token)


class OtherAnswersTest(FakeTest):
    def test_certifications(self):
        site = v1.SubjectRef(source_record="datasets/own/records/1")
        self.fake.on_certification(site, certification("EXPIRED", detail="ended in May"))
        self.fake.on_certification("FSC-1", certification("VALID"))
        self.fake.on_certification(by_identifier("GB-COH", "1"), error("UNKNOWN_SCHEME"))
        check = self.client.certifications.check_certification
        expired = check(v1.CheckCertificationRequest(subject=site))
        self.assertEqual((expired.result, expired.causes[0].detail),
                         (v1.CERTIFICATION_RESULT_EXPIRED, "ended in May"))
        valid = check(v1.CheckCertificationRequest(certificate_no="FSC-1"))
        self.assertEqual((valid.result, len(valid.causes)), (v1.CERTIFICATION_RESULT_VALID, 0))
        batch = self.client.certifications.batch_check_certifications(
            v1.BatchCheckCertificationsRequest(items=[
                v1.BatchCheckItem(request=v1.CheckCertificationRequest(subject=subject))
                for subject in (site, by_identifier("GB-COH", "1").ref)]))
        self.assertEqual([r.WhichOneof("answer") for r in batch.results], ["response", "error"])

    def test_any_method(self):
        self.fake.on(GET, v1.GetSupplierResponse(supplier=v1.Supplier(name="suppliers/1")),
                     error("SUPPLIER_NOT_FOUND"))
        self.assertEqual(self.get().supplier.name, "suppliers/1")
        for _ in range(2):
            with self.assertRaises(errors.NotFound):
                self.get()

    def test_vendors_are_registered_as_the_limit_says(self):
        def created(request):
            return v1.BatchUpsertVendorsResponse(results=[
                v1.UpsertVendorResult(number=vendor.number, change=v1.VENDOR_CHANGE_CREATED)
                for vendor in request.vendors])
        self.fake.on("VendorService/BatchUpsertVendors", created)
        vendors = [v1.Vendor(number=vendor_number("S", str(i))) for i in range(1500)]
        self.assertEqual([r.number.number for r in self.client.register_vendors(vendors)],
                         [str(i) for i in range(1500)])
        self.assertEqual([len(request.vendors) for request in self.fake.requests(
            "VendorService/BatchUpsertVendors")], [1000, 500])

    def test_a_listing_and_a_stream_of_the_server(self):
        self.fake.on("VendorService/ListVendors",
                     v1.ListVendorsResponse(vendors=[v1.Vendor(display_name="a")],
                                            next_page_token="2"),
                     v1.ListVendorsResponse(vendors=[v1.Vendor(display_name="b")]))
        listed = self.client.vendors.list_vendors(v1.ListVendorsRequest())
        self.assertEqual([vendor.display_name for vendor in listed], ["a", "b"])
        part = v1.DownloadRejectedFileResponse()
        self.fake.on("DatasetService/DownloadRejectedFile", [part, part, error("DISK_FULL")])
        received = []
        with self.assertRaises(errors.Exhausted):
            for message in self.client.datasets.download_rejected_file(
                    v1.DownloadRejectedFileRequest()):
                received.append(message)
        self.assertEqual(received, [part, part])

    def test_a_watch(self):
        def change(number):
            return v1.VerdictChange(id=number)
        self.fake.on_watch(change(1), error("WATCH_UNAVAILABLE"), change(2))
        told = []
        with self.client.watch_verdicts() as watch:
            for message in watch:
                told.append(message.change.id)
                if message.change.id == 2:
                    self.fake.on_watch(change(3))
                if message.change.id == 3:
                    break
        self.assertEqual([number for number in told if number], [1, 2, 3])
        with self.client.watch_verdicts(cursor=watch.cursor, patience=0) as again:
            self.assertTrue(next(again).HasField("checkpoint"))
            with self.fake.outage(), self.assertRaises(errors.Unavailable):
                next(again)

    def test_with_asyncio(self):
        self.fake.on_screening(GOOD, clear())
        self.fake.on_screening(BAD, error("QUOTA_EXCEEDED", retry_after=0.01), clear())

        async def ask():
            async with AsyncClient(self.fake.address) as client:
                async with client.screen_stream(vendor_items("SAP-PRD", ["000017"])) as answers:
                    streamed = [may_buy(answer) async for answer in answers]
                answer = await client.screening.screen_supplier(
                    v1.ScreenSupplierRequest(subject=BAD))
                return [*streamed, may_buy(answer)]
        self.assertEqual(asyncio.run(ask()), [True, True])


class ErrorTest(FakeTest):
    def test_is_what_the_client_raises(self):
        set_ = error("PERMISSION_DENIED", "not for you", metadata={"permission": "SCREEN"},
                     field_violations=[("purchase", "of another authority")])
        self.fake.on_screening(GOOD, set_)
        got = self.raised()
        for name in ("code", "reason", "domain", "message", "metadata", "field_violations",
                     "retry_after"):
            self.assertEqual(getattr(got, name), getattr(set_, name), name)
        self.assertIsInstance(got, errors.PermissionDenied)
        self.assertIn("for the permission SCREEN", got.user_message)
        self.assertTrue(got.is_known_reason and got.request_id and got.call_id)

    def test_every_reason_of_a_call_has_its_code(self):
        by_code = json.loads((ROOT / "clients/error_codes.json").read_text())
        reasons = [reason for some in by_code.values() for reason in some]
        self.assertEqual(len(reasons), len(set(reasons)))
        known = {name[len("ERROR_REASON_"):] for name in v1.ErrorReason.keys()}
        not_of_calls = {"UNSPECIFIED", "TOO_MANY_REFUSED_ROWS", "TOO_MUCH_REMOVED",
                        "DUPLICATE_KEYS", "UNKNOWN_SCHEMES", "SECOND_PERSON_REQUIRED",
                        "GUARD_RAIL_LOOSENED"}
        self.assertEqual(set(reasons), {name for name in known - not_of_calls
                                        if not name.startswith("ROW_")})
        for code, some in by_code.items():
            for reason in some:
                self.assertEqual(error(reason).code.name, code)

    def test_codes_are_those_of_the_corpus(self):
        checked = 0
        for name, case in corpus.cases():
            for step in case.get("steps", [case]):
                told = step.get("error") or {}
                if told.get("reason"):
                    self.assertEqual(error(told["reason"]).code.name, told["code"], name)
                    checked += 1
        self.assertGreater(checked, 30)

    def test_what_is_no_error_is_refused(self):
        for make, said in ((lambda: error(), "a reason or a code"),
                           (lambda: error("QUOTA_EXCEDED"), "did you mean 'QUOTA_EXCEEDED'"),
                           (lambda: error("ROW_DATE"), "no reason that a call fails with")):
            with self.assertRaisesRegex(ValueError, said):
                make()
        newer = error("MOON_IN_THE_WRONG_PHASE", code=CODE.FAILED_PRECONDITION)
        self.fake.on_screening(GOOD, newer)
        self.assertFalse(self.raised().is_known_reason)

    def test_a_budget_is_waited_for(self):
        self.fake.on_screening(GOOD, error("QUOTA_EXCEEDED", retry_after=0.2), clear())
        begun = time.monotonic()
        self.assertTrue(may_buy(self.screen(GOOD)))
        self.assertGreaterEqual(time.monotonic() - begun, 0.2)
        first, second = self.fake.requests(SCREEN)
        self.assertEqual(first, second)

    def test_who_is_away_is_asked_again_only_where_an_answer_follows(self):
        self.fake.on_screening(GOOD, unavailable(), unavailable(), clear())
        self.fake.on_screening(BAD, unavailable())
        self.assertTrue(may_buy(self.screen(GOOD)))
        self.assertEqual(len(self.fake.calls), 3)
        away = self.raised(BAD)
        self.assertIsInstance(away, errors.Unavailable)
        self.assertIn(f"cannot be reached at {self.fake.address}: connection refused. No server "
                      "listens there", away.user_message)
        self.assertEqual(len(self.fake.calls), 4)

    def test_an_outage_and_its_end(self):
        self.fake.on_screening(None, clear())
        with self.fake.outage():
            self.assertIsInstance(self.raised(), errors.Unavailable)
            with self.assertRaises(errors.Unavailable):
                list(self.client.screen_stream(vendor_items("S", ["1"]), patience=0))
        self.assertTrue(may_buy(self.screen(GOOD)))

    def test_of_a_whole_method_counts_before_subjects(self):
        self.fake.on_screening(GOOD, clear())
        self.fake.on(SCREEN, error("UNAUTHENTICATED"))
        self.assertIsInstance(self.raised(), errors.Unauthenticated)
        self.fake.on("ScreeningService/StreamScreenSuppliers", error("TOO_MANY_STREAMS"))
        with self.assertRaises(errors.Exhausted):
            list(self.client.screen_stream(vendor_items("S", ["1"])))

    def test_a_deadline(self):
        self.fake.on(GET, error(code=CODE.DEADLINE_EXCEEDED))
        with self.assertRaises(errors.DeadlineExceeded):
            self.get()


class LoudTest(unittest.TestCase):
    """What was not set fails twice: where it is asked, and at the end."""

    def unset(self, ask, said):
        with self.assertRaisesRegex(AssertionError, said), FakeProbity() as fake, \
                Client(fake.address) as client:
            fake.on_screening(GOOD, clear())
            with self.assertRaisesRegex(errors.ServerFault, f"FakeProbity: {said}"):
                ask(client)

    def test_a_subject(self):
        self.unset(
            lambda client: client.screening.screen_supplier(
                v1.ScreenSupplierRequest(subject=by_identifier("GB-COH", "0123"))),
            r'no answer is set to ScreeningService/ScreenSupplier about by_identifier\("GB-COH", '
            r'"0123"\); set it by fake.on_screening\(by_identifier\("GB-COH", "0123"\), ...\) '
            r'\(set are by_vendor\("SAP-PRD", "000017"\)\)')

    def test_an_item_of_a_stream_and_of_a_batch(self):
        items = list(vendor_items("SAP-PRD", ["000017", "17"]))
        said = r'about by_vendor\("SAP-PRD", "17"\)'
        self.unset(lambda client: list(client.screen_stream(items)), ".*" + said)
        self.unset(lambda client: client.screening.batch_screen_suppliers(
            v1.BatchScreenSuppliersRequest(items=items)), ".*" + said)

    def test_a_certificate(self):
        self.unset(lambda client: client.certifications.check_certification(
            v1.CheckCertificationRequest(certificate_no="FSC-1")),
            r'.*about "FSC-1"; set it by fake.on_certification\("FSC-1", ...\) \(none is\)')

    def test_a_method_a_stream_and_a_watch(self):
        self.unset(lambda client: client.suppliers.get_supplier(v1.GetSupplierRequest()),
                   r'.*fake.on\("SupplierService/GetSupplier", v1.GetSupplierResponse\(...\)\)')
        self.unset(lambda client: list(client.datasets.export_dataset(v1.ExportDatasetRequest())),
                   r'.*fake.on\("DatasetService/ExportDataset", \[v1.ExportDatasetResponse\(')
        self.unset(lambda client: next(client.watch_verdicts()), ".*fake.on_watch")

    def test_a_function_of_the_test_that_fails(self):
        for answer, said in ((lambda request: 1 / 0, "ZeroDivisionError"),
                             (lambda request: "CLEAR", "a function gave a str")):
            with self.assertRaisesRegex(AssertionError, said), FakeProbity() as fake, \
                    Client(fake.address) as client:
                fake.on_screening(None, answer)
                with self.assertRaises(errors.ServerFault):
                    client.screening.screen_supplier(v1.ScreenSupplierRequest(subject=GOOD))

    def test_the_error_of_the_test_itself_is_not_hidden(self):
        with self.assertRaisesRegex(KeyError, "mine"), FakeProbity() as fake, \
                Client(fake.address) as client:
            with self.assertRaises(errors.ServerFault):
                client.suppliers.get_supplier(v1.GetSupplierRequest())
            raise KeyError("mine")

    def test_what_no_answer_can_be_is_refused_where_it_is_set(self):
        with FakeProbity() as fake:
            for set_, said in (
                    (lambda: fake.on_screening(GOOD), "no answer is given"),
                    (lambda: fake.on_screening(GOOD, "CLEAR"), "is a DecisionCore, a ScreenSuppli"),
                    (lambda: fake.on_certification("1", clear()), "a CheckCertificationResponse"),
                    (lambda: fake.on(GET, v1.Supplier()), "a GetSupplierResponse"),
                    (lambda: fake.on_watch(clear()), "a VerdictChange or an error"),
                    (lambda: fake.on("PortfolioService/WatchVerdicts", []), "by on_watch")):
                with self.assertRaisesRegex(TypeError, said):
                    set_()
            for set_, said in ((lambda: fake.on("GetSupplier", error("DISK_FULL")),
                                "did you mean 'SupplierService/GetSupplier'"),
                               (lambda: fake.requests("Screening"), "is no method"),
                               (lambda: review("ALEGATION"), "did you mean 'ALLEGATION'"),
                               (lambda: certification("VALUD"), "no CertificationResult")):
                with self.assertRaisesRegex(ValueError, said):
                    set_()


class CallsTest(FakeTest):
    def test_are_kept_as_they_came(self):
        self.fake.on_screening(GOOD, clear())
        with Client(self.fake.address, token="a-token") as client:
            client.screening.screen_supplier(
                v1.ScreenSupplierRequest(subject=GOOD, request_id="PO-4711-1"), timeout=100)
            list(client.screen_stream(vendor_items("SAP-PRD", ["000017"]), policy="policies/p"))
        first, settings, item = self.fake.calls
        self.assertEqual((first.method, first.request.request_id), (SCREEN, "PO-4711-1"))
        self.assertEqual(first.metadata["authorization"], "Bearer a-token")
        self.assertTrue(50 < first.timeout <= 100)
        self.assertEqual((settings.request.settings.policy, item.request.item.correlation_id),
                         ("policies/p", "000017"))
        self.assertIsNone(item.timeout)
        self.assertEqual(self.fake.requests(SCREEN), [first.request])


class PackageTest(unittest.TestCase):
    def test_no_file_of_the_package_needs_it(self):
        package = pathlib.Path(errors.__file__).parent
        for path in package.glob("*.py"):
            self.assertNotIn("import testing", path.read_text(), path)


if __name__ == "__main__":
    unittest.main()
