#include "evidence/receipt.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "absl/strings/str_replace.h"
#include "base/tables.h"
#include "evidence/signed_bytes.h"
#include "evidence/testing.h"
#include "google/protobuf/util/message_differencer.h"

namespace probity::evidence {
namespace {

using google::protobuf::util::MessageDifferencer;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// Keys: 0 signed up to size 9, key 1 goes on; key 0 was revoked after that.
v1::KeyHistory Keys() {
  v1::KeyHistory keys;
  *keys.add_rotations() =
      SignRotation(TestKey(0), TestKey(1).public_key(), TestLog::LogId(), 9, kTestTime);
  *keys.add_revocations() =
      SignRevocation(TestKey(1), TestKey(0).key_id(), TestLog::LogId(), 9, kTestTime);
  return keys;
}

// Decision 4 of 21.
v1::Receipt TestReceipt() {
  const TestLog log(21);
  return log.Receipt(4, log.Head(21, TestKey(1)), Keys());
}

Trust TrustInFirstKey() {
  Trust trust;
  trust.public_keys.push_back(TestKey(0).public_key());
  return trust;
}

std::vector<v1::ReceiptPart> PartsOf(const v1::ReceiptVerification& verification) {
  std::vector<v1::ReceiptPart> parts;
  for (const int part : verification.altered_parts()) {
    parts.push_back(static_cast<v1::ReceiptPart>(part));
  }
  return parts;
}

TEST(ReceiptTest, ProvesTheDecisionInBothForms) {
  const v1::Receipt receipt = TestReceipt();
  for (const std::string& file :
       {ReceiptToBinary(receipt), ReceiptToJson(receipt), "\n " + ReceiptToJson(receipt)}) {
    const v1::ReceiptVerification proven = VerifyReceiptFile(file, TrustInFirstKey());
    EXPECT_EQ(proven.fault(), v1::EVIDENCE_FAULT_NONE) << proven.explanation();
    EXPECT_EQ(proven.explanation(), "");
    EXPECT_EQ(proven.decision(), "authorities/a/decisions/4");
    EXPECT_EQ(MicrosOf(proven.time()), kTestTime + 4000000);
    EXPECT_EQ(proven.leaf_index(), 4u);
    EXPECT_EQ(proven.tree_size(), 21u);
    EXPECT_EQ(proven.key_id(), TestKey(1).key_id());
    EXPECT_EQ(proven.log_id(), TestLog::LogId());
    EXPECT_EQ(MicrosOf(proven.head_time()), TestLog::HeadTime(21));
    EXPECT_EQ(proven.altered_parts_size(), 0);
  }
}

// Writers of JSON leave empty objects away.
TEST(ReceiptTest, NoStatementsOfKeysAreTheSameSaidOrLeftOut) {
  const TestLog log(9);
  const v1::Receipt receipt = log.Receipt(4, log.Head(9, TestKey(0)), {});
  const std::string json = ReceiptToJson(receipt);
  const std::string without = absl::StrReplaceAll(json, {{" \"keys\": {},\n", ""}});
  ASSERT_NE(without, json);
  EXPECT_EQ(VerifyReceiptFile(without, {{TestKey(0).public_key()}, {}}).fault(),
            v1::EVIDENCE_FAULT_NONE);
  v1::Receipt read;
  ASSERT_TRUE(ParseReceipt(without, &read).ok());
  EXPECT_EQ(ReceiptToBinary(read), ReceiptToBinary(receipt));
}

TEST(ReceiptTest, ProvesEveryDecisionUnderEveryHead) {
  const TestLog log(21);
  for (uint64_t size = 1; size <= 21; ++size) {
    const SigningKey key = TestKey(size <= 9 ? 0 : 1);
    for (uint64_t index = 0; index < size; ++index) {
      const v1::Receipt receipt = log.Receipt(index, log.Head(size, key), Keys());
      EXPECT_EQ(VerifyReceipt(receipt, TrustInFirstKey()).fault(), v1::EVIDENCE_FAULT_NONE);
    }
  }
}

using Change = void (*)(v1::Receipt*);
struct Altered {
  const char* what;
  Change change;
  v1::EvidenceFault fault;
  v1::ReceiptPart part;
};

TEST(ReceiptTest, SaysWhatWasAltered) {
  const Altered cases[] = {
      {"core", [](v1::Receipt* r) { r->mutable_core()->front() ^= 1; },
       v1::EVIDENCE_FAULT_NOT_INCLUDED, v1::RECEIPT_PART_CORE},
      {"core gone", [](v1::Receipt* r) { r->clear_core(); }, v1::EVIDENCE_FAULT_NOT_INCLUDED,
       v1::RECEIPT_PART_CORE},
      {"salt", [](v1::Receipt* r) { r->mutable_salt()->back() ^= 1; },
       v1::EVIDENCE_FAULT_NOT_INCLUDED, v1::RECEIPT_PART_SALT},
      {"short salt", [](v1::Receipt* r) { r->mutable_salt()->pop_back(); },
       v1::EVIDENCE_FAULT_MALFORMED, v1::RECEIPT_PART_SALT},
      {"decision", [](v1::Receipt* r) { r->set_decision("authorities/a/decisions/5"); },
       v1::EVIDENCE_FAULT_NOT_INCLUDED, v1::RECEIPT_PART_DECISION},
      {"time", [](v1::Receipt* r) { r->mutable_time()->set_seconds(1); },
       v1::EVIDENCE_FAULT_NOT_INCLUDED, v1::RECEIPT_PART_TIME},
      {"time not whole", [](v1::Receipt* r) { r->mutable_time()->set_nanos(1); },
       v1::EVIDENCE_FAULT_MALFORMED, v1::RECEIPT_PART_TIME},
      {"bundle digest", [](v1::Receipt* r) { r->mutable_bundle_digest()->front() ^= 1; },
       v1::EVIDENCE_FAULT_NOT_INCLUDED, v1::RECEIPT_PART_BUNDLE_DIGEST},
      {"index", [](v1::Receipt* r) { r->mutable_inclusion()->set_leaf_index(5); },
       v1::EVIDENCE_FAULT_NOT_INCLUDED, v1::RECEIPT_PART_INCLUSION},
      {"proof", [](v1::Receipt* r) { r->mutable_inclusion()->mutable_hashes(2)->front() ^= 1; },
       v1::EVIDENCE_FAULT_NOT_INCLUDED, v1::RECEIPT_PART_INCLUSION},
      {"proof's size", [](v1::Receipt* r) { r->mutable_inclusion()->set_tree_size(20); },
       v1::EVIDENCE_FAULT_MALFORMED, v1::RECEIPT_PART_INCLUSION},
      {"root", [](v1::Receipt* r) { r->mutable_head()->mutable_root_hash()->front() ^= 1; },
       v1::EVIDENCE_FAULT_HEAD_SIGNATURE, v1::RECEIPT_PART_HEAD},
      {"signature", [](v1::Receipt* r) { r->mutable_head()->mutable_signature()->front() ^= 1; },
       v1::EVIDENCE_FAULT_HEAD_SIGNATURE, v1::RECEIPT_PART_HEAD},
      {"key id", [](v1::Receipt* r) { r->mutable_head()->mutable_key_id()->front() ^= 1; },
       v1::EVIDENCE_FAULT_KEY_NOT_TRUSTED, v1::RECEIPT_PART_HEAD},
      {"rotation",
       [](v1::Receipt* r) { r->mutable_keys()->mutable_rotations(0)->set_tree_size(8); },
       v1::EVIDENCE_FAULT_KEY_STATEMENT, v1::RECEIPT_PART_KEYS},
      {"revocation gone", [](v1::Receipt* r) { r->mutable_keys()->clear_revocations(); },
       v1::EVIDENCE_FAULT_PART_DIGESTS, v1::RECEIPT_PART_KEYS}};
  for (const Altered& altered : cases) {
    v1::Receipt receipt = TestReceipt();
    altered.change(&receipt);
    const v1::ReceiptVerification refused = VerifyReceipt(receipt, TrustInFirstKey());
    EXPECT_EQ(refused.fault(), altered.fault) << altered.what << ": " << refused.explanation();
    EXPECT_THAT(PartsOf(refused), ElementsAre(altered.part)) << altered.what;
    EXPECT_NE(refused.explanation(), "");
    EXPECT_EQ(refused.decision(), "") << "nothing of a refused receipt is repeated as proven";
  }
}

// Whoever changes a part and its digest is refused all the same.
TEST(ReceiptTest, DigestsOfPartsProveNothing) {
  const TestLog log(21);
  const v1::Receipt genuine = TestReceipt();
  RecordedDecision forged = TestLog::Decision(4);
  forged.core = "another core";
  const v1::Receipt receipt =
      MakeReceipt(forged, genuine.inclusion(), genuine.head(), genuine.keys());
  const v1::ReceiptVerification refused = VerifyReceipt(receipt, TrustInFirstKey());
  EXPECT_EQ(refused.fault(), v1::EVIDENCE_FAULT_NOT_INCLUDED);
  EXPECT_THAT(PartsOf(refused), IsEmpty());
}

TEST(ReceiptTest, RefusesKeysThatAreNotTrusted) {
  const TestLog log(21);
  const v1::Receipt early = log.Receipt(4, log.Head(9, TestKey(0)), {});
  EXPECT_EQ(VerifyReceipt(early, TrustInFirstKey()).fault(), v1::EVIDENCE_FAULT_NONE);
  EXPECT_EQ(VerifyReceipt(early, {}).fault(), v1::EVIDENCE_FAULT_KEY_NOT_TRUSTED);
  Trust knows = TrustInFirstKey();
  *knows.history.add_revocations() =
      SignRevocation(TestKey(0), TestKey(0).key_id(), TestLog::LogId(), 8, kTestTime);
  const v1::ReceiptVerification revoked = VerifyReceipt(early, knows);
  EXPECT_EQ(revoked.fault(), v1::EVIDENCE_FAULT_KEY_REVOKED);
  EXPECT_THAT(revoked.explanation(), HasSubstr("up to size 8"));
  EXPECT_THAT(PartsOf(revoked), IsEmpty()) << "the receipt is as it was issued";
}

TEST(ReceiptTest, RefusesWhatItDoesNotKnow) {
  v1::Receipt receipt = TestReceipt();
  receipt.set_format(2);
  EXPECT_EQ(VerifyReceipt(receipt, TrustInFirstKey()).fault(), v1::EVIDENCE_FAULT_UNKNOWN_FORMAT);
  // Field 100, a text, inside the head.
  receipt = TestReceipt();
  receipt.mutable_head()
      ->GetReflection()
      ->MutableUnknownFields(receipt.mutable_head())
      ->AddLengthDelimited(100, "x");
  EXPECT_EQ(VerifyReceipt(receipt, TrustInFirstKey()).fault(), v1::EVIDENCE_FAULT_UNKNOWN_FORMAT);
  for (const char* file : {"", "{", "{\"format\": 1, \"more\": 2}", "\xFF\xFF", "receipt"}) {
    EXPECT_EQ(VerifyReceiptFile(file, TrustInFirstKey()).fault(), v1::EVIDENCE_FAULT_UNREADABLE)
        << file;
  }
}

// The parts in which two receipts differ.
std::vector<v1::ReceiptPart> Difference(const v1::Receipt& a, const v1::Receipt& b) {
  std::vector<v1::ReceiptPart> parts;
  const auto note = [&](bool same, v1::ReceiptPart part) {
    if (!same) parts.push_back(part);
  };
  note(a.decision() == b.decision(), v1::RECEIPT_PART_DECISION);
  note(MessageDifferencer::Equals(a.time(), b.time()), v1::RECEIPT_PART_TIME);
  note(a.core() == b.core(), v1::RECEIPT_PART_CORE);
  note(a.bundle_digest() == b.bundle_digest(), v1::RECEIPT_PART_BUNDLE_DIGEST);
  note(a.salt() == b.salt(), v1::RECEIPT_PART_SALT);
  note(MessageDifferencer::Equals(a.inclusion(), b.inclusion()), v1::RECEIPT_PART_INCLUSION);
  note(MessageDifferencer::Equals(a.head(), b.head()), v1::RECEIPT_PART_HEAD);
  note(MessageDifferencer::Equals(a.keys(), b.keys()), v1::RECEIPT_PART_KEYS);
  return parts;
}

// Every byte of a binary receipt is changed in several ways, one at a time.
TEST(ReceiptTest, NoChangedByteIsAccepted) {
  const v1::Receipt receipt = TestReceipt();
  const std::string file = ReceiptToBinary(receipt);
  const Trust trust = TrustInFirstKey();
  std::map<v1::EvidenceFault, int> faults;
  for (size_t at = 0; at < file.size(); ++at) {
    for (const int change : {1, 2, 8, 0x80, 0xFF}) {
      std::string altered = file;
      altered[at] = static_cast<char>(altered[at] ^ change);
      const v1::ReceiptVerification found = VerifyReceiptFile(altered, trust);
      ++faults[found.fault()];
      v1::Receipt parsed;
      if (!ParseReceipt(altered, &parsed).ok()) {
        ASSERT_TRUE(found.fault() == v1::EVIDENCE_FAULT_UNREADABLE ||
                    found.fault() == v1::EVIDENCE_FAULT_UNKNOWN_FORMAT);
        continue;
      }
      if (MessageDifferencer::Equals(parsed, receipt)) continue;
      ASSERT_NE(found.fault(), v1::EVIDENCE_FAULT_NONE) << "byte " << at << " ^ " << change;
      const std::vector<v1::ReceiptPart> named = PartsOf(found);
      for (const v1::ReceiptPart part : Difference(parsed, receipt)) {
        ASSERT_TRUE(std::count(named.begin(), named.end(), part) == 1)
            << "byte " << at << " ^ " << change << ": " << found.explanation();
      }
      if (Difference(parsed, receipt).empty()) {  // then it was the table of digests
        ASSERT_EQ(found.fault(), v1::EVIDENCE_FAULT_PART_DIGESTS) << at;
      }
    }
  }
  // The test reaches all kinds of refusals.
  for (const v1::EvidenceFault fault :
       {v1::EVIDENCE_FAULT_UNREADABLE, v1::EVIDENCE_FAULT_UNKNOWN_FORMAT,
        v1::EVIDENCE_FAULT_MALFORMED, v1::EVIDENCE_FAULT_KEY_STATEMENT,
        v1::EVIDENCE_FAULT_KEY_NOT_TRUSTED, v1::EVIDENCE_FAULT_HEAD_SIGNATURE,
        v1::EVIDENCE_FAULT_NOT_INCLUDED, v1::EVIDENCE_FAULT_PART_DIGESTS}) {
    EXPECT_GT(faults[fault], 0) << v1::EvidenceFault_Name(fault);
  }
  std::cout << file.size()
            << " bytes changed; accepted as the same receipt: " << faults[v1::EVIDENCE_FAULT_NONE]
            << "\n";
}

TEST(ReceiptTest, NoCutOffReceiptIsAccepted) {
  const std::string file = ReceiptToBinary(TestReceipt());
  for (size_t size = 0; size < file.size(); ++size) {
    EXPECT_NE(VerifyReceiptFile(file.substr(0, size), TrustInFirstKey()).fault(),
              v1::EVIDENCE_FAULT_NONE)
        << size;
  }
}

// Receipts of this release stay valid in every later one: one with a rotated and
// revoked key, and a plain one, which tests/evidence/ verifies by other means.
TEST(ReceiptTest, GoldenReceiptsAreProven) {
  const TestLog log(21);
  const v1::Receipt plain = log.Receipt(4, log.Head(9, TestKey(0)), {});
  const std::pair<const char*, v1::Receipt> golden[] = {{"receipt.json", TestReceipt()},
                                                        {"plain_receipt.json", plain}};
  for (const auto& [name, receipt] : golden) {
    const auto file = ReadFile(std::string("tests/testdata/evidence/") + name);
    ASSERT_TRUE(file.ok()) << name << ": " << ReceiptToJson(receipt);
    EXPECT_EQ(VerifyReceiptFile(*file, TrustInFirstKey()).fault(), v1::EVIDENCE_FAULT_NONE);
    v1::Receipt parsed;
    ASSERT_TRUE(ParseReceipt(*file, &parsed).ok());
    EXPECT_TRUE(MessageDifferencer::Equals(parsed, receipt)) << ReceiptToJson(receipt);
  }
  const auto key = ReadFile("tests/testdata/evidence/plain_key.pem");
  ASSERT_TRUE(key.ok()) << PublicKeyToPem(TestKey(0).public_key());
  EXPECT_EQ(*ParsePublicKey(*key, "key"), TestKey(0).public_key());
}

}  // namespace
}  // namespace probity::evidence
