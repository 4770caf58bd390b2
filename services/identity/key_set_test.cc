#include "services/identity/key_set.h"

#include <vector>

#include "gmock/gmock.h"
#include "services/identity/tokens_testing.h"

namespace probity::identity {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

std::string Fault(const std::string& text) {
  const auto set = KeySet::Parse(text);
  EXPECT_TRUE(absl::IsInvalidArgument(set.status())) << text;
  return std::string(set.status().message());
}

std::string SetOf(const std::vector<json>& keys) { return json{{"keys", keys}}.dump(); }

TEST(KeySetTest, FindsKeysByIdAndAlgorithm) {
  const TokenKey ec("ES256", "a"), ed("EdDSA", "b");
  const auto set = KeySet::Parse(SetOf({ec.Jwk(), ed.Jwk()}));
  ASSERT_TRUE(set.ok()) << set.status();
  EXPECT_EQ(set->Find("a", "ES256")->id, "a");
  EXPECT_EQ(set->Find("a", "EdDSA"), nullptr);
  EXPECT_EQ(set->Find("c", "ES256"), nullptr);
  EXPECT_EQ(set->Find(std::nullopt, "EdDSA")->id, "b");
}

TEST(KeySetTest, LeavesOutWhatIsNotForSignatures) {
  json encryption = TokenKey("ES256", "a").Jwk(), other = TokenKey("RS256", "c").Jwk();
  encryption["use"] = "enc";
  other["alg"] = "RS512";
  const json unknown = {{"kty", "PQ"}, {"kid", "d"}};
  const json broken = {{"kty", "OKP"}, {"crv", "Ed25519"}, {"x", "!"}, {"kid", "e"}};
  const auto set =
      KeySet::Parse(SetOf({encryption, other, unknown, broken, TokenKey("EdDSA", "b").Jwk()}));
  ASSERT_TRUE(set.ok()) << set.status();
  EXPECT_NE(set->Find("b", "EdDSA"), nullptr);
  EXPECT_EQ(set->Find("a", "ES256"), nullptr);
  EXPECT_EQ(set->Find("c", "RS256"), nullptr);
  EXPECT_EQ(set->Find("e", "EdDSA"), nullptr);
  EXPECT_THAT(Fault(SetOf({encryption, unknown})), HasSubstr("no key that can be used"));
  EXPECT_THAT(Fault(SetOf({TokenKey("RS256", "short", 1024).Jwk()})), HasSubstr("2048"));
}

TEST(KeySetTest, RefusesWhatMustNotBePublishedAndWhatIsNoSet) {
  json leaked = TokenKey("EdDSA", "b").Jwk();
  leaked["d"] = "c2VjcmV0";
  EXPECT_THAT(Fault(SetOf({leaked})), HasSubstr("private or symmetric"));
  EXPECT_THAT(Fault(SetOf({json{{"kty", "oct"}, {"k", "c2VjcmV0"}}})), HasSubstr("symmetric"));
  for (const char* text : {"", "[]", "{}", R"({"keys":{}})", R"({"keys":[7]})", "{\"keys\":["}) {
    EXPECT_FALSE(Fault(text).empty());
  }
}

}  // namespace
}  // namespace probity::identity
