// mapped-csv: the mapping's faults, and real lists through their mappings.
#include <set>

#include "base/errors.h"
#include "gmock/gmock.h"
#include "ingest/testing.h"
#include "ingest/validate.h"

namespace probity::ingest {
namespace {

using testing::CollectingSink;
using ::testing::HasSubstr;
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
    return workshop.Read("mapped-csv", {file, workshop.Write("m", mapping, v1::FILE_ROLE_MAPPING)},
                         &sink);
  };
  EXPECT_EQ(ReasonOf(workshop.Read("mapped-csv", {file}, &sink)), v1::ERROR_REASON_INVALID_MAPPING);
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
  for (const char* half : {"where_column: 'no'", "where_values: '1'"}) {
    EXPECT_EQ(ReasonOf(status(std::string("record_type: 'site' key_columns: 'no' columns { column: "
                                          "'label' field: 'name' ") +
                              half + " }")),
              v1::ERROR_REASON_INVALID_MAPPING);
  }
  EXPECT_EQ(ReasonOf(status("record_type: 'site' key_columns: 'no' encoding: 'klingon'")),
            v1::ERROR_REASON_INVALID_MAPPING);
  EXPECT_TRUE(sink.records.empty());
}

// A party and what puts it on the list, of a file without headings.
constexpr char kListMapping[] = R"(
  record_type: "supplier" key_columns: ["no", "name"]
  header: ["no", "name", "born", "since"] empty_words: "-0-"
  columns { column: "name" field: "name" }
  columns { column: "born" field: "founded" separator: "; " }
  also {
    record_type: "risk_flag" key_prefix: "entry|"
    columns { column: "since" field: "listed_from" }
    constants { field: "subject" value: "records/{key}" }
    constants { field: "flag_type" value: "debarment" }
  }
  also {
    record_type: "legal_measure" key_prefix: "measure|"
    columns { column: "since" field: "in_force_from" }
    constants { field: "subject" value: "records/{key}" }
    constants { field: "regime" value: "TEST-1" }
    constants { field: "effect" value: "may-exclude" }
    constants { field: "binding_in" value: "GB" }
  }
)";

TEST(MappedCsv, ARowGivesAPartyAndItsEntries) {
  Workshop workshop;
  CollectingSink sink;
  const auto mapping = workshop.Write("m", kListMapping, v1::FILE_ROLE_MAPPING);
  const auto file = workshop.Write("f.csv",
                                   "1,Kiln,1955,2024-05-31\r\n"
                                   "2,Mill,1955; 1956,-0-\r\n"
                                   "3,Quay,,31 May\r\n\x1A");
  ASSERT_EQ(workshop.Read("mapped-csv", {file, mapping}, &sink), absl::OkStatus());
  ASSERT_EQ(sink.records.size(), 6u);
  EXPECT_EQ(sink.records[0].key(), "1|Kiln");
  EXPECT_EQ(sink.records[0].supplier().founded().year(), 1955);
  EXPECT_EQ(sink.records[1].key(), "entry|1|Kiln");
  EXPECT_EQ(sink.records[1].risk_flag().subject().party().source_record(), "records/1|Kiln");
  EXPECT_EQ(sink.records[1].risk_flag().listing_intervals(0).from().day(), 31);
  const v1::LegalMeasure& measure = sink.records[2].legal_measure();
  EXPECT_EQ(sink.records[2].key(), "measure|1|Kiln");
  EXPECT_EQ(measure.subject().party().source_record(), "records/1|Kiln");
  EXPECT_EQ(measure.regime(), "TEST-1");
  EXPECT_EQ(measure.effect(), v1::MEASURE_EFFECT_MAY_EXCLUDE);
  EXPECT_EQ(measure.in_force().from().month(), 5);
  EXPECT_EQ(measure.binding_in(0), "GB");
  // Several days are none that could be kept.
  EXPECT_FALSE(sink.records[3].supplier().has_founded());
  EXPECT_EQ(sink.records[4].risk_flag().listing_intervals_size(), 0);
  // A row of which one record cannot be read gives none.
  ASSERT_EQ(sink.refused.size(), 1u);
  EXPECT_EQ(sink.refused[0].first, 3u);
  EXPECT_EQ(sink.refused[0].second.column, "since");
}

