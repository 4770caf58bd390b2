#include "storage/testing/evidence_conformance.h"

#include <algorithm>
#include <set>
#include <thread>

#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "evidence/personal_text.h"
#include "evidence/signed_bytes.h"
#include "gmock/gmock.h"
#include "storage/evidence/rules.h"

namespace probity::storage::testing {
namespace {

using evidence::MicrosOf;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr int64_t kSecond = 1000000;

std::vector<std::string> Names(int begin, int end) {
  std::vector<std::string> names;
  for (int n = begin; n < end; ++n) names.push_back(EntryNumber(n).decision);
  return names;
}

}  // namespace

void EvidenceConformanceTest::Fill(int begin, int end) {
  for (int n = begin; n < end; ++n) {
    now_ += kSecond;
    const auto recorded = AppendAndWait(log_.get(), EntryNumber(n));
    ASSERT_TRUE(recorded.ok()) << recorded.status();
    ASSERT_EQ(recorded->leaf_index, static_cast<uint64_t>(n));
  }
}

evidence::Trust EvidenceConformanceTest::TrustInFirstKey() const {
  evidence::Trust trust;
  trust.public_keys.push_back(evidence::TestKey(0).public_key());
  return trust;
}

TEST_P(EvidenceConformanceTest, BeginsWithASignedHeadOfNothing) {
  const auto head = log_->Head();
  EXPECT_EQ(head.tree_size(), 0u);
  EXPECT_EQ(head.log_id(), kTestLogId);
  EXPECT_EQ(head.root_hash(), evidence::EmptyRoot());
  EXPECT_TRUE(evidence::CheckHead(head, {}, TrustInFirstKey()).ok());
  EXPECT_EQ(ReasonOf(log_->Get("decisions/x").status()),
            probity::v1::ERROR_REASON_DECISION_NOT_FOUND);
  EXPECT_EQ(*log_->FindRequest("", "r"), std::nullopt);
  EXPECT_THAT(log_->List({})->decisions, IsEmpty());
  ASSERT_EQ(log_->Keys().size(), 1u);
  EXPECT_EQ(log_->Keys()[0].key_id(), key_.key_id());
}

TEST_P(EvidenceConformanceTest, KeepsADecisionAsItWas) {
  EvidenceEntry entry = EntryNumber(7);
  entry.core = std::string("\0\xFF core", 7);
  entry.personal_texts = {evidence::MakePersonalText("x"), evidence::MakePersonalText("y")};
  const auto recorded = AppendAndWait(log_.get(), entry);
  ASSERT_TRUE(recorded.ok()) << recorded.status();
  EXPECT_EQ(recorded->decision, entry.decision);
  EXPECT_EQ(recorded->leaf_index, 0u);
  EXPECT_EQ(recorded->time_us, evidence::kTestTime);
  EXPECT_FALSE(recorded->repeated);
  EXPECT_EQ(recorded->head.tree_size(), 1u);
  EXPECT_EQ(recorded->head.SerializeAsString(), log_->Head().SerializeAsString());
  for (int round = 0; round < 2; ++round) {
    const auto stored = log_->Get(entry.decision);
    ASSERT_TRUE(stored.ok()) << stored.status();
    EXPECT_EQ(stored->summary.SerializeAsString(),
              SummaryOf(entry, 0, evidence::kTestTime).SerializeAsString());
    EXPECT_EQ(stored->body.core(), entry.core);
    EXPECT_EQ(stored->body.bundle(), entry.bundle);
    ASSERT_EQ(stored->personal_texts.size(), 2u);
    EXPECT_LT(stored->personal_texts[0].digest(), stored->personal_texts[1].digest());
    for (const auto& text : stored->personal_texts) {
      EXPECT_EQ(evidence::StateOf(text), evidence::PersonalTextState::kPresent);
    }
    EXPECT_EQ(FaultOfAnyReceipt(*log_, {entry.decision}, key_.public_key()), "");
    Reopen();
  }
}

TEST_P(EvidenceConformanceTest, ProvesAllDecisionsAlsoAfterARestart) {
  Fill(0, 20);
  EXPECT_EQ(FaultOfAnyReceipt(*log_, Names(0, 20), key_.public_key()), "");
  const std::string head = log_->Head().SerializeAsString();
  Reopen();
  EXPECT_EQ(log_->Head().SerializeAsString(), head);
  Fill(20, 37);
  EXPECT_EQ(FaultOfAnyReceipt(*log_, Names(0, 37), key_.public_key()), "");
}

TEST_P(EvidenceConformanceTest, ARepeatedRequestGivesTheRecordedDecision) {
  Fill(0, 3);
  for (int round = 0; round < 2; ++round) {
    EvidenceEntry again = EntryNumber(1);
    again.decision = "authorities/a/decisions/another";
    again.core = "not recorded";
    const auto repeated = AppendAndWait(log_.get(), again);
    ASSERT_TRUE(repeated.ok()) << repeated.status();
    EXPECT_TRUE(repeated->repeated);
    EXPECT_EQ(repeated->decision, EntryNumber(1).decision);
    EXPECT_EQ(repeated->leaf_index, 1u);
    EXPECT_EQ(repeated->time_us, evidence::kTestTime + 2 * kSecond);
    EXPECT_GE(repeated->head.tree_size(), 2u);
    EXPECT_EQ(log_->Head().tree_size(), 3u);
    EXPECT_FALSE(log_->Get(again.decision).ok());
    EXPECT_EQ((*log_->FindRequest("authorities/a", "request 1"))->decision(),
              EntryNumber(1).decision);
    Reopen();
  }
}

TEST_P(EvidenceConformanceTest, ARequestIdMeansOneRequestOfOneAuthority) {
  Fill(0, 2);
  EvidenceEntry other = EntryNumber(5);
  other.request_id = "request 1";
  const auto reused = AppendAndWait(log_.get(), other);
  EXPECT_EQ(ReasonOf(reused.status()), probity::v1::ERROR_REASON_REQUEST_ID_REUSED);
  EXPECT_EQ(log_->Head().tree_size(), 2u);
  for (const char* authority : {"authorities/b", ""}) {
    other = EntryNumber(5, authority);
    other.request_id = "request 1";
    EXPECT_EQ(*log_->FindRequest(authority, "request 1"), std::nullopt);
    EXPECT_FALSE(AppendAndWait(log_.get(), other)->repeated) << authority;
    EXPECT_EQ((*log_->FindRequest(authority, "request 1"))->decision(), other.decision);
  }
  // Without an id nothing is remembered.
  for (int n = 6; n < 8; ++n) {
    EvidenceEntry nameless = EntryNumber(n);
    nameless.request_id.clear();
    nameless.request_digest.clear();
    EXPECT_FALSE(AppendAndWait(log_.get(), nameless)->repeated);
  }
  EXPECT_EQ(*log_->FindRequest("authorities/a", ""), std::nullopt);
}

TEST_P(EvidenceConformanceTest, ANameMeansOneDecision) {
  Fill(0, 1);
  EvidenceEntry other = EntryNumber(1);
  other.decision = EntryNumber(0).decision;
  EXPECT_EQ(ReasonOf(AppendAndWait(log_.get(), other).status()),
            probity::v1::ERROR_REASON_DECISION_EXISTS);
  other.decision = "no name";
  EXPECT_EQ(ReasonOf(AppendAndWait(log_.get(), other).status()),
            probity::v1::ERROR_REASON_INVALID_FIELD);
  EXPECT_EQ(log_->Head().tree_size(), 1u);
  EXPECT_EQ(log_->stats().not_recorded, 0u) << "the entry was at fault, not the log";
}

// Random entries of several authorities, all queries against a plain look at all.
TEST_P(EvidenceConformanceTest, ListsByEveryFilter) {
  const std::string authorities[] = {"authorities/a", "authorities/b", ""};
  std::vector<v1::DecisionSummary> all;
  for (int n = 0; n < 60; ++n) {
    now_ += kSecond / 2;
    const std::string& authority = authorities[n * 7 % 3];
    const auto recorded = AppendAndWait(log_.get(), EntryNumber(n, authority));
    ASSERT_TRUE(recorded.ok()) << recorded.status();
    all.push_back(SummaryOf(EntryNumber(n, authority), n, recorded->time_us));
  }
  Reopen();
  for (int i = 0; i < 200; ++i) {
    DecisionQuery query;
    query.authority = authorities[i % 3];
    if (i % 2 == 0) query.verdict = 1 + i / 2 % 3;
    if (i % 5 == 0) query.subject = absl::StrCat("suppliers/", i / 5 % 6);
    if (i % 7 == 0) query.procedure = absl::StrCat("procedure ", 1 + i / 7 % 6);
    if (i % 6 == 1) query.record = absl::StrCat("datasets/d/records/", i / 6 % 4);
    if (i % 4 == 0) query.from_us = all[i % 60].time_us();
    if (i % 3 == 0) query.to_us = all[(i * 11) % 60].time_us();
    query.limit = 1 + i % 9;
    std::vector<uint64_t> wanted, found;
    for (size_t n = all.size(); n-- > 0;) {
      if (Fits(all[n], query)) wanted.push_back(n);
    }
    for (bool more = true; more;) {
      const auto page = log_->List(query);
      ASSERT_TRUE(page.ok()) << page.status();
      ASSERT_LE(page->decisions.size(), query.limit);
      for (const auto& summary : page->decisions) {
        found.push_back(summary.leaf_index());
        EXPECT_EQ(summary.SerializeAsString(), all[found.back()].SerializeAsString());
      }
      more = page->next.has_value();
      if (more) query.before = *page->next;
    }
    EXPECT_EQ(found, wanted) << "query " << i;
  }
}

TEST_P(EvidenceConformanceTest, KnowsFromWhichRevisionsDecisionsWereMade) {
  EXPECT_EQ(*log_->OldestRevisionSince(0), std::nullopt);
  Fill(0, 4);  // revision 100 + n at the second 1 + n
  EvidenceEntry late = EntryNumber(4, "authorities/b");
  late.revision = 101;  // asked as of then, a second after all others
  now_ += kSecond;
  ASSERT_TRUE(AppendAndWait(log_.get(), late).ok());
  const auto since = [&](int64_t second) {
    return *log_->OldestRevisionSince(evidence::kTestTime + second * kSecond);
  };
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(since(0), 100u);
    EXPECT_EQ(since(1), 100u) << "at that very instant";
    EXPECT_EQ(since(2), 101u);
    EXPECT_EQ(since(5), 101u) << "the old revision was asked again";
    EXPECT_EQ(since(6), std::nullopt);
    Reopen();
  }
}

