// The project's own tables and records against what publishers say.
#include <algorithm>
#include <map>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/civil_day.h"
#include "base/names.h"
#include "gmock/gmock.h"
#include "ingest/csv_reader.h"
#include "ingest/testing.h"
#include "ingest/validate.h"

namespace probity::ingest {
namespace {

using testing::CollectingSink;
using ::testing::Contains;
using ::testing::ElementsAreArray;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::Workshop;

// Records of one of the project's files, each valid and without a warning.
std::vector<v1::Record> OwnRecords(const std::string& name) {
  Workshop workshop;
  CollectingSink sink;
  EXPECT_EQ(workshop.Read("probity-jsonl", {{TablePath(name), name, v1::FILE_ROLE_DATA}}, &sink),
            absl::OkStatus());
  EXPECT_THAT(sink.refused, IsEmpty());
  std::set<std::string> keys;
  for (v1::Record& record : sink.records) {
    const Validation validation = NormalizeAndValidate(workshop.tables(), &record);
    EXPECT_THAT(validation.faults, IsEmpty()) << record.key();
    EXPECT_THAT(validation.warnings, IsEmpty()) << record.key();
    EXPECT_TRUE(keys.insert(record.key()).second) << record.key() << " stands twice";
  }
  return sink.records;
}

std::map<std::string, v1::CommodityRisk> PublishersGoods(const std::string& path) {
  Workshop workshop;
  CollectingSink sink;
  EXPECT_EQ(workshop.Read("dol-goods-xml", {{path, "goods.xml", v1::FILE_ROLE_DATA}}, &sink),
            absl::OkStatus());
  std::map<std::string, v1::CommodityRisk> goods;
  for (const v1::Record& record : sink.records) {
    goods[record.key()] = record.commodity_risk();
  }
  return goods;
}

TEST(Data, EveryCommodityRiskIsInThePublishersListWithTheSameHarms) {
  PROBITY_NEEDS_SHARED(path, "dol-tvpra/goods_2021.xml");
  const auto goods = PublishersGoods(path);
  const auto ours = OwnRecords("commodity_risk.jsonl");
  EXPECT_EQ(ours.size(), 79u);
  for (const v1::Record& record : ours) {
    const v1::CommodityRisk& risk = record.commodity_risk();
    const auto found =
        goods.find(absl::StrCat(FoldName(risk.publisher_name()), "|", risk.origin()));
    ASSERT_NE(found, goods.end()) << record.key();
    EXPECT_THAT(risk.harms(), ElementsAreArray(found->second.harms())) << record.key();
    EXPECT_EQ(risk.sector(), found->second.sector()) << record.key();
    ASSERT_EQ(risk.commodities_size(), found->second.commodities_size()) << record.key();
    for (int i = 0; i < risk.commodities_size(); ++i) {
      EXPECT_EQ(risk.commodities(i).ShortDebugString(),
                found->second.commodities(i).ShortDebugString())
          << record.key();
    }
  }
}

std::vector<TableRow> RowsOf(const std::string& path) {
  return ParseTable(ReadFile(path).value()).value();
}
std::vector<TableRow> Goods() { return RowsOf(TablePath("dol_goods.csv")); }

TEST(Data, EveryGoodOfTheEditionsHasARowAndEveryInputIsAGood) {
  std::set<std::string> known;
  for (TableRow& row : Goods()) known.insert(FoldName(row["good"]));
  for (TableRow& row : Goods()) {
    const std::string input = FoldName(row["input"]);
    EXPECT_TRUE(input.empty() || known.count(input) > 0) << input;
  }
  for (const char* name : {"2016", "2017", "2019", "2021"}) {
    PROBITY_NEEDS_SHARED(path, absl::StrCat("dol-tvpra/goods_", name, ".xml"));
    for (const auto& [key, risk] : PublishersGoods(path)) {
      EXPECT_THAT(known, Contains(FoldName(risk.publisher_name())));
      const bool derived =
          std::count(risk.harms().begin(), risk.harms().end(), v1::LABOUR_HARM_DERIVED) > 0;
      EXPECT_EQ(derived, !risk.input_publisher_name().empty()) << key;
      EXPECT_EQ(derived, !risk.input_origins().empty()) << key;
    }
  }
}

// Codes of a column of data/dol_goods.csv.
std::set<std::string> CodesOf(const std::string& column) {
  std::set<std::string> codes;
  for (TableRow& row : Goods()) {
    for (const absl::string_view one : absl::StrSplit(row[column], '|', absl::SkipEmpty())) {
      codes.insert(std::string(one.substr(0, one.find('='))));
    }
  }
  return codes;
}

TEST(Data, EveryHsCodeOfTheGoodsExists) {
  PROBITY_NEEDS_SHARED(path, "hs2022/harmonized-system.csv");
  std::set<std::string> known;
  CollectingSink sink;
  auto reader = CsvReader::Open({path, "hs", v1::FILE_ROLE_DATA}, {}, &sink);
  ASSERT_EQ(reader.status(), absl::OkStatus());
  ASSERT_EQ((*reader)->columns()[1], "hscode");
  ASSERT_TRUE((*reader)
                  ->ForEach([&known](const Row&, const CsvReader::Values& values) {
                    known.emplace(values[1]);
                    return absl::OkStatus();
                  })
                  .ok());
  for (const std::string& code : CodesOf("hs")) EXPECT_THAT(known, Contains(code));
}

TEST(Data, EveryCpvCodeOfTheGoodsAndServicesExists) {
  PROBITY_NEEDS_SHARED(path, "cpv2008/cpvCodes.json");
  const std::string text = ReadFile(path).value();
  std::set<std::string> codes = CodesOf("cpv");
  for (const v1::Record& record : OwnRecords("services_risk.jsonl")) {
    codes.insert(record.commodity_risk().commodities(0).commodity().code());
  }
  for (const std::string& code : codes) {
    EXPECT_TRUE(absl::StrContains(text, absl::StrCat("\"code\": \"", code, "-"))) << code;
  }
}

TEST(Data, ServicesCoverTheLabourIntensiveGroupsAndAreIndicative) {
  // Construction, cleaning, catering, care, security, agriculture, accommodation.
  const std::vector<std::string> groups = {"45", "9091", "555", "853", "797", "77", "551"};
  const auto services = OwnRecords("services_risk.jsonl");
  for (const std::string& group : groups) {
    EXPECT_TRUE(std::any_of(services.begin(), services.end(), [&group](const v1::Record& record) {
      return absl::StartsWith(record.commodity_risk().commodities(0).commodity().code(), group);
    })) << group;
  }
  for (const v1::Record& record : services) {
    EXPECT_TRUE(record.commodity_risk().indicative()) << record.key();
    EXPECT_THAT(record.commodity_risk().rationale(), Not(IsEmpty())) << record.key();
    EXPECT_THAT(record.commodity_risk().harms(),
                ::testing::ElementsAre(v1::LABOUR_HARM_LABOUR_INTENSIVE_SERVICE));
  }
}

// The project's import bans by key.
class ImportBansTest : public ::testing::Test {
 protected:
  void SetUp() override {
    for (const v1::Record& record : OwnRecords("import_bans.jsonl")) {
      records_[record.key()] = record;
    }
  }
  // The record that "records/{key}" names.
  const v1::Record& Get(const std::string& reference) {
    const std::string key = reference.substr(std::string("records/").size());
    EXPECT_EQ(records_.count(key), 1u) << reference;
    return records_[key];
  }

