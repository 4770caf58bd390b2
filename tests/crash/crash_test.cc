// The power fails once at every operation of what the store does; see
// README.md here.
#include <cstdlib>
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/crash/machine.h"

namespace probity::storage::testing {
namespace {

bool IsLong() { return std::getenv("PROBITY_LONG") != nullptr; }

// Which syncs are reported as done although they are not; for the control.
using Lie = std::function<bool(const DiskOperation&)>;

struct Tally {
  std::map<std::string, int> cuts;  // by kind of operation
  std::vector<std::string> problems;
  int cut_count = 0;
};

// Stops the machine at operation `at`; false when there are fewer.
bool Cut(const Scenario& scenario, uint64_t at, Unsynced unsynced, const Lie& lie, Tally* tally) {
  Machine machine(scenario.before);
  const auto policy = [&](const DiskOperation& operation) {
    if (operation.number == at) return Outcome::kMachineStops;
    return lie != nullptr && lie(operation) ? Outcome::kPretended : Outcome::kDone;
  };
  if (scenario.with_start) machine.disk().Arm(policy);
  absl::Status acted = machine.Start(scenario.way);
  if (!scenario.with_start) machine.disk().Arm(policy);
  if (acted.ok() && scenario.act != nullptr) acted = scenario.act(machine.store());
  if (!machine.disk().stopped()) {
    // Also the power may fail when all is done.
    EXPECT_TRUE(acted.ok()) << acted;
    machine.disk().Arm([](const DiskOperation&) { return Outcome::kMachineStops; });
    at = 0;
  }
  machine.Stop();
  const std::string kind = at == 0 ? "after the end" : machine.disk().operations()[at - 1].Kind();
  ++tally->cuts[kind];
  ++tally->cut_count;
  const DiskImage left = machine.disk().AfterPowerCut(unsynced, static_cast<uint32_t>(at));
  const std::string problem = Judge(scenario, left, acted.ok());
  if (!problem.empty()) {
    tally->problems.push_back(
        absl::StrCat(scenario.name, " cut at ", at, " (", kind, "): ", problem));
  }
  return at != 0;
}

// Every `stride`-th operation and the end.
Tally CutEverywhere(const Scenario& scenario, Unsynced unsynced, uint64_t stride,
                    const Lie& lie = nullptr) {
  Tally tally;
  for (uint64_t at = 1; Cut(scenario, at, unsynced, lie, &tally); at += stride) {
  }
  return tally;
}

void Report(const Scenario& scenario, const char* what, const Tally& tally) {
  std::string kinds;
  for (const auto& [kind, count] : tally.cuts) absl::StrAppend(&kinds, "  ", kind, " ", count);
  std::cout << scenario.name << ", " << what << ": " << tally.cut_count << " power cuts:" << kinds
            << "\n";
}

void ExpectWhole(const Scenario& scenario, uint64_t stride) {
  if (IsLong()) stride = 1;
  struct Kind {
    Unsynced unsynced;
    const char* name;
  };
  for (const Kind& kind : {Kind{Unsynced::kLost, "unsynced lost"},
                           Kind{Unsynced::kRandomPart, "a random part of the unsynced kept"},
                           Kind{Unsynced::kRandomPages, "zeros for some pages of the unsynced"}}) {
    const Tally tally = CutEverywhere(scenario, kind.unsynced, stride);
    Report(scenario, kind.name, tally);
    for (const std::string& problem : tally.problems) ADD_FAILURE() << problem;
  }
}

TEST(PowerCut, FirstStart) { ExpectWhole(FirstStart(), 5); }
TEST(PowerCut, PublishThroughTheLog) { ExpectWhole(PublishThroughTheLog(), 1); }
TEST(PowerCut, PublishAsSortedFiles) { ExpectWhole(PublishAsSortedFiles(), 4); }
TEST(PowerCut, Sweep) { ExpectWhole(SweepOldRevisions(), 2); }
TEST(PowerCut, PutMeta) { ExpectWhole(PutMetaValue(), 1); }
TEST(PowerCut, Redaction) { ExpectWhole(RedactThePast(), 2); }
TEST(PowerCut, RollbackThroughTheLog) { ExpectWhole(TakeBackThroughTheLog(), 1); }
TEST(PowerCut, RollbackAsSortedFiles) { ExpectWhole(TakeBackAsSortedFiles(), 5); }
TEST(PowerCut, RecoveryOfAPublishThroughTheLog) {
  ExpectWhole(RecoveryOf(PublishThroughTheLog()), 4);
}
TEST(PowerCut, RecoveryOfAPublishAsSortedFiles) {
  ExpectWhole(RecoveryOf(PublishAsSortedFiles()), 4);
}

// The control: where one kind of sync is only pretended, the test must notice.
struct Control {
  const char* kind;
  Scenario (*scenario)();
};

class PretendedSyncTest : public ::testing::TestWithParam<Control> {};

TEST_P(PretendedSyncTest, IsNoticed) {
  const Control& control = GetParam();
  const Scenario scenario = control.scenario();
  const Tally tally = CutEverywhere(
      scenario, Unsynced::kLost, IsLong() ? 1 : 6,
      [&](const DiskOperation& operation) { return operation.Kind() == control.kind; });
  EXPECT_FALSE(tally.problems.empty()) << "nothing is lost without \"" << control.kind << "\"";
  std::cout << scenario.name << " without \"" << control.kind << "\": " << tally.problems.size()
            << " of " << tally.cut_count
            << " cuts noticed, the last: " << (tally.problems.empty() ? "-" : tally.problems.back())
            << "\n";
}

INSTANTIATE_TEST_SUITE_P(Controls, PretendedSyncTest,
                         ::testing::Values(Control{"sync *.log", &PublishThroughTheLog},
                                           Control{"sync *.log", &PutMetaValue},
                                           Control{"sync *.log", &RedactThePast},
                                           Control{"sync *.log", &TakeBackThroughTheLog},
                                           Control{"sync *.sst", &PublishAsSortedFiles},
                                           Control{"sync MANIFEST", &PublishAsSortedFiles},
                                           Control{"sync directory store", &PublishAsSortedFiles},
                                           Control{"sync directory disk", &FirstStart}));

}  // namespace
}  // namespace probity::storage::testing
