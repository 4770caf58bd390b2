// The project's own formats: what they read, and what they say of bad input.
#include "base/errors.h"
#include "gmock/gmock.h"
#include "ingest/testing.h"

namespace probity::ingest {
namespace {

using testing::CollectingSink;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::Workshop;

std::vector<v1::ErrorReason> ReasonsOf(const CollectingSink& sink) {
  std::vector<v1::ErrorReason> reasons;
  for (const auto& [line, fault] : sink.refused) reasons.push_back(fault.reason);
  return reasons;
}

TEST(Formats, AnUnknownOneListsThoseThatExist) {
  const absl::Status status = FindFormat("xls").status();
  EXPECT_EQ(ReasonOf(status), v1::ERROR_REASON_UNKNOWN_FORMAT);
  EXPECT_THAT(std::string(status.message()), HasSubstr("probity-jsonl"));
}

TEST(Jsonl, ReadsRecordsAndSkipsEmptyLines) {
  Workshop workshop;
  CollectingSink sink;
  const auto file = workshop.Write("a.jsonl",
                                   "\xEF\xBB\xBF{\"key\":\"1\",\"supplier\":{\"names\":[{\"text\":"
                                   "\"Müller & Söhne\"}]}}\r\n\n{\"key\":\"2\"}\n");
  ASSERT_EQ(workshop.Read("probity-jsonl", {file}, &sink), absl::OkStatus());
  ASSERT_EQ(sink.records.size(), 2u);
  EXPECT_EQ(sink.records[0].supplier().names(0).text(), "Müller & Söhne");
  EXPECT_THAT(sink.lines, ElementsAre(1, 3));
}

TEST(Jsonl, RefusesBadLinesAndReadsOn) {
  Workshop workshop;
  CollectingSink sink;
  const auto file =
      workshop.Write("a.jsonl", "{\"key\":1x}\n{\"kee\":\"1\"}\n{\"key\":\"\xff\"}\n" +
                                    std::string(kMaxRowBytes + 5, 'x') + "\n{\"key\":\"last\"}");
  ASSERT_EQ(workshop.Read("probity-jsonl", {file}, &sink), absl::OkStatus());
  EXPECT_THAT(ReasonsOf(sink),
              ElementsAre(v1::ERROR_REASON_ROW_SYNTAX, v1::ERROR_REASON_ROW_SYNTAX,
                          v1::ERROR_REASON_ROW_ENCODING, v1::ERROR_REASON_ROW_TOO_LONG));
  EXPECT_THAT(sink.refused[1].second.message, HasSubstr("kee"));
  EXPECT_EQ(sink.refused[3].first, 4u);
  ASSERT_EQ(sink.records.size(), 1u);
  EXPECT_EQ(sink.lines[0], 5u);
}

TEST(Jsonl, HundredMegabytesWithoutALineEndAreOneRefusedRow) {
  Workshop workshop;
  CollectingSink sink;
  const auto file = workshop.Write("a.jsonl", std::string(100 << 20, 'x') + "\n{\"key\":\"1\"}\n");
  ASSERT_EQ(workshop.Read("probity-jsonl", {file}, &sink), absl::OkStatus());
  EXPECT_THAT(ReasonsOf(sink), ElementsAre(v1::ERROR_REASON_ROW_TOO_LONG));
  EXPECT_LE(sink.raw[0].size(), kMaxRawBytes);
  EXPECT_EQ(sink.records.size(), 1u);
  EXPECT_EQ(sink.bytes_read, (100u << 20) + 13);
}

TEST(Jsonl, SaysThatAFileIsEmptyOrCut) {
  Workshop workshop;
  CollectingSink sink;
  EXPECT_EQ(ReasonOf(workshop.Read("probity-jsonl", {workshop.Write("e.jsonl", "")}, &sink)),
            v1::ERROR_REASON_EMPTY_FILE);
  const absl::Status cut = workshop.Read(
      "probity-jsonl", {workshop.Write("c.jsonl", "{\"key\":\"1\"}\n{\"key\":\"2")}, &sink);
  EXPECT_EQ(ReasonOf(cut), v1::ERROR_REASON_TRUNCATED_FILE);
  EXPECT_THAT(std::string(cut.message()), HasSubstr("c.jsonl:2:"));
}

TEST(Csv, ReadsEveryKindOfRow) {
  Workshop workshop;
  CollectingSink sink;
  const auto suppliers = workshop.Write(
      "s.csv",
      "record_type,key,name,other_names,identifiers,address,city,country,kind,founded\n"
      "supplier,1,\"Brick, Sons\",Bricky|Sons,GB-COH:4830352|XI-LEI:x,1 Way|Hall,Leeds,GB,"
      "company,2001-05\n");
  const auto rest = workshop.Write(
      "c.csv",
      "record_type,key,name,scheme,holder,sites,status_events,expires_on,commodities,site,"
      "finding_id,finding_severity,subject,flag_type,from,to,link_type,workers\n"
      "site,S1,Mill,,,,,,HS:5205|Bricks,,,,,,,,,120\n"
      "certification,C1,,SA8000,records/1,records/S1,ISSUED@2024-01-01|suspended@2025-02-01,"
      "2027-01-01,HS:5205,,,,,,,,,\n"
      "audit,A1,,SMETA,,,,,,records/S1,f1,CRITICAL,,,,,,\n"
      "audit,A1,,SMETA,,,,,,records/S1,f2,minor,,,,,,\n"
      "risk_flag,F1,,,,,,,,,,,GB-COH:04830352,ngo-allegation,,,,\n"
      "link,L1,,,,,,,,,,,,,records/1,records/S1,operates,\n"
      "remove,gone,,,,,,,,,,,,,,,,\n");
  ASSERT_EQ(workshop.Read("probity-csv", {suppliers, rest}, &sink), absl::OkStatus());
  ASSERT_THAT(sink.refused, ::testing::IsEmpty());
  ASSERT_EQ(sink.records.size(), 7u);
  const v1::SupplierRecord& supplier = sink.records[0].supplier();
  EXPECT_EQ(supplier.names(0).text(), "Brick, Sons");
  EXPECT_EQ(supplier.names(0).type(), v1::NAME_TYPE_LEGAL_NAME);
  EXPECT_EQ(supplier.names_size(), 3);
  EXPECT_EQ(supplier.identifiers(0).value(), "4830352");
  EXPECT_EQ(supplier.addresses(0).lines_size(), 2);
  EXPECT_EQ(supplier.kind(), v1::PARTY_KIND_COMPANY);
  EXPECT_EQ(supplier.founded().month(), 5);
  EXPECT_EQ(supplier.founded().day(), 0);
  EXPECT_EQ(sink.records[1].site().workforce().total(), 120u);
  EXPECT_EQ(sink.records[1].site().commodities(1).scheme(), v1::COMMODITY_SCHEME_PUBLISHER);
  const v1::Certification& certification = sink.records[2].certification();
  EXPECT_EQ(certification.status_events(1).status(), v1::CERTIFICATION_STATUS_SUSPENDED);
  EXPECT_EQ(certification.scope().sites(0).source_record(), "records/S1");
  EXPECT_EQ(sink.records[3].audit().findings_size(), 2);
  EXPECT_EQ(sink.lines[3], 4u);
  EXPECT_EQ(sink.records[4].risk_flag().type(), v1::FLAG_TYPE_NGO_ALLEGATION);
  EXPECT_EQ(sink.records[5].link().type(), v1::LINK_TYPE_OPERATES);
  EXPECT_EQ(sink.records[6].body_case(), v1::Record::BODY_NOT_SET);
}

TEST(Csv, WholeAddressesEndWithTheirCountry) {
  Workshop workshop;
  CollectingSink sink;
  const auto file =
      workshop.Write("s.csv",
                     "record_type,key,name,addresses\n"
                     "supplier,1,A,\"1 Way, Hall, GB|CN|Somewhere, 85043|No comma\"\n");
  ASSERT_EQ(workshop.Read("probity-csv", {file}, &sink), absl::OkStatus());
  const auto& addresses = sink.records[0].supplier().addresses();
  ASSERT_EQ(addresses.size(), 4);
  EXPECT_EQ(addresses[0].lines(0), "1 Way, Hall");
  EXPECT_EQ(addresses[0].country(), "GB");
  EXPECT_EQ(addresses[1].lines_size(), 0);
  EXPECT_EQ(addresses[1].country(), "CN");
  for (int i : {2, 3}) EXPECT_EQ(addresses[i].country(), "");
  EXPECT_EQ(addresses[2].lines(0), "Somewhere, 85043");
  EXPECT_EQ(addresses[3].lines(0), "No comma");
}

TEST(Csv, RefusesBadRowsAndReadsOn) {
  Workshop workshop;
  CollectingSink sink;
  const std::string head = "record_type,key,name,founded,expires_on\n";
  const auto file =
      workshop.Write("a.csv", head +
                                  "supplier,1,A\n"                     // too few values
                                  "planet,1,A,,\n"                     // no such type
                                  "supplier,1,A,2023-02-30,\n"         // no such day
                                  "supplier,1,A,,2024-01-01\n"         // column of another type
                                  "supplier,1,\"A\"B,,\n"              // quotes
                                  "supplier,1,\xff,,\n"                // encoding
                                  "supplier,1,A\r,,\n"                 // a carriage return alone
                                  "supplier,\"2\",\"two\nlines\",,\n"  // well
                                  "supplier,3,C,,\n");
  ASSERT_EQ(workshop.Read("probity-csv", {file}, &sink), absl::OkStatus());
  EXPECT_THAT(ReasonsOf(sink),
              ElementsAre(v1::ERROR_REASON_ROW_COLUMNS, v1::ERROR_REASON_ROW_VALUE,
                          v1::ERROR_REASON_ROW_DATE, v1::ERROR_REASON_ROW_VALUE,
                          v1::ERROR_REASON_ROW_SYNTAX, v1::ERROR_REASON_ROW_ENCODING,
                          v1::ERROR_REASON_ROW_SYNTAX));
  EXPECT_EQ(sink.refused[2].second.column, "founded");
  EXPECT_EQ(sink.raw[0], "supplier,1,A");
  ASSERT_EQ(sink.records.size(), 2u);
  EXPECT_THAT(sink.lines, ElementsAre(9, 11));
}

TEST(Csv, AQuoteThatIsNeverClosedCostsOneRow) {
  Workshop workshop;
  CollectingSink sink;
  std::string text = "record_type,key,name\nsupplier,bad,\"open\n";
  while (text.size() < 2 * kMaxRowBytes) {
    text += "supplier,k" + std::to_string(text.size()) + ",N\n";
  }
  ASSERT_EQ(workshop.Read("probity-csv", {workshop.Write("a.csv", text)}, &sink), absl::OkStatus());
  EXPECT_THAT(ReasonsOf(sink), ElementsAre(v1::ERROR_REASON_ROW_SYNTAX));
  EXPECT_EQ(sink.lines.front(), 3u);
}

TEST(Csv, RefusesFilesOfAnotherShape) {
  Workshop workshop;
  CollectingSink sink;
  const auto reason = [&](const std::string& text) {
    return ReasonOf(workshop.Read("probity-csv", {workshop.Write("a.csv", text)}, &sink));
  };
  EXPECT_EQ(reason(""), v1::ERROR_REASON_EMPTY_FILE);
  EXPECT_EQ(reason("key,name\n"), v1::ERROR_REASON_MISSING_COLUMN);
  EXPECT_EQ(reason("record_type,name\n"), v1::ERROR_REASON_NO_KEY_COLUMNS);
  EXPECT_EQ(reason("record_type,key,colour\n"), v1::ERROR_REASON_UNKNOWN_COLUMN);
  EXPECT_EQ(reason("record_type,key,key\n"), v1::ERROR_REASON_MISSING_COLUMN);
  EXPECT_EQ(reason("record_type,key,name\nsupplier,1,\"cut"), v1::ERROR_REASON_TRUNCATED_FILE);
  EXPECT_TRUE(sink.records.empty());
}

}  // namespace
}  // namespace probity::ingest
