// mapped-csv: the mapping's faults, and a real list through its mapping.
#include "base/errors.h"
#include "gmock/gmock.h"
#include "ingest/testing.h"
#include "ingest/validate.h"

namespace probity::ingest {
namespace {

using ::testing::HasSubstr;
using testing::CollectingSink;
using testing::Workshop;

constexpr char kMapping[] = R"(
  record_type: "site" key_columns: ["no", "unit"]
  columns { column: "label" field: "name" }
  columns { column: "land" field: "country" }
  columns { column: "open" field: "operated_from" }
  columns { column: "by" field: "operator" prefix: "GB-COH:" }
  columns { column: "work" field: "processes" separator: ";"
            values { from: "none" to: "" } }
  constants { field: "visibility" value: "restricted" }
  date_forms: "%d/%m/%Y" encoding: "windows-1252" delimiter: ";" empty_words: "N/A"
)";

TEST(MappedCsv, MapsColumnsConstantsFormsAndEncoding) {
  Workshop workshop;
  CollectingSink sink;
  const auto mapping = workshop.Write("m", kMapping, v1::FILE_ROLE_MAPPING);
  const auto file = workshop.Write("f.csv",
                                   "no;unit;label;land;open;by;work;other\n"
                                   "1;a;M\xFCller|Werk;Burma;31/05/2024;4830352;\"cut;sew\";x\n"
                                   "2;;N/A;GB;N/A;;none;\n"
                                   ";;X;GB;;;;\n"
                                   "3;a;X;GB;31/02/2024;;;\n");
  ASSERT_EQ(workshop.Read("mapped-csv", {file, mapping}, &sink), absl::OkStatus());
  ASSERT_EQ(sink.records.size(), 2u);
  const v1::Record& first = sink.records[0];
  EXPECT_EQ(first.key(), "1|a");
  EXPECT_EQ(first.visibility(), v1::VISIBILITY_RESTRICTED);
  EXPECT_EQ(first.site().names(0).text(), "Müller|Werk");
  EXPECT_EQ(first.site().address().country(), "MM");
  EXPECT_EQ(first.site().operators(0).period().from().day(), 31);
  EXPECT_EQ(first.site().operators(0).operator_().identifier().scheme(), "GB-COH");
  EXPECT_EQ(first.site().processes_size(), 2);
  EXPECT_EQ(sink.records[1].key(), "2|");
  EXPECT_EQ(sink.records[1].site().names_size(), 0);
  EXPECT_EQ(sink.records[1].site().processes_size(), 0);
  ASSERT_EQ(sink.refused.size(), 2u);
  EXPECT_EQ(sink.refused[0].second.reason, v1::ERROR_REASON_ROW_KEY_MISSING);
  EXPECT_EQ(sink.refused[1].second.reason, v1::ERROR_REASON_ROW_DATE);
  EXPECT_EQ(sink.refused[1].second.column, "open");
}

TEST(MappedCsv, SaysWhatIsWrongWithAMapping) {
  Workshop workshop;
  CollectingSink sink;
  const auto file = workshop.Write("f.csv", "no,label\n1,A\n");
  const auto status = [&](const std::string& mapping) {
    return workshop.Read("mapped-csv",
                         {file, workshop.Write("m", mapping, v1::FILE_ROLE_MAPPING)}, &sink);
  };
  EXPECT_EQ(ReasonOf(workshop.Read("mapped-csv", {file}, &sink)),
            v1::ERROR_REASON_INVALID_MAPPING);
  EXPECT_THAT(std::string(status("record_type: 'site'\nkey_colums: 'no'").message()),
              HasSubstr("line 2"));
  EXPECT_EQ(ReasonOf(status("record_type: 'planet' key_columns: 'no'")),
            v1::ERROR_REASON_INVALID_MAPPING);
  EXPECT_EQ(ReasonOf(status("record_type: 'site'")), v1::ERROR_REASON_NO_KEY_COLUMNS);
  EXPECT_EQ(ReasonOf(status("record_type: 'site' key_columns: 'number'")),
            v1::ERROR_REASON_MISSING_COLUMN);
  EXPECT_EQ(ReasonOf(status("record_type: 'site' key_columns: 'no' "
                            "columns { column: 'label' field: 'colour' }")),
            v1::ERROR_REASON_INVALID_MAPPING);
  EXPECT_EQ(ReasonOf(status("record_type: 'site' key_columns: 'no' encoding: 'klingon'")),
            v1::ERROR_REASON_INVALID_MAPPING);
  EXPECT_TRUE(sink.records.empty());
}

TEST(MappedCsv, ReadsTheUkRegisterAndRestoresLeadingZeros) {
  PROBITY_NEEDS_SHARED(path, "uk-msu-organisations/private-organisations.csv");
  Workshop workshop;
  CollectingSink sink;
  ASSERT_EQ(workshop.Read("mapped-csv",
                          {{path, "private-organisations.csv", v1::FILE_ROLE_DATA},
                           {"data/mappings/uk-msu-organisations.textproto", "m",
                            v1::FILE_ROLE_MAPPING}},
                          &sink),
            absl::OkStatus());
  EXPECT_EQ(sink.records.size() + sink.refused.size(), 16212u);
  EXPECT_LE(sink.refused.size(), 162u);
  size_t faults = 0;
  for (v1::Record& record : sink.records) {
    faults += NormalizeAndValidate(workshop.tables(), &record).faults.size();
  }
  EXPECT_LE(faults, 162u);
  EXPECT_EQ(sink.records[0].supplier().identifiers(0).value(), "04830352");
  EXPECT_EQ(sink.records[0].supplier().addresses(0).country(), "GB");
}

}  // namespace
}  // namespace probity::ingest
