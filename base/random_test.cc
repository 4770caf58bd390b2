#include "base/random.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace probity {
namespace {

TEST(RandomTest, BytesDiffer) {
  EXPECT_EQ(RandomBytes(0), "");
  EXPECT_EQ(RandomBytes(32).size(), 32u);
  EXPECT_NE(RandomBytes(32), RandomBytes(32));
}

TEST(RandomTest, UuidsAreOfVersion4) {
  EXPECT_THAT(NewUuid(), ::testing::MatchesRegex("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-"
                                                 "[89ab][0-9a-f]{3}-[0-9a-f]{12}"));
  EXPECT_NE(NewUuid(), NewUuid());
}

}  // namespace
}  // namespace probity
