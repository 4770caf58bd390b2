// An evidence log on a simulated disk, and what must hold of it whatever happens.
#ifndef PROBITY_TESTS_CRASH_EVIDENCE_MACHINE_H_
#define PROBITY_TESTS_CRASH_EVIDENCE_MACHINE_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "evidence/keys.h"
#include "rocksdb/env.h"
#include "storage/evidence/evidence_log.h"
#include "storage/rocksdb/rocksdb_evidence_log.h"
#include "tests/crash/simulated_disk.h"

namespace probity::storage::testing {

inline constexpr char kEvidencePath[] = "/disk/evidence";

// Options of a log that is the same each time it is opened.
EvidenceOptions EvidenceMachineOptions(const std::string& path, int key);

// Entry `n`, with one personal text that is a function of `n`.
EvidenceEntry CrashEntry(int n);
std::string CrashText(int n);

// Act `n`, with one subject that is a function of `n`, and its end.
ActEntry CrashAct(int n);
ActEntry CrashActEnd(int n);

// What a caller was told: what must hold for ever.
struct Promises {
  std::vector<Recorded> recorded;
  std::vector<probity::v1::LogHead> heads;
  int key = 0;                  // that signs for certain
  std::optional<int> next_key;  // that may sign
  std::vector<int> erased;      // texts that are gone for certain
  int tried = 0;                // entries [0, tried) may be there, no others
  std::vector<Recorded> acts;   // leaves of them
  int tried_acts = 0;           // acts [0, tried_acts) may be there, no others
};

// Empty when the log keeps the promises, proves all of its leaves, has nothing half
// recorded, knows which acts are open, and goes on; else what is wrong.
std::string FaultOf(EvidenceLog* log, const Promises& promises);

// One run of the program over a disk.
class EvidenceMachine {
 public:
  explicit EvidenceMachine(const DiskImage& image);
  // The policy may read what has ended before the machine does.
  ~EvidenceMachine() {
    disk_->Disarm();
    Stop();
  }
  EvidenceMachine(const EvidenceMachine&) = delete;

  // With the key that signs; where that is not known, the one that the log names.
  absl::Status Start(const Promises& promises);
  void Stop() { log_.reset(); }

  SimulatedDisk& disk() { return *disk_; }
  rocksdb::Env* env() { return env_.get(); }
  EvidenceLog* log() { return log_.get(); }

 private:
  const std::shared_ptr<SimulatedDisk> disk_;
  const std::unique_ptr<rocksdb::Env> env_;
  std::unique_ptr<EvidenceLog> log_;
};

// What a program does, noting what it was told; stops at the first error.
using EvidenceAct = std::function<absl::Status(EvidenceLog*, Promises*)>;
absl::Status AppendOne(EvidenceLog* log, Promises* promises);
absl::Status RotateKey(EvidenceLog* log, Promises* promises);
absl::Status EraseOneText(EvidenceLog* log, Promises* promises);
absl::Status BeginAct(EvidenceLog* log, Promises* promises);
// The newest one.
absl::Status EndAct(EvidenceLog* log, Promises* promises);

struct EvidenceScenario {
  std::string name;
  DiskImage before;
  Promises promises;  // of what was done before
  EvidenceAct act;    // empty: the start alone
  bool with_start = false;
};
EvidenceScenario EvidenceFirstStart();
EvidenceScenario EvidenceAppends();
EvidenceScenario EvidenceRotation();
EvidenceScenario EvidenceErasure();
// The first act of a log, around a decision, and one that is left open.
EvidenceScenario EvidenceActs();
// Starts after an append whose sync was cut off.
EvidenceScenario EvidenceRecovery();

// Opens what is on the disk, and judges it. Empty when all is well.
std::string JudgeEvidence(const DiskImage& image, const Promises& promises);

}  // namespace probity::storage::testing

#endif  // PROBITY_TESTS_CRASH_EVIDENCE_MACHINE_H_
