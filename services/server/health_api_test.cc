// Health, channelz and traces, through the public API.
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <sstream>

#include "gmock/gmock.h"
#include "services/server/health_port.h"
#include "services/server/raw_call_testing.h"
#include "services/server/testing.h"

namespace probity::server {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kSuppliers[] = "probity.v1.SupplierService";
constexpr char kServer[] = "probity.v1.ServerService";

// A server whose clock runs beside the machine's.
class HealthApiTest : public ServerTest {
 protected:
  void SetUp() override {
    clock_ = [this] { return absl::Now() + absl::Hours(hours_.load()); };
    ServerTest::SetUp();
  }
  config::v1::ServerConfig Config() const override {
    config::v1::ServerConfig config = ServerTest::Config();
    config.set_enable_channelz(channelz_);
    config.set_disable_reflection(!reflection_);
    if (probes_) config.set_health_listen("127.0.0.1:0");
    return config;
  }

  std::atomic<int> hours_{0};
  bool channelz_ = false;
  bool reflection_ = true;
  bool probes_ = false;
};

TEST_F(HealthApiTest, KnowsEveryServiceThatIsServed) {
  AwaitHealth(channel_, "", "SERVING");
  const std::string services = ReflectedServices(channel_);
  size_t seen = 0;
  for (size_t at = services.find("probity.v1."); at != std::string::npos;
       at = services.find("probity.v1.", at + 1)) {
    const size_t end = services.find("Service", at);
    ASSERT_NE(end, std::string::npos);
    AwaitHealth(channel_, services.substr(at, end + 7 - at), "SERVING");
    ++seen;
  }
  EXPECT_EQ(seen, 10u);
  EXPECT_EQ(HealthOf(channel_, "probity.v1.NoSuchService"), "error 5");
}

TEST_F(HealthApiTest, ProbesNeedNoCertificateAndGetNothingElse) {
  EXPECT_EQ(server_->health_port(), 0);
  channelz_ = probes_ = true;
  Restart();
  const auto probe = grpc::CreateChannel("127.0.0.1:" + std::to_string(server_->health_port()),
                                         grpc::InsecureChannelCredentials());
  AwaitHealth(probe, "", "SERVING");
  AwaitHealth(probe, kSuppliers, "SERVING");
  EXPECT_EQ(HealthOf(probe, kLiveness), "SERVING");
  EXPECT_EQ(HealthOf(channel_, kLiveness), "error 5") << "callers are told of services alone";
  for (const char* other : {"/probity.v1.ServerService/GetServerInfo", kReflection,
                            "/grpc.channelz.v1.Channelz/GetServers"}) {
    EXPECT_EQ(CodeOf(probe, other), grpc::StatusCode::UNIMPLEMENTED) << other;
  }
  hours_ = -1000;
  AwaitHealth(probe, "", "NOT_SERVING");
  EXPECT_EQ(HealthOf(probe, kLiveness), "SERVING");
  hours_ = 0;
  AwaitHealth(probe, "", "SERVING");
  server_->Drain(absl::Seconds(5));
  AwaitHealth(probe, "", "NOT_SERVING");
  EXPECT_EQ(HealthOf(probe, kLiveness), "SERVING");
}

TEST_F(HealthApiTest, AnAddressOfProbesThatIsTakenStopsTheStart) {
  probes_ = true;
  config::v1::ServerConfig config = Config();
  config.set_data_dir(directory_ + "/other");
  config.set_evidence_dir(directory_ + "/other/evidence");
  config.set_health_listen("127.0.0.1:" + std::to_string(server_->port()));
  const absl::Status started = Server::Start(config).status();
  EXPECT_TRUE(absl::IsUnavailable(started));
  EXPECT_THAT(std::string(started.message()), HasSubstr("health_listen"));
}

TEST_F(HealthApiTest, AClockThatWasSetBackIsNotSane) {
  CreateDataset("r");
  AwaitHealth(channel_, "", "SERVING");
  hours_ = -1;
  AwaitHealth(channel_, "", "NOT_SERVING");
  AwaitHealth(channel_, kSuppliers, "NOT_SERVING");
  EXPECT_EQ(HealthOf(channel_, kServer), "SERVING");
  // It is told, not enforced: whoever asks is answered.
  v1::LookupSuppliersResponse response;
  EXPECT_TRUE(Lookup("GB-COH", "04830352", &response).ok());
  hours_ = 0;
  AwaitHealth(channel_, "", "SERVING");
  AwaitHealth(channel_, kSuppliers, "SERVING");
}

// The disk is full: calls are refused, so that they had better go to another server.
TEST_F(HealthApiTest, AnAccessLogThatCannotBeWrittenMakesItUnready) {
  AwaitHealth(channel_, "", "SERVING");
  // A day far ahead has no file yet.
  const absl::Time then = absl::Now() + absl::Hours(24 * 100);
  std::vector<std::string> files;
  for (int days = -1; days <= 1; ++days) {
    files.push_back(
        directory_ + "/data/access/access-" +
        absl::FormatTime("%Y-%m-%d", then + absl::Hours(24 * days), absl::UTCTimeZone()) +
        ".jsonl");
    std::filesystem::create_symlink("/dev/full", files.back());
  }
  hours_ = 24 * 100;
  v1::LookupSuppliersResponse response;
  EXPECT_TRUE(Lookup("GB-COH", "04830352", &response).ok()) << "the line is kept in memory";
  AwaitHealth(channel_, "", "NOT_SERVING");
  EXPECT_EQ(HealthOf(channel_, kServer), "NOT_SERVING");
  EXPECT_FALSE(Lookup("GB-COH", "04830352", &response).ok());
  EXPECT_EQ(reason_, "ACCESS_LOG_UNAVAILABLE");
  for (const std::string& file : files) std::filesystem::remove(file);
  AwaitHealth(channel_, "", "SERVING");
  EXPECT_TRUE(Lookup("GB-COH", "04830352", &response).ok());
}

TEST_F(HealthApiTest, AStaleSourceNeverMakesItUnready) {
  CreateDataset("r");
  hours_ = 24 * 365 * 20;
  Restart();
  AwaitHealth(channel_, "", "SERVING");
  AwaitHealth(channel_, kSuppliers, "SERVING");
}

TEST_F(HealthApiTest, ChannelzIsThereWhereItIsAskedFor) {
  EXPECT_THAT(ReflectedServices(channel_), Not(HasSubstr("grpc.channelz")));
  channelz_ = true;
  Restart();
  EXPECT_THAT(ReflectedServices(channel_), HasSubstr("grpc.channelz.v1.Channelz"));
  channelz_ = false;
  Restart();
  EXPECT_THAT(ReflectedServices(channel_), Not(HasSubstr("grpc.channelz")));
}

TEST_F(HealthApiTest, ReflectionCanBeSwitchedOff) {
  EXPECT_EQ(CodeOf(channel_, kReflection), grpc::StatusCode::OK);
  reflection_ = false;
  Restart();
  EXPECT_EQ(CodeOf(channel_, kReflection), grpc::StatusCode::UNIMPLEMENTED);
  AwaitHealth(channel_, "", "SERVING");
}

// Hears what is logged; set up before any server runs.
class TraceTest : public ServerTest {
 protected:
  void SetUp() override {
    before_ = spdlog::default_logger();
    auto logger = std::make_shared<spdlog::logger>(
        "trace", std::make_shared<spdlog::sinks::ostream_sink_mt>(said_, true));
    logger->set_pattern("%v");
    spdlog::set_default_logger(std::move(logger));
    ServerTest::SetUp();
  }
  void TearDown() override {
    ServerTest::TearDown();
    spdlog::set_default_logger(before_);
  }

