#include "base/text_proto.h"

#include "google/protobuf/struct.pb.h"
#include "gtest/gtest.h"
#include "probity/v1/common.pb.h"

namespace probity {
namespace {

TEST(ReadTextProtoTest, GivesTheFirstFaultWithItsPlace) {
  v1::Date date;
  EXPECT_EQ(ReadTextProto("year: 2024\nmonth: 5", &date), "");
  EXPECT_EQ(date.month(), 5);
  const std::string fault = ReadTextProto("year: 2024\n  mouth: 5\nday: x", &date);
  EXPECT_EQ(fault.substr(0, 2), "2:") << fault;
  EXPECT_NE(fault.find("mouth"), std::string::npos) << fault;
  EXPECT_EQ(ReadTextProto("year: 'x'", &date).substr(0, 2), "1:");
}

// Each level takes from the stack.
TEST(ReadTextProtoTest, DepthEnds) {
  const auto nested = [](int levels) {
    std::string text, end;
    for (int i = 0; i < levels; ++i) {
      text += "list_value { values { ";
      end += "} } ";
    }
    return text + end;
  };
  google::protobuf::Value value;
  EXPECT_EQ(ReadTextProto(nested(40), &value), "");
  EXPECT_NE(ReadTextProto(nested(100000), &value).find("too deep"), std::string::npos);
}

}  // namespace
}  // namespace probity
