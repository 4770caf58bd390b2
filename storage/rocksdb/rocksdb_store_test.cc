// What only a store on disk can meet: another process, another release, a disk
// that cannot be written, a damaged file, a publish that was cut off.
#include "storage/rocksdb/rocksdb_store.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>

#include "base/errors.h"
#include "base/testing.h"
#include "gtest/gtest.h"
#include "rocksdb/db.h"
#include "rocksdb/options.h"
#include "rocksdb/utilities/options_util.h"
#include "storage/index_terms.h"
#include "storage/rocksdb/key_codec.h"
#include "storage/testing/builders.h"

namespace probity::storage {
namespace {

using testing::Party;

class RocksdbStoreTest : public ::testing::Test {
 protected:
  RocksdbStoreTest() {
    directory_ = ::testing::TempDir() + "/store-XXXXXX";
    EXPECT_NE(mkdtemp(directory_.data()), nullptr);
    options_.path = directory_ + "/store";
    options_.small_publish = 0;  // sorted files, so that there is one to damage
  }
  ~RocksdbStoreTest() override { std::filesystem::remove_all(directory_); }

  absl::StatusOr<std::unique_ptr<Store>> Open() {
    return OpenRocksdbStore(options_, TestIdentifiers());
  }

  // A store with one dataset and `count` parties.
  void Fill(int count) {
    auto store = Open().value();
    ASSERT_TRUE(testing::CreateDataset(store.get(), "d", probity::v1::ABSENCE_MODE_RETRACTED).ok());
    testing::TestLoad load{"d"};
    for (int i = 0; i < count; ++i) {
      const std::string n = std::to_string(i);
      load.records.push_back(Party("key-" + n, "Firm number " + n, {{"GB-COH", n}}));
    }
    ASSERT_TRUE(testing::Load(store.get(), load).ok());
  }

  // Opens the files with RocksDB's own tools.
  void WithRawDatabase(const std::function<void(rocksdb::DB*, rocksdb::ColumnFamilyHandle*)>& use) {
    rocksdb::DBOptions db_options;
    std::vector<rocksdb::ColumnFamilyDescriptor> families;
    rocksdb::ConfigOptions config;
    ASSERT_TRUE(rocksdb::LoadLatestOptions(config, options_.path, &db_options, &families).ok());
    std::vector<rocksdb::ColumnFamilyHandle*> handles;
    rocksdb::DB* db = nullptr;
    ASSERT_TRUE(rocksdb::DB::Open(db_options, options_.path, families, &handles, &db).ok());
    for (size_t i = 0; i < families.size(); ++i) {
      if (families[i].name == "meta") use(db, handles[i]);
    }
    for (rocksdb::ColumnFamilyHandle* handle : handles) db->DestroyColumnFamilyHandle(handle);
    delete db;
  }

  // All files of the store with their bytes.
  std::map<std::string, std::string> Files() const { return FilesBelow(options_.path); }

