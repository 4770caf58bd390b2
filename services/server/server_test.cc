// The whole server over RocksDB, asked through the public API.
#include "services/server/server.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <thread>

#include "base/hash.h"
#include "base/tables.h"
#include "gmock/gmock.h"
#include "grpcpp/grpcpp.h"
#include "gtest/gtest.h"
#include "probity/v1/certification_service.grpc.pb.h"
#include "probity/v1/dataset_service.grpc.pb.h"
#include "probity/v1/risk_service.grpc.pb.h"
#include "probity/v1/server_service.grpc.pb.h"
#include "probity/v1/supplier_service.grpc.pb.h"
#include "services/server/config.h"

namespace probity::server {
namespace {

using ::testing::HasSubstr;

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

  config::v1::ServerConfig Config() const {
    config::v1::ServerConfig config;
    config.set_data_dir(directory_ + "/data");
    config.set_listen("127.0.0.1:0");
    config.set_tables_dir("data");
    EXPECT_TRUE(CompleteConfig(&config).ok());
    return config;
  }
  void Start() {
    auto server = Server::Start(Config());
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
    Connect();
  }
  void Connect() {
    channel_ = grpc::CreateChannel("127.0.0.1:" + std::to_string(server_->port()),
                                   grpc::InsecureChannelCredentials());
  }

  // Calls one method; what it says in its details goes to details_.
  template <typename Stub, typename Request, typename Response>
  grpc::Status Call(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                    const Request& request, Response* response) {
    grpc::ClientContext context;
    if (!token_.empty()) context.AddMetadata("authorization", "Bearer " + token_);
    Stub stub(channel_);
    grpc::Status status = (stub.*method)(&context, request, response);
    call_id_ = context.GetServerTrailingMetadata().count("probity-call-id");
    details_ = status.error_details();
    return status;
  }

  void CreateDataset(const std::string& id, v1::AbsenceMode absence = v1::ABSENCE_MODE_RETRACTED) {
    v1::CreateDatasetRequest request;
    request.mutable_dataset()->set_name("datasets/" + id);
    request.mutable_dataset()->set_absence(absence);
    v1::Dataset dataset;
    ASSERT_TRUE(Call(&v1::DatasetService::Stub::CreateDataset, request, &dataset).ok());
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
    v1::GetLoadRequest get;
    get.set_name(name);
    while (load.state() == v1::LOAD_STATE_COMMITTING) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
      EXPECT_TRUE(Call(&v1::DatasetService::Stub::GetLoad, get, &load).ok());
    }
    return load;
  }

