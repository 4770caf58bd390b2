// un-xml: an invented list in the layout of the Security Council's.
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
using testing::Workshop;

std::string Value(const std::string& name, const std::string& text) {
  return "<" + name + ">" + text + "</" + name + ">";
}

std::string List(const std::string& individuals, const std::string& entities) {
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
         "<CONSOLIDATED_LIST xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" "
         "dateGenerated=\"2026-11-20T10:00:00.000Z\">\n<INDIVIDUALS>\n" +
         individuals + "</INDIVIDUALS>\n<ENTITIES>\n" + entities +
         "</ENTITIES>\n</CONSOLIDATED_LIST>\n";
}

std::string Individual(const std::string& rest) {
  return "<INDIVIDUAL><DATAID>6900000</DATAID>" + Value("REFERENCE_NUMBER", "XXi.001") +
         Value("FIRST_NAME", "Invented") + Value("THIRD_NAME", "Person") + rest + "</INDIVIDUAL>\n";
}

std::string Birth(const std::string& type, const std::string& rest) {
  return Value("INDIVIDUAL_DATE_OF_BIRTH", Value("TYPE_OF_DATE", type) + rest);
}

CollectingSink ReadText(const std::string& text) {
  return testing::ReadValid("un-xml", "un.xml", text);
}

TEST(UnXml, AnEntityWithAliasesAndAddresses) {
  const CollectingSink sink = ReadText(List(
      "",
      "<ENTITY>" + Value("DATAID", "110") + Value("FIRST_NAME", "Invented Holdings") +
          Value("UN_LIST_TYPE", "Invented Committee") + Value("REFERENCE_NUMBER", "XXe.002") +
          Value("LISTED_ON", "2014-02-03-05:00") + Value("NAME_ORIGINAL_SCRIPT", "发明控股") +
          Value("LAST_DAY_UPDATED", Value("VALUE", "2018-01-02") + Value("VALUE", "2020-06-07")) +
          Value("ENTITY_ALIAS", Value("QUALITY", "a.k.a.") + Value("ALIAS_NAME", "Strong")) +
          Value("ENTITY_ALIAS", Value("QUALITY", "f.k.a.") + Value("ALIAS_NAME", "Former")) +
          Value("ENTITY_ALIAS", Value("QUALITY", "Low") + Value("ALIAS_NAME", "Weak")) +
          Value("ENTITY_ALIAS", Value("QUALITY", "") + Value("ALIAS_NAME", "")) +
          Value("ENTITY_ADDRESS", Value("STREET", "1 Invented Road") + Value("CITY", "Karachi") +
                                      Value("ZIP_CODE", "75500") + Value("COUNTRY", "Pakistan")) +
          Value("ENTITY_ADDRESS", Value("COUNTRY", "Atlantis")) + "<ENTITY_ADDRESS/></ENTITY>\n"));
  ASSERT_EQ(sink.records.size(), 2u);
  const v1::SupplierRecord& party = sink.records[0].supplier();
  EXPECT_EQ(sink.records[0].key(), "XXe.002");
  EXPECT_EQ(sink.lines[0], 6u);
  EXPECT_EQ(party.kind(), v1::PARTY_KIND_UNSPECIFIED);
  std::vector<std::pair<std::string, v1::NameType>> names;
  for (const v1::Name& name : party.names()) names.emplace_back(name.text(), name.type());
  EXPECT_THAT(names, ElementsAre(std::pair("Invented Holdings", v1::NAME_TYPE_UNSPECIFIED),
                                 std::pair("发明控股", v1::NAME_TYPE_ORIGINAL_SCRIPT),
                                 std::pair("Strong", v1::NAME_TYPE_AKA_STRONG),
                                 std::pair("Former", v1::NAME_TYPE_FKA),
                                 std::pair("Weak", v1::NAME_TYPE_AKA_WEAK)));
  ASSERT_EQ(party.addresses_size(), 2);
  EXPECT_EQ(party.addresses(0).country(), "PK");
  EXPECT_EQ(party.addresses(0).postal_code(), "75500");
  EXPECT_THAT(party.addresses(1).lines(), ElementsAre("Atlantis"));
  const v1::LegalMeasure& measure = sink.records[1].legal_measure();
  EXPECT_EQ(sink.records[1].key(), "entry|XXe.002");
  EXPECT_EQ(measure.subject().party().source_record(), "records/XXe.002");
  EXPECT_EQ(measure.regime(), "UN-SC");
  EXPECT_EQ(measure.effect(), v1::MEASURE_EFFECT_MUST_EXCLUDE);
  EXPECT_EQ(measure.section(), "Invented Committee");
  EXPECT_EQ(FormatDate(measure.in_force().from()), "2014-02-03");
  EXPECT_FALSE(measure.in_force().has_to());
  EXPECT_EQ(FormatDate(measure.amended_on()), "2020-06-07");
}

