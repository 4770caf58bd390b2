// A disk that fills up while the index saves itself, at any byte of it.
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <filesystem>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "storage/names/index_fixture.h"

namespace {

constexpr int64_t kMuch = int64_t{1} << 40;
std::atomic<int64_t> free_bytes{kMuch};  // of the disk

}  // namespace

// The linker puts this in the place of write(): storage/names/CMakeLists.txt. As
// on a real disk what still fits of the index's files is written, and the next
// byte is refused. The store is on another disk.
extern "C" ssize_t __real_write(int file, const void* bytes, size_t count);
extern "C" ssize_t __wrap_write(int file, const void* bytes, size_t count) {
  const std::string link = absl::StrCat("/proc/self/fd/", file);
  std::error_code ignored;
  const std::string path = std::filesystem::read_symlink(link, ignored);
  if (!absl::EndsWith(path, ".unfinished")) return __real_write(file, bytes, count);
  const int64_t before = free_bytes.fetch_sub(static_cast<int64_t>(count));
  if (before >= static_cast<int64_t>(count)) return __real_write(file, bytes, count);
  free_bytes = 0;
  if (before > 0) return __real_write(file, bytes, static_cast<size_t>(before));
  errno = ENOSPC;
  return -1;
}

namespace probity::storage::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

class FullDiskTest : public NameIndexTest {
 protected:
  FullDiskTest() {
    UseNew();
    CreateRandomDatasets(store_.get());
    Advance(12);
  }
  ~FullDiskTest() override { free_bytes = kMuch; }

  void Advance(int loads) {
    for (int i = 0; i < loads; ++i) {
      ASSERT_TRUE(Load(store_.get(), history_.NextLoad(*store_)).ok());
    }
  }
  void ExpectAnswers() {
    EXPECT_EQ(FoundNow("authorities/x"), FindAllInRecords(*store_->Head("authorities/x")));
  }
  bool AwaitSaved(uint64_t revision) {
    const absl::Time end = absl::Now() + absl::Seconds(60);
    while (index_->stats().saved < revision && absl::Now() < end) {
      absl::SleepFor(absl::Milliseconds(1));
    }
    return index_->stats().saved == revision;
  }
  bool AwaitLog(const std::string& part) {
    const absl::Time end = absl::Now() + absl::Seconds(60);
    while (!absl::StrContains(Log(), part) && absl::Now() < end) {
      absl::SleepFor(absl::Milliseconds(1));
    }
    return absl::StrContains(Log(), part);
  }

  NameHistory history_{21};
};

TEST_F(FullDiskTest, WhateverFitsOfASaveTheOldOneStays) {
  Restart();
  Close();
  const uint64_t saved = Newest(*store_);
  Advance(2);
  const std::string old = directory_ + "/old";
  std::filesystem::copy(options_.path, old);
  free_bytes = kMuch;
  Restart();
  Close();
  const int64_t all = kMuch - free_bytes;
  ASSERT_GT(all, 1000);
  for (int64_t room = 0; room < all; room += 1 + all / 24) {
    SCOPED_TRACE(absl::StrCat(room, " of ", all, " bytes are free"));
    std::filesystem::remove_all(options_.path);
    std::filesystem::copy(old, options_.path);
    free_bytes = room;
    Restart();
    ExpectAnswers();
    Close();
    EXPECT_THAT(Log(), HasSubstr("unsaved"));
    for (const std::string& file : Files()) {
      EXPECT_FALSE(absl::EndsWith(file, ".unfinished")) << file;
    }
    Restart();
    EXPECT_EQ(index_->stats().saved, saved) << "the old one is whole";
    EXPECT_THAT(Log(), IsEmpty());
    ExpectAnswers();
    if (HasFailure()) return;
  }
}

TEST_F(FullDiskTest, AnswersAllTheWhileSaysSoOnceAndSavesLater) {
  SaveAtOnce();
  options_.retry_after = absl::Milliseconds(1);
  Restart();
  ASSERT_TRUE(AwaitSaved(Newest(*store_)));
  const uint64_t saved = Newest(*store_);
  free_bytes = 100;
  Advance(6);
  AwaitHead();
  ExpectAnswers();
  ASSERT_TRUE(AwaitLog("goes on in memory, unsaved: "));
  EXPECT_THAT(Log(), HasSubstr("the disk under " + options_.path));
  EXPECT_THAT(Log(), HasSubstr("is full"));
  Advance(12);
  AwaitHead();
  ExpectAnswers();
  EXPECT_EQ(index_->stats().saved, saved);
  EXPECT_EQ(Log().find("unsaved"), Log().rfind("unsaved")) << Log();
  free_bytes = kMuch;
  EXPECT_TRUE(AwaitSaved(Newest(*store_)));
  EXPECT_THAT(Log(), HasSubstr("is saved again"));
  ExpectAnswers();
  Restart();
  EXPECT_THAT(Log(), IsEmpty());
  ExpectAnswers();
}

TEST_F(FullDiskTest, IsBuiltInMemoryWhereNothingFits) {
  SaveAtOnce();
  options_.retry_after = absl::Milliseconds(1);
  free_bytes = 0;
  Restart();
  ExpectAnswers();
  EXPECT_THAT(Log(), HasSubstr("is full"));
  EXPECT_EQ(index_->stats().saved, 0u);
  free_bytes = kMuch;
  EXPECT_TRUE(AwaitSaved(Newest(*store_)));
  Restart();
  EXPECT_THAT(Log(), IsEmpty());
}

// A disk that stays full is not tried in a loop; what comes is merged meanwhile.
TEST_F(FullDiskTest, WaitsBetweenWritesAndMergesMeanwhile) {
  SaveAtOnce();
  options_.retry_after = absl::Hours(1);
  Restart();
  const uint64_t saved = Newest(*store_);
  ASSERT_TRUE(AwaitSaved(saved));
  free_bytes = 0;
  Advance(1);
  ASSERT_TRUE(AwaitLog("unsaved"));
  free_bytes = kMuch;
  Advance(60);
  AwaitHead();
  ExpectAnswers();
  EXPECT_EQ(index_->stats().saved, saved);
  EXPECT_LT(index_->stats().segments, 20u);
  Close();  // tries once more
  Restart();
  EXPECT_THAT(Log(), IsEmpty());
}

}  // namespace
}  // namespace probity::storage::testing
