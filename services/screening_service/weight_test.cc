#include "services/screening_service/weight.h"

#include "gtest/gtest.h"

namespace probity::screening_service {
namespace {

TEST(WeightTest, NamesCostMoreThanNumbers) {
  v1::ScreenSupplierRequest request;
  EXPECT_EQ(WeightOf(request), 1U);
  request.mutable_subject()->mutable_ref()->mutable_identifier()->set_value("04830352");
  EXPECT_EQ(WeightOf(request), 1U);
  request.mutable_subject()->set_name("Alpha Mills");
  EXPECT_EQ(WeightOf(request), 3U);
  request.mutable_subject()->clear_ref();
  EXPECT_EQ(WeightOf(request), 7U);
}

// However the names are spread over the purchase.
TEST(WeightTest, EachNameIsSearched) {
  v1::ScreenSupplierRequest request;
  v1::PurchaseItem* item = request.mutable_purchase()->add_items();
  item->mutable_manufacturer()->set_name("Beta Mills");
  item->mutable_site()->set_supplier("suppliers/a");
  request.mutable_purchase()->add_parties()->mutable_subject()->set_name("Gamma Mills");
  request.mutable_purchase()->add_parties()->mutable_subject()->mutable_ref()->set_supplier(
      "suppliers/b");
  EXPECT_EQ(WeightOf(request), 13U);
}

}  // namespace
}  // namespace probity::screening_service
