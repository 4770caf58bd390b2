#include "services/identity/published_file.h"

#include <sys/stat.h>

#include "base/tables.h"
#include "gtest/gtest.h"

namespace probity::identity {
namespace {

std::time_t ModifiedAt(const std::string& path) {
  struct stat status {};
  EXPECT_EQ(stat(path.c_str(), &status), 0);
  return status.st_mtime;
}

TEST(PublishedFileTest, ReadersSeeOneContentOrTheNext) {
  PublishedFile file;
  ASSERT_TRUE(file.Publish("first").ok());
  const std::string path = file.path();
  EXPECT_EQ(*ReadFile(path), "first");
  const std::time_t first = ModifiedAt(path);
  ASSERT_TRUE(file.Publish("the second, which is longer").ok());
  EXPECT_EQ(file.path(), path);
  EXPECT_EQ(*ReadFile(path), "the second, which is longer");
  EXPECT_GT(ModifiedAt(path), first);
  ASSERT_TRUE(file.Publish("").ok());
  EXPECT_EQ(*ReadFile(path), "");
}

}  // namespace
}  // namespace probity::identity