TEST_P(EvidenceConformanceTest, OldHeadsStayAndAreConsistent) {
  Fill(0, 13);
  for (uint64_t size = 0; size <= 13; ++size) {
    const auto older = log_->HeadAt(size);
    ASSERT_TRUE(older.ok()) << older.status();
    EXPECT_EQ(older->tree_size(), size) << "appended one by one";
    const auto newer = MakeCheckpoint(*log_, size);
    ASSERT_TRUE(newer.ok()) << newer.status();
    const auto finding = evidence::CheckConsistency(*older, *newer, TrustInFirstKey());
    EXPECT_TRUE(finding.ok()) << size << ": " << finding.explanation;
  }
  EXPECT_EQ(MetadataOf(log_->HeadAt(14).status())["field"], "tree_size");
}

TEST_P(EvidenceConformanceTest, ProofsOfOtherSizesAreRefused) {
  Fill(0, 3);
  EXPECT_TRUE(log_->Inclusion(1, 2).ok());
  EXPECT_EQ(MetadataOf(log_->Inclusion(2, 2).status())["field"], "leaf_index");
  EXPECT_EQ(MetadataOf(log_->Inclusion(0, 4).status())["field"], "tree_size");
  EXPECT_EQ(MetadataOf(log_->Consistency(3, 2).status())["field"], "old_tree_size");
  EXPECT_EQ(MetadataOf(log_->Consistency(2, 4).status())["field"], "new_tree_size");
}

