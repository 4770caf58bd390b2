// What a real server shows of itself over HTTP, and what it must never show.
#include <atomic>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "absl/strings/match.h"
#include "base/await_testing.h"
#include "gmock/gmock.h"
#include "probity/v1/portfolio_service.grpc.pb.h"
#include "probity/v1/vendor_service.grpc.pb.h"
#include "services/metrics/testing.h"
#include "services/server/raw_call_testing.h"
#include "services/server/screening_testing.h"

namespace probity::server {
namespace {

using metrics::Fetch;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

std::string ReadAll(const std::string& path) {
  std::ifstream file(path);
  EXPECT_TRUE(file.good()) << path;
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// A server that decides, with pages and backups, whose clock runs beside the machine's.
class MetricsApiTest : public ScreeningTest {
 protected:
  void SetUp() override {
    clock_ = [this] { return absl::Now() + absl::Hours(hours_.load()); };
    ScreeningTest::SetUp();
  }
  config::v1::ServerConfig Config() const override {
    config::v1::ServerConfig config = ScreeningTest::Config();
    config.set_metrics_listen("127.0.0.1:0");
    config.set_backup_dir(directory_ + "/backup");
    if (units_ > 0) {
      config.set_caller_units_per_second(units_);
      config.set_caller_burst_seconds(1);
    }
    return config;
  }

  std::string Text() {
    const metrics::Page page = Fetch(server_->metrics_port(), "/metrics");
    EXPECT_EQ(page.status, 200);
    return page.body;
  }
  // The value of a series; -1: there is none.
  double Value(const std::string& series) { return ValueIn(Text(), series); }
  static double ValueIn(const std::string& text, const std::string& series) {
    const size_t at = ("\n" + text).find("\n" + series + " ");
    if (at == std::string::npos) return -1;
    return std::strtod(text.c_str() + at + series.size(), nullptr);
  }
  // Waits for a value; the test fails when it never comes.
  void AwaitValue(const std::string& series, double wanted) {
    BecomesTrue([&] { return Value(series) == wanted; });
    EXPECT_EQ(Value(series), wanted) << series;
  }
  // Something of everything that is counted.
  void UseAll() {
    const std::string purchase = Bought() + "policy: 'policies/test' ";
    Screen(Numbered("01234567"), purchase);
    Screen("subject { name: 'Brackish Kilns Limited' country: 'GB' } ", purchase);
    Import("reg2", "probity-csv", "record_type,key,name\nsupplier,1,A\nsupplier,,B\n");
    Ask(&v1::ServerService::Stub::CreateBackup, v1::CreateBackupRequest());
    AwaitValue("probity_backup_configured", 1);
    EXPECT_TRUE(BecomesTrue([&] { return Value("probity_backup_age_seconds") >= 0; }));
  }
  void CreateLaxDataset(const std::string& id) {
    Ask(&v1::DatasetService::Stub::CreateDataset,
        Parse<v1::CreateDatasetRequest>("dataset { name: 'datasets/" + id +
                                        "' absence: ABSENCE_MODE_RETRACTED "
                                        "max_refused_percent: 90 }"));
  }

  std::atomic<int> hours_{0};
  uint32_t units_ = 0;  // that a caller may ask in a second, from the next start on
};

TEST_F(MetricsApiTest, CallsAreCountedByMethodAndCode) {
  const auto count = [](const std::string& method, const std::string& code) {
    return "probity_rpc_duration_seconds_count{code=\"" + code + "\",method=\"" + method + "\"}";
  };
  v1::LookupSuppliersResponse found;
  EXPECT_TRUE(Lookup("GB-COH", "04830352", &found).ok());
  EXPECT_TRUE(Lookup("GB-COH", "04830352", &found).ok());
  v1::GetSupplierRequest get;
  get.set_name("suppliers/0123456789abcdef");
  EXPECT_EQ(Refusal(&v1::SupplierService::Stub::GetSupplier, get), "SUPPLIER_NOT_FOUND");
  const std::string text = Text();
  EXPECT_EQ(ValueIn(text, count("SupplierService.LookupSuppliers", "OK")), 2);
  EXPECT_EQ(ValueIn(text, count("SupplierService.GetSupplier", "NOT_FOUND")), 1);
  EXPECT_EQ(ValueIn(text, "probity_rpc_in_flight{method=\"SupplierService.GetSupplier\"}"), 0);
}

TEST_F(MetricsApiTest, RefusedCallsAreCounted) {
  UseTokens();
  token_ = "a token that nobody has";
  v1::LookupSuppliersResponse found;
  EXPECT_FALSE(Lookup("GB-COH", "04830352", &found).ok());
  EXPECT_EQ(Value("probity_rpc_duration_seconds_count{code=\"UNAUTHENTICATED\",method="
                  "\"SupplierService.LookupSuppliers\"}"),
            1);
}

TEST_F(MetricsApiTest, CallsThatAreTooMuchAreCountedByWhy) {
  units_ = 10;
  Restart();
  const std::string exceeded = "probity_calls_turned_away_total{why=\"quota_exceeded\"}";
  std::string text = Text();
  EXPECT_EQ(ValueIn(text, exceeded), 0);
  EXPECT_EQ(ValueIn(text, "probity_calls_turned_away_total{why=\"overloaded\"}"), 0);
  EXPECT_EQ(ValueIn(text, "probity_calls_in_progress{lane=\"heavy\"}"), 0);
  EXPECT_GT(ValueIn(text, "probity_heavy_calls_limit"), 0);
  // Costs 2,000, whatever is wrong with it: more than a budget holds, which owes it for minutes.
  EXPECT_NE(
      Refusal(&v1::DatasetService::Stub::ListAffectedDecisions, v1::ListAffectedDecisionsRequest()),
      "QUOTA_EXCEEDED");
  EXPECT_EQ(Refusal(&v1::DatasetService::Stub::ListDatasets, v1::ListDatasetsRequest()),
            "QUOTA_EXCEEDED");
  text = Text();
  EXPECT_EQ(ValueIn(text, exceeded), 1);
  EXPECT_EQ(ValueIn(text, "probity_calls_in_progress{lane=\"heavy\"}"), 0);
}

TEST_F(MetricsApiTest, WithoutTlsAndIssuersNothingIsSaidOfThem) {
  const std::string text = Text();
  EXPECT_THAT(text, Not(HasSubstr("probity_tls_")));
  EXPECT_THAT(text, Not(HasSubstr("probity_issuer_keys_fresh")));
  EXPECT_EQ(ValueIn(text, "probity_failed_reloads_total"), 0);
}

TEST_F(MetricsApiTest, DecisionsAreCountedOnce) {
  v1::ScreenSupplierRequest request = Request(Numbered("01234567"));
  request.set_request_id("once");
  EXPECT_EQ(Ask(&Screening::ScreenSupplier, request).decision().core().verdict(),
            v1::VERDICT_BLOCK);
  EXPECT_TRUE(Ask(&Screening::ScreenSupplier, request).repeated_request());
  const std::string text = Text();
  EXPECT_EQ(ValueIn(text, "probity_decisions_total{verdict=\"BLOCK\"}"), 1);
  EXPECT_EQ(ValueIn(text, "probity_decisions_total{verdict=\"CLEAR\"}"), 0);
  // The rule is the user's own, whose id is not shown.
  EXPECT_EQ(ValueIn(text, "probity_rules_fired_total{effect=\"BLOCK\",rule=\"other\"}"), 1);
  EXPECT_EQ(ValueIn(text, "probity_evidence_log_entries"), 1);
  EXPECT_EQ(ValueIn(text, "probity_decisions_not_recorded_total"), 0);
  Screen("subject { name: 'Brackish Kilns Limited' country: 'GB' } ");
  EXPECT_GE(Value("probity_match_score_count"), 1);
}

TEST_F(MetricsApiTest, RowsOfLoadsAreCounted) {
  CreateLaxDataset("reg2");
  const v1::Load load = Import("reg2", "probity-csv",
                               "record_type,key,name\nsupplier,1,A\nsupplier,,B\nsupplier,,C\n");
  ASSERT_EQ(load.state(), v1::LOAD_STATE_COMMITTED) << load.error().message();
  const std::string text = Text();
  EXPECT_EQ(ValueIn(text, "probity_load_rows_total{outcome=\"refused\"}"), 2);
  EXPECT_GE(ValueIn(text, "probity_load_rows_total{outcome=\"accepted\"}"), 1);
  EXPECT_GE(ValueIn(text, "probity_loads_ended_total{state=\"COMMITTED\"}"), 1);
}

TEST_F(MetricsApiTest, HeldLoadsAreCountedUntilTheyAreLetThrough) {
  UseTokens();
  CreateDataset("wide");
  std::string rows = "record_type,key,name\n";
  for (int i = 0; i < 100; ++i) rows += "supplier,k" + std::to_string(i) + ",Name\n";
  ASSERT_EQ(Import("wide", "probity-csv", rows).state(), v1::LOAD_STATE_COMMITTED);
  EXPECT_EQ(Value("probity_loads_held"), 0);
  const v1::Load held = Import("wide", "probity-csv", "record_type,key,name\nsupplier,k1,Name\n");
  ASSERT_EQ(held.state(), v1::LOAD_STATE_HELD);
  EXPECT_EQ(Value("probity_loads_held"), 1);
  EXPECT_EQ(LetThrough(held).state(), v1::LOAD_STATE_COMMITTED);
  EXPECT_EQ(Value("probity_loads_held"), 0);
}

TEST_F(MetricsApiTest, SourcesTellTheirAgeAndTheServerToo) {
  const std::string list = "{dataset=\"datasets/list\"}";
  std::string text = Text();
  EXPECT_EQ(ValueIn(text, "probity_source_max_age_seconds" + list), 30 * 86400);
  EXPECT_EQ(ValueIn(text, "probity_source_stale" + list), 0);
  hours_ = 24 * 40;
  text = Text();
  EXPECT_GE(ValueIn(text, "probity_source_age_seconds" + list), 40 * 86400);
  EXPECT_LT(ValueIn(text, "probity_source_age_seconds" + list), 41 * 86400);
  EXPECT_EQ(ValueIn(text, "probity_source_stale" + list), 1);
  EXPECT_EQ(ValueIn(text, "probity_source_stale{dataset=\"datasets/reg\"}"), 0);  // no limit
  const auto info = Ask(&v1::ServerService::Stub::GetServerInfo, v1::GetServerInfoRequest());
  const v1::SourceFreshness* shown = nullptr;
  for (const auto& source : info.source_freshness()) {
    if (source.dataset() == "datasets/list") shown = &source;
  }
  ASSERT_NE(shown, nullptr);
  EXPECT_TRUE(shown->stale());
  EXPECT_TRUE(shown->loaded());
  EXPECT_EQ(shown->max_age_days(), 30);
  EXPECT_GE(shown->age_seconds(), 40 * 86400);
  // Told, and no reason not to be ready.
  AwaitHealth(channel_, "", "SERVING");
  EXPECT_EQ(Fetch(server_->metrics_port(), "/healthz/ready").status, 200);
}

TEST_F(MetricsApiTest, CertificatesThatEndSoonAreCounted) {
  const auto put = [this](const std::string& key, absl::Duration ahead) {
    const absl::CivilDay day = absl::ToCivilDay(absl::Now() + ahead, absl::UTCTimeZone());
    Put("reg", "key: '" + key + "' certification { scheme_id: 'GOTS' certificate_no: '" + key +
                   "' holder { identifier { scheme: 'GB-COH' value: '04830352' } } expires_on " +
                   D(absl::FormatCivilTime(day)) + " }");
  };
  put("soon", absl::Hours(24 * 10));
  put("later", absl::Hours(24 * 60));
  Restart();  // counts at the start
  AwaitValue("probity_certificates_ending_30d", 1);
}

TEST_F(MetricsApiTest, ProbesAreAnsweredInTheClear) {
  const int port = server_->metrics_port();
  EXPECT_EQ(Fetch(port, "/healthz/live").status, 200);
  AwaitHealth(channel_, "", "SERVING");
  EXPECT_EQ(Fetch(port, "/healthz/ready").status, 200);
  EXPECT_EQ(Value("probity_ready{service=\"all\"}"), 1);
  hours_ = -1000;
  AwaitHealth(channel_, "", "NOT_SERVING");
  const metrics::Page page = Fetch(port, "/healthz/ready");
  EXPECT_EQ(page.status, 503);
  EXPECT_THAT(page.body, HasSubstr("clock"));
  EXPECT_EQ(Value("probity_clock_sane"), 0);
  EXPECT_EQ(Fetch(port, "/healthz/live").status, 200);
  hours_ = 0;
  AwaitHealth(channel_, "", "SERVING");
  server_->Drain(absl::Seconds(5));
  EXPECT_EQ(Fetch(port, "/healthz/ready").status, 503);
  EXPECT_EQ(Fetch(port, "/healthz/live").status, 200);
}

TEST_F(ServerTest, ShowsNoPagesUnlessItIsTold) { EXPECT_EQ(server_->metrics_port(), 0); }

TEST(MetricsAddressTest, MustBeAnAddressAndAPort) {
  for (const char* good : {"", "127.0.0.1:9464", "0.0.0.0:0", "[::1]:9464", "10.1.2.3:65535"}) {
    EXPECT_TRUE(CheckPlainAddress("metrics_listen", good).ok()) << good;
  }
  for (const char* bad : {"9464", "localhost:9464", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536",
                          "::1:9464", "[::1]", "127.0.0.1:9464,0.0.0.0:1", "127.0.0.1:94s"}) {
    const absl::Status checked = CheckPlainAddress("metrics_listen", bad);
    EXPECT_FALSE(checked.ok()) << bad;
    EXPECT_THAT(std::string(checked.message()), HasSubstr("metrics_listen")) << bad;
  }
}

TEST_F(MetricsApiTest, AnAddressThatIsTakenStopsTheStart) {
  config::v1::ServerConfig config = Config();
  config.set_data_dir(directory_ + "/other");
  config.set_evidence_dir(directory_ + "/other/evidence");
  config.set_metrics_listen("127.0.0.1:" + std::to_string(server_->metrics_port()));
  const absl::Status started = Server::Start(config).status();
  EXPECT_TRUE(absl::IsUnavailable(started));
  EXPECT_THAT(std::string(started.message()), HasSubstr(config.metrics_listen()));
}

// Plants what must stay out, goes over everything that counts, and looks for it.
TEST_F(MetricsApiTest, NobodyIsInIt) {
  UseTokens();
  CreateDataset("own-of-a", v1::ABSENCE_MODE_RETRACTED, "authorities/a");
  Put("own-of-a", Firm("mine", "Marigold Secretive Ltd", "09999991"));
  Put("list",
      "key: 'whisper' visibility: VISIBILITY_RESTRICTED risk_flag { subject { party { identifier "
      "{ scheme: 'GB-COH' value: '04830352' } } } type: FLAG_TYPE_GRIEVANCE }");
  Ask(&v1::VendorService::Stub::BatchUpsertVendors,
      Parse<v1::BatchUpsertVendorsRequest>(
          "vendors { number { system: 'SAP' company_code: '1000' number: 'V-771' } display_name: "
          "'Odile Vendorperson' }"));
  CreateLaxDataset("reg2");
  UseAll();
  v1::ScreenSupplierRequest request =
      Request("subject { name: 'Perpetua Naturalperson' country: 'GB' } ");
  request.set_request_id("request-8812");
  v1::ScreenSupplierResponse response;
  (void)Call(&Screening::ScreenSupplier, request, &response);
  const std::string text = Text();
  ASSERT_THAT(text, HasSubstr("probity_decisions_total"));
  for (const char* planted :
       {"own-of-a", "authorities/a", "ann",        "bob",          "Marigold",
        "09999991", "whisper",       "GRIEVANCE",  "04830352",     "01234567",
        "V-771",    "Odile",         "Perpetua",   "request-8812", "Tidewater",
        "Brackish", "ocid-1",        "suppliers/", "T-BAR",        kAnn,
        kBob}) {
    // As a word: "cannot" holds "ann".
    const std::regex word("(^|[^A-Za-z])" + std::string(planted) + "($|[^A-Za-z])");
    EXPECT_FALSE(std::regex_search(text, word)) << planted;
  }
}

// Metrics by name, with their types.
std::map<std::string, std::string> Types(const std::string& text) {
  std::map<std::string, std::string> types;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string hash, type, name, what;
    words >> hash >> type >> name >> what;
    if (type == "TYPE") types[name] = what;
  }
  return types;
}

// Metrics that a text names, without the endings of a histogram's series.
std::set<std::string> Named(const std::string& text) {
  static const std::regex metric("\\bprobity_[a-z0-9_]*[a-z0-9]\\b");
  static const std::regex ending("_(bucket|sum|count)$");
  std::set<std::string> names;
  for (std::sregex_iterator at(text.begin(), text.end(), metric), end; at != end; ++at) {
    names.insert(std::regex_replace(at->str(), ending, ""));
  }
  return names;
}

TEST_F(MetricsApiTest, WhatDocumentsDashboardAndAlertsNameIsExported) {
  CreateLaxDataset("reg2");
  UseAll();
  AwaitValue("probity_certificates_ending_30d", 0);
  const std::map<std::string, std::string> types = Types(Text());
  const std::string document = ReadAll("docs/OBSERVABILITY.md");
  std::set<std::string> exported;
  for (const auto& [name, type] : types) {
    exported.insert(name);
    EXPECT_THAT(document, HasSubstr("| `" + name + "` | " + type + " |"));
  }
  for (const char* path : {"docs/OBSERVABILITY.md", "deploy/grafana/probity.json",
                           "deploy/prometheus/alerts.yml", "deploy/prometheus/alerts_test.yml"}) {
    const std::set<std::string> named = Named(ReadAll(path));
    EXPECT_THAT(named, Not(IsEmpty())) << path;
    for (const std::string& name : named) {
      // Of a server with TLS and issuers: identity_api_test.cc.
      if (absl::StartsWith(name, "probity_tls_") || name == "probity_issuer_keys_fresh") continue;
      EXPECT_EQ(exported.count(name), 1u) << path << " names " << name;
    }
  }
}

}  // namespace
}  // namespace probity::server
