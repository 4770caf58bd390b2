#include "services/rpc/reloads.h"

#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace probity::rpc {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

using Heard = std::vector<std::pair<std::string, std::string>>;

Reloads::Told Into(Heard* heard) {
  return [heard](absl::string_view part, const absl::Status& status) {
    heard->emplace_back(part, status.message());
  };
}

TEST(ReloadsTest, AsksAllPartsInOrderAlsoBehindOneThatFails) {
  Reloads reloads;
  int read = 0;
  reloads.Add("first", [&read] { return ++read, absl::OkStatus(); });
  reloads.Add("second", [] { return absl::InvalidArgumentError("line 3 is wrong"); });
  reloads.Add("third", [&read] { return ++read, absl::OkStatus(); });
  Heard heard;
  EXPECT_EQ(reloads.Run(Into(&heard)), 1);
  EXPECT_EQ(read, 2);
  EXPECT_THAT(heard,
              ElementsAre(Pair("first", ""), Pair("second", "line 3 is wrong"), Pair("third", "")));
}

TEST(ReloadsTest, CountsFailuresAndWholeSuccesses) {
  Reloads reloads;
  bool good = false;
  reloads.Add("part",
              [&good] { return good ? absl::OkStatus() : absl::InvalidArgumentError("wrong"); });
  Heard heard;
  EXPECT_EQ(reloads.Run(Into(&heard)), 1);
  EXPECT_EQ(reloads.Run(Into(&heard)), 1);
  EXPECT_EQ(reloads.failures(), 2u);
  EXPECT_EQ(reloads.successes(), 0u);
  good = true;
  EXPECT_EQ(reloads.Run(Into(&heard)), 0);
  EXPECT_EQ(reloads.failures(), 2u);
  EXPECT_EQ(reloads.successes(), 1u);
}

TEST(ReloadsTest, WithoutPartsNothingFails) {
  Reloads reloads;
  Heard heard;
  EXPECT_EQ(reloads.Run(Into(&heard)), 0);
  EXPECT_TRUE(heard.empty());
}

}  // namespace
}  // namespace probity::rpc
