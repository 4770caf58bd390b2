#include "screening/history/field_differences.h"

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "probity/v1/record.pb.h"

namespace probity::screening {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

v1::Record Read(const std::string& text) {
  v1::Record record;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &record)) << text;
  return record;
}

std::vector<std::string> Differences(const std::string& before, const std::string& after) {
  google::protobuf::RepeatedPtrField<v1::FieldDifference> differences;
  AddFieldDifferences("", Read(before), Read(after), &differences);
  std::vector<std::string> lines;
  for (const v1::FieldDifference& one : differences) {
    lines.push_back(absl::StrCat(one.path(), ": ", one.before(), " -> ", one.after()));
  }
  return lines;
}

TEST(FieldDifferencesTest, EqualOnesHaveNone) {
  EXPECT_THAT(Differences("supplier { names { text: 'A' } }", "supplier { names { text: 'A' } }"),
              IsEmpty());
  EXPECT_THAT(Differences("", ""), IsEmpty());
  EXPECT_THAT(Differences("supplier { legal_form {} }", "supplier {}"), IsEmpty())
      << "an empty message says nothing";
}

TEST(FieldDifferencesTest, EveryKindOfValue) {
  EXPECT_THAT(Differences("risk_flag { stage: FLAG_STAGE_ALLEGATION summary: 'a \"b\"' "
                          "decided_on { year: 2024 month: 5 } contested: false }",
                          "risk_flag { stage: FLAG_STAGE_CONVICTION_FINAL summary: 'c' "
                          "decided_on { year: 2024 month: 5 day: 31 } contested: true }"),
              ElementsAre("risk_flag.stage: FLAG_STAGE_ALLEGATION -> FLAG_STAGE_CONVICTION_FINAL",
                          "risk_flag.decided_on: 2024-05 -> 2024-05-31",
                          "risk_flag.contested:  -> true", "risk_flag.summary: a \"b\" -> c"));
  EXPECT_THAT(Differences("link { share_percent: 0 }", "link { share_percent: 12.5 }"),
              ElementsAre("link.share_percent: 0 -> 12.5"));
  EXPECT_THAT(Differences("link {}", "link { share_percent: 0 }"),
              ElementsAre("link.share_percent:  -> 0"))
      << "said to be none, and not said";
}

TEST(FieldDifferencesTest, WhatIsNewOrGoneIsListedToItsLeaves) {
  EXPECT_THAT(
      Differences("", "supplier { names { text: 'A' type: NAME_TYPE_FKA } jurisdiction: 'GB' }"),
      ElementsAre("supplier.names[0].text:  -> A", "supplier.names[0].type:  -> NAME_TYPE_FKA",
                  "supplier.jurisdiction:  -> GB"));
  EXPECT_THAT(Differences("supplier { founded { year: 1990 } }", "site {}"),
              ElementsAre("supplier.founded: 1990 -> "));
}

TEST(FieldDifferencesTest, EqualElementsBelongTogether) {
  EXPECT_THAT(Differences("supplier { sectors: 'a' sectors: 'b' sectors: 'c' }",
                          "supplier { sectors: 'x' sectors: 'a' sectors: 'b' sectors: 'c' }"),
              ElementsAre("supplier.sectors[0]:  -> x"))
      << "one put in front is one difference";
  EXPECT_THAT(Differences("supplier { sectors: 'a' sectors: 'b' sectors: 'c' }",
                          "supplier { sectors: 'a' sectors: 'c' }"),
              ElementsAre("supplier.sectors[1]: b -> "));
  EXPECT_THAT(Differences("supplier { sectors: 'a' sectors: 'a' }", "supplier { sectors: 'a' }"),
              ElementsAre("supplier.sectors[1]: a -> "))
      << "as often as it stands there";
  EXPECT_THAT(Differences("supplier { sectors: 'a' sectors: 'b' }",
                          "supplier { sectors: 'a' sectors: 'c' }"),
              ElementsAre("supplier.sectors[1]: b -> c"));
}

TEST(FieldDifferencesTest, ElementsAreToldApartByTheirNames) {
  EXPECT_THAT(Differences("supplier { identifiers { scheme: 'GB-COH' value: '1' } "
                          "identifiers { scheme: 'XI-LEI' value: '2' } }",
                          "supplier { identifiers { scheme: 'XI-LEI' value: '3' } "
                          "identifiers { scheme: 'US-EIN' value: '4' } }"),
              ElementsAre("supplier.identifiers[0].value: 2 -> 3",
                          "supplier.identifiers[1].scheme: GB-COH -> US-EIN",
                          "supplier.identifiers[1].value: 1 -> 4"));
  EXPECT_THAT(Differences("audit { findings { id: '1' topic: 'a' } findings { id: '2' } }",
                          "audit { findings { id: '2' topic: 'b' } findings { id: '1' topic: 'a' "
                          "} }"),
              ElementsAre("audit.findings[0].topic:  -> b"));
}

TEST(FieldDifferencesTest, AnotherOrderIsADifference) {
  EXPECT_THAT(Differences("supplier { names { text: 'A' } names { text: 'B' } }",
                          "supplier { names { text: 'B' } names { text: 'A' } }"),
              ElementsAre("supplier.names: [0, 1] -> [1, 0]"));
}

}  // namespace
}  // namespace probity::screening
