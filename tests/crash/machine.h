// A store on a simulated disk, and what is cut off in the middle.
#ifndef PROBITY_TESTS_CRASH_MACHINE_H_
#define PROBITY_TESTS_CRASH_MACHINE_H_

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "rocksdb/env.h"
#include "storage/store.h"
#include "tests/crash/simulated_disk.h"
#include "tests/crash/workload.h"

namespace probity::storage::testing {

inline constexpr char kStorePath[] = "/disk/store";
inline constexpr int kRecords = 40;

// All rows of all tables, by table and key.
using Rows = std::map<std::string, std::string>;

// A disk without a store.
DiskImage EmptyDisk();

// One run of the program over a disk.
class Machine {
 public:
  explicit Machine(const DiskImage& image);
  // The policy may read what has ended before the machine does.
  ~Machine() {
    disk_->Disarm();
    Stop();
  }
  Machine(const Machine&) = delete;

  absl::Status Start(Way way);
  void Stop() { store_.reset(); }

  SimulatedDisk& disk() { return *disk_; }
  rocksdb::Env* env() { return env_.get(); }
  Store* store() { return store_.get(); }
  // Of a copy of the disk, read with RocksDB's own means.
  absl::StatusOr<Rows> AllRows() const;

 private:
  const std::shared_ptr<SimulatedDisk> disk_;
  const std::unique_ptr<rocksdb::Env> env_;
  std::unique_ptr<Store> store_;
};

// The disk after `revisions` of the workload and a clean stop.
DiskImage DiskWith(Way way, uint64_t revisions);

// Something that is to be whole or not at all.
struct Scenario {
  std::string name;
  Way way = Way::kLog;
  DiskImage before;
  // What is cut off, and whether also the start in front of it is. Without an
  // act it is the start alone.
  std::function<absl::Status(Store*)> act = nullptr;
  bool with_start = false;
  // The rows are on their way from old to new, which no reader notices, and
  // acting once more ends the way.
  bool gradual = false;
  // The revision that TakeBack makes; 0: it is not used.
  uint64_t taken_back = 0;
  // Of undisturbed runs.
  Rows old_rows = {}, new_rows = {};
};

// Empty when the answers at the head are the model's, else what is wrong. `taken_back` as
// in a scenario.
std::string CompareWithModel(Store* store, uint64_t taken_back = 0);

// Fills in the rows.
Scenario Prepare(Scenario scenario);

Scenario FirstStart();
Scenario PublishThroughTheLog();
Scenario PublishAsSortedFiles();
Scenario SweepOldRevisions();
Scenario PutMetaValue();
// Of a record that the head no longer has, so that the head's answers stay the model's.
Scenario RedactThePast();
// A rollback of the dataset by two revisions.
Scenario TakeBackThroughTheLog();
Scenario TakeBackAsSortedFiles();
// Starts after a publish that was cut off at its last sync.
Scenario RecoveryOf(const Scenario& publish);

// Number of the scenario's last operation of a kind.
uint64_t LastOf(const Scenario& scenario, const std::string& kind);

// Starts on `image`, compares with the old and the new state, and goes on
// working. Empty when all is as it must be, else what is wrong.
std::string Judge(const Scenario& scenario, const DiskImage& image, bool must_be_new,
                  bool must_be_old = false);

}  // namespace probity::storage::testing

#endif  // PROBITY_TESTS_CRASH_MACHINE_H_