  std::map<std::string, v1::Record> records_;
};

TEST_F(ImportBansTest, EachSaysWhoWhenByWhatLawAndWhere) {
  size_t flags = 0;
  for (const auto& [key, record] : std::map<std::string, v1::Record>(records_)) {
    if (!record.has_risk_flag()) continue;
    ++flags;
    const v1::RiskFlag& flag = record.risk_flag();
    ASSERT_EQ(flag.listing_intervals_size(), 1) << key;
    EXPECT_TRUE(IsValidDate(flag.listing_intervals(0).from())) << key;
    EXPECT_TRUE(absl::StartsWith(flag.source_url(), "http")) << key;
    EXPECT_NE(flag.stage(), v1::FLAG_STAGE_UNSPECIFIED) << key;
    EXPECT_NE(flag.decided_by(), "") << key;
    EXPECT_NE(flag.summary(), "") << key;
    const v1::LegalMeasure& measure = Get(flag.legal_measure()).legal_measure();
    EXPECT_EQ(measure.subject().ShortDebugString(), flag.subject().ShortDebugString()) << key;
    EXPECT_EQ(measure.in_force().ShortDebugString(), flag.listing_intervals(0).ShortDebugString())
        << key;
    EXPECT_TRUE(absl::StartsWith(measure.regime(), "US-")) << key;
    // What has ended says so, and the other way round.
    const bool in_force = measure.list_status() == v1::LIST_STATUS_ACTIVE ||
                          measure.list_status() == v1::LIST_STATUS_PARTIALLY_ACTIVE;
    EXPECT_EQ(in_force, !measure.in_force().has_to()) << key;
  }
  EXPECT_GE(flags, 20u);
}

TEST_F(ImportBansTest, NoneIsAboutANaturalPerson) {
  for (const auto& [key, record] : records_) {
    if (!record.has_supplier()) continue;
    EXPECT_NE(record.supplier().kind(), v1::PARTY_KIND_PERSON) << key;
    EXPECT_NE(record.supplier().kind(), v1::PARTY_KIND_UNSPECIFIED) << key;
  }
}

TEST_F(ImportBansTest, PartiesOfOrdersInForceAreOnThePublishersListOfNames) {
  PROBITY_NEEDS_SHARED(path, "us-cbp-wro-names/wro_names.csv");
  std::set<std::string> names;
  for (TableRow& row : RowsOf(path)) {
    names.insert(FoldName(row["name"]));
  }
  size_t compared = 0;
  for (const auto& [key, record] : std::map<std::string, v1::Record>(records_)) {
    const v1::RiskFlag& flag = record.risk_flag();
    if (flag.type() != v1::FLAG_TYPE_IMPORT_BAN_WRO || !flag.subject().has_party()) continue;
    if (flag.listing_intervals(0).has_to()) continue;
    const v1::Record& party = Get(flag.subject().party().source_record());
    EXPECT_THAT(names, Contains(FoldName(party.supplier().names(0).text()))) << key;
    ++compared;
  }
  EXPECT_GE(compared, 15u);
}

}  // namespace
}  // namespace probity::ingest
