// Kills a process that records decisions for many callers at random moments; see
// README.md here.
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <random>
#include <thread>

#include "evidence/testing.h"
#include "gtest/gtest.h"
#include "storage/testing/evidence_conformance.h"
#include "tests/crash/evidence_machine.h"
#include "tests/crash/killed_child.h"

namespace probity::storage::testing {
namespace {

constexpr int kCallers = 8;

// Those that are made within an act.
bool HasAct(int n) { return n % 3 == 0; }

bool Record(EvidenceLog* log, int n) {
  if (HasAct(n) && !AppendActAndWait(log, CrashAct(n)).ok()) return false;
  if (!AppendAndWait(log, CrashEntry(n)).ok()) return false;
  return !HasAct(n) || AppendActAndWait(log, CrashActEnd(n)).ok();
}

// Number of a decision that was acknowledged: written whole, being short.
void Say(int64_t number) {
  if (write(STDOUT_FILENO, &number, sizeof number) != sizeof number) _exit(1);
}

int RecordForever(const std::string& path, int first) {
  auto log = OpenRocksdbEvidenceLog(EvidenceMachineOptions(path, 0));
  if (!log.ok()) return 1;
  std::vector<std::thread> callers;
  for (int caller = 0; caller < kCallers; ++caller) {
    callers.emplace_back([&, caller] {
      for (int n = first + caller;; n += kCallers) {
        if (!Record(log->get(), n)) _exit(1);
        Say(n);
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  return 1;
}

// Empty when acts that were acknowledged have begun and ended, and those that were not can be
// ended now.
std::string FaultOfActs(EvidenceLog* log, const std::vector<int>& acknowledged) {
  for (const int n : acknowledged) {
    for (const std::string& leaf : {CrashAct(n).act, CrashActEnd(n).act}) {
      if (HasAct(n) && !log->GetAct(leaf).ok()) return leaf + " is lost";
    }
  }
  const auto open = log->OpenActs();
  if (!open.ok()) return open.status().ToString();
  if (open->size() > kCallers) return "more acts are open than were on their way";
  for (const std::string& act : *open) {
    ActEntry end = CrashActEnd(0);
    end.act = act + "-end";
    end.ends = act;
    if (!AppendActAndWait(log, end).ok()) return act + " cannot be ended";
  }
  return log->OpenActs()->empty() ? "" : "acts that were ended are open";
}

// Runs a child for `delay` from its first decision on, kills it, and returns what it
// acknowledged.
std::vector<int> RecordAndKill(const std::string& path, int first,
                               std::chrono::microseconds delay) {
  std::vector<int> acknowledged;
  RunAndKill({path, std::to_string(first)}, delay, sizeof(int64_t),
             [&acknowledged](const char* message) {
               int64_t number = 0;
               std::memcpy(&number, message, sizeof number);
               acknowledged.push_back(static_cast<int>(number));
             });
  return acknowledged;
}

TEST(EvidenceKill, EveryAcknowledgedDecisionAndActIsThereAndProven) {
  const int kills = std::getenv("PROBITY_LONG") != nullptr ? 100 : 8;
  std::string pattern = (std::filesystem::temp_directory_path() / "kill-XXXXXX").string();
  const std::string directory = mkdtemp(pattern.data());
  const std::string path = directory + "/log";
  std::mt19937 random(20261126);
  probity::v1::LogHead before;
  evidence::Trust trust;
  trust.public_keys.push_back(evidence::TestKey(0).public_key());
  int first = 0, in_flight = 0;
  for (int i = 0; i < kills; ++i) {
    const std::vector<int> acknowledged =
        RecordAndKill(path, first, std::chrono::microseconds(random() % 60000));
    auto log = OpenRocksdbEvidenceLog(EvidenceMachineOptions(path, 0));
    ASSERT_TRUE(log.ok()) << log.status();
    std::vector<std::string> names;
    for (const int n : acknowledged) names.push_back(CrashEntry(n).decision);
    ASSERT_EQ(FaultOfAnyReceipt(**log, names, evidence::TestKey(0).public_key()), "");
    const uint64_t size = (*log)->Head().tree_size();
    uint64_t leaves = 0;
    for (const int n : acknowledged) leaves += HasAct(n) ? 3 : 1;
    ASSERT_GE(size, before.tree_size() + leaves);
    in_flight += static_cast<int>(size - before.tree_size() - leaves);
    ASSERT_EQ(FaultOfActs(log->get(), acknowledged), "");
    if (i > 0) {
      const auto finding =
          evidence::CheckConsistency(before, *MakeCheckpoint(**log, before.tree_size()), trust);
      ASSERT_TRUE(finding.ok()) << finding.explanation;
    }
    before = (*log)->Head();
    first += 1000000;
  }
  std::cout << kills << " kills, " << before.tree_size() << " leaves, " << in_flight
            << " recorded but not acknowledged\n";
  std::filesystem::remove_all(directory);
}

}  // namespace

int RunChild(char** argv) { return RecordForever(argv[2], std::atoi(argv[3])); }

}  // namespace probity::storage::testing

int main(int argc, char** argv) {
  if (argc == 4 && std::string(argv[1]) == "--child") {
    return probity::storage::testing::RunChild(argv);
  }
  ::testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