TEST_P(EvidenceConformanceTest, TimeNeverGoesBack) {
  Fill(0, 2);
  const int64_t newest = now_;
  now_ = 1000;
  const auto recorded = AppendAndWait(log_.get(), EntryNumber(2));
  EXPECT_EQ(recorded->time_us, newest);
  EXPECT_EQ(MicrosOf(recorded->head.time()), newest);
  Reopen();
  EXPECT_EQ(AppendAndWait(log_.get(), EntryNumber(3))->time_us, newest);
  now_ = newest + 1;
  EXPECT_EQ(AppendAndWait(log_.get(), EntryNumber(4))->time_us, newest + 1);
  EXPECT_EQ(FaultOfAnyReceipt(*log_, Names(0, 5), key_.public_key()), "");
}

TEST_P(EvidenceConformanceTest, AnotherKeyTakesOver) {
  Fill(0, 3);
  const auto before = log_->Head();
  now_ += kSecond;
  ASSERT_TRUE(log_->Rotate(evidence::TestKey(1)).ok());
  EXPECT_EQ(log_->Head().key_id(), evidence::TestKey(1).key_id());
  EXPECT_EQ(log_->Head().tree_size(), 3u) << "signed anew at once";
  EXPECT_EQ(log_->Head().root_hash(), before.root_hash());
  key_ = evidence::TestKey(1);
  Reopen();
  Fill(3, 6);
  EXPECT_EQ(MetadataOf(log_->Rotate(evidence::TestKey(0)))["field"], "next_key") << "used before";
  EXPECT_EQ(MetadataOf(log_->Rotate(evidence::TestKey(1)))["field"], "next_key");
  ASSERT_TRUE(log_->Rotate(evidence::TestKey(2)).ok());
  for (int key = 0; key < 3; ++key) {
    EXPECT_EQ(FaultOfAnyReceipt(*log_, Names(0, 6), evidence::TestKey(key).public_key()), "");
  }
  const auto keys = log_->Keys();
  ASSERT_EQ(keys.size(), 3u);
  EXPECT_EQ(keys[1].first_tree_size(), 3u);
  EXPECT_EQ(keys[1].replaced_at_tree_size(), 6u);
  EXPECT_FALSE(keys[2].has_replaced_at_tree_size());
  EXPECT_TRUE(
      evidence::CheckConsistency(before, *MakeCheckpoint(*log_, 3), TrustInFirstKey()).ok());
}

