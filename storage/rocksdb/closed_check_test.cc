// What checks of a store and of a log find.
#include "storage/rocksdb/closed_check.h"

#include <filesystem>
#include <fstream>
#include <functional>
#include <string>

#include "base/errors.h"
#include "gmock/gmock.h"
#include "storage/index_terms.h"
#include "storage/rocksdb/backup_testing.h"
#include "storage/rocksdb/evidence_codec.h"
#include "storage/rocksdb/key_codec.h"
#include "storage/rocksdb/testing.h"

namespace probity::storage {
namespace {

using probity::v1::CheckStoreResponse;
using ::testing::HasSubstr;

class ClosedCheckTest : public BackupTest {
 protected:
  CheckStoreResponse Check(bool quick = false) {
    CheckStoreResponse report;
    EXPECT_TRUE(CheckClosedStore(store_options_, {quick}, &report).ok());
    EXPECT_TRUE(CheckClosedLog(log_options_, {quick}, &report).ok());
    return report;
  }
};

// What a check says of one row that was changed behind its back.
struct Harm {
  const char* name;
  std::function<absl::Status(const std::string& directory)> act;
  const char* part;
  const char* words;
};

class CheckTest : public ClosedCheckTest, public ::testing::WithParamInterface<Harm> {};

TEST_P(CheckTest, NamesTheDamage) {
  Publish(150);
  Close();
  EXPECT_EQ(Check().findings_size(), 0) << Check().DebugString();
  EXPECT_GT(Check().rows(), 1000u);
  EXPECT_EQ(Check().decisions(), 3u);
  const absl::Status done = GetParam().act(directory_);
  ASSERT_TRUE(done.ok()) << done;
  const CheckStoreResponse report = Check();
  ASSERT_GT(report.findings_size(), 0) << "not noticed";
  EXPECT_EQ(report.findings(0).part(), GetParam().part);
  EXPECT_THAT(report.DebugString(), HasSubstr(GetParam().words));
  EXPECT_THAT(report.findings(0).recovery(), HasSubstr("docs/OPERATIONS.md"));
}

absl::Status Flip(const std::string& directory, const std::string& ending) {
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    if (entry.path().extension() != ending || entry.file_size() < 200) continue;
    std::fstream file(entry.path(), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(100);
    file.put('\x5a');
    return absl::OkStatus();
  }
  return absl::NotFoundError(directory);
}

void Drop(std::string* value) { value->clear(); }

INSTANTIATE_TEST_SUITE_P(
    Rows, CheckTest,
    ::testing::Values(
        Harm{"TableHasAWrongByte",
             [](const std::string& directory) { return Flip(directory + "/store", ".sst"); },
             "store", ".sst"},
        Harm{"RecordIsGone",
             [](const std::string& directory) {
               return testing::ChangeRow(directory + "/store", "records",
                                         EncodeRecordKey(1, "key-7", 2), &Drop);
             },
             "store", "key-7"},
        Harm{"IndexEntryIsGone",
             [](const std::string& directory) {
               return testing::ChangeRow(
                   directory + "/store", "index",
                   EncodeTermKey(static_cast<uint8_t>(IndexKind::kIdentifier),
                                 IdentifierTerm("GB-COH", "7"), 1, "key-7", 2),
                   &Drop);
             },
             "store", "the index does not lead to it"},
        Harm{"RecordSaysSomethingElse",
             [](const std::string& directory) {
               return testing::ChangeRecord(
                   directory + "/store", "key-7", [](probity::v1::Record* record) {
                     record->mutable_supplier()->mutable_identifiers(0)->set_value("8888");
                   });
             },
             "store", "the index does not lead to it"},
        Harm{"ChangeIsGone",
             [](const std::string& directory) {
               return testing::ChangeRow(directory + "/store", "changes",
                                         EncodeChangeKey(1, 3, "key-200"), &Drop);
             },
             "store", "do not name it"},
        Harm{"ManifestSaysSomethingElse",
             [](const std::string& directory) {
               return testing::ChangeRow(directory + "/store", "meta", EncodeManifestKey(2),
                                         [](std::string* value) {
                                           v1::Manifest manifest;
                                           manifest.ParseFromString(*value);
                                           manifest.set_note("forged");
                                           *value = manifest.SerializeAsString();
                                         });
             },
             "store", "does not name the digest"},
        Harm{"DecisionSaysSomethingElse",
             [](const std::string& directory) {
               return testing::ChangeRow(directory + "/evidence", "entries", EncodeBodyKey(1),
                                         [](std::string* value) {
                                           v1::DecisionBody body;
                                           body.ParseFromString(*value);
                                           body.set_core("forged");
                                           *value = body.SerializeAsString();
                                         });
             },
             "evidence", "decision 1"},
        Harm{"HashOfTheTreeIsAnother",
             [](const std::string& directory) {
               return testing::ChangeRow(directory + "/evidence", "nodes", EncodeLeaf(0),
                                         [](std::string* value) { (*value)[3] ^= 1; });
             },
             "evidence", "decision 0"},
        Harm{"DecisionIsNotListed",
             [](const std::string& directory) {
               return testing::ChangeRow(directory + "/evidence", "index",
                                         EncodeDecisionKey(testing::EntryNumber(2).decision),
                                         &Drop);
             },
             "evidence", "does not lead to it"}),
    [](const auto& test) { return std::string(test.param.name); });

TEST_F(ClosedCheckTest, AStoreThatIsOpenIsNotLookedAt) {
  CheckStoreResponse report;
  EXPECT_EQ(ReasonOf(CheckClosedStore(store_options_, {}, &report)),
            probity::v1::ERROR_REASON_STORE_IN_USE);
  EXPECT_EQ(ReasonOf(CheckClosedLog(log_options_, {}, &report)),
            probity::v1::ERROR_REASON_STORE_IN_USE);
  EXPECT_TRUE(store_->maintenance()->Check({}, &report).ok());
  EXPECT_TRUE(log_->maintenance()->Check({}, &report).ok());
  EXPECT_EQ(report.findings_size(), 0) << report.DebugString();
}

TEST_F(ClosedCheckTest, AQuickCheckNamesALostManifest) {
  Close();
  EXPECT_EQ(Check(true).findings_size(), 0);
  for (const auto& entry : std::filesystem::directory_iterator(store_options_.path)) {
    const std::string name = entry.path().filename().string();
    if (name.find("MANIFEST-") == 0) std::filesystem::remove(entry.path());
  }
  const CheckStoreResponse report = Check(true);
  ASSERT_EQ(report.findings_size(), 1);
  EXPECT_THAT(report.findings(0).recovery(), HasSubstr("The store is damaged"));
}

TEST_F(ClosedCheckTest, IsUnusedWhereNothingWasEverStored) {
  Close();
  EXPECT_TRUE(IsUnused(directory_ + "/absent"));
  const std::string fresh = directory_ + "/fresh";
  std::filesystem::create_directory(fresh);
  EXPECT_TRUE(IsUnused(fresh));
  std::ofstream(fresh + "/LOCK") << "";  // of a start that was cut off at once
  EXPECT_TRUE(IsUnused(fresh));
  ASSERT_TRUE(MarkForRestore(directory_ + "/restored").ok());
  EXPECT_FALSE(IsUnused(directory_ + "/restored"));
  for (const std::string& path : {store_options_.path, log_options_.path}) {
    EXPECT_FALSE(IsUnused(path));
    std::filesystem::remove(path + "/CURRENT");
    EXPECT_FALSE(IsUnused(path)) << "there is data";
  }
}

TEST_F(ClosedCheckTest, ACheckNamesARestoreThatWasCutOff) {
  Close();
  store_options_.path = directory_ + "/fresh";
  ASSERT_TRUE(MarkForRestore(store_options_.path).ok());
  CheckStoreResponse report;
  ASSERT_TRUE(CheckClosedStore(store_options_, {true}, &report).ok());
  ASSERT_EQ(report.findings_size(), 1);
  EXPECT_THAT(report.findings(0).recovery(), HasSubstr("A restore was cut off"));
  store_options_.path = directory_ + "/absent";
  EXPECT_EQ(CheckClosedStore(store_options_, {true}, &report).code(), absl::StatusCode::kNotFound);
}

TEST_F(ClosedCheckTest, TheHeadOfAClosedStoreIsItsNewestRevision) {
  EXPECT_EQ(ReasonOf(ReadClosedHead(store_options_).status()),
            probity::v1::ERROR_REASON_STORE_IN_USE);
  Publish(3);
  Close();
  const auto before = ReadClosedHead(store_options_);
  ASSERT_TRUE(before.ok()) << before.status();
  EXPECT_GT(before->revision(), 1u);
  EXPECT_GT(before->published_at_us(), 0);
  RocksdbOptions nowhere = store_options_;
  nowhere.path = directory_ + "/nowhere";
  EXPECT_TRUE(absl::IsNotFound(ReadClosedHead(nowhere).status()));
}

}  // namespace
}  // namespace probity::storage
