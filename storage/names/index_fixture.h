// A name index over a store of its own, which restarts; for tests.
#ifndef PROBITY_STORAGE_NAMES_INDEX_FIXTURE_H_
#define PROBITY_STORAGE_NAMES_INDEX_FIXTURE_H_

#include <stdlib.h>

#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/testing.h"
#include "gmock/gmock.h"
#include "matching/testing.h"
#include "storage/memory/in_memory_store.h"
#include "storage/names/testing.h"
#include "storage/rocksdb/rocksdb_store.h"
#include "storage/testing/conformance.h"

namespace probity::storage::testing {

using matching::TestMatcher;

inline uint64_t Newest(const Store& store) { return store.Head("")->token().revision(); }

// A store with one dataset and, if `name` is given, one party.
inline std::unique_ptr<Store> SmallStore(const std::string& name, const std::string& lineage) {
  auto store = std::make_unique<InMemoryStore>(TestIdentifiers(), lineage);
  EXPECT_TRUE(CreateDataset(store.get(), "d", probity::v1::ABSENCE_MODE_RETRACTED).ok());
  if (!name.empty()) {
    EXPECT_TRUE(Load(store.get(), {"d", {Party("k", name, {})}}).ok());
  }
  return store;
}

class NameIndexTest : public ::testing::Test {
 protected:
  NameIndexTest() {
    directory_ = ::testing::TempDir() + "/names-XXXXXX";
    EXPECT_NE(mkdtemp(directory_.data()), nullptr);
    options_.path = directory_ + "/names";
    options_.log = [this](absl::string_view line) {
      std::lock_guard<std::mutex> lock(mutex_);
      log_ += absl::StrCat(line, "\n");
    };
    options_.warn = options_.log;
  }
  ~NameIndexTest() override {
    index_.reset();
    std::filesystem::remove_all(directory_);
  }

  // Everything that is new is saved, and files are merged, at once.
  void SaveAtOnce() {
    options_.unsaved_bytes = 0;
    options_.unsaved_for = absl::ZeroDuration();
  }
  // From now on the index is of this store.
  void Use(std::unique_ptr<Store> store) {
    Close();
    store_ = std::move(store);
  }
  void UseNew() { Use(std::make_unique<InMemoryStore>(TestIdentifiers(), kTestLineage)); }
  void UseStoreOnDisk() {
    RocksdbOptions options;
    options.path = directory_ + "/store";
    Use(OpenRocksdbStore(options, TestIdentifiers()).value());
  }
  // The index after a restart, up to head.
  void Restart(const matching::Matcher& matcher = TestMatcher()) {
    Close();
    ClearLog();
    index_ = NameIndex::Open(store_.get(), &matcher, options_);
    AwaitHead();
  }
  void AwaitHead() {
    const absl::Status status = index_->Await(Newest(*store_), absl::Now() + absl::Seconds(60));
    ASSERT_TRUE(status.ok()) << status;
  }
  std::string FoundNow(const std::string& authority = "") {
    return FindAll(*index_, *store_->Head(authority));
  }
  // Closes the index, which saves.
  void Close() { index_.reset(); }

  std::string Log() {
    std::lock_guard<std::mutex> lock(mutex_);
    return log_;
  }
  void ClearLog() {
    std::lock_guard<std::mutex> lock(mutex_);
    log_.clear();
  }
  std::vector<std::string> Files() const {
    std::vector<std::string> files;
    for (const auto& entry : std::filesystem::directory_iterator(options_.path)) {
      files.push_back(entry.path().filename());
    }
    return files;
  }

  std::string directory_;
  std::mutex mutex_;
  std::string log_;
  NameIndexOptions options_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<NameIndex> index_;
};

}  // namespace probity::storage::testing

#endif  // PROBITY_STORAGE_NAMES_INDEX_FIXTURE_H_
