#include "storage/own_datasets.h"

#include <string>

#include "base/testing.h"
#include "gtest/gtest.h"
#include "storage/change_set.h"
#include "storage/memory/in_memory_store.h"
#include "storage/testing/builders.h"
#include "storage/testing/conformance.h"

namespace probity::storage {
namespace {

using probity::v1::DATASET_KIND_VENDORS;

TEST(OwnDatasetsTest, AuthoritiesHaveDatasetsOfTheirOwn) {
  const std::string none = OwnDatasetId(DATASET_KIND_VENDORS, "");
  const std::string a = OwnDatasetId(DATASET_KIND_VENDORS, "authorities/a");
  EXPECT_EQ(none, "probity-vendors");
  EXPECT_EQ(a.rfind("probity-vendors-", 0), 0u);
  EXPECT_NE(a, OwnDatasetId(DATASET_KIND_VENDORS, "authorities/A"));
  EXPECT_TRUE(IsReservedDatasetId(none));
  EXPECT_TRUE(IsReservedDatasetId(a));
  EXPECT_FALSE(IsReservedDatasetId("probit"));
  EXPECT_FALSE(IsReservedDatasetId("my-probity-list"));
}

// An authority's name may be longer than an id, and hold signs that an id may not.
TEST(OwnDatasetsTest, EveryAuthorityIsAccepted) {
  InMemoryStore store(TestIdentifiers(), testing::kTestLineage);
  for (const std::string& authority : {std::string(), std::string("authorities/a"),
                                       "authorities/" + std::string(116, 'X') + "@+."}) {
    const auto dataset = OwnDataset(DATASET_KIND_VENDORS, authority);
    EXPECT_EQ(dataset.owner(), authority);
    auto changes = NewDatasetChangeSet(*store.Head(authority), dataset);
    ASSERT_TRUE(changes.ok()) << changes.status();
    auto view = store.Publish(*changes, {});
    ASSERT_TRUE(view.ok()) << view.status();
    EXPECT_EQ((*view)->authority(), authority);
    const auto* state = (*view)->FindDataset(OwnDatasetId(DATASET_KIND_VENDORS, authority));
    ASSERT_NE(state, nullptr);
    EXPECT_EQ(state->dataset().kind(), DATASET_KIND_VENDORS);
  }
}

}  // namespace
}  // namespace probity::storage
