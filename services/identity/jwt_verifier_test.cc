#include "services/identity/jwt_verifier.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "gmock/gmock.h"
#include "services/identity/certificates_testing.h"
#include "services/identity/tokens_testing.h"

namespace probity::identity {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class JwtVerifierTest : public ::testing::Test {
 protected:
  void SetUp() override {
    issuer_.set_issuer(kTestIssuer);
    issuer_.add_audiences(kTestAudience);
    issuer_.set_jwks_file(files_.File("jwks.json"));
    issuer_.set_principal_claim("sub");
    issuer_.set_groups_claim("groups");
    issuer_.set_principal_prefix("jwt");
    issuer_.mutable_clock_skew()->set_seconds(60);
    issuer_.mutable_refresh_every()->set_seconds(3600);
    Publish({rsa_.Jwk(), ec_.Jwk(), ed_.Jwk()});
    Start();
  }
  void Publish(const json& keys) { files_.Write("jwks.json", json{{"keys", keys}}.dump()); }
  void Start(absl::Duration least_wait = absl::Hours(1)) {
    JwtVerifier::Issuers issuers;
    *issuers.Add() = issuer_;
    KeySource::Options options;
    options.log = options.warn = [](absl::string_view) {};
    options.least_wait = least_wait;
    auto verifier = JwtVerifier::Start(issuers, options);
    ASSERT_TRUE(verifier.ok()) << verifier.status();
    verifier_ = *std::move(verifier);
  }
  // Why a token is refused.
  std::string Refusal(const std::string& token) {
    const auto caller = verifier_->Verify(token, now_);
    EXPECT_EQ(ReasonOf(caller.status()), v1::ERROR_REASON_UNAUTHENTICATED) << caller.status();
    // A message is shown to people and kept in logs: never the token.
    EXPECT_THAT(std::string(caller.status().message()), Not(HasSubstr(token.substr(0, 20))));
    return std::string(caller.status().message());
  }
  // The good claims with one of them changed; null: without it.
  static json With(const char* claim, const json& value) {
    json claims = GoodClaims();
    claims[claim] = value;
    if (value.is_null()) claims.erase(claim);
    return claims;
  }

