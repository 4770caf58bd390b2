#include "services/rpc/call_log.h"

#include "base/errors.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

namespace probity::rpc {
namespace {

CallContext Call() {
  CallContext call;
  call.caller = {"erp", "authorities/ministry"};
  call.call_id = "00000000000000ff";
  call.received_at = absl::FromUnixMicros(1700000000123456);
  return call;
}

TEST(CallLogTest, IsOneLineOfJson) {
  const std::string line = FormatCall(Call(), "SupplierService.GetSupplier",
                                      SupplierNotFound("suppliers/x"), absl::Microseconds(41));
  EXPECT_EQ(line.find('\n'), std::string::npos);
  const auto json = nlohmann::json::parse(line);
  EXPECT_EQ(json["at"], "2023-11-14T22:13:20.123456Z");
  EXPECT_EQ(json["call_id"], "00000000000000ff");
  EXPECT_EQ(json["principal"], "erp");
  EXPECT_EQ(json["code"], "NOT_FOUND");
  EXPECT_EQ(json["reason"], "SUPPLIER_NOT_FOUND");
  EXPECT_EQ(json["duration_us"], 41);
  // What was asked for stays out.
  EXPECT_EQ(line.find("suppliers/x"), std::string::npos);
}

TEST(CallLogTest, NamesTheTraceWhereThereIsOne) {
  CallContext call = Call();
  EXPECT_FALSE(nlohmann::json::parse(FormatCall(call, "M", absl::OkStatus(), absl::ZeroDuration()))
                   .contains("trace_id"));
  call.trace_id = "4bf92f3577b34da6a3ce929d0e0e4736";
  const auto json =
      nlohmann::json::parse(FormatCall(call, "M", absl::OkStatus(), absl::ZeroDuration()));
  EXPECT_EQ(json["trace_id"], call.trace_id);
  EXPECT_EQ(json["call_id"], call.call_id);
}

TEST(CallLogTest, NamesWhatIsDeprecated) {
  CallContext call = Call();
  EXPECT_FALSE(nlohmann::json::parse(FormatCall(call, "M", absl::OkStatus(), absl::ZeroDuration()))
                   .contains("deprecated"));
  call.deprecated = "probity.v1.M.f";
  EXPECT_EQ(nlohmann::json::parse(
                FormatCall(call, "M", absl::OkStatus(), absl::ZeroDuration()))["deprecated"],
            "probity.v1.M.f");
}

TEST(CallLogTest, QuotesTheMessageOfAServerFault) {
  const auto json = nlohmann::json::parse(
      FormatCall(Call(), "M", absl::InternalError("a \"quote\"\n\xff"), absl::ZeroDuration()));
  EXPECT_EQ(json["message"].get<std::string>().substr(0, 9), "a \"quote\"");
  EXPECT_FALSE(json.contains("reason"));
}

TEST(CallLogTest, QuotesOtherMessages) {
  const auto json =
      nlohmann::json::parse(FormatMessage(absl::FromUnixMicros(1700000000123456), "a \"b\"\n"));
  EXPECT_EQ(json["at"], "2023-11-14T22:13:20.123456Z");
  EXPECT_EQ(json["message"], "a \"b\"\n");
}

TEST(CallContextTest, TodayIsTheDayInUtc) {
  CallContext call = Call();
  call.received_at = absl::FromUnixSeconds(86400 * 3 - 1);
  EXPECT_EQ(call.Today(), 2);
  call.received_at = absl::FromUnixSeconds(86400 * 3);
  EXPECT_EQ(call.Today(), 3);
}

TEST(CallContextTest, CheckAliveSaysWhyNobodyWaits) {
  CallContext call = Call();
  EXPECT_TRUE(call.CheckAlive().ok());
  call.deadline = absl::UnixEpoch();
  EXPECT_TRUE(absl::IsDeadlineExceeded(call.CheckAlive()));
  call.is_cancelled = [] { return true; };
  EXPECT_TRUE(absl::IsCancelled(call.CheckAlive()));
}

TEST(CallContextTest, CallIdsAreSixteenHexDigitsAndDiffer) {
  const std::string one = NewCallId();
  EXPECT_EQ(one.size(), 16u);
  EXPECT_EQ(one.find_first_not_of("0123456789abcdef"), std::string::npos);
  EXPECT_NE(one, NewCallId());
}

}  // namespace
}  // namespace probity::rpc
