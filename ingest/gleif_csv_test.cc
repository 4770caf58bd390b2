// gleif-csv: columns, statuses and periods, and the golden-copy sample end to
// end.
#include <map>

#include "base/civil_day.h"
#include "base/errors.h"
#include "gmock/gmock.h"
#include "ingest/testing.h"
#include "ingest/validate.h"
#include "storage/index_terms.h"

namespace probity::ingest {
namespace {

using testing::CollectingSink;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::Workshop;

// A CSV with one row, from columns and their values.
using Cells = std::vector<std::pair<std::string, std::string>>;
std::string Csv(const Cells& cells) {
  std::string header, row;
  for (const auto& [column, value] : cells) {
    header += (header.empty() ? "" : ",") + column;
    row += (row.empty() ? "" : ",") + value;
  }
  return header + "\n" + row + "\n";
}

Cells Entity(const Cells& more = {}) {
  Cells cells = {{"LEI", "529900T8BM49AURSDO55"},
                 {"Entity.LegalName", "Name"},
                 {"Entity.LegalAddress.Country", "DE"},
                 {"Entity.EntityStatus", "ACTIVE"},
                 {"Registration.RegistrationStatus", "ISSUED"}};
  for (const auto& [column, value] : more) {
    bool there = false;
    for (auto& cell : cells) {
      if (cell.first == column) cell.second = value, there = true;
    }
    if (!there) cells.emplace_back(column, value);
  }
  return cells;
}

Cells Relationship(const Cells& more = {}) {
  Cells cells = {{"Relationship.StartNode.NodeID", "529900T8BM49AURSDO55"},
                 {"Relationship.EndNode.NodeID", "529900W18LQJJN6SJ336"},
                 {"Relationship.RelationshipType", "IS_FUND-MANAGED_BY"},
                 {"Registration.LastUpdateDate", "2020-02-03T23:00:00.000Z"}};
  cells.insert(cells.end(), more.begin(), more.end());
  return cells;
}

v1::Record ReadOne(const Cells& cells) {
  Workshop workshop;
  CollectingSink sink;
  EXPECT_EQ(workshop.Read("gleif-csv", {workshop.Write("f.csv", Csv(cells))}, &sink),
            absl::OkStatus());
  EXPECT_EQ(sink.refused.size(), 0u) << sink.refused[0].second.message;
  return sink.records.size() == 1 ? sink.records[0] : v1::Record();
}

TEST(GleifCsv, ReadsNamesAddressesFormAndDays) {
  const v1::Record record = ReadOne(Entity(
      {{"Entity.LegalName", "Müller KG"},
       {"Entity.LegalName.xmllang", "de"},
       {"Entity.OtherEntityNames.OtherEntityName.2", "Mueller OHG"},
       {"Entity.OtherEntityNames.OtherEntityName.2.type", "PREVIOUS_LEGAL_NAME"},
       {"Entity.TransliteratedOtherEntityNames.TransliteratedOtherEntityName.1", "Muller KG"},
       {"Entity.TransliteratedOtherEntityNames.TransliteratedOtherEntityName.1.type",
        "AUTO_ASCII_TRANSLITERATED_LEGAL_NAME"},
       {"Entity.LegalAddress.FirstAddressLine", "Weg 1"},
       {"Entity.LegalAddress.AdditionalAddressLine.1", "Hof"},
       {"Entity.LegalAddress.City", "Bonn"},
       {"Entity.HeadquartersAddress.Country", "FR"},
       {"Entity.LegalJurisdiction", "DE-NW"},
       {"Entity.LegalForm.EntityLegalFormCode", "8Z6G"},
       {"Entity.EntityCategory", "SOLE_PROPRIETOR"},
       {"Entity.EntityCreationDate", "1999-05-01T00:00:00+02:00"},
       {"Entity.EntityExpirationDate", "1514764800000"},
       {"Registration.ValidationSources", "PARTIALLY_CORROBORATED"},
       {"Some.NewColumn", "passed over"}}));
  const v1::SupplierRecord& supplier = record.supplier();
  EXPECT_EQ(record.key(), "529900T8BM49AURSDO55");
  ASSERT_EQ(supplier.names_size(), 3);
  EXPECT_EQ(supplier.names(0).type(), v1::NAME_TYPE_LEGAL_NAME);
  EXPECT_EQ(supplier.names(0).language(), "de");
  EXPECT_EQ(supplier.names(1).type(), v1::NAME_TYPE_AUTO_ASCII_TRANSLITERATED_NAME);
  EXPECT_EQ(supplier.names(2).type(), v1::NAME_TYPE_PREVIOUS_LEGAL_NAME);
  ASSERT_EQ(supplier.addresses_size(), 2);
  EXPECT_THAT(supplier.addresses(0).lines(), ElementsAre("Weg 1", "Hof"));
  EXPECT_EQ(supplier.addresses(1).country(), "FR");
  EXPECT_EQ(supplier.jurisdiction(), "DE-NW");
  EXPECT_EQ(supplier.legal_form().elf_code(), "8Z6G");
  EXPECT_EQ(supplier.kind(), v1::PARTY_KIND_PERSON);
  EXPECT_EQ(FormatDate(supplier.founded()), "1999-05-01");
  EXPECT_EQ(FormatDate(supplier.dissolved()), "2018-01-01");
  EXPECT_EQ(supplier.status(), v1::ENTITY_STATUS_ACTIVE);
  EXPECT_EQ(supplier.registration_scheme(), "XI-LEI");
  EXPECT_EQ(supplier.corroboration(), v1::CORROBORATION_PARTIALLY_CORROBORATED);
}

// The register's number as "scheme:value"; empty when the record has none.
std::string RegisterNumber(const char* authority, const char* number, const char* status) {
  const v1::Record record =
      ReadOne(Entity({{"Registration.RegistrationStatus", status},
                      {"Entity.RegistrationAuthority.RegistrationAuthorityID", authority},
                      {"Entity.RegistrationAuthority.RegistrationAuthorityEntityID", number}}));
  if (record.supplier().identifiers_size() < 2) return "";
  const v1::Identifier& id = record.supplier().identifiers(1);
  return id.scheme() + ":" + id.value();
}

TEST(GleifCsv, RegisterNumbersJoinOnlyWhereTheyNameOneEntity) {
  EXPECT_EQ(RegisterNumber("RA000585", "4830352", "ISSUED"), "GB-COH:4830352");
  EXPECT_EQ(RegisterNumber("RA000585", "4830352", "LAPSED"), "GB-COH:4830352");
  EXPECT_EQ(RegisterNumber("RA000585", "4830352", "MERGED"), "GB-COH:4830352");
  // The surviving LEI's record carries the same number.
  EXPECT_EQ(RegisterNumber("RA000585", "4830352", "DUPLICATE"), "XI-RA000585:4830352");
  EXPECT_EQ(RegisterNumber("RA000585", "4830352", "ANNULLED"), "XI-RA000585:4830352");
  // A register that is not in the table.
  EXPECT_EQ(RegisterNumber("RA000665", "S000005113", "ISSUED"), "XI-RA000665:S000005113");
  // GLEIF's placeholders, and no number.
  EXPECT_EQ(RegisterNumber("RA999999", "1", "ISSUED"), "");
  EXPECT_EQ(RegisterNumber("RA888888", "1", "ISSUED"), "");
  EXPECT_EQ(RegisterNumber("RA000585", "", "ISSUED"), "");
  const Workshop workshop;
  EXPECT_FALSE(workshop.identifiers().IsIdentifying("XI-RA000665"));
  EXPECT_TRUE(workshop.identifiers().IsKnown("XI-RA000665"));
}

TEST(GleifCsv, FollowsOneSuccessorAndNoneOfSeveral) {
  const std::string next = "Entity.SuccessorEntity.";
  EXPECT_EQ(ReadOne(Entity({{next + "SuccessorLEI", "A"}})).supplier().successor().value(), "A");
  EXPECT_EQ(ReadOne(Entity({{next + "1.SuccessorLEI", "A"}})).supplier().successor().value(), "A");
  EXPECT_FALSE(ReadOne(Entity({{next + "1.SuccessorLEI", "A"}, {next + "2.SuccessorLEI", "B"}}))
                   .supplier()
                   .has_successor());
}

// Period of a link as "from/to".
std::string PeriodOf(const Cells& more) {
  const v1::DateInterval period = ReadOne(Relationship(more)).link().period();
  return (period.has_from() ? FormatDate(period.from()) : "") + "/" +
         (period.has_to() ? FormatDate(period.to()) : "");
}

TEST(GleifCsv, TakesThePeriodOfTheRelationshipAndEndsInactiveOnes) {
  const std::string one = "Relationship.Period.1.", two = "Relationship.Period.2.";
  const Cells active = {{"Relationship.RelationshipStatus", "ACTIVE"}};
  const Cells inactive = {{"Relationship.RelationshipStatus", "INACTIVE"}};
  Cells dated = {{one + "startDate", "2017-01-01T00:00:00.000Z"},
                 {one + "endDate", "2017-12-31T00:00:00.000Z"},
                 {one + "periodType", "ACCOUNTING_PERIOD"},
                 {two + "startDate", "2012-06-15T00:00:00.000Z"},
                 {two + "endDate", "2018-12-31"},
                 {two + "periodType", "RELATIONSHIP_PERIOD"}};
  EXPECT_EQ(PeriodOf(active), "/");
  EXPECT_EQ(PeriodOf(inactive), "/2020-02-03");
  dated.insert(dated.end(), inactive.begin(), inactive.end());
  EXPECT_EQ(PeriodOf(dated), "2012-06-15/2019-01-01");
  dated[4].second = "";
  EXPECT_EQ(PeriodOf(dated), "2012-06-15/2020-02-03");
  dated.back().second = "ACTIVE";
  EXPECT_EQ(PeriodOf(dated), "2012-06-15/");
}

TEST(GleifCsv, ReadsKindShareAndEndsOfARelationship) {
  const v1::Record record =
      ReadOne(Relationship({{"Relationship.RelationshipStatus", "ACTIVE"},
                            {"Relationship.Quantifiers.1.QuantifierAmount", "75.5"},
                            {"Relationship.Quantifiers.1.QuantifierUnits", "PERCENTAGE"},
                            {"Registration.ValidationSources", "FULLY_CORROBORATED"}}));
  EXPECT_EQ(record.key(), "529900T8BM49AURSDO55|IS_FUND-MANAGED_BY|529900W18LQJJN6SJ336");
  EXPECT_EQ(record.link().type(), v1::LINK_TYPE_IS_FUND_MANAGED_BY);
  EXPECT_EQ(record.link().share_percent(), 75.5);
  EXPECT_EQ(record.link().from().identifier().value(), "529900T8BM49AURSDO55");
  EXPECT_EQ(record.link().to().identifier().scheme(), "XI-LEI");
  EXPECT_EQ(record.link().corroboration(), v1::CORROBORATION_FULLY_CORROBORATED);
}

TEST(GleifCsv, PassesOverRelationshipsThatWereTakenBack) {
  Workshop workshop;
  CollectingSink sink;
  for (const char* status : {"ANNULLED", "DUPLICATE"}) {
    const std::string text = Csv(Relationship({{"Relationship.RelationshipStatus", "ACTIVE"},
                                               {"Registration.RegistrationStatus", status}}));
    ASSERT_EQ(workshop.Read("gleif-csv", {workshop.Write("f.csv", text)}, &sink), absl::OkStatus());
  }
  EXPECT_TRUE(sink.records.empty());
  EXPECT_TRUE(sink.refused.empty());
}

TEST(GleifCsv, RefusesWhatItCannotRead) {
  const Cells active = {{"Relationship.RelationshipStatus", "ACTIVE"}};
  const auto with = [&](const char* column, const char* value) {
    Cells cells = active;
    cells.emplace_back(column, value);
    return Relationship(cells);
  };
  const std::vector<std::pair<Cells, std::string>> bad = {
      {Entity({{"Registration.RegistrationStatus", "VOID"}}), "Registration.RegistrationStatus"},
      {Entity({{"Registration.RegistrationStatus", ""}}), "Registration.RegistrationStatus"},
      {Entity({{"Entity.EntityStatus", "GONE"}}), "Entity.EntityStatus"},
      {Entity({{"Entity.EntityCreationDate", "2023-02-29"}}), "Entity.EntityCreationDate"},
      {Entity({{"Entity.EntityExpirationDate", "2023-02"}}), "Entity.EntityExpirationDate"},
      {Relationship({{"Relationship.RelationshipStatus", "MAYBE"}}),
       "Relationship.RelationshipStatus"},
      {with("Relationship.StartNode.NodeIDType", "BIC"), "NodeIDType"},
      {with("Relationship.Quantifiers.1.QuantifierUnits,Relationship.Quantifiers.1."
            "QuantifierAmount",
            "PERCENTAGE,101"),
       "QuantifierAmount"},
      {with("Relationship.Period.1.periodType,Relationship.Period.1.startDate",
            "RELATIONSHIP_PERIOD,soon"),
       "Relationship.Period.startDate"}};
  for (const auto& [cells, column] : bad) {
    Workshop workshop;
    CollectingSink sink;
    ASSERT_EQ(workshop.Read("gleif-csv", {workshop.Write("f.csv", Csv(cells))}, &sink),
              absl::OkStatus());
    ASSERT_EQ(sink.refused.size(), 1u) << column;
    EXPECT_EQ(sink.refused[0].second.column, column);
  }
}

TEST(GleifCsv, NamesAllColumnsThatAreMissing) {
  Workshop workshop;
  CollectingSink sink;
  const absl::Status entities =
      workshop.Read("gleif-csv", {workshop.Write("f.csv", "LEI,Entity.LegalName\n")}, &sink);
  EXPECT_EQ(ReasonOf(entities), v1::ERROR_REASON_MISSING_COLUMN);
  EXPECT_THAT(std::string(entities.message()),
              HasSubstr("f.csv:1: the file lacks Entity.LegalAddress.Country, "
                        "Entity.EntityStatus, Registration.RegistrationStatus;"));
  const absl::Status relationships = workshop.Read(
      "gleif-csv", {workshop.Write("f.csv", "Relationship.RelationshipType\n")}, &sink);
  EXPECT_EQ(MetadataOf(relationships)["column"],
            "Relationship.StartNode.NodeID, Relationship.EndNode.NodeID, "
            "Relationship.RelationshipStatus, Registration.LastUpdateDate");
}

// The sample of GLEIF's golden copy, loaded into a store.
class GleifSampleTest : public ::testing::Test {
 protected:
  void SetUp() override {
    PROBITY_NEEDS_SHARED(entities, "gleif-lei-sample/lei2-sample.csv");
    PROBITY_NEEDS_SHARED(relationships, "gleif-lei-sample/rr-sample.csv");
    ASSERT_EQ(storage::testing::CreateDataset(&store_, "gleif", v1::ABSENCE_MODE_RETRACTED),
              absl::OkStatus());
    storage::LoadSpec spec;
    spec.dataset = "gleif";
    const LoadFiles files{
        FindFormat("gleif-csv").value(),
        {{entities, "lei2.csv", v1::FILE_ROLE_DATA}, {relationships, "rr.csv", v1::FILE_ROLE_DATA}},
        workshop_.directory(),
        workshop_.directory() + "/rejected"};
    LoadProgress progress;
    auto changes = BuildChangeSet(workshop_.tables(), *store_.Head(""), spec, files, &progress);
    ASSERT_EQ(changes.status(), absl::OkStatus());
    counts_ = changes->header.counts();
    ASSERT_EQ(store_.Publish(*changes, {}).status(), absl::OkStatus());
  }

