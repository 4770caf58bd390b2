// Lists that a policy requires: which are too old or missing on a day, and when the next
// one will be. Told once a portfolio, whatever its members.
#ifndef PROBITY_SCREENING_WATCH_SOURCES_H_
#define PROBITY_SCREENING_WATCH_SOURCES_H_

#include <string>
#include <vector>

#include "base/civil_day.h"
#include "policy/needs.h"
#include "probity/v1/purchase.pb.h"
#include "storage/store.h"

namespace probity::screening {

struct SourceStanding {
  std::vector<std::string> stale;  // datasets/{dataset}, sorted
  DayNumber changes_on = kMaxDay;  // first later day on which one more is
};

// As a decision for that purpose reads them (policy/units.cc).
SourceStanding StandingOf(const storage::View& view, const policy::Needs& needs,
                          v1::Purpose purpose, DayNumber day);

}  // namespace probity::screening

#endif  // PROBITY_SCREENING_WATCH_SOURCES_H_
