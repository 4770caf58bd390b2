// The disk fails once at each sync while a load is committed, at the commit itself too,
// with or without the bytes having reached it; see README.md here.
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/errors.h"
#include "base/hash.h"
#include "base/tables.h"
#include "base/testing.h"
#include "gmock/gmock.h"
#include "services/dataset/load_manager.h"
#include "services/dataset/load_rules.h"
#include "tests/crash/machine.h"

namespace probity::storage::testing {
namespace {

using dataset::LoadManager;
using ::testing::AnyOf;

const rpc::Caller kAnn = {"ann", "authorities/a"};
constexpr uint64_t kRevisions = 4;
constexpr int kNewRecords = 5;

std::string CsvRows() {
  std::string rows = "record_type,key,name\n";
  for (int i = 0; i < kNewRecords; ++i) absl::StrAppend(&rows, "supplier,new", i, ",New ", i, "\n");
  return rows;
}

rpc::LoadRef RefOf(const probity::v1::Load& load) {
  return {"d", load.name().substr(load.name().rfind('/') + 1)};
}

// A program with a store on a simulated disk, and loads whose files are on another one.
class Program {
 public:
  Program(const DiskImage& image, const std::string& directory) : machine_(image) {
    const absl::Status started = machine_.Start(Way::kLog);
    EXPECT_TRUE(started.ok()) << started;
    LoadManager::Options options{
        machine_.store(), {identifiers_, countries_, schemes_, "data"}, directory, &absl::Now};
    auto loads = LoadManager::Open(std::move(options));
    EXPECT_TRUE(loads.ok()) << loads.status();
    loads_ = *std::move(loads);
  }
  ~Program() { Stop(); }

  void Stop() {
    loads_.reset();
    machine_.Stop();
  }
  SimulatedDisk& disk() { return machine_.disk(); }
  Store* store() { return machine_.store(); }
  uint64_t revision() { return store()->Head("")->manifest().revision(); }

  // A load whose file is stored and, where `validated`, compared.
  probity::v1::Load Prepare(bool validated) {
    probity::v1::Load load;
    load.set_format("probity-csv");
    load.set_mode(probity::v1::LOAD_MODE_DELTA);
    load = loads_->Create("d", load, kAnn, "").value();
    probity::v1::UploadChunkRequest chunk;
    chunk.set_file_name("f.csv");
    chunk.set_data(CsvRows());
    chunk.set_crc32c(Crc32c(chunk.data()));
    EXPECT_TRUE(loads_->Upload(RefOf(load), kAnn, chunk).ok());
    return validated ? Await(*loads_->Validate(RefOf(load), kAnn)) : Get(load);
  }
  // The load as it is then; as it was where it cannot begin.
  probity::v1::Load Commit(const probity::v1::Load& load) {
    const auto begun = loads_->Commit(RefOf(load), kAnn);
    return begun.ok() ? Await(*begun) : load;
  }
  probity::v1::Load Get(const probity::v1::Load& load) {
    return loads_->Get(RefOf(load), kAnn.authority).value();
  }

 private:
  probity::v1::Load Await(probity::v1::Load load) {
    while (dataset::IsRunning(load.state())) {
      absl::SleepFor(absl::Milliseconds(1));
      load = Get(load);
    }
    return load;
  }

  const IdentifierCatalogue identifiers_ = TestIdentifiers();
  const Countries countries_ = TestCountries();
  const policy::SchemeCatalogue schemes_ =
      policy::SchemeCatalogue::FromCsv(ReadFile(TablePath("schemes.csv")).value()).value();
  Machine machine_;
  std::unique_ptr<LoadManager> loads_;
};

class LoadOutcomeTest : public ::testing::Test {
 protected:
  LoadOutcomeTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "outcome-XXXXXX").string();
    directory_ = mkdtemp(pattern.data());
  }
  ~LoadOutcomeTest() override { std::filesystem::remove_all(directory_); }