TEST(MappedCsv, ColumnsMayBePutTogetherAndAskedForByAnother) {
  Workshop workshop;
  CollectingSink sink;
  const auto mapping = workshop.Write("m", R"(
    record_type: "supplier" key_columns: "no" empty_words: "-"
    columns { column: "firm" field: "name" }
    columns { column: "first" with: "middle" with: "last" field: "name"
              where_column: "firm" where_values: ["", "none"] }
    columns { column: "codes" field: "sectors" prefix: "SIC:" separator: "," }
  )",
                                      v1::FILE_ROLE_MAPPING);
  const auto file = workshop.Write("f.csv",
                                   "no,firm,first,middle,last,codes\n"
                                   "1,Kiln,Ann,B,C,\"1, 2,\"\n"
                                   "2,,Ann,-,C,3\n"
                                   "3,,,,C,\n"
                                   "4,,-,,,\n");
  ASSERT_EQ(workshop.Read("mapped-csv", {file, mapping}, &sink), absl::OkStatus());
  ASSERT_EQ(sink.records.size(), 4u);
  const auto name = [&](size_t i) { return sink.records[i].supplier().names(0).text(); };
  EXPECT_EQ(name(0), "Kiln");
  EXPECT_EQ(name(1), "Ann C");
  EXPECT_EQ(name(2), "C");
  EXPECT_EQ(sink.records[3].supplier().names_size(), 0);
  ASSERT_EQ(sink.records[0].supplier().sectors_size(), 2);
  EXPECT_EQ(sink.records[0].supplier().sectors(1), "SIC:2");
  EXPECT_EQ(sink.records[1].supplier().sectors(0), "SIC:3");
}

TEST(MappedCsv, FurtherRecordsNeedKeysOfTheirOwn) {
  Workshop workshop;
  CollectingSink sink;
  const auto file = workshop.Write("f.csv", "no,label\n1,A\n");
  const auto status = [&](const std::string& also) {
    const std::string text = "record_type: 'supplier' key_columns: 'no' " + also;
    return workshop.Read("mapped-csv", {file, workshop.Write("m", text, v1::FILE_ROLE_MAPPING)},
                         &sink);
  };
  for (const char* also :
       {"also { record_type: 'link' }", "also { record_type: 'planet' key_prefix: 'p' }",
        "also { record_type: 'remove' key_prefix: 'p' }",
        "also { record_type: 'link' key_prefix: 'p' } also { record_type: 'site' key_prefix: 'p' }",
        "also { record_type: 'link' key_prefix: 'p' columns { column: 'no' field: 'name' } }"}) {
    EXPECT_EQ(ReasonOf(status(also)), v1::ERROR_REASON_INVALID_MAPPING) << also;
  }
  EXPECT_EQ(ReasonOf(status("also { record_type: 'site' key_prefix: 'p' columns { column: 'x' "
                            "field: 'name' } }")),
            v1::ERROR_REASON_MISSING_COLUMN);
}

// A mapping of data/mappings over the real lists that it is for, and what of
// them is kept.
struct RealList {
  const char* name;
  const char* mapping;
  std::vector<std::string> files;
  size_t rows;
  size_t refused;     // by the format
  size_t duplicates;  // keys that an earlier row has
};

class RealListTest : public ::testing::TestWithParam<RealList> {
 protected:
  void SetUp() override {
    for (const std::string& name : GetParam().files) {
      PROBITY_NEEDS_SHARED(path, name);
      files_.push_back({path, name, v1::FILE_ROLE_DATA});
    }
    const std::string mapping = std::string("data/mappings/") + GetParam().mapping + ".textproto";
    files_.push_back({mapping, "mapping", v1::FILE_ROLE_MAPPING});
    ASSERT_EQ(workshop_.Read("mapped-csv", files_, &sink_), absl::OkStatus());
  }

  Workshop workshop_;
  CollectingSink sink_;
  std::vector<InputFile> files_;
};

TEST_P(RealListTest, KeepsItsRowsUnderKeysOfTheirOwn) {
  EXPECT_EQ(sink_.records.size() + sink_.refused.size(), GetParam().rows);
  EXPECT_EQ(sink_.refused.size(), GetParam().refused);
  std::set<std::string> keys;
  for (v1::Record& record : sink_.records) {
    keys.insert(record.key());
    const Validation validation = NormalizeAndValidate(workshop_.tables(), &record);
    EXPECT_EQ(validation.faults.size(), 0u) << record.ShortDebugString();
  }
  EXPECT_EQ(sink_.records.size() - keys.size(), GetParam().duplicates);
}

TEST_P(RealListTest, CanBeLoaded) {
  storage::InMemoryStore store(workshop_.identifiers(), "fedcba9876543210");
  ASSERT_EQ(storage::testing::CreateDataset(&store, "d", v1::ABSENCE_MODE_RETRACTED),
            absl::OkStatus());
  storage::LoadSpec spec;
  spec.dataset = "d";
  const LoadFiles load{FindFormat("mapped-csv").value(), files_, workshop_.directory(),
                       workshop_.directory() + "/rejected"};
  LoadProgress progress;
  const auto changes = BuildChangeSet(workshop_.tables(), *store.Head(""), spec, load, &progress);
  ASSERT_EQ(changes.status(), absl::OkStatus());
  EXPECT_EQ(changes->header.counts().added(),
            GetParam().rows - GetParam().refused - GetParam().duplicates);
}

std::vector<std::string> ApparelLists() {
  std::vector<std::string> files;
  for (const char* number : {"2", "4", "5", "8", "9", "10", "11", "14", "15"}) {
    files.push_back(std::string("open-apparel-registry/geocoded/") + number + ".csv");
  }
  return files;
}

