#include "services/portfolio/cursor.h"

#include "base/errors.h"
#include "gtest/gtest.h"
#include "services/rpc/seal.h"

namespace probity::portfolio {
namespace {

const Feed kFeed = {"authorities/a", "textiles"};

TEST(CursorTest, RoundTrips) {
  for (const uint64_t event :
       {uint64_t{0}, uint64_t{1}, uint64_t{0x123456789abcdef0}, ~uint64_t{0}}) {
    const auto read = DecodeCursor(kFeed, EncodeCursor(kFeed, {"an id\xff", event}));
    ASSERT_TRUE(read.ok()) << read.status();
    EXPECT_EQ(read->event, event);
    EXPECT_EQ(read->watch_id, "an id\xff");
  }
}

TEST(CursorTest, RefusesAnotherFeedAndAnyAlteration) {
  const std::string text = EncodeCursor(kFeed, {"0123456789abcdef", 7});
  for (const Feed& other : {Feed{"authorities/b", "textiles"}, Feed{"authorities/a", ""},
                            Feed{"authorities/a", "textile"}, Feed{"", "textiles"}}) {
    EXPECT_EQ(ReasonOf(DecodeCursor(other, text).status()), v1::ERROR_REASON_INVALID_CURSOR);
  }
  for (size_t i = 0; i < text.size(); ++i) {
    std::string altered = text;
    altered[i] = altered[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(DecodeCursor(kFeed, altered).ok()) << i;
    EXPECT_FALSE(DecodeCursor(kFeed, text.substr(0, i)).ok()) << i;
  }
  EXPECT_FALSE(DecodeCursor(kFeed, rpc::Seal("watch\nauthorities/a\ntextiles\n", "short")).ok());
}

}  // namespace
}  // namespace probity::portfolio
