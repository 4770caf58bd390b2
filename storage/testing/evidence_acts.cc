// Acts of administration among decisions: the part of the contract that is theirs.
#include <initializer_list>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "evidence/act.h"
#include "evidence/personal_text.h"
#include "gmock/gmock.h"
#include "storage/testing/evidence_conformance.h"

namespace probity::storage::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr int64_t kSecond = 1000000;

// What began as number `n`; every field but the salts of its texts is a function of `n`.
ActEntry Begun(int n, const std::string& authority = "authorities/a") {
  ActEntry entry;
  entry.act = absl::StrCat(authority, authority.empty() ? "" : "/", "acts/", n);
  probity::v1::PersonalText subject = evidence::MakePersonalText(absl::StrCat("subject of ", n));
  probity::v1::ActCore core;
  core.set_phase(probity::v1::ACT_PHASE_BEGUN);
  core.set_method("DatasetService.PutRecord");
  core.add_subjects(subject.digest());
  entry.core = core.SerializeAsString();
  entry.subjects.push_back(std::move(subject));
  return entry;
}

ActEntry EndOf(const ActEntry& begun) {
  probity::v1::ActCore core;
  core.set_phase(probity::v1::ACT_PHASE_ENDED);
  core.set_begun(begun.act);
  return {absl::StrCat(begun.act, "-end"), core.SerializeAsString(), {}, begun.act};
}

probity::v1::EvidenceFault FaultOf(const EvidenceLog& log, const std::string& act,
                                   const evidence::Trust& trust) {
  const auto receipt = MakeActReceipt(log, act);
  if (!receipt.ok()) return probity::v1::EVIDENCE_FAULT_UNSPECIFIED;
  return evidence::VerifyActReceipt(*receipt, trust).fault();
}

}  // namespace

TEST_P(EvidenceConformanceTest, KeepsActsAmongDecisionsAsTheyWere) {
  Fill(0, 3);
  const std::string receipt = MakeReceipt(*log_, EntryNumber(1).decision)->SerializeAsString();
  now_ += kSecond;
  const ActEntry begun = Begun(1), end = EndOf(begun);
  const auto recorded = AppendActAndWait(log_.get(), begun);
  ASSERT_TRUE(recorded.ok()) << recorded.status();
  EXPECT_EQ(recorded->decision, begun.act);
  EXPECT_EQ(recorded->leaf_index, 3u);
  EXPECT_EQ(recorded->head.tree_size(), 4u);
  ASSERT_TRUE(AppendActAndWait(log_.get(), end).ok());
  ASSERT_TRUE(AppendAndWait(log_.get(), EntryNumber(3)).ok());
  EXPECT_EQ(log_->stats().recorded, 4u);
  EXPECT_EQ(log_->stats().acts, 2u);
  for (int round = 0; round < 2; ++round) {
    const auto stored = log_->GetAct(begun.act);
    ASSERT_TRUE(stored.ok()) << stored.status();
    EXPECT_EQ(stored->recorded.core, begun.core);
    EXPECT_EQ(stored->recorded.time_us, evidence::kTestTime + 4 * kSecond);
    EXPECT_EQ(stored->leaf_index, 3u);
    ASSERT_EQ(stored->subjects.size(), 1u);
    EXPECT_EQ(stored->subjects[0].text(), "subject of 1");
    for (const std::string& act : {begun.act, end.act}) {
      EXPECT_EQ(FaultOf(*log_, act, TrustInFirstKey()), probity::v1::EVIDENCE_FAULT_NONE) << act;
    }
    EXPECT_EQ(FaultOfAnyReceipt(*log_, {EntryNumber(0).decision, EntryNumber(3).decision},
                                key_.public_key()),
              "");
    Reopen();
  }
  probity::v1::Receipt before;
  ASSERT_TRUE(before.ParseFromString(receipt));
  EXPECT_EQ(evidence::VerifyReceipt(before, TrustInFirstKey()).fault(),
            probity::v1::EVIDENCE_FAULT_NONE)
      << "receipts from before the first act stay valid";
}

