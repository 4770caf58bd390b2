#include "cli/coverage.h"

#include <tuple>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"

namespace probity::cli {
namespace {

using Day = std::tuple<int, int, int>;

Day DayOf(const v1::Date& date) { return {date.year(), date.month(), date.day()}; }

// The day on which it was recorded, UTC.
Day DayOf(const google::protobuf::Timestamp& time) {
  const absl::CivilDay day =
      absl::ToCivilDay(absl::FromUnixSeconds(time.seconds()), absl::UTCTimeZone());
  return {static_cast<int>(day.year()), day.month(), day.day()};
}

bool Expired(const v1::Decision& decision, const Day& on) {
  return decision.core().has_valid_until() && DayOf(decision.core().valid_until()) < on;
}

}  // namespace

std::string CoverageName(Coverage coverage) {
  switch (coverage) {
    case Coverage::kCovered:
      return "COVERED";
    case Coverage::kChanged:
      return "CHANGED";
    case Coverage::kExpiredAtAward:
      return "EXPIRED_AT_AWARD";
    case Coverage::kLate:
      return "LATE";
    case Coverage::kNotClear:
      return "NOT_CLEAR";
    case Coverage::kUnscreened:
      return "UNSCREENED";
  }
  return "";
}

std::string CoverageWords(Coverage coverage) {
  switch (coverage) {
    case Coverage::kCovered:
      return "screened in time, and nothing has changed since";
    case Coverage::kChanged:
      return "a later decision has another verdict";
    case Coverage::kExpiredAtAward:
      return "the decision stood no longer on the day of award";
    case Coverage::kLate:
      return "screened for the first time after the order";
    case Coverage::kNotClear:
      return "ordered although the decision was not CLEAR";
    case Coverage::kUnscreened:
      return "no decision about the supplier";
  }
  return "";
}

OrderCoverage CoverageOf(const Order& order, const std::vector<v1::Decision>& decisions) {
  OrderCoverage found;
  if (decisions.empty()) return found;
  const Day ordered = DayOf(order.date);
  size_t at = 0;
  while (at + 1 < decisions.size() && DayOf(decisions[at + 1].recorded_at()) <= ordered) ++at;
  found.relied_on = &decisions[at];
  const v1::Verdict verdict = found.relied_on->core().verdict();
  for (size_t later = at + 1; later < decisions.size() && found.changed == nullptr; ++later) {
    if (decisions[later].core().verdict() != verdict) found.changed = &decisions[later];
  }
  const Day award = order.award.year() == 0 ? ordered : DayOf(order.award);
  if (DayOf(found.relied_on->recorded_at()) > ordered) {
    found.coverage = Coverage::kLate;
  } else if (verdict != v1::VERDICT_CLEAR) {
    found.coverage = Coverage::kNotClear;
  } else if (Expired(*found.relied_on, award)) {
    found.coverage = Coverage::kExpiredAtAward;
  } else {
    found.coverage = found.changed == nullptr ? Coverage::kCovered : Coverage::kChanged;
  }
  return found;
}

}  // namespace probity::cli
