#include "services/server/running_settings.h"

#include "absl/status/statusor.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/server/config.h"
#include "spdlog/spdlog.h"

namespace probity::server {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

config::v1::ServerConfig Complete(const std::string& text) {
  auto config = ParseConfig("test", text);
  EXPECT_TRUE(config.ok()) << config.status();
  EXPECT_TRUE(CompleteConfig(&*config).ok());
  return *std::move(config);
}

class RunningSettingsTest : public ::testing::Test {
 protected:
  RunningSettingsTest() : level_(spdlog::get_level()) {}
  ~RunningSettingsTest() override { spdlog::set_level(level_); }

  const spdlog::level::level_enum level_;
};

TEST_F(RunningSettingsTest, TakesWhatCanChange) {
  const auto before = Complete(R"(data_dir: "d")");
  const auto after = Complete(R"(data_dir: "d" log_level: "error" drain_seconds: 77)");
  RunningSettings settings(before, [&after] { return after; });
  ASSERT_TRUE(settings.Reload().ok());
  EXPECT_EQ(settings.drain_limit(), absl::Seconds(77));
  EXPECT_EQ(spdlog::get_level(), spdlog::level::err);
}

TEST_F(RunningSettingsTest, TakesTheQuotasOfCallers) {
  const auto before = Complete(R"(data_dir: "d" caller_quotas { principal: "ann" streams: 3 })");
  auto after = Complete(R"(data_dir: "d" caller_units_per_second: 100 caller_burst_seconds: 7
                           streams_per_caller: 5 max_streams: 50
                           caller_quotas { principal: "bob" units_per_second: 20 })");
  RunningSettings settings(before, [&after] { return after; });
  ASSERT_TRUE(settings.Reload().ok());
  const auto& taken = settings.config();
  EXPECT_EQ(taken.caller_units_per_second(), 100U);
  EXPECT_EQ(taken.caller_burst_seconds(), 7U);
  EXPECT_EQ(taken.streams_per_caller(), 5U);
  ASSERT_EQ(taken.caller_quotas_size(), 1);
  EXPECT_EQ(taken.caller_quotas(0).principal(), "bob");
  EXPECT_EQ(taken.max_streams(), before.max_streams()) << "is for the next start";
  after.clear_caller_quotas();
  ASSERT_TRUE(settings.Reload().ok());
  EXPECT_EQ(taken.caller_quotas_size(), 0) << "what the file has no more is gone";
}

TEST_F(RunningSettingsTest, LeavesTheRestForTheNextStart) {
  const auto before = Complete(R"(data_dir: "d")");
  const auto after = Complete(R"(data_dir: "e" backup_dir: "b" load_expiry { seconds: 7200 })");
  RunningSettings settings(before, [&after] { return after; });
  ASSERT_TRUE(settings.Reload().ok());
  EXPECT_EQ(settings.config().data_dir(), "d");
  EXPECT_EQ(settings.config().backup_dir(), "");
}

TEST_F(RunningSettingsTest, AnErrorChangesNothing) {
  RunningSettings settings(Complete(R"(data_dir: "d" drain_seconds: 5)"),
                           []() -> absl::StatusOr<config::v1::ServerConfig> {
                             return absl::InvalidArgumentError("line 2 is wrong");
                           });
  EXPECT_EQ(settings.Reload().message(), "line 2 is wrong");
  EXPECT_EQ(settings.drain_limit(), absl::Seconds(5));
  EXPECT_EQ(spdlog::get_level(), level_);
}

TEST(WaitForStartTest, NamesWhatDiffers) {
  const auto before = Complete(R"(data_dir: "d")");
  EXPECT_THAT(WaitForStart(before, before), IsEmpty());
  EXPECT_THAT(
      WaitForStart(before, Complete(R"(data_dir: "d" listen: "127.0.0.1:1" log_level: "error"
                                       caller_quotas { principal: "bob" }
                                       load_expiry { seconds: 7200 })")),
      ElementsAre("listen", "load_expiry"));
}

}  // namespace
}  // namespace probity::server
