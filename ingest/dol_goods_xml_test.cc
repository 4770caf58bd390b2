// dol-goods-xml: elements, faults of XML, and the real editions in any order.
#include <algorithm>
#include <map>
#include <set>

#include "base/civil_day.h"
#include "base/errors.h"
#include "base/names.h"
#include "gmock/gmock.h"
#include "google/protobuf/util/json_util.h"
#include "ingest/testing.h"
#include "ingest/xml_reader.h"
#include "policy/testing.h"
#include "screening/commodity_risk.h"
#include "storage/rocksdb/rocksdb_store.h"
#include "storage/timeline.h"

namespace probity::ingest {
namespace {

using storage::testing::Day;
using testing::CollectingSink;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::Workshop;

std::string Good(const std::string& name, const std::string& country_elements) {
  return "<Good><Good_Name>" + name +
         "</Good_Name><Good_Sector>Mining</Good_Sector>"
         "<Countries>\n<Country>" +
         country_elements + "</Country>\n</Countries></Good>\n";
}

std::string Goods(const std::string& goods) { return "<Goods>\n" + goods + "</Goods>\n"; }

CollectingSink ReadText(const std::string& text) {
  Workshop workshop;
  CollectingSink sink;
  EXPECT_EQ(workshop.Read("dol-goods-xml", {workshop.Write("g.xml", text)}, &sink),
            absl::OkStatus());
  return sink;
}

TEST(DolGoodsXml, KeepsTheKindsOfHarmApart) {
  const CollectingSink sink = ReadText(
      Goods(Good("Cotton",
                 "<Country_Name>Burma</Country_Name><Child_Labor>Yes</Child_Labor>"
                 "<Forced_Labor>No</Forced_Labor><Forced_Child_Labor>Yes"
                 "</Forced_Child_Labor><New_Element>x</New_Element>") +
            Good("Lithium-Ion Batteries",
                 "<Country_Name>China</Country_Name><Derived_Labor_Exploitation>Yes"
                 "</Derived_Labor_Exploitation><Derived_Country>Congo, Democratic Republic of the"
                 "</Derived_Country>")));
  ASSERT_EQ(sink.records.size(), 2u);
  const v1::CommodityRisk& cotton = sink.records[0].commodity_risk();
  EXPECT_EQ(sink.records[0].key(), "cotton|MM");
  EXPECT_EQ(sink.lines[0], 3u);
  EXPECT_EQ(cotton.origin_name(), "Burma");
  EXPECT_EQ(cotton.sector(), "Mining");
  EXPECT_THAT(cotton.harms(),
              ElementsAre(v1::LABOUR_HARM_CHILD_LABOUR, v1::LABOUR_HARM_FORCED_CHILD_LABOUR));
  ASSERT_EQ(cotton.commodities_size(), 2);
  EXPECT_EQ(cotton.commodities(0).commodity().code(), "5201");
  EXPECT_EQ(cotton.commodities(0).fit(), v1::MAPPING_FIT_EXACT);
  EXPECT_EQ(cotton.commodities(1).commodity().scheme(), v1::COMMODITY_SCHEME_CPV);
  const v1::CommodityRisk& batteries = sink.records[1].commodity_risk();
  EXPECT_THAT(batteries.harms(), ElementsAre(v1::LABOUR_HARM_DERIVED));
  EXPECT_EQ(batteries.input_publisher_name(), "Cobalt ore (heterogenite)");
  EXPECT_THAT(batteries.input_origins(), ElementsAre("CD"));
}

TEST(DolGoodsXml, AGoodWithoutAMappingIsKeptUnderItsName) {
  const CollectingSink sink = ReadText(Goods(
      Good("Unheard-of", "<Country_Name>India</Country_Name><Child_Labor>Yes</Child_Labor>")));
  ASSERT_EQ(sink.records.size(), 1u);
  EXPECT_THAT(sink.records[0].commodity_risk().commodities(), IsEmpty());
}

TEST(DolGoodsXml, RefusesCountriesItCannotReadAndGoesOn) {
  const std::string yes = "<Child_Labor>Yes</Child_Labor>";
  const CollectingSink sink = ReadText(
      Goods(Good("A", "<Country_Name>Atlantis</Country_Name>" + yes) + Good("A", yes) +
            Good("A", "<Country_Name>India</Country_Name><Child_Labor>Perhaps</Child_Labor>") +
            Good("A", "<Country_Name>India</Country_Name><Child_Labor>No</Child_Labor>") +
            Good("A",
                 "<Country_Name>India</Country_Name>"
                 "<Derived_Labor_Exploitation>Yes</Derived_Labor_Exploitation>") +
            Good("", "<Country_Name>India</Country_Name>" + yes) +
            Good("A", "<Country_Name>India</Country_Name>" + yes)));
  std::vector<std::string> columns;
  for (const auto& [line, fault] : sink.refused) columns.push_back(fault.column);
  EXPECT_THAT(columns, ElementsAre("Country_Name", "Country_Name", "Child_Labor", "Country",
                                   "Derived_Country", "Good_Name"));
  EXPECT_EQ(sink.refused[0].second.reason, v1::ERROR_REASON_ROW_COUNTRY);
  EXPECT_EQ(sink.refused[0].first, 3u);
  EXPECT_THAT(sink.raw[0], HasSubstr("Country_Name=Atlantis"));
  EXPECT_EQ(sink.records.size(), 1u);
}

// A file that cannot be read to its end.
struct BadXml {
  const char* name;
  std::string text;
  v1::ErrorReason reason;
  const char* says;
};

std::string Nested(int depth) {
  std::string text = "<Goods>";
  for (int i = 1; i < depth; ++i) text += "<a>";
  return text;
}

class BadXmlTest : public ::testing::TestWithParam<BadXml> {};

TEST_P(BadXmlTest, SaysWhatWhereAndWhatToDo) {
  Workshop workshop;
  CollectingSink sink;
  const absl::Status status =
      workshop.Read("dol-goods-xml", {workshop.Write("g.xml", GetParam().text)}, &sink);
  EXPECT_EQ(ReasonOf(status), GetParam().reason) << status;
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), HasSubstr(GetParam().says));
  EXPECT_EQ(MetadataOf(status)["file"], "g.xml");
}

