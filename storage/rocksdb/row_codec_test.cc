#include "storage/rocksdb/row_codec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace probity::storage {
namespace {

using std::string_literals::operator""s;

TEST(RowCodecTest, GoldenBytesOfSupplierValues) {
  EXPECT_EQ(EncodeSupplierValue({}), "\0"s);
  EXPECT_EQ(EncodeSupplierValue({SupplierTag::kSupplier, true, 0, "xyz"}), "\x81xyz");
  EXPECT_EQ(EncodeSupplierValue({SupplierTag::kRedirect, false, 0, "id"}), "\2id");
  EXPECT_EQ(EncodeSupplierValue({SupplierTag::kGone, false, 5, "id"}), "\3\0\0\0\5id"s);
  EXPECT_EQ(EncodeSupplierValue({SupplierTag::kOwned, true, 5, "key"}), "\x84\0\0\0\5key"s);
}

TEST(RowCodecTest, SupplierValuesComeBack) {
  for (const SupplierTag tag : {SupplierTag::kTombstone, SupplierTag::kSupplier,
                                SupplierTag::kRedirect, SupplierTag::kGone, SupplierTag::kOwned}) {
    SupplierValue value;
    value.tag = tag;
    value.has_owned = true;
    if (tag == SupplierTag::kGone || tag == SupplierTag::kOwned) value.dataset = 77;
    if (tag != SupplierTag::kTombstone) value.text = "te\0xt"s;
    SupplierValue parsed;
    ASSERT_TRUE(ParseSupplierValue(EncodeSupplierValue(value), &parsed));
    EXPECT_EQ(parsed.tag, value.tag);
    EXPECT_TRUE(parsed.has_owned);
    EXPECT_EQ(parsed.dataset, value.dataset);
    EXPECT_EQ(parsed.text, value.text);
  }
}

TEST(RowCodecTest, SupplierValuesRejectOtherBytes) {
  SupplierValue value;
  for (const std::string& bytes : {""s, "\5x"s, "\0x"s, "\1"s, "\2"s, "\3\0\0\0"s, "\4\0\0\0\1"s}) {
    EXPECT_FALSE(ParseSupplierValue(bytes, &value)) << bytes.size();
  }
}

TEST(RowCodecTest, RecordValues) {
  v1::RecordRow row;
  row.set_first_revision(3);
  row.add_segments()->mutable_record()->set_key("k");
  std::optional<v1::RecordRow> parsed;
  ASSERT_TRUE(ParseRecordValue(EncodeRecordValue(row), &parsed));
  EXPECT_EQ(parsed->SerializeAsString(), row.SerializeAsString());
  ASSERT_TRUE(ParseRecordValue(EncodeRecordTombstone(), &parsed));
  EXPECT_FALSE(parsed.has_value());
  EXPECT_FALSE(ParseRecordValue("", &parsed));
  EXPECT_FALSE(ParseRecordValue(EncodeRecordTombstone() + "x", &parsed));
  EXPECT_FALSE(ParseRecordValue("\1\xFF", &parsed));
  EXPECT_FALSE(ParseRecordValue("\1", &parsed)) << "a row without segments is none";
  EXPECT_FALSE(ParseRecordValue("\2", &parsed));
}

TEST(RowCodecTest, TermValues) {
  bool present = false;
  ASSERT_TRUE(ParseTermValue(EncodeTermValue(true), &present));
  EXPECT_TRUE(present);
  ASSERT_TRUE(ParseTermValue(EncodeTermValue(false), &present));
  EXPECT_FALSE(present);
  EXPECT_FALSE(ParseTermValue("", &present));
  EXPECT_FALSE(ParseTermValue("\2", &present));
  EXPECT_FALSE(ParseTermValue("\1\1", &present));
}

TEST(RowCodecTest, Requests) {
  const RememberedRequest request{"di\0gest"s, "", 12};
  const std::string bytes = EncodeRequest(request);
  EXPECT_EQ(bytes,
            "\0\0\0\0\0\0\0\x0C"
            "di\0\xFFgest\0\1\0\1"s);
  RememberedRequest parsed;
  ASSERT_TRUE(ParseRequest(bytes, &parsed));
  EXPECT_EQ(parsed.request_digest, request.request_digest);
  EXPECT_EQ(parsed.revision, 12u);
  EXPECT_FALSE(ParseRequest(bytes + "x", &parsed));
  EXPECT_FALSE(ParseRequest(bytes.substr(0, bytes.size() - 1), &parsed));
}

}  // namespace
}  // namespace probity::storage
