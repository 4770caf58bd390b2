#include "services/access/access_book.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/errors.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace probity::access {
namespace {

using ::testing::HasSubstr;

class AccessBookTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "access-XXXXXX").string();
    directory_ = mkdtemp(pattern.data());
    path_ = directory_ + "/access.textproto";
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }
  void Write(const std::string& text) const { std::ofstream(path_) << text; }
  bool May(const AccessBook& book, const std::string& principal) const {
    rpc::Caller caller{principal, ""};
    return book.Current()->Admit(v1::PERMISSION_READ_RECORDS, &caller).ok();
  }

  std::string directory_;
  std::string path_;
};

TEST_F(AccessBookTest, AnotherFileHoldsOnceItIsReadAgain) {
  Write("bindings { principals: 'ann' roles: ROLE_READER }");
  const auto book = AccessBook::Open(path_);
  ASSERT_TRUE(book.ok()) << book.status();
  Write("bindings { principals: 'bob' roles: ROLE_READER }");
  EXPECT_TRUE(May(**book, "ann"));
  ASSERT_TRUE((*book)->Reload().ok());
  EXPECT_FALSE(May(**book, "ann"));
  EXPECT_TRUE(May(**book, "bob"));
}

TEST_F(AccessBookTest, AFaultyFileChangesNothingAndIsTold) {
  Write("bindings { principals: 'ann' roles: ROLE_READER }");
  const auto book = AccessBook::Open(path_);
  ASSERT_TRUE(book.ok());
  // The first binding is sound, and does not hold for that.
  Write("bindings { principals: 'bob' roles: ROLE_READER }\nbindings { principals: 'eve' }");
  const absl::Status again = (*book)->Reload();
  EXPECT_EQ(ReasonOf(again), v1::ERROR_REASON_INVALID_FIELD);
  EXPECT_THAT(again.message(), HasSubstr(path_ + ": bindings[1].roles"));
  std::filesystem::remove(path_);
  EXPECT_TRUE(absl::IsNotFound((*book)->Reload()));
  EXPECT_TRUE(May(**book, "ann"));
  EXPECT_FALSE(May(**book, "bob"));
}

TEST_F(AccessBookTest, WhoHasAPolicyKeepsIt) {
  Write("bindings { principals: 'ann' roles: ROLE_READER }");
  const auto book = AccessBook::Open(path_);
  ASSERT_TRUE(book.ok());
  const auto held = (*book)->Current();
  Write("bindings { principals: 'bob' roles: ROLE_READER }");
  ASSERT_TRUE((*book)->Reload().ok());
  rpc::Caller ann{"ann", ""};
  EXPECT_TRUE(held->Admit(v1::PERMISSION_READ_RECORDS, &ann).ok());
}

TEST_F(AccessBookTest, NoFileIsNoPolicy) {
  EXPECT_TRUE(absl::IsNotFound(AccessBook::Open(path_).status()));
}

}  // namespace
}  // namespace probity::access
