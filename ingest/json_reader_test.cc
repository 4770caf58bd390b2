// Reading of JSON: which objects are rows, limits, and files that are cut or are none.
#include "ingest/json_reader.h"

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

const JsonLists kLists = {{"releases", "records"}, {"compiledRelease"}};

// What a file gives: "LINE:raw" of each row, and the status.
struct Given {
  std::vector<std::string> rows;
  CollectingSink sink;
  absl::Status status;
};

Given ReadObjects(const std::string& text) {
  Workshop workshop;
  Given given;
  given.status = ForEachObject(workshop.Write("f", text), kLists, &given.sink,
                               [&](const Row& row, const Json&) {
                                 given.rows.push_back(absl::StrCat(row.line, ":", row.raw));
                                 return absl::OkStatus();
                               });
  return given;
}

struct Layout {
  const char* name;
  std::string text;
  std::vector<std::string> rows;
};

class LayoutTest : public ::testing::TestWithParam<Layout> {};

TEST_P(LayoutTest, GivesItsRows) {
  const Given given = ReadObjects(GetParam().text);
  EXPECT_EQ(given.status, absl::OkStatus());
  EXPECT_EQ(given.rows, GetParam().rows);
  EXPECT_EQ(given.sink.bytes_read, GetParam().text.size());
}

INSTANTIATE_TEST_SUITE_P(
    All, LayoutTest,
    ::testing::Values(
        Layout{"Package",
               "{\"uri\":\"x\",\n\"releases\":[{\"a\":1},\n{\"b\":[{}]}],\"z\":2}\n",
               {"2:{\"a\":1}", "3:{\"b\":[{}]}"}},
        Layout{"ListBehindOthers",
               "{\"tags\":[1,[2]],\"x\":{\"releases\":[{}]},\"records\":[{\"a\":1}]}",
               {"1:{\"a\":1}"}},
        Layout{"TwoLists",
               "{\"releases\":[{\"a\":1}],\"records\":[{\"b\":2}]}",
               {"1:{\"a\":1}", "1:{\"b\":2}"}},
        Layout{"Lines", "{\"a\":1}\n{\"b\":2}\n", {"1:{\"a\":1}", "2:{\"b\":2}"}},
        Layout{"LinesOfPackages",
               "{\"releases\":[{\"a\":1}]}\n{\"releases\":[{\"b\":2}]}",
               {"1:{\"a\":1}", "2:{\"b\":2}"}},
        Layout{"TopList", "[\n{\"a\":1},\n{\"b\":2}\n]\n", {"2:{\"a\":1}", "3:{\"b\":2}"}},
        Layout{"ObjectThatIsARow",
               "{\"ocid\":1,\"compiledRelease\":{\"a\":1},\"z\":[]}",
               {"1:{\"a\":1}"}},
        Layout{"NameInAText",
               "{\"a\":\"releases\",\"b\":[{\"c\":1}]}",
               {"1:{\"a\":\"releases\",\"b\":[{\"c\":1}]}"}},
        Layout{
            "BracketsInTexts", "{\"releases\":[{\"a\":\"}]\\\"{\"}]}", {"1:{\"a\":\"}]\\\"{\"}"}},
        Layout{"EmptyLists", "[]", {}}, Layout{"EmptyPackage", "{\"releases\":[]}", {}},
        Layout{"ByteOrderMark", "\xEF\xBB\xBF{\"a\":1}", {"1:{\"a\":1}"}}),
    [](const auto& test) { return test.param.name; });

struct BadFile {
  const char* name;
  std::string text;
  v1::ErrorReason reason;
  const char* says;
};

class BadFileTest : public ::testing::TestWithParam<BadFile> {};

TEST_P(BadFileTest, IsRefusedAsAWhole) {
  const Given given = ReadObjects(GetParam().text);
  EXPECT_EQ(ReasonOf(given.status), GetParam().reason) << given.status;
  EXPECT_THAT(std::string(given.status.message()), HasSubstr(GetParam().says));
}

INSTANTIATE_TEST_SUITE_P(
    All, BadFileTest,
    ::testing::Values(
        BadFile{"Empty", "", v1::ERROR_REASON_EMPTY_FILE, "f:"},
        BadFile{"CutInARow", "{\"releases\":[\n{\"a\":", v1::ERROR_REASON_TRUNCATED_FILE, "f:2:"},
        BadFile{"CutBetweenRows", "{\"releases\":[\n{\"a\":1},\n", v1::ERROR_REASON_TRUNCATED_FILE,
                "f:3:"},
        BadFile{"CutBehindTheList", "{\"releases\":[],\"a\":\n", v1::ERROR_REASON_TRUNCATED_FILE,
                "f:"},
        BadFile{"CutTopList", "[{}", v1::ERROR_REASON_TRUNCATED_FILE, "f:1:"},
        BadFile{"Csv", "key,name\n1,A\n", v1::ERROR_REASON_ROW_SYNTAX, "f:1:"},
        BadFile{"NumberInTheList", "{\"releases\":[\n7]}", v1::ERROR_REASON_ROW_SYNTAX, "f:2:"},
        BadFile{"ListInTheList", "{\"releases\":[[{}]]}", v1::ERROR_REASON_ROW_SYNTAX, "expected"},
        BadFile{"Nul", std::string("{}\0{}", 5), v1::ERROR_REASON_ROW_SYNTAX, "f:1:"},
        BadFile{"TwoTopLists", "[{}] [{}]", v1::ERROR_REASON_ROW_SYNTAX, "f:1:"}),
    [](const auto& test) { return test.param.name; });

struct BadRow {
  const char* name;
  std::string row;
  v1::ErrorReason reason;
};

std::string Nested(int depth) {
  return "{\"a\":" + std::string(depth - 1, '[') + std::string(depth - 1, ']') + "}";
}