// Whatever reads decisions never meets an act.
TEST_P(EvidenceConformanceTest, AnActIsNoDecision) {
  const ActEntry begun = Begun(1);
  ASSERT_TRUE(AppendActAndWait(log_.get(), begun).ok());
  EXPECT_EQ(*log_->OldestRevisionSince(0), std::nullopt) << "an act keeps no revision";
  ASSERT_TRUE(AppendAndWait(log_.get(), EntryNumber(0)).ok());
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(*log_->OldestRevisionSince(0), 100u);
    EXPECT_EQ(ReasonOf(log_->Get(begun.act).status()),
              probity::v1::ERROR_REASON_DECISION_NOT_FOUND);
    EXPECT_EQ(ReasonOf(MakeReceipt(*log_, begun.act).status()),
              probity::v1::ERROR_REASON_DECISION_NOT_FOUND);
    EXPECT_EQ(ReasonOf(log_->GetAct(EntryNumber(0).decision).status()),
              probity::v1::ERROR_REASON_ACT_NOT_FOUND);
    EXPECT_EQ(ReasonOf(log_->GetAct("acts/none").status()),
              probity::v1::ERROR_REASON_ACT_NOT_FOUND);
    DecisionQuery all;
    all.authority = "authorities/a";
    const auto page = log_->List(all);
    ASSERT_TRUE(page.ok()) << page.status();
    ASSERT_EQ(page->decisions.size(), 1u);
    EXPECT_EQ(page->decisions[0].decision(), EntryNumber(0).decision);
    Reopen();
  }
}

TEST_P(EvidenceConformanceTest, AnActIsOpenUntilItsEndIsRecorded) {
  EXPECT_THAT(*log_->OpenActs(), IsEmpty());
  const ActEntry one = Begun(1), other = Begun(2, ""), third = Begun(3, "authorities/b");
  for (const ActEntry& begun : {one, other, third}) {
    ASSERT_TRUE(AppendActAndWait(log_.get(), begun).ok());
  }
  EXPECT_THAT(*log_->OpenActs(), ElementsAre(one.act, other.act, third.act));
  ASSERT_TRUE(AppendActAndWait(log_.get(), EndOf(other)).ok());
  for (int round = 0; round < 2; ++round) {
    EXPECT_THAT(*log_->OpenActs(), ElementsAre(one.act, third.act));
    Reopen();
  }
  const uint64_t size = log_->Head().tree_size();
  EXPECT_EQ(ReasonOf(AppendActAndWait(log_.get(), EndOf(Begun(4))).status()),
            probity::v1::ERROR_REASON_ACT_NOT_FOUND);
  ActEntry again = EndOf(other);
  EXPECT_EQ(ReasonOf(AppendActAndWait(log_.get(), again).status()),
            probity::v1::ERROR_REASON_DECISION_EXISTS);
  for (const std::string& ended : {other.act, EndOf(other).act}) {
    again.act = "acts/again";
    again.ends = ended;
    EXPECT_EQ(ReasonOf(AppendActAndWait(log_.get(), again).status()),
              probity::v1::ERROR_REASON_ACT_NOT_FOUND)
        << "an act ends once, and an end is none that began";
  }
  EXPECT_EQ(log_->Head().tree_size(), size) << "nothing is recorded then";
  EXPECT_THAT(*log_->OpenActs(), ElementsAre(one.act, third.act));
}

TEST_P(EvidenceConformanceTest, ListsActsOfOneAuthorityFromNewToOld) {
  for (int n = 0; n < 6; ++n) {
    now_ += kSecond;
    ASSERT_TRUE(AppendActAndWait(log_.get(), Begun(n, n % 3 == 2 ? "" : "authorities/a")).ok());
    ASSERT_TRUE(AppendAndWait(log_.get(), EntryNumber(n)).ok());
  }
  const auto names = [](std::initializer_list<int> numbers) {
    std::vector<std::string> acts;
    for (const int n : numbers) acts.push_back(Begun(n).act);
    return acts;
  };
  ActQuery query;
  EXPECT_THAT(log_->ListActs(query)->acts, ElementsAre("acts/5", "acts/2"));
  query.authority = "authorities/a";
  EXPECT_EQ(log_->ListActs(query)->acts, names({4, 3, 1, 0}));
  query.limit = 3;
  const auto page = log_->ListActs(query);
  EXPECT_EQ(page->acts, names({4, 3, 1}));
  ASSERT_TRUE(page->next.has_value());
  query.before = *page->next;
  EXPECT_EQ(log_->ListActs(query)->acts, names({0}));
  EXPECT_FALSE(log_->ListActs(query)->next.has_value());
  query = {};
  query.authority = "authorities/a";
  query.from_us = evidence::kTestTime + 2 * kSecond;
  query.to_us = evidence::kTestTime + 5 * kSecond;
  EXPECT_EQ(log_->ListActs(query)->acts, names({3, 1}));
}

