#include "tests/conformance/corpus_match.h"

#include <stdexcept>

#include "gmock/gmock.h"

namespace probity::conformance {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<std::string> Compare(const char* expected, const char* answer) {
  return Differences(Json::parse(expected), Json::parse(answer));
}

TEST(CorpusMatchTest, OfAnObjectOnlyWhatIsNamedCounts) {
  EXPECT_THAT(Compare(R"({"a": 1})", R"({"a": 1, "b": 2})"), IsEmpty());
  EXPECT_THAT(Compare(R"({"a": {"b": "x"}})", R"({"a": {"b": "y"}})"),
              ElementsAre(R"(.a.b: "x" expected, not "y")"));
  EXPECT_THAT(Compare(R"({"a": {"b": 1}})", "{}"), ElementsAre(".a.b: 1 expected, not null"));
  EXPECT_THAT(Compare(R"({"a": {"b": 1}})", R"({"a": 1})"),
              ElementsAre(HasSubstr("an object expected")));
}

TEST(CorpusMatchTest, ListsAreWholeAndInOrder) {
  EXPECT_THAT(Compare(R"([{"a": 1}, {}])", R"([{"a": 1}, {"b": 1}])"), IsEmpty());
  EXPECT_THAT(Compare("[1, 2]", "[2, 1]"), ElementsAre(HasSubstr("[0]"), HasSubstr("[1]")));
  EXPECT_THAT(Compare("[1]", "[1, 2]"), ElementsAre(HasSubstr("1 expected, not 2")));
  EXPECT_THAT(Compare("[]", "[1]"), ElementsAre(HasSubstr("0 expected, not 1")));
  EXPECT_THAT(Compare(R"({"a": [1]})", "{}"), ElementsAre(HasSubstr("1 expected, not 0")));
}

TEST(CorpusMatchTest, WhatIsTheDefaultMayBeAbsentAndNothingElse) {
  EXPECT_THAT(
      Compare(R"({"a": [], "b": "", "c": false, "d": 0, "e": "0", "f": null, "g": {}})", "{}"),
      IsEmpty());
  EXPECT_THAT(Compare(R"({"a": false})", R"({"a": true})"), ElementsAre(HasSubstr("false")));
  EXPECT_THAT(Compare(R"({"a": ""})", R"({"a": "x"})"), ElementsAre(HasSubstr("\"x\"")));
  EXPECT_THAT(Compare(R"({"a": "1"})", R"({"a": 1})"), ElementsAre(HasSubstr("not 1")));
}

TEST(CorpusMatchTest, FillsInWhatEarlierStepsSaved) {
  const Saved saved = {{"a", "one"}, {"b", "two"}};
  EXPECT_EQ(Filled(Json::parse(R"({"x": ["${a}/${b}", 1]})"), saved),
            Json::parse(R"({"x": ["one/two", 1]})"));
  EXPECT_THROW(Filled(Json("${c}"), saved), std::out_of_range);
}

TEST(CorpusMatchTest, FindsATextByItsPath) {
  const Json answer = Json::parse(R"({"results": [{"name": "x"}]})");
  EXPECT_EQ(TextAt(answer, "results.0.name"), "x");
  EXPECT_THROW(TextAt(answer, "results.1.name"), Json::exception);
}

}  // namespace
}  // namespace probity::conformance
