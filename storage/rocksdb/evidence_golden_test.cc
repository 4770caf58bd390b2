// A log that an earlier release wrote is read, proven and gone on with by this one.
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/errors.h"
#include "evidence/testing.h"
#include "gtest/gtest.h"
#include "storage/maintenance.h"
#include "storage/rocksdb/evidence_codec.h"
#include "storage/rocksdb/rocksdb_evidence_log.h"
#include "storage/rocksdb/testing.h"
#include "storage/testing/evidence_conformance.h"

namespace probity::storage::testing {
namespace {

constexpr char kRows[] = "tests/testdata/evidence/log_format_2/rows.txt";
constexpr int kDecisions = 5;

class GoldenLogTest : public ::testing::Test {
 protected:
  GoldenLogTest() {
    EXPECT_NE(mkdtemp(directory_.data()), nullptr);
    const absl::Status made = MakeDatabase(Path(), kRows);
    EXPECT_TRUE(made.ok()) << made;
  }
  ~GoldenLogTest() override {
    log_.reset();
    std::filesystem::remove_all(directory_);
  }
  std::string Path() const { return directory_ + "/log"; }
  absl::Status Open() {
    log_.reset();
    EvidenceOptions options;
    options.path = Path();
    options.key = evidence::TestKey(0);
    options.log_id = kTestLogId;
    options.clock = [] { return evidence::kTestTime; };
    auto log = OpenRocksdbEvidenceLog(options);
    if (log.ok()) log_ = *std::move(log);
    return log.status();
  }
  // Of the closed log.
  uint32_t Format() const {
    LogIdentity identity;
    EXPECT_TRUE(ChangeRow(Path(), "default", EncodeIdentityKey(), [&](std::string* value) {
                  EXPECT_TRUE(ParseIdentity(*value, &identity));
                }).ok());
    return identity.format;
  }
  void ExpectDecisions() const {
    std::vector<std::string> names;
    for (int n = 0; n < kDecisions; ++n) {
      const EvidenceEntry entry = EntryNumber(n);
      names.push_back(entry.decision);
      const auto stored = log_->Get(entry.decision);
      ASSERT_TRUE(stored.ok()) << stored.status();
      EXPECT_EQ(stored->body.core(), entry.core);
      EXPECT_EQ(stored->body.bundle(), entry.bundle);
      EXPECT_EQ(stored->summary.time_us(), evidence::kTestTime + (n < 2 ? 0 : 1000000));
      EXPECT_EQ(stored->personal_texts.size(), n == 1 ? 1U : 0U);
      DecisionQuery query;
      query.authority = "authorities/a";
      query.record = entry.records.back();
      const auto page = log_->List(query);
      ASSERT_TRUE(page.ok()) << page.status();
      EXPECT_EQ(page->decisions.size(), n % 3 == 2 ? 1U : 2U);
      const auto again = log_->FindRequest("authorities/a", entry.request_id);
      ASSERT_TRUE(again.ok() && again->has_value()) << n;
      EXPECT_EQ((*again)->request_digest(), entry.request_digest);
    }
    EXPECT_EQ(log_->Get(names[1])->personal_texts.at(0).text(), "a name");
    EXPECT_EQ(*log_->OldestRevisionSince(0), 100U);
    EXPECT_EQ(FaultOfAnyReceipt(*log_, names, evidence::TestKey(0).public_key()), "");
  }
  void ExpectSound(uint64_t acts) const {
    probity::v1::CheckStoreResponse report;
    ASSERT_TRUE(log_->maintenance()->Check({}, &report).ok());
    EXPECT_EQ(report.findings_size(), 0) << report.ShortDebugString();
    EXPECT_EQ(report.decisions(), static_cast<uint64_t>(kDecisions));
    EXPECT_EQ(report.acts(), acts);
  }

  std::string directory_ = ::testing::TempDir() + "/golden-XXXXXX";
  std::unique_ptr<EvidenceLog> log_;
};

TEST_F(GoldenLogTest, IsReadAndStaysAsItIs) {
  for (int round = 0; round < 2; ++round) {
    const absl::Status opened = Open();
    ASSERT_TRUE(opened.ok()) << opened;
    ExpectDecisions();
    ExpectSound(0);
    EXPECT_TRUE(log_->ListActs({})->acts.empty());
    EXPECT_TRUE(log_->OpenActs()->empty());
    log_.reset();
    EXPECT_EQ(Format(), kFormatWithoutActs) << "the earlier release can go on with it";
  }
}

TEST_F(GoldenLogTest, GetsAnActAndIsThenOfTheNextFormat) {
  ASSERT_TRUE(Open().ok());
  const probity::v1::LogHead before = log_->Head();
  ASSERT_EQ(before.tree_size(), static_cast<uint64_t>(kDecisions));
  ASSERT_TRUE(AppendActAndWait(log_.get(), {"authorities/a/acts/1", "core", {}, ""}).ok());
  for (int round = 0; round < 2; ++round) {
    ExpectDecisions();
    ExpectSound(1);
    EXPECT_EQ(log_->GetAct("authorities/a/acts/1")->leaf_index, static_cast<uint64_t>(kDecisions));
    evidence::Trust trust;
    trust.public_keys.push_back(evidence::TestKey(0).public_key());
    const auto newer = MakeCheckpoint(*log_, before.tree_size());
    ASSERT_TRUE(newer.ok()) << newer.status();
    EXPECT_TRUE(evidence::CheckConsistency(before, *newer, trust).ok()) << "nothing was rewritten";
    log_.reset();
    // Where the earlier release reads it, too, which takes none above its own 2.
    EXPECT_EQ(Format(), kEvidenceFormat);
    ASSERT_TRUE(Open().ok());
  }
}

}  // namespace
}  // namespace probity::storage::testing
