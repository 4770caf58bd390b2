#include "services/rpc/subjects.h"

#include "absl/strings/str_cat.h"
#include "base/text_proto.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "probity/v1/certification_service.pb.h"
#include "probity/v1/dataset_service.pb.h"
#include "probity/v1/risk_service.pb.h"
#include "probity/v1/supplier_service.pb.h"

namespace probity::rpc {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

template <typename Request>
std::vector<std::string> Of(const std::string& text) {
  Request request;
  EXPECT_EQ(ReadTextProto(text, &request), "") << text;
  return SubjectsOf(request);
}

TEST(SubjectsTest, AreTheResourcesThatARequestNames) {
  EXPECT_THAT(Of<v1::GetSupplierRequest>("name: 'suppliers/abc'"), ElementsAre("suppliers/abc"));
  EXPECT_THAT(
      Of<v1::RedactRecordRequest>("record: 'datasets/d/records/k' reason: 'the person asked'"),
      ElementsAre("datasets/d/records/k"));
}

TEST(SubjectsTest, AreIdentifiersAndVendorsWhereverTheyStand) {
  EXPECT_THAT(Of<v1::LookupSuppliersRequest>(
                  "identifiers { scheme: 'XI-LEI' value: '1' } identifiers { scheme: 'XI-LEI' "
                  "value: '1' } identifiers { scheme: 'GB-COH' value: '2' }"),
              ElementsAre("XI-LEI:1", "GB-COH:2"));
  EXPECT_THAT(Of<v1::ListRiskFlagsRequest>(
                  "subject { vendor { system: 'SAP' company_code: '1' number: '4711' } }"),
              ElementsAre("vendor:SAP/1/4711"));
}

TEST(SubjectsTest, ASearchedNameIsOne) {
  EXPECT_THAT(Of<v1::SearchSuppliersRequest>("query: 'Acme' country: 'GB'"),
              ElementsAre("query:Acme"));
}

// What is loaded is told by its dataset, not by what the record says.
TEST(SubjectsTest, ContentsOfRecordsAreNotLookedAt) {
  EXPECT_THAT(Of<v1::PutRecordRequest>("dataset: 'datasets/d' record { key: 'k' supplier { "
                                       "identifiers { scheme: 'XI-LEI' value: '1' } } }"),
              ElementsAre("datasets/d"));
}

TEST(SubjectsTest, ARequestMayNameNothing) {
  EXPECT_THAT(Of<v1::ListDatasetsRequest>("page_size: 3"), IsEmpty());
}

TEST(SubjectsTest, ANumberOfACertificateIsOne) {
  EXPECT_THAT(Of<v1::ListCertificationsRequest>("certificate_no: 'CU 1234'"),
              ElementsAre("certificate:CU 1234"));
}

// Nobody is hidden behind others whom the same call looks up.
TEST(SubjectsTest, TheLargestBatchOfLookupsIsToldWhole) {
  v1::BatchLookupSuppliersRequest request;
  for (int i = 0; i < kMaxBatchLookup; ++i) {
    v1::Identifier* identifier = request.add_items()->mutable_identifier();
    identifier->set_scheme("XI-LEI");
    identifier->set_value(absl::StrCat(i));
  }
  const std::vector<std::string> subjects = SubjectsOf(request);
  ASSERT_EQ(subjects.size(), kMaxSubjects);
  EXPECT_EQ(subjects.back(), absl::StrCat("XI-LEI:", kMaxBatchLookup - 1));
}

TEST(SubjectsTest, RepeatsAreLeftOutHoweverManyThereAre) {
  v1::SearchSuppliersRequest request;
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 20; ++i) request.add_excluded_suppliers(absl::StrCat("suppliers/", i));
  }
  const std::vector<std::string> subjects = SubjectsOf(request);
  ASSERT_EQ(subjects.size(), 20U);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(subjects[i], absl::StrCat("suppliers/", i));
}

TEST(SubjectsTest, MoreThanThatIsSeenToBeMore) {
  v1::SearchSuppliersRequest request;
  request.set_query("Acme");
  for (int i = 0; i < 5000; ++i) request.add_excluded_suppliers(absl::StrCat("suppliers/", i));
  const std::vector<std::string> subjects = SubjectsOf(request);
  EXPECT_EQ(subjects.size(), kMaxSubjects + 1);
  EXPECT_EQ(subjects.front(), "query:Acme");
}

}  // namespace
}  // namespace probity::rpc