TEST(UnXml, ANameHasUpToFourParts) {
  const CollectingSink sink = ReadText(List(Individual(Value("FOURTH_NAME", "Jr")), ""));
  EXPECT_EQ(sink.records[0].supplier().names(0).text(), "Invented Person Jr");
  EXPECT_EQ(sink.records[0].supplier().kind(), v1::PARTY_KIND_PERSON);
}

struct Born {
  const char* name;
  std::string elements;
  const char* founded;  // empty: not taken
};

class BornTest : public ::testing::TestWithParam<Born> {};

TEST_P(BornTest, OnlyWhatIsExactIsTaken) {
  const CollectingSink sink = ReadText(List(Individual(GetParam().elements), ""));
  const v1::SupplierRecord& party = sink.records[0].supplier();
  EXPECT_EQ(party.has_founded() ? FormatDate(party.founded()) : "", GetParam().founded);
}

INSTANTIATE_TEST_SUITE_P(
    All, BornTest,
    ::testing::Values(
        Born{"Day", Birth("EXACT", Value("DATE", "1960-02-29")), "1960-02-29"},
        Born{"Year", Birth("EXACT", Value("YEAR", "1960")), "1960"},
        Born{"NoType", Value("INDIVIDUAL_DATE_OF_BIRTH", Value("DATE", "1960-02-29")),
             "1960-02-29"},
        Born{"Approximately", Birth("APPROXIMATELY", Value("YEAR", "1960")), ""},
        Born{"Between", Birth("BETWEEN", Value("FROM_YEAR", "1960") + Value("TO_YEAR", "1962")),
             ""},
        Born{"SaidTwice",
             Birth("EXACT", Value("YEAR", "1960")) + Birth("EXACT", Value("YEAR", "1960")), "1960"},
        Born{"Contradictory",
             Birth("EXACT", Value("YEAR", "1960")) + Birth("EXACT", Value("YEAR", "1961")), ""},
        Born{"ExactAndApproximate",
             Birth("EXACT", Value("YEAR", "1960")) + Birth("APPROXIMATELY", Value("YEAR", "1961")),
             ""},
        Born{"Empty", "<INDIVIDUAL_DATE_OF_BIRTH/>", ""},
        Born{"NoSuchDay", Birth("EXACT", Value("DATE", "1961-02-29")), ""}),
    [](const auto& test) { return test.param.name; });

TEST(UnXml, DocumentsOfAKnownKindAndCountryAreIdentifiers) {
  const auto document = [](const std::string& type, const std::string& rest) {
    return Value("INDIVIDUAL_DOCUMENT", Value("TYPE_OF_DOCUMENT", type) + rest);
  };
  const CollectingSink sink = ReadText(
      List(Individual(
               document("Passport", Value("NUMBER", "ab 123") + Value("ISSUING_COUNTRY", "Yemen")) +
               document("National Identification Number",
                        Value("NUMBER", "77") + Value("COUNTRY_OF_ISSUE", "Mali")) +
               document("Passport", Value("NUMBER", "1")) +
               document("Passport", Value("NUMBER", "1") + Value("ISSUING_COUNTRY", "Atlantis")) +
               document("Driver licence", Value("NUMBER", "1") + Value("ISSUING_COUNTRY", "Mali")) +
               "<INDIVIDUAL_DOCUMENT/>"),
           ""));
  std::vector<std::string> identifiers;
  for (const v1::Identifier& one : sink.records[0].supplier().identifiers()) {
    identifiers.push_back(one.scheme() + ":" + one.value());
  }
  EXPECT_THAT(identifiers, ElementsAre("YE-PASSPORT:AB 123", "ML-NATIONAL-ID:77"));
}

