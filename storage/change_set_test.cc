#include "storage/change_set.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "base/errors.h"
#include "base/hash.h"
#include "base/testing.h"
#include "gtest/gtest.h"
#include "storage/change_file.h"
#include "storage/memory/in_memory_store.h"
#include "storage/testing/builders.h"

namespace probity::storage {
namespace {

using testing::CreateDataset;
using testing::Day;
using testing::Party;

v1::ChangeRow Row(const std::string& key) {
  v1::ChangeRow row;
  row.set_key(key);
  row.set_removed(true);
  return row;
}

absl::StatusOr<std::vector<std::string>> ReadKeys(const ChangeSet& changes) {
  auto reader = ChangeRowReader::Open(changes);
  if (!reader.ok()) return reader.status();
  std::vector<std::string> keys;
  v1::ChangeRow row;
  while (true) {
    auto more = (*reader)->Next(&row);
    if (!more.ok()) return more.status();
    if (!*more) return keys;
    keys.push_back(row.key());
  }
}

TEST(ChangeFileTest, SortsAcrossManyRuns) {
  auto writer = ChangeFileWriter::Create(::testing::TempDir(), /*run_bytes=*/4096).value();
  std::vector<std::string> keys;
  for (int i = 0; i < 3000; ++i) keys.push_back("key-" + std::to_string(i));
  std::shuffle(keys.begin(), keys.end(), std::mt19937(5));
  for (const std::string& key : keys) ASSERT_TRUE(writer->Add(Row(key)).ok());
  ChangeSet changes = writer->Finish().value();
  std::sort(keys.begin(), keys.end());
  EXPECT_EQ(ReadKeys(changes).value(), keys);
  unlink(changes.path.c_str());
}

TEST(ChangeFileTest, NoRowsNeedNoFile) {
  ChangeSet changes = ChangeFileWriter::Create(::testing::TempDir()).value()->Finish().value();
  EXPECT_EQ(changes.path, "");
  EXPECT_TRUE(ReadKeys(changes).value().empty());
}

TEST(ChangeFileTest, NoticesEveryDamagedByteAndEveryCut) {
  auto writer = ChangeFileWriter::Create(::testing::TempDir()).value();
  ASSERT_TRUE(writer->Add(Row("a")).ok());
  ASSERT_TRUE(writer->Add(Row("b")).ok());
  const ChangeSet changes = writer->Finish().value();
  const std::string good = ReadFile(changes.path).value();
  for (size_t i = 0; i < good.size(); ++i) {
    std::string bad = good;
    bad[i] ^= 1;
    std::ofstream(changes.path, std::ios::binary | std::ios::trunc) << bad;
    EXPECT_EQ(ReasonOf(ReadKeys(changes).status()), probity::v1::ERROR_REASON_STORE_CORRUPT) << i;
    std::ofstream(changes.path, std::ios::binary | std::ios::trunc) << good.substr(0, i);
    EXPECT_EQ(ReasonOf(ReadKeys(changes).status()), probity::v1::ERROR_REASON_STORE_CORRUPT) << i;
  }
  unlink(changes.path.c_str());
}

TEST(ChangeFileTest, RefusesKeysThatDoNotRise) {
  for (const char* second : {"a", "b"}) {  // behind "b": before it, and itself
    ChangeSet changes;
    std::string bytes;
    for (const char* key : {"b", second}) {
      const std::string row = Row(key).SerializeAsString();
      bytes += static_cast<char>(row.size());
      bytes += row;
    }
    changes.path = ::testing::TempDir() + "/unordered";
    changes.digest = Sha256(bytes);
    std::ofstream(changes.path, std::ios::binary | std::ios::trunc) << bytes;
    EXPECT_EQ(ReasonOf(ReadKeys(changes).status()), probity::v1::ERROR_REASON_STORE_CORRUPT);
    unlink(changes.path.c_str());
  }
}

TEST(ChangeFileTest, NamesADirectoryThatIsNotThere) {
  EXPECT_EQ(ReasonOf(ChangeFileWriter::Create("/no/such/directory").status()),
            probity::v1::ERROR_REASON_STORE_NOT_WRITABLE);
}

class ChangeSetTest : public ::testing::Test {
 protected:
  ChangeSetTest() : store_(TestIdentifiers(), "0123456789abcdef") {
    EXPECT_TRUE(CreateDataset(&store_, "reg", probity::v1::ABSENCE_MODE_RETRACTED).ok());
    EXPECT_TRUE(CreateDataset(&store_, "list", probity::v1::ABSENCE_MODE_DELISTED).ok());
  }

  probity::v1::ErrorReason Refusal(const LoadSpec& spec) {
    return ReasonOf(
        ChangeSetBuilder::Create(*store_.Head(""), spec, ::testing::TempDir()).status());
  }

