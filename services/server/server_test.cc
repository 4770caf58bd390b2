// The server itself: start, stop, limits, health, reflection, who calls.
#include "gmock/gmock.h"
#include "services/server/raw_call_testing.h"
#include "services/server/testing.h"

namespace probity::server {
namespace {

using ::testing::HasSubstr;

TEST_F(ServerTest, RefusesASecondServerAndAForeignAddress) {
  EXPECT_THAT(std::string(Server::Start(Config()).status().message()), HasSubstr("another"));
  config::v1::ServerConfig config = Config();
  config.set_data_dir(directory_ + "/other");
  config.set_evidence_dir(directory_ + "/other/evidence");
  config.set_listen("127.0.0.1:" + std::to_string(server_->port()));
  EXPECT_EQ(Server::Start(config).status().code(), absl::StatusCode::kUnavailable);
  config.set_listen("0.0.0.0:7443");
  EXPECT_THAT(std::string(CompleteConfig(&config).message()), HasSubstr("set tls"));
}

TEST_F(ServerTest, DrainsAndTellsItsLimits) {
  v1::GetServerInfoResponse info;
  ASSERT_TRUE(
      Call(&v1::ServerService::Stub::GetServerInfo, v1::GetServerInfoRequest(), &info).ok());
  EXPECT_EQ(info.schemes_size(), 16);
  EXPECT_GE(info.formats_size(), 2);
  server_->Drain(absl::Seconds(1));
  EXPECT_EQ(
      Call(&v1::ServerService::Stub::GetServerInfo, v1::GetServerInfoRequest(), &info).error_code(),
      grpc::StatusCode::UNAVAILABLE);
}

TEST_F(ServerTest, PublishesTheLimitsThatItKeeps) {
  const auto info = Ask(&v1::ServerService::Stub::GetServerInfo, v1::GetServerInfoRequest());
  EXPECT_FALSE(info.version().empty());
  EXPECT_EQ(info.earliest_revision(), 1u);
  v1::BatchLookupSuppliersRequest lookups;
  for (int i = 0; i < info.max_batch_lookup(); ++i) {
    lookups.add_items()->mutable_identifier()->set_scheme("GB-COH");
    lookups.mutable_items(i)->mutable_identifier()->set_value(std::to_string(i));
  }
  const auto lookup = &v1::SupplierService::Stub::BatchLookupSuppliers;
  EXPECT_EQ(Ask(lookup, lookups).results_size(), info.max_batch_lookup());
  *lookups.add_items() = lookups.items(0);
  EXPECT_EQ(Refusal(lookup, lookups), "LIMIT_EXCEEDED");
  EXPECT_EQ(field_, "items");

  v1::LookupSuppliersRequest identifiers;
  for (int i = 0; i < 21; ++i) *identifiers.add_identifiers() = lookups.items(0).identifier();
  EXPECT_EQ(Refusal(&v1::SupplierService::Stub::LookupSuppliers, identifiers), "LIMIT_EXCEEDED");

  CreateDataset("r");
  const std::string load = OpenLoad("r", "probity-csv");
  uint64_t committed = 0;
  const size_t most = static_cast<size_t>(info.max_chunk_bytes());
  EXPECT_TRUE(Send(load, 0, std::string(most, 'x'), &committed).ok());
  EXPECT_EQ(committed, most);
  EXPECT_FALSE(Send(load, most, std::string(most + 1, 'x'), &committed).ok());
  EXPECT_EQ(reason_, "LIMIT_EXCEEDED");
  EXPECT_EQ(field_, "data");
  // More than a request may have never reaches an operation.
  EXPECT_EQ(
      Send(load, most, std::string(static_cast<size_t>(info.max_request_bytes()), 'x'), &committed)
          .error_code(),
      grpc::StatusCode::RESOURCE_EXHAUSTED);
}

TEST_F(ServerTest, TellsHowFarNamesCanBeSearched) {
  const auto info = [this] {
    return Ask(&v1::ServerService::Stub::GetServerInfo, v1::GetServerInfoRequest());
  };
  const auto await_ready = [&] {
    while (!info().name_index().ready()) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    return info();
  };
  EXPECT_EQ(await_ready().name_index().covered_revision(), 1u);
  CreateDataset("r");
  Put("r", "key: 'k' supplier { names { text: 'Kestrel Ltd' } }");
  EXPECT_EQ(await_ready().name_index().covered_revision(), 3u);
  // Saved when the server stops, and read when it starts.
  server_.reset();
  EXPECT_TRUE(std::filesystem::exists(directory_ + "/data/names/NAMES"));
  Start();
  EXPECT_EQ(await_ready().name_index().covered_revision(), 3u);
  EXPECT_FALSE(info().name_index().building());
}

TEST_F(ServerTest, RefusesToStartWithoutTheMatchersTables) {
  server_.reset();
  config::v1::ServerConfig config = Config();
  config.set_tables_dir(directory_ + "/tables");
  std::filesystem::copy("data", config.tables_dir(), std::filesystem::copy_options::recursive);
  ASSERT_TRUE(Server::Start(config).ok());
  std::filesystem::remove(config.tables_dir() + "/word_rarity.csv");
  EXPECT_THAT(std::string(Server::Start(config).status().message()), HasSubstr("word_rarity.csv"));
}

TEST_F(ServerTest, ADiskDownToItsReserveRefusesWritesAndAnswersQuestions) {
  server_.reset();
  config::v1::ServerConfig config = Config();
  config.set_disk_reserve_mib(uint32_t{1} << 31);
  server_ = *Server::Start(config);
  Connect();
  v1::CreateDatasetRequest request;
  request.mutable_dataset()->set_name("datasets/r");
  request.mutable_dataset()->set_absence(v1::ABSENCE_MODE_RETRACTED);
  EXPECT_EQ(Refusal(&v1::DatasetService::Stub::CreateDataset, request), "DISK_FULL");
  EXPECT_EQ(Ask(&v1::ServerService::Stub::GetServerInfo, v1::GetServerInfoRequest())
                .revision()
                .revision(),
            1u);
}

TEST_F(ServerTest, TellsHealthAndReflectsItsServices) {
  AwaitHealth(channel_, "", "SERVING");
  const std::string services = ReflectedServices(channel_);
  for (const char* name : {"Supplier", "Certification", "Risk", "Dataset", "Portfolio", "Server"}) {
    EXPECT_THAT(services, HasSubstr(std::string("probity.v1.") + name + "Service"));
  }
}

TEST(Config, NamesLineAndSetting) {
  EXPECT_THAT(std::string(ParseConfig("p.txt", "data_dir: 'x'\nlisten_on: 'y'").status().message()),
              HasSubstr("p.txt:2:"));
  config::v1::ServerConfig config;
  EXPECT_THAT(std::string(CompleteConfig(&config).message()), HasSubstr("data_dir"));
  config.set_data_dir("x");
  config.set_block_cache_mib(3);
  EXPECT_THAT(std::string(CompleteConfig(&config).message()), HasSubstr("8 to 65536"));
}

TEST(Config, TheWatchIsNeverSilentForLong) {
  config::v1::ServerConfig config;
  config.set_data_dir("x");
  ASSERT_TRUE(CompleteConfig(&config).ok());
  EXPECT_EQ(config.watch_checkpoint_seconds(), 30u);
  EXPECT_EQ(config.watch_kept_events(), 1000000u);
  for (const uint32_t seconds : {1u, 30u}) {
    config.set_watch_checkpoint_seconds(seconds);
    EXPECT_TRUE(CompleteConfig(&config).ok());
  }
  config.set_watch_checkpoint_seconds(31);
  EXPECT_THAT(std::string(CompleteConfig(&config).message()), HasSubstr("1 to 30"));
  config.set_watch_checkpoint_seconds(1);
  config.set_watch_kept_events(100000001);
  EXPECT_THAT(std::string(CompleteConfig(&config).message()), HasSubstr("1 to 100000000"));
}

TEST(Config, LoadsThatNobodyGoesOnWithExpireInTime) {
  config::v1::ServerConfig config;
  config.set_data_dir("x");
  ASSERT_TRUE(CompleteConfig(&config).ok());
  EXPECT_EQ(config.load_expiry().seconds(), 7 * 24 * 3600);
  for (const auto& [seconds, good] : {std::pair(3599, false),
                                      {3600, true},
                                      {365 * 24 * 3600, true},
                                      {365 * 24 * 3600 + 1, false}}) {
    config.mutable_load_expiry()->set_seconds(seconds);
    EXPECT_EQ(CompleteConfig(&config).ok(), good) << seconds;
  }
}

}  // namespace
}  // namespace probity::server
