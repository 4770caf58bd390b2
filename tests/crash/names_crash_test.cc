// The power fails, or the disk does, once at every operation with which a name index saves
// itself, merges its files, or is freed of names; see README.md here.
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "storage/names/index_fixture.h"
#include "tests/crash/mirrored_directory.h"

namespace probity::storage::testing {
namespace {

constexpr absl::Duration kPatience = absl::Seconds(60);

bool IsLong() { return std::getenv("PROBITY_LONG") != nullptr; }

// Which syncs are reported as done although they are not; for the control.
using Lie = std::function<bool(const DiskOperation&)>;

// How a disk is disturbed, and what is left of what was not synced.
struct Fault {
  uint64_t at = 0;
  Outcome outcome = Outcome::kMachineStops;
  Unsynced unsynced = Unsynced::kLost;
  Lie lie = nullptr;
};

enum class Act {
  kSave,   // saves and merges files as soon as something is new
  kPurge,  // the same, and makes the index again so that no old file stays
};

struct Tally {
  std::map<std::string, int> faults;  // by kind of operation
  std::vector<std::string> problems;
  int count = 0;
};

class NamesCrashTest : public NameIndexTest {
 protected:
  // An index of three files that is two loads behind its store.
  NamesCrashTest() {
    directory_ = std::filesystem::canonical(directory_);
    options_.path = directory_ + "/names";
    options_.retry_after = absl::Milliseconds(1);
    UseNew();
    CreateRandomDatasets(store_.get());
    for (const int loads : {10, 2, 2}) {
      Advance(loads);
      Restart();
      Close();
    }
    saved_ = ReadImage(options_.path);
    old_revision_ = Newest(*store_);
    Advance(2);
    NoteAnswers();
  }
  ~NamesCrashTest() override { Close(); }

  void Advance(int loads) {
    for (int i = 0; i < loads; ++i) {
      ASSERT_TRUE(Load(store_.get(), history_.NextLoad(*store_)).ok());
    }
  }
  // Of an index that was never saved.
  void NoteAnswers() {
    const auto fresh = NameIndex::Open(store_.get(), &TestMatcher(), {});
    ASSERT_TRUE(fresh->Await(Newest(*store_), absl::Now() + kPatience).ok());
    for (uint64_t at = store_->EarliestRevision(); at <= Newest(*store_); ++at) {
      const auto view = ViewOf(*store_, at, "authorities/x");
      answers_[at] = FindAll(*fresh, *view);
      ASSERT_EQ(answers_[at], FindAllInRecords(*view)) << at;
    }
  }
  // Empty when the index finds, from a revision on, what a fresh one does.
  std::string FaultOfAnswers(uint64_t from) const {
    for (const auto& [revision, answers] : answers_) {
      if (revision < from) continue;
      if (FindAll(*index_, *ViewOf(*store_, revision, "authorities/x")) != answers) {
        return absl::StrCat("it finds something else at revision ", revision);
      }
    }
    return "";
  }

  // True when it was told to be done.
  bool Do(Act act, const MirroredDirectory& disk) {
    const auto is_saved = [this] { return index_->stats().saved == Newest(*store_); };
    AwaitThat([&] { return is_saved() || disk.stopped(); });
    if (!is_saved() || act == Act::kSave) return is_saved();
    return index_->Purge(absl::Now() + absl::Seconds(1)).ok();
  }
  template <typename Condition>
  static void AwaitThat(const Condition& condition) {
    const absl::Time end = absl::Now() + kPatience;
    while (!condition() && absl::Now() < end) absl::SleepFor(absl::Milliseconds(1));
    EXPECT_TRUE(condition());
  }

  // Acts over `before`; false when there are fewer operations than `fault.at`.
  bool Disturb(Act act, const DiskImage& before, const Fault& fault, Tally* tally) {
    Close();
    auto disk = std::make_unique<MirroredDirectory>(options_.path, before);
    disk->Arm([&](const DiskOperation& operation) {
      if (operation.number == fault.at) return fault.outcome;
      return fault.lie && fault.lie(operation) ? Outcome::kPretended : Outcome::kDone;
    });
    options_.unsaved_bytes = 0;
    Restart();
    std::string problem = FaultOfAnswers(Newest(*store_));
    const bool done = Do(act, *disk);
    if (problem.empty()) problem = FaultOfAnswers(Newest(*store_));
    Close();
    const auto operations = disk->operations();
    const bool reached = operations.size() >= fault.at;
    const DiskImage left =
        disk->AfterPowerCut(fault.unsynced, static_cast<uint32_t>(operations.size()));
    disk.reset();
    const std::string kind = reached ? operations[fault.at - 1].Kind() : "after the end";
    ++tally->faults[kind];
    ++tally->count;
    if (problem.empty()) problem = FaultOf(left, before, done, act == Act::kPurge);
    if (!problem.empty()) {
      tally->problems.push_back(absl::StrCat(fault.at, " (", kind, "): ", problem));
    }
    return reached;
  }

