#include "evidence/signed_bytes.h"

#include <gtest/gtest.h>

#include <limits>

#include "base/hash.h"
#include "evidence/statements.h"
#include "evidence/testing.h"

namespace probity::evidence {
namespace {

using std::string_literals::operator""s;

constexpr char kId[] = "0123456789abcdef";

// Golden bytes: another result would make every signature given before invalid.
TEST(SignedBytesTest, GoldenBytesOfHeads) {
  v1::LogHead head;
  head.set_log_id(kId);
  head.set_tree_size(258);
  head.set_root_hash("root");
  *head.mutable_time() = ToTimestamp(1000001);
  head.set_key_id("key");
  head.set_signature("not signed");
  EXPECT_EQ(HeadBytes(head),
            "\0\0\0\x12probity.v1.LogHead"
            "\0\0\0\x10"
            "0123456789abcdef"
            "\0\0\0\x08\0\0\0\0\0\0\x01\x02"
            "\0\0\0\x04root"
            "\0\0\0\x08\0\0\0\0\0\x0F\x42\x41"
            "\0\0\0\x03key"s);
}

TEST(SignedBytesTest, GoldenBytesOfKeyStatements) {
  v1::KeyRotation rotation;
  rotation.set_log_id(kId);
  rotation.set_from_key("from");
  rotation.set_to_key("to");
  rotation.set_tree_size(3);
  *rotation.mutable_time() = ToTimestamp(-1);
  EXPECT_EQ(RotationBytes(rotation),
            "\0\0\0\x16probity.v1.KeyRotation"
            "\0\0\0\x10"
            "0123456789abcdef"
            "\0\0\0\x04"
            "from\0\0\0\x02to\0\0\0\x08\0\0\0\0\0\0\0\x03"
            "\0\0\0\x08\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"s);
  v1::KeyRevocation revocation;
  revocation.set_log_id(kId);
  revocation.set_key_id("key");
  revocation.set_last_trusted_tree_size(4);
  *revocation.mutable_time() = ToTimestamp(5);
  revocation.set_signer_key("signer");
  EXPECT_EQ(RevocationBytes(revocation),
            "\0\0\0\x18probity.v1.KeyRevocation"
            "\0\0\0\x10"
            "0123456789abcdef"
            "\0\0\0\x03key\0\0\0\x08\0\0\0\0\0\0\0\x04"
            "\0\0\0\x08\0\0\0\0\0\0\0\x05\0\0\0\x06signer"s);
}

TEST(SignedBytesTest, GoldenBytesOfContinuations) {
  v1::LogContinuation continuation;
  continuation.set_log_id("new");
  continuation.mutable_previous_head()->set_log_id("old");
  *continuation.mutable_time() = ToTimestamp(5);
  continuation.set_signer_key("signer");
  const std::string head = HeadBytes(continuation.previous_head());
  std::string wanted = "\0\0\0\x1Aprobity.v1.LogContinuation\0\0\0\x03new"s;
  AppendField(head, &wanted);
  wanted += "\0\0\0\0"s;  // no signature
  const std::string not_accepted =
      "\0\0\0\x08\0\0\0\0\0\0\0\x05\0\0\0\0"
      "\0\0\0\x08\0\0\0\0\0\0\0\0\0\0\0\x06signer"s;
  EXPECT_EQ(ContinuationBytes(continuation), wanted + not_accepted);
  continuation.set_accepted_by("ann");
  *continuation.mutable_accept_time() = ToTimestamp(6);
  const std::string accepted =
      "\0\0\0\x08\0\0\0\0\0\0\0\x05\0\0\0\x03"
      "ann\0\0\0\x08\0\0\0\0\0\0\0\x06\0\0\0\x06signer"s;
  EXPECT_EQ(ContinuationBytes(continuation), wanted + accepted);
}

TEST(SignedBytesTest, GoldenBytesOfDecisions) {
  const Decision decision{"decisions/d", 5, "bundle", "core"};
  EXPECT_EQ(DecisionBytes(decision),
            "\0\0\0\x13probity.v1.Decision"
            "\0\0\0\x0B"
            "decisions/d"
            "\0\0\0\x08\0\0\0\0\0\0\0\x05"
            "\0\0\0\x06"
            "bundle\0\0\0\x04"
            "core"s);
  EXPECT_EQ(Commitment("salt", decision), Sha256("salt" + DecisionBytes(decision)));
}

TEST(SignedBytesTest, GoldenBytesOfActs) {
  const Act act{"acts/a", 5, "core"};
  EXPECT_EQ(ActBytes(act),
            "\0\0\0\x0Eprobity.v1.Act"
            "\0\0\0\x06"
            "acts/a"
            "\0\0\0\x08\0\0\0\0\0\0\0\x05"
            "\0\0\0\x04"
            "core"s);
  EXPECT_EQ(Commitment("salt", act), Sha256("salt" + ActBytes(act)));
}

// What a log of this release signed stays valid.
TEST(SignedBytesTest, GoldenSignatures) {
  const SigningKey key = TestKey(1);
  EXPECT_EQ(ToHex(SignHead(key, kId, 7, Sha256("root"), kTestTime).signature()),
            "8e1bc9abd69ba5411716f8aba98d916877fcd68b1f6398273251c1ab715909e1cdc9c6719b2ae8491256a9"
            "61c732300d1f872da9937c7cc5c57c32d19348df01");
  EXPECT_EQ(ToHex(SignRotation(key, TestKey(2).public_key(), kId, 7, kTestTime).signature()),
            "ecce10e53ad927f48ad334c9714ef5ab79a892b2db94f7897195b6de0276a432e103be90432f4e33e1c745"
            "4be2871ee4bfab9128058d87a6138693c3b1f78d0d");
  EXPECT_EQ(ToHex(SignRevocation(key, key.key_id(), kId, 7, kTestTime).signature()),
            "496a5dfdff649b7b086eb0e0df54414baf9d6a0fc7dbb7388176a2e7e08f8fbccf3f60b893aacb81aaba02"
            "bb93b2b87f5c10776b4948144269b8624da986830f");
}

TEST(SignedBytesTest, Instants) {
  for (const int64_t time_us : {int64_t{0}, int64_t{1}, int64_t{-1}, kTestTime, int64_t{-1000000},
                                int64_t{253402300799999999}, int64_t{-62135596800000000}}) {
    int64_t again = 7;
    EXPECT_TRUE(ToMicros(ToTimestamp(time_us), &again));
    EXPECT_EQ(again, time_us);
  }
  struct Case {
    int64_t seconds;
    int32_t nanos;
  };
  for (const Case& other :
       {Case{0, 1}, Case{0, -1000}, Case{0, 1000000000}, Case{0, 999}, Case{253402300800, 0},
        Case{-62135596801, 0}, Case{std::numeric_limits<int64_t>::max(), 0}}) {
    google::protobuf::Timestamp time;
    time.set_seconds(other.seconds);
    time.set_nanos(other.nanos);
    int64_t time_us = 7;
    EXPECT_FALSE(ToMicros(time, &time_us)) << other.seconds << " " << other.nanos;
    EXPECT_EQ(time_us, 0);
  }
}

}  // namespace
}  // namespace probity::evidence