  // Fails sync `at` of the log while a load is committed, looks at what the caller is
  // shown, and at what the next program says. False when there are fewer syncs.
  bool FailSync(int at, Outcome outcome, bool validated) {
    SCOPED_TRACE(absl::StrCat("sync ", at, validated ? ", validated" : ""));
    const std::string files = absl::StrCat(directory_, "/", ++trials_);
    Program program(before_, files);
    const probity::v1::Load load = program.Prepare(validated);
    int syncs = 0;
    program.disk().Arm([&](const DiskOperation& operation) {
      const bool is_it = operation.Kind() == "sync *.log" && ++syncs == at;
      return is_it ? outcome : Outcome::kDone;
    });
    const probity::v1::Load shown = program.Commit(load);
    program.disk().Disarm();
    const bool unknown = shown.error().reason() == "COMMIT_OUTCOME_UNKNOWN";
    if (unknown) ExpectUnknown(&program, shown);
    const uint64_t revision = program.revision();
    EXPECT_EQ(revision > kRevisions, shown.state() == probity::v1::LOAD_STATE_COMMITTED);
    program.Stop();
    for (const Unsynced unsynced : {Unsynced::kLost, Unsynced::kKept}) {
      const std::string copy = files + (unsynced == Unsynced::kLost ? "-lost" : "-kept");
      std::filesystem::copy(files, copy, std::filesystem::copy_options::recursive);
      ExpectTold(program.disk().AfterPowerCut(unsynced, 0), copy, shown, unknown);
    }
    return syncs >= at;
  }

  // It is shown as failed, with the reason, and readers go on at the old revision.
  static void ExpectUnknown(Program* program, const probity::v1::Load& shown) {
    EXPECT_EQ(shown.state(), probity::v1::LOAD_STATE_FAILED);
    EXPECT_EQ(program->revision(), kRevisions);
    EXPECT_EQ(CompareWithModel(program->store()), "");
    EXPECT_EQ(program->Commit(shown).state(), probity::v1::LOAD_STATE_FAILED);
    EXPECT_EQ(program->Get(shown).error().reason(), "COMMIT_OUTCOME_UNKNOWN") << "until then";
  }

  // What a load was shown to be it is, and one whose outcome was not known is COMMITTED
  // with its revision, or waits with its files and can be committed.
  void ExpectTold(const DiskImage& image, const std::string& files, const probity::v1::Load& shown,
                  bool unknown) {
    Program next(image, files);
    const probity::v1::Load found = next.Get(shown);
    const bool is_there = next.revision() > kRevisions;
    EXPECT_TRUE(is_there || shown.state() != probity::v1::LOAD_STATE_COMMITTED);
    if (unknown) ++(is_there ? found_there_ : found_absent_);
    if (is_there) {
      EXPECT_EQ(found.state(), probity::v1::LOAD_STATE_COMMITTED);
      EXPECT_EQ(found.revision().revision(), kRevisions + 1);
    } else if (found.state() != probity::v1::LOAD_STATE_FAILED || unknown) {
      EXPECT_THAT(found.state(),
                  AnyOf(probity::v1::LOAD_STATE_OPEN, probity::v1::LOAD_STATE_VALIDATED));
      const probity::v1::Load again = next.Commit(found);
      EXPECT_EQ(again.state(), probity::v1::LOAD_STATE_COMMITTED) << again.DebugString();
    }
    if (next.Get(shown).state() != probity::v1::LOAD_STATE_COMMITTED) return;
    EXPECT_FALSE(next.Get(shown).has_error());
    EXPECT_EQ(next.revision(), kRevisions + 1) << "once, not twice";
    for (int i = 0; i < kNewRecords; ++i) {
      const auto row = next.store()->Head("")->GetRecord({"d", absl::StrCat("new", i)});
      EXPECT_TRUE(row.ok() && row->has_value()) << i;
    }
    EXPECT_FALSE(std::filesystem::exists(absl::StrCat(files, "/", RefOf(shown).id, "/file-0")));
  }

  void FailEverySync(Outcome outcome) {
    for (const bool validated : {false, true}) {
      for (int at = 1; FailSync(at, outcome, validated); ++at) {
      }
    }
    std::cout << trials_ << " failing syncs, with an unknown outcome " << found_there_
              << " times there and " << found_absent_ << " times not\n";
  }

  std::string directory_;
  const DiskImage before_ = DiskWith(Way::kLog, kRevisions);
  int trials_ = 0;
  int found_there_ = 0, found_absent_ = 0;  // of those with an unknown outcome
};

TEST_F(LoadOutcomeTest, IsFoundOutWhenTheCommitDidNotReachTheDisk) {
  FailEverySync(Outcome::kFails);
  EXPECT_GT(found_absent_, 0);
}

TEST_F(LoadOutcomeTest, IsFoundOutWhenTheCommitReachedTheDisk) {
  FailEverySync(Outcome::kFailsAfter);
  EXPECT_GT(found_there_, 0);
}

}  // namespace
}  // namespace probity::storage::testing
