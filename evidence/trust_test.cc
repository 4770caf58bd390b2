#include "evidence/trust.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "evidence/testing.h"

namespace probity::evidence {
namespace {

using ::testing::HasSubstr;

const SigningKey& Key(int number) {
  static const auto* keys =
      new std::vector<SigningKey>{TestKey(0), TestKey(1), TestKey(2), TestKey(3)};
  return (*keys)[static_cast<size_t>(number)];
}

v1::KeyRotation Rotation(int from, int to, uint64_t size) {
  return SignRotation(Key(from), Key(to).public_key(), TestLog::LogId(), size, kTestTime);
}

v1::KeyHistory History(const std::vector<v1::KeyRotation>& rotations,
                       const std::vector<v1::KeyRevocation>& revocations = {}) {
  v1::KeyHistory history;
  for (const v1::KeyRotation& rotation : rotations) *history.add_rotations() = rotation;
  for (const v1::KeyRevocation& revocation : revocations) *history.add_revocations() = revocation;
  return history;
}

v1::KeyRevocation Revocation(int signer, int key, uint64_t last) {
  return SignRevocation(Key(signer), Key(key).key_id(), TestLog::LogId(), last, kTestTime);
}

Trust TrustIn(std::vector<int> keys) {
  Trust trust;
  for (const int key : keys) trust.public_keys.push_back(Key(key).public_key());
  return trust;
}

v1::EvidenceFault FaultOf(uint64_t size, int key, const v1::KeyHistory& keys, const Trust& trust) {
  static const auto* log = new TestLog(20);
  const Finding finding = CheckHead(log->Head(size, Key(key)), keys, trust);
  EXPECT_EQ(finding.ok(), finding.explanation.empty());
  return finding.fault;
}

TEST(TrustTest, AHeadIsBelievedByItsKey) {
  EXPECT_EQ(FaultOf(5, 1, {}, TrustIn({1})), v1::EVIDENCE_FAULT_NONE);
  EXPECT_EQ(FaultOf(0, 1, {}, TrustIn({2, 1})), v1::EVIDENCE_FAULT_NONE);
  EXPECT_EQ(FaultOf(5, 1, {}, TrustIn({2})), v1::EVIDENCE_FAULT_KEY_NOT_TRUSTED);
  EXPECT_EQ(FaultOf(5, 1, {}, TrustIn({})), v1::EVIDENCE_FAULT_KEY_NOT_TRUSTED);
}

TEST(TrustTest, RotationsLeadFromOldKeysToNewOnesAndNotBack) {
  const v1::KeyHistory keys = History({Rotation(0, 1, 5), Rotation(1, 2, 9)});
  EXPECT_EQ(FaultOf(12, 2, keys, TrustIn({0})), v1::EVIDENCE_FAULT_NONE);
  EXPECT_EQ(FaultOf(12, 2, keys, TrustIn({1})), v1::EVIDENCE_FAULT_NONE);
  EXPECT_EQ(FaultOf(12, 2, keys, TrustIn({2})), v1::EVIDENCE_FAULT_NONE);
  EXPECT_EQ(FaultOf(7, 1, keys, TrustIn({2})), v1::EVIDENCE_FAULT_KEY_NOT_TRUSTED);
  EXPECT_EQ(FaultOf(12, 2, History({Rotation(1, 2, 9)}), TrustIn({0})),
            v1::EVIDENCE_FAULT_KEY_NOT_TRUSTED);
  Trust with_history = TrustIn({0});
  with_history.history = keys;
  EXPECT_EQ(FaultOf(12, 2, {}, with_history), v1::EVIDENCE_FAULT_NONE) << "as ListLogKeys gave it";
  EXPECT_EQ(FaultOf(12, 2, keys, with_history), v1::EVIDENCE_FAULT_NONE) << "told twice";
}

// Both borders of each key's time.
TEST(TrustTest, AKeySignsFromItsRotationToTheNext) {
  const v1::KeyHistory keys = History({Rotation(0, 1, 5), Rotation(1, 2, 9)});
  struct Case {
    uint64_t size;
    int key;
    bool valid;
  };
  for (const Case& head :
       {Case{5, 0, true}, Case{6, 0, false}, Case{4, 1, false}, Case{5, 1, true}, Case{9, 1, true},
        Case{10, 1, false}, Case{8, 2, false}, Case{9, 2, true}}) {
    EXPECT_EQ(FaultOf(head.size, head.key, keys, TrustIn({0})),
              head.valid ? v1::EVIDENCE_FAULT_NONE : v1::EVIDENCE_FAULT_KEY_NOT_IN_USE)
        << head.size << " by " << head.key;
  }
}

TEST(TrustTest, ARevokedKeyIsTrustedUpToTheNamedSize) {
  const v1::KeyHistory keys = History({Rotation(0, 1, 9)}, {Revocation(1, 0, 6)});
  EXPECT_EQ(FaultOf(6, 0, keys, TrustIn({0})), v1::EVIDENCE_FAULT_NONE);
  EXPECT_EQ(FaultOf(7, 0, keys, TrustIn({0})), v1::EVIDENCE_FAULT_KEY_REVOKED);
  Trust knows = TrustIn({0});
  knows.history = keys;
  EXPECT_EQ(FaultOf(7, 0, {}, knows), v1::EVIDENCE_FAULT_KEY_REVOKED) << "the receipt is silent";
  // Whoever stole key 0 after size 6 may have named key 1.
  EXPECT_EQ(FaultOf(10, 1, keys, TrustIn({0})), v1::EVIDENCE_FAULT_KEY_NOT_TRUSTED);
  EXPECT_EQ(FaultOf(10, 1, keys, TrustIn({1})), v1::EVIDENCE_FAULT_NONE) << "published anew";
  const v1::KeyHistory planned = History({Rotation(0, 1, 9)}, {Revocation(0, 0, 9)});
  EXPECT_EQ(FaultOf(10, 1, planned, TrustIn({0})), v1::EVIDENCE_FAULT_NONE);
  EXPECT_EQ(FaultOf(10, 1, History({Rotation(0, 1, 9)}, {Revocation(1, 0, 9), Revocation(1, 0, 8)}),
                    TrustIn({0})),
            v1::EVIDENCE_FAULT_KEY_NOT_TRUSTED)
      << "the smallest size counts";
}

TEST(TrustTest, WrongStatementsAreRefused) {
  struct Case {
    const char* what;
    v1::KeyHistory keys;
    const char* says;
  };
  v1::KeyRotation other_log = SignRotation(Key(0), Key(1).public_key(), "fedcba9876543210", 5, 1);
  v1::KeyRotation forged = Rotation(0, 1, 5);
  forged.set_tree_size(6);
  v1::KeyRotation no_time = Rotation(0, 1, 5);
  no_time.mutable_time()->set_nanos(1);
  v1::KeyRevocation forged_revocation = Revocation(0, 0, 5);
  forged_revocation.set_last_trusted_tree_size(500);
  const std::vector<Case> cases = {
      {"another log", History({other_log}), "of another log"},
      {"forged", History({forged}), "rotation has a wrong signature"},
      {"no whole time", History({no_time}), "malformed"},
      {"gap", History({Rotation(0, 1, 5), Rotation(2, 3, 6)}), "does not begin where"},
      {"backwards", History({Rotation(0, 1, 5), Rotation(1, 2, 4)}), "does not begin where"},
      {"forged revocation", History({}, {forged_revocation}), "revocation has a wrong signature"},
      {"stranger", History({}, {Revocation(3, 0, 5)}), "unknown key"},
      {"of nothing", History({}, {Revocation(0, 3, 5)}), "nothing else names"}};
  const TestLog log(8);
  for (const Case& one : cases) {
    const Finding finding = CheckHead(log.Head(3, Key(0)), one.keys, TrustIn({0}));
    EXPECT_EQ(finding.fault, v1::EVIDENCE_FAULT_KEY_STATEMENT) << one.what;
    EXPECT_THAT(finding.explanation, HasSubstr(one.says)) << one.what;
  }
}

// A thief's fork of the keys is seen by whoever knows the true one.
TEST(TrustTest, OneKeyHasOneFollower) {
  Trust knows = TrustIn({0});
  knows.history = History({Rotation(0, 1, 5)});
  const TestLog log(8);
  const Finding finding = CheckHead(log.Head(6, Key(2)), History({Rotation(0, 2, 4)}), knows);
  EXPECT_EQ(finding.fault, v1::EVIDENCE_FAULT_KEY_STATEMENT);
  EXPECT_THAT(finding.explanation, HasSubstr("contradicts"));
}

TEST(TrustTest, AnAlteredHeadIsRefused) {
  const TestLog log(8);
  const v1::LogHead head = log.Head(7, Key(0));
  const Trust trust = TrustIn({0});
  v1::LogHead altered = head;
  altered.set_tree_size(8);
  EXPECT_EQ(CheckHead(altered, {}, trust).fault, v1::EVIDENCE_FAULT_HEAD_SIGNATURE);
  altered = head;
  altered.mutable_time()->set_nanos(altered.time().nanos() + 1000);
  EXPECT_EQ(CheckHead(altered, {}, trust).fault, v1::EVIDENCE_FAULT_HEAD_SIGNATURE);
  altered = head;
  altered.mutable_time()->set_nanos(altered.time().nanos() + 1);
  EXPECT_EQ(CheckHead(altered, {}, trust).fault, v1::EVIDENCE_FAULT_MALFORMED);
  for (const char* field : {"log_id", "root_hash", "key_id", "signature"}) {
    altered = head;
    const auto* descriptor = v1::LogHead::descriptor()->FindFieldByName(field);
    altered.GetReflection()->SetString(&altered, descriptor, "short");
    const Finding finding = CheckHead(altered, {}, trust);
    EXPECT_EQ(finding.fault, v1::EVIDENCE_FAULT_MALFORMED);
    EXPECT_THAT(finding.explanation, HasSubstr(field));
  }
}

TEST(ConsistencyTest, HeadsOfOneLogAreConsistent) {
  const TestLog log(20);
  for (const uint64_t older : {0, 1, 7, 8, 19, 20}) {
    const Finding finding = CheckConsistency(
        log.Head(older, Key(0)), log.Checkpoint(log.Head(20, Key(0)), older), TrustIn({0}));
    EXPECT_TRUE(finding.ok()) << older << ": " << finding.explanation;
  }
}

TEST(ConsistencyTest, HeadsAcrossARotation) {
  const TestLog log(20);
  v1::LogCheckpoint newer = log.Checkpoint(log.Head(20, Key(1)), 7);
  *newer.mutable_keys() = History({Rotation(0, 1, 9)});
  EXPECT_TRUE(CheckConsistency(log.Head(7, Key(0)), newer, TrustIn({0})).ok());
  EXPECT_EQ(CheckConsistency(log.Head(7, Key(0)), newer, TrustIn({1})).fault,
            v1::EVIDENCE_FAULT_KEY_NOT_TRUSTED);
}

TEST(ConsistencyTest, ARewrittenLogIsSeen) {
  const TestLog log(20);
  const Trust trust = TrustIn({0});
  // The same key signed another history.
  const v1::LogHead other = SignHead(Key(0), TestLog::LogId(), 7, Sha256("other"), kTestTime);
  const v1::LogCheckpoint newer = log.Checkpoint(log.Head(20, Key(0)), 7);
  EXPECT_EQ(CheckConsistency(other, newer, trust).fault, v1::EVIDENCE_FAULT_NOT_CONSISTENT);
  v1::LogCheckpoint short_proof = newer;
  short_proof.mutable_consistency()->mutable_hashes()->RemoveLast();
  EXPECT_EQ(CheckConsistency(log.Head(7, Key(0)), short_proof, trust).fault,
            v1::EVIDENCE_FAULT_NOT_CONSISTENT);
  EXPECT_EQ(CheckConsistency(log.Head(8, Key(0)), newer, trust).fault, v1::EVIDENCE_FAULT_MALFORMED)
      << "the proof of other sizes";
  const v1::LogHead late =
      SignHead(Key(0), TestLog::LogId(), 7, *RootAt(7, log.Reader()), TestLog::HeadTime(21));
  EXPECT_EQ(CheckConsistency(late, newer, trust).fault, v1::EVIDENCE_FAULT_NOT_CONSISTENT)
      << "the older head is younger";
  const v1::LogHead foreign =
      SignHead(Key(0), "fedcba9876543210", 7, *RootAt(7, log.Reader()), kTestTime);
  EXPECT_EQ(CheckConsistency(foreign, newer, trust).fault, v1::EVIDENCE_FAULT_NOT_CONSISTENT);
}

// Two heads of one size with different roots: the log shows two faces.
TEST(ConsistencyTest, ASplitViewIsSeen) {
  const TestLog log(7);
  const v1::LogHead other = SignHead(Key(0), TestLog::LogId(), 7, Sha256("other"), kTestTime);
  v1::LogCheckpoint newer;
  *newer.mutable_head() = log.Head(7, Key(0));
  EXPECT_EQ(CheckConsistency(other, newer, TrustIn({0})).fault, v1::EVIDENCE_FAULT_NOT_CONSISTENT);
  EXPECT_TRUE(CheckConsistency(log.Head(7, Key(0)), newer, TrustIn({0})).ok());
}

// A log with another id that was put back from a backup of the first 5 decisions.
class ContinuedLogTest : public ::testing::Test {
 protected:
  static constexpr char kNewId[] = "another log's id";

