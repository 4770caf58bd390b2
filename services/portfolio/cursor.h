// Cursors of the watch: opaque to clients, bound to the caller's authority and to the
// portfolio that is watched.
#ifndef PROBITY_SERVICES_PORTFOLIO_CURSOR_H_
#define PROBITY_SERVICES_PORTFOLIO_CURSOR_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace probity::portfolio {

// Whose events are read: "authorities/{a}" or empty, and the id of a portfolio or
// empty for all.
struct Feed {
  std::string authority;
  std::string portfolio;
};

// Behind an event.
struct Cursor {
  std::string watch_id;  // within which the event's id means something
  uint64_t event = 0;    // 0: before the first
};

// URL-safe text, never empty.
std::string EncodeCursor(const Feed& feed, const Cursor& cursor);
// INVALID_ARGUMENT / INVALID_CURSOR when it was cut or altered, or is of another feed.
absl::StatusOr<Cursor> DecodeCursor(const Feed& feed, absl::string_view text);

}  // namespace probity::portfolio

#endif  // PROBITY_SERVICES_PORTFOLIO_CURSOR_H_
