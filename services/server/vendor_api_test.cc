// VendorService through the public API, and vendor numbers wherever a subject is
// named.
#include <string>
#include <thread>
#include <vector>

#include "gmock/gmock.h"
#include "probity/v1/policy_service.grpc.pb.h"
#include "probity/v1/screening_service.grpc.pb.h"
#include "probity/v1/vendor_service.grpc.pb.h"
#include "services/server/testing.h"

namespace probity::server {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using Suppliers = v1::SupplierService::Stub;
using Vendors = v1::VendorService::Stub;

class VendorApiTest : public ServerTest {
 protected:
  void SetUp() override {
    ServerTest::SetUp();
    UseTokens();
    CreateDataset("reg");
    Put("reg", Firm("good", "Tidewater Stationery Ltd", "04830352"));
    Put("reg", Firm("bad", "Brackish Kilns Ltd", "01234567"));
    Put("reg",
        "key: 'flag' risk_flag { subject { party { identifier { scheme: 'GB-COH' value: "
        "'01234567' } } } type: FLAG_TYPE_DEBARMENT stage: FLAG_STAGE_FINAL_ADMIN_DECISION "
        "decided_on " +
            D("2025-01-01") + " listing_intervals { from " + D("2025-01-01") + " } }");
    v1::ActivatePolicyRequest activate;
    activate.set_name("policies/demo");
    activate.set_label(v1::POLICY_LABEL_STABLE);
    Ask(&v1::PolicyService::Stub::ActivatePolicy, activate);
  }

