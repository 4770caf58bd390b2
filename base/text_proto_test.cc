#include "base/text_proto.h"

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

}  // namespace
}  // namespace probity