  std::string directory_;
  RocksdbOptions options_;
};

TEST_F(RocksdbStoreTest, RefusesASecondOpen) {
  auto store = Open().value();
  absl::Status second = Open().status();
  EXPECT_EQ(ReasonOf(second), probity::v1::ERROR_REASON_STORE_IN_USE) << second;
  EXPECT_EQ(MetadataOf(second).at("path"), options_.path);
}

TEST_F(RocksdbStoreTest, RefusesAStoreThatAnotherProcessHas) {
  Fill(1);
  const std::string lock_file = options_.path + "/LOCK";
  int said[2];
  ASSERT_EQ(pipe(said), 0);
  const pid_t child = fork();
  if (child == 0) {
    struct flock lock = {};
    lock.l_type = F_WRLCK;
    const int file = open(lock_file.c_str(), O_RDWR);
    const char held = fcntl(file, F_SETLK, &lock) == 0 ? 'y' : 'n';
    if (write(said[1], &held, 1) == 1) pause();
    _exit(1);
  }
  char held = 'n';
  EXPECT_EQ(read(said[0], &held, 1), 1);
  EXPECT_EQ(held, 'y');
  absl::Status refused = Open().status();
  EXPECT_EQ(ReasonOf(refused), probity::v1::ERROR_REASON_STORE_IN_USE) << refused;
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  close(said[0]);
  close(said[1]);
  EXPECT_TRUE(Open().ok()) << "the lock ends with the process";
}

TEST_F(RocksdbStoreTest, RefusesANewerFormatAndLeavesItAlone) {
  Fill(3);
  const std::string newer("\0\0\0\x63", 4);
  WithRawDatabase([&](rocksdb::DB* db, rocksdb::ColumnFamilyHandle* meta) {
    ASSERT_TRUE(db->Put({}, meta, EncodeMetaKey(MetaKey::kFormat), newer).ok());
  });
  const auto before = Files();
  absl::Status refused = Open().status();
  EXPECT_EQ(ReasonOf(refused), probity::v1::ERROR_REASON_STORE_FORMAT_NEWER) << refused;
  EXPECT_EQ(MetadataOf(refused).at("format"), "99");
  EXPECT_TRUE(Files() == before) << "something was written";
}

TEST_F(RocksdbStoreTest, SaysWhereItCannotWrite) {
  options_.path = "/dev/null/store";
  absl::Status refused = Open().status();
  EXPECT_EQ(ReasonOf(refused), probity::v1::ERROR_REASON_STORE_NOT_WRITABLE) << refused;
}

TEST_F(RocksdbStoreTest, NamesADamagedFile) {
  Fill(2000);
  // Flip bytes in the middle of the largest sorted file.
  std::filesystem::path largest;
  for (const auto& entry : std::filesystem::directory_iterator(options_.path)) {
    if (entry.path().extension() == ".sst" &&
        (largest.empty() || entry.file_size() > std::filesystem::file_size(largest))) {
      largest = entry.path();
    }
  }
  ASSERT_FALSE(largest.empty());
  {
    std::fstream file(largest, std::ios::in | std::ios::out | std::ios::binary);
    const auto size = static_cast<std::streamoff>(std::filesystem::file_size(largest));
    for (std::streamoff at = 0; at < size / 2; at += 512) {
      file.seekp(at);
      file.put('\x5a');
    }
  }
  // Either the open or a read notices; nothing is answered from damaged bytes.
  absl::Status noticed;
  auto store = Open();
  if (!store.ok()) {
    noticed = store.status();
  } else {
    auto head = (*store)->Head("");
    for (int i = 0; i < 2000 && noticed.ok(); ++i) {
      const RecordRef ref{"d", "key-" + std::to_string(i)};
      auto row = head->GetRecord(ref);
      noticed = row.status();
      if (noticed.ok()) {
        EXPECT_TRUE(row->has_value()) << ref.key;
      }
      if (noticed.ok()) noticed = head->SupplierOf(ref).status();
      if (noticed.ok()) {
        noticed =
            head->FindRecords(IndexKind::kIdentifier, IdentifierTerm("GB-COH", std::to_string(i)),
                              [](const RecordRef&) { return true; });
      }
    }
  }
  EXPECT_EQ(ReasonOf(noticed), probity::v1::ERROR_REASON_STORE_CORRUPT) << noticed;
  EXPECT_NE(noticed.message().find(".sst"), absl::string_view::npos) << noticed;
}

TEST_F(RocksdbStoreTest, KeepsItsLineageAndGivesOthersAnother) {
  const std::string lineage = Open().value()->Head("")->token().store_lineage();
  EXPECT_EQ(Open().value()->Head("")->token().store_lineage(), lineage);
  options_.path = directory_ + "/other";
  EXPECT_NE(Open().value()->Head("")->token().store_lineage(), lineage);
}

// The same parent and change set give the same revision everywhere.
TEST_F(RocksdbStoreTest, PublishingIsDeterministic) {
  std::string digests[2];
  for (std::string& digest : digests) {
    options_.path = directory_ + "/" + std::to_string(&digest - digests);
    options_.lineage = "0123456789abcdef";
    Fill(50);
    digest = Open().value()->Head("")->token().revision_digest();
  }
  EXPECT_EQ(digests[0], digests[1]);
}

}  // namespace
}  // namespace probity::storage
