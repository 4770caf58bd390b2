#include "base/trace_context.h"

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace probity {
namespace {

constexpr char kTrace[] = "4bf92f3577b34da6a3ce929d0e0e4736";
constexpr char kParent[] = "00f067aa0ba902b7";

std::string Header(const std::string& version, const std::string& trace = kTrace,
                   const std::string& parent = kParent, const std::string& rest = "01") {
  return absl::StrCat(version, "-", trace, "-", parent, "-", rest);
}

TEST(TraceContextTest, ReadsTheTraceId) {
  EXPECT_EQ(TraceIdOf(Header("00")), kTrace);
  EXPECT_EQ(TraceIdOf(Header("00", kTrace, kParent, "00")), kTrace);
}

TEST(TraceContextTest, ReadsLaterVersionsByTheirFirstFields) {
  EXPECT_EQ(TraceIdOf(Header("cc")), kTrace);
  EXPECT_EQ(TraceIdOf(Header("cc", kTrace, kParent, "01-what-comes")), kTrace);
  EXPECT_EQ(TraceIdOf(Header("cc", kTrace, kParent, "01.what-comes")), "");
}

TEST(TraceContextTest, IgnoresWhatBreaksARule) {
  const std::string upper = "4BF92F3577B34DA6A3CE929D0E0E4736";
  for (const std::string& header :
       {std::string(), std::string("00"), Header("ff"), Header("0"), Header("0g"),
        Header("00", upper), Header("00", std::string(32, '0')),
        Header("00", kTrace, "0000000000000000"), Header("00", kTrace, "00F067AA0BA902B7"),
        Header("00", kTrace, kParent, "0"), Header("00", kTrace, kParent, "0x"),
        Header("00", kTrace, kParent, "01-more"), Header("00", kTrace, kParent, "01 "),
        " " + Header("00"), Header("00", std::string(kTrace, 31) + "\"", kParent),
        Header("00", std::string(kTrace, 31) + "\n", kParent),
        Header("00", std::string(kTrace, 31), std::string(kParent) + "0")}) {
    EXPECT_EQ(TraceIdOf(header), "") << header;
  }
}

TEST(TraceContextTest, MakesHeadersThatItReadsAndThatDiffer) {
  const std::string one = NewTraceparent();
  EXPECT_EQ(one.size(), 55u);
  EXPECT_EQ(one.substr(52), "-00");
  EXPECT_EQ(TraceIdOf(one), one.substr(3, 32));
  EXPECT_NE(TraceIdOf(one), TraceIdOf(NewTraceparent()));
}

}  // namespace
}  // namespace probity