TEST_P(EvidenceConformanceTest, PublishedRevisionsRiseWithinALineage) {
  const auto published = [this](const std::string& lineage, uint64_t revision) {
    ActEntry entry;
    entry.act = absl::StrCat("acts/", lineage, "-", revision);
    entry.core = "core";
    entry.lineage = lineage;
    entry.revision = revision;
    return MetadataOf(AppendActAndWait(log_.get(), entry).status())["field"];
  };
  EXPECT_EQ(*log_->NewestPublished("one"), 0U);
  EXPECT_EQ(published("one", 7), "");
  EXPECT_EQ(published("one", 9), "");
  EXPECT_EQ(published("other", 3), "");
  EXPECT_EQ(published("one", 8), "revision");
  EXPECT_EQ(published("", 8), "lineage");
  EXPECT_EQ(published("one", 0), "lineage");
  EXPECT_EQ(published(std::string(65, 'x'), 1), "lineage");
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(*log_->NewestPublished("one"), 9U);
    EXPECT_EQ(*log_->NewestPublished("other"), 3U);
    EXPECT_EQ(*log_->NewestPublished("on"), 0U);
    EXPECT_THAT(*log_->OpenActs(), IsEmpty()) << "nothing began";
    EXPECT_EQ(log_->ListActs({})->acts.size(), 3U);
    Reopen();
  }
  ActEntry entry = EndOf(Begun(1));
  entry.lineage = "one";
  entry.revision = 10;
  EXPECT_EQ(MetadataOf(AppendActAndWait(log_.get(), entry).status())["field"], "ends");
}

TEST_P(EvidenceConformanceTest, RefusesWhatIsNoAct) {
  const auto field_of = [this](const ActEntry& entry) {
    return MetadataOf(AppendActAndWait(log_.get(), entry).status())["field"];
  };
  ActEntry entry = Begun(1);
  entry.act = "authorities/a/decisions/1";
  EXPECT_EQ(field_of(entry), "act");
  entry = Begun(1);
  entry.core.clear();
  EXPECT_EQ(field_of(entry), "core");
  entry = Begun(1);
  entry.ends = "authorities/a/decisions/1";
  EXPECT_EQ(field_of(entry), "ends");
  entry = Begun(1);
  entry.subjects[0].set_text("another");
  EXPECT_EQ(field_of(entry), "subjects");
  EvidenceEntry decision = EntryNumber(1);
  decision.decision = Begun(1).act;
  EXPECT_EQ(MetadataOf(AppendAndWait(log_.get(), decision).status())["field"], "decision")
      << "nor does a decision bear the name of an act";
  ASSERT_TRUE(AppendActAndWait(log_.get(), Begun(1)).ok());
  EXPECT_EQ(ReasonOf(AppendActAndWait(log_.get(), Begun(1)).status()),
            probity::v1::ERROR_REASON_DECISION_EXISTS);
  EXPECT_EQ(log_->Head().tree_size(), 1u);
}

TEST_P(EvidenceConformanceTest, ErasingASubjectKeepsTheProofOfTheAct) {
  const ActEntry begun = Begun(1);
  ASSERT_TRUE(AppendActAndWait(log_.get(), begun).ok());
  const auto receipt = MakeActReceipt(*log_, begun.act);
  ASSERT_TRUE(receipt.ok()) << receipt.status();
  const ErasureOrder order{{begun.subjects[0].digest()}, "ann", "asked for"};
  const auto erased = log_->ErasePersonalTexts(begun.act, order);
  ASSERT_TRUE(erased.ok()) << erased.status();
  EXPECT_EQ(*erased, 1);
  for (int round = 0; round < 2; ++round) {
    const auto stored = log_->GetAct(begun.act);
    ASSERT_TRUE(stored.ok()) << stored.status();
    ASSERT_EQ(stored->subjects.size(), 1u);
    EXPECT_EQ(evidence::StateOf(stored->subjects[0]), evidence::PersonalTextState::kErased);
    EXPECT_EQ(MakeActReceipt(*log_, begun.act)->SerializeAsString(), receipt->SerializeAsString());
    Reopen();
  }
  EXPECT_EQ(FaultOf(*log_, begun.act, TrustInFirstKey()), probity::v1::EVIDENCE_FAULT_NONE);
}

}  // namespace probity::storage::testing
