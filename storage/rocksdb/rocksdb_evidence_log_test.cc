// The contract of the evidence log held to RocksDB, and what is RocksDB's alone:
// what is on disk, and what is refused when it is opened.
#include "storage/rocksdb/rocksdb_evidence_log.h"

#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>
#include <set>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/blocking_counter.h"
#include "absl/synchronization/notification.h"
#include "base/errors.h"
#include "base/hash.h"
#include "base/testing.h"
#include "evidence/personal_text.h"
#include "rocksdb/db.h"
#include "storage/maintenance.h"
#include "storage/rocksdb/evidence_codec.h"
#include "storage/rocksdb/testing.h"
#include "storage/testing/evidence_conformance.h"

namespace probity::storage::testing {
namespace {

using ::testing::HasSubstr;
namespace fs = std::filesystem;

std::string NewDirectory() {
  std::string directory = ::testing::TempDir() + "/evidence-XXXXXX";
  EXPECT_NE(mkdtemp(directory.data()), nullptr);
  return directory;
}

EvidenceOptions Options(const std::string& path) {
  EvidenceOptions options;
  options.path = path;
  options.key = evidence::TestKey(0);
  options.log_id = kTestLogId;
  options.clock = [] { return evidence::kTestTime; };
  options.note_interval = absl::ZeroDuration();
  return options;
}

class RocksdbFactory : public EvidenceLogFactory {
 public:
  ~RocksdbFactory() override { fs::remove_all(directory_); }
  std::unique_ptr<EvidenceLog> New(const evidence::SigningKey& key,
                                   std::function<int64_t()> clock) override {
    clock_ = std::move(clock);
    return Open(key);
  }
  std::unique_ptr<EvidenceLog> Reopen(std::unique_ptr<EvidenceLog> log,
                                      const evidence::SigningKey& key) override {
    log.reset();
    return Open(key);
  }

 private:
  std::unique_ptr<EvidenceLog> Open(const evidence::SigningKey& key) {
    EvidenceOptions options = Options(directory_ + "/log");
    options.key = key;
    options.clock = clock_;
    auto log = OpenRocksdbEvidenceLog(options);
    EXPECT_TRUE(log.ok()) << log.status();
    return *std::move(log);
  }

  const std::string directory_ = NewDirectory();
  std::function<int64_t()> clock_;
};

std::unique_ptr<EvidenceLogFactory> MakeFactory() { return std::make_unique<RocksdbFactory>(); }
INSTANTIATE_TEST_SUITE_P(Rocksdb, EvidenceConformanceTest, ::testing::Values(&MakeFactory));

class RocksdbEvidenceLogTest : public ::testing::Test {
 protected:
  ~RocksdbEvidenceLogTest() override {
    log_.reset();
    fs::remove_all(directory_);
  }
  absl::Status Open() { return Open(Options(path_)); }
  absl::Status Open(const EvidenceOptions& options) {
    log_.reset();
    auto log = OpenRocksdbEvidenceLog(options);
    if (!log.ok()) return log.status();
    log_ = *std::move(log);
    return absl::OkStatus();
  }
  void Fill(int begin, int end) {
    for (int n = begin; n < end; ++n) {
      ASSERT_TRUE(AppendAndWait(log_.get(), EntryNumber(n)).ok());
    }
  }
  // A closed log of ten decisions.
  void MakeTen() {
    ASSERT_TRUE(Open().ok());
    Fill(0, 10);
    log_.reset();
  }
  // Of the closed log.
  void Change(const std::string& family, const std::string& key,
              const std::function<void(std::string*)>& change) {
    ASSERT_TRUE(ChangeRow(path_, family, key, change).ok());
  }
  // All bytes of all files.
  std::string AllBytes() const { return TextOfFilesBelow(path_); }

