#include "evidence/act.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/hash.h"
#include "base/tables.h"
#include "evidence/forms.h"
#include "evidence/merkle.h"
#include "evidence/receipt.h"
#include "evidence/signed_bytes.h"
#include "evidence/testing.h"

namespace probity::evidence {
namespace {

using ::testing::HasSubstr;

constexpr uint64_t kSize = 21;

Trust TrustInFirstKey() {
  Trust trust;
  trust.public_keys.push_back(TestKey(0).public_key());
  return trust;
}

// Key 0 signed up to size 9, key 1 goes on.
v1::KeyHistory Keys() {
  v1::KeyHistory keys;
  *keys.add_rotations() =
      SignRotation(TestKey(0), TestKey(1).public_key(), TestLog::LogId(), 9, kTestTime);
  return keys;
}

// Leaf 4 of 21 is an act, its neighbours are decisions.
v1::ActReceipt TestReceipt() {
  const TestLog log = TestLog::WithActs(kSize);
  return log.ActReceipt(4, log.Head(kSize, TestKey(1)), Keys());
}

TEST(ActTest, AReceiptProvesTheActInBothForms) {
  const v1::ActReceipt receipt = TestReceipt();
  for (const std::string& file : {CanonicalBytes(receipt), JsonForm(receipt)}) {
    const v1::ActVerification proven = VerifyActReceiptFile(file, TrustInFirstKey());
    EXPECT_EQ(proven.fault(), v1::EVIDENCE_FAULT_NONE) << proven.explanation();
    EXPECT_EQ(proven.act(), "authorities/a/acts/4");
    EXPECT_EQ(proven.core().method(), "DatasetService.CommitLoad");
    EXPECT_EQ(proven.core().principal(), "steward");
    EXPECT_EQ(MicrosOf(proven.time()), kTestTime + 4000000);
    EXPECT_EQ(proven.leaf_index(), 4u);
    EXPECT_EQ(proven.tree_size(), kSize);
    EXPECT_EQ(proven.key_id(), TestKey(1).key_id());
  }
}

// What stands beside acts is proven as ever.
TEST(ActTest, DecisionsAndActsStandInOneTree) {
  const TestLog log = TestLog::WithActs(kSize);
  const v1::LogHead head = log.Head(kSize, TestKey(1));
  for (uint64_t leaf = 0; leaf < kSize; ++leaf) {
    const bool is_act = leaf % 3 == 1;
    EXPECT_EQ(VerifyActReceipt(log.ActReceipt(leaf, head, Keys()), TrustInFirstKey()).fault(),
              is_act ? v1::EVIDENCE_FAULT_NONE : v1::EVIDENCE_FAULT_NOT_INCLUDED)
        << leaf;
    EXPECT_EQ(VerifyReceipt(log.Receipt(leaf, head, Keys()), TrustInFirstKey()).fault(),
              is_act ? v1::EVIDENCE_FAULT_NOT_INCLUDED : v1::EVIDENCE_FAULT_NONE)
        << leaf;
  }
}

// Whoever may choose every field cannot make a decision of an act, nor the other way round.
TEST(ActTest, OneKindIsNeverTakenForTheOther) {
  const v1::ActReceipt act = TestReceipt();
  for (const std::string& bundle_digest :
       {std::string(kHashBytes, '\0'), Sha256(""), Sha256(act.core()), act.salt()}) {
    const v1::Receipt as_decision =
        MakeReceipt({act.act(), MicrosOf(act.time()), act.core(), bundle_digest, act.salt()},
                    act.inclusion(), act.head(), act.keys());
    EXPECT_EQ(VerifyReceipt(as_decision, TrustInFirstKey()).fault(),
              v1::EVIDENCE_FAULT_NOT_INCLUDED);
  }
  const RecordedDecision decision = TestLog::Decision(3);
  const TestLog log = TestLog::WithActs(kSize);
  const v1::ActReceipt as_act =
      MakeActReceipt({decision.name, decision.time_us, decision.core, decision.salt},
                     log.Inclusion(3, kSize), act.head(), Keys());
  EXPECT_EQ(VerifyActReceipt(as_act, TrustInFirstKey()).fault(), v1::EVIDENCE_FAULT_NOT_INCLUDED);
  // Nor does the file of one pass where the other is asked for.
  const v1::Receipt receipt = log.Receipt(3, act.head(), Keys());
  for (const std::string& file : {ReceiptToJson(receipt), ReceiptToBinary(receipt)}) {
    EXPECT_NE(VerifyActReceiptFile(file, TrustInFirstKey()).fault(), v1::EVIDENCE_FAULT_NONE);
  }
  for (const std::string& file : {JsonForm(act), CanonicalBytes(act)}) {
    EXPECT_NE(VerifyReceiptFile(file, TrustInFirstKey()).fault(), v1::EVIDENCE_FAULT_NONE);
  }
}

// The texts that are hashed begin with a field that no text of the other kind begins with, at
// the same place, since salts have one length.
TEST(ActTest, TextsOfTheKindsDifferInTheirFirstField) {
  const std::string act = ActBytes({"n", 1, "c"});
  const std::string decision = DecisionBytes({"n", 1, "b", "c"});
  EXPECT_NE(act.substr(0, 4), decision.substr(0, 4));
}

using Change = void (*)(v1::ActReceipt*);
struct Altered {
  const char* what;
  Change change;
  v1::EvidenceFault fault;
};

TEST(ActTest, SaysWhyAnAlteredReceiptIsRefused) {
  const Altered cases[] = {
      {"core", [](v1::ActReceipt* r) { r->mutable_core()->front() ^= 1; },
       v1::EVIDENCE_FAULT_NOT_INCLUDED},
      {"no core", [](v1::ActReceipt* r) { r->clear_core(); }, v1::EVIDENCE_FAULT_NOT_INCLUDED},
      {"name", [](v1::ActReceipt* r) { r->set_act("authorities/b/acts/4"); },
       v1::EVIDENCE_FAULT_NOT_INCLUDED},
      {"no name", [](v1::ActReceipt* r) { r->clear_act(); }, v1::EVIDENCE_FAULT_MALFORMED},
      {"time", [](v1::ActReceipt* r) { r->mutable_time()->set_seconds(1); },
       v1::EVIDENCE_FAULT_NOT_INCLUDED},
      {"time not whole", [](v1::ActReceipt* r) { r->mutable_time()->set_nanos(1); },
       v1::EVIDENCE_FAULT_MALFORMED},
      {"salt", [](v1::ActReceipt* r) { r->mutable_salt()->back() ^= 1; },
       v1::EVIDENCE_FAULT_NOT_INCLUDED},
      {"short salt", [](v1::ActReceipt* r) { r->mutable_salt()->pop_back(); },
       v1::EVIDENCE_FAULT_MALFORMED},
      {"index", [](v1::ActReceipt* r) { r->mutable_inclusion()->set_leaf_index(7); },
       v1::EVIDENCE_FAULT_NOT_INCLUDED},
      {"proof", [](v1::ActReceipt* r) { r->mutable_inclusion()->mutable_hashes(1)->front() ^= 1; },
       v1::EVIDENCE_FAULT_NOT_INCLUDED},
      {"proof's size", [](v1::ActReceipt* r) { r->mutable_inclusion()->set_tree_size(20); },
       v1::EVIDENCE_FAULT_MALFORMED},
      {"root", [](v1::ActReceipt* r) { r->mutable_head()->mutable_root_hash()->front() ^= 1; },
       v1::EVIDENCE_FAULT_HEAD_SIGNATURE},
      {"key", [](v1::ActReceipt* r) { r->mutable_head()->mutable_key_id()->front() ^= 1; },
       v1::EVIDENCE_FAULT_KEY_NOT_TRUSTED},
      {"rotation",
       [](v1::ActReceipt* r) { r->mutable_keys()->mutable_rotations(0)->set_tree_size(8); },
       v1::EVIDENCE_FAULT_KEY_STATEMENT},
      {"no rotation", [](v1::ActReceipt* r) { r->clear_keys(); },
       v1::EVIDENCE_FAULT_KEY_NOT_TRUSTED},
      {"format", [](v1::ActReceipt* r) { r->set_format(2); }, v1::EVIDENCE_FAULT_UNKNOWN_FORMAT}};
  for (const Altered& altered : cases) {
    v1::ActReceipt receipt = TestReceipt();
    altered.change(&receipt);
    const v1::ActVerification refused = VerifyActReceipt(receipt, TrustInFirstKey());
    EXPECT_EQ(refused.fault(), altered.fault) << altered.what << ": " << refused.explanation();
    EXPECT_NE(refused.explanation(), "");
    EXPECT_EQ(refused.act(), "") << "nothing of a refused receipt is repeated as proven";
    EXPECT_FALSE(refused.has_core());
  }
}

// An act of a newer release is in the log, and is not shown by half.
TEST(ActTest, AnActThatSaysMoreThanThisReleaseKnowsIsRefusedAsNewer) {
  RecordedAct newer = TestLog::Act(0);
  newer.core += std::string("\xA2\x06\x01x", 4);  // field 100, a text
  v1::InclusionProof alone;
  alone.set_tree_size(1);
  const v1::LogHead head = SignHead(TestKey(0), TestLog::LogId(), 1, LeafHashOf(newer), kTestTime);
  const v1::ActVerification found =
      VerifyActReceipt(MakeActReceipt(newer, alone, head, {}), TrustInFirstKey());
  EXPECT_EQ(found.fault(), v1::EVIDENCE_FAULT_UNKNOWN_FORMAT);
  EXPECT_THAT(found.explanation(), HasSubstr("use a newer one"));
}

// Receipts of this release stay valid in every later one. The file was made by other means,
// and tests/evidence/ verifies it by others again.
TEST(ActTest, TheGoldenReceiptIsProven) {
  const TestLog log = TestLog::WithActs(9);
  const v1::ActReceipt receipt = log.ActReceipt(4, log.Head(9, TestKey(0)), {});
  const auto file = ReadFile("tests/testdata/evidence/act_receipt.json");
  ASSERT_TRUE(file.ok()) << JsonForm(receipt);
  EXPECT_EQ(VerifyActReceiptFile(*file, TrustInFirstKey()).fault(), v1::EVIDENCE_FAULT_NONE);
  v1::ActReceipt parsed;
  ASSERT_TRUE(ParseActReceipt(*file, &parsed).ok());
  EXPECT_EQ(CanonicalBytes(parsed), CanonicalBytes(receipt)) << JsonForm(receipt);
}

// No change of one byte proves another act, and none makes of a text that is no receipt one.
TEST(ActTest, NoChangedByteProvesAnotherAct) {
  const v1::ActReceipt receipt = TestReceipt();
  const std::string file = CanonicalBytes(receipt);
  for (size_t at = 0; at < file.size(); ++at) {
    for (const int change : {1, 2, 8, 0x80, 0xFF}) {
      std::string altered = file;
      altered[at] = static_cast<char>(altered[at] ^ change);
      if (VerifyActReceiptFile(altered, TrustInFirstKey()).fault() != v1::EVIDENCE_FAULT_NONE) {
        continue;
      }
      v1::ActReceipt parsed;
      ASSERT_TRUE(ParseActReceipt(altered, &parsed).ok());
      EXPECT_EQ(CanonicalBytes(parsed), file) << "byte " << at << " ^ " << change;
    }
  }
  for (size_t size = 0; size < file.size(); ++size) {
    EXPECT_NE(VerifyActReceiptFile(file.substr(0, size), TrustInFirstKey()).fault(),
              v1::EVIDENCE_FAULT_NONE)
        << size;
  }
}

}  // namespace
}  // namespace probity::evidence
