#include "services/portfolio/feed_reader.h"

#include <utility>

#include "absl/strings/numbers.h"
#include "base/civil_day.h"
#include "base/errors.h"
#include "services/portfolio/operations.h"
#include "services/rpc/view.h"

namespace probity::portfolio {
namespace {

// Times that the oldest events may go while they are being read.
constexpr int kMaxTries = 10;

// The oldest event that is left, as the error says; 0 where it is another one.
uint64_t OldestLeft(const absl::Status& status) {
  uint64_t oldest = 0;
  const ErrorMetadata metadata = MetadataOf(status);
  const auto found = metadata.find("oldest");
  const bool says = ReasonOf(status) == v1::ERROR_REASON_CURSOR_EXPIRED &&
                    found != metadata.end() && absl::SimpleAtoi(found->second, &oldest);
  return says ? oldest : 0;
}

}  // namespace

absl::StatusOr<FeedReader> FeedReader::Open(const storage::Store& store,
                                            const screening::Watch& watch,
                                            const std::string& authority,
                                            absl::string_view portfolio, absl::string_view cursor,
                                            Begin begin) {
  Feed feed{authority, ""};
  if (!portfolio.empty()) {
    auto ref = screening::ReadPortfolioName(authority, "portfolio", portfolio);
    if (!ref.ok()) return ref.status();
    auto found = RequirePortfolio(*store.Head(authority), *ref);
    if (!found.ok()) return found.status();
    feed.portfolio = ref->portfolio;
  }
  FeedReader reader(watch, std::move(feed));
  if (!cursor.empty()) {
    auto at = DecodeCursor(reader.feed_, cursor);
    if (!at.ok()) return at.status();
    reader.at_ = *std::move(at);
  } else if (begin == Begin::kNow) {
    auto now = watch.StatusOf(authority, reader.feed_.portfolio);
    if (!now.ok()) return now.status();
    reader.at_ = {now->watch_id, now->newest_event};
  } else {
    reader.from_oldest_ = true;
  }
  return reader;
}

absl::StatusOr<screening::WatchedChanges> FeedReader::Next(size_t limit) {
  for (;;) {
    auto page = from_oldest_ ? ReadFromOldest(limit) : Read(at_.event, limit);
    if (!page.ok()) return page;
    from_oldest_ = false;
    at_ = {page->watch_id, page->looked_at};
    if (!page->changes.empty() || !page->more) return page;
  }
}

absl::StatusOr<screening::WatchedChanges> FeedReader::ReadFromOldest(size_t limit) {
  auto page = Read(0, limit);
  for (int i = 0; i < kMaxTries; ++i) {
    const uint64_t oldest = OldestLeft(page.status());
    if (oldest == 0) break;
    page = Read(oldest - 1, limit);
  }
  return page;
}

absl::StatusOr<screening::WatchedChanges> FeedReader::Read(uint64_t after, size_t limit) const {
  return watch_->ReadChanges(feed_.authority, feed_.portfolio, at_.watch_id, after, limit);
}

v1::WatchCheckpoint CheckpointOf(const screening::WatchPoint& point, absl::Time now) {
  v1::WatchCheckpoint checkpoint;
  checkpoint.set_revision(point.revision);
  if (point.revision > 0) *checkpoint.mutable_day() = DateOf(point.day);
  *checkpoint.mutable_time() = rpc::TimestampOf(now);
  return checkpoint;
}

}  // namespace probity::portfolio
