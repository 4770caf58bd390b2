#include "services/rpc/resource_names.h"

#include "base/errors.h"
#include "gtest/gtest.h"

namespace probity::rpc {
namespace {

TEST(ResourceNamesTest, ReadsTheParts) {
  EXPECT_EQ(*ParseDatasetName("name", "datasets/gleif-2024"), "gleif-2024");
  EXPECT_EQ(*ParseSupplierName("name", "suppliers/0123456789abcdef"), "0123456789abcdef");
  const auto load = ParseLoadName("name", "datasets/gleif/loads/00ff");
  ASSERT_TRUE(load.ok());
  EXPECT_EQ(load->dataset, "gleif");
  EXPECT_EQ(load->Name(), "datasets/gleif/loads/00ff");
}

TEST(ResourceNamesTest, RefusesOtherForms) {
  for (const char* name : {"", "gleif", "datasets/", "datasets/Gleif", "datasets/9a",
                           "datasets/a/b", "datasets/a_b", "datasets/../x"}) {
    EXPECT_EQ(ReasonOf(ParseDatasetName("name", name).status()), v1::ERROR_REASON_INVALID_FIELD)
        << name;
  }
  EXPECT_FALSE(ParseSupplierName("name", "suppliers/a/b").ok());
  EXPECT_FALSE(ParseSupplierName("name", "supplier/a").ok());
  for (const char* name : {"datasets/a/loads/", "datasets/a/loads/../..", "datasets/a/loads/x/y",
                           "datasets/a/load/x", "loads/x"}) {
    EXPECT_FALSE(ParseLoadName("name", name).ok()) << name;
  }
}

}  // namespace
}  // namespace probity::rpc
