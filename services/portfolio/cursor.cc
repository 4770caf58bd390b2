#include "services/portfolio/cursor.h"

#include <optional>

#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "services/rpc/seal.h"

namespace probity::portfolio {
namespace {

// Content: the event's id, 8 bytes, big-endian, then the watch's id.
constexpr size_t kEventBytes = 8;

std::string BoundTo(const Feed& feed) {
  return absl::StrCat("watch\n", feed.authority, "\n", feed.portfolio, "\n");
}

}  // namespace

std::string EncodeCursor(const Feed& feed, const Cursor& cursor) {
  std::string content;
  for (int shift = 56; shift >= 0; shift -= 8) {
    content.push_back(static_cast<char>(cursor.event >> shift & 0xff));
  }
  return rpc::Seal(BoundTo(feed), content + cursor.watch_id);
}

absl::StatusOr<Cursor> DecodeCursor(const Feed& feed, absl::string_view text) {
  const std::optional<std::string> content = rpc::Unseal(BoundTo(feed), text);
  if (!content || content->size() < kEventBytes) return InvalidCursor("cursor");
  Cursor cursor;
  for (size_t i = 0; i < kEventBytes; ++i) {
    cursor.event = cursor.event << 8 | static_cast<uint8_t>((*content)[i]);
  }
  cursor.watch_id = content->substr(kEventBytes);
  return cursor;
}

}  // namespace probity::portfolio
