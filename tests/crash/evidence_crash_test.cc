// The power fails, or the disk does, once at every operation of what the evidence
// log does; see README.md here.
#include <cstdlib>
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "gtest/gtest.h"
#include "storage/testing/evidence_conformance.h"
#include "tests/crash/evidence_machine.h"

namespace probity::storage::testing {
namespace {

using Lie = std::function<bool(const DiskOperation&)>;

bool IsLong() { return std::getenv("PROBITY_LONG") != nullptr; }

struct Tally {
  std::map<std::string, int> cuts;  // by kind of operation
  std::vector<std::string> problems;
  int cut_count = 0;
};

absl::Status Run(const EvidenceScenario& scenario, EvidenceMachine* machine, Promises* promises,
                 const DiskPolicy& policy) {
  if (scenario.with_start) machine->disk().Arm(policy);
  absl::Status status = machine->Start(*promises);
  if (!scenario.with_start) machine->disk().Arm(policy);
  if (status.ok() && scenario.act != nullptr) status = scenario.act(machine->log(), promises);
  return status;
}

// Stops the machine at operation `at`; false when there are fewer.
bool Cut(const EvidenceScenario& scenario, uint64_t at, Unsynced unsynced, const Lie& lie,
         Tally* tally) {
  EvidenceMachine machine(scenario.before);
  Promises promises = scenario.promises;
  const absl::Status done = Run(scenario, &machine, &promises, [&](const DiskOperation& operation) {
    if (operation.number == at) return Outcome::kMachineStops;
    return lie != nullptr && lie(operation) ? Outcome::kPretended : Outcome::kDone;
  });
  const bool stopped = machine.disk().stopped();
  if (!stopped) {
    EXPECT_TRUE(done.ok()) << done;
    machine.disk().Arm([](const DiskOperation&) { return Outcome::kMachineStops; });
  }
  machine.Stop();
  const std::string kind = stopped ? machine.disk().operations()[at - 1].Kind() : "after the end";
  ++tally->cuts[kind];
  ++tally->cut_count;
  const std::string problem =
      JudgeEvidence(machine.disk().AfterPowerCut(unsynced, static_cast<uint32_t>(at)), promises);
  if (!problem.empty()) {
    tally->problems.push_back(
        absl::StrCat(scenario.name, " cut at ", at, " (", kind, "): ", problem));
  }
  return stopped;
}

Tally CutEverywhere(const EvidenceScenario& scenario, Unsynced unsynced, uint64_t stride,
                    const Lie& lie = nullptr) {
  Tally tally;
  for (uint64_t at = 1; Cut(scenario, at, unsynced, lie, &tally); at += stride) {
  }
  return tally;
}

void ExpectKept(const EvidenceScenario& scenario, uint64_t stride) {
  if (IsLong()) stride = 1;
  struct Kind {
    Unsynced unsynced;
    const char* name;
  };
  for (const Kind& kind : {Kind{Unsynced::kLost, "unsynced lost"},
                           Kind{Unsynced::kRandomPart, "a random part of the unsynced kept"},
                           Kind{Unsynced::kRandomPages, "zeros for some pages of the unsynced"}}) {
    const Tally tally = CutEverywhere(scenario, kind.unsynced, stride);
    std::string kinds;
    for (const auto& [name, count] : tally.cuts) absl::StrAppend(&kinds, "  ", name, " ", count);
    std::cout << scenario.name << ", " << kind.name << ": " << tally.cut_count
              << " power cuts:" << kinds << "\n";
    for (const std::string& problem : tally.problems) ADD_FAILURE() << problem;
  }
}

TEST(EvidencePowerCut, FirstStart) { ExpectKept(EvidenceFirstStart(), 5); }
TEST(EvidencePowerCut, Appends) { ExpectKept(EvidenceAppends(), 1); }
TEST(EvidencePowerCut, Acts) { ExpectKept(EvidenceActs(), 1); }
TEST(EvidencePowerCut, Rotation) { ExpectKept(EvidenceRotation(), 1); }
TEST(EvidencePowerCut, Erasure) { ExpectKept(EvidenceErasure(), 8); }
TEST(EvidencePowerCut, Recovery) { ExpectKept(EvidenceRecovery(), 5); }

// The control: where one kind of sync is only pretended, the test must notice.
struct Control {
  const char* kind;
  EvidenceScenario (*scenario)();
};

class EvidencePretendedSyncTest : public ::testing::TestWithParam<Control> {};

TEST_P(EvidencePretendedSyncTest, IsNoticed) {
  const Control& control = GetParam();
  const EvidenceScenario scenario = control.scenario();
  const Tally tally = CutEverywhere(
      scenario, Unsynced::kLost, IsLong() ? 1 : 6,
      [&](const DiskOperation& operation) { return operation.Kind() == control.kind; });
  EXPECT_FALSE(tally.problems.empty()) << "nothing is lost without \"" << control.kind << "\"";
  std::cout << scenario.name << " without \"" << control.kind << "\": " << tally.problems.size()
            << " of " << tally.cut_count
            << " cuts noticed, the last: " << (tally.problems.empty() ? "-" : tally.problems.back())
            << "\n";
}

INSTANTIATE_TEST_SUITE_P(Controls, EvidencePretendedSyncTest,
                         ::testing::Values(Control{"sync *.log", &EvidenceAppends},
                                           Control{"sync *.log", &EvidenceActs},
                                           Control{"sync *.log", &EvidenceRotation},
                                           Control{"sync *.sst", &EvidenceErasure},
                                           Control{"sync MANIFEST", &EvidenceErasure},
                                           Control{"sync directory disk", &EvidenceFirstStart}));

bool NeedsSpace(const DiskOperation& operation) {
  return operation.action == DiskAction::kCreate || operation.action == DiskAction::kAppend ||
         operation.action == DiskAction::kLink || operation.action == DiskAction::kRename;
}

struct Failures {
  int count = 0;
  int reported = 0;   // to the caller
  int worked_on = 0;  // without a restart
};

// Acts with operation `at` failing, and for a full disk all behind it that need
// space, until acting has returned. Then acts once more. False when there are fewer
// operations.
bool Fail(const EvidenceScenario& scenario, uint64_t at, Outcome outcome, Failures* failures) {
  EvidenceMachine machine(scenario.before);
  Promises promises = scenario.promises;
  const bool full = outcome == Outcome::kNoSpace;
  const absl::Status first =
      Run(scenario, &machine, &promises, [&](const DiskOperation& operation) {
        const bool fails =
            full ? operation.number >= at && NeedsSpace(operation) : operation.number == at;
        return fails ? outcome : Outcome::kDone;
      });
  const auto operations = machine.disk().operations();
  if (operations.size() < at) return false;
  const std::string where =
      absl::StrCat(scenario.name, ", operation ", at, " (", operations[at - 1].Kind(), "): ");
  failures->count += 1;
  failures->reported += first.ok() ? 0 : 1;
  // Readers go on while the disk still fails.
  for (const Recorded& recorded : promises.recorded) {
    EXPECT_TRUE(machine.log()->Get(recorded.decision).ok()) << where;
  }
  machine.disk().Disarm();
  for (const Unsynced unsynced : {Unsynced::kLost, Unsynced::kKept}) {
    EXPECT_EQ(JudgeEvidence(machine.disk().AfterPowerCut(unsynced, 0), promises), "")
        << where << first;
  }
  if (first.ok()) return true;
  const absl::Status second = AppendOne(machine.log(), &promises);
  if (second.ok()) {
    failures->worked_on += 1;
    EXPECT_EQ(FaultOf(machine.log(), promises), "") << where;
    promises.tried += 2;
  } else {
    EXPECT_EQ(ReasonOf(second), probity::v1::ERROR_REASON_EVIDENCE_LOG_UNAVAILABLE)
        << where << second;
    EXPECT_GT(machine.log()->stats().not_recorded, 0u);
  }
  // What went on is there after a power cut.
  EXPECT_EQ(JudgeEvidence(machine.disk().AfterPowerCut(Unsynced::kLost, 0), promises), "")
      << where << second;
  return true;
}

Failures FailEverywhere(const EvidenceScenario& scenario, Outcome outcome, uint64_t stride,
                        const char* what) {
  Failures failures;
  if (IsLong()) stride = 1;
  for (uint64_t at = 1; Fail(scenario, at, outcome, &failures);) at += stride;
  std::cout << scenario.name << ", " << what << ": " << failures.count << " failures, "
            << failures.reported << " reported, " << failures.worked_on
            << " overcome without a restart\n";
  return failures;
}

class EvidenceDiskTest
    : public ::testing::TestWithParam<std::pair<EvidenceScenario (*)(), uint64_t>> {
 protected:
  const EvidenceScenario scenario_ = GetParam().first();
  const uint64_t stride_ = GetParam().second;
};

TEST_P(EvidenceDiskTest, OneOperationFails) {
  EXPECT_GT(FailEverywhere(scenario_, Outcome::kFails, stride_, "one fails").reported, 0);
}

TEST_P(EvidenceDiskTest, OneOperationFailsAlthoughItsBytesReachTheDisk) {
  EXPECT_GT(
      FailEverywhere(scenario_, Outcome::kFailsAfter, stride_, "one fails, but is done").reported,
      0);
}

TEST_P(EvidenceDiskTest, FillsUpAndIsCleared) {
  const Failures failures =
      FailEverywhere(scenario_, Outcome::kNoSpace, stride_, "full until the caller knows");
  EXPECT_GT(failures.reported, 0);
  EXPECT_EQ(failures.worked_on, failures.reported) << "space came back: no restart is needed";
}

INSTANTIATE_TEST_SUITE_P(All, EvidenceDiskTest,
                         ::testing::Values(std::make_pair(&EvidenceAppends, 1),
                                           std::make_pair(&EvidenceActs, 1),
                                           std::make_pair(&EvidenceRotation, 1),
                                           std::make_pair(&EvidenceErasure, 8)));

TEST(EvidenceDisk, AFullDiskRefusesUntilThereIsSpace) {
  const EvidenceScenario scenario = EvidenceAppends();
  EvidenceMachine machine(scenario.before);
  Promises promises = scenario.promises;
  ASSERT_TRUE(machine.Start(promises).ok());
  machine.disk().set_free_space(EvidenceMachineOptions("", 0).disk_reserve);
  for (int i = 0; i < 3; ++i) {
    const absl::Status full = AppendOne(machine.log(), &promises);
    EXPECT_EQ(ReasonOf(full), probity::v1::ERROR_REASON_DISK_FULL) << full;
  }
  EXPECT_EQ(machine.log()->stats().not_recorded, 3u);
  machine.disk().set_free_space(uint64_t{1} << 30);
  EXPECT_EQ(FaultOf(machine.log(), promises), "");
}

// Who asks again after a failed sync gets the decision that was recorded, or a new
// one, and never two.
TEST(EvidenceDisk, ARetryAfterAFailedSyncIsOneDecision) {
  for (const Outcome outcome : {Outcome::kFails, Outcome::kFailsAfter}) {
    const EvidenceScenario scenario = EvidenceAppends();
    EvidenceMachine machine(scenario.before);
    Promises promises = scenario.promises;
    ASSERT_TRUE(machine.Start(promises).ok());
    machine.disk().Arm([&](const DiskOperation& operation) {
      return operation.Kind() == "sync *.log" ? outcome : Outcome::kDone;
    });
    EXPECT_EQ(ReasonOf(AppendOne(machine.log(), &promises)),
              probity::v1::ERROR_REASON_EVIDENCE_LOG_UNAVAILABLE);
    machine.disk().Disarm();
    EXPECT_EQ(ReasonOf(AppendAndWait(machine.log(), CrashEntry(promises.tried)).status()),
              probity::v1::ERROR_REASON_EVIDENCE_LOG_UNAVAILABLE)
        << "not before it was opened again";
    machine.Stop();
    ASSERT_TRUE(machine.Start(promises).ok());
    const auto again = AppendAndWait(machine.log(), CrashEntry(promises.tried - 1));
    ASSERT_TRUE(again.ok()) << again.status();
    EXPECT_EQ(again->leaf_index, 6u);
    EXPECT_EQ(again->head.tree_size(), 7u);
  }
}

}  // namespace
}  // namespace probity::storage::testing
