#include "storage/rocksdb/evidence_codec.h"

#include <gtest/gtest.h>

#include <limits>

namespace probity::storage {
namespace {

using std::string_literals::operator""s;

TEST(EvidenceCodecTest, GoldenBytes) {
  EXPECT_EQ(EncodeHeadKey(258, 3), "H\0\0\0\0\0\0\x01\x02\0\0\0\x03"s);
  EXPECT_EQ(EncodeRotationKey(1), "R\0\0\0\x01"s);
  EXPECT_EQ(EncodeRevocationKey(2), "V\0\0\0\x02"s);
  EXPECT_EQ(EncodeTimestampKey(258), "T\0\0\0\0\0\0\x01\x02"s);
  EXPECT_EQ(EncodeSummaryKey(1), "\0\0\0\0\0\0\0\x01\0"s);
  EXPECT_EQ(EncodeBodyKey(1), "\0\0\0\0\0\0\0\x01\x01"s);
  EXPECT_EQ(EncodeTextsKey(1), "\0\0\0\0\0\0\0\x01\x02"s);
  EXPECT_EQ(EncodeDecisionKey("decisions/d"), "Ddecisions/d\0\x01"s);
  EXPECT_EQ(EncodeRequestKey("authorities/a", "r"), "Qauthorities/a\0\x01r\0\x01"s);
  EXPECT_EQ(EncodeListKey(ListPrefix("", ListKind::kVerdict, VerdictValue(3)), 1),
            "L\0\x01\x01\0\xFF\0\xFF\0\xFF\x03\0\x01\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFE"s);
  EXPECT_EQ(ListPrefix("a", ListKind::kRecord, "r"), "La\0\x01\x04r\0\x01"s);
  EXPECT_EQ(ListPrefix("a", ListKind::kAct, ""), "La\0\x01\x05\0\x01"s);
  EXPECT_EQ(EncodeOpenActKey(258), "O\0\0\0\0\0\0\x01\x02"s);
  EXPECT_EQ(EncodePublishedKey("l"), "Pl\0\x01"s);
  EXPECT_EQ(EncodeRevisionRowKey(258), "R\0\0\0\0\0\0\x01\x02"s);
  EXPECT_EQ(EncodeRevisionRowTime(1), "\0\0\0\0\0\0\0\x01"s);
}

TEST(EvidenceCodecTest, RowsOfRevisionsRejectOtherBytes) {
  uint64_t revision = 0;
  int64_t time_us = 0;
  ASSERT_TRUE(ParseRevisionRowKey(EncodeRevisionRowKey(77), &revision));
  EXPECT_EQ(revision, 77u);
  ASSERT_TRUE(ParseRevisionRowTime(EncodeRevisionRowTime(1790000000000000), &time_us));
  EXPECT_EQ(time_us, 1790000000000000);
  EXPECT_FALSE(ParseRevisionRowKey(EncodeRevisionRowKey(77) + "x", &revision));
  EXPECT_FALSE(ParseRevisionRowKey("L1234567", &revision));
  EXPECT_FALSE(ParseRevisionRowKey("R1234567", &revision));
  EXPECT_FALSE(ParseRevisionRowTime("1234567", &time_us));
  EXPECT_FALSE(ParseRevisionRowTime("123456789", &time_us));
  EXPECT_LT(EncodeRevisionRowKey(255), EncodeRevisionRowKey(256));
}

TEST(EvidenceCodecTest, TheIdentityComesBack) {
  const LogIdentity identity{kEvidenceFormat, std::string(16, 'i'), std::string(32, 'k')};
  LogIdentity parsed;
  ASSERT_TRUE(ParseIdentity(EncodeIdentity(identity), &parsed));
  EXPECT_EQ(parsed.log_id, identity.log_id);
  EXPECT_EQ(parsed.first_public_key, identity.first_public_key);
  EXPECT_FALSE(ParseIdentity(EncodeIdentity(identity) + "x", &parsed));
  EXPECT_FALSE(ParseIdentity("\0\0\0"s, &parsed));
  ASSERT_TRUE(ParseIdentity("\0\0\0\x04 of a newer release"s, &parsed));
  EXPECT_EQ(parsed.format, 4u);
  const LogIdentity older{kFormatWithoutActs, std::string(16, 'o'), std::string(32, 'k')};
  ASSERT_TRUE(ParseIdentity(EncodeIdentity(older), &parsed));
  EXPECT_EQ(parsed.format, kFormatWithoutActs);
  EXPECT_EQ(parsed.log_id, older.log_id);
}

// Byte order is what the log relies on: heads and entries by size, lists from new
// to old, and no row among those of another value.
TEST(EvidenceCodecTest, Order) {
  const uint64_t sizes[] = {0, 1, 255, 256, 65536, uint64_t{1} << 40};
  const std::string prefix = ListPrefix("authorities/a", ListKind::kSubject, "s");
  for (size_t i = 1; i < std::size(sizes); ++i) {
    EXPECT_LT(EncodeHeadKey(sizes[i - 1], 9), EncodeHeadKey(sizes[i], 0));
    EXPECT_LT(EncodeTimestampKey(sizes[i - 1]), EncodeTimestampKey(sizes[i]));
    EXPECT_LT(EncodeTextsKey(sizes[i - 1]), EncodeSummaryKey(sizes[i]));
    EXPECT_GT(EncodeListKey(prefix, sizes[i - 1]), EncodeListKey(prefix, sizes[i]));
  }
  EXPECT_LT(EncodeHeadKey(7, 0), EncodeHeadKey(7, 1));
  EXPECT_LT(EncodeHeadKey(std::numeric_limits<uint64_t>::max(), 9), HeadEnd());
  const std::string longer = ListPrefix("authorities/a", ListKind::kSubject, "s2");
  EXPECT_NE(EncodeListKey(longer, 1).substr(0, prefix.size()), prefix);
}

TEST(EvidenceCodecTest, ListKeysRejectOtherBytes) {
  const std::string prefix = ListPrefix("", ListKind::kAll, "");
  uint64_t leaf = 0;
  ASSERT_TRUE(ParseListKey(prefix, EncodeListKey(prefix, 77), &leaf));
  EXPECT_EQ(leaf, 77u);
  EXPECT_FALSE(ParseListKey(prefix, EncodeListKey(prefix, 77) + "x", &leaf));
  EXPECT_FALSE(ParseListKey(prefix, EncodeListKey(ListPrefix("a", ListKind::kAll, ""), 7), &leaf));
  EXPECT_FALSE(ParseLeaf("1234567", &leaf));
  ASSERT_TRUE(ParseOpenActKey(EncodeOpenActKey(78), &leaf));
  EXPECT_EQ(leaf, 78u);
  EXPECT_FALSE(ParseOpenActKey(EncodeOpenActKey(78) + "x", &leaf));
  EXPECT_FALSE(ParseOpenActKey("R12345678", &leaf));
}

// Each subtree stands in the row of the leaf that completes it.
TEST(EvidenceCodecTest, PlacesOfNodes) {
  struct Case {
    evidence::NodeId node;
    uint64_t leaf;
    size_t offset;
  };
  for (const Case& one : {Case{{0, 0}, 0, 0}, Case{{0, 5}, 5, 0}, Case{{1, 0}, 1, 32},
                          Case{{1, 2}, 5, 32}, Case{{2, 0}, 3, 64}, Case{{3, 1}, 15, 96}}) {
    EXPECT_EQ(PlaceOf(one.node).leaf, one.leaf);
    EXPECT_EQ(PlaceOf(one.node).offset, one.offset);
  }
}

}  // namespace
}  // namespace probity::storage
