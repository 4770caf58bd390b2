// Disks that fail or fill up under a store that runs; see README.md here.
#include <cstdlib>
#include <functional>
#include <iostream>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "gtest/gtest.h"
#include "tests/crash/machine.h"

namespace probity::storage::testing {
namespace {

bool IsLong() { return std::getenv("PROBITY_LONG") != nullptr; }

bool NeedsSpace(const DiskOperation& operation) {
  return operation.action == DiskAction::kCreate || operation.action == DiskAction::kAppend ||
         operation.action == DiskAction::kLink || operation.action == DiskAction::kRename;
}

struct Failures {
  int count = 0;
  int reported = 0;   // to the caller
  int unknown = 0;    // of these, with COMMIT_OUTCOME_UNKNOWN
  int worked_on = 0;  // without a restart
};

bool MayBeThere(const absl::Status& status) {
  return ReasonOf(status) == probity::v1::ERROR_REASON_COMMIT_OUTCOME_UNKNOWN;
}

// What a power cut now would leave is the old or the new state, as `status`
// promised.
void JudgeNow(const Scenario& scenario, Machine* machine, const absl::Status& status,
              const std::string& where) {
  const bool must_be_old = !status.ok() && !MayBeThere(status);
  for (const Unsynced unsynced : {Unsynced::kLost, Unsynced::kKept}) {
    const std::string problem =
        Judge(scenario, machine->disk().AfterPowerCut(unsynced, 0), status.ok(), must_be_old);
    EXPECT_EQ(problem, "") << where << " (" << status << ")";
  }
}

// Acts with operation `at` failing in the way of `outcome`, and all behind it
// that `lasting` accepts, until acting has returned. Then acts once more. False
// when there are fewer operations.
bool Fail(const Scenario& scenario, uint64_t at, Outcome outcome,
          const std::function<bool(const DiskOperation&)>& lasting, Failures* failures) {
  Machine machine(scenario.before);
  EXPECT_TRUE(machine.Start(scenario.way).ok());
  bool applies = true;
  machine.disk().Arm([&](const DiskOperation& operation) {
    if (operation.number == at) applies = lasting == nullptr || lasting(operation);
    const bool fails = operation.number == at || (lasting != nullptr && operation.number > at);
    return fails && (lasting == nullptr || lasting(operation)) ? outcome : Outcome::kDone;
  });
  const uint64_t old_revision = machine.store()->Head("")->manifest().revision();
  const absl::Status first = scenario.act(machine.store());
  const auto operations = machine.disk().operations();
  machine.disk().Disarm();
  if (operations.size() < at) return false;
  if (!applies) return true;
  const std::string where =
      absl::StrCat(scenario.name, ", operation ", at, " (", operations[at - 1].Kind(), ")");
  failures->count += 1;
  failures->reported += first.ok() ? 0 : 1;
  failures->unknown += MayBeThere(first) ? 1 : 0;
  const uint64_t revision = machine.store()->Head("")->manifest().revision();
  EXPECT_EQ(revision > old_revision, first.ok()) << where;
  EXPECT_EQ(CompareWithModel(machine.store()), "") << where << ": readers go on";
  JudgeNow(scenario, &machine, first, where);
  if (first.ok()) return true;
  const absl::Status second = scenario.act(machine.store());
  if (second.ok()) {
    failures->worked_on += 1;
    EXPECT_EQ(CompareWithModel(machine.store()), "") << where << ": done again";
    JudgeNow(scenario, &machine, second, where + ", done again");
  } else {
    EXPECT_EQ(ReasonOf(second), probity::v1::ERROR_REASON_STORE_NOT_WRITABLE)
        << where << ": " << second;
    JudgeNow(scenario, &machine, first, where + ", refused");
  }
  return true;
}

Failures FailEverywhere(const Scenario& scenario, Outcome outcome, uint64_t stride,
                        const std::function<bool(const DiskOperation&)>& lasting = nullptr) {
  Failures failures;
  if (IsLong()) stride = 1;
  for (uint64_t at = 1; Fail(scenario, at, outcome, lasting, &failures);) at += stride;
  return failures;
}

void Report(const Scenario& scenario, const char* what, const Failures& failures) {
  std::cout << scenario.name << ", " << what << ": " << failures.count << " failures, "
            << failures.reported << " reported, " << failures.unknown
            << " of them with an unknown outcome, " << failures.worked_on
            << " overcome without a restart\n";
}

class RunningDiskTest : public ::testing::TestWithParam<std::pair<Scenario (*)(), uint64_t>> {
 protected:
  const Scenario scenario_ = GetParam().first();
  const uint64_t stride_ = GetParam().second;
};

TEST_P(RunningDiskTest, OneOperationFails) {
  const Failures failures = FailEverywhere(scenario_, Outcome::kFails, stride_);
  Report(scenario_, "one operation fails", failures);
  EXPECT_GT(failures.reported, 0);
}

TEST_P(RunningDiskTest, OneOperationFailsAlthoughItsBytesReachTheDisk) {
  const Failures failures = FailEverywhere(scenario_, Outcome::kFailsAfter, stride_);
  Report(scenario_, "one operation is done but reported as failed", failures);
  EXPECT_GT(failures.reported, 0);
}

TEST_P(RunningDiskTest, FillsUpAndIsCleared) {
  const Failures failures = FailEverywhere(scenario_, Outcome::kNoSpace, stride_, &NeedsSpace);
  Report(scenario_, "the disk is full until the caller knows", failures);
  EXPECT_GT(failures.reported, 0);
  EXPECT_EQ(failures.worked_on, failures.reported) << "space came back: no restart is needed";
}

INSTANTIATE_TEST_SUITE_P(Publish, RunningDiskTest,
                         ::testing::Values(std::make_pair(&PublishThroughTheLog, 1),
                                           std::make_pair(&PublishAsSortedFiles, 4)));

// The commit reaches the disk, the disk says it was full, and the power fails
// while the store gets over it.
TEST(RunningDisk, PowerFailsWhileAFullDiskIsOvercome) {
  const Scenario scenario = PublishThroughTheLog();
  const uint64_t commit = LastOf(scenario, "sync *.log");
  for (uint64_t behind = 1;; ++behind) {
    Machine machine(scenario.before);
    ASSERT_TRUE(machine.Start(scenario.way).ok());
    machine.disk().Arm([&](const DiskOperation& operation) {
      if (operation.number == commit) return Outcome::kNoSpaceAfter;
      return operation.number == commit + behind ? Outcome::kMachineStops : Outcome::kDone;
    });
    const absl::Status status = scenario.act(machine.store());
    EXPECT_FALSE(status.ok());
    const bool stopped = machine.disk().stopped();
    machine.Stop();
    const std::string problem = Judge(scenario, machine.disk().AfterPowerCut(Unsynced::kLost, 0),
                                      false, !stopped && !MayBeThere(status));
    EXPECT_EQ(problem, "") << behind << " operations behind the commit";
    if (!stopped) {
      std::cout << behind - 1 << " power cuts while a full disk is overcome\n";
      EXPECT_GT(behind, 5u);
      return;
    }
  }
}

// Behind a full disk rows enter through the log, in several batches.
TEST(RunningDisk, PowerFailsInAPublishBehindAFullDisk) {
  const Scenario scenario = PublishAsSortedFiles();
  int cuts = 0;
  for (bool stopped = true; stopped; ++cuts) {
    Machine machine(scenario.before);
    ASSERT_TRUE(machine.Start(scenario.way).ok());
    int log_syncs = 0;
    machine.disk().Arm([&](const DiskOperation& operation) {
      const bool is_commit = operation.Kind() == "sync *.log" && ++log_syncs == 2;
      return is_commit ? Outcome::kNoSpaceAfter : Outcome::kDone;
    });
    const absl::Status full = scenario.act(machine.store());
    EXPECT_EQ(ReasonOf(full), probity::v1::ERROR_REASON_DISK_FULL) << full;
    const uint64_t at = 1 + cuts * (IsLong() ? 1 : 5);
    machine.disk().Arm([&](const DiskOperation& operation) {
      return operation.number == at ? Outcome::kMachineStops : Outcome::kDone;
    });
    const absl::Status again = scenario.act(machine.store());
    stopped = machine.disk().stopped();
    machine.Stop();
    EXPECT_EQ(Judge(scenario, machine.disk().AfterPowerCut(Unsynced::kRandomPart, at), again.ok()),
              "")
        << "operation " << at;
  }
  std::cout << cuts << " power cuts in a publish behind a full disk\n";
  EXPECT_GT(cuts, 3);
}

// A start on a disk that fails, or is full, says so and can be tried again.
TEST(RunningDisk, FailsOrIsFullAtTheStart) {
  const Scenario scenarios[] = {FirstStart(), RecoveryOf(PublishThroughTheLog())};
  for (const Scenario& scenario : scenarios) {
    int reported = 0;
    bool reached = true;
    for (uint64_t at = 1; reached; at += IsLong() ? 1 : 5) {
      const bool full = at % 2 == 0;
      Machine machine(scenario.before);
      machine.disk().Arm([&](const DiskOperation& operation) {
        if (operation.number < at) return Outcome::kDone;
        if (!full) return operation.number == at ? Outcome::kFails : Outcome::kDone;
        return NeedsSpace(operation) ? Outcome::kNoSpace : Outcome::kDone;
      });
      const absl::Status status = machine.Start(scenario.way);
      reached = machine.disk().operations().size() >= at;
      machine.disk().Disarm();
      const std::string where = absl::StrCat(scenario.name, ", operation ", at, ": ");
      if (!status.ok()) {
        ++reported;
        EXPECT_EQ(ReasonOf(status), full ? probity::v1::ERROR_REASON_DISK_FULL
                                         : probity::v1::ERROR_REASON_STORE_NOT_WRITABLE)
            << where << status;
      }
      machine.Stop();
      EXPECT_EQ(Judge(scenario, machine.disk().AfterPowerCut(Unsynced::kKept, 0), false), "")
          << where << status;
    }
    std::cout << scenario.name << ": " << reported << " starts refused by a failing disk\n";
    EXPECT_GT(reported, 0);
  }
}

TEST(RunningDisk, TheReserveIsKept) {
  const Scenario scenario = PublishThroughTheLog();
  Machine machine(scenario.before);
  ASSERT_TRUE(machine.Start(scenario.way).ok());
  machine.disk().set_free_space(StoreOptions("", scenario.way).disk_reserve);
  const absl::Status full = scenario.act(machine.store());
  EXPECT_EQ(ReasonOf(full), probity::v1::ERROR_REASON_DISK_FULL) << full;
  EXPECT_EQ(CompareWithModel(machine.store()), "") << "readers go on";
  machine.disk().set_free_space(uint64_t{1} << 30);
  EXPECT_TRUE(scenario.act(machine.store()).ok());
  EXPECT_EQ(CompareWithModel(machine.store()), "");
}

}  // namespace
}  // namespace probity::storage::testing
