#include "storage/retention/floor.h"

#include <gtest/gtest.h>

namespace probity::storage {
namespace {

struct Case {
  const char* what;
  RetentionFacts facts;
  uint64_t floor;
};

TEST(RetentionFloorTest, EveryBorder) {
  const std::optional<uint64_t> none;
  const Case cases[] = {
      {"nothing is said: all stays", {1000, 0, none, none}, 1},
      {"nothing is said, whatever else", {1000, 0, 900, 950}, 1},
      {"a new store", {1, 10, none, none}, 1},
      {"as many as are kept", {10, 10, none, none}, 1},
      {"one more: revision 1 and ten others", {11, 10, none, none}, 1},
      {"two more", {12, 10, none, none}, 2},
      {"the newest and one other", {1000, 1, none, none}, 999},
      {"a hold below", {1000, 10, 400, none}, 400},
      {"a hold at the floor", {1000, 10, 990, none}, 990},
      {"a hold above the floor keeps nothing more", {1000, 10, 991, none}, 990},
      {"a hold on all there ever was", {1000, 10, 1, none}, 1},
      {"a decision below", {1000, 10, none, 989}, 989},
      {"a decision above", {1000, 10, none, 1000}, 990},
      {"the older of both, the hold", {1000, 10, 300, 400}, 300},
      {"the older of both, the decision", {1000, 10, 400, 300}, 300},
      {"a decision of a restored store, newer than all", {1000, 10, none, 5000}, 990},
      {"a decision that names no revision", {1000, 10, none, 0}, 1},
  };
  for (const Case& one : cases) EXPECT_EQ(RetentionFloor(one.facts), one.floor) << one.what;
}

}  // namespace
}  // namespace probity::storage
