#include "services/rpc/subjects.h"

#include "absl/strings/str_cat.h"
#include "base/text_proto.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
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

TEST(SubjectsTest, AreLookedForWhereSomebodyHearsOfTheCall) {
  v1::GetSupplierRequest request;
  request.set_name("suppliers/abc");
  CallContext call;
  NameSubjects(call, request);
  EXPECT_THAT(call.subjects, ElementsAre("suppliers/abc"));
  CallContext unheard;
  unheard.wants_subjects = false;
  NameSubjects(unheard, request);
  EXPECT_THAT(unheard.subjects, IsEmpty());
}

TEST(SubjectsTest, ABulkCallIsCut) {
  v1::LookupSuppliersRequest request;
  for (int i = 0; i < 1000; ++i) {
    request.add_identifiers()->set_scheme("XI-LEI");
    request.mutable_identifiers(i)->set_value(absl::StrCat(i));
  }
  EXPECT_EQ(SubjectsOf(request).size(), kMaxSubjects);
}

}  // namespace
}  // namespace probity::rpc