TEST(UnXml, RefusesEntriesThatCannotBeKeptAndGoesOn) {
  const CollectingSink sink =
      ReadText(List("<INDIVIDUAL>" + Value("FIRST_NAME", "Nameless Number") + "</INDIVIDUAL>\n" +
                        Individual(Value("LISTED_ON", "2014-02-30")) +
                        Individual(Value("LAST_DAY_UPDATED", Value("VALUE", "yesterday"))) +
                        Individual(Value("LISTED_ON", "2014-02-28")),
                    "<OTHER>" + Value("REFERENCE_NUMBER", "XXo.1") + "</OTHER>\n"));
  std::vector<std::pair<uint64_t, std::string>> refused;
  for (const auto& [line, fault] : sink.refused) refused.emplace_back(line, fault.column);
  EXPECT_THAT(refused, ElementsAre(std::pair(4u, "REFERENCE_NUMBER"), std::pair(5u, "LISTED_ON"),
                                   std::pair(6u, "LAST_DAY_UPDATED")));
  EXPECT_THAT(sink.raw[0], HasSubstr("FIRST_NAME=Nameless Number"));
  EXPECT_EQ(sink.records.size(), 2u);
}

// An entry holds as much as a row may; a list of any length is read in as much memory.
TEST(UnXml, AnEntryWithoutEndIsRefusedNotHeld) {
  std::string aliases;
  while (aliases.size() < 8 << 20) {
    aliases += Value("INDIVIDUAL_ALIAS", Value("ALIAS_NAME", "Invented alias"));
  }
  const CollectingSink sink = ReadText(List(Individual(aliases) + Individual(""), ""));
  ASSERT_EQ(sink.refused.size(), 1u);
  EXPECT_EQ(sink.refused[0].second.reason, v1::ERROR_REASON_ROW_TOO_LONG);
  EXPECT_EQ(sink.records.size(), 2u);
}

struct BadList {
  const char* name;
  std::string text;
  v1::ErrorReason reason;
  const char* says;
};

std::string BillionLaughs() {
  std::string entities = "<!ENTITY l0 \"lol\">";
  for (int i = 1; i < 10; ++i) {
    entities += absl::StrCat("<!ENTITY l", i, " \"");
    for (int j = 0; j < 10; ++j) absl::StrAppend(&entities, "&l", i - 1, ";");
    entities += "\">";
  }
  return "<?xml version=\"1.0\"?>\n<!DOCTYPE CONSOLIDATED_LIST [" + entities +
         "]>\n<CONSOLIDATED_LIST>&l9;</CONSOLIDATED_LIST>";
}

class BadListTest : public ::testing::TestWithParam<BadList> {};

TEST_P(BadListTest, IsRefusedAsAWhole) {
  Workshop workshop;
  CollectingSink sink;
  const absl::Status status =
      workshop.Read("un-xml", {workshop.Write("un.xml", GetParam().text)}, &sink);
  EXPECT_EQ(ReasonOf(status), GetParam().reason) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr(GetParam().says));
  EXPECT_THAT(sink.records, IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(
    All, BadListTest,
    ::testing::Values(
        BadList{"BillionLaughs", BillionLaughs(), v1::ERROR_REASON_ROW_SYNTAX,
                "un.xml:2: document type declarations are not read"},
        BadList{"ExternalEntity", "<!DOCTYPE x SYSTEM \"file:///etc/passwd\"><CONSOLIDATED_LIST/>",
                v1::ERROR_REASON_ROW_SYNTAX, "take the <!DOCTYPE"},
        BadList{"AnotherList", "<sdnList/>", v1::ERROR_REASON_MISSING_COLUMN,
                "not <CONSOLIDATED_LIST>"},
        BadList{"Cut", List("", "").substr(0, 200), v1::ERROR_REASON_TRUNCATED_FILE, "un.xml:"}),
    [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace probity::ingest
