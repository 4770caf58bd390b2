#include "base/utf8.h"

#include "gtest/gtest.h"

namespace probity {
namespace {

// Two bytes, three, four, and one.
constexpr absl::string_view kMixed =
    "é"
    "ก"
    "😀"
    "a";

TEST(Utf8Test, CutsBetweenCharacters) {
  constexpr size_t kWhole[] = {0, 0, 2, 2, 2, 5, 5, 5, 5, 9, 10, 10, 10};
  for (size_t bytes = 0; bytes < std::size(kWhole); ++bytes) {
    const absl::string_view cut = CutUtf8(kMixed, bytes);
    EXPECT_EQ(cut, kMixed.substr(0, kWhole[bytes])) << bytes;
    EXPECT_TRUE(IsUtf8(cut)) << bytes;
  }
  EXPECT_EQ(CutUtf8("", 3), "");
  // Where bytes are no characters, none is cut in two: what can be shown is.
  EXPECT_EQ(CutUtf8(std::string(9, '\x80'), 5).size(), 5u);
}

TEST(Utf8Test, ReplacesWhatIsNone) {
  struct Case {
    absl::string_view text;
    absl::string_view valid;
  };
  const Case cases[] = {
      {"\xff", "\uFFFD"},
      {"a\x80"
       "b",
       "a\uFFFDb"},
      {"a\xe0\xb8", "a\uFFFD"},  // cut within a character
      {"\xe0 \x81", "\uFFFD \uFFFD"},
      {"\xc0\xaf", "\uFFFD\uFFFD"},            // "/", longer than it need be
      {"\xed\xa0\x80", "\uFFFD\uFFFD\uFFFD"},  // half of a pair of UTF-16
      {"0123456789\xff", "0123456789\uFFFD"},
  };
  for (const Case& one : cases) {
    EXPECT_FALSE(IsUtf8(one.text)) << one.valid;
    EXPECT_EQ(ValidUtf8(one.text), one.valid);
    EXPECT_TRUE(IsUtf8(ValidUtf8(one.text))) << one.valid;
  }
}

TEST(Utf8Test, LeavesUtf8AsItIs) {
  for (const absl::string_view text : {absl::string_view(), kMixed, absl::string_view("a\0b", 3),
                                       absl::string_view("01234567é")}) {
    EXPECT_TRUE(IsUtf8(text));
    EXPECT_EQ(ValidUtf8(text), text);
  }
}

}  // namespace
}  // namespace probity
