#include "services/identity/signatures.h"

#include "gtest/gtest.h"
#include "services/identity/tokens_testing.h"

namespace probity::identity {
namespace {

using nlohmann::json;

// Appendix A of RFC 8037 (Ed25519): key, header and payload, signature.
TEST(SignaturesTest, VerifiesTheExampleOfTheStandard) {
  const json jwk = {
      {"kty", "OKP"}, {"crv", "Ed25519"}, {"x", "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}};
  const IssuerKey key{"", "EdDSA", ReadPublicKey(jwk, "EdDSA")};
  ASSERT_NE(key.key, nullptr);
  const std::string token =
      "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-"
      "09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
  EXPECT_TRUE(IsSignedBy(token, key));
  std::string other = token;
  other[25] = other[25] == 'x' ? 'y' : 'x';
  EXPECT_FALSE(IsSignedBy(other, key));
}

TEST(SignaturesTest, EveryBitOfATokenCounts) {
  for (const char* algorithm : {"RS256", "ES256", "EdDSA"}) {
    const TokenKey signer(algorithm, "k");
    const IssuerKey key{"k", algorithm, ReadPublicKey(signer.Jwk(), algorithm)};
    ASSERT_NE(key.key, nullptr) << algorithm;
    const std::string token = signer.Token(GoodClaims());
    EXPECT_TRUE(IsSignedBy(token, key)) << algorithm;
    for (size_t at = 0; at < token.size(); at += 7) {
      std::string changed = token;
      changed[at] = changed[at] == 'A' ? 'B' : 'A';
      EXPECT_FALSE(IsSignedBy(changed, key)) << algorithm << " " << at;
    }
    for (const char* more : {"A", "=", ".", "\n"}) EXPECT_FALSE(IsSignedBy(token + more, key));
    EXPECT_FALSE(IsSignedBy(token.substr(0, token.rfind('.') + 1), key));
    EXPECT_FALSE(IsSignedBy(token.substr(0, token.size() - 4), key));
  }
  const IssuerKey key{"k", "EdDSA", ReadPublicKey(TokenKey("EdDSA", "k").Jwk(), "EdDSA")};
  EXPECT_FALSE(IsSignedBy("", key));
}

TEST(SignaturesTest, AnEmptyPairOfNumbersSignsNothing) {
  const TokenKey signer("ES256", "k");
  const IssuerKey key{"k", "ES256", ReadPublicKey(signer.Jwk(), "ES256")};
  const std::string text = UnsignedToken(signer.Header(), GoodClaims());
  EXPECT_FALSE(IsSignedBy(text + "." + Base64Url(std::string(64, '\0')), key));
  EXPECT_FALSE(IsSignedBy(text + "." + Base64Url(std::string(63, '\1')), key));
}

TEST(SignaturesTest, RefusesKeysThatAreNone) {
  json off_curve = TokenKey("ES256", "k").Jwk();
  off_curve["x"] = Base64Url(std::string(32, '\1'));
  off_curve["y"] = Base64Url(std::string(32, '\1'));
  EXPECT_EQ(ReadPublicKey(off_curve, "ES256"), nullptr);
  EXPECT_EQ(ReadPublicKey(TokenKey("RS256", "k", 1024).Jwk(), "RS256"), nullptr);
  json huge = TokenKey("RS256", "k").Jwk();
  huge["n"] = Base64Url(std::string(4096, '\xff'));
  EXPECT_EQ(ReadPublicKey(huge, "RS256"), nullptr);
  EXPECT_EQ(ReadPublicKey({{"x", "AAAA"}}, "EdDSA"), nullptr);
  EXPECT_EQ(ReadPublicKey(json::object(), "RS256"), nullptr);
  EXPECT_EQ(ReadPublicKey({{"n", 7}, {"e", nullptr}}, "RS256"), nullptr);
}

TEST(SignaturesTest, BytesAreWrittenInOneWay) {
  EXPECT_EQ(DecodeBase64Url("_-8"), "\xff\xef");
  EXPECT_EQ(DecodeBase64Url(""), "");
  for (const char* text : {"_-9", "_-8=", "/+8", "_-8 ", "\n_-8", "_"}) {
    EXPECT_EQ(DecodeBase64Url(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace probity::identity
