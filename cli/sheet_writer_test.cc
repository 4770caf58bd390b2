#include "cli/sheet_writer.h"

#include <filesystem>
#include <sstream>

#include "cli/sheet.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

namespace probity::cli {
namespace {

using ::testing::ElementsAre;

nlohmann::ordered_json Row() {
  return {{"a", "x;\"y\""}, {"n", 7}, {"list", {"p", "q"}}, {"none", nullptr}};
}

std::string Written(const SheetFormat& format) {
  std::ostringstream out;
  auto writer = *SheetWriter::Open("", format, {"a", "n", "list", "none", "absent"}, out);
  writer->Write(Row());
  EXPECT_TRUE(writer->Close().ok());
  return out.str();
}

TEST(SheetWriterTest, WritesCsvAsItWasRead) {
  EXPECT_EQ(Written({}), "a,n,list,none,absent\r\n\"x;\"\"y\"\"\",7,p; q,,\r\n");
  EXPECT_EQ(Written({false, ';', true}),
            "\xEF\xBB\xBF"
            "a;n;list;none;absent\r\n\"x;\"\"y\"\"\";7;\"p; q\";;\r\n");
  const auto sheet = ParseSheet("x.csv", Written({false, ';', true}), "");
  ASSERT_TRUE(sheet.ok());
  EXPECT_THAT(sheet->rows[0].cells, ElementsAre("x;\"y\"", "7", "p; q", "", ""));
}

// The file's own columns come back as they were.
TEST(SheetWriterTest, NamesOfListsAreNoFormulas) {
  for (const std::string name : {"=1+1", "+44", "-1", "@a", "\tx", "A=1"}) {
    std::ostringstream out;
    auto writer = *SheetWriter::Open("", {}, {"own", "probity_candidate"}, out);
    writer->Write({{"own", name}, {"probity_candidate", name}});
    ASSERT_TRUE(writer->Close().ok());
    const auto sheet = ParseSheet("x.csv", out.str(), "");
    ASSERT_TRUE(sheet.ok());
    EXPECT_THAT(sheet->rows[0].cells, ElementsAre(name, name[0] == 'A' ? name : "'" + name));
  }
}

TEST(SheetWriterTest, WritesJsonLines) {
  EXPECT_EQ(Written({true}),
            "{\"a\":\"x;\\\"y\\\"\",\"n\":7,\"list\":[\"p\",\"q\"],\"none\":null}\n");
}

TEST(SheetWriterTest, ABrokenRunLeavesNoFile) {
  std::ostringstream out;
  const std::string path = testing::TempDir() + "/sheet_writer_test.csv";
  std::filesystem::remove(path);
  { auto writer = *SheetWriter::Open(path, {}, {"a"}, out); }
  EXPECT_FALSE(std::filesystem::exists(path));
  EXPECT_FALSE(std::filesystem::exists(path + ".part"));
  auto writer = *SheetWriter::Open(path, {}, {"a"}, out);
  ASSERT_TRUE(writer->Close().ok());
  EXPECT_TRUE(std::filesystem::exists(path));
  std::filesystem::remove(path);
  EXPECT_FALSE(SheetWriter::Open("/nowhere/x.csv", {}, {"a"}, out).ok());
}

}  // namespace
}  // namespace probity::cli
