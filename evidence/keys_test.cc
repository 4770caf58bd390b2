#include "evidence/keys.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/escaping.h"
#include "base/errors.h"
#include "base/hash.h"
#include "evidence/testing.h"

namespace probity::evidence {
namespace {

using ::testing::HasSubstr;

// RFC 8032, 7.1, TEST 3.
TEST(KeysTest, SignsAsTheStandardSays) {
  const SigningKey key = KeyOfSeed(
      absl::HexStringToBytes("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7"));
  EXPECT_EQ(ToHex(key.public_key()),
            "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025");
  const std::string message = absl::HexStringToBytes("af82");
  const std::string signature = key.Sign(message);
  EXPECT_EQ(ToHex(signature),
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
            "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a");
  EXPECT_TRUE(VerifySignature(key.public_key(), message, signature));
  EXPECT_EQ(key.key_id(), Sha256(key.public_key()));
}

TEST(KeysTest, RefusesEveryOtherSignature) {
  const SigningKey key = TestKey(1);
  const std::string signature = key.Sign("text");
  EXPECT_TRUE(VerifySignature(key.public_key(), "text", signature));
  EXPECT_FALSE(VerifySignature(key.public_key(), "texts", signature));
  EXPECT_FALSE(VerifySignature(TestKey(2).public_key(), "text", signature));
  EXPECT_FALSE(VerifySignature("short", "text", signature));
  EXPECT_FALSE(VerifySignature(key.public_key(), "text", signature + "x"));
  EXPECT_FALSE(VerifySignature(key.public_key(), "text", ""));
  for (size_t i = 0; i < signature.size(); ++i) {
    std::string altered = signature;
    altered[i] ^= 1;
    EXPECT_FALSE(VerifySignature(key.public_key(), "text", altered)) << i;
  }
}

TEST(KeysTest, PrivateKeysComeBackFromPem) {
  const SigningKey key = SigningKey::Generate();
  const auto again = SigningKey::FromPem(key.ToPem(), "key_file");
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->public_key(), key.public_key());
  EXPECT_NE(SigningKey::Generate().public_key(), key.public_key());
}

TEST(KeysTest, PublicKeysAreReadInBothForms) {
  const std::string key = TestKey(3).public_key();
  EXPECT_EQ(*ParsePublicKey(PublicKeyToPem(key), "keys"), key);
  EXPECT_EQ(*ParsePublicKey(" " + ToHex(key) + "\n", "keys"), key);
}

// "openssl genpkey -algorithm RSA" and the like.
constexpr char kOtherAlgorithm[] =
    "-----BEGIN PRIVATE KEY-----\n"
    "MC4CAQAwBQYDK2VuBCIEIHB2Qcd4F9RBzVMB1gXsJnCRO3uoOXkYkrZ6sOMEYEdk\n"
    "-----END PRIVATE KEY-----\n";

TEST(KeysTest, OtherTextsAreRefusedWithWhatToDo) {
  for (const std::string& text : {std::string(), std::string("x"), std::string(kOtherAlgorithm),
                                  PublicKeyToPem(TestKey(1).public_key())}) {
    const auto key = SigningKey::FromPem(text, "key_file");
    EXPECT_EQ(ReasonOf(key.status()), v1::ERROR_REASON_INVALID_FIELD) << text;
    EXPECT_THAT(std::string(key.status().message()), HasSubstr("openssl genpkey"));
  }
  const auto secret = ParsePublicKey(TestKey(1).ToPem(), "key");
  EXPECT_THAT(std::string(secret.status().message()), HasSubstr("keep this one secret"));
  EXPECT_FALSE(ParsePublicKey(std::string(63, 'a'), "key").ok());
  EXPECT_FALSE(ParsePublicKey(std::string(64, 'g'), "key").ok());
}

}  // namespace
}  // namespace probity::evidence
