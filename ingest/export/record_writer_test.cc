#include "ingest/export/record_writer.h"

#include "absl/strings/str_split.h"
#include "base/errors.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "ingest/testing.h"
#include "nlohmann/json.hpp"

namespace probity::ingest {
namespace {

using testing::CollectingSink;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;
using testing::Workshop;

v1::Record Read(const std::string& text) {
  v1::Record record;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &record)) << text;
  return record;
}

constexpr char kSupplier[] = R"(
  key: "S-1"
  supplier {
    kind: PARTY_KIND_COMPANY
    names { text: "Example, \"Mills\"" type: NAME_TYPE_LEGAL_NAME }
    names { text: "Mills" type: NAME_TYPE_TRADING_OR_OPERATING_NAME }
    names { text: "M & Co" type: NAME_TYPE_TRADING_OR_OPERATING_NAME }
    identifiers { scheme: "GB-COH" value: "04830352" }
    identifiers { scheme: "XI-LEI" value: "213800H2PQMIF3OVZY47" }
    addresses { lines: "1 High Street" lines: "Floor 2" city: "Leeds" country: "GB" }
    jurisdiction: "GB"
    founded { year: 1990 month: 5 }
    sectors: "SIC2007:13100"
  })";

constexpr char kFlag[] = R"text(
  key: "F-1"
  risk_flag {
    subject { party { source_record: "records/S-1" } }
    type: FLAG_TYPE_DEBARMENT
    stage: FLAG_STAGE_FINAL_ADMIN_DECISION
    decided_on { year: 2024 month: 2 day: 29 }
    decided_by: "Labour Inspectorate"
    listing_intervals { from { year: 2024 month: 3 day: 1 } to { year: 2026 month: 3 day: 1 } }
    contested: true
    summary: "=HYPERLINK(1)"
  })text";

constexpr char kAudit[] = R"(
  key: "A-1"
  audit {
    scheme_id: "SMETA"
    site { identifier { scheme: "OS-ID" value: "GB2024" } }
    workers_interviewed: 12
    findings { id: "1" topic: "wages" severity: FINDING_SEVERITY_MAJOR }
    findings { id: "2" topic: "hours" closed_on { year: 2025 month: 1 day: 2 } }
    findings { id: "3" topic: "-" }
  })";

constexpr char kLink[] = R"(
  key: "L-1"
  link {
    from { source_record: "records/S-1" }
    to { identifier { scheme: "XI-LEI" value: "213800H2PQMIF3OVZY47" } }
    type: LINK_TYPE_OWNS
    share_percent: 33.3
    period { from { year: 2020 month: 1 day: 1 } to { year: 2021 month: 1 day: 1 } }
  })";

const ExportedDataset kDataset{"d",
                               {v1::Record::kSupplierFieldNumber, v1::Record::kRiskFlagFieldNumber,
                                v1::Record::kAuditFieldNumber, v1::Record::kLinkFieldNumber}};

struct File {
  std::string text;
  std::vector<Written> written;
};

File Export(v1::ExportFormat format, const std::vector<v1::Record>& records) {
  File file;
  auto writer = MakeRecordWriter(format, kDataset);
  EXPECT_TRUE(writer.ok()) << writer.status();
  (*writer)->Begin(&file.text);
  for (const v1::Record& record : records) {
    file.written.push_back((*writer)->Write(record, &file.text));
  }
  return file;
}

// What a format reads of a text.
std::vector<std::string> Load(const std::string& format, const std::string& text) {
  const Workshop workshop;
  CollectingSink sink;
  const absl::Status read = workshop.Read(format, {workshop.Write("file", text)}, &sink);
  EXPECT_TRUE(read.ok()) << read;
  EXPECT_THAT(sink.refused, IsEmpty());
  std::vector<std::string> records;
  for (const v1::Record& record : sink.records) records.push_back(record.DebugString());
  return records;
}

std::vector<std::string> Texts(const std::vector<v1::Record>& records) {
  std::vector<std::string> texts;
  for (const v1::Record& record : records) texts.push_back(record.DebugString());
  return texts;
}

TEST(RecordWriterTest, RefusesAFormatThatIsNone) {
  EXPECT_EQ(ReasonOf(MakeRecordWriter(v1::EXPORT_FORMAT_UNSPECIFIED, kDataset).status()),
            v1::ERROR_REASON_INVALID_FIELD);
}

TEST(RecordWriterTest, JsonlComesBackWhole) {
  const std::vector<v1::Record> records{Read(kSupplier), Read(kFlag), Read(kAudit), Read(kLink)};
  const File file = Export(v1::EXPORT_FORMAT_JSONL, records);
  EXPECT_EQ(Load("probity-jsonl", file.text), Texts(records));
  for (const Written& one : file.written) {
    EXPECT_TRUE(one.any);
    EXPECT_EQ(one.not_expressible, 0u);
  }
}

TEST(RecordWriterTest, CsvComesBackWhereItHasColumns) {
  const std::vector<v1::Record> records{Read(kSupplier), Read(kFlag), Read(kAudit), Read(kLink)};
  const File file = Export(v1::EXPORT_FORMAT_CSV, records);
  EXPECT_THAT(file.text, StartsWith("record_type,key,"));
  EXPECT_EQ(Load("probity-csv", file.text), Texts(records)) << file.text;
  for (const Written& one : file.written) EXPECT_EQ(one.not_expressible, 0u);
}