TEST_P(EvidenceConformanceTest, AKeyIsRevokedOnceItIsReplaced) {
  Fill(0, 3);
  const std::string stolen = key_.key_id();
  EXPECT_EQ(MetadataOf(log_->Revoke(stolen, 2))["field"], "key_id") << "it still signs";
  ASSERT_TRUE(log_->Rotate(evidence::TestKey(1)).ok());
  EXPECT_EQ(MetadataOf(log_->Revoke("unknown", 2))["field"], "key_id");
  EXPECT_EQ(MetadataOf(log_->Revoke(stolen, 4))["field"], "last_trusted_tree_size");
  const auto old_head = log_->HeadAt(3);
  ASSERT_TRUE(log_->Revoke(stolen, 2).ok());
  key_ = evidence::TestKey(1);
  Reopen();
  EXPECT_EQ(log_->Keys()[0].revoked_after_tree_size(), 2u);
  evidence::Trust knows = TrustInFirstKey();
  knows.history = log_->KeyStatements();
  EXPECT_EQ(evidence::CheckHead(*old_head, {}, knows).fault,
            probity::v1::EVIDENCE_FAULT_KEY_REVOKED);
  EXPECT_EQ(FaultOfAnyReceipt(*log_, Names(0, 3), evidence::TestKey(1).public_key()), "")
      << "under the new key nothing is lost";
  EXPECT_NE(FaultOfAnyReceipt(*log_, Names(0, 3), evidence::TestKey(0).public_key()), "")
      << "the thief may have named the new key";
}