  static std::string Number(const std::string& number) {
    return "number { system: 'SAP' company_code: '1000' number: '" + number + "' } ";
  }
  static std::string Coh(const std::string& number) {
    return "identifier { scheme: 'GB-COH' value: '" + number + "' } ";
  }
  // Text format of the whole request.
  v1::BatchUpsertVendorsResponse Upsert(const std::string& request) {
    return Ask(&Vendors::BatchUpsertVendors, Parse<v1::BatchUpsertVendorsRequest>(request));
  }
  v1::ListVendorsResponse List(const std::string& request = "") {
    return Ask(&Vendors::ListVendors, Parse<v1::ListVendorsRequest>(request));
  }
  std::vector<std::string> Numbers(const std::string& request = "") {
    std::vector<std::string> numbers;
    const auto list = List(request);
    for (const v1::Vendor& one : list.vendors()) {
      numbers.push_back(one.number().number());
    }
    return numbers;
  }
  v1::ScreenSupplierResponse Screen(const std::string& number, const std::string& more = "") {
    return Ask(
        &Screening::ScreenSupplier,
        Parse<v1::ScreenSupplierRequest>(
            "subject { ref { vendor { system: 'SAP' company_code: '1000' number: '" + number +
            "' } } " + more + " } purchase { authority_country: 'GB' purpose: PURPOSE_AWARD }"));
  }
};

TEST_F(VendorApiTest, UpsertsAreOrderedAndFailOneByOne) {
  const auto answer = Upsert("vendors { " + Number("1") + Coh("4830352") + "} vendors { " +
                             Number("2") + "country: 'Britain' } vendors { " + Number("1") +
                             "} vendors { " + Number("0001") + "display_name: 'Nobody' }");
  ASSERT_EQ(answer.results_size(), 4);
  EXPECT_EQ(answer.results(0).change(), v1::VENDOR_CHANGE_CREATED);
  EXPECT_EQ(answer.results(0).basis(), v1::VENDOR_BASIS_IDENTIFIER_MATCH);
  EXPECT_EQ(answer.results(0).state(), v1::VENDOR_STATE_CONFIRMED);
  EXPECT_EQ(answer.results(1).error().field(), "country");
  EXPECT_EQ(answer.results(2).error().reason(), "INVALID_FIELD");
  EXPECT_THAT(answer.results(2).error().message(), HasSubstr("vendors[0]"));
  EXPECT_EQ(answer.results(3).state(), v1::VENDOR_STATE_ASSERTED);
  EXPECT_THAT(Numbers(), ElementsAre("0001", "1"));
  const v1::Vendor first = List().vendors(1);
  EXPECT_EQ(first.name(), "authorities/a/vendors/SAP|1000|1");
  EXPECT_EQ(first.set_by(), "ann");
  EXPECT_EQ(first.identifier().value(), "04830352");
  EXPECT_EQ(first.suppliers_size(), 1);
}

TEST_F(VendorApiTest, TheSameFileAgainWritesNothing) {
  const std::string file = "vendors { " + Number("1") + Coh("04830352") + "} vendors { " +
                           Number("2") + "display_name: 'Somebody' } ";
  const auto first = Upsert(file);
  const auto again = Upsert(file);
  EXPECT_EQ(again.results(0).change(), v1::VENDOR_CHANGE_UNCHANGED);
  EXPECT_EQ(again.stamp().revision().revision(), first.stamp().revision().revision());
}

TEST_F(VendorApiTest, ARepeatedRequestIsAnsweredAsBefore) {
  const std::string id = "request_id: '11111111-2222-3333-4444-555555555555' ";
  const auto first = Upsert(id + "vendors { " + Number("1") + "}");
  Upsert("vendors { " + Number("1") + "display_name: 'Later' }");
  const auto again = Upsert(id + "vendors { " + Number("1") + "}");
  EXPECT_EQ(again.results(0).change(), v1::VENDOR_CHANGE_CREATED);
  EXPECT_EQ(again.stamp().revision().revision(), first.stamp().revision().revision());
  EXPECT_EQ(List().vendors(0).display_name(), "Later");
  EXPECT_EQ(Refusal(&Vendors::BatchUpsertVendors,
                    Parse<v1::BatchUpsertVendorsRequest>(id + "vendors { " + Number("2") + "}")),
            "REQUEST_ID_REUSED");
}

TEST_F(VendorApiTest, ListsByFilterAndPage) {
  std::string file;
  for (int i = 0; i < 5; ++i) file += "vendors { " + Number(std::to_string(i)) + "} ";
  Upsert(file + "vendors { " + Number("x") + Coh("01234567") +
         "} vendors { number { system: "
         "'ORA' number: '9' } }");
  EXPECT_THAT(Numbers("system: 'ORA'"), ElementsAre("9"));
  EXPECT_THAT(Numbers("state: VENDOR_STATE_CONFIRMED"), ElementsAre("x"));
  EXPECT_THAT(Numbers("basis: VENDOR_BASIS_IDENTIFIER_MATCH company_code: '1000'"),
              ElementsAre("x"));
  const std::string supplier = List("state: VENDOR_STATE_CONFIRMED").vendors(0).suppliers(0);
  EXPECT_THAT(Numbers("supplier: '" + supplier + "'"), ElementsAre("x"));
  std::vector<std::string> all;
  std::string token;
  do {
    const auto page = List("page_size: 3 system: 'SAP' page_token: '" + token + "'");
    for (const v1::Vendor& one : page.vendors()) all.push_back(one.number().number());
    token = page.next_page_token();
  } while (!token.empty());
  EXPECT_THAT(all, ElementsAre("0", "1", "2", "3", "4", "x"));
  EXPECT_EQ(Refusal(&Vendors::ListVendors, Parse<v1::ListVendorsRequest>("page_size: -1")),
            "INVALID_FIELD");
  EXPECT_EQ(
      Refusal(&Vendors::ListVendors, Parse<v1::ListVendorsRequest>("supplier: 'suppliers/none'")),
      "SUPPLIER_NOT_FOUND");
}

TEST_F(VendorApiTest, DeletedNumbersAreGoneAndTheirPastStays) {
  const auto made = Upsert("vendors { " + Number("1") + Coh("04830352") + "}");
  const auto answer = Ask(
      &Vendors::DeleteVendors,
      Parse<v1::DeleteVendorsRequest>("numbers { system: 'SAP' company_code: '1000' number: '1' } "
                                      "numbers { system: 'SAP' number: '1' }"));
  EXPECT_FALSE(answer.results(0).has_error());
  EXPECT_EQ(answer.results(1).error().reason(), "VENDOR_NOT_FOUND");
  EXPECT_THAT(Numbers(), ElementsAre());
  v1::ListVendorsRequest then;
  *then.mutable_consistency()->mutable_at_exact_revision() = made.stamp().revision();
  EXPECT_EQ(Ask(&Vendors::ListVendors, then).vendors_size(), 1);
}

TEST_F(VendorApiTest, LookupsTakeVendorNumbers) {
  Upsert("vendors { " + Number("1") + Coh("04830352") + "}");
  const auto answer =
      Ask(&Suppliers::LookupSuppliers,
          Parse<v1::LookupSuppliersRequest>("vendors { system: 'SAP' company_code: '1000' number: "
                                            "'1' } vendors { system: 'SAP' number: '1' }"));
  ASSERT_EQ(answer.results_size(), 2);
  EXPECT_EQ(answer.results(0).outcome(), v1::LOOKUP_OUTCOME_FOUND);
  EXPECT_EQ(answer.results(0).suppliers(0).display_name(), "Tidewater Stationery Ltd");
  EXPECT_EQ(answer.results(0).vendor().state(), v1::VENDOR_STATE_CONFIRMED);
  EXPECT_EQ(answer.results(1).outcome(), v1::LOOKUP_OUTCOME_NOT_FOUND);
  EXPECT_EQ(answer.results(1).vendor().state(), v1::VENDOR_STATE_NOT_FOUND);
  const auto batch = Ask(
      &Suppliers::BatchLookupSuppliers,
      Parse<v1::BatchLookupSuppliersRequest>(
          "items { vendor { system: 'SAP' company_code: '1000' number: '1' } } items { vendor { "
          "number: '1' } } items { " +
          Coh("1234567") + "vendor { system: 'SAP' number: '1' } }"));
  EXPECT_EQ(batch.results(0).result().outcome(), v1::LOOKUP_OUTCOME_FOUND);
  EXPECT_EQ(batch.results(1).error().field(), "vendor.system");
  EXPECT_EQ(batch.results(2).error().field(), "vendor");
}

TEST_F(VendorApiTest, ChecksTakeVendorNumbers) {
  Upsert("vendors { " + Number("7") + Coh("01234567") + "}");
  const auto flags =
      Ask(&v1::RiskService::Stub::ListRiskFlags,
          Parse<v1::ListRiskFlagsRequest>(
              "subject { vendor { system: 'SAP' company_code: '1000' number: '7' } }"));
  EXPECT_EQ(flags.flags_size(), 1);
  EXPECT_EQ(flags.resolved_subject().vendor().state(), v1::VENDOR_STATE_CONFIRMED);
  EXPECT_EQ(flags.resolved_subject().vendor().display_name(), "");
  const auto none = Ask(&v1::RiskService::Stub::ListRiskFlags,
                        Parse<v1::ListRiskFlagsRequest>("subject { vendor { system: 'SAP' "
                                                        "company_code: '1000' number: '8' } }"));
  EXPECT_EQ(none.flags_size(), 0);
  EXPECT_EQ(none.resolved_subject().outcome(), v1::LOOKUP_OUTCOME_NOT_FOUND);
  EXPECT_EQ(Refusal(&v1::RiskService::Stub::ListRiskFlags,
                    Parse<v1::ListRiskFlagsRequest>("subject { vendor { number: '8' } }")),
            "INVALID_FIELD");
  EXPECT_EQ(field_, "subject.vendor.system");
}

TEST_F(VendorApiTest, AConfirmedNumberIsAsCertainAsTheIdentifier) {
  Upsert("vendors { " + Number("7") + "display_name: 'Brackish Kilns' " + Coh("01234567") + "}");
  const auto answer = Screen("7");
  EXPECT_EQ(answer.decision().core().identity(), v1::IDENTITY_STATE_CONFIRMED)
      << answer.DebugString();
  const v1::SubjectEvidence& subject = answer.bundle().subjects(0);
  EXPECT_EQ(subject.resolution().vendor().basis(), v1::VENDOR_BASIS_IDENTIFIER_MATCH);
  EXPECT_TRUE(subject.has_name_agreement());
  EXPECT_EQ(subject.facts_size(), 1);
  EXPECT_THAT(answer.DebugString(), Not(HasSubstr("Brackish")));
}

TEST_F(VendorApiTest, OneThatNobodyConfirmedIsAsserted) {
  const std::string bad = "source_record: 'datasets/reg/records/bad' ";
  Upsert("vendors { " + Number("7") + bad + "} vendors { " + Number("8") + bad +
         "confirmed: true }");
  const auto asserted = Screen("7");
  EXPECT_EQ(asserted.decision().core().identity(), v1::IDENTITY_STATE_ASSERTED);
  EXPECT_THAT(asserted.bundle().subjects(0).faults(),
              Contains(v1::IDENTITY_FAULT_VENDOR_NOT_CONFIRMED));
  EXPECT_NE(asserted.decision().core().verdict(), v1::VERDICT_BLOCK);
  EXPECT_GT(asserted.decision().core().next_steps_size(), 0);
  EXPECT_EQ(Screen("8").decision().core().identity(), v1::IDENTITY_STATE_CONFIRMED);
  // The name that the system has is compared too.
  Upsert("vendors { " + Number("8") + "display_name: 'Zebra Hats' }");
  const auto renamed = Screen("8");
  EXPECT_EQ(renamed.decision().core().identity(), v1::IDENTITY_STATE_AMBIGUOUS);
  EXPECT_THAT(renamed.bundle().subjects(0).faults(), Contains(v1::IDENTITY_FAULT_NAME_DISAGREES));
}

TEST_F(VendorApiTest, AnUnknownNumberIsNeverClear) {
  const auto answer = Screen("404");
  EXPECT_EQ(answer.decision().core().identity(), v1::IDENTITY_STATE_UNIDENTIFIED);
  EXPECT_NE(answer.decision().core().verdict(), v1::VERDICT_CLEAR);
  EXPECT_THAT(answer.bundle().subjects(0).faults(), Contains(v1::IDENTITY_FAULT_VENDOR_UNKNOWN));
}

// Half of a vendor master has no identifier: the number alone searches by name.
TEST_F(VendorApiTest, ANumberWithoutAnIdentifierIsSearchedByItsName) {
  Upsert("vendors { " + Number("7") + "display_name: 'Brackish Kilns' country: 'GB' }");
  const auto answer = Screen("7");
  EXPECT_EQ(answer.decision().core().identity(), v1::IDENTITY_STATE_AMBIGUOUS);
  EXPECT_GE(answer.bundle().subjects(0).candidates_size(), 1);
  EXPECT_EQ(answer.bundle().subjects(0).country(), "GB");
}

TEST_F(VendorApiTest, ADecisionSeesTheEntryOfItsRevision) {
  Upsert("vendors { " + Number("7") + "display_name: 'Brackish Kilns' " + Coh("01234567") + "}");
  const auto before = Screen("7");
  Upsert("vendors { " + Number("7") + "display_name: 'Tidewater' " + Coh("04830352") + "}");
  v1::ReplayDecisionRequest replay;
  replay.set_name(before.decision().name());
  replay.set_mode(v1::REPLAY_MODE_REDERIVE);
  const auto derived = Ask(&Screening::ReplayDecision, replay);
  EXPECT_TRUE(derived.equal()) << derived.DebugString();
}

TEST_F(VendorApiTest, NumbersOfAnotherAuthorityAreNotThere) {
  Upsert("vendors { " + Number("1") + Coh("04830352") + "}");
  token_ = kBob;
  EXPECT_THAT(Numbers(), ElementsAre());
  v1::LookupSuppliersRequest lookup;
  lookup.add_vendors()->set_system("SAP");
  lookup.mutable_vendors(0)->set_company_code("1000");
  lookup.mutable_vendors(0)->set_number("1");
  EXPECT_EQ(Ask(&Suppliers::LookupSuppliers, lookup).results(0).vendor().state(),
            v1::VENDOR_STATE_NOT_FOUND);
  const auto datasets = Ask(&DataStub::ListDatasets, v1::ListDatasetsRequest());
  for (const v1::Dataset& one : datasets.datasets()) {
    EXPECT_EQ(one.kind(), v1::DATASET_KIND_UNSPECIFIED) << one.name();
  }
  Upsert("vendors { " + Number("1") + Coh("01234567") + "}");
  EXPECT_EQ(List().vendors(0).identifier().value(), "01234567");
  token_ = kAnn;
  EXPECT_EQ(List().vendors(0).identifier().value(), "04830352");
}

TEST_F(VendorApiTest, OnlyTheServiceWritesThem) {
  Upsert("vendors { " + Number("1") + "}");
  std::string own;
  const auto datasets = Ask(&DataStub::ListDatasets, v1::ListDatasetsRequest());
  for (const v1::Dataset& one : datasets.datasets()) {
    if (one.kind() == v1::DATASET_KIND_VENDORS) own = one.name();
  }
  ASSERT_THAT(own, HasSubstr("datasets/probity-vendors-"));
  v1::PutRecordRequest put;
  put.set_dataset(own);
  put.mutable_record()->set_key("x");
  put.mutable_record()->mutable_supplier()->add_names()->set_text("X");
  EXPECT_EQ(Refusal(&DataStub::PutRecord, put), "DATASET_RESERVED");
  v1::RemoveRecordRequest remove;
  remove.set_name(own + "/records/SAP|1000|1");
  EXPECT_EQ(Refusal(&DataStub::RemoveRecord, remove), "DATASET_RESERVED");
  v1::CreateLoadRequest load;
  load.set_dataset(own);
  load.mutable_load()->set_format("probity-jsonl");
  EXPECT_EQ(Refusal(&DataStub::CreateLoad, load), "DATASET_RESERVED");
  v1::CreateDatasetRequest create;
  create.mutable_dataset()->set_name("datasets/probity-vendors");
  create.mutable_dataset()->set_absence(v1::ABSENCE_MODE_RETRACTED);
  EXPECT_EQ(Refusal(&DataStub::CreateDataset, create), "INVALID_FIELD");
  // Nor do they come in through a dataset of somebody.
  put.set_dataset("datasets/reg");
  put.mutable_record()->mutable_vendor()->mutable_number()->set_number("1");
  EXPECT_EQ(Refusal(&DataStub::PutRecord, put), "ROW_VALUE");
  v1::PutRecordRequest flag;
  flag.set_dataset("datasets/reg");
  flag.mutable_record()->set_key("f");
  flag.mutable_record()->mutable_risk_flag()->set_type(v1::FLAG_TYPE_MEDIA);
  flag.mutable_record()
      ->mutable_risk_flag()
      ->mutable_subject()
      ->mutable_party()
      ->mutable_vendor()
      ->set_number("1");
  EXPECT_EQ(Refusal(&DataStub::PutRecord, flag), "ROW_VALUE");
}

TEST_F(VendorApiTest, WritersWaitForEachOtherAndNothingIsLost) {
  std::vector<std::thread> writers;
  for (int i = 0; i < 4; ++i) {
    writers.emplace_back([this, i] {
      for (int k = 0; k < 5; ++k) {
        grpc::ClientContext context;
        context.AddMetadata("authorization", std::string("Bearer ") + kAnn);
        v1::BatchUpsertVendorsRequest request;
        request.add_vendors()->mutable_number()->set_system("S" + std::to_string(i));
        request.mutable_vendors(0)->mutable_number()->set_number(std::to_string(k));
        v1::BatchUpsertVendorsResponse response;
        const grpc::Status status =
            Vendors(channel_).BatchUpsertVendors(&context, request, &response);
        EXPECT_TRUE(status.ok()) << status.error_message();
      }
    });
  }
  for (std::thread& one : writers) one.join();
  EXPECT_EQ(List().vendors_size(), 20);
}

TEST_F(VendorApiTest, LimitsArePublished) {
  const auto info = Ask(&v1::ServerService::Stub::GetServerInfo, v1::GetServerInfoRequest());
  EXPECT_GT(info.max_batch_vendors(), 0);
  v1::BatchUpsertVendorsRequest request;
  EXPECT_EQ(Refusal(&Vendors::BatchUpsertVendors, request), "INVALID_FIELD");
  while (request.vendors_size() <= info.max_batch_vendors()) request.add_vendors();
  EXPECT_EQ(Refusal(&Vendors::BatchUpsertVendors, request), "LIMIT_EXCEEDED");
}

}  // namespace
}  // namespace probity::server