TEST(RecordWriterTest, CsvRunsInNoSpreadsheet) {
  EXPECT_THAT(Export(v1::EXPORT_FORMAT_CSV, {Read(kFlag)}).text, HasSubstr("'=HYPERLINK(1)"));
  EXPECT_THAT(Export(v1::EXPORT_FORMAT_CSV, {Read(kAudit)}).text, HasSubstr(",'-"));
}

TEST(RecordWriterTest, CsvCountsWhatItHasNoColumnFor) {
  v1::Record record = Read(kSupplier);
  v1::SupplierRecord* supplier = record.mutable_supplier();
  supplier->mutable_names(1)->set_type(v1::NAME_TYPE_AKA_WEAK);  // 1: the type
  supplier->add_sectors("A|B");                                  // 1: it holds the separator
  supplier->add_addresses()->set_city("York");                   // 1: a second address
  supplier->mutable_legal_form()->set_elf_code("H0PO");          // 1
  const File file = Export(v1::EXPORT_FORMAT_CSV, {record});
  EXPECT_EQ(file.written[0].not_expressible, 4u) << file.text;
  EXPECT_EQ(Load("probity-csv", file.text).size(), 1u);
}

TEST(RecordWriterTest, CsvHasNoRowsForOtherKinds) {
  const File file =
      Export(v1::EXPORT_FORMAT_CSV, {Read("key: 'C' commodity_risk { origin: 'BR' }")});
  EXPECT_FALSE(file.written[0].any);
  EXPECT_EQ(file.written[0].not_expressible, 1u);
  EXPECT_EQ(std::count(file.text.begin(), file.text.end(), '\n'), 1) << "the header alone";
}

std::vector<nlohmann::json> Entities(const std::string& text) {
  std::vector<nlohmann::json> entities;
  for (const absl::string_view line : absl::StrSplit(text, '\n', absl::SkipEmpty())) {
    entities.push_back(nlohmann::json::parse(std::string(line)));
  }
  return entities;
}

TEST(RecordWriterTest, FtmPartiesHavePropertiesOfTheirKind) {
  const auto entities = Entities(Export(v1::EXPORT_FORMAT_FTM, {Read(kSupplier)}).text);
  ASSERT_EQ(entities.size(), 1u);
  EXPECT_EQ(entities[0]["id"], "S-1");
  EXPECT_EQ(entities[0]["schema"], "Company");
  const auto& properties = entities[0]["properties"];
  EXPECT_EQ(properties["name"], nlohmann::json({"Example, \"Mills\""}));
  EXPECT_EQ(properties["alias"], nlohmann::json({"Mills", "M & Co"}));
  EXPECT_EQ(properties["registrationNumber"], nlohmann::json({"04830352"}));
  EXPECT_EQ(properties["leiCode"], nlohmann::json({"213800H2PQMIF3OVZY47"}));
  EXPECT_EQ(properties["address"], nlohmann::json({"1 High Street, Floor 2, Leeds, GB"}));
  EXPECT_EQ(properties["jurisdiction"], nlohmann::json({"gb"}));
  EXPECT_EQ(properties["incorporationDate"], nlohmann::json({"1990-05"}));
}

TEST(RecordWriterTest, FtmPersonsAreBorn) {
  const auto entities = Entities(
      Export(v1::EXPORT_FORMAT_FTM,
             {Read("key: 'P' supplier { kind: PARTY_KIND_PERSON names { text: 'Invented' } "
                   "founded { year: 1970 } }")})
          .text);
  EXPECT_EQ(entities[0]["schema"], "Person");
  EXPECT_EQ(entities[0]["properties"]["birthDate"], nlohmann::json({"1970"}));
}

TEST(RecordWriterTest, FtmReferencesAreIdsOfEntities) {
  const auto flag = Entities(Export(v1::EXPORT_FORMAT_FTM, {Read(kFlag)}).text);
  ASSERT_EQ(flag.size(), 1u);
  EXPECT_EQ(flag[0]["schema"], "Sanction");
  EXPECT_EQ(flag[0]["properties"]["entity"], nlohmann::json({"S-1"}));
  EXPECT_EQ(flag[0]["properties"]["endDate"], nlohmann::json({"2026-02-28"})) << "its last day";
  const auto link = Entities(Export(v1::EXPORT_FORMAT_FTM, {Read(kLink)}).text);
  ASSERT_EQ(link.size(), 2u) << "an identifier is an entity of its own";
  EXPECT_EQ(link[0]["id"], "XI-LEI:213800H2PQMIF3OVZY47");
  EXPECT_EQ(link[1]["schema"], "Ownership");
  EXPECT_EQ(link[1]["properties"]["owner"], nlohmann::json({"S-1"}));
  EXPECT_EQ(link[1]["properties"]["asset"], nlohmann::json({"XI-LEI:213800H2PQMIF3OVZY47"}));
  EXPECT_EQ(link[1]["properties"]["percentage"], nlohmann::json({"33.3"}));
}

// Nobody is made a sanctioned party by an allegation.
TEST(RecordWriterTest, FtmLeavesOutWhatIsNoMeasure) {
  v1::Record alleged = Read(kFlag);
  alleged.mutable_risk_flag()->set_type(v1::FLAG_TYPE_NGO_ALLEGATION);
  const File file = Export(v1::EXPORT_FORMAT_FTM, {alleged, Read(kAudit)});
  EXPECT_EQ(file.text, "");
  EXPECT_FALSE(file.written[0].any);
  EXPECT_EQ(file.written[1].not_expressible, 1u);
}

}  // namespace
}  // namespace probity::ingest
