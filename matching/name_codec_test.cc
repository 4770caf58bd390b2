#include "matching/name_codec.h"

#include "base/hash.h"
#include "gtest/gtest.h"
#include "matching/testing.h"

namespace probity::matching {
namespace {

std::string Bytes(const NormalizedName& name) {
  std::string bytes;
  AppendName(name, &bytes);
  return bytes;
}

TEST(NameCodecTest, HasGoldenBytes) {
  NormalizedName name;
  name.kind = Kind::kCompany;
  name.legal_forms = {258};
  name.form_initials = "l";
  Token token;
  token.text = "acme";
  token.cls = TokenClass::kBusiness;
  token.reading = Reading::kAbjad;
  token.joined = true;
  token.weight = 100;
  token.concept_id = 3;
  name.tokens = {token};
  EXPECT_EQ(ToHex(Bytes(name)),
            "020001"
            "0201"
            "016c"
            "01"
            "0306"
            "64"
            "0300"
            "0461636d65"
            "00");
}

TEST(NameCodecTest, GivesBackWhatScoresTheSame) {
  const Matcher& matcher = TestMatcher();
  for (const char* name : {"Kestrel Trading GmbH & Co. KG", "华为技术有限公司", "شركة النور", "",
                           "Аpple", "Ltd", "Xinjiang Production Corps (XPC)"}) {
    const NormalizedName before = matcher.Normalize(name, Kind::kAny);
    const NormalizedName after = ParseName(Bytes(before)).value();
    EXPECT_EQ(Bytes(after), Bytes(before)) << name;
    EXPECT_EQ(matcher.Score(before, before), matcher.Score(after, before)) << name;
    ASSERT_EQ(after.tokens.size(), before.tokens.size());
    for (size_t i = 0; i < after.tokens.size(); ++i) {
      EXPECT_EQ(after.tokens[i].sounds, before.tokens[i].sounds);
      EXPECT_EQ(after.tokens[i].letters, before.tokens[i].letters);
    }
  }
}

TEST(NameCodecTest, RefusesEveryCut) {
  const std::string bytes = Bytes(TestMatcher().Normalize("Kestrel Trading GmbH", Kind::kAny));
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_EQ(ParseName(bytes.substr(0, size)).status().code(), absl::StatusCode::kDataLoss);
  }
  EXPECT_FALSE(ParseName(bytes + "x").ok());
  std::string bad = bytes;
  bad[0] = '\x7f';
  EXPECT_FALSE(ParseName(bad).ok());
}

}  // namespace
}  // namespace probity::matching