  // Asks with these headers, and gives the trailers' names.
  std::string AskWith(const std::vector<std::string>& traceparents) {
    grpc::ClientContext context;
    for (const std::string& one : traceparents) context.AddMetadata("traceparent", one);
    v1::GetServerInfoResponse info;
    v1::ServerService::Stub stub(channel_);
    EXPECT_TRUE(stub.GetServerInfo(&context, {}, &info).ok());
    std::string names;
    for (const auto& [name, value] : context.GetServerTrailingMetadata()) {
      names.append(name.data(), name.size()).append(" ");
    }
    for (const auto& [name, value] : context.GetServerInitialMetadata()) {
      names.append(name.data(), name.size()).append(" ");
    }
    return names;
  }
  // What is logged of it.
  std::string Logged(const std::vector<std::string>& traceparents) {
    server_.reset();
    Start();
    AskWith(traceparents);
    server_.reset();  // nobody writes any more
    const std::string said = said_.str();
    const size_t at = said.rfind("ServerService.GetServerInfo");
    const size_t begin = said.rfind('\n', at) + 1;
    return at == std::string::npos ? "" : said.substr(begin, said.find('\n', at) - begin);
  }

  std::shared_ptr<spdlog::logger> before_;
  std::ostringstream said_;
};

TEST_F(TraceTest, TheLogNamesTheCallersTrace) {
  const std::string header = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  EXPECT_THAT(Logged({header}), HasSubstr(R"("trace_id":"4bf92f3577b34da6a3ce929d0e0e4736")"));
}

TEST_F(TraceTest, WhatIsNoTraceIsIgnored) {
  const std::string header = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  for (const std::vector<std::string>& headers :
       {std::vector<std::string>{},
        {"nonsense"},
        {header, header},
        {header + "x"},
        {"00-\",\"principal\":\"root\",\"x\":\"0000000-00f067aa0ba902b7-01"}}) {
    const std::string line = Logged(headers);
    EXPECT_THAT(line, HasSubstr("ServerService.GetServerInfo"));
    EXPECT_THAT(line, Not(HasSubstr("trace_id")));
    EXPECT_THAT(line, Not(HasSubstr("root")));
  }
}

TEST_F(TraceTest, TheAnswerIsTheSame) {
  const std::string header = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  EXPECT_EQ(AskWith({header}), AskWith({}));
}

}  // namespace
}  // namespace probity::server