  v1::Record Get(const std::string& key) {
    const auto row = store_.Head("")->GetRecord({"gleif", key});
    return row.ok() && row->has_value() ? (*row)->segments(0).record() : v1::Record();
  }

  Workshop workshop_;
  storage::InMemoryStore store_{workshop_.identifiers(), "fedcba9876543210"};
  v1::LoadCounts counts_;
};

TEST_F(GleifSampleTest, KeepsEveryRowAndMarksWrongCheckDigits) {
  EXPECT_EQ(counts_.rows_read(), 800u);
  EXPECT_EQ(counts_.added(), 800u);
  EXPECT_EQ(counts_.refused(), 0u);
  EXPECT_EQ(counts_.warnings(), 3u);
  std::map<v1::RegistrationStatus, int> statuses;
  size_t wrong = 0;
  ASSERT_TRUE(store_.Head("")
                  ->ForEachRecord("gleif",
                                  [&](absl::string_view, const storage::v1::RecordRow& row) {
                                    const v1::Record& record = row.segments(0).record();
                                    if (!record.has_supplier()) return true;
                                    ++statuses[record.supplier().registration_status()];
                                    wrong += record.supplier().identifiers(0).check() ==
                                             v1::IDENTIFIER_CHECK_FAILED;
                                    return true;
                                  })
                  .ok());
  EXPECT_EQ(wrong, 3u);
  EXPECT_EQ(statuses[v1::REGISTRATION_STATUS_ISSUED], 256);
  EXPECT_EQ(statuses[v1::REGISTRATION_STATUS_LAPSED], 127);
  EXPECT_EQ(statuses[v1::REGISTRATION_STATUS_ANNULLED], 7);
  EXPECT_EQ(statuses[v1::REGISTRATION_STATUS_RETIRED], 6);
  EXPECT_EQ(statuses[v1::REGISTRATION_STATUS_DUPLICATE], 3);
  EXPECT_EQ(statuses[v1::REGISTRATION_STATUS_MERGED], 1);
}

TEST_F(GleifSampleTest, SaysWhoTookADuplicateOver) {
  const v1::Record record = Get("029200098C3K8BI2D551");
  EXPECT_EQ(record.supplier().registration_status(), v1::REGISTRATION_STATUS_DUPLICATE);
  EXPECT_EQ(record.supplier().successor().value(), "549300NIVXF92ZIOVW61");
}

TEST_F(GleifSampleTest, ADuplicateDoesNotHideTheEntityBehindItsRegisterNumber) {
  // Six numbers of Nigeria's register stand twice: each with one LEI in force.
  for (const char* number : {"RC3040", "RC1005603", "RC5599", "RC613", "RC2176", "RC50599"}) {
    EXPECT_EQ(storage::testing::Find(*store_.Head(""), storage::IndexKind::kIdentifier,
                                     storage::IdentifierTerm("NG-CAC", number))
                  .size(),
              1u)
        << number;
  }
}

TEST_F(GleifSampleTest, SubFundsOfOneTrustStayApart) {
  const std::vector<std::string> funds = {"04M1WKMGBGN5CLB3LW62", "05SSS4SLZOFBX4WLVU11"};
  std::string first;
  for (const std::string& lei : funds) {
    const auto supplier = store_.Head("")->SupplierOf({"gleif", lei});
    ASSERT_TRUE(supplier.ok() && supplier->has_value());
    EXPECT_NE((*supplier)->name, first);
    first = (*supplier)->name;
  }
}

}  // namespace
}  // namespace probity::ingest