INSTANTIATE_TEST_SUITE_P(
    All, RealListTest,
    ::testing::Values(
        RealList{"UkPrivate",
                 "uk-msu-private-organisations",
                 {"uk-msu-organisations/private-organisations.csv"},
                 16212,
                 2,
                 0},
        RealList{"UkPublic",
                 "uk-msu-public-organisations",
                 {"uk-msu-organisations/public-organisations.csv"},
                 588,
                 0,
                 0},
        // Each row is a party and its entry.
        RealList{
            "ScreeningList", "us-consolidated-screening-list", {"us-csl-dpl/csl.csv"}, 230, 0, 0},
        RealList{"ImportBans", "us-cbp-wro-names", {"us-cbp-wro-names/wro_names.csv"}, 160, 0, 0},
        RealList{"ListaSuja", "br-lista-suja", {"br-lista-suja/companies.csv"}, 106, 0, 0},
        RealList{"Apparel", "open-apparel-registry", ApparelLists(), 808, 0, 2}),
    [](const auto& test) { return test.param.name; });

TEST(MappedCsv, RestoresLeadingZerosOfTheUkRegister) {
  PROBITY_NEEDS_SHARED(path, "uk-msu-organisations/private-organisations.csv");
  Workshop workshop;
  CollectingSink sink;
  ASSERT_EQ(workshop.Read("mapped-csv",
                          {{path, "private-organisations.csv", v1::FILE_ROLE_DATA},
                           {"data/mappings/uk-msu-private-organisations.textproto", "m",
                            v1::FILE_ROLE_MAPPING}},
                          &sink),
            absl::OkStatus());
  v1::Record& first = sink.records[0];
  EXPECT_EQ(first.key(), "4830352");
  NormalizeAndValidate(workshop.tables(), &first);
  EXPECT_EQ(first.supplier().identifiers(0).value(), "04830352");
  EXPECT_EQ(first.supplier().addresses(0).country(), "GB");
  for (const auto& [line, fault] : sink.refused) {
    EXPECT_EQ(fault.reason, v1::ERROR_REASON_ROW_ENCODING) << line;
  }
}

// Reads one real list with its mapping.
CollectingSink ReadReal(const std::string& path, const std::string& mapping) {
  Workshop workshop;
  CollectingSink sink;
  EXPECT_EQ(workshop.Read("mapped-csv",
                          {{path, "list.csv", v1::FILE_ROLE_DATA},
                           {"data/mappings/" + mapping + ".textproto", "m", v1::FILE_ROLE_MAPPING}},
                          &sink),
            absl::OkStatus());
  for (v1::Record& record : sink.records) {
    EXPECT_TRUE(NormalizeAndValidate(workshop.tables(), &record).warnings.empty()) << record.key();
  }
  return sink;
}

TEST(MappedCsv, AddressesOfTheScreeningListHaveTheirCountries) {
  PROBITY_NEEDS_SHARED(path, "us-csl-dpl/csl.csv");
  int with = 0, without = 0, ended = 0;
  for (const v1::Record& record : ReadReal(path, "us-consolidated-screening-list").records) {
    for (const v1::Address& address : record.supplier().addresses()) {
      ++(address.country().empty() ? without : with);
    }
    ended += record.legal_measure().in_force().has_to();
  }
  // Two end with a postal code.
  EXPECT_EQ(without, 2);
  EXPECT_EQ(with, 125);
  EXPECT_EQ(ended, 7);
}

TEST(MappedCsv, NumbersOfTheBrazilianRegisterHaveRightCheckDigits) {
  PROBITY_NEEDS_SHARED(path, "br-lista-suja/companies.csv");
  const CollectingSink list = ReadReal(path, "br-lista-suja");
  ASSERT_EQ(list.records.size(), 106u);
  for (const v1::Record& record : list.records) {
    if (record.has_supplier()) {
      EXPECT_EQ(record.supplier().identifiers(0).check(), v1::IDENTIFIER_CHECK_OK);
      EXPECT_EQ(record.supplier().addresses(0).region().substr(0, 3), "BR-");
      EXPECT_EQ(record.supplier().sectors(0).substr(0, 5), "CNAE:");
    } else {
      EXPECT_TRUE(record.risk_flag().has_decided_on());
      EXPECT_TRUE(record.risk_flag().listing_intervals(0).has_from());
    }
  }
}

TEST(MappedCsv, ReadsPlacesOfApparelFacilities) {
  PROBITY_NEEDS_SHARED(path, "open-apparel-registry/geocoded/9.csv");
  Workshop workshop;
  CollectingSink sink;
  ASSERT_EQ(
      workshop.Read("mapped-csv",
                    {{path, "9.csv", v1::FILE_ROLE_DATA},
                     {"data/mappings/open-apparel-registry.textproto", "m", v1::FILE_ROLE_MAPPING}},
                    &sink),
      absl::OkStatus());
  ASSERT_EQ(sink.records.size(), 33u);
  EXPECT_EQ(sink.records[0].site().address().country(), "AU");
  EXPECT_NEAR(sink.records[0].site().position().latitude(), -37.683695, 1e-9);
  EXPECT_NEAR(sink.records[0].site().position().longitude(), 144.878524, 1e-9);
}

}  // namespace
}  // namespace probity::ingest