TEST_P(EvidenceConformanceTest, ErasingATextKeepsEveryProof) {
  EvidenceEntry entry = EntryNumber(0);
  entry.personal_texts = {evidence::MakePersonalText("x"), evidence::MakePersonalText("y")};
  ASSERT_TRUE(AppendAndWait(log_.get(), entry).ok());
  Fill(1, 4);
  const auto receipt = MakeReceipt(*log_, entry.decision);
  const std::string digest = entry.personal_texts[0].digest();
  const ErasureOrder order{{digest}, "ann", "asked for"};
  const auto unknown = log_->ErasePersonalTexts(entry.decision, {{digest, "none"}, "ann", "why"});
  EXPECT_EQ(MetadataOf(unknown.status())["field"], "digest");
  EXPECT_EQ(ReasonOf(log_->ErasePersonalTexts("decisions/none", order).status()),
            probity::v1::ERROR_REASON_DECISION_NOT_FOUND);
  EXPECT_EQ(log_->Get(entry.decision)->personal_texts[0].has_erase_time(), false) << "all or none";
  EXPECT_EQ(log_->Get(entry.decision)->personal_texts[1].has_erase_time(), false);
  for (int round = 0; round < 2; ++round) {
    const auto erased = log_->ErasePersonalTexts(entry.decision, order);
    ASSERT_TRUE(erased.ok()) << erased.status();
    EXPECT_EQ(*erased, round == 0 ? 1 : 0);
    now_ += kSecond;
    const auto stored = log_->Get(entry.decision);
    ASSERT_EQ(stored->personal_texts.size(), 2u);
    for (const auto& text : stored->personal_texts) {
      const bool erased = text.digest() == digest;
      EXPECT_EQ(evidence::StateOf(text), erased ? evidence::PersonalTextState::kErased
                                                : evidence::PersonalTextState::kPresent);
      if (erased) {
        EXPECT_EQ(MicrosOf(text.erase_time()), evidence::kTestTime + 3 * kSecond);
        EXPECT_EQ(text.erased_by(), "ann");
        EXPECT_EQ(text.erase_reason(), "asked for");
      }
    }
    Reopen();
  }
  EXPECT_EQ(evidence::VerifyReceipt(*receipt, TrustInFirstKey()).fault(),
            probity::v1::EVIDENCE_FAULT_NONE);
  EXPECT_EQ(MakeReceipt(*log_, entry.decision)->SerializeAsString(), receipt->SerializeAsString());
}

TEST_P(EvidenceConformanceTest, TimeStampsAreKeptByTheHeadThatTheyStamp) {
  Fill(0, 3);
  probity::v1::TimestampedHead second, third, other;
  *third.mutable_head() = log_->Head();
  third.set_token("token of 3");
  EXPECT_FALSE(log_->NewestTimestamp()->has_value());
  EXPECT_FALSE(log_->TimestampFrom(1)->has_value());
  EXPECT_FALSE(MakeReceipt(*log_, EntryNumber(0).decision)->has_timestamp());
  ASSERT_TRUE(log_->AddTimestamp(third).ok());
  *second.mutable_head() = *log_->HeadAt(2);
  second.set_token("token of 2");
  ASSERT_TRUE(log_->AddTimestamp(second).ok()) << "in any order";
  third.set_token("another token");
  ASSERT_TRUE(log_->AddTimestamp(third).ok());
  other = third;
  other.mutable_head()->set_root_hash(std::string(32, 'x'));
  EXPECT_EQ(MetadataOf(log_->AddTimestamp(other))["field"], "head");
  other.mutable_head()->set_tree_size(4);
  EXPECT_EQ(ReasonOf(log_->AddTimestamp(other)), probity::v1::ERROR_REASON_INVALID_FIELD);
  Fill(3, 5);
  Reopen();
  EXPECT_EQ((*log_->NewestTimestamp())->token(), "token of 3") << "the first stays";
  EXPECT_EQ((*log_->TimestampFrom(0))->token(), "token of 2");
  EXPECT_EQ((*log_->TimestampFrom(2))->token(), "token of 2");
  EXPECT_EQ((*log_->TimestampFrom(3))->token(), "token of 3");
  EXPECT_FALSE(log_->TimestampFrom(4)->has_value());
  EXPECT_EQ(MakeCheckpoint(*log_, std::nullopt)->timestamp().token(), "token of 3");
  const std::vector<std::string> tokens = {"token of 2", "token of 2", "token of 3", "", ""};
  for (int n = 0; n < 5; ++n) {
    const auto receipt = MakeReceipt(*log_, EntryNumber(n).decision);
    EXPECT_EQ(receipt->timestamp().token(), tokens[static_cast<size_t>(n)]) << n;
    EXPECT_EQ(evidence::VerifyReceipt(*receipt, TrustInFirstKey()).fault(),
              probity::v1::EVIDENCE_FAULT_NONE);
  }
}

