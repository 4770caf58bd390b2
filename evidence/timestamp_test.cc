#include "evidence/timestamp.h"

#include <gmock/gmock.h>

#include <functional>

#include "base/errors.h"
#include "base/hash.h"
#include "base/tables.h"
#include "evidence/receipt.h"
#include "evidence/signed_bytes.h"
#include "evidence/testing.h"

namespace probity::evidence {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

// Made by make.sh there; the certificates ran out the day after.
std::string TestFile(const std::string& name) {
  return ReadFile("tests/testdata/evidence/timestamp/" + name).value();
}

v1::LogHead StampedHead() { return TestLog(5).Head(5, TestKey(0)); }
std::string Token() { return TokenOfAnswer(TestFile("answer.der")).value(); }

// The query's last field but one is its nonce.
TimestampQuery Query() {
  const std::string der = TestFile("query.der");
  return {TimestampedDigest(StampedHead()), "1.2.3.4.1", der.substr(der.size() - 11, 8)};
}

TEST(TimestampTest, AQueryIsEncodedAsOthersDo) {
  EXPECT_EQ(ToHex(EncodeTimestampQuery(Query())), ToHex(TestFile("query.der")));
}

TEST(TimestampTest, ATokenHoldsAfterItsCertificatesRanOut) {
  for (const TimestampQuery& query : {Query(), TimestampQuery{Query().sha256, "", ""}}) {
    const auto stamped = VerifyTimestamp(Token(), query, TestFile("ca.pem"));
    ASSERT_TRUE(stamped.ok()) << stamped.status();
    EXPECT_EQ(stamped->authority, "/CN=Invented Time Stamping Authority");
    EXPECT_GT(stamped->time_us, int64_t{1790000000} * 1000000);
    EXPECT_LT(stamped->time_us, int64_t{1900000000} * 1000000);
  }
}

TEST(TimestampTest, ATokenOfSomethingElseIsRefused) {
  const std::string ca = TestFile("ca.pem"), token = Token();
  struct Case {
    const char* what;
    std::string token;
    TimestampQuery query;
    std::string ca, why;
  };
  TimestampQuery hash = Query(), policy = Query(), nonce = Query();
  hash.sha256[0] ^= 1;
  policy.policy_oid = "1.2.3.4.2";
  nonce.nonce[7] ^= 1;
  const Case cases[] = {
      {"hash", token, hash, ca, "imprint"},
      {"policy", token, policy, ca, "policy"},
      {"nonce", token, nonce, ca, "nonce"},
      {"other CA", token, Query(), TestFile("other_ca.pem"), "certificate verify error"},
      {"no CA", token, Query(), "", "no certificate"},
      {"empty", "", Query(), ca, "no token"},
      {"cut", token.substr(0, token.size() - 1), Query(), ca, "no token"},
      {"longer", token + "x", Query(), ca, "no token"},
      {"answer", TestFile("answer.der"), Query(), ca, "no token"},
      {"certificate", TestFile("ca.pem"), Query(), ca, "no token"},
  };
  for (const Case& one : cases) {
    const auto refused = VerifyTimestamp(one.token, one.query, one.ca);
    EXPECT_FALSE(refused.ok()) << one.what;
    EXPECT_THAT(std::string(refused.status().message()), HasSubstr(one.why)) << one.what;
  }
}

// Signed are the time and what was stamped; the signature is at the end.
TEST(TimestampTest, AnAlteredTokenIsRefused) {
  std::string token = Token();
  const size_t imprint = token.find(Query().sha256);
  ASSERT_NE(imprint, std::string::npos);
  for (const size_t at : {imprint, imprint + 40, token.size() - 1, token.size() - 100}) {
    token[at] ^= 1;
    EXPECT_FALSE(VerifyTimestamp(token, Query(), TestFile("ca.pem")).ok()) << at;
    token[at] ^= 1;
  }
}

TEST(TimestampTest, AnAnswerWithoutATokenIsTold) {
  // SEQUENCE { SEQUENCE { INTEGER 2 (rejection) } }
  const std::string rejection("\x30\x05\x30\x03\x02\x01\x02", 7);
  EXPECT_THAT(std::string(TokenOfAnswer(rejection).status().message()), HasSubstr("Rejected"));
  for (const std::string& garbage : {std::string(), std::string("<html>"), rejection + "x"}) {
    EXPECT_THAT(std::string(TokenOfAnswer(garbage).status().message()), HasSubstr("RFC 3161"));
  }
}

TEST(TimestampTest, SettingsAreChecked) {
  EXPECT_TRUE(CheckCertificates(TestFile("ca.pem"), "f").ok());
  EXPECT_EQ(MetadataOf(CheckCertificates("no PEM", "f"))["field"], "f");
  EXPECT_TRUE(CheckPolicyOid("1.2.3.4.1", "f").ok());
  for (const char* wrong : {"", "policy", "1.2.x", "9.9.9"}) {
    EXPECT_EQ(MetadataOf(CheckPolicyOid(wrong, "f"))["field"], "f") << wrong;
  }
}

// A receipt under the head of size 8, with the time stamp of that of size 5.
v1::Receipt StampedReceipt() {
  const TestLog log(8);
  const v1::Receipt whole = log.Receipt(3, log.Head(8, TestKey(0)), {});
  v1::TimestampedHead timestamp;
  *timestamp.mutable_head() = StampedHead();
  timestamp.set_token(Token());
  *timestamp.mutable_inclusion() = log.Receipt(3, StampedHead(), {}).inclusion();
  return MakeReceipt(TestLog::Decision(3), whole.inclusion(), whole.head(), {}, timestamp);
}

v1::ReceiptVerification Verify(const v1::Receipt& receipt, const std::string& ca) {
  Trust trust;
  trust.public_keys.push_back(TestKey(0).public_key());
  trust.timestamp_ca_pem = ca;
  return VerifyReceiptFile(ReceiptToJson(receipt), trust);
}

TEST(TimestampTest, AReceiptTellsOfItsTimeStamp) {
  const auto verified = Verify(StampedReceipt(), TestFile("ca.pem"));
  EXPECT_EQ(verified.fault(), v1::EVIDENCE_FAULT_NONE) << verified.explanation();
  EXPECT_EQ(verified.timestamp(), v1::TIMESTAMP_STATE_VERIFIED);
  EXPECT_GT(verified.timestamp_time().seconds(), 1790000000);
  EXPECT_THAT(verified.timestamp_authority(), HasSubstr("Invented"));
  EXPECT_EQ(Verify(StampedReceipt(), "").timestamp(), v1::TIMESTAMP_STATE_NOT_VERIFIED);
  const TestLog log(8);
  const v1::Receipt without = log.Receipt(3, log.Head(8, TestKey(0)), {});
  const auto none = Verify(without, TestFile("ca.pem"));
  EXPECT_EQ(none.fault(), v1::EVIDENCE_FAULT_NONE);
  EXPECT_EQ(none.timestamp(), v1::TIMESTAMP_STATE_NONE);
}

TEST(TimestampTest, AReceiptWithAWrongTimeStampIsRefused) {
  const auto refused_for = [](const std::function<void(v1::TimestampedHead*)>& change) {
    v1::Receipt receipt = StampedReceipt();
    change(receipt.mutable_timestamp());
    const auto refused = Verify(receipt, TestFile("ca.pem"));
    EXPECT_EQ(refused.fault(), v1::EVIDENCE_FAULT_TIMESTAMP) << refused.explanation();
    EXPECT_THAT(refused.altered_parts(), ElementsAre(v1::RECEIPT_PART_TIMESTAMP));
    // Who does not look at it sees that the receipt is not as issued.
    EXPECT_EQ(Verify(receipt, "").fault(), v1::EVIDENCE_FAULT_PART_DIGESTS);
    return refused.explanation();
  };
  EXPECT_THAT(refused_for([](auto* stamp) { stamp->mutable_token()->pop_back(); }),
              StartsWith("the time stamp is not valid"));
  EXPECT_THAT(refused_for([](auto* stamp) { stamp->mutable_head()->set_tree_size(6); }),
              StartsWith("the stamped head does not hold"));
  EXPECT_THAT(refused_for([](auto* stamp) {
                // A head of the log, but not the one that was stamped.
                *stamp->mutable_head() = TestLog(8).Head(8, TestKey(0));
                const TestLog log(8);
                *stamp->mutable_inclusion() = log.Receipt(3, stamp->head(), {}).inclusion();
              }),
              HasSubstr("imprint"));
  EXPECT_THAT(refused_for([](auto* stamp) { stamp->mutable_inclusion()->set_leaf_index(2); }),
              StartsWith("the decision is not in the head that was stamped"));
  EXPECT_EQ(Verify(StampedReceipt(), TestFile("other_ca.pem")).fault(),
            v1::EVIDENCE_FAULT_TIMESTAMP);
  v1::Receipt taken = StampedReceipt();
  taken.clear_timestamp();
  EXPECT_EQ(Verify(taken, TestFile("ca.pem")).fault(), v1::EVIDENCE_FAULT_PART_DIGESTS);
}

}  // namespace
}  // namespace probity::evidence
