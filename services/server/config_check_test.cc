#include "services/server/config_check.h"

#include <filesystem>
#include <fstream>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/server/config.h"

namespace probity::server {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Key;

class ConfigCheckTest : public ::testing::Test {
 protected:
  ConfigCheckTest() {
    directory_ = std::filesystem::path(::testing::TempDir()) /
                 ::testing::UnitTest::GetInstance()->current_test_info()->name();
    std::filesystem::remove_all(directory_);
    std::filesystem::create_directories(directory_);
    config_.set_data_dir((directory_ / "data").string());
    config_.set_tables_dir(PROBITY_SOURCE_DIR "/data");
  }
  ~ConfigCheckTest() override { std::filesystem::remove_all(directory_); }

  std::string Put(const std::string& name, const std::string& text) {
    std::ofstream(directory_ / name) << text;
    return (directory_ / name).string();
  }
  ConfigReport Check() {
    EXPECT_TRUE(CompleteConfig(&config_).ok());
    return CheckConfig(config_);
  }

  std::filesystem::path directory_;
  config::v1::ServerConfig config_;
};

TEST_F(ConfigCheckTest, AGoodConfigurationIsGoodAndNothingIsMade) {
  config_.set_token_file(Put("tokens", "0123456789abcdef ann\nfedcba9876543210 bea\n"));
  const ConfigReport report = Check();
  EXPECT_THAT(report.faults, IsEmpty()) << FormatReport(report);
  const std::string text = FormatReport(report);
  EXPECT_THAT(text, HasSubstr("listen: 127.0.0.1:7443"));
  EXPECT_THAT(text, HasSubstr("tokens, 2 tokens"));
  EXPECT_THAT(text, HasSubstr("default_policy: policies/standard; "));
  EXPECT_THAT(text, HasSubstr("\nGOOD"));
  EXPECT_FALSE(std::filesystem::exists(directory_ / "data"));
}

TEST_F(ConfigCheckTest, NamesEveryFaultAndNotTheFirstAlone) {
  config_.set_token_file(Put("tokens", "short ann\n"));
  config_.set_evidence_key_file(Put("key.pem", "no key\n"));
  config_.set_rarity_table((directory_ / "gone.csv").string());
  Put("data", "a file where the directory should be");
  const ConfigReport report = Check();
  EXPECT_THAT(report.faults,
              ElementsAre(Key("data_dir"), Key("evidence_dir"), Key("evidence_key_file"),
                          Key("token_file"), Key("rarity_table")));
  const std::string text = FormatReport(report);
  EXPECT_THAT(text, HasSubstr("WRONG  token_file"));
  EXPECT_THAT(text, HasSubstr("line 1 has a token that is not 16 to 256 characters long"));
  EXPECT_THAT(text, HasSubstr("gone.csv"));
  EXPECT_THAT(text, HasSubstr("would not start"));
}

TEST_F(ConfigCheckTest, ShippedPoliciesAreCompiled) {
  std::filesystem::copy(PROBITY_SOURCE_DIR "/data", directory_ / "tables",
                        std::filesystem::copy_options::recursive);
  config_.set_tables_dir((directory_ / "tables").string());
  EXPECT_THAT(Check().faults, IsEmpty());
  Put("tables/policies/zz.txtpb", "id: \"zz\" version: \"1\" nonsense: 3\n");
  EXPECT_THAT(Check().faults, Contains(Key("default_policy")));
}

TEST_F(ConfigCheckTest, TheStampsCertificatesAreRead) {
  config_.mutable_timestamp_authority()->set_url("https://tsa.example");
  config_.mutable_timestamp_authority()->set_ca_file((directory_ / "none.pem").string());
  EXPECT_THAT(Check().faults, ElementsAre(Key("timestamp_authority")));
}

}  // namespace
}  // namespace probity::server
