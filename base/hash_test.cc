#include "base/hash.h"

#include "gtest/gtest.h"
#include "probity/v1/common.pb.h"

namespace probity {
namespace {

// FIPS 180-2, appendix B.
TEST(Sha256Test, GivesThePublishedDigests) {
  EXPECT_EQ(ToHex(Sha256("abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(ToHex(Sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(Sha256Test, IsTheSameInPieces) {
  Sha256Stream stream;
  stream.Add("a");
  stream.Add("");
  stream.Add("bc");
  EXPECT_EQ(stream.Finish(), Sha256("abc"));
}

// RFC 3720, appendix B.4.
TEST(Crc32cTest, GivesThePublishedValues) {
  EXPECT_EQ(Crc32c(std::string(32, '\0')), 0x8a9136aau);
  EXPECT_EQ(Crc32c(std::string(32, '\xff')), 0x62a8ab43u);
  EXPECT_EQ(Crc32c("123456789"), 0xe3069283u);
}

TEST(CanonicalBytesTest, DropsNothingOfTheMessage) {
  v1::Date date;
  date.set_year(2024);
  date.set_day(3);
  v1::Date again;
  ASSERT_TRUE(again.ParseFromString(CanonicalBytes(date)));
  EXPECT_EQ(again.year(), 2024);
  EXPECT_EQ(again.day(), 3);
}

TEST(SupplierIdTest, IsStableAndSeparatesDatasetFromKey) {
  EXPECT_EQ(SupplierIdOf("demo", "1"), SupplierIdOf("demo", "1"));
  EXPECT_EQ(SupplierIdOf("demo", "1").size(), 16u);
  EXPECT_NE(SupplierIdOf("demo", "1"), SupplierIdOf("demo1", ""));
  EXPECT_EQ(SupplierIdOf("demo", "1").find_first_not_of("0123456789abcdefghjkmnpqrstvwxyz"),
            std::string::npos);
}

// A change of the rule would orphan every stored supplier name.
TEST(SupplierIdTest, MatchesItsDefinition) {
  // First 80 bits of SHA-256("demo\0" "1"), five at a time.
  const std::string digest = Sha256(std::string("demo\0001", 6));
  std::string bits;
  for (int i = 0; i < 10; ++i) {
    for (int b = 7; b >= 0; --b) bits += ((digest[i] >> b) & 1) ? '1' : '0';
  }
  std::string expected;
  for (int i = 0; i < 16; ++i) {
    expected += "0123456789abcdefghjkmnpqrstvwxyz"[std::stoi(bits.substr(i * 5, 5), nullptr, 2)];
  }
  EXPECT_EQ(SupplierIdOf("demo", "1"), expected);
}

// RFC 4231, test case 2.
TEST(HmacTest, IsThatOfTheStandard) {
  const HmacKey key("Jefe");
  // Twice: a hash leaves the key as it was.
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(ToHex(key.Of("what do ya want for nothing?")),
              "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  }
  // Of nothing, as Python's hmac module has it.
  EXPECT_EQ(ToHex(key.Of("")), "923598ca6d64af2a5dba79dcd021a8a0fe5c5f557519adaaf0ad532d4506dd30");
}

}  // namespace
}  // namespace probity
