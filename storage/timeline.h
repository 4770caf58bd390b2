// A record's valid time: what it said during which editions. Pure.
#ifndef PROBITY_STORAGE_TIMELINE_H_
#define PROBITY_STORAGE_TIMELINE_H_

#include <optional>
#include <vector>

#include "base/civil_day.h"
#include "probity/storage/v1/storage.pb.h"
#include "probity/v1/record.pb.h"

namespace probity::storage {

// The row after edition `edition` was seen with `content` (nullopt: absent).
// `row` may be null: no row so far. `editions` holds the days of all editions
// loaded before, ascending. What is said counts from `edition` until the next
// later edition: so loads in any order end in the same row. Returns nullopt
// when no segment is left. first_revision is kept.
std::optional<v1::RecordRow> ApplyEdition(const v1::RecordRow* row,
                                          const std::vector<DayNumber>& editions, DayNumber edition,
                                          const std::optional<probity::v1::Record>& content);

// What the record says on `day`: the segment in force for dated rows, the only
// segment for undated ones; nullptr when it says nothing then.
const probity::v1::Record* RecordAt(const v1::RecordRow& row, DayNumber day);
// What it said last: identity (names, identifiers, clusters) is read from here.
const probity::v1::Record& LatestRecord(const v1::RecordRow& row);
// Listing intervals that follow from the editions; empty for undated rows.
std::vector<probity::v1::DateInterval> ListingIntervals(const v1::RecordRow& row);

}  // namespace probity::storage

#endif  // PROBITY_STORAGE_TIMELINE_H_