  InMemoryStore store_;
};

TEST_F(ChangeSetTest, RefusesWhatCannotBe) {
  LoadSpec spec;
  spec.dataset = "none";
  EXPECT_EQ(Refusal(spec), probity::v1::ERROR_REASON_DATASET_NOT_FOUND);
  spec.dataset = "list";
  EXPECT_EQ(Refusal(spec), probity::v1::ERROR_REASON_EDITION_REQUIRED);
  spec.edition = Day("2020-05");
  EXPECT_EQ(Refusal(spec), probity::v1::ERROR_REASON_EDITION_REQUIRED);
  spec.dataset = "reg";
  spec.edition = Day("2020-05-01");
  spec.mode = probity::v1::LOAD_MODE_BACKFILL;
  EXPECT_EQ(Refusal(spec), probity::v1::ERROR_REASON_MODE_NOT_ALLOWED);
}

TEST_F(ChangeSetTest, RefusesAKeyThatCameBefore) {
  auto head = store_.Head("");
  LoadSpec spec;
  spec.dataset = "reg";
  auto builder = ChangeSetBuilder::Create(*head, spec, ::testing::TempDir()).value();
  ASSERT_TRUE(builder->Add(Party("a", "First", {})).ok());
  EXPECT_EQ(ReasonOf(builder->Add(Party("a", "Second", {}))),
            probity::v1::ERROR_REASON_ROW_KEY_DUPLICATE);
  ASSERT_TRUE(builder->Add(Party("b", "Third", {})).ok());
  ChangeSet changes = builder->Finish().value();
  EXPECT_EQ(changes.header.counts().added(), 2u);
  EXPECT_EQ(changes.header.state().record_count(), 2u);
  unlink(changes.path.c_str());
}

TEST_F(ChangeSetTest, CountsWhatChanged) {
  ASSERT_TRUE(testing::Load(
                  &store_, {"reg", {Party("a", "A", {}), Party("b", "B", {}), Party("c", "C", {})}})
                  .ok());
  ChangeSet changes =
      testing::MakeChangeSet(
          store_, {"reg", {Party("a", "A", {}), Party("b", "B2", {}), Party("d", "D", {})}})
          .value();
  const probity::v1::LoadCounts& counts = changes.header.counts();
  EXPECT_EQ(counts.unchanged(), 1u);
  EXPECT_EQ(counts.changed(), 1u);
  EXPECT_EQ(counts.added(), 1u);
  EXPECT_EQ(counts.removed(), 1u);
  EXPECT_EQ(counts.change_set_bytes(), changes.bytes);
  EXPECT_EQ(ReadKeys(changes).value(), (std::vector<std::string>{"b", "c", "d"}));
  EXPECT_EQ(changes.header.state().body_counts().at(2), 3u);
  unlink(changes.path.c_str());
}

TEST_F(ChangeSetTest, CountsFlagsAboutRecordsOfOtherDatasets) {
  const auto flagged = [this](std::vector<probity::v1::Record> flags) {
    testing::TestLoad load{"list", std::move(flags)};
    load.edition = "2021-01-01";
    auto view = testing::Load(&store_, load).value();
    const auto& counts = view->FindDataset("list")->flagged_datasets();
    return std::map<std::string, uint64_t>(counts.begin(), counts.end());
  };
  using Counts = std::map<std::string, uint64_t>;
  EXPECT_EQ(flagged({testing::Flag("own", "records/p")}), Counts());
  EXPECT_EQ(
      flagged({testing::Flag("own", "records/p"), testing::Flag("a", "datasets/reg/records/1"),
               testing::Flag("b", "datasets/reg/records/2")}),
      (Counts{{"reg", 2}}));
  EXPECT_EQ(flagged({testing::Flag("a", "datasets/list/records/p"),
                     testing::Flag("b", "datasets/reg/records/2")}),
            (Counts{{"reg", 1}}));
}

TEST_F(ChangeSetTest, ABackfillLeavesTheNewestEditionsFacts) {
  testing::TestLoad load{"list", {testing::Flag("f", "records/p")}};
  load.edition = "2021-01-01";
  ASSERT_TRUE(testing::Load(&store_, load).ok());
  load.edition = "2019-01-01";
  load.mode = probity::v1::LOAD_MODE_BACKFILL;
  auto view = testing::Load(&store_, load).value();
  EXPECT_EQ(view->FindDataset("list")->edition().edition().year(), 2021);
  EXPECT_EQ(view->FindDataset("list")->edition_days_size(), 2);
}

TEST(NewDatasetTest, ChecksNameAndAbsence) {
  InMemoryStore store(TestIdentifiers(), "0123456789abcdef");
  auto head = store.Head("");
  probity::v1::Dataset dataset;
  for (const char* name : {"", "datasets/", "datasets/A", "datasets/1a", "datasets/a_b", "a"}) {
    dataset.set_name(name);
    dataset.set_absence(probity::v1::ABSENCE_MODE_RETRACTED);
    EXPECT_EQ(ReasonOf(NewDatasetChangeSet(*head, dataset).status()),
              probity::v1::ERROR_REASON_INVALID_FIELD)
        << name;
  }
  dataset.set_name("datasets/a-1");
  EXPECT_TRUE(NewDatasetChangeSet(*head, dataset).ok());
  dataset.clear_absence();
  EXPECT_FALSE(NewDatasetChangeSet(*head, dataset).ok());
  ASSERT_TRUE(CreateDataset(&store, "a-1", probity::v1::ABSENCE_MODE_RETRACTED).ok());
  dataset.set_absence(probity::v1::ABSENCE_MODE_RETRACTED);
  EXPECT_EQ(ReasonOf(NewDatasetChangeSet(*store.Head(""), dataset).status()),
            probity::v1::ERROR_REASON_DATASET_EXISTS);
  // Who does not look is told at the publish.
  const auto blind = NewDatasetChangeSet(dataset);
  ASSERT_TRUE(blind.ok());
  EXPECT_EQ(ReasonOf(store.Publish(*blind, {}).status()), probity::v1::ERROR_REASON_LOAD_CONFLICT);
}

}  // namespace
}  // namespace probity::storage