  // Made once: RSA keys take long.
  static inline const TokenKey rsa_{"RS256", "rsa"};
  static inline const TokenKey ec_{"ES256", "ec"};
  static inline const TokenKey ed_{"EdDSA", "ed"};
  const TlsDirectory files_;
  config::v1::JwtIssuer issuer_;
  absl::Time now_ = absl::Now();
  std::unique_ptr<JwtVerifier> verifier_;
};

TEST_F(JwtVerifierTest, TakesTheThreeAlgorithms) {
  for (const TokenKey* key : {&rsa_, &ec_, &ed_}) {
    const auto caller = verifier_->Verify(key->Token(GoodClaims()), now_);
    ASSERT_TRUE(caller.ok()) << key->Header() << caller.status();
    EXPECT_EQ(caller->principal, "jwt:ann");
    EXPECT_EQ(caller->kind, rpc::IdentityKind::kJwt);
    EXPECT_EQ(caller->authority, "");
  }
}

TEST_F(JwtVerifierTest, RefusesAlgorithmsThatProveNothing) {
  for (const char* none : {"none", "None", "nOnE", ""}) {
    const std::string token =
        UnsignedToken({{"alg", none}, {"typ", "JWT"}, {"kid", "rsa"}}, GoodClaims()) + ".";
    EXPECT_THAT(Refusal(token), HasSubstr("RS256, ES256 and EdDSA are taken"));
  }
  // The public key is known to all; it must not be taken for a secret that is shared.
  const json header = {{"alg", "HS256"}, {"typ", "JWT"}, {"kid", "rsa"}};
  EXPECT_THAT(Refusal(HmacToken(header, GoodClaims(), rsa_.PublicPem())), HasSubstr("HS256"));
  // The same under the name of an algorithm that is taken.
  EXPECT_THAT(Refusal(HmacToken(rsa_.Header(), GoodClaims(), rsa_.PublicPem())),
              HasSubstr("signature is wrong"));
}

TEST_F(JwtVerifierTest, RefusesWrongSignatures) {
  for (const TokenKey* key : {&rsa_, &ec_, &ed_}) {
    const TokenKey other(key->Header()["alg"], key->Header()["kid"]);
    EXPECT_THAT(Refusal(other.Token(GoodClaims())), HasSubstr("signature is wrong"));
    // The claims of one token with the signature of another.
    const std::string mine = key->Token(GoodClaims()), root = key->Token(With("sub", "root"));
    EXPECT_THAT(Refusal(root.substr(0, root.rfind('.')) + mine.substr(mine.rfind('.'))),
                HasSubstr("signature is wrong"));
    EXPECT_THAT(Refusal(mine.substr(0, mine.rfind('.') + 1)), HasSubstr("signature is wrong"));
  }
  // A key is used with its own algorithm alone.
  json header = rsa_.Header();
  header["kid"] = "ec";
  EXPECT_THAT(Refusal(rsa_.Token(header, GoodClaims())), HasSubstr("RS256"));
}

TEST_F(JwtVerifierTest, DoesNotLookAtKeysThatATokenBrings) {
  const TokenKey rogue("ES256", "rogue");
  json header = rogue.Header();
  header["jwk"] = rogue.Jwk();
  EXPECT_THAT(Refusal(rogue.Token(header, GoodClaims())), HasSubstr("has no key"));
  header["kid"] = "ec";
  EXPECT_THAT(Refusal(rogue.Token(header, GoodClaims())), HasSubstr("signature is wrong"));
  for (const char* extension : {"crit", "zip", "cty", "b64"}) {
    header = ec_.Header();
    header[extension] = "DEF";
    EXPECT_THAT(Refusal(ec_.Token(header, GoodClaims())), HasSubstr(extension));
  }
  header = ec_.Header();
  header["typ"] = "logout+jwt";
  EXPECT_THAT(Refusal(ec_.Token(header, GoodClaims())), HasSubstr("logout+jwt"));
}

TEST_F(JwtVerifierTest, RefusesTokensOfOtherTimesAndServices) {
  const auto at = [this](absl::Duration when) { return absl::ToUnixSeconds(now_ + when); };
  const auto refusal = [this](const char* claim, const json& value) {
    return Refusal(ed_.Token(With(claim, value)));
  };
  EXPECT_THAT(refusal("exp", at(-absl::Minutes(2))), HasSubstr("is past"));
  EXPECT_THAT(refusal("exp", nullptr), HasSubstr("is missing"));
  EXPECT_THAT(refusal("exp", "tomorrow"), HasSubstr("no number"));
  EXPECT_THAT(refusal("exp", 1e300), HasSubstr("no time"));
  EXPECT_THAT(refusal("nbf", at(absl::Minutes(2))), HasSubstr("in the future"));
  EXPECT_THAT(refusal("iat", at(absl::Minutes(2))), HasSubstr("in the future"));
  EXPECT_THAT(refusal("aud", "payroll"), HasSubstr("another service"));
  EXPECT_THAT(refusal("aud", json::array({"payroll", "hr"})), HasSubstr("another service"));
  EXPECT_THAT(refusal("aud", nullptr), HasSubstr("another service"));
  EXPECT_THAT(refusal("iss", "https://elsewhere\n"), HasSubstr("https://elsewhere%0A"));
  EXPECT_THAT(refusal("sub", nullptr), HasSubstr("name the caller"));
  // Clocks may differ by a minute.
  EXPECT_TRUE(verifier_->Verify(ed_.Token(With("exp", at(-absl::Seconds(30)))), now_).ok());
  EXPECT_TRUE(verifier_->Verify(ed_.Token(With("nbf", at(absl::Seconds(30)))), now_).ok());
  EXPECT_TRUE(
      verifier_->Verify(ed_.Token(With("aud", json::array({"hr", kTestAudience}))), now_).ok());
}

TEST_F(JwtVerifierTest, AKnownTokenEndsToo) {
  const std::string token = ed_.Token(GoodClaims());
  EXPECT_TRUE(verifier_->Verify(token, now_).ok());
  EXPECT_TRUE(verifier_->Verify(token, now_).ok());
  now_ += absl::Minutes(62);
  EXPECT_THAT(Refusal(token), HasSubstr("is past"));
}

TEST_F(JwtVerifierTest, RefusesWhatIsNoToken) {
  // The same claims, written in another way.
  const std::string good = ed_.Token(GoodClaims());
  const size_t claims_end = good.rfind('.');
  for (const char* more : {"=", "==", " ", "\n"}) {
    EXPECT_FALSE(Refusal(std::string(good).insert(claims_end, more)).empty());
  }
  for (const char* token : {"not a token at all, no", "aaaaaaaaaaaaaaaaaaaaa.bbb.ccc",
                            "e30aaaaaaaaaaaaaaaaaaaaaaa", "......................."}) {
    EXPECT_FALSE(Refusal(token).empty()) << token;
  }
  EXPECT_THAT(Refusal(std::string(JwtVerifier::kMaxTokenBytes + 1, 'a')), HasSubstr("8192"));
}

TEST_F(JwtVerifierTest, ReadsGroupsAndAuthority) {
  issuer_.set_groups_claim("realm_access.roles");
  issuer_.set_authority_claim("https://example.org/authority");
  issuer_.set_principal_claim("email");
  Start();
  json claims = GoodClaims();
  EXPECT_THAT(Refusal(ed_.Token(claims)), HasSubstr("email"));
  claims["email"] = "ann b@example.org";
  EXPECT_THAT(Refusal(ed_.Token(claims)), HasSubstr("https://example.org/authority"));
  claims["https://example.org/authority"] = "../b";
  EXPECT_THAT(Refusal(ed_.Token(claims)), HasSubstr("authorities/{a}"));
  claims["https://example.org/authority"] = "ministry";
  claims["realm_access"]["roles"] = {"buyers", "a \"b\""};
  const auto caller = verifier_->Verify(ed_.Token(claims), now_);
  ASSERT_TRUE(caller.ok()) << caller.status();
  EXPECT_EQ(caller->principal, "jwt:ann%20b@example.org");
  EXPECT_EQ(caller->authority, "authorities/ministry");
  EXPECT_THAT(caller->groups, ElementsAre("buyers", "a%20%22b%22"));
  claims["realm_access"]["roles"] = "buyers  loaders";
  EXPECT_THAT(verifier_->Verify(ed_.Token(claims), now_)->groups, ElementsAre("buyers", "loaders"));
  claims["realm_access"]["roles"] = 7;
  EXPECT_THAT(Refusal(ed_.Token(claims)), HasSubstr("neither a list"));
}

TEST_F(JwtVerifierTest, GroupsOfOneIssuerAreNotThoseOfAnother) {
  issuer_.set_groups_prefix("citizens");
  Start();
  json claims = GoodClaims();
  claims["groups"] = {"stewards", "staff:stewards"};
  const auto caller = verifier_->Verify(ed_.Token(claims), now_);
  ASSERT_TRUE(caller.ok()) << caller.status();
  EXPECT_THAT(caller->groups, ElementsAre("citizens:stewards", "citizens:staff:stewards"));
}

TEST_F(JwtVerifierTest, RemembersNoMoreThanItHasRoomFor) {
  json claims = GoodClaims();
  // Each byte of these takes three in what is remembered.
  claims["groups"] = std::vector<std::string>(256, "\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4");
  size_t most = 0;
  bool has_begun_anew = false;
  for (int i = 0; i < 600; ++i) {
    claims["sub"] = absl::StrCat("ann", i);
    const size_t before = verifier_->known_bytes();
    const auto caller = verifier_->Verify(ed_.Token(claims), now_);
    ASSERT_TRUE(caller.ok()) << caller.status();
    EXPECT_EQ(caller->principal, absl::StrCat("jwt:ann", i));
    most = std::max(most, verifier_->known_bytes());
    has_begun_anew = has_begun_anew || verifier_->known_bytes() < before;
  }
  EXPECT_TRUE(has_begun_anew);
  EXPECT_LE(most, JwtVerifier::kMostKnownBytes);
  EXPECT_GT(most, JwtVerifier::kMostKnownBytes / 2);
}

TEST_F(JwtVerifierTest, LooksForAnUnknownKeyButNotWithoutEnd) {
  const TokenKey next("EdDSA", "next");
  EXPECT_THAT(Refusal(next.Token(GoodClaims())), HasSubstr("has no key"));
  Start(/*least_wait=*/absl::ZeroDuration());
  const auto first = verifier_->Verify(next.Token(GoodClaims()), now_);
  EXPECT_EQ(ReasonOf(first.status()), v1::ERROR_REASON_ISSUER_KEYS_UNAVAILABLE);
  EXPECT_EQ(first.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_TRUE(verifier_->Verify(ed_.Token(GoodClaims(now_)), now_).ok());
  Publish({next.Jwk()});
  while (!verifier_->Verify(next.Token(GoodClaims()), now_).ok()) {
    absl::SleepFor(absl::Milliseconds(5));
  }
  // What the keys before have signed is not remembered.
  EXPECT_FALSE(verifier_->Verify(ed_.Token(GoodClaims(now_)), now_).ok());
}

TEST_F(JwtVerifierTest, KeepsItsKeysWhenTheFileBreaks) {
  Start(/*least_wait=*/absl::ZeroDuration());
  files_.Write("jwks.json", "{");
  const TokenKey next("EdDSA", "next");
  while (verifier_->has_fresh_keys()) {
    EXPECT_FALSE(verifier_->Verify(next.Token(GoodClaims()), now_).ok());
    absl::SleepFor(absl::Milliseconds(5));
  }
  EXPECT_TRUE(verifier_->Verify(ed_.Token(GoodClaims()), now_).ok());
}

TEST_F(JwtVerifierTest, ATokenWithoutAKeyIdMeansTheOnlyKey) {
  json header = ed_.Header();
  header.erase("kid");
  EXPECT_TRUE(verifier_->Verify(ed_.Token(header, GoodClaims()), now_).ok());
  Publish({ed_.Jwk(), TokenKey("EdDSA", "other").Jwk()});
  Start();
  EXPECT_THAT(Refusal(ed_.Token(header, GoodClaims())), HasSubstr("without an id"));
}

}  // namespace
}  // namespace probity::identity
