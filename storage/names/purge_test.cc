// Names that the store no longer says anywhere in its past.
#include <memory>
#include <string>

#include "base/tables.h"
#include "gmock/gmock.h"
#include "storage/names/index_fixture.h"

namespace probity::storage::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class PurgeTest : public NameIndexTest {
 protected:
  PurgeTest() {
    Use(SmallStore("Zebulon Quillfeather", kTestLineage));
    EXPECT_TRUE(Load(store_.get(), {"d",
                                    {Party("k", "Zebulon Quillfeather the second", {}),
                                     Party("l", "Tidewater Stationery", {})}})
                    .ok());
  }
  std::string Bytes() const {
    std::string all;
    for (const std::string& file : Files()) all += ReadFile(options_.path + "/" + file).value();
    return all;
  }
  void Redact() {
    auto rules = std::make_shared<RedactionRules>();
    rules->Add({"d", "k"}, {"redactions/r", {}});
    store_->SetRedactions(rules);
    TestLoad load{"d", {Party("k", "Zebulon Quillfeather", {})}};
    load.mode = probity::v1::LOAD_MODE_DELTA;
    ASSERT_TRUE(Load(store_.get(), load).ok());
    ASSERT_TRUE(store_->RewriteRedacted({"d", "k"}).ok());
  }
  absl::Status Purge() { return index_->Purge(absl::Now() + absl::Seconds(60)); }
  void ExpectRight() {
    for (uint64_t revision = 2; revision <= Newest(*store_); ++revision) {
      const auto view = ViewOf(*store_, revision, "");
      EXPECT_EQ(FindAll(*index_, *view), FindAllInRecords(*view)) << revision;
    }
  }
};

TEST_F(PurgeTest, NoFileHoldsThem) {
  SaveAtOnce();
  Restart();
  Restart();
  ASSERT_THAT(Bytes(), HasSubstr("quillfeather"));
  Redact();
  AwaitHead();
  ASSERT_TRUE(Purge().ok());
  EXPECT_THAT(Bytes(), Not(HasSubstr("quillfeather")));
  EXPECT_THAT(Bytes(), HasSubstr("tidewater"));
  ExpectRight();
  Restart();
  EXPECT_EQ(Log(), "") << "what was made anew is what was saved";
  ExpectRight();
}

TEST_F(PurgeTest, AnIndexInMemoryForgetsThemToo) {
  options_.path.clear();
  Restart();
  Redact();
  AwaitHead();
  ASSERT_TRUE(Purge().ok());
  ExpectRight();
}

TEST_F(PurgeTest, WhatIsPublishedMeanwhileIsCovered) {
  SaveAtOnce();
  Restart();
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(Load(store_.get(), {"d", {Party("l", "Tidewater " + std::to_string(i), {})}}).ok());
    ASSERT_TRUE(Purge().ok());
    AwaitHead();
  }
  ExpectRight();
}

}  // namespace
}  // namespace probity::storage::testing
