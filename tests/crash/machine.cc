#include "tests/crash/machine.h"

#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/testing.h"
#include "gtest/gtest.h"
#include "rocksdb/db.h"

namespace probity::storage::testing {
namespace {

class SilentLogger : public rocksdb::Logger {
 public:
  using rocksdb::Logger::Logv;
  void Logv(const char*, va_list) override {}
};

absl::Status ToStatus(const rocksdb::Status& status) {
  return status.ok() ? absl::OkStatus() : absl::InternalError(status.ToString());
}

absl::Status Act(const Scenario& scenario, Machine* machine) {
  return scenario.act == nullptr ? absl::OkStatus() : scenario.act(machine->store());
}

Rows RowsAfter(const Scenario& scenario, bool acting) {
  Machine machine(scenario.before);
  absl::Status status = machine.Start(scenario.way);
  if (status.ok() && acting) status = Act(scenario, &machine);
  EXPECT_TRUE(status.ok()) << scenario.name << ": " << status;
  auto rows = machine.AllRows();
  EXPECT_TRUE(rows.ok()) << scenario.name << ": " << rows.status();
  return *rows;
}

std::string Difference(const Rows& rows, const Rows& wanted) {
  size_t extra = 0, lacking = 0;
  for (const auto& row : rows) extra += wanted.count(row.first) == 0 ? 1 : 0;
  for (const auto& row : wanted) lacking += rows.count(row.first) == 0 ? 1 : 0;
  return absl::StrCat(extra, " extra and ", lacking, " lacking");
}

// Redacts the first record that is gone, as a redaction does it once it is approved.
absl::Status RedactGone(Store* store) {
  for (int i = 0; i < kRecords; ++i) {
    const RecordRef ref{"d", absl::StrCat("k", i)};
    const auto history = store->HistoryOf(ref);
    if (!history.ok()) return history.status();
    if (history->empty() || history->front().row.has_value()) continue;
    auto rules = std::make_shared<RedactionRules>();
    rules->Add(ref, {"redactions/r", {}});
    store->SetRedactions(rules);
    const auto rewritten = store->RewriteRedacted(ref);
    store->SetRedactions(std::make_shared<RedactionRules>());
    if (!rewritten.ok()) return rewritten.status();
    return store->Forget({ref});
  }
  return absl::NotFoundError("no record is gone");
}

}  // namespace

std::string CompareWithModel(Store* store, uint64_t taken_back) {
  static auto* models = new std::map<uint64_t, ModelAnswers>();
  ModelAnswers& model = models->try_emplace(taken_back, kRecords, taken_back).first->second;
  const auto head = store->Head("");
  const uint64_t revision = head->manifest().revision();
  const std::string answers = AnswersOf(*head, kRecords);
  if (answers == model.At(revision)) return "";
  if (absl::StartsWith(answers, "unreadable")) return answers;
  return absl::StrCat("the answers at revision ", revision, " are not the model's");
}

DiskImage EmptyDisk() { return {{"/disk"}, {}}; }

Machine::Machine(const DiskImage& image)
    : disk_(std::make_shared<SimulatedDisk>(image)), env_(rocksdb::NewCompositeEnv(disk_)) {}

absl::Status Machine::Start(Way way) {
  RocksdbOptions options = StoreOptions(kStorePath, way);
  options.env = env_.get();
  static const auto* identifiers = new IdentifierCatalogue(TestIdentifiers());
  auto store = OpenRocksdbStore(options, *identifiers);
  if (!store.ok()) return store.status();
  store_ = *std::move(store);
  return absl::OkStatus();
}

absl::StatusOr<Rows> Machine::AllRows() const {
  // A copy: beside a store that runs, files would go away under the reader.
  const std::unique_ptr<rocksdb::Env> copy = rocksdb::NewCompositeEnv(
      std::make_shared<SimulatedDisk>(disk_->AfterPowerCut(Unsynced::kKept, 0)));
  rocksdb::DBOptions options;
  options.env = copy.get();
  options.info_log = std::make_shared<SilentLogger>();
  std::vector<std::string> names;
  rocksdb::Status status = rocksdb::DB::ListColumnFamilies(options, kStorePath, &names);
  if (!status.ok()) return ToStatus(status);
  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  for (const std::string& name : names) families.push_back({name, {}});
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* db = nullptr;
  status = rocksdb::DB::OpenForReadOnly(options, kStorePath, families, &handles, &db);
  if (!status.ok()) return ToStatus(status);
  Rows rows;
  for (size_t i = 0; i < handles.size(); ++i) {
    if (names[i] == rocksdb::kDefaultColumnFamilyName) continue;  // nothing is stored there
    const std::unique_ptr<rocksdb::Iterator> at(db->NewIterator({}, handles[i]));
    for (at->SeekToFirst(); at->Valid(); at->Next()) {
      rows[names[i] + " " + at->key().ToString()] = at->value().ToString();
    }
    if (status.ok()) status = at->status();
  }
  for (rocksdb::ColumnFamilyHandle* handle : handles) db->DestroyColumnFamilyHandle(handle);
  delete db;
  if (!status.ok()) return ToStatus(status);
  return rows;
}

DiskImage DiskWith(Way way, uint64_t revisions) {
  Machine machine(EmptyDisk());
  absl::Status status = machine.Start(way);
  for (uint64_t i = 1; status.ok() && i < revisions; ++i) {
    status = PublishNext(machine.store(), kRecords);
  }
  EXPECT_TRUE(status.ok()) << status;
  machine.Stop();
  return machine.disk().AfterPowerCut(Unsynced::kKept, 0);
}

Scenario Prepare(Scenario scenario) {
  scenario.old_rows = RowsAfter(scenario, false);
  scenario.new_rows = RowsAfter(scenario, true);
  return scenario;
}

Scenario FirstStart() {
  Scenario scenario;
  scenario.name = "first start and publish";
  scenario.before = EmptyDisk();
  scenario.act = [](Store* store) { return PublishNext(store, kRecords); };
  scenario.with_start = true;
  return Prepare(std::move(scenario));
}

Scenario PublishThroughTheLog() {
  return Prepare({"publish through the log", Way::kLog, DiskWith(Way::kLog, 4),
                  [](Store* store) { return PublishNext(store, kRecords); }});
}

Scenario PublishAsSortedFiles() {
  return Prepare({"publish as sorted files", Way::kFiles, DiskWith(Way::kFiles, 3),
                  [](Store* store) { return PublishNext(store, kRecords); }});
}

Scenario SweepOldRevisions() {
  return Prepare({"sweep", Way::kLog, DiskWith(Way::kLog, 6),
                  [](Store* store) { return store->Sweep(5).status(); }, false, true});
}

Scenario PutMetaValue() {
  return Prepare({"put meta", Way::kLog, DiskWith(Way::kLog, 3),
                  [](Store* store) { return store->PutMeta("loads/1", "begun"); }});
}

Scenario RedactThePast() {
  return Prepare({"redaction", Way::kLog, DiskWith(Way::kLog, 6), &RedactGone});
}

namespace {

Scenario TakeBackBy(Way way, const char* name) {
  Scenario scenario;
  scenario.name = name;
  scenario.way = way;
  scenario.before = DiskWith(way, 5);
  scenario.act = &TakeBack;
  scenario.taken_back = 6;
  return Prepare(std::move(scenario));
}

}  // namespace

Scenario TakeBackThroughTheLog() { return TakeBackBy(Way::kLog, "rollback through the log"); }

Scenario TakeBackAsSortedFiles() { return TakeBackBy(Way::kFiles, "rollback as sorted files"); }

uint64_t LastOf(const Scenario& scenario, const std::string& kind) {
  Machine machine(scenario.before);
  EXPECT_TRUE(machine.Start(scenario.way).ok());
  machine.disk().Arm([](const DiskOperation&) { return Outcome::kDone; });
  EXPECT_TRUE(Act(scenario, &machine).ok());
  uint64_t last = 0;
  for (const DiskOperation& operation : machine.disk().operations()) {
    if (operation.Kind() == kind) last = operation.number;
  }
  EXPECT_NE(last, 0u) << scenario.name << " has no " << kind;
  return last;
}

Scenario RecoveryOf(const Scenario& publish) {
  const uint64_t commit = LastOf(publish, "sync *.log");
  Machine machine(publish.before);
  EXPECT_TRUE(machine.Start(publish.way).ok());
  machine.disk().Arm([&](const DiskOperation& operation) {
    return operation.number == commit ? Outcome::kMachineStops : Outcome::kDone;
  });
  EXPECT_FALSE(Act(publish, &machine).ok());
  machine.Stop();
  Scenario recovery;
  recovery.name = "recovery of a " + publish.name;
  recovery.way = publish.way;
  recovery.taken_back = publish.taken_back;
  recovery.with_start = true;
  recovery.before = machine.disk().AfterPowerCut(Unsynced::kLost, 0);
  return Prepare(std::move(recovery));
}

std::string Judge(const Scenario& scenario, const DiskImage& image, bool must_be_new,
                  bool must_be_old) {
  Machine machine(image);
  if (absl::Status status = machine.Start(scenario.way); !status.ok()) {
    return absl::StrCat("does not start: ", status.ToString());
  }
  auto rows = machine.AllRows();
  if (!rows.ok()) return rows.status().ToString();
  const bool is_new = *rows == scenario.new_rows;
  const bool is_old = *rows == scenario.old_rows;
  if (must_be_new && !is_new) {
    return absl::StrCat("reported as done, yet not there: ", Difference(*rows, scenario.new_rows));
  }
  if (must_be_old && !is_old) {
    return absl::StrCat("reported as failed, yet there: ", Difference(*rows, scenario.old_rows));
  }
  if (!is_new && !is_old && !scenario.gradual) {
    return absl::StrCat("neither the old rows (", Difference(*rows, scenario.old_rows),
                        ") nor the new ones (", Difference(*rows, scenario.new_rows), ")");
  }
  if (std::string problem = CompareWithModel(machine.store(), scenario.taken_back);
      !problem.empty())
    return problem;
  if (!is_new) {
    if (absl::Status status = Act(scenario, &machine); !status.ok()) {
      return absl::StrCat("cannot be done again: ", status.ToString());
    }
    rows = machine.AllRows();
    if (!rows.ok()) return rows.status().ToString();
    if (*rows != scenario.new_rows) {
      return absl::StrCat("done again, but ", Difference(*rows, scenario.new_rows));
    }
  }
  if (absl::Status status = PublishNext(machine.store(), kRecords); !status.ok()) {
    return absl::StrCat("cannot go on: ", status.ToString());
  }
  return CompareWithModel(machine.store(), scenario.taken_back);
}

}  // namespace probity::storage::testing
