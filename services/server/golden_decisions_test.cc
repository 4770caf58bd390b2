// Decisions of releases past must come out of their bundles as they were made:
// tests/testdata/decisions holds a folder for each release, with the texts of its
// policies. Add a folder with each release, change none:
//
//   PROBITY_RECORD_DECISIONS=0.1 ctest --test-dir build/asan -R server_test
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "base/tables.h"
#include "gmock/gmock.h"
#include "policy/compile.h"
#include "probity/v1/policy_service.grpc.pb.h"
#include "probity/v1/screening_service.grpc.pb.h"
#include "screening/decision/decide.h"
#include "services/server/open_evidence.h"
#include "services/server/open_store.h"
#include "services/server/testing.h"

namespace probity::server {
namespace {

namespace fs = std::filesystem;
constexpr char kFolder[] = "tests/testdata/decisions";

void Write(const fs::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

class GoldenDecisionsTest : public ServerTest {
 protected:
  void LoadFile(const std::string& dataset, const std::string& format, const std::string& file) {
    CreateDataset(dataset);
    Import(dataset, format, ReadFile("data/" + file).value());
  }

  // One decision of each verdict, over the demonstration's data.
  void Record(const fs::path& folder) {
    fs::create_directories(folder / "policies");
    for (const auto& entry : fs::directory_iterator("data/policies")) {
      const std::string name = entry.path().filename().string();
      if (name.find(".cases.") == std::string::npos) {
        Write(folder / "policies" / name, ReadFile(entry.path().string()).value());
      }
    }
    LoadFile("demo-register", "probity-csv", "demo/register.csv");
    LoadFile("demo-flags", "probity-csv", "demo/flags.csv");
    LoadFile("import-bans", "probity-jsonl", "import_bans.jsonl");
    LoadFile("goods-at-risk", "probity-jsonl", "commodity_risk.jsonl");
    LoadFile("services-at-risk", "probity-jsonl", "services_risk.jsonl");
    RecordOne(folder, "clear", "S-03", "DE", "COMMODITY_SCHEME_CPV' code: '30197000", "DE");
    RecordOne(folder, "review", "S-02", "DE", "COMMODITY_SCHEME_HS' code: '0306", "TH");
    RecordOne(folder, "block", "S-04", "NP", "COMMODITY_SCHEME_HS' code: '6904", "NP");
  }

  void RecordOne(const fs::path& folder, const std::string& name, const std::string& supplier,
                 const std::string& buyer, std::string commodity, const std::string& origin) {
    commodity.erase(commodity.find('\''), 1);
    const auto answer =
        Ask(&v1::ScreeningService::Stub::ScreenSupplier,
            Parse<v1::ScreenSupplierRequest>(
                "policy: 'policies/demo' subject { ref { source_record: "
                "'datasets/demo-register/records/" +
                supplier + "' } } purchase { authority_country: '" + buyer +
                "' purpose: PURPOSE_AWARD no_other_parties: true items { item_id: '1' commodity { "
                "scheme: " +
                commodity + "' } origin: '" + origin + "' } }"));
    Write(folder / (name + ".bundle.binpb"), CanonicalBytes(answer.bundle()));
    Write(folder / (name + ".core.binpb"), CanonicalBytes(answer.decision().core()));
  }
};

TEST_F(GoldenDecisionsTest, ComeOutOfTheirBundlesAsTheyWereMade) {
  const char* const record = std::getenv("PROBITY_RECORD_DECISIONS");
  if (record != nullptr) Record(fs::path(kFolder) / record);
  Countries countries;
  policy::CountryGroups groups;
  ASSERT_TRUE(ReadTable("data/countries.csv", &countries).ok());
  ASSERT_TRUE(ReadTable("data/country_groups.csv", &groups).ok());
  int decisions = 0;
  for (const auto& release : fs::directory_iterator(kFolder)) {
    const auto texts = ReadShippedPolicies((release.path() / "policies").string());
    ASSERT_TRUE(texts.ok()) << texts.status();
    const auto text = ReadFile((release.path() / "policies/demo.txtpb").string());
    ASSERT_TRUE(text.ok()) << text.status();
    const policy::Compilation compiled = policy::CompilePolicy(*text, *texts, {countries, groups});
    ASSERT_NE(compiled.policy, nullptr) << policy::FormatFaults(compiled.faults);
    for (const char* const name : {"clear", "review", "block"}) {
      SCOPED_TRACE(release.path().string() + "/" + name);
      const std::string stem = (release.path() / name).string();
      const std::string bytes = ReadFile(stem + ".bundle.binpb").value();
      v1::EvidenceBundle bundle;
      v1::DecisionCore recorded;
      ASSERT_TRUE(bundle.ParseFromString(bytes));
      ASSERT_TRUE(recorded.ParseFromString(ReadFile(stem + ".core.binpb").value()));
      const v1::DecisionCore again = screening::CoreOf(*compiled.policy, bundle, bytes);
      EXPECT_EQ(CanonicalBytes(again), CanonicalBytes(recorded))
          << "recorded " << recorded.DebugString() << "now " << again.DebugString();
      EXPECT_EQ(v1::Verdict_Name(recorded.verdict()).substr(8),
                std::string(name) == "clear"    ? "CLEAR"
                : name == std::string("review") ? "REVIEW"
                                                : "BLOCK");
      ++decisions;
    }
  }
  EXPECT_GE(decisions, 3);
}

}  // namespace
}  // namespace probity::server