  v1::Load Import(const std::string& dataset, const std::string& format,
                  const std::string& text) {
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

  std::string directory_;
  std::unique_ptr<Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
  std::string token_;
  std::string details_;
  size_t call_id_ = 0;
};

constexpr char kRegister[] =
    "record_type,key,name,identifiers,city,country,registration_status,registration_scheme,"
    "successor\n"
    "supplier,1,Brick & Sons Ltd,GB-COH:4830352,Leeds,GB,,,\n"
    "supplier,2,Old Mill,XI-LEI:529900T8BM49AURSDO55,Berlin,DE,merged,XI-LEI,"
    "XI-LEI:HWUPKR0MPOU8FGXBT394\n"
    "supplier,3,New Mill,XI-LEI:HWUPKR0MPOU8FGXBT394,Berlin,DE,,,\n"
    "supplier,4,Void,US-EIN:12-1,Boston,US,annulled,US-EIN,\n"
    "supplier,5,Twin A,EU-VAT-DE:DE123456789,Bonn,DE,,,\n"
    "supplier,6,Twin B,EU-VAT-DE:DE123456789,Bonn,DE,,,\n";

TEST_F(ServerTest, LooksUpEveryOutcome) {
  CreateDataset("r");
  ASSERT_EQ(Import("r", "probity-csv", kRegister).state(), v1::LOAD_STATE_COMMITTED);
  v1::LookupSuppliersResponse response;
  ASSERT_TRUE(Lookup("GB-COH", "04830352", &response).ok());
  EXPECT_EQ(response.results(0).outcome(), v1::LOOKUP_OUTCOME_FOUND);
  EXPECT_EQ(response.results(0).suppliers(0).display_name(), "Brick & Sons Ltd");
  EXPECT_EQ(response.results(0).identifier().value(), "04830352");
  EXPECT_EQ(response.stamp().revision().revision(), 3u);
  EXPECT_EQ(call_id_, 1u);
  ASSERT_TRUE(Lookup("XI-LEI", "5299 00T8 BM49 AURS DO55", &response).ok());
  EXPECT_EQ(response.results(0).outcome(), v1::LOOKUP_OUTCOME_REDIRECTED);
  EXPECT_EQ(response.results(0).suppliers(0).display_name(), "New Mill");
  ASSERT_EQ(response.results(0).redirects_size(), 1);
  EXPECT_EQ(response.results(0).redirects(0).source_record(), "datasets/r/records/2");
  ASSERT_TRUE(Lookup("US-EIN", "12-1", &response).ok());
  EXPECT_EQ(response.results(0).outcome(), v1::LOOKUP_OUTCOME_NOT_RESOLVABLE);
  EXPECT_EQ(response.results(0).suppliers_size(), 0);
  ASSERT_TRUE(Lookup("EU-VAT-DE", "DE123456789", &response).ok());
  EXPECT_EQ(response.results(0).outcome(), v1::LOOKUP_OUTCOME_AMBIGUOUS);
  EXPECT_EQ(response.results(0).suppliers_size(), 2);
  ASSERT_TRUE(Lookup("GB-COH", "00000001", &response).ok());
  EXPECT_EQ(response.results(0).outcome(), v1::LOOKUP_OUTCOME_NOT_FOUND);
}

TEST_F(ServerTest, AWrongCheckDigitIsAnErrorWithItsReason) {
  v1::LookupSuppliersResponse response;
  const grpc::Status status = Lookup("XI-LEI", "529900T8BM49AURSDO56", &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(details_, HasSubstr("IDENTIFIER_CHECK_FAILED"));
  EXPECT_THAT(details_, HasSubstr("identifiers[0].value"));
}

TEST_F(ServerTest, BatchesKeepOrderAndCarryTheirErrors) {
  CreateDataset("r");
  Import("r", "probity-csv", kRegister);
  v1::BatchLookupSuppliersRequest request;
  for (const char* value : {"04830352", "1", "NOPE"}) {
    auto* item = request.add_items();
    item->set_correlation_id(value);
    item->mutable_identifier()->set_scheme(value == std::string("NOPE") ? "QQ" : "GB-COH");
    item->mutable_identifier()->set_value(value);
  }
  v1::BatchLookupSuppliersResponse response;
  ASSERT_TRUE(Call(&v1::SupplierService::Stub::BatchLookupSuppliers, request, &response).ok());
  ASSERT_EQ(response.results_size(), 3);
  EXPECT_EQ(response.results(0).result().outcome(), v1::LOOKUP_OUTCOME_FOUND);
  EXPECT_EQ(response.results(1).result().outcome(), v1::LOOKUP_OUTCOME_NOT_FOUND);
  EXPECT_EQ(response.results(2).error().reason(), "UNKNOWN_IDENTIFIER_SCHEME");
  EXPECT_EQ(response.results(2).correlation_id(), "NOPE");
}

TEST_F(ServerTest, SearchesByWordsInPages) {
  CreateDataset("r");
  Import("r", "probity-csv", kRegister);
  v1::SearchSuppliersRequest request;
  request.set_query("twin");
  request.set_page_size(1);
  v1::SearchSuppliersResponse first;
  ASSERT_TRUE(Call(&v1::SupplierService::Stub::SearchSuppliers, request, &first).ok());
  ASSERT_EQ(first.hits_size(), 1);
  EXPECT_LT(first.hits(0).score(), 1);
  EXPECT_EQ(first.hits(0).explanations(0).feature(), "tokens_equal");
  EXPECT_EQ(first.stamp().matcher_version(), "exact-tokens/1");
  request.set_page_token(first.next_page_token());
  v1::SearchSuppliersResponse second;
  ASSERT_TRUE(Call(&v1::SupplierService::Stub::SearchSuppliers, request, &second).ok());
  ASSERT_EQ(second.hits_size(), 1);
  EXPECT_NE(second.hits(0).supplier().name(), first.hits(0).supplier().name());
  EXPECT_TRUE(second.next_page_token().empty());
  request.clear_page_token();
  request.set_query("BRICK and sons, ltd.");
  ASSERT_TRUE(Call(&v1::SupplierService::Stub::SearchSuppliers, request, &first).ok());
  ASSERT_EQ(first.hits_size(), 1);
  EXPECT_EQ(first.hits(0).score(), 1);
  request.set_country("FR");
  ASSERT_TRUE(Call(&v1::SupplierService::Stub::SearchSuppliers, request, &first).ok());
  EXPECT_EQ(first.hits_size(), 0);
}

TEST_F(ServerTest, UploadsResumeAndSurviveARestart) {
  CreateDataset("r");
  const std::string text = kRegister;
  const std::string load = OpenLoad("r", "probity-csv");
  uint64_t committed = 0;
  ASSERT_TRUE(Send(load, 0, text.substr(0, 100), &committed).ok());
  EXPECT_EQ(committed, 100u);
  // The same chunk again changes nothing, an overlapping one adds its rest.
  ASSERT_TRUE(Send(load, 0, text.substr(0, 100), &committed).ok());
  EXPECT_EQ(committed, 100u);
  EXPECT_EQ(Send(load, 500, "x", &committed).error_code(),
            grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_THAT(details_, HasSubstr("CHUNK_OFFSET"));
  server_.reset();
  Start();
  ASSERT_TRUE(Send(load, 50, text.substr(50), &committed).ok());
  EXPECT_EQ(committed, text.size());
  const v1::Load ended = Commit(load);
  EXPECT_EQ(ended.state(), v1::LOAD_STATE_COMMITTED);
  EXPECT_EQ(ended.counts().added(), 6u);
  EXPECT_EQ(ended.files(0).bytes(), text.size());
  v1::LookupSuppliersResponse response;
  server_.reset();
  Start();
  ASSERT_TRUE(Lookup("GB-COH", "04830352", &response).ok());
  EXPECT_EQ(response.results(0).outcome(), v1::LOOKUP_OUTCOME_FOUND);
}

TEST_F(ServerTest, ABadLoadChangesNothingAndListsItsRows) {
  CreateDataset("r");
  const v1::Load load = Import("r", "probity-csv", "record_type,key,name\nsupplier,,A\n");
  EXPECT_EQ(load.state(), v1::LOAD_STATE_FAILED);
  EXPECT_EQ(load.error().reason(), "TOO_MANY_REFUSED_ROWS");
  v1::ListRejectedRecordsRequest request;
  request.set_load(load.name());
  v1::ListRejectedRecordsResponse response;
  ASSERT_TRUE(Call(&v1::DatasetService::Stub::ListRejectedRecords, request, &response).ok());
  ASSERT_EQ(response.rejected_size(), 1);
  EXPECT_EQ(response.rejected(0).reason(), v1::ERROR_REASON_ROW_KEY_MISSING);
  EXPECT_EQ(response.rejected(0).line(), 2u);
  v1::ListRevisionsResponse revisions;
  ASSERT_TRUE(Call(&v1::DatasetService::Stub::ListRevisions, v1::ListRevisionsRequest(),
                   &revisions).ok());
  EXPECT_EQ(revisions.revisions_size(), 2);
}

TEST_F(ServerTest, PutsAndRemovesOneRecordOnce) {
  CreateDataset("r");
  v1::PutRecordRequest put;
  put.set_dataset("datasets/r");
  put.set_request_id("0d9c8a52-1111-4222-8333-444455556666");
  put.mutable_record()->set_key("k");
  put.mutable_record()->mutable_supplier()->add_names()->set_text("A");
  v1::PutRecordResponse stored;
  ASSERT_TRUE(Call(&v1::DatasetService::Stub::PutRecord, put, &stored).ok());
  EXPECT_EQ(stored.stamp().revision().revision(), 3u);
  ASSERT_TRUE(Call(&v1::DatasetService::Stub::PutRecord, put, &stored).ok());
  EXPECT_EQ(stored.record().name(), "datasets/r/records/k");
  EXPECT_EQ(stored.stamp().revision().revision(), 3u);
  put.mutable_record()->set_key("other");
  Call(&v1::DatasetService::Stub::PutRecord, put, &stored);
  EXPECT_THAT(details_, HasSubstr("REQUEST_ID_REUSED"));
  v1::RemoveRecordRequest remove;
  remove.set_name("datasets/r/records/k");
  v1::RemoveRecordResponse removed;
  ASSERT_TRUE(Call(&v1::DatasetService::Stub::RemoveRecord, remove, &removed).ok());
  EXPECT_EQ(Call(&v1::DatasetService::Stub::RemoveRecord, remove, &removed).error_code(),
            grpc::StatusCode::NOT_FOUND);
}

TEST_F(ServerTest, RefusesASecondServerAndAForeignAddress) {
  EXPECT_THAT(std::string(Server::Start(Config()).status().message()), HasSubstr("another"));
  config::v1::ServerConfig config = Config();
  config.set_data_dir(directory_ + "/other");
  config.set_listen("127.0.0.1:" + std::to_string(server_->port()));
  EXPECT_EQ(Server::Start(config).status().code(), absl::StatusCode::kUnavailable);
  EXPECT_FALSE(CheckListenAddress("0.0.0.0:7443").ok());
  EXPECT_FALSE(CheckListenAddress("example.org:7443").ok());
  EXPECT_FALSE(CheckListenAddress("127.0.0.1").ok());
  EXPECT_TRUE(CheckListenAddress("[::1]:0").ok());
}

TEST_F(ServerTest, AnAuthoritysDatasetIsInvisibleToOthers) {
  server_.reset();
  std::ofstream(directory_ + "/tokens") << "token-of-ministry-a ann authorities/a\n"
                                           "token-of-ministry-b bob authorities/b\n";
  config::v1::ServerConfig config = Config();
  config.set_token_file(directory_ + "/tokens");
  server_ = *Server::Start(config);
  Connect();
  v1::GetServerInfoResponse info;
  EXPECT_EQ(Call(&v1::ServerService::Stub::GetServerInfo, v1::GetServerInfoRequest(), &info)
                .error_code(),
            grpc::StatusCode::UNAUTHENTICATED);
  token_ = "token-of-ministry-a";
  v1::CreateDatasetRequest create;
  create.mutable_dataset()->set_name("datasets/own");
  create.mutable_dataset()->set_absence(v1::ABSENCE_MODE_RETRACTED);
  create.mutable_dataset()->set_owner("authorities/a");
  v1::Dataset dataset;
  ASSERT_TRUE(Call(&v1::DatasetService::Stub::CreateDataset, create, &dataset).ok());
  const v1::Load load = Import("own", "probity-csv", kRegister);
  ASSERT_EQ(load.state(), v1::LOAD_STATE_COMMITTED);
  v1::LookupSuppliersResponse found;
  ASSERT_TRUE(Lookup("GB-COH", "04830352", &found).ok());
  EXPECT_EQ(found.results(0).outcome(), v1::LOOKUP_OUTCOME_FOUND);
  token_ = "token-of-ministry-b";
  ASSERT_TRUE(Lookup("GB-COH", "04830352", &found).ok());
  EXPECT_EQ(found.results(0).outcome(), v1::LOOKUP_OUTCOME_NOT_FOUND);
  v1::ListDatasetsResponse datasets;
  ASSERT_TRUE(
      Call(&v1::DatasetService::Stub::ListDatasets, v1::ListDatasetsRequest(), &datasets).ok());
  EXPECT_EQ(datasets.datasets_size(), 0);
  ASSERT_TRUE(
      Call(&v1::ServerService::Stub::GetServerInfo, v1::GetServerInfoRequest(), &info).ok());
  EXPECT_EQ(info.datasets_size(), 0);
  EXPECT_EQ(info.record_count(), 0u);
  v1::ListRevisionsResponse revisions;
  ASSERT_TRUE(
      Call(&v1::DatasetService::Stub::ListRevisions, v1::ListRevisionsRequest(), &revisions).ok());
  EXPECT_EQ(revisions.revisions_size(), 1);
  v1::GetLoadRequest get;
  get.set_name(load.name());
  v1::Load seen;
  EXPECT_EQ(Call(&v1::DatasetService::Stub::GetLoad, get, &seen).error_code(),
            grpc::StatusCode::NOT_FOUND);
}

// The demo's register, asked what scripts/demo.sh asks.
class DemoTest : public ServerTest {
 protected:
  void SetUp() override {
    ServerTest::SetUp();
    LoadFile("demo-register", "probity-csv", "demo/register.csv");
    LoadFile("demo-certificates", "probity-csv", "demo/certifications.csv");
    LoadFile("demo-flags", "probity-csv", "demo/flags.csv");
    LoadFile("goods", "probity-jsonl", "commodity_risk.jsonl");
  }
  void LoadFile(const std::string& dataset, const std::string& format, const std::string& file) {
    CreateDataset(dataset);
    std::string text = ReadFile("data/" + file).value();
    // Here each file is a dataset of its own, so that references are absolute.
    for (size_t at = 0; (at = text.find(",records/", at)) != std::string::npos; at += 30) {
      text.replace(at, 9, ",datasets/demo-register/records/");
    }
    const v1::Load load = Import(dataset, format, text);
    ASSERT_EQ(load.state(), v1::LOAD_STATE_COMMITTED) << load.error().message();
    ASSERT_EQ(load.counts().refused(), 0u);
  }
  static v1::SubjectRef Ref(const std::string& key) {
    v1::SubjectRef ref;
    ref.set_source_record("datasets/demo-register/records/" + key);
    return ref;
  }
  static v1::Date Day(int year, int month, int day) {
    v1::Date date;
    date.set_year(year);
    date.set_month(month);
    date.set_day(day);
    return date;
  }
  v1::CertificationResult Check(const std::string& supplier, const std::string& site,
                                const std::string& scheme, const std::string& hs,
                                const v1::Date& on) {
    v1::CheckCertificationRequest request;
    *request.mutable_subject() = Ref(supplier);
    if (!site.empty()) *request.mutable_site() = Ref(site);
    request.add_accepted_schemes()->set_scheme_id(scheme);
    if (!hs.empty()) {
      request.mutable_commodity()->set_scheme(v1::COMMODITY_SCHEME_HS);
      request.mutable_commodity()->set_code(hs);
    }
    *request.add_on_dates() = on;
    v1::CheckCertificationResponse response;
    EXPECT_TRUE(
        Call(&v1::CertificationService::Stub::CheckCertification, request, &response).ok());
    return response.result();
  }
  v1::CommodityRiskResult Risk(const std::string& origin, v1::CommodityScheme scheme,
                               const std::string& code) {
    v1::CheckCommodityRiskRequest request;
    request.set_origin(origin);
    request.mutable_commodity()->set_scheme(scheme);
    request.mutable_commodity()->set_code(code);
    v1::CheckCommodityRiskResponse response;
    EXPECT_TRUE(Call(&v1::RiskService::Stub::CheckCommodityRisk, request, &response).ok());
    return response.result();
  }
};

TEST_F(DemoTest, ChecksCertificates) {
  const v1::Date award = Day(2026, 11, 24);
  EXPECT_EQ(Check("S-01", "F-01", "SA8000", "5208", award), v1::CERTIFICATION_RESULT_VALID);
  EXPECT_EQ(Check("S-01", "F-01", "SA8000", "5208", Day(2028, 6, 30)),
            v1::CERTIFICATION_RESULT_EXPIRED);
  EXPECT_EQ(Check("S-01", "F-02", "SA8000", "", award),
            v1::CERTIFICATION_RESULT_SITE_NOT_IN_SCOPE);
  EXPECT_EQ(Check("S-01", "F-01", "GOTS", "62", award),
            v1::CERTIFICATION_RESULT_COMMODITY_NOT_IN_SCOPE);
  EXPECT_EQ(Check("S-02", "F-03", "SA8000", "", award), v1::CERTIFICATION_RESULT_SUSPENDED);
  EXPECT_EQ(Check("S-02", "F-03", "SA8000", "", Day(2026, 9, 9)),
            v1::CERTIFICATION_RESULT_VALID);
  EXPECT_EQ(Check("S-03", "", "SA8000", "", award),
            v1::CERTIFICATION_RESULT_UNKNOWN_CERTIFICATE);
}

TEST_F(DemoTest, ListsFlagsInForceAndEndedOnesWhenAsked) {
  v1::ListRiskFlagsRequest request;
  *request.mutable_subject() = Ref("S-03");
  v1::ListRiskFlagsResponse response;
  ASSERT_TRUE(Call(&v1::RiskService::Stub::ListRiskFlags, request, &response).ok());
  EXPECT_EQ(response.flags_size(), 0);
  EXPECT_EQ(response.sources_searched_size(), 1);
  request.set_include_ended(true);
  ASSERT_TRUE(Call(&v1::RiskService::Stub::ListRiskFlags, request, &response).ok());
  EXPECT_EQ(response.flags_size(), 1);
  *request.mutable_as_of() = Day(9999, 1, 1);
  EXPECT_FALSE(Call(&v1::RiskService::Stub::ListRiskFlags, request, &response).ok());
  EXPECT_THAT(details_, HasSubstr("AS_OF_IN_FUTURE"));
}

TEST_F(DemoTest, KnowsGoodsAtRiskAndNeverReadsSilenceAsLow) {
  EXPECT_EQ(Risk("TM", v1::COMMODITY_SCHEME_HS, "520100"), v1::COMMODITY_RISK_RESULT_LISTED);
  EXPECT_EQ(Risk("TM", v1::COMMODITY_SCHEME_PUBLISHER, "cotton"),
            v1::COMMODITY_RISK_RESULT_LISTED);
  EXPECT_NE(Risk("SE", v1::COMMODITY_SCHEME_HS, "5201"), v1::COMMODITY_RISK_RESULT_LISTED);
  EXPECT_EQ(Risk("SE", v1::COMMODITY_SCHEME_HS, "9701"),
            v1::COMMODITY_RISK_RESULT_NOT_COVERED);
}

TEST_F(ServerTest, DrainsAndTellsItsLimits) {
  v1::GetServerInfoResponse info;
  ASSERT_TRUE(Call(&v1::ServerService::Stub::GetServerInfo, v1::GetServerInfoRequest(), &info)
                  .ok());
  EXPECT_EQ(info.schemes_size(), 16);
  EXPECT_GE(info.formats_size(), 2);
  server_->Drain(absl::Seconds(1));
  EXPECT_EQ(Call(&v1::ServerService::Stub::GetServerInfo, v1::GetServerInfoRequest(), &info)
                .error_code(),
            grpc::StatusCode::UNAVAILABLE);
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

}  // namespace
}  // namespace probity::server
