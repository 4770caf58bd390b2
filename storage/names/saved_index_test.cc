// What a name index finds on disk when it starts: its own work, or something else.
#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "base/tables.h"
#include "gmock/gmock.h"
#include "storage/names/index_fixture.h"

namespace probity::storage::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

// A store with some history and an index of it that is saved.
class SavedNameIndexTest : public NameIndexTest {
 protected:
  SavedNameIndexTest() {
    UseNew();
    CreateRandomDatasets(store_.get());
    Advance(8);
    Restart();
    Close();
    Advance(4);
    Restart();
    Close();
    EXPECT_TRUE(std::filesystem::exists(options_.path + "/NAMES"));
  }
  void Advance(int loads) {
    for (int i = 0; i < loads; ++i) {
      ASSERT_TRUE(Load(store_.get(), history_.NextLoad(*store_)).ok());
    }
  }
  void ExpectRight() {
    for (uint64_t revision = store_->EarliestRevision(); revision <= Newest(*store_); ++revision) {
      const auto view = ViewOf(*store_, revision, "authorities/x");
      ASSERT_EQ(FindAll(*index_, *view), FindAllInRecords(*view)) << revision;
      ASSERT_EQ(FindAllExhaustively(*index_, *view), FindAllInRecords(*view, kWeak)) << revision;
    }
  }
  // Opens what is there, which must be found unusable, say so, and be made anew.
  void ExpectBuiltAnew(const std::string& because) {
    Restart();
    EXPECT_THAT(Log(), HasSubstr("is built anew: "));
    EXPECT_THAT(Log(), HasSubstr(because));
    ExpectRight();
    Restart();
    EXPECT_THAT(Log(), IsEmpty()) << "the new one was saved";
    ExpectRight();
  }
  std::string PathOf(const std::string& file) const { return options_.path + "/" + file; }

  NameHistory history_{11};
};

TEST_F(SavedNameIndexTest, GoesOnFromWhatItSaved) {
  Advance(3);
  Restart();
  EXPECT_THAT(Log(), IsEmpty());
  ExpectRight();
}

TEST_F(SavedNameIndexTest, AFileThatIsTornIsNoticedWherever) {
  for (const std::string& file : Files()) {
    SCOPED_TRACE(file);
    const std::string whole = ReadFile(PathOf(file)).value();
    std::vector<std::string> torn = {"", whole.substr(0, whole.size() / 2),
                                     whole.substr(0, whole.size() - 1), whole + "x"};
    for (size_t at = 0; at < whole.size(); at += std::max<size_t>(whole.size() / 12, 1)) {
      torn.push_back(whole);
      torn.back()[at] ^= 0x10;
    }
    const std::filesystem::path saved = directory_ + "/saved";
    std::filesystem::copy(options_.path, saved);
    for (const std::string& bytes : torn) {
      std::filesystem::remove_all(options_.path);
      std::filesystem::copy(saved, options_.path);
      std::ofstream(PathOf(file), std::ios::binary) << bytes;
      Restart();
      EXPECT_THAT(Log(), HasSubstr("is built anew: ")) << bytes.size();
      EXPECT_THAT(Log(), HasSubstr(PathOf(file)));
      EXPECT_EQ(FoundNow("authorities/x"), FindAllInRecords(*store_->Head("authorities/x")));
      Close();
    }
    std::filesystem::remove_all(options_.path);
    std::filesystem::rename(saved, options_.path);
  }
}

TEST_F(SavedNameIndexTest, ASegmentThatIsMissingIsNoticed) {
  for (const std::string& file : Files()) {
    if (file == "NAMES") continue;
    std::filesystem::remove(PathOf(file));
    ExpectBuiltAnew("is missing");
    return;
  }
  FAIL() << "no segment was saved";
}

TEST_F(SavedNameIndexTest, WhatAWriteThatWasCutOffLeftIsRemoved) {
  std::ofstream(PathOf("NAMES.unfinished")) << "half a sta";
  std::ofstream(PathOf("77.names.unfinished")) << "half a seg";
  std::ofstream(PathOf("78.names")) << "whole, but in no state";
  Advance(1);
  Restart();
  EXPECT_THAT(Log(), IsEmpty());
  ExpectRight();
  Close();
  for (const std::string& file : Files()) {
    EXPECT_TRUE(file == "NAMES" || absl::EndsWith(file, ".names")) << file;
    EXPECT_NE(file, "78.names");
  }
}