// What a stolen key may have signed is vouched for by nobody's stamp.
TEST_P(EvidenceConformanceTest, AStampedHeadOfARevokedKeyIsPassedOver) {
  Fill(0, 2);
  probity::v1::TimestampedHead stamped;
  *stamped.mutable_head() = log_->Head();
  stamped.set_token("token of 2");
  ASSERT_TRUE(log_->AddTimestamp(stamped).ok());
  ASSERT_TRUE(log_->Rotate(evidence::TestKey(1)).ok());
  ASSERT_TRUE(log_->Revoke(key_.key_id(), 1).ok());
  EXPECT_FALSE(MakeReceipt(*log_, EntryNumber(0).decision)->has_timestamp());
  Fill(2, 3);
  *stamped.mutable_head() = log_->Head();
  stamped.set_token("token of 3");
  ASSERT_TRUE(log_->AddTimestamp(stamped).ok());
  EXPECT_EQ(MakeReceipt(*log_, EntryNumber(0).decision)->timestamp().token(), "token of 3");
}

// Many callers, and each request twice at once: one decision for each request.
TEST_P(EvidenceConformanceTest, RacingCallersGetOneDecisionForEachRequest) {
  constexpr int kCallers = 16, kEach = 30;
  std::vector<std::vector<Recorded>> answers(kCallers);
  std::vector<std::thread> callers;
  for (int caller = 0; caller < kCallers; ++caller) {
    callers.emplace_back([&, caller] {
      for (int i = 0; i < kEach; ++i) {
        EvidenceEntry entry = EntryNumber(caller / 2 * kEach + i);
        entry.decision += absl::StrCat("-", caller);
        const auto recorded = AppendAndWait(log_.get(), std::move(entry));
        ASSERT_TRUE(recorded.ok()) << recorded.status();
        answers[caller].push_back(*recorded);
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  std::set<uint64_t> leaves;
  std::vector<std::string> names;
  for (int caller = 0; caller < kCallers; caller += 2) {
    for (int i = 0; i < kEach; ++i) {
      const Recorded& one = answers[caller][i];
      const Recorded& other = answers[caller + 1][i];
      EXPECT_EQ(one.leaf_index, other.leaf_index);
      EXPECT_EQ(one.decision, other.decision);
      EXPECT_NE(one.repeated, other.repeated) << "one of them was first";
      EXPECT_GT(std::min(one.head.tree_size(), other.head.tree_size()), one.leaf_index);
      leaves.insert(one.leaf_index);
      names.push_back(one.decision);
    }
  }
  EXPECT_EQ(leaves.size(), static_cast<size_t>(kCallers / 2 * kEach));
  EXPECT_EQ(log_->Head().tree_size(), leaves.size());
  EXPECT_EQ(log_->stats().recorded, leaves.size());
  Reopen();
  EXPECT_EQ(FaultOfAnyReceipt(*log_, names, key_.public_key()), "");
}

}  // namespace probity::storage::testing
