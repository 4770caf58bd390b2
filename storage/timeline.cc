#include "storage/timeline.h"

#include <algorithm>
#include <utility>

#include "base/hash.h"

namespace probity::storage {
namespace {

using probity::v1::DateInterval;
using probity::v1::Record;

DayNumber EndOf(const v1::TimelineSegment& segment) {
  return segment.has_to_day() ? segment.to_day() : kMaxDay;
}

v1::TimelineSegment MakeSegment(DayNumber from, DayNumber to, const Record& record) {
  v1::TimelineSegment segment;
  segment.set_from_day(from);
  if (to != kMaxDay) segment.set_to_day(to);
  *segment.mutable_record() = record;
  return segment;
}

bool SameContent(const v1::TimelineSegment& a, const v1::TimelineSegment& b) {
  return CanonicalBytes(a.record()) == CanonicalBytes(b.record());
}

// Joins neighbours that touch and say the same.
void Append(v1::TimelineSegment segment, v1::RecordRow* row) {
  if (row->segments_size() > 0) {
    v1::TimelineSegment* last = row->mutable_segments(row->segments_size() - 1);
    if (EndOf(*last) == segment.from_day() && SameContent(*last, segment)) {
      if (segment.has_to_day()) {
        last->set_to_day(segment.to_day());
      } else {
        last->clear_to_day();
      }
      return;
    }
  }
  *row->add_segments() = std::move(segment);
}

}  // namespace

std::optional<v1::RecordRow> ApplyEdition(const v1::RecordRow* row,
                                          const std::vector<DayNumber>& editions, DayNumber edition,
                                          const std::optional<Record>& content) {
  const auto later = std::upper_bound(editions.begin(), editions.end(), edition);
  const DayNumber end = later == editions.end() ? kMaxDay : *later;

  v1::RecordRow result;
  if (row != nullptr) result.set_first_revision(row->first_revision());
  bool placed = !content.has_value();
  auto place = [&] {
    if (!placed) Append(MakeSegment(edition, end, *content), &result);
    placed = true;
  };
  const v1::RecordRow& before = row == nullptr ? v1::RecordRow::default_instance() : *row;
  for (const v1::TimelineSegment& old : before.segments()) {
    // What the old segment said outside [edition, end) stays.
    if (old.from_day() < edition) {
      Append(MakeSegment(old.from_day(), std::min(EndOf(old), edition), old.record()), &result);
    }
    if (EndOf(old) > end) {
      place();
      Append(MakeSegment(std::max(old.from_day(), end), EndOf(old), old.record()), &result);
    }
  }
  place();
  if (result.segments_size() == 0) return std::nullopt;
  return result;
}

const Record* RecordAt(const v1::RecordRow& row, DayNumber day) {
  for (const v1::TimelineSegment& segment : row.segments()) {
    if (segment.undated() || (segment.from_day() <= day && day < EndOf(segment))) {
      return &segment.record();
    }
  }
  return nullptr;
}

const Record& LatestRecord(const v1::RecordRow& row) {
  return row.segments(row.segments_size() - 1).record();
}

std::vector<DateInterval> ListingIntervals(const v1::RecordRow& row) {
  std::vector<DateInterval> intervals;
  DayNumber reached = kMinDay;
  for (const v1::TimelineSegment& segment : row.segments()) {
    if (segment.undated()) continue;
    // A change of content inside one listing does not interrupt it.
    if (intervals.empty() || reached != segment.from_day()) {
      *intervals.emplace_back().mutable_from() = DateOf(segment.from_day());
    }
    reached = EndOf(segment);
    if (segment.has_to_day()) {
      *intervals.back().mutable_to() = DateOf(segment.to_day());
    } else {
      intervals.back().clear_to();
    }
  }
  return intervals;
}

}  // namespace probity::storage