TEST_F(SavedNameIndexTest, AnotherStoresIndexIsNotUsed) {
  Use(SmallStore("Golden Ocean 7", "fedcba9876543210"));
  ExpectBuiltAnew("of another store");
}

// The same lineage, but another past: a copy of the store that went its own way.
TEST_F(SavedNameIndexTest, AnotherPastIsNotUsed) {
  const uint64_t reached = Newest(*store_);
  UseNew();
  CreateRandomDatasets(store_.get());
  history_ = NameHistory(12);
  while (Newest(*store_) <= reached) Advance(1);
  ExpectBuiltAnew("is not the store's");
}

TEST_F(SavedNameIndexTest, AStorePutBackToAnEarlierDayIsNoticed) {
  Use(SmallStore("Golden Ocean 7", kTestLineage));
  ExpectBuiltAnew("has not reached this server");
}

TEST_F(SavedNameIndexTest, WhatTheStoreHasSweptIsBuiltAnew) {
  Advance(6);
  ASSERT_EQ(store_->Sweep(Newest(*store_)).value(), Newest(*store_));
  ExpectBuiltAnew("no longer kept");
}

TEST_F(SavedNameIndexTest, AnotherMatchersIndexIsNotUsed) {
  matching::TableTexts texts;
  texts.legal_forms = ReadFile("data/legal_forms.csv").value();
  texts.name_words = ReadFile("data/name_words.csv").value();
  texts.given_names = ReadFile("data/given_names.csv").value();
  texts.word_rarity = ReadFile("data/word_rarity.csv").value() + "# another\n";
  const matching::Matcher other = matching::Matcher::FromTexts(texts).value();
  ASSERT_NE(other.version(), TestMatcher().version());
  Restart(other);
  EXPECT_THAT(Log(), HasSubstr("of another matcher"));
  Close();
  ExpectBuiltAnew("of another matcher");
}

TEST_F(SavedNameIndexTest, ADirectoryThatCannotBeWrittenLeavesItInMemory) {
  std::ofstream(directory_ + "/file") << "no directory";
  options_.path = directory_ + "/file/names";
  SaveAtOnce();
  Restart();
  ExpectRight();
  Advance(3);
  AwaitHead();
  ExpectRight();
  EXPECT_THAT(Log(), HasSubstr("goes on in memory, unsaved"));
  EXPECT_EQ(index_->stats().saved, 0u);
}

TEST_F(SavedNameIndexTest, ADirectoryThatVanishesLeavesItInMemory) {
  SaveAtOnce();
  Restart();
  // The index may be writing into it just now.
  std::error_code ignored;
  while (!std::filesystem::is_regular_file(options_.path, ignored)) {
    std::filesystem::remove_all(options_.path, ignored);
    std::ofstream(options_.path) << "no directory";
  }
  Advance(12);
  AwaitHead();
  ExpectRight();
  Close();
  EXPECT_THAT(Log(), HasSubstr("goes on in memory, unsaved"));
  std::filesystem::remove(options_.path);
  Restart();
  ExpectRight();
}

// Readers of one revision see the same all the while.
TEST_F(SavedNameIndexTest, SearchesGoOnDuringMerges) {
  SaveAtOnce();
  Restart();
  const auto view = store_->Head("authorities/x");
  const std::string before = FindAll(*index_, *view);
  std::atomic<bool> done{false};
  std::thread reader([&] {
    while (!done) ASSERT_EQ(FindAll(*index_, *view), before);
  });
  Advance(40);
  AwaitHead();
  done = true;
  reader.join();
  ExpectRight();
  EXPECT_LT(index_->stats().segments, 20u);
}

// Many revisions that were missed are read together.
TEST_F(SavedNameIndexTest, CatchesUpWithManyRevisions) {
  Advance(60);
  Restart();
  EXPECT_THAT(Log(), IsEmpty());
  ExpectRight();
}

}  // namespace
}  // namespace probity::storage::testing
