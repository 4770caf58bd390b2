#include "storage/retention/retention.h"

#include "base/errors.h"
#include "base/testing.h"
#include "gmock/gmock.h"
#include "storage/memory/in_memory_evidence_log.h"
#include "storage/memory/in_memory_store.h"
#include "storage/testing/builders.h"
#include "storage/testing/evidence_conformance.h"

namespace probity::storage {
namespace {

using probity::v1::LegalHold;
using ::testing::ElementsAre;

constexpr char kLineage[] = "0123456789abcdef";

class RetentionTest : public ::testing::Test {
 protected:
  RetentionTest()
      : store_(TestIdentifiers(), kLineage),
        log_(evidence::TestKey(0), testing::kTestLogId, [this] { return now_us_; }) {
    EXPECT_TRUE(testing::CreateDataset(&store_, "d", probity::v1::ABSENCE_MODE_RETRACTED).ok());
    Publish(28);  // revisions 3 to 30
  }

  void Publish(int times) {
    for (int i = 0; i < times; ++i) ASSERT_TRUE(testing::Load(&store_, {"d", {}}).ok());
  }

  Retention With(uint64_t retained) {
    return Retention({&store_, &log_, retained, absl::Hours(24)});
  }

  absl::Time now() const { return absl::FromUnixMicros(now_us_); }

  void Decide(uint64_t revision) {
    EvidenceEntry entry = testing::EntryNumber(decisions_++);
    entry.revision = revision;
    ASSERT_TRUE(testing::AppendAndWait(&log_, entry).ok());
  }

  // The earliest revision once all is swept that may be.
  uint64_t SweepAll(Retention& retention) {
    for (;;) {
      const uint64_t before = store_.EarliestRevision();
      const auto more = retention.SweepSome(now());
      EXPECT_TRUE(more.ok()) << more.status();
      if (!more.ok() || !*more || store_.EarliestRevision() == before) {
        return store_.EarliestRevision();
      }
    }
  }

  static LegalHold Hold(const std::string& id, const std::string& dataset = "") {
    LegalHold hold;
    hold.set_name("legalHolds/" + id);
    hold.set_dataset(dataset);
    hold.set_reason("order 7/2026");
    hold.mutable_set_at()->set_seconds(100 + static_cast<int>(id[0]));
    return hold;
  }

  int64_t now_us_ = evidence::kTestTime;
  int decisions_ = 0;
  InMemoryStore store_;
  InMemoryEvidenceLog log_;
};

TEST_F(RetentionTest, SweepsNothingUnlessItIsTold) {
  Retention retention = With(0);
  EXPECT_EQ(SweepAll(retention), 1u);
}

TEST_F(RetentionTest, SweepsInSharesWhatNobodyNeeds) {
  Retention retention = With(5);
  EXPECT_TRUE(*retention.SweepSome(now()));
  EXPECT_EQ(store_.EarliestRevision(), 17u);
  EXPECT_EQ(SweepAll(retention), 25u);
  EXPECT_FALSE(*retention.SweepSome(now()));
  Publish(1);
  EXPECT_EQ(SweepAll(retention), 26u);
}

TEST_F(RetentionTest, AReaderKeepsWhatHeReads) {
  Retention retention = With(5);
  auto held = store_.Head("");
  Publish(10);
  EXPECT_EQ(SweepAll(retention), 30u);
  EXPECT_TRUE(*retention.SweepSome(now())) << "there is more, once he has done";
  held.reset();
  EXPECT_EQ(SweepAll(retention), 35u);
}

TEST_F(RetentionTest, ADecisionKeepsItsRevisionWhileItsHoldLasts) {
  Retention retention = With(5);
  Decide(12);
  now_us_ += absl::ToInt64Microseconds(absl::Hours(1));
  Decide(20);
  EXPECT_EQ(SweepAll(retention), 12u);
  now_us_ += absl::ToInt64Microseconds(absl::Hours(23));
  EXPECT_EQ(SweepAll(retention), 12u) << "to its last microsecond";
  now_us_ += 1;
  EXPECT_EQ(SweepAll(retention), 20u);
  now_us_ += absl::ToInt64Microseconds(absl::Hours(1));
  EXPECT_EQ(SweepAll(retention), 25u);
}

TEST_F(RetentionTest, AHoldKeepsWhatWasReadableWhenItWasSet) {
  Retention retention = With(5);
  ASSERT_TRUE(*retention.SweepSome(now()));  // to 17
  const auto set = retention.SetHold(Hold("a", "datasets/d"));
  ASSERT_TRUE(set.ok()) << set.status();
  EXPECT_EQ(set->from_revision(), 17u);
  Publish(10);
  EXPECT_EQ(SweepAll(retention), 17u);
  const auto released = retention.ReleaseHold("legalHolds/a", "somebody", now());
  ASSERT_TRUE(released.ok()) << released.status();
  EXPECT_EQ(released->released_by(), "somebody");
  EXPECT_EQ(SweepAll(retention), 35u);
}

TEST_F(RetentionTest, HoldsAreListedAndFound) {
  Retention retention = With(5);
  EXPECT_FALSE(retention.HoldOn("datasets/d")->has_value());
  ASSERT_TRUE(retention.SetHold(Hold("a", "datasets/d")).ok());
  ASSERT_TRUE(retention.SetHold(Hold("b", "datasets/e")).ok());
  EXPECT_EQ((*retention.HoldOn("datasets/d"))->name(), "legalHolds/a");
  EXPECT_FALSE(retention.HoldOn("datasets/f")->has_value());
  ASSERT_TRUE(retention.SetHold(Hold("c")).ok());
  EXPECT_EQ((*retention.HoldOn("datasets/f"))->name(), "legalHolds/c") << "one on all";
  ASSERT_TRUE(retention.ReleaseHold("legalHolds/c", "s", now()).ok());
  EXPECT_FALSE(retention.HoldOn("datasets/f")->has_value());
  std::vector<std::string> names;
  const auto all = retention.Holds();
  ASSERT_TRUE(all.ok()) << all.status();
  for (const LegalHold& hold : *all) names.push_back(hold.name());
  EXPECT_THAT(names, ElementsAre("legalHolds/c", "legalHolds/b", "legalHolds/a"));
}

TEST_F(RetentionTest, WhatIsSaidTwiceCountsOnce) {
  Retention retention = With(5);
  ASSERT_TRUE(retention.SetHold(Hold("a", "datasets/d")).ok());
  LegalHold again = Hold("a", "datasets/e");
  EXPECT_EQ(retention.SetHold(again)->dataset(), "datasets/d") << "as it is there";
  ASSERT_TRUE(retention.ReleaseHold("legalHolds/a", "first", now()).ok());
  EXPECT_EQ(retention.ReleaseHold("legalHolds/a", "second", now())->released_by(), "first");
  EXPECT_EQ(ReasonOf(retention.ReleaseHold("legalHolds/x", "s", now()).status()),
            probity::v1::ERROR_REASON_LEGAL_HOLD_NOT_FOUND);
}

}  // namespace
}  // namespace probity::storage
