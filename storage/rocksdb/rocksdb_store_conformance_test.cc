// The contract of storage/store.h, held to RocksDB: once with publishes that
// enter through the log, once with publishes that enter as sorted files.
#include <cstdlib>
#include <filesystem>
#include <string>

#include "base/testing.h"
#include "storage/rocksdb/rocksdb_store.h"
#include "storage/testing/conformance.h"

namespace probity::storage::testing {
namespace {

class RocksdbFactory : public StoreFactory {
 public:
  explicit RocksdbFactory(size_t small_publish) : small_publish_(small_publish) {}
  ~RocksdbFactory() override { RemoveDirectory(); }

  std::unique_ptr<Store> New() override {
    RemoveDirectory();
    directory_ = ::testing::TempDir() + "/store-XXXXXX";
    EXPECT_NE(mkdtemp(directory_.data()), nullptr);
    return Open();
  }

  std::unique_ptr<Store> Reopen(std::unique_ptr<Store> store) override {
    store.reset();
    return Open();
  }

 private:
  std::unique_ptr<Store> Open() {
    RocksdbOptions options;
    options.path = directory_ + "/store";
    options.small_publish = small_publish_;
    options.lineage = kTestLineage;
    options.load_buffer = 4096;  // several runs even for a small load
    auto store = OpenRocksdbStore(options, TestIdentifiers());
    EXPECT_TRUE(store.ok()) << store.status();
    return *std::move(store);
  }

  void RemoveDirectory() {
    if (!directory_.empty()) std::filesystem::remove_all(directory_);
  }

  const size_t small_publish_;
  std::string directory_;
};

std::unique_ptr<StoreFactory> ThroughTheLog() {
  return std::make_unique<RocksdbFactory>(size_t{1} << 20);
}
std::unique_ptr<StoreFactory> AsSortedFiles() { return std::make_unique<RocksdbFactory>(0); }

INSTANTIATE_TEST_SUITE_P(ThroughTheLog, StoreConformanceTest, ::testing::Values(&ThroughTheLog));
INSTANTIATE_TEST_SUITE_P(AsSortedFiles, StoreConformanceTest, ::testing::Values(&AsSortedFiles));

}  // namespace
}  // namespace probity::storage::testing
