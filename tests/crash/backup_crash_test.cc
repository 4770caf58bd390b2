// The power fails, or a disk does, once at every operation of backups and restores; see
// README.md here.
#include <cstdlib>
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "base/testing.h"
#include "gtest/gtest.h"
#include "storage/maintenance.h"
#include "storage/rocksdb/backup_engine.h"
#include "storage/rocksdb/restore.h"
#include "tests/crash/evidence_machine.h"
#include "tests/crash/machine.h"

namespace probity::storage::testing {
namespace {

constexpr char kBackupPath[] = "/disk/backup";
constexpr char kRestoredPath[] = "/disk/restored";
constexpr char kNewLineage[] = "0123456789abcdef";
constexpr char kNewLogId[] = "another log's id";
constexpr uint64_t kRevisions = 4;

bool IsLong() { return std::getenv("PROBITY_LONG") != nullptr; }
bool Never() { return false; }

// A disk and what stands on it, for one run of a program.
struct Computer {
  explicit Computer(const DiskImage& image)
      : disk(std::make_shared<SimulatedDisk>(image)), env(rocksdb::NewCompositeEnv(disk)) {}
  const std::shared_ptr<SimulatedDisk> disk;
  const std::unique_ptr<rocksdb::Env> env;
};

BackupPlace PlaceOn(rocksdb::Env* env) { return {kBackupPath, 0, env}; }

// What is cut off, and what must hold of the disk afterwards, whether or not it had ended.
struct Trial {
  std::string name;
  DiskImage before;
  std::function<absl::Status(rocksdb::Env*)> act;
  // Empty when all is well.
  std::function<std::string(const DiskImage&, bool done)> judge;
};

struct Tally {
  std::map<std::string, int> cuts;  // by kind of operation
  int count = 0;
};

// Lets operation `at` come out so; false when there are fewer.
bool Disturb(const Trial& trial, uint64_t at, Outcome outcome, Unsynced unsynced, Tally* tally) {
  Computer computer(trial.before);
  computer.disk->Arm([&](const DiskOperation& operation) {
    return operation.number == at ? outcome : Outcome::kDone;
  });
  const absl::Status done = trial.act(computer.env.get());
  const auto operations = computer.disk->operations();
  const bool reached = operations.size() >= at;
  EXPECT_TRUE(reached || done.ok()) << trial.name << ": " << done;
  const std::string kind = reached ? operations[at - 1].Kind() : "after the end";
  ++tally->cuts[kind];
  ++tally->count;
  EXPECT_EQ(
      trial.judge(computer.disk->AfterPowerCut(unsynced, static_cast<uint32_t>(at)), done.ok()), "")
      << trial.name << ", " << at << " (" << kind << "), " << done;
  return reached;
}

void Report(const Trial& trial, const char* what, const Tally& tally) {
  std::string kinds;
  for (const auto& [kind, count] : tally.cuts) absl::StrAppend(&kinds, "  ", kind, " ", count);
  std::cout << trial.name << ", " << what << ": " << tally.count << ":" << kinds << "\n";
}

void ExpectWhole(const Trial& trial, uint64_t stride) {
  if (IsLong()) stride = 1;
  const std::pair<Unsynced, const char*> kinds[] = {
      {Unsynced::kLost, "power cuts, unsynced lost"},
      {Unsynced::kRandomPart, "power cuts, a random part of the unsynced kept"}};
  for (const auto& [unsynced, name] : kinds) {
    Tally tally;
    uint64_t at = 1;
    while (Disturb(trial, at, Outcome::kMachineStops, unsynced, &tally)) at += stride;
    Report(trial, name, tally);
    EXPECT_GT(tally.count, 5);
  }
  for (const Outcome outcome : {Outcome::kFails, Outcome::kNoSpace}) {
    Tally tally;
    uint64_t at = 1;
    while (Disturb(trial, at, outcome, Unsynced::kKept, &tally)) at += stride + 1;
    Report(trial, outcome == Outcome::kFails ? "one operation fails" : "the disk is full", tally);
  }
}

// A store, and a first copy of an older revision of it.
DiskImage StoreWithACopy() {
  Machine machine(DiskWith(Way::kFiles, kRevisions - 1));
  EXPECT_TRUE(machine.Start(Way::kFiles).ok());
  const auto copy = machine.store()->maintenance()->CopyTo(PlaceOn(machine.env()), &Never);
  EXPECT_TRUE(copy.ok()) << copy.status();
  EXPECT_TRUE(PublishNext(machine.store(), kRecords).ok());
  machine.Stop();
  return machine.disk().AfterPowerCut(Unsynced::kKept, 0);
}

absl::Status CopyStore(rocksdb::Env* env) {
  RocksdbOptions options = StoreOptions(kStorePath, Way::kFiles);
  options.env = env;
  const auto store = OpenRocksdbStore(options, TestIdentifiers());
  if (!store.ok()) return store.status();
  return (*store)->maintenance()->CopyTo(PlaceOn(env), &Never).status();
}

// The store is what it was, the first copy too, the second where it was reported, and
// copies can be made.
std::string JudgeCopies(const DiskImage& image, bool done) {
  Machine machine(image);
  if (absl::Status started = machine.Start(Way::kFiles); !started.ok()) {
    return absl::StrCat("the store was harmed: ", started.ToString());
  }
  if (machine.store()->Head("")->manifest().revision() != kRevisions) return "a revision is lost";
  if (std::string fault = CompareWithModel(machine.store()); !fault.empty()) return fault;
  const BackupPlace place = PlaceOn(machine.env());
  for (const uint32_t id : done ? std::vector<uint32_t>{1, 2} : std::vector<uint32_t>{1}) {
    const absl::Status verified = VerifyCopy(place, id);
    if (!verified.ok()) return absl::StrCat("copy ", id, ": ", verified.ToString());
  }
  const auto next = machine.store()->maintenance()->CopyTo(place, &Never);
  if (!next.ok()) return absl::StrCat("no further copy: ", next.status().ToString());
  const absl::Status verified = VerifyCopy(place, next->id());
  return verified.ok() ? "" : absl::StrCat("the further copy: ", verified.ToString());
}

TEST(BackupCrash, ACopyIsWholeOrNotThereAndHarmsNothing) {
  ExpectWhole({"a second copy of a store", StoreWithACopy(), &CopyStore, &JudgeCopies}, 4);
}

RocksdbOptions RestoredOptions(rocksdb::Env* env) {
  RocksdbOptions options = StoreOptions(kRestoredPath, Way::kFiles);
  options.lineage = kNewLineage;
  options.env = env;
  return options;
}

absl::Status RestoreCopy(rocksdb::Env* env) {
  return RestoreStore({PlaceOn(env), 1, "ann", 5000}, RestoredOptions(env), TestIdentifiers())
      .status();
}

// Empty when the store is that of the copy, one revision on, and goes on.
std::string FaultOfRestored(rocksdb::Env* env) {
  const auto store = OpenRocksdbStore(RestoredOptions(env), TestIdentifiers());
  if (!store.ok()) return store.status().ToString();
  const auto head = (*store)->Head("");
  if (head->manifest().revision() != kRevisions) return "it has another revision";
  if (head->manifest().store_lineage() != kNewLineage) return "it has the old lineage";
  // The model knows nothing of restores: its answers are those of the copy's revision.
  ModelAnswers model(kRecords);
  if (AnswersOf(*head, kRecords) != model.At(kRevisions - 1)) return "its answers are others";
  TestLoad load = LoadNumber(9, kRecords);
  load.now_us = 10000;
  const absl::Status next = Load(store->get(), load).status();
  return next.ok() ? "" : absl::StrCat("it does not go on: ", next.ToString());
}

// Nothing, refused, or all; and where it is not all, once more makes it so.
std::string JudgeRestored(const DiskImage& image, bool done) {
  Computer computer(image);
  rocksdb::Env* const env = computer.env.get();
  const bool has_current = image.files.count(absl::StrCat(kRestoredPath, "/CURRENT")) > 0;
  const bool is_marked = image.directories.count(absl::StrCat(kRestoredPath, "/restoring")) > 0;
  if (done && !has_current) return "what was reported is not there";
  if (has_current) return FaultOfRestored(env);
  if (is_marked) {
    const auto refused = OpenRocksdbStore(RestoredOptions(env), TestIdentifiers());
    if (ReasonOf(refused.status()) != probity::v1::ERROR_REASON_RESTORE_UNFINISHED) {
      return absl::StrCat("a part is served: ", refused.status().ToString());
    }
  }
  const absl::Status again = RestoreCopy(env);
  return again.ok() ? FaultOfRestored(env) : absl::StrCat("once more: ", again.ToString());
}

TEST(BackupCrash, ARestoredStoreIsWholeOrRefused) {
  ExpectWhole({"a restore of a store", StoreWithACopy(), &RestoreCopy, &JudgeRestored}, 5);
}

// What a caller was told by the log before and after.
EvidenceScenario LogWithACopy() {
  EvidenceScenario scenario = EvidenceAppends();
  EvidenceMachine machine(scenario.before);
  EXPECT_TRUE(machine.Start(scenario.promises).ok());
  const auto copy = machine.log()->maintenance()->CopyTo(PlaceOn(machine.env()), &Never);
  EXPECT_TRUE(copy.ok()) << copy.status();
  machine.Stop();
  scenario.before = machine.disk().AfterPowerCut(Unsynced::kKept, 0);
  return scenario;
}

EvidenceOptions RestoredLogOptions(rocksdb::Env* env) {
  EvidenceOptions options = EvidenceMachineOptions(kRestoredPath, 0);
  options.log_id = kNewLogId;
  options.env = env;
  return options;
}

absl::Status RestoreLogCopy(rocksdb::Env* env) {
  return RestoreEvidenceLog({PlaceOn(env), 1, "ann", 5000}, RestoredLogOptions(env), true).status();
}

std::string FaultOfRestoredLog(rocksdb::Env* env, const Promises& promises) {
  const auto log = OpenRocksdbEvidenceLog(RestoredLogOptions(env));
  return log.ok() ? FaultOf(log->get(), promises) : log.status().ToString();
}

TEST(BackupCrash, ARestoredLogIsWholeOrRefused) {
  const EvidenceScenario scenario = LogWithACopy();
  const auto judge = [&](const DiskImage& image, bool done) -> std::string {
    Computer computer(image);
    rocksdb::Env* const env = computer.env.get();
    const bool has_current = image.files.count(absl::StrCat(kRestoredPath, "/CURRENT")) > 0;
    if (done && !has_current) return "what was reported is not there";
    if (has_current) return FaultOfRestoredLog(env, scenario.promises);
    const absl::Status again = RestoreLogCopy(env);
    return again.ok() ? FaultOfRestoredLog(env, scenario.promises)
                      : absl::StrCat("once more: ", again.ToString());
  };
  ExpectWhole({"a restore of an evidence log", scenario.before, &RestoreLogCopy, judge}, 5);
}

// The control: a restore whose syncs are only pretended is found out.
TEST(BackupCrash, PretendedSyncsAreNoticed) {
  const DiskImage before = StoreWithACopy();
  int noticed = 0, cuts = 0;
  for (uint64_t at = 1;; at += 7) {
    Computer computer(before);
    computer.disk->Arm([&](const DiskOperation& operation) {
      if (operation.number == at) return Outcome::kMachineStops;
      return absl::StartsWith(operation.Kind(), "sync ") ? Outcome::kPretended : Outcome::kDone;
    });
    const absl::Status done = RestoreCopy(computer.env.get());
    if (!computer.disk->stopped()) {
      computer.disk->Arm([](const DiskOperation&) { return Outcome::kMachineStops; });
    }
    ++cuts;
    const bool is_well =
        JudgeRestored(computer.disk->AfterPowerCut(Unsynced::kLost, 0), done.ok()).empty();
    noticed += is_well ? 0 : 1;
    if (done.ok()) break;
  }
  std::cout << "a restore without syncs: " << noticed << " of " << cuts << " noticed\n";
  EXPECT_GT(noticed, 0);
}

// Every file of a copy with a wrong byte: named, and not put back.
TEST(BackupHarm, WrongBytesAreNamedAndNotPutBack) {
  const DiskImage before = StoreWithACopy();
  int harmed = 0;
  for (const auto& [path, bytes] : before.files) {
    const bool is_data = absl::StartsWith(path, absl::StrCat(kBackupPath, "/shared_checksum")) ||
                         absl::StartsWith(path, absl::StrCat(kBackupPath, "/private"));
    if (!is_data || bytes.empty()) continue;
    DiskImage image = before;
    image.files[path][bytes.size() / 2] ^= 0x5a;
    Computer computer(image);
    const absl::Status verified = VerifyCopy(PlaceOn(computer.env.get()), 1);
    EXPECT_EQ(ReasonOf(verified), probity::v1::ERROR_REASON_BACKUP_DAMAGED) << path;
    const absl::Status restored = RestoreCopy(computer.env.get());
    EXPECT_EQ(ReasonOf(restored), probity::v1::ERROR_REASON_BACKUP_DAMAGED) << path << restored;
    const auto opened = OpenRocksdbStore(RestoredOptions(computer.env.get()), TestIdentifiers());
    EXPECT_EQ(ReasonOf(opened.status()), probity::v1::ERROR_REASON_RESTORE_UNFINISHED) << path;
    ++harmed;
  }
  EXPECT_GT(harmed, 3);
  std::cout << harmed << " files of a copy harmed\n";
}

TEST(BackupHarm, FilesThatAreGoneOrCutAreNamed) {
  const DiskImage before = StoreWithACopy();
  for (const auto& [path, bytes] : before.files) {
    if (!absl::StartsWith(path, absl::StrCat(kBackupPath, "/shared_checksum"))) continue;
    for (const bool gone : {true, false}) {
      DiskImage image = before;
      if (gone) {
        image.files.erase(path);
      } else {
        image.files[path].resize(bytes.size() / 2);
      }
      Computer computer(image);
      const absl::Status verified = VerifyCopy(PlaceOn(computer.env.get()), 1);
      EXPECT_EQ(ReasonOf(verified), probity::v1::ERROR_REASON_BACKUP_DAMAGED) << path << verified;
      EXPECT_FALSE(RestoreCopy(computer.env.get()).ok()) << path;
    }
  }
}

}  // namespace
}  // namespace probity::storage::testing