INSTANTIATE_TEST_SUITE_P(
    All, BadXmlTest,
    ::testing::Values(
        BadXml{"Empty", "", v1::ERROR_REASON_EMPTY_FILE, "g.xml: the file is empty"},
        BadXml{"Cut", "<Goods>\n<Good><Good_Na", v1::ERROR_REASON_TRUNCATED_FILE, "g.xml:2:"},
        BadXml{"CutBetweenElements", "<Goods>\n<Good></Good>", v1::ERROR_REASON_TRUNCATED_FILE,
               "written completely"},
        BadXml{"WrongRoot", "<Countries></Countries>", v1::ERROR_REASON_MISSING_COLUMN,
               "the root element is <Countries>, not <Goods>"},
        BadXml{"NotWellFormed", "<Goods>\n<Good></Goods>", v1::ERROR_REASON_ROW_SYNTAX,
               "g.xml:2: the file is not well-formed XML in UTF-8: mismatched tag"},
        BadXml{"NoXml", "key,name\n1,A\n", v1::ERROR_REASON_ROW_SYNTAX, "g.xml:1:"},
        BadXml{"NotUtf8", "<Goods>\n<Good>\xff\xfe</Good></Goods>", v1::ERROR_REASON_ROW_SYNTAX,
               "g.xml:2:"},
        BadXml{"EntityBomb",
               "<!DOCTYPE Goods [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;\">]>"
               "<Goods>&b;</Goods>",
               v1::ERROR_REASON_ROW_SYNTAX, "take the <!DOCTYPE"},
        BadXml{"UnknownEntity", "<Goods>&b;</Goods>", v1::ERROR_REASON_ROW_SYNTAX,
               "undefined entity"},
        BadXml{"Deep", Nested(100'000), v1::ERROR_REASON_ROW_SYNTAX, "nested more than 32 deep"}),
    [](const auto& test) { return test.param.name; });

// 100 MB of one text, tag or comment, which must not be held in memory: what
// was read when the reading stopped tells.
class LongXmlTest : public ::testing::TestWithParam<const char*> {};

TEST_P(LongXmlTest, StopsReadingNearTheLimit) {
  Workshop workshop;
  CollectingSink sink;
  const auto file = workshop.Write(
      "g.xml", std::string("<Goods>\n<Good>") + GetParam() + std::string(100 << 20, 'x'));
  const absl::Status status = workshop.Read("dol-goods-xml", {file}, &sink);
  EXPECT_EQ(ReasonOf(status), v1::ERROR_REASON_ROW_TOO_LONG) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("g.xml:2:"));
  EXPECT_LT(sink.bytes_read, 2 * kMaxRowBytes);
}

INSTANTIATE_TEST_SUITE_P(All, LongXmlTest,
                         ::testing::Values("<Good_Name>", "<Good_Name a=\"", "<", "<!--"));

TEST(DolGoodsXml, ExactlyTheDeepestNestingIsRead) {
  Workshop workshop;
  CollectingSink sink;
  const auto file = workshop.Write("g.xml", Nested(kMaxXmlDepth));
  EXPECT_EQ(ReasonOf(workshop.Read("dol-goods-xml", {file}, &sink)),
            v1::ERROR_REASON_TRUNCATED_FILE);
}

// ---- the real editions ----

struct Edition {
  const char* file;
  const char* day;  // of publication
  const char* asked;
  size_t pairs;
};
constexpr Edition kEditions[] = {{"goods_2016.xml", "2016-09-30", "2017-06-30", 379},
                                 {"goods_2017.xml", "2018-09-20", "2018-12-31", 418},
                                 {"goods_2019.xml", "2020-09-30", "2020-12-31", 438},
                                 {"goods_2021.xml", "2022-09-28", "2022-12-31", 467}};

std::string PathOf(const Edition& edition) {
  return SharedPath(std::string("dol-tvpra/") + edition.file);
}

using Lines = std::map<std::string, std::string>;  // key -> serialised record

// What one edition says, read by itself.
Lines LinesOf(const Edition& edition) {
  Workshop workshop;
  CollectingSink sink;
  EXPECT_EQ(
      workshop.Read("dol-goods-xml", {{PathOf(edition), edition.file, v1::FILE_ROLE_DATA}}, &sink),
      absl::OkStatus());
  EXPECT_THAT(sink.refused, IsEmpty());
  Lines lines;
  for (const v1::Record& record : sink.records) {
    lines[record.key()] = record.SerializeAsString();
  }
  return lines;
}

// Loads an edition as ingest does: BACKFILL when a later one is there.
absl::Status LoadEdition(const Workshop& workshop, const Edition& edition, storage::Store* store) {
  const auto base = store->Head("");
  storage::LoadSpec spec;
  spec.dataset = "dol";
  spec.edition = Day(edition.day);
  const auto& loaded = base->FindDataset("dol")->edition_days();
  if (!loaded.empty() && *loaded.rbegin() > FirstDay(spec.edition)) {
    spec.mode = v1::LOAD_MODE_BACKFILL;
  }
  const LoadFiles files{FindFormat("dol-goods-xml").value(),
                        {{PathOf(edition), edition.file, v1::FILE_ROLE_DATA}},
                        workshop.directory(),
                        workshop.directory() + "/rejected"};
  LoadProgress progress;
  auto changes = BuildChangeSet(workshop.tables(), *base, spec, files, &progress);
  if (!changes.ok()) return changes.status();
  return store->Publish(*changes, {}).status();
}

// What the dataset says on a day.
Lines LinesOn(const storage::View& view, const char* day) {
  Lines lines;
  absl::Status read =
      view.ForEachRecord("dol", [&](absl::string_view key, const storage::v1::RecordRow& row) {
        const v1::Record* record = storage::RecordAt(row, FirstDay(Day(day)));
        if (record != nullptr) lines[std::string(key)] = record->SerializeAsString();
        return true;
      });
  EXPECT_EQ(read, absl::OkStatus());
  return lines;
}

std::unique_ptr<storage::Store> MakeStore(bool rocksdb, const Workshop& workshop, int number) {
  if (!rocksdb) {
    return std::make_unique<storage::InMemoryStore>(workshop.identifiers(), "fedcba9876543210");
  }
  storage::RocksdbOptions options;
  options.path = workshop.directory() + "/store" + std::to_string(number);
  options.block_cache = 1 << 20;
  return storage::OpenRocksdbStore(options, workshop.identifiers()).value();
}

class DolEditionsTest : public ::testing::TestWithParam<bool> {
 protected:
  void SetUp() override {
    for (const Edition& edition : kEditions) {
      PROBITY_NEEDS_SHARED(path, std::string("dol-tvpra/") + edition.file);
    }
  }
};

TEST_P(DolEditionsTest, AnswerAlikeWhateverTheOrderOfLoading) {
  std::vector<Lines> expected;
  for (const Edition& edition : kEditions) {
    expected.push_back(LinesOf(edition));
    EXPECT_EQ(expected.back().size(), edition.pairs) << edition.file;
  }
  Workshop workshop;
  std::vector<int> order = {0, 1, 2, 3};
  int orders = 0;
  do {
    SCOPED_TRACE(::testing::PrintToString(order));
    const auto store = MakeStore(GetParam(), workshop, orders++);
    ASSERT_EQ(storage::testing::CreateDataset(store.get(), "dol", v1::ABSENCE_MODE_DELISTED),
              absl::OkStatus());
    for (const int at : order) {
      ASSERT_EQ(LoadEdition(workshop, kEditions[at], store.get()), absl::OkStatus());
    }
    const auto view = store->Head("");
    for (size_t i = 0; i < expected.size(); ++i) {
      EXPECT_EQ(LinesOn(*view, kEditions[i].asked), expected[i]) << kEditions[i].asked;
    }
    EXPECT_THAT(LinesOn(*view, "2016-09-29"), IsEmpty());
  } while (std::next_permutation(order.begin(), order.end()));
  EXPECT_EQ(orders, 24);
}

INSTANTIATE_TEST_SUITE_P(Stores, DolEditionsTest, ::testing::Bool(),
                         [](const auto& test) { return test.param ? "Rocksdb" : "Memory"; });

// A question to CheckCommodityRisk over all editions.
struct Question {
  const char* good;
  const char* origin;
  const char* as_of;
  v1::CommodityRiskResult result;
};

TEST(DolEditions, AGoodOfALaterEditionIsNotListedBefore) {
  for (const Edition& edition : kEditions) {
    PROBITY_NEEDS_SHARED(path, std::string("dol-tvpra/") + edition.file);
  }
  Workshop workshop;
  const auto store = MakeStore(false, workshop, 0);
  ASSERT_EQ(storage::testing::CreateDataset(store.get(), "dol", v1::ABSENCE_MODE_DELISTED),
            absl::OkStatus());
  for (const Edition& edition : kEditions) {
    ASSERT_EQ(LoadEdition(workshop, edition, store.get()), absl::OkStatus());
  }
  const Question questions[] = {
      {"Polysilicon", "CN", "2018-06-01", v1::COMMODITY_RISK_RESULT_NOT_COVERED},
      {"Polysilicon", "CN", "2022-12-31", v1::COMMODITY_RISK_RESULT_LISTED},
      // Bricks from elsewhere are spoken of; Argentina's are listed throughout.
      {"Bricks", "DE", "2018-06-01", v1::COMMODITY_RISK_RESULT_NOT_LISTED},
      {"Bricks", "AR", "2018-06-01", v1::COMMODITY_RISK_RESULT_LISTED},
      // Both borders of the day on which mica was first listed.
      {"Mica", "IN", "2018-09-19", v1::COMMODITY_RISK_RESULT_NOT_COVERED},
      {"Mica", "IN", "2018-09-20", v1::COMMODITY_RISK_RESULT_LISTED},
      // Taken off: palm oil became palm fruit in 2022.
      {"Oil (Palm)", "MY", "2022-09-27", v1::COMMODITY_RISK_RESULT_LISTED},
      {"Oil (Palm)", "MY", "2022-09-28", v1::COMMODITY_RISK_RESULT_NOT_COVERED}};
  for (const Question& question : questions) {
    v1::CheckCommodityRiskRequest request;
    request.mutable_commodity()->set_scheme(v1::COMMODITY_SCHEME_PUBLISHER);
    request.mutable_commodity()->set_code(question.good);
    request.set_origin(question.origin);
    *request.mutable_as_of() = Day(question.as_of);
    const auto answer = screening::CheckCommodityRisk(*store->Head(""), {}, policy::TestLaw(),
                                                      request, FirstDay(Day("2026-11-25")));
    ASSERT_EQ(answer.status(), absl::OkStatus());
    EXPECT_EQ(answer->result(), question.result)
        << question.good << " " << question.origin << " " << question.as_of;
  }
}

}  // namespace
}  // namespace probity::ingest
