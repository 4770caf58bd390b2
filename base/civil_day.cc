#include "base/civil_day.h"

#include <algorithm>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "absl/time/civil_time.h"
#include "base/errors.h"

namespace probity {
namespace {

constexpr absl::CivilDay kEpoch(1970, 1, 1);

int DaysInMonth(int year, int month) {
  absl::CivilDay first(year, month, 1);
  return static_cast<int>(absl::CivilDay(absl::CivilMonth(first) + 1) - first);
}

DayNumber NumberOf(absl::CivilDay day) { return static_cast<DayNumber>(day - kEpoch); }

bool ParsePart(absl::string_view text, size_t width, int* value) {
  if (text.size() != width) return false;
  for (char c : text) {
    if (c < '0' || c > '9') return false;
  }
  return absl::SimpleAtoi(text, value);
}

}  // namespace

bool IsValidDate(const v1::Date& date) {
  if (date.year() < 1 || date.year() > 9999) return false;
  if (date.month() == 0) return date.day() == 0;
  if (date.month() < 1 || date.month() > 12) return false;
  return date.day() >= 0 && date.day() <= DaysInMonth(date.year(), date.month());
}

bool IsFullDay(const v1::Date& date) { return IsValidDate(date) && date.day() != 0; }

DayNumber FirstDay(const v1::Date& date) {
  return NumberOf(absl::CivilDay(date.year(), date.month() == 0 ? 1 : date.month(),
                                 date.day() == 0 ? 1 : date.day()));
}

DayNumber LastDay(const v1::Date& date) {
  int month = date.month() == 0 ? 12 : date.month();
  int day = date.day() == 0 ? DaysInMonth(date.year(), month) : date.day();
  return NumberOf(absl::CivilDay(date.year(), month, day));
}

v1::Date DateOf(DayNumber day) {
  absl::CivilDay civil = kEpoch + day;
  v1::Date date;
  date.set_year(static_cast<int>(civil.year()));
  date.set_month(civil.month());
  date.set_day(civil.day());
  return date;
}

std::string FormatDate(const v1::Date& date) {
  const absl::Dec year(date.year(), absl::kZeroPad4);
  if (date.month() == 0) return absl::StrCat(year);
  const absl::Dec month(date.month(), absl::kZeroPad2), day(date.day(), absl::kZeroPad2);
  return date.day() == 0 ? absl::StrCat(year, "-", month)
                         : absl::StrCat(year, "-", month, "-", day);
}

absl::StatusOr<v1::Date> ParseDate(absl::string_view text) {
  std::vector<absl::string_view> parts = absl::StrSplit(text, '-');
  int year = 0, month = 0, day = 0;
  bool shaped = parts.size() <= 3 && ParsePart(parts[0], 4, &year) &&
                (parts.size() < 2 || (ParsePart(parts[1], 2, &month) && month != 0)) &&
                (parts.size() < 3 || (ParsePart(parts[2], 2, &day) && day != 0));
  v1::Date date;
  date.set_year(year);
  date.set_month(month);
  date.set_day(day);
  if (!shaped || !IsValidDate(date)) {
    return InvalidField("date", absl::StrFormat("\"%s\" is not a day that exists, written "
                                                "YYYY-MM-DD, YYYY-MM or YYYY",
                                                text.substr(0, 40)));
  }
  return date;
}

DayNumber AddYears(DayNumber day, int years) { return AddMonths(day, 12 * years); }

DayNumber AddMonths(DayNumber day, int months) {
  const absl::CivilDay civil = kEpoch + day;
  const absl::CivilMonth month = absl::CivilMonth(civil) + months;
  const int last = DaysInMonth(static_cast<int>(month.year()), month.month());
  return NumberOf(absl::CivilDay(month.year(), month.month(), std::min(civil.day(), last)));
}

bool Contains(const v1::DateInterval& interval, DayNumber day) {
  if (interval.has_from() && day < FirstDay(interval.from())) return false;
  if (!interval.has_to()) return true;
  return IsFullDay(interval.to()) ? day < FirstDay(interval.to()) : day <= LastDay(interval.to());
}

bool IsValidInterval(const v1::DateInterval& interval) {
  if (interval.has_from() && !IsValidDate(interval.from())) return false;
  if (interval.has_to() && !IsValidDate(interval.to())) return false;
  return !interval.has_from() || !interval.has_to() ||
         FirstDay(interval.from()) <= LastDay(interval.to());
}

}  // namespace probity
