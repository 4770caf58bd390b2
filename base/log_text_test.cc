#include "base/log_text.h"

#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

namespace probity {
namespace {

constexpr char kFormat[] = "%Y-%m-%dT%H:%M:%E6SZ";

// As absl says it, which is slower: within a second, over its end, back, and before 1970.
TEST(LogTextTest, InstantsAreThoseOfTheCalendar) {
  for (const int64_t micros : {1700000000123456L, 1700000000123457L, 1700000000999999L,
                               1700000001000000L, 1700000000000000L, 0L, -1L, -1000000L}) {
    const absl::Time time = absl::FromUnixMicros(micros);
    EXPECT_EQ(UtcText(time), absl::FormatTime(kFormat, time, absl::UTCTimeZone())) << micros;
  }
  EXPECT_EQ(UtcText(absl::FromUnixMicros(1700000000000007) + absl::Nanoseconds(999)),
            "2023-11-14T22:13:20.000007Z");
  EXPECT_EQ(UtcText(absl::InfiniteFuture()), "infinite-future");
}

TEST(LogTextTest, TextsComeBackFromJson) {
  for (const char* text : {"", "spiffe://ministry.example/erp", "a \"quote\"", "back\\slash",
                           "two\nlines", "\x7f", "Ministère"}) {
    const auto json = nlohmann::json::parse(JsonText(text));
    EXPECT_EQ(json.get<std::string>(), text);
  }
  EXPECT_EQ(JsonText("eve\"}\n"), "\"eve\\\"}\\n\"");
  EXPECT_EQ(JsonText("a\xff"), "\"a\xEF\xBF\xBD\"");
}

}  // namespace
}  // namespace probity