class BadRowTest : public ::testing::TestWithParam<BadRow> {};

TEST_P(BadRowTest, IsRefusedAndReadingGoesOn) {
  const Given given =
      ReadObjects("{\"releases\":[\n{\"a\":1},\n" + GetParam().row + ",\n{\"b\":2}]}");
  EXPECT_EQ(given.status, absl::OkStatus());
  EXPECT_THAT(given.rows, ElementsAre("2:{\"a\":1}", "4:{\"b\":2}"));
  ASSERT_EQ(given.sink.refused.size(), 1u);
  EXPECT_EQ(given.sink.refused[0].first, 3u);
  EXPECT_EQ(given.sink.refused[0].second.reason, GetParam().reason)
      << given.sink.refused[0].second.message;
  EXPECT_LE(given.sink.raw[0].size(), kMaxObjectBytes);
}

INSTANTIATE_TEST_SUITE_P(
    All, BadRowTest,
    ::testing::Values(
        BadRow{"NoComma", "{\"a\" 1}", v1::ERROR_REASON_ROW_SYNTAX},
        BadRow{"NotUtf8", "{\"a\":\"\xff\"}", v1::ERROR_REASON_ROW_ENCODING},
        BadRow{"HugeNumber", "{\"a\":1e999}", v1::ERROR_REASON_ROW_SYNTAX},
        BadRow{"NulInAText", std::string("{\"a\":\"\0\"}", 9), v1::ERROR_REASON_ROW_SYNTAX},
        BadRow{"Deep", Nested(kMaxJsonDepth + 1), v1::ERROR_REASON_ROW_SYNTAX},
        BadRow{"TenMegabyteText", "{\"a\":\"" + std::string(10 << 20, 'x') + "\"}",
               v1::ERROR_REASON_ROW_TOO_LONG},
        BadRow{"HugeList", "{\"a\":[" + std::string(5 << 20, ' ') + "]}",
               v1::ERROR_REASON_ROW_TOO_LONG},
        BadRow{"JustTooLong", "{\"a\":\"" + std::string(kMaxObjectBytes - 7, 'x') + "\"}",
               v1::ERROR_REASON_ROW_TOO_LONG}),
    [](const auto& test) { return test.param.name; });

TEST(JsonReader, ExactlyTheLongestAndTheDeepestObjectAreRead) {
  const std::string longest = "{\"a\":\"" + std::string(kMaxObjectBytes - 8, 'x') + "\"}";
  ASSERT_EQ(longest.size(), kMaxObjectBytes);
  const Given given = ReadObjects(longest + "\n" + Nested(kMaxJsonDepth));
  EXPECT_EQ(given.rows.size(), 2u);
  EXPECT_THAT(given.sink.refused, IsEmpty());
}

// 200 MB between quotes must not be held in memory to be refused.
TEST(JsonReader, AnObjectWithoutEndIsReadThrough) {
  const Given given = ReadObjects("{\"a\":\"" + std::string(200 << 20, 'x'));
  EXPECT_EQ(ReasonOf(given.status), v1::ERROR_REASON_TRUNCATED_FILE) << given.status;
  ASSERT_EQ(given.sink.refused.size(), 1u);
  EXPECT_EQ(given.sink.refused[0].second.reason, v1::ERROR_REASON_ROW_TOO_LONG);
}

TEST(JsonReader, LinesThatAreLongDeepOrWrongAreRefused) {
  Workshop workshop;
  CollectingSink sink;
  int rows = 0;
  const std::string text = "{\"a\":1}\n\n" + Nested(kMaxJsonDepth + 1) + "\n{\"a\":\"" +
                           std::string(10 << 20, 'x') + "\"}\nnull,\n\"\xff\"\n{}\n";
  const absl::Status status =
      ForEachJsonLine(workshop.Write("f", text), &sink, [&](const Row&, const Json&) {
        ++rows;
        return absl::OkStatus();
      });
  EXPECT_EQ(status, absl::OkStatus());
  EXPECT_EQ(rows, 2);
  std::vector<std::pair<uint64_t, v1::ErrorReason>> refused;
  for (const auto& [line, fault] : sink.refused) refused.emplace_back(line, fault.reason);
  EXPECT_THAT(refused, ElementsAre(std::pair(3u, v1::ERROR_REASON_ROW_SYNTAX),
                                   std::pair(4u, v1::ERROR_REASON_ROW_TOO_LONG),
                                   std::pair(5u, v1::ERROR_REASON_ROW_SYNTAX),
                                   std::pair(6u, v1::ERROR_REASON_ROW_ENCODING)));
}

TEST(JsonReader, ReadsMembersOfAnyType) {
  const Json object = ParseJson(R"({"text":" a ","number":7,"part":1.5,"yes":true,
                                    "none":null,"list":["x","y"]})")
                          .value();
  EXPECT_EQ(Text(object, "text"), "a");
  EXPECT_EQ(Text(object, "number"), "7");
  for (const char* name : {"part", "yes", "none", "list", "absent"}) {
    EXPECT_EQ(Text(object, name), "") << name;
  }
  EXPECT_EQ(Values(object, "list").size(), 2u);
  EXPECT_EQ(Values(object, "text").size(), 1u);
  EXPECT_THAT(Values(object, "none"), IsEmpty());
  EXPECT_TRUE(Member(Json(3), "a").is_null());
}

TEST(JsonReader, CutsTextsBetweenCharacters) {
  EXPECT_EQ(CutText("äöü", 6), "äöü");
  EXPECT_EQ(CutText("äöü", 5), "äö");
  EXPECT_EQ(CutText("äöü", 4), "äö");
  EXPECT_EQ(CutText("ä", 1), "");
}

}  // namespace
}  // namespace probity::ingest