  const std::string directory_ = NewDirectory();
  const std::string path_ = directory_ + "/log";
  std::unique_ptr<EvidenceLog> log_;
};

TEST_F(RocksdbEvidenceLogTest, DrawsAnIdOfItsOwn) {
  EvidenceOptions options = Options(path_);
  options.log_id.clear();
  ASSERT_TRUE(Open(options).ok());
  const std::string id = log_->Head().log_id();
  EXPECT_EQ(id.size(), 16u);
  ASSERT_TRUE(Open(options).ok());
  EXPECT_EQ(log_->Head().log_id(), id);
  options.path = directory_ + "/other";
  ASSERT_TRUE(Open(options).ok());
  EXPECT_NE(log_->Head().log_id(), id);
}

TEST_F(RocksdbEvidenceLogTest, RefusesAnotherLog) {
  MakeTen();
  EvidenceOptions options = Options(path_);
  options.log_id = "another log's id";
  EXPECT_EQ(ReasonOf(Open(options)), probity::v1::ERROR_REASON_EVIDENCE_OTHER_LOG);
  options.log_id = "short";
  EXPECT_EQ(ReasonOf(Open(options)), probity::v1::ERROR_REASON_INVALID_FIELD);
}

TEST_F(RocksdbEvidenceLogTest, RefusesAnotherKeyAndNamesTheRightOne) {
  MakeTen();
  EvidenceOptions options = Options(path_);
  options.key = evidence::TestKey(1);
  const absl::Status wrong = Open(options);
  EXPECT_EQ(ReasonOf(wrong), probity::v1::ERROR_REASON_EVIDENCE_KEY_WRONG);
  EXPECT_EQ(MetadataOf(wrong)["wanted_key_id"], ToHex(evidence::TestKey(0).key_id()));
  options.key.reset();
  EXPECT_EQ(ReasonOf(Open(options)), probity::v1::ERROR_REASON_INVALID_FIELD);
  ASSERT_TRUE(Open().ok()) << "nothing was changed";
}

TEST_F(RocksdbEvidenceLogTest, RefusesASecondOpening) {
  ASSERT_TRUE(Open().ok());
  EXPECT_EQ(ReasonOf(OpenRocksdbEvidenceLog(Options(path_)).status()),
            probity::v1::ERROR_REASON_STORE_IN_USE);
}

TEST_F(RocksdbEvidenceLogTest, RefusesOtherFormatsWithoutAWrite) {
  MakeTen();
  const auto refused_at = [this](uint32_t format) {
    Change("default", EncodeIdentityKey(),
           [format](std::string* value) { (*value)[3] = static_cast<char>(format); });
    const std::string before = AllBytes();
    const absl::Status status = Open();
    EXPECT_TRUE(AllBytes() == before);
    return ReasonOf(status);
  };
  EXPECT_EQ(refused_at(kEvidenceFormat + 1), probity::v1::ERROR_REASON_STORE_FORMAT_NEWER);
  EXPECT_EQ(refused_at(kFormatWithoutActs - 1), probity::v1::ERROR_REASON_EVIDENCE_LOG_CORRUPT)
      << "of no release";
}

// A log of a release before acts goes on as it is; with its first act, that release refuses it
// instead of taking it for damaged.
TEST_F(RocksdbEvidenceLogTest, TheFirstActRaisesTheFormat) {
  MakeTen();
  const auto format = [this] {
    LogIdentity identity;
    Change("default", EncodeIdentityKey(),
           [&identity](std::string* value) { EXPECT_TRUE(ParseIdentity(*value, &identity)); });
    EXPECT_EQ(identity.log_id, kTestLogId);
    return identity.format;
  };
  EXPECT_EQ(format(), kFormatWithoutActs);
  ASSERT_TRUE(Open().ok());
  ActEntry begun;
  begun.act = "acts/1";
  begun.core = "core";
  ASSERT_TRUE(AppendActAndWait(log_.get(), begun).ok());
  ASSERT_TRUE(AppendActAndWait(log_.get(), {"acts/1-end", "core", {}, "acts/1"}).ok());
  Fill(10, 12);
  probity::v1::CheckStoreResponse report;
  ASSERT_TRUE(log_->maintenance()->Check({}, &report).ok());
  EXPECT_EQ(report.findings_size(), 0) << report.ShortDebugString();
  EXPECT_EQ(report.decisions(), 12u);
  EXPECT_EQ(report.acts(), 2u);
  log_.reset();
  EXPECT_EQ(format(), kEvidenceFormat);
  ASSERT_TRUE(Open().ok());
  EXPECT_EQ(log_->Head().tree_size(), 14u);
  ASSERT_TRUE(log_->Get(EntryNumber(9).decision).ok());
}

TEST_F(RocksdbEvidenceLogTest, RefusesADirectoryThatCannotBeMade) {
  EXPECT_EQ(ReasonOf(Open(Options(directory_ + "/none/log"))),
            probity::v1::ERROR_REASON_STORE_NOT_WRITABLE);
}

TEST_F(RocksdbEvidenceLogTest, RefusesWhatWasChangedInTheTables) {
  struct Harm {
    const char* what;
    const char* family;
    std::string key;
    std::function<void(std::string*)> change;
  };
  const auto flip = [](std::string* value) { value->back() ^= 1; };
  const auto flip_name = [](std::string* value) { value->at(5) ^= 1; };
  const auto remove = [](std::string* value) { value->clear(); };
  const auto cut = [](std::string* value) { value->resize(1); };
  const Harm harms[] = {{"newest decision", "entries", EncodeBodyKey(9), flip},
                        {"newest decision gone", "entries", EncodeBodyKey(9), remove},
                        {"newest summary", "entries", EncodeSummaryKey(9), flip_name},
                        {"newest summary gone", "entries", EncodeSummaryKey(9), remove},
                        {"leaf in the frontier", "nodes", EncodeLeaf(9), flip},
                        {"leaf gone", "nodes", EncodeLeaf(7), remove},
                        {"leaf cut", "nodes", EncodeLeaf(7), cut},
                        {"newest head", "default", EncodeHeadKey(10, 0), flip},
                        {"newest head gone", "default", EncodeHeadKey(10, 0), remove},
                        {"identity gone", "default", EncodeIdentityKey(), remove},
                        {"identity cut", "default", EncodeIdentityKey(), cut}};
  MakeTen();
  for (const Harm& harm : harms) {
    fs::copy(path_, directory_ + "/whole");
    Change(harm.family, harm.key, harm.change);
    const absl::Status refused = Open();
    EXPECT_EQ(ReasonOf(refused), probity::v1::ERROR_REASON_EVIDENCE_LOG_CORRUPT)
        << harm.what << ": " << refused;
    log_.reset();
    fs::remove_all(path_);
    fs::rename(directory_ + "/whole", path_);
  }
  EXPECT_TRUE(Open().ok());
}

TEST_F(RocksdbEvidenceLogTest, AChangedDecisionIsNotGiven) {
  MakeTen();
  Change("entries", EncodeBodyKey(4), [](std::string* value) { value->at(3) ^= 1; });
  ASSERT_TRUE(Open().ok()) << "only the newest is looked at";
  EXPECT_EQ(ReasonOf(log_->Get(EntryNumber(4).decision).status()),
            probity::v1::ERROR_REASON_EVIDENCE_LOG_CORRUPT);
  EXPECT_TRUE(log_->Get(EntryNumber(5).decision).ok());
}

// A log whose end was taken away whole, head and all, looks like one that lost
// power; the note beside it knows better.
TEST_F(RocksdbEvidenceLogTest, RefusesALogWhoseEndIsCutOff) {
  MakeTen();
  for (const auto& file : fs::directory_iterator(path_)) {
    if (file.path().extension() != ".log") continue;
    const auto size = fs::file_size(file.path());
    if (size > 0) fs::resize_file(file.path(), size - 1);
  }
  const absl::Status refused = Open();
  EXPECT_EQ(ReasonOf(refused), probity::v1::ERROR_REASON_EVIDENCE_LOG_CORRUPT) << refused;
  EXPECT_THAT(std::string(refused.message()), HasSubstr("10 entries were durable, there are 9"));
  fs::remove(path_ + "/DURABLE");
  ASSERT_TRUE(Open().ok()) << "who removes the note gives up that check";
  EXPECT_EQ(log_->Head().tree_size(), 9u);
}

TEST_F(RocksdbEvidenceLogTest, RefusesALogWhoseFilesAreGone) {
  for (const char* kind : {"CURRENT", "MANIFEST", ".log"}) {
    MakeTen();
    for (const auto& file : fs::directory_iterator(path_)) {
      if (absl::StrContains(file.path().string(), kind)) fs::remove(file.path());
    }
    EXPECT_EQ(ReasonOf(Open()), probity::v1::ERROR_REASON_EVIDENCE_LOG_CORRUPT) << kind;
    fs::remove_all(path_);
  }
}

TEST_F(RocksdbEvidenceLogTest, RefusesTheDirectoryOfAnotherDatabase) {
  rocksdb::Options options;
  options.create_if_missing = true;
  rocksdb::DB* db = nullptr;
  ASSERT_TRUE(rocksdb::DB::Open(options, path_, &db).ok());
  rocksdb::ColumnFamilyHandle* other = nullptr;
  ASSERT_TRUE(db->CreateColumnFamily({}, "records", &other).ok());
  ASSERT_TRUE(db->Put({}, "key", "value").ok());
  db->DestroyColumnFamilyHandle(other);
  delete db;
  EXPECT_EQ(ReasonOf(Open()), probity::v1::ERROR_REASON_EVIDENCE_LOG_CORRUPT);
}

TEST_F(RocksdbEvidenceLogTest, AnErasedTextIsInNoFileAnyMore) {
  ASSERT_TRUE(Open().ok());
  Fill(0, 5);
  EvidenceEntry entry = EntryNumber(5);
  entry.personal_texts = {evidence::MakePersonalText("a name that must go"),
                          evidence::MakePersonalText("a name that stays")};
  ASSERT_TRUE(AppendAndWait(log_.get(), entry).ok());
  Fill(6, 9);
  EXPECT_THAT(AllBytes(), HasSubstr("a name that must go"));
  const ErasureOrder order{{entry.personal_texts[0].digest()}, "ann", "asked for"};
  ASSERT_TRUE(log_->ErasePersonalTexts(entry.decision, order).ok());
  for (int round = 0; round < 2; ++round) {
    EXPECT_FALSE(absl::StrContains(AllBytes(), "a name that must go"));
    EXPECT_FALSE(absl::StrContains(AllBytes(), entry.personal_texts[0].salt()));
    EXPECT_EQ(log_->Get(entry.decision)->personal_texts.size(), 2u);
    ASSERT_TRUE(Open().ok());
  }
}

TEST_F(RocksdbEvidenceLogTest, WhatWaitsIsWrittenAsOneGroup) {
  EvidenceOptions options = Options(path_);
  absl::Notification begun, released;
  std::atomic<int> calls{0};
  options.clock = [&] {
    // The first call makes the first head; the second one belongs to group one.
    if (++calls == 2) {
      begun.Notify();
      released.WaitForNotification();
    }
    return evidence::kTestTime;
  };
  ASSERT_TRUE(Open(options).ok());
  absl::BlockingCounter done(33);
  const auto append = [&](int n) {
    log_->Append(EntryNumber(n), [&](absl::StatusOr<Recorded> recorded) {
      EXPECT_TRUE(recorded.ok()) << recorded.status();
      done.DecrementCount();
    });
  };
  append(0);
  begun.WaitForNotification();
  for (int n = 1; n < 33; ++n) append(n);
  released.Notify();
  done.Wait();
  EXPECT_EQ(log_->stats().recorded, 33u);
  EXPECT_EQ(log_->stats().groups, 2u);
  EXPECT_EQ(log_->HeadAt(2)->tree_size(), 33u) << "one head for the group";
}

TEST_F(RocksdbEvidenceLogTest, AFullQueueRefuses) {
  EvidenceOptions options = Options(path_);
  options.limits.entries = 2;
  absl::Notification begun, released;
  std::atomic<int> calls{0};
  options.clock = [&] {
    if (++calls == 2) {
      begun.Notify();
      released.WaitForNotification();
    }
    return evidence::kTestTime;
  };
  ASSERT_TRUE(Open(options).ok());
  std::atomic<int> recorded{0}, full{0};
  const auto append = [&](int n) {
    log_->Append(EntryNumber(n), [&](absl::StatusOr<Recorded> result) {
      recorded += result.ok() ? 1 : 0;
      full += ReasonOf(result.status()) == probity::v1::ERROR_REASON_EVIDENCE_QUEUE_FULL ? 1 : 0;
    });
  };
  append(0);
  begun.WaitForNotification();
  for (int n = 1; n < 6; ++n) append(n);
  EXPECT_EQ(full, 3) << "at once";
  released.Notify();
  log_.reset();  // records what waits
  EXPECT_EQ(recorded, 3);
}

// A filter that leaves nearly all out: a page ends after so many rows.
TEST_F(RocksdbEvidenceLogTest, AListLooksAtSoManyRowsForAPage) {
  ASSERT_TRUE(Open().ok());
  constexpr int kMany = 10050;
  absl::BlockingCounter done(kMany);
  for (int n = 0; n < kMany; ++n) {
    EvidenceEntry entry = EntryNumber(n);
    entry.verdict = n == 3 ? 3 : 1;
    entry.subjects = {"suppliers/all"};
    while (log_->stats().recorded + 4000 < static_cast<uint64_t>(n)) std::this_thread::yield();
    log_->Append(std::move(entry), [&](absl::StatusOr<Recorded> recorded) {
      EXPECT_TRUE(recorded.ok()) << recorded.status();
      done.DecrementCount();
    });
  }
  done.Wait();
  DecisionQuery query;
  query.authority = "authorities/a";
  query.subject = "suppliers/all";
  query.verdict = 3;
  auto page = log_->List(query);
  ASSERT_TRUE(page.ok()) << page.status();
  EXPECT_TRUE(page->decisions.empty());
  ASSERT_TRUE(page->next.has_value());
  query.before = *page->next;
  page = log_->List(query);
  ASSERT_EQ(page->decisions.size(), 1u);
  EXPECT_EQ(page->decisions[0].leaf_index(), 3u);
  EXPECT_FALSE(page->next.has_value());
}

}  // namespace
}  // namespace probity::storage::testing
