// A whole sandbox, as StartSandbox serves it: that it is one, and says so. What each of its
// suppliers gives, tests/conformance/corpus_test.cc asks.
#include "services/server/sandbox.h"

#include <filesystem>

#include "base/errors.h"
#include "gmock/gmock.h"
#include "probity/v1/screening_service.grpc.pb.h"
#include "services/server/raw_call_testing.h"
#include "services/server/sandbox_data.h"
#include "services/server/testing.h"

namespace probity::server {
namespace {

using ::testing::HasSubstr;

// One sandbox for all tests: they change nothing in it.
class SandboxTest : public ServerTest {
 protected:
  static void SetUpTestSuite() {
    auto directory = SandboxDirectory::Make();
    ASSERT_TRUE(directory.ok()) << directory.status();
    sandbox_directory_ = directory->release();
    config::v1::ServerConfig config = Settings();
    ASSERT_TRUE(MakeSandboxSettings(*sandbox_directory_, &config).ok());
    ASSERT_TRUE(CompleteConfig(&config).ok());
    auto sandbox = StartSandbox(config);
    ASSERT_TRUE(sandbox.ok()) << sandbox.status();
    sandbox_ = sandbox->release();
  }
  static void TearDownTestSuite() {
    delete sandbox_;
    const std::string path = sandbox_directory_->path();
    EXPECT_TRUE(std::filesystem::exists(path));
    delete sandbox_directory_;
    EXPECT_FALSE(std::filesystem::exists(path));
  }
  void SetUp() override {
    ASSERT_NE(sandbox_, nullptr);
    channel_ = grpc::CreateChannel("127.0.0.1:" + std::to_string(sandbox_->port()),
                                   grpc::InsecureChannelCredentials());
  }
  void TearDown() override {}

  static config::v1::ServerConfig Settings() {
    config::v1::ServerConfig config;
    config.set_listen("127.0.0.1:0");
    config.set_tables_dir("data");
    return config;
  }
  static v1::LookupSuppliersRequest Lookup(const std::string& lei) {
    v1::LookupSuppliersRequest request;
    request.add_identifiers()->set_scheme("XI-LEI");
    request.mutable_identifiers(0)->set_value(lei);
    return request;
  }

  static Server* sandbox_;
  static SandboxDirectory* sandbox_directory_;
};

Server* SandboxTest::sandbox_ = nullptr;
SandboxDirectory* SandboxTest::sandbox_directory_ = nullptr;

TEST_F(SandboxTest, SaysOfAllItsDataThatTheyAreInvented) {
  const auto info =
      Ask(&v1::ServerService::Stub::GetServerInfo, v1::GetServerInfoRequest::default_instance());
  ASSERT_EQ(info.datasets_size(), 4);
  for (const v1::SourceEdition& dataset : info.datasets()) {
    EXPECT_TRUE(dataset.invented()) << dataset.dataset();
    EXPECT_THAT(dataset.title(), HasSubstr("SANDBOX"));
  }
}

TEST_F(SandboxTest, IsHealthyAlthoughItsClockStandsStill) { AwaitHealth(channel_, "", "SERVING"); }

TEST_F(SandboxTest, ItsClockStandsStill) {
  for (int i = 0; i < 2; ++i) {
    const auto found =
        Ask(&v1::SupplierService::Stub::LookupSuppliers, Lookup("9999SANDBOXCLEAR0069"));
    EXPECT_EQ(found.stamp().evaluated_at().seconds(), absl::ToUnixSeconds(SandboxNow()));
    EXPECT_EQ(found.stamp().evaluated_at().nanos(), 0);
    EXPECT_EQ(found.results(0).outcome(), v1::LOOKUP_OUTCOME_FOUND);
  }
}

TEST_F(SandboxTest, EveryDecisionNamesInventedSources) {
  v1::ScreenSupplierRequest request;
  *request.mutable_subject()->mutable_ref()->mutable_identifier() =
      Lookup("9999SANDBOXCLEAR0069").identifiers(0);
  request.mutable_purchase()->set_authority_country("DE");
  request.mutable_purchase()->set_purpose(v1::PURPOSE_QUALIFICATION);
  const auto answer = Ask(&v1::ScreeningService::Stub::ScreenSupplier, request);
  EXPECT_EQ(answer.decision().core().verdict(), v1::VERDICT_CLEAR);
  ASSERT_GT(answer.bundle().sources_size(), 0);
  for (const v1::SourceEvidence& source : answer.bundle().sources()) {
    EXPECT_TRUE(source.edition().invented()) << source.dataset();
  }
}

TEST_F(SandboxTest, RehearsesErrorsThatNoDataGive) {
  EXPECT_EQ(Refusal(&v1::SupplierService::Stub::LookupSuppliers, Lookup("9999SANDBOXQUOTA0086")),
            "QUOTA_EXCEEDED");
  EXPECT_EQ(Refusal(&v1::SupplierService::Stub::LookupSuppliers, Lookup("9999SANDBOXDENIED082")),
            "PERMISSION_DENIED");
}

TEST_F(SandboxTest, TakesItsOwnTokensAndNoOthers) {
  const auto request = Lookup("9999SANDBOXCLEAR0069");
  token_ = "sandbox-token-second";
  Ask(&v1::SupplierService::Stub::LookupSuppliers, request);
  token_ = "a-token-of-somebody-else";
  EXPECT_EQ(Refusal(&v1::SupplierService::Stub::LookupSuppliers, request), "UNAUTHENTICATED");
}

TEST_F(SandboxTest, RefusesWhatIsNotForASandbox) {
  const auto fault = [](void (*change)(config::v1::ServerConfig*)) {
    config::v1::ServerConfig config = Settings();
    change(&config);
    const absl::Status status = MakeSandboxSettings(*sandbox_directory_, &config);
    EXPECT_EQ(ReasonOf(status), v1::ERROR_REASON_INVALID_FIELD);
    return std::string(status.message());
  };
  EXPECT_THAT(fault([](auto* config) { config->set_data_dir("/var/lib/probity"); }),
              HasSubstr("data_dir: is not for --sandbox"));
  EXPECT_THAT(fault([](auto* config) { config->set_token_file("/etc/tokens"); }),
              HasSubstr("token_file: is not for --sandbox"));
  EXPECT_THAT(fault([](auto* config) { config->set_listen("0.0.0.0:7443"); }),
              HasSubstr("loopback"));
}

// What a server of records holds, no sandbox touches: the identifiers are nothing there.
class NoSandboxTest : public ServerTest {};

TEST_F(NoSandboxTest, ANormalServerRehearsesNothing) {
  v1::LookupSuppliersRequest request;
  request.add_identifiers()->set_scheme("XI-LEI");
  request.mutable_identifiers(0)->set_value("9999SANDBOXQUOTA0086");
  const auto found = Ask(&v1::SupplierService::Stub::LookupSuppliers, request);
  EXPECT_EQ(found.results(0).outcome(), v1::LOOKUP_OUTCOME_NOT_FOUND);
}

}  // namespace
}  // namespace probity::server
