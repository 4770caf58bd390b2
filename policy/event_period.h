// Periods that count from the date of an event. Pure.
#ifndef PROBITY_POLICY_EVENT_PERIOD_H_
#define PROBITY_POLICY_EVENT_PERIOD_H_

#include <string>

#include "base/civil_day.h"
#include "probity/v1/decision.pb.h"
#include "probity/v1/policy_condition.pb.h"
#include "probity/v1/risk_service.pb.h"

namespace probity::policy {

// Whether a day lies in a period.
struct PeriodOnDay {
  bool known = false;          // false: `missing` is not on record
  bool holds = false;          // the day lies in the period
  std::string missing;         // field of the fact, for example "flag.decided_on"
  v1::GroundPeriod ground;     // how its end was computed, where it holds
  DayNumber begins = kMinDay;  // first day inside
  DayNumber ends = kMaxDay;    // first day after
};

// The period begins on the first day that its date can mean (for the end of an
// event: on the first day of the event) and ends, exclusive, the same day number
// so many months after the last day that the date can mean.
PeriodOnDay PeriodOn(const v1::EventPeriod& period, const v1::ListedRiskFlag& fact, DayNumber day);

// Whether the date that a period would count from is on record.
bool HasEventDate(v1::EventDate from, const v1::ListedRiskFlag& fact, DayNumber day);

// The period of a fact's listing that holds on `day`, with the law by which its
// end was computed where its record states none. Empty when none holds.
v1::GroundPeriod ListingPeriod(const v1::ListedRiskFlag& fact, DayNumber day);

}  // namespace probity::policy

#endif  // PROBITY_POLICY_EVENT_PERIOD_H_
