#include "storage/evidence/key_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <vector>

#include "base/errors.h"

namespace probity::storage {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class KeyFileTest : public ::testing::Test {
 protected:
  KeyFileTest() {
    directory_ = ::testing::TempDir() + "/keys-XXXXXX";
    EXPECT_NE(mkdtemp(directory_.data()), nullptr);
    path_ = directory_ + "/key.pem";
  }
  ~KeyFileTest() override { std::filesystem::remove_all(directory_); }

  const Warn warn_ = [this](absl::string_view text) { warnings_.emplace_back(text); };
  std::vector<std::string> warnings_;
  std::string directory_, path_;
};

TEST_F(KeyFileTest, MakesAKeyOnceAndWarns) {
  const auto made = ReadOrMakeKeyFile(path_, warn_);
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("for development")));
  struct stat facts {};
  ASSERT_EQ(stat(path_.c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777, 0600u);
  warnings_.clear();
  const auto again = ReadOrMakeKeyFile(path_, warn_);
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->public_key(), made->public_key());
  EXPECT_THAT(warnings_, IsEmpty());
}

TEST_F(KeyFileTest, WarnsOfAFileThatOthersCanRead) {
  ASSERT_TRUE(WriteKeyFile(path_, evidence::SigningKey::Generate()).ok());
  chmod(path_.c_str(), 0640);
  EXPECT_TRUE(ReadKeyFile(path_, warn_).ok());
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("0600")));
}

TEST_F(KeyFileTest, NeverOverwritesAKey) {
  const auto key = evidence::SigningKey::Generate();
  ASSERT_TRUE(WriteKeyFile(path_, key).ok());
  EXPECT_TRUE(absl::IsAlreadyExists(WriteKeyFile(path_, evidence::SigningKey::Generate())));
  EXPECT_EQ(ReadKeyFile(path_, warn_)->public_key(), key.public_key());
}

TEST_F(KeyFileTest, RefusesOtherFilesAndNamesThem) {
  EXPECT_TRUE(absl::IsNotFound(ReadKeyFile(path_, warn_).status()));
  std::ofstream(path_) << "not a key";
  for (const auto& key : {ReadKeyFile(path_, warn_), ReadOrMakeKeyFile(path_, warn_)}) {
    EXPECT_EQ(ReasonOf(key.status()), probity::v1::ERROR_REASON_INVALID_FIELD);
    EXPECT_THAT(std::string(key.status().message()), HasSubstr(path_));
  }
  const absl::Status nowhere =
      WriteKeyFile(directory_ + "/none/key.pem",
                   *evidence::SigningKey::FromPem(evidence::SigningKey::Generate().ToPem(), ""));
  EXPECT_EQ(ReasonOf(nowhere), probity::v1::ERROR_REASON_STORE_NOT_WRITABLE);
}

}  // namespace
}  // namespace probity::storage
