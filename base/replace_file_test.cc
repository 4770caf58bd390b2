#include "base/replace_file.h"

#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "base/errors.h"
#include "base/tables.h"
#include "gmock/gmock.h"

namespace probity {
namespace {

using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

class ReplaceFileTest : public ::testing::Test {
 protected:
  ReplaceFileTest() {
    directory_ = ::testing::TempDir() + "/replace-XXXXXX";
    EXPECT_NE(mkdtemp(directory_.data()), nullptr);
    std::ofstream(PathOf("old")) << "old";
  }
  ~ReplaceFileTest() override { std::filesystem::remove_all(directory_); }

  std::string PathOf(const std::string& file) const { return directory_ + "/" + file; }
  std::vector<std::string> Files() const {
    std::vector<std::string> files;
    for (const auto& entry : std::filesystem::directory_iterator(directory_)) {
      files.push_back(entry.path().filename());
    }
    return files;
  }

  std::string directory_;
};

TEST_F(ReplaceFileTest, ReplacesAndMakes) {
  ASSERT_TRUE(ReplaceFile(PathOf("old"), "new").ok());
  ASSERT_TRUE(ReplaceFile(PathOf("other"), "").ok());
  EXPECT_EQ(ReadFile(PathOf("old")).value(), "new");
  EXPECT_EQ(ReadFile(PathOf("other")).value(), "");
  EXPECT_THAT(Files(), UnorderedElementsAre("old", "other"));
}

TEST_F(ReplaceFileTest, AFullDiskLeavesTheOldFile) {
  // Whoever writes there is told that the disk is full.
  std::filesystem::create_symlink("/dev/full", PathOf("old.unfinished"));
  const absl::Status status = ReplaceFile(PathOf("old"), "new");
  EXPECT_EQ(ReasonOf(status), v1::ERROR_REASON_DISK_FULL) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr(PathOf("old")));
  EXPECT_EQ(ReadFile(PathOf("old")).value(), "old");
  EXPECT_THAT(Files(), UnorderedElementsAre("old"));
}

TEST_F(ReplaceFileTest, SaysWhatCannotBeWrittenAndWhy) {
  std::filesystem::create_directory(PathOf("directory"));
  std::ofstream(PathOf("directory/file")) << "in the way";
  const std::pair<std::string, std::string> cases[] = {
      {PathOf("none/file"), "No such file"},
      {PathOf("old/file"), "Not a directory"},
      {PathOf("directory"), "s a directory"},  // found at the rename
      {"/proc/none", ""}};
  for (const auto& [path, why] : cases) {
    const absl::Status status = ReplaceFile(path, "new");
    EXPECT_EQ(ReasonOf(status), v1::ERROR_REASON_STORE_NOT_WRITABLE) << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr(path));
    EXPECT_THAT(std::string(status.message()), HasSubstr(why));
  }
  EXPECT_THAT(Files(), UnorderedElementsAre("old", "directory"));
}

}  // namespace
}  // namespace probity
