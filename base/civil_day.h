// Civil days as numbers and as probity.v1.Date, with the date arithmetic that
// law needs. No clock and no time zone in here.
#ifndef PROBITY_BASE_CIVIL_DAY_H_
#define PROBITY_BASE_CIVIL_DAY_H_

#include <cstdint>
#include <limits>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "probity/v1/common.pb.h"

namespace probity {

// Days since 1970-01-01, proleptic Gregorian.
using DayNumber = int32_t;
inline constexpr DayNumber kMinDay = std::numeric_limits<DayNumber>::min();
inline constexpr DayNumber kMaxDay = std::numeric_limits<DayNumber>::max();

inline constexpr int64_t kSecondsPerDay = 24 * 60 * 60;
// The day in UTC of an instant in seconds since 1970, not before.
inline DayNumber DayOfSeconds(int64_t seconds) {
  return static_cast<DayNumber>(seconds / kSecondsPerDay);
}

// True when the fields name a day, month or year that exists (1..9999).
bool IsValidDate(const v1::Date& date);
// True when IsValidDate and the day is given.
bool IsFullDay(const v1::Date& date);
// First and last day that a date of any precision can mean. The date must be
// valid: 2024-05 gives 2024-05-01 and 2024-05-31.
DayNumber FirstDay(const v1::Date& date);
DayNumber LastDay(const v1::Date& date);
v1::Date DateOf(DayNumber day);
// ISO 8601 with the precision it has: "2024-05-31", "2024-05", "2024".
std::string FormatDate(const v1::Date& date);
// Reads what FormatDate writes. INVALID_ARGUMENT for a date that does not
// exist or another form.
absl::StatusOr<v1::Date> ParseDate(absl::string_view text);

// Same day number `years` later; 29 February becomes 28 February in a year
// without one. "Five years from date" ends, exclusive, on this day.
DayNumber AddYears(DayNumber day, int years);
// Same day number `months` later, or the last day of a month that lacks it.
DayNumber AddMonths(DayNumber day, int months);

// True when `day` is in the half-open interval. An absent end is open. For
// imprecise dates the interval is read at its longest: from its first day to
// the last day that `to` can mean, exclusive of `to` only when it is a full
// day.
bool Contains(const v1::DateInterval& interval, DayNumber day);
// True when from and to are valid (or absent) and from does not lie after to.
bool IsValidInterval(const v1::DateInterval& interval);

}  // namespace probity

#endif  // PROBITY_BASE_CIVIL_DAY_H_
