// ftm-jsonl: invented entities, references to what comes later, and bad lines.
#include <map>

#include "base/civil_day.h"
#include "base/errors.h"
#include "gmock/gmock.h"
#include "ingest/testing.h"

namespace probity::ingest {
namespace {

using testing::CollectingSink;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string Line(const std::string& id, const std::string& schema, const std::string& properties) {
  return "{\"id\":\"" + id + "\",\"schema\":\"" + schema + "\",\"properties\":{" + properties +
         "}}\n";
}

CollectingSink ReadText(const std::string& text) {
  CollectingSink sink = testing::ReadValid("ftm-jsonl", "f.json", text);
  EXPECT_EQ(sink.bytes_read, text.size()) << "the first of two readings is not counted";
  return sink;
}

std::map<std::string, v1::Record> ByKey(const CollectingSink& sink) {
  std::map<std::string, v1::Record> records;
  for (const v1::Record& record : sink.records) records[record.key()] = record;
  EXPECT_EQ(records.size(), sink.records.size()) << "keys are not unique";
  return records;
}

TEST(FtmJsonl, ACompanyAndItsAddressThatComesLater) {
  const CollectingSink sink = ReadText(
      Line(
          "c1", "Company",
          R"("name":["Invented Mills Ltd"],"alias":["IML"],"weakAlias":["Mills"],)"
          R"("previousName":["Old Mills"],"jurisdiction":["gb"],"registrationNumber":["04830352"],)"
          R"("leiCode":["529900T8BM49AURSDO55"],"addressEntity":["a1","absent"],)"
          R"("incorporationDate":["2001-02-03"],"dissolutionDate":["2020"],"legalForm":["Ltd"])") +
      Line("a1", "Address",
           R"("full":["1 Mill Road, Leeds"],"street":["1 Mill Road"],"city":["Leeds"],)"
           R"("postalCode":["LS1"],"country":["gb"])"));
  ASSERT_EQ(sink.records.size(), 1u);
  EXPECT_EQ(sink.records[0].key(), "c1");
  const v1::SupplierRecord& party = sink.records[0].supplier();
  EXPECT_EQ(party.kind(), v1::PARTY_KIND_COMPANY);
  std::vector<std::pair<std::string, v1::NameType>> names;
  for (const v1::Name& name : party.names()) names.emplace_back(name.text(), name.type());
  EXPECT_THAT(names, ElementsAre(std::pair("Invented Mills Ltd", v1::NAME_TYPE_UNSPECIFIED),
                                 std::pair("IML", v1::NAME_TYPE_AKA_STRONG),
                                 std::pair("Mills", v1::NAME_TYPE_AKA_WEAK),
                                 std::pair("Old Mills", v1::NAME_TYPE_FKA)));
  ASSERT_EQ(party.identifiers_size(), 2);
  EXPECT_EQ(party.identifiers(0).scheme(), "XI-LEI");
  EXPECT_EQ(party.identifiers(1).scheme(), "GB-COH");
  ASSERT_EQ(party.addresses_size(), 1);
  EXPECT_THAT(party.addresses(0).lines(), ElementsAre("1 Mill Road"));
  EXPECT_EQ(party.addresses(0).country(), "GB");
  EXPECT_EQ(party.jurisdiction(), "GB");
  EXPECT_EQ(FormatDate(party.founded()), "2001-02-03");
  EXPECT_EQ(FormatDate(party.dissolved()), "2020");
  EXPECT_EQ(party.legal_form().local_name(), "Ltd");
}

TEST(FtmJsonl, NumbersAreIdentifiersOnlyWhereTheirSchemeIsCertain) {
  const auto identifiers = [](const std::string& properties) {
    const CollectingSink sink = ReadText(Line("c", "Company", "\"name\":[\"X\"]," + properties));
    std::vector<std::string> all;
    for (const v1::Identifier& one : sink.records.at(0).supplier().identifiers()) {
      all.push_back(one.scheme() + ":" + one.value());
    }
    return all;
  };
  EXPECT_THAT(identifiers(R"("country":["gb"],"registrationNumber":["SC123456"])"),
              ElementsAre("GB-COH:SC123456"));
  EXPECT_THAT(identifiers(R"("country":["gb"],"registrationNumber":["charity 12"])"), IsEmpty());
  EXPECT_THAT(identifiers(R"("country":["gb","us"],"registrationNumber":["04830352"])"), IsEmpty());
  EXPECT_THAT(identifiers(R"("country":["de"],"registrationNumber":["HRB 1"])"), IsEmpty());
  EXPECT_THAT(identifiers(R"("country":["br"],"taxNumber":["27.090.456/0002-27"])"),
              ElementsAre("BR-CNPJ:27090456000227"));
  EXPECT_THAT(identifiers(R"("country":["br"],"taxNumber":["27.090.456/0002-28"])"), IsEmpty());
  EXPECT_THAT(identifiers(R"("vatCode":["DE136695976"])"), ElementsAre("EU-VAT-DE:136695976"));
  EXPECT_THAT(identifiers(R"("vatCode":["136695976"])"), IsEmpty());
}

TEST(FtmJsonl, PersonsVesselsAndOthers) {
  const auto records = ByKey(ReadText(
      Line("p", "Person",
           R"("firstName":["Invented"],"lastName":["Person"],"birthDate":["1970-01-02","1971"],)"
           R"("nationality":["fr"])") +
      Line("q", "Person", R"("name":["Another"],"birthDate":["1970-01"])") +
      Line("v", "Vessel", R"("name":["Invented Star"],"imoNumber":["IMO 9074729"],"flag":["pa"])") +
      Line("b", "PublicBody", R"("name":["Invented Office"],"mainCountry":["eu"])") +
      Line("s", "Security", R"("name":["A bond"])")));
  EXPECT_EQ(records.count("s"), 0u);
  EXPECT_EQ(records.at("p").supplier().names(0).text(), "Invented Person");
  EXPECT_FALSE(records.at("p").supplier().has_founded()) << "two days of birth are none";
  EXPECT_EQ(records.at("p").supplier().jurisdiction(), "");
  EXPECT_EQ(FormatDate(records.at("q").supplier().founded()), "1970-01");
  EXPECT_EQ(records.at("v").supplier().kind(), v1::PARTY_KIND_VESSEL);
  EXPECT_EQ(records.at("v").supplier().identifiers(0).value(), "9074729");
  EXPECT_EQ(records.at("v").supplier().jurisdiction(), "PA");
  EXPECT_EQ(records.at("b").supplier().kind(), v1::PARTY_KIND_PUBLIC_BODY);
  EXPECT_EQ(records.at("b").supplier().jurisdiction(), "") << "eu is no country";
}

TEST(FtmJsonl, TopicsBecomeFlagsOrMeasuresThatBlockNothing) {
  const auto records = ByKey(ReadText(
      Line("c", "Company",
           R"("name":["X"],"topics":["debarment","crime.traffick.human","crime.traffick.drug",)"
           R"("sanction","export.control","role.pep"],"sourceUrl":["https://example.org/x"])")));
  ASSERT_EQ(records.size(), 5u);
  const v1::RiskFlag& barred = records.at("c|topic|debarment").risk_flag();
  EXPECT_EQ(barred.type(), v1::FLAG_TYPE_DEBARMENT);
  EXPECT_EQ(barred.stage(), v1::FLAG_STAGE_ADMIN_DETERMINATION);
  EXPECT_EQ(barred.subject().party().source_record(), "records/c");
  EXPECT_EQ(barred.source_url(), "https://example.org/x");
  EXPECT_EQ(records.at("c|topic|crime.traffick.human").risk_flag().stage(),
            v1::FLAG_STAGE_ALLEGATION);
  for (const char* topic : {"sanction", "export.control"}) {
    const v1::LegalMeasure& measure = records.at(absl::StrCat("c|topic|", topic)).legal_measure();
    EXPECT_EQ(measure.effect(), v1::MEASURE_EFFECT_INFO_ONLY);
    EXPECT_EQ(measure.regime(), topic);
  }
}

TEST(FtmJsonl, ASanctionStandsForTheTopic) {
  const auto records = ByKey(ReadText(
      Line("c", "Company", R"("name":["X"],"topics":["sanction"])") +
      Line("s", "Sanction",
           R"("entity":["c"],"authority":["Invented Council"],"program":["INV-1"],)"
           R"("country":["us"],"startDate":["2020-01-01"],"endDate":["2024-12-31"],)"
           R"("listingDate":["2019-12-31"],"authorityId":["7"],"provisions":["Freeze"])")));
  ASSERT_EQ(records.size(), 2u);
  const v1::LegalMeasure& measure = records.at("s").legal_measure();
  EXPECT_EQ(measure.subject().party().source_record(), "records/c");
  EXPECT_EQ(measure.regime(), "INV-1");
  EXPECT_EQ(measure.effect(), v1::MEASURE_EFFECT_INFO_ONLY);
  EXPECT_EQ(measure.authority(), "Invented Council");
  EXPECT_EQ(measure.decision_no(), "7");
  EXPECT_THAT(measure.binding_in(), ElementsAre("US"));
  EXPECT_EQ(FormatDate(measure.decided_on()), "2019-12-31");
  EXPECT_EQ(FormatDate(measure.in_force().from()), "2020-01-01");
  EXPECT_EQ(FormatDate(measure.in_force().to()), "2025-01-01") << "the last day is in force";
}

TEST(FtmJsonl, EdgesBecomeLinks) {
  const auto records = ByKey(
      ReadText(Line("o", "Ownership",
                    R"("owner":["p"],"asset":["c"],"percentage":["51.5 %"],"startDate":["2020"])") +
               Line("d", "Directorship", R"("director":["p","q"],"organization":["c"])") +
               Line("m", "Membership", R"("member":["p"],"organization":["c"])")));
  ASSERT_EQ(records.size(), 3u);
  const v1::Link& owner = records.at("o").link();
  EXPECT_EQ(owner.type(), v1::LINK_TYPE_OWNS);
  EXPECT_EQ(owner.from().source_record(), "records/p");
  EXPECT_EQ(owner.to().source_record(), "records/c");
  EXPECT_EQ(owner.share_percent(), 51.5);
  EXPECT_EQ(FormatDate(owner.period().from()), "2020");
  EXPECT_EQ(records.at("d|q|c").link().type(), v1::LINK_TYPE_DIRECTOR_OF);
}

TEST(FtmJsonl, RefusesLinesThatSayTooLittleAndGoesOn) {
  const CollectingSink sink = ReadText(
      "{\"schema\":\"Person\"}\n{\"id\":\"1\"}\n" + Line("s", "Sanction", "") +
      Line("o", "Ownership", R"("owner":["p"])") +
      Line("n", "Person", R"("name":["X"],"addressEntity":[{"id":"a","schema":"Address"}])") +
      "[]\n7\n{\"id\":\"x\",\n" + Line("c", "Company", R"("name":["X"])"));
  std::vector<std::pair<uint64_t, std::string>> refused;
  for (const auto& [line, fault] : sink.refused) refused.emplace_back(line, fault.column);
  EXPECT_THAT(refused, ElementsAre(std::pair(1u, "id"), std::pair(2u, "schema"),
                                   std::pair(3u, "properties.entity"),
                                   std::pair(4u, "properties.asset"), std::pair(5u, "properties"),
                                   std::pair(6u, "id"), std::pair(7u, "id"), std::pair(8u, "")));
  EXPECT_THAT(sink.refused[4].second.message, HasSubstr("single entities"));
  EXPECT_EQ(sink.records.size(), 1u);
}

TEST(FtmJsonl, ValuesOfWrongTypesSayNothing) {
  const CollectingSink sink = ReadText(
      Line("b", "Company", R"("name":"A plain text","leiCode":[null,true,[1]],"topics":7)"));
  ASSERT_EQ(sink.records.size(), 1u);
  EXPECT_EQ(sink.records[0].supplier().names(0).text(), "A plain text");
  EXPECT_THAT(sink.records[0].supplier().identifiers(), IsEmpty());
}

}  // namespace
}  // namespace probity::ingest