  // Opens what is left. Empty when the index goes on from the old or the new state, whole.
  std::string FaultOf(const DiskImage& left, const DiskImage& before, bool done, bool purged) {
    WriteImage(left, options_.path);
    options_.unsaved_bytes = NameIndexOptions().unsaved_bytes;
    Restart();
    const uint64_t saved = index_->stats().saved;
    if (absl::StrContains(Log(), "is built anew: ")) return Log();
    const uint64_t old_revision = before.files.empty() ? 0 : old_revision_;
    if (saved != Newest(*store_) && (done || saved != old_revision)) {
      return absl::StrCat("saved up to ", saved, ", told ", done ? Newest(*store_) : 0);
    }
    if (std::string fault = FaultOfAnswers(0); !fault.empty()) return fault;
    Restart();
    if (!Log().empty()) return absl::StrCat("it cannot be saved again: ", Log());
    if (index_->stats().saved != Newest(*store_)) return "it is not saved again";
    // Nothing is left over, and nothing else is missing.
    AwaitThat([this] { return Files().size() == index_->stats().segments + 1; });
    for (const std::string& file : Files()) {
      const bool was_there = before.files.count(absl::StrCat(kMirrored, "/", file)) > 0;
      if (done && purged && file != "NAMES" && was_there) return file + " came back";
    }
    return FaultOfAnswers(Newest(*store_));
  }

  Tally DisturbEverywhere(Act act, const DiskImage& before, Fault fault, uint64_t stride) {
    Tally tally;
    for (fault.at = 1; Disturb(act, before, fault, &tally); fault.at += IsLong() ? 1 : stride) {
    }
    return tally;
  }
  void ExpectWhole(const char* what, Act act, const DiskImage& before, uint64_t stride) {
    const std::pair<Fault, const char*> faults[] = {
        {{0, Outcome::kMachineStops, Unsynced::kLost}, "power cuts, unsynced lost"},
        {{0, Outcome::kMachineStops, Unsynced::kRandomPart}, "power cuts, a random part kept"},
        {{0, Outcome::kMachineStops, Unsynced::kRandomPages}, "power cuts, zeros for some pages"},
        {{0, Outcome::kFails, Unsynced::kKept}, "one operation fails"},
        {{0, Outcome::kNoSpace, Unsynced::kLost}, "the disk is full once"}};
    for (const auto& [fault, name] : faults) {
      const Tally tally = DisturbEverywhere(act, before, fault, stride);
      std::cout << what << ", " << name << ": " << tally.count << ":";
      for (const auto& [kind, count] : tally.faults) std::cout << "  " << kind << " " << count;
      std::cout << "\n";
      for (const std::string& problem : tally.problems) ADD_FAILURE() << name << ", " << problem;
      EXPECT_GT(tally.count, 3);
    }
  }

  NameHistory history_{31};
  DiskImage saved_;
  const DiskImage nothing_{{kMirrored}, {}};
  uint64_t old_revision_ = 0;
  std::map<uint64_t, std::string> answers_;  // by revision
};

TEST_F(NamesCrashTest, TheFirstSaveIsWholeOrNotThere) {
  ExpectWhole("first save", Act::kSave, nothing_, 2);
}

TEST_F(NamesCrashTest, AMergeOfFilesLeavesTheOldOrTheNewOnes) {
  // Else nothing but the new rows is written.
  Tally tally;
  Disturb(Act::kSave, saved_, {uint64_t{1} << 40}, &tally);
  EXPECT_LT(ReadImage(options_.path).files.size(), saved_.files.size()) << "no file was merged";
  ExpectWhole("save and merge", Act::kSave, saved_, 2);
}

TEST_F(NamesCrashTest, WhatWasFreedOfNamesStaysSo) { ExpectWhole("purge", Act::kPurge, saved_, 6); }

// The control: where one kind of sync is only pretended, the test must notice.
TEST_F(NamesCrashTest, PretendedSyncsAreNoticed) {
  for (const std::string kind : {"sync *.unfinished", "sync directory mirrored"}) {
    const Lie lie = [&](const DiskOperation& operation) { return operation.Kind() == kind; };
    const Tally tally =
        DisturbEverywhere(Act::kSave, saved_, {0, Outcome::kMachineStops, Unsynced::kLost, lie}, 4);
    EXPECT_FALSE(tally.problems.empty()) << "nothing is lost without \"" << kind << "\"";
    std::cout << "save and merge without \"" << kind << "\": " << tally.problems.size() << " of "
              << tally.count << " cuts noticed, the last: "
              << (tally.problems.empty() ? "-" : tally.problems.back()) << "\n";
  }
}

}  // namespace
}  // namespace probity::storage::testing
