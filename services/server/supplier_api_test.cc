// SupplierService through the public API.
#include "gmock/gmock.h"
#include "services/server/register_testing.h"
#include "services/server/testing.h"

namespace probity::server {
namespace {

TEST_F(ServerTest, LooksUpEveryOutcome) {
  CreateDataset("r");
  ASSERT_EQ(Import("r", "probity-csv", kRegister).state(), v1::LOAD_STATE_COMMITTED);
  v1::LookupSuppliersResponse response;
  ASSERT_TRUE(Lookup("GB-COH", "04830352", &response).ok());
  EXPECT_EQ(response.results(0).outcome(), v1::LOOKUP_OUTCOME_FOUND);
  EXPECT_EQ(response.results(0).suppliers(0).display_name(), "Brick & Sons Ltd");
  EXPECT_EQ(response.results(0).identifier().value(), "04830352");
  EXPECT_EQ(response.stamp().revision().revision(), 3u);
  EXPECT_EQ(call_id_, 1u);
  ASSERT_TRUE(Lookup("XI-LEI", "5299 00T8 BM49 AURS DO55", &response).ok());
  EXPECT_EQ(response.results(0).outcome(), v1::LOOKUP_OUTCOME_REDIRECTED);
  EXPECT_EQ(response.results(0).suppliers(0).display_name(), "New Mill");
  ASSERT_EQ(response.results(0).redirects_size(), 1);
  EXPECT_EQ(response.results(0).redirects(0).source_record(), "datasets/r/records/2");
  ASSERT_TRUE(Lookup("US-EIN", "12-1", &response).ok());
  EXPECT_EQ(response.results(0).outcome(), v1::LOOKUP_OUTCOME_NOT_RESOLVABLE);
  EXPECT_EQ(response.results(0).suppliers_size(), 0);
  ASSERT_TRUE(Lookup("EU-VAT-DE", "DE123456789", &response).ok());
  EXPECT_EQ(response.results(0).outcome(), v1::LOOKUP_OUTCOME_AMBIGUOUS);
  EXPECT_EQ(response.results(0).suppliers_size(), 2);
  ASSERT_TRUE(Lookup("GB-COH", "00000001", &response).ok());
  EXPECT_EQ(response.results(0).outcome(), v1::LOOKUP_OUTCOME_NOT_FOUND);
}

TEST_F(ServerTest, AWrongCheckDigitIsAnErrorWithItsReason) {
  v1::LookupSuppliersResponse response;
  const grpc::Status status = Lookup("XI-LEI", "529900T8BM49AURSDO56", &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(reason_, "IDENTIFIER_CHECK_FAILED");
  EXPECT_EQ(field_, "identifiers[0].value");
}

TEST_F(ServerTest, BatchesKeepOrderAndCarryTheirErrors) {
  CreateDataset("r");
  Import("r", "probity-csv", kRegister);
  v1::BatchLookupSuppliersRequest request;
  for (const char* value : {"04830352", "1", "NOPE"}) {
    auto* item = request.add_items();
    item->set_correlation_id(value);
    item->mutable_identifier()->set_scheme(value == std::string("NOPE") ? "QQ" : "GB-COH");
    item->mutable_identifier()->set_value(value);
  }
  v1::BatchLookupSuppliersResponse response;
  ASSERT_TRUE(Call(&v1::SupplierService::Stub::BatchLookupSuppliers, request, &response).ok());
  ASSERT_EQ(response.results_size(), 3);
  EXPECT_EQ(response.results(0).result().outcome(), v1::LOOKUP_OUTCOME_FOUND);
  EXPECT_EQ(response.results(1).result().outcome(), v1::LOOKUP_OUTCOME_NOT_FOUND);
  EXPECT_EQ(response.results(2).error().reason(), "UNKNOWN_IDENTIFIER_SCHEME");
  EXPECT_EQ(response.results(2).correlation_id(), "NOPE");
}

}  // namespace
}  // namespace probity::server