  explicit ContinuedLogTest(const SigningKey& key = Key(0)) {
    said_.log_id = kNewId;
    said_.previous_head = old_.Head(5, Key(0));
    said_.time_us = TestLog::HeadTime(5);
    Sign(key);
  }
  void Sign(const SigningKey& key) {
    newer_ = old_.Checkpoint(
        SignHead(key, kNewId, 9, *RootAt(9, old_.Reader()), TestLog::HeadTime(9)), 3);
    *newer_.add_continuations() = SignContinuation(key, said_);
  }

  const TestLog old_{9};
  Continuation said_;
  v1::LogCheckpoint newer_;
};

TEST_F(ContinuedLogTest, GoesOnFromWhatTheBackupHeld) {
  const Finding finding = CheckConsistency(old_.Head(3, Key(0)), newer_, TrustIn({0}));
  EXPECT_TRUE(finding.ok()) << finding.explanation;
}

TEST_F(ContinuedLogTest, NamesTheGap) {
  for (const uint64_t size : {uint64_t{6}, uint64_t{8}}) {
    const Finding finding = CheckConsistency(old_.Head(size, Key(0)), newer_, TrustIn({0}));
    EXPECT_EQ(finding.fault, v1::EVIDENCE_FAULT_NOT_CONSISTENT);
    EXPECT_NE(finding.explanation.find("put back from a backup of 5 entries"), std::string::npos)
        << finding.explanation;
  }
}

TEST_F(ContinuedLogTest, NeedsATrustedSignature) {
  Continuation said = said_;
  said.accepted_by = "ann";
  said.accept_time_us = said.time_us;
  newer_.mutable_continuations(0)->set_accepted_by("ann");
  EXPECT_EQ(CheckConsistency(old_.Head(3, Key(0)), newer_, TrustIn({0})).fault,
            v1::EVIDENCE_FAULT_KEY_STATEMENT);
  *newer_.mutable_continuations(0) = SignContinuation(Key(0), said);
  EXPECT_TRUE(CheckConsistency(old_.Head(3, Key(0)), newer_, TrustIn({0})).ok());
  *newer_.mutable_continuations(0) = SignContinuation(Key(1), said);
  EXPECT_EQ(CheckConsistency(old_.Head(3, Key(0)), newer_, TrustIn({0})).fault,
            v1::EVIDENCE_FAULT_KEY_NOT_TRUSTED);
  newer_.clear_continuations();
  EXPECT_EQ(CheckConsistency(old_.Head(3, Key(0)), newer_, TrustIn({0})).explanation,
            "the heads are of different logs");
}

}  // namespace
}  // namespace probity::evidence
