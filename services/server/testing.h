// A whole server over RocksDB, asked through the public API: for tests.
#ifndef PROBITY_SERVICES_SERVER_TESTING_H_
#define PROBITY_SERVICES_SERVER_TESTING_H_

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/civil_day.h"
#include "base/hash.h"
#include "base/text_proto.h"
#include "grpc/grpc.h"
#include "grpcpp/grpcpp.h"
#include "gtest/gtest.h"
#include "matching/testing.h"
#include "probity/v1/certification_service.grpc.pb.h"
#include "probity/v1/dataset_service.grpc.pb.h"
#include "probity/v1/policy_service.grpc.pb.h"
#include "probity/v1/portfolio_service.grpc.pb.h"
#include "probity/v1/review_service.grpc.pb.h"
#include "probity/v1/risk_service.grpc.pb.h"
#include "probity/v1/screening_service.grpc.pb.h"
#include "probity/v1/server_service.grpc.pb.h"
#include "probity/v1/supplier_service.grpc.pb.h"
#include "services/rpc/error_details.pb.h"
#include "services/server/config.h"
#include "services/server/server.h"

namespace probity::server {

using DataStub = v1::DatasetService::Stub;
using Policies = v1::PolicyService::Stub;
using Portfolios = v1::PortfolioService::Stub;
using Reviews = v1::ReviewService::Stub;
using Screening = v1::ScreeningService::Stub;

// Holds gRPC through all tests, and waits for its threads behind the last one. Else they may
// still begin or end with the program, and what they have then looks lost to LeakSanitizer.
class GrpcLibrary : public ::testing::Environment {
 public:
  void SetUp() override { grpc_init(); }
  void TearDown() override { grpc_shutdown_blocking(); }
};
inline const ::testing::Environment* const kGrpcLibrary =
    ::testing::AddGlobalTestEnvironment(new GrpcLibrary);

// Names of real companies as they write themselves, in thirteen scripts, and in
// plain Latin letters.
inline std::vector<std::pair<const char*, const char*>> NamesInTwoScripts() {
  return {
      {"Société Générale", "Societe Generale"},
      {"Škoda Auto a.s.", "Skoda Auto"},
      {"Газпром", "Gazprom"},
      {"Παπαστράτος", "Papastratos"},
      {"أرامكو السعودية", "Saudi Aramco"},
      {"אלביט מערכות", "Elbit Systems"},
      {"टाटा मोटर्स", "Tata Motors"},
      {"ธนาคารกรุงเทพ", "Bangkok Bank"},
      {"საქართველოს ბანკი", "Bank of Georgia"},
      {"Արարատ", "Ararat"},
      {"中国石油化工", "China Petrochemical"},
      {"トヨタ", "Toyota"},
      {"삼성전자", "Samsung Electronics"},
  };
}

// Request ids.
inline constexpr char kUuid[] = "0d9c8a52-1111-4222-8333-444455556666";
inline constexpr char kUuid2[] = "0d9c8a52-1111-4222-8333-444455556667";

// Reads a message in text format; the test fails where it cannot be read.
template <typename Message>
Message Parse(const std::string& text) {
  Message message;
  EXPECT_EQ(ReadTextProto(text, &message), "") << text;
  return message;
}

// "2024-05-31" -> "{ year: 2024 month: 5 day: 31 }", for text format.
inline std::string D(const std::string& iso) {
  return "{ " + ParseDate(iso).value().ShortDebugString() + " }";
}

// A company by its number, as text of a record.
inline std::string Firm(const std::string& key, const std::string& name,
                        const std::string& number) {
  return "key: '" + key + "' supplier { kind: PARTY_KIND_COMPANY names { text: '" + name +
         "' } identifiers { scheme: 'GB-COH' value: '" + number + "' } jurisdiction: 'GB' }";
}

// A final debarment of 2025 of the party of a record in the same dataset, as text of a
// record; `more` fields of the flag.
inline std::string Debarment(const std::string& key, const std::string& party,
                             const std::string& more = "") {
  return "key: '" + key + "' risk_flag { subject { party { source_record: 'records/" + party +
         "' } } type: FLAG_TYPE_DEBARMENT stage: FLAG_STAGE_FINAL_ADMIN_DECISION decided_on " +
         D("2025-01-01") + " listing_intervals { from " + D("2025-01-01") + " } " + more + " }";
}

// A server of its own for each test, with an empty store.
class ServerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "server-XXXXXX").string();
    directory_ = mkdtemp(pattern.data());
    Start();
  }
  void TearDown() override {
    server_.reset();
    std::filesystem::remove_all(directory_);
  }

  virtual config::v1::ServerConfig Config() const {
    config::v1::ServerConfig config;
    config.set_data_dir(directory_ + "/data");
    config.set_listen("127.0.0.1:0");
    config.set_tables_dir("data");
    if (!tokens_.empty()) {
      std::ofstream(directory_ + "/tokens") << tokens_;
      config.set_token_file(directory_ + "/tokens");
    }
    EXPECT_TRUE(CompleteConfig(&config).ok());
    return config;
  }
  void Start() {
    const config::v1::ServerConfig config = Config();
    StandIns stand_ins;
    // Reading the tables takes longer than most tests.
    if (config.tables_dir() == "data" && config.rarity_table().empty()) {
      stand_ins.matcher = &matching::TestMatcher();
    }
    auto server = Server::Start(config, nullptr, clock_, stand_ins);
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
    Connect();
  }
  void Restart() {
    server_.reset();
    Start();
  }
  // From now on callers are ann of authorities/a and bob of authorities/b; ann
  // calls.
  void UseTokens() {
    tokens_ = std::string(kAnn) + " ann authorities/a\n" + kBob + " bob authorities/b\n";
    Restart();
    token_ = kAnn;
  }
  virtual void Connect() {
    channel_ = grpc::CreateChannel("127.0.0.1:" + std::to_string(server_->port()),
                                   grpc::InsecureChannelCredentials());
    // gRPC 1.51 can fail a first attempt by an errno that it reads too late.
    EXPECT_TRUE(
        channel_->WaitForConnected(std::chrono::system_clock::now() + std::chrono::seconds(30)));
  }

  // Calls one method; the reason and the field of its error go to reason_ and
  // field_.
  template <typename Stub, typename Request, typename Response>
  grpc::Status Call(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                    const Request& request, Response* response) {
    grpc::ClientContext context;
    if (!token_.empty()) context.AddMetadata("authorization", "Bearer " + token_);
    Stub stub(channel_);
    grpc::Status status = (stub.*method)(&context, request, response);
    call_id_ = context.GetServerTrailingMetadata().count("probity-call-id");
    ReadDetails(status.error_details());
    return status;
  }
  // Calls a method that must succeed.
  template <typename Stub, typename Request, typename Response>
  Response Ask(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
               const Request& request) {
    Response response;
    const grpc::Status status = Call(method, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }
  // Calls a method that must fail, and returns the reason.
  template <typename Stub, typename Request, typename Response>
  std::string Refusal(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                      const Request& request) {
    Response response;
    EXPECT_FALSE(Call(method, request, &response).ok());
    return reason_;
  }

  void CreateDataset(const std::string& id, v1::AbsenceMode absence = v1::ABSENCE_MODE_RETRACTED,
                     const std::string& owner = "") {
    v1::CreateDatasetRequest request;
    request.mutable_dataset()->set_name("datasets/" + id);
    request.mutable_dataset()->set_absence(absence);
    request.mutable_dataset()->set_owner(owner);
    v1::Dataset dataset;
    ASSERT_TRUE(Call(&v1::DatasetService::Stub::CreateDataset, request, &dataset).ok());
  }

  // Puts one record, written in text format.
  v1::PutRecordResponse Put(const std::string& dataset, const std::string& record) {
    v1::PutRecordRequest request;
    request.set_dataset("datasets/" + dataset);
    EXPECT_EQ(ReadTextProto(record, request.mutable_record()), "") << record;
    return Ask(&v1::DatasetService::Stub::PutRecord, request);
  }

  std::string OpenLoad(const std::string& dataset, const std::string& format) {
    v1::CreateLoadRequest request;
    request.set_dataset("datasets/" + dataset);
    request.mutable_load()->set_format(format);
    v1::Load load;
    EXPECT_TRUE(Call(&v1::DatasetService::Stub::CreateLoad, request, &load).ok());
    return load.name();
  }

  grpc::Status Send(const std::string& load, uint64_t offset, const std::string& text,
                    uint64_t* committed) {
    v1::UploadChunkRequest chunk;
    chunk.set_load(load);
    chunk.set_file_name("f");
    chunk.set_offset(offset);
    chunk.set_data(text);
    chunk.set_crc32c(Crc32c(text));
    v1::UploadChunkResponse response;
    const grpc::Status status = Call(&v1::DatasetService::Stub::UploadChunk, chunk, &response);
    *committed = response.committed_offset();
    return status;
  }

  v1::Load Commit(const std::string& name) {
    v1::CommitLoadRequest commit;
    commit.set_name(name);
    v1::Load load;
    EXPECT_TRUE(Call(&v1::DatasetService::Stub::CommitLoad, commit, &load).ok());
    return AwaitLoad(load);
  }
  // Waits until the server has done with a load.
  v1::Load AwaitLoad(v1::Load load) {
    v1::GetLoadRequest get;
    get.set_name(load.name());
    while (load.state() == v1::LOAD_STATE_VALIDATING || load.state() == v1::LOAD_STATE_PREVIEWING ||
           load.state() == v1::LOAD_STATE_COMMITTING) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
      EXPECT_TRUE(Call(&v1::DatasetService::Stub::GetLoad, get, &load).ok());
    }
    return load;
  }
  // Lets a held load through, as bob.
  v1::Load LetThrough(const v1::Load& held) {
    v1::ApproveLoadRequest request;
    request.set_name(held.name());
    request.set_note("seen, letter 117");
    const std::string before = std::exchange(token_, kBob);
    const v1::Load done = AwaitLoad(Ask(&v1::DatasetService::Stub::ApproveLoad, request));
    token_ = before;
    return done;
  }

  v1::Load Import(const std::string& dataset, const std::string& format, const std::string& text) {
    const std::string load = OpenLoad(dataset, format);
    uint64_t committed = 0;
    EXPECT_TRUE(Send(load, 0, text, &committed).ok());
    return Commit(load);
  }

  grpc::Status Lookup(const std::string& scheme, const std::string& value,
                      v1::LookupSuppliersResponse* response) {
    v1::LookupSuppliersRequest request;
    v1::Identifier* id = request.add_identifiers();
    id->set_scheme(scheme);
    id->set_value(value);
    return Call(&v1::SupplierService::Stub::LookupSuppliers, request, response);
  }

  static constexpr char kAnn[] = "token-of-ministry-a";
  static constexpr char kBob[] = "token-of-ministry-b";

  Server::Clock clock_ = &absl::Now;  // of the next Start()
  std::string directory_;
  std::unique_ptr<Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
  std::string tokens_;
  std::string token_;
  std::string reason_;
  std::string field_;
  size_t call_id_ = 0;

  // Reason and field of a status, for calls that Call() does not know.
  void ReadDetails(const std::string& details) {
    reason_.clear();
    field_.clear();
    rpc::Status status;
    if (!status.ParseFromString(details)) return;
    for (const auto& any : status.details()) {
      rpc::ErrorInfo info;
      if (any.type_url() != "type.googleapis.com/google.rpc.ErrorInfo") continue;
      if (!info.ParseFromString(any.value())) continue;
      reason_ = info.reason();
      const auto field = info.metadata().find("field");
      if (field != info.metadata().end()) field_ = field->second;
    }
  }
};

}  // namespace probity::server

#endif  // PROBITY_SERVICES_SERVER_TESTING_H_
