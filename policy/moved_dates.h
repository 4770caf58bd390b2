// On which later day what dates say may be another thing: the dates themselves, and
// those moved by every age and period that policy, purchase and law name. Pure.
//
// More days than needed are harmless: on such a day somebody decides again and finds
// nothing new. One too few would be a change that nobody notices in time.
#ifndef PROBITY_POLICY_MOVED_DATES_H_
#define PROBITY_POLICY_MOVED_DATES_H_

#include <optional>
#include <set>
#include <utility>

#include "base/civil_day.h"
#include "google/protobuf/message.h"
#include "policy/compile.h"
#include "policy/legal_periods.h"
#include "policy/schemes.h"
#include "probity/v1/purchase.pb.h"

namespace probity::policy {

// By what dates are moved, 0 included; and days on which the rules themselves change.
struct DateMoves {
  std::set<int> months = {0};
  std::set<int> days = {0};
  std::set<DayNumber> own;
};

// Periods and days of a policy and the packs it takes in, of law, and of the times
// that countries belong to groups.
DateMoves MovesOf(const CompiledPolicy& policy, const LegalPeriods& law);
// Ages that a purchase asks for, or the schemes it accepts know.
void AddMoves(const v1::PurchaseContext& purchase, const SchemeCatalogue& schemes,
              DateMoves* moves);

// Dates as the first and the last day that they can mean.
using DaySpans = std::set<std::pair<DayNumber, DayNumber>>;
// Adds every probity.v1.Date inside a message that exists.
void AddDates(const google::protobuf::Message& message, DaySpans* dates);

// The earliest day after `today` on which one of the dates, moved, begins to mean
// something else; nullopt when none does.
std::optional<DayNumber> NextDay(const DaySpans& dates, const DateMoves& moves, DayNumber today);

}  // namespace probity::policy

#endif  // PROBITY_POLICY_MOVED_DATES_H_
