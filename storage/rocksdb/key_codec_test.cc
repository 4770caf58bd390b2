#include "storage/rocksdb/key_codec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "absl/strings/match.h"

namespace probity::storage {
namespace {

using std::string_literals::operator""s;

// Short strings over few letters, zero among them: what escaping gets wrong.
std::string RandomText(std::mt19937* random) {
  static constexpr char kLetters[] = {'\x00', '\x01', 'a', '\xFE', '\xFF'};
  std::string text(1 + (*random)() % 5, 'a');
  for (char& c : text) c = kLetters[(*random)() % sizeof(kLetters)];
  return text;
}

uint32_t RandomNumber(std::mt19937* random) {
  static constexpr uint32_t kNumbers[] = {0, 1, 2, 255, 256, 65536, 0x7FFFFFFF, 0xFFFFFFFF};
  return kNumbers[(*random)() % 8];
}

TEST(KeyCodecTest, GoldenBytes) {
  EXPECT_EQ(EncodeRecordKey(2, "a\0b"s, 1),
            "\0\0\0\2a\0\xFF"
            "b\0\1\xFF\xFF\xFF\xFE"s);
  EXPECT_EQ(EncodeTermKey(3, "ab", 1, "k", 256), "\1\3ab\0\1\0\0\0\1k\0\1\xFF\xFF\xFE\xFF"s);
  EXPECT_EQ(EncodeSupplierKey("id", 0), "\2id\0\1\xFF\xFF\xFF\xFF"s);
  EXPECT_EQ(EncodeChangeKey(1, 2, "k"), "\0\0\0\1\0\0\0\2k\0\1"s);
  EXPECT_EQ(EncodeManifestKey(258), "M\0\0\0\0\0\0\1\2"s);
  EXPECT_EQ(EncodePendingKey(1, 2), "P\0\0\0\1\0\0\0\2"s);
  EXPECT_EQ(EncodeMetaKey(MetaKey::kUser, "loads/1"), "Uloads/1");
}

TEST(KeyCodecTest, RoundTripAndOrderOfRecordKeys) {
  std::mt19937 random(1);
  for (int i = 0; i < 20000; ++i) {
    const uint32_t da = RandomNumber(&random), db = RandomNumber(&random);
    const std::string ka = RandomText(&random), kb = RandomText(&random);
    const uint32_t va = RandomNumber(&random), vb = RandomNumber(&random);
    const std::string a = EncodeRecordKey(da, ka, va), b = EncodeRecordKey(db, kb, vb);
    // Newer versions first.
    EXPECT_EQ(a < b, std::tie(da, ka, vb) < std::tie(db, kb, va));
    RecordKey parsed;
    ASSERT_TRUE(ParseRecordKey(a, &parsed));
    EXPECT_EQ(std::tie(parsed.dataset, parsed.key, parsed.version), std::tie(da, ka, va));
  }
}

TEST(KeyCodecTest, RoundTripAndOrderOfTermAndSupplierKeys) {
  std::mt19937 random(2);
  for (int i = 0; i < 20000; ++i) {
    const std::string ta = RandomText(&random), tb = RandomText(&random);
    const std::string ka = RandomText(&random), kb = RandomText(&random);
    const uint32_t da = RandomNumber(&random), db = RandomNumber(&random);
    const std::string a = EncodeTermKey(1, ta, da, ka, 7), b = EncodeTermKey(1, tb, db, kb, 7);
    EXPECT_EQ(a < b, std::tie(ta, da, ka) < std::tie(tb, db, kb));
    EXPECT_EQ(EncodeSupplierKey(ta, 1) < EncodeSupplierKey(tb, 1), ta < tb);
    EXPECT_EQ(EncodeChangeKey(da, 3, ka) < EncodeChangeKey(db, 3, kb),
              std::tie(da, ka) < std::tie(db, kb));
    TermKey term;
    ASSERT_TRUE(ParseTermKey(a, &term));
    EXPECT_EQ(std::tie(term.term, term.dataset, term.key), std::tie(ta, da, ka));
  }
}

TEST(KeyCodecTest, ParseRejectsTrailingAndMissingBytes) {
  const std::string record = EncodeRecordKey(1, "key", 2);
  const std::string term = EncodeTermKey(1, "term", 2, "key", 3);
  const std::string supplier = EncodeSupplierKey("id", 1);
  const std::string change = EncodeChangeKey(1, 2, "key");
  RecordKey record_key;
  TermKey term_key;
  SupplierKey supplier_key;
  ChangeKey change_key;
  uint32_t a = 0, b = 0;
  EXPECT_FALSE(ParseRecordKey(record + "x", &record_key));
  EXPECT_FALSE(ParseTermKey(term + "x", &term_key));
  EXPECT_FALSE(ParseSupplierKey(supplier + "x", &supplier_key));
  EXPECT_FALSE(ParseChangeKey(change + "x", &change_key));
  EXPECT_FALSE(ParsePendingKey(EncodePendingKey(1, 2) + "x", &a, &b));
  for (size_t n = 0; n < record.size(); ++n)
    EXPECT_FALSE(ParseRecordKey(record.substr(0, n), &record_key)) << n;
  for (size_t n = 0; n < term.size(); ++n)
    EXPECT_FALSE(ParseTermKey(term.substr(0, n), &term_key)) << n;
  for (size_t n = 0; n < change.size(); ++n)
    EXPECT_FALSE(ParseChangeKey(change.substr(0, n), &change_key)) << n;
  EXPECT_FALSE(ParseTermKey(supplier, &term_key));
  EXPECT_FALSE(ParseSupplierKey(term, &supplier_key));
}

TEST(KeyCodecTest, ParseRejectsUnknownEscapes) {
  RecordKey key;
  EXPECT_FALSE(ParseRecordKey("\0\0\0\1a\0\2\0\1\0\0\0\0"s, &key));
}

TEST(KeyCodecTest, BloomPrefixesAreWhatPointReadsSeekUnder) {
  const std::string record = EncodeRecordKey(3, "a\0b"s, 9);
  EXPECT_EQ(record.substr(0, RecordBloomPrefix(record)), RecordPrefix(3, "a\0b"s));
  const std::string term = EncodeTermKey(1, "t\0u"s, 3, "k", 9);
  EXPECT_EQ(term.substr(0, IndexBloomPrefix(term)), TermPrefix(1, "t\0u"s));
  const std::string supplier = EncodeSupplierKey("id", 9);
  EXPECT_EQ(IndexBloomPrefix(supplier), supplier.size() - 4);
  EXPECT_EQ(RecordBloomPrefix(""), 0u);
  EXPECT_EQ(IndexBloomPrefix(""), 0u);
  EXPECT_EQ(IndexBloomPrefix("\1\1no end"), 0u);
}

TEST(KeyCodecTest, TermsWithOneFirstPartAreAGroup) {
  const std::string scheme = "iGB-COH\0"s;
  const std::string of_scheme = TermPrefix(1, scheme + "1");
  const absl::string_view group = TermGroup(of_scheme);
  EXPECT_EQ(group, TermGroup(TermPrefix(1, scheme + "2\0"s)));
  EXPECT_TRUE(absl::StartsWith(EncodeTermKey(1, scheme, 3, "k", 9), group));
  // Neither a term that is the first part alone, nor one whose first part is longer.
  EXPECT_FALSE(absl::StartsWith(EncodeTermKey(1, "iGB-COH", 3, "k", 9), group));
  EXPECT_FALSE(absl::StartsWith(EncodeTermKey(1, "iGB-COHX\0"s, 3, "k", 9), group));
  EXPECT_FALSE(absl::StartsWith(EncodeTermKey(2, scheme, 3, "k", 9), group));
  for (const char* whole : {"", "GB"}) {
    EXPECT_EQ(TermGroup(TermPrefix(1, whole)).size(), kTermHeadBytes) << "all of the kind";
  }
}

}  // namespace
}  // namespace probity::storage
