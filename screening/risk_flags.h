// RiskService's questions over one view, with what suppliers replied to its authority.
// Records with restricted visibility
// are not shown, counts of one to four people leave as "fewer than five".
// Responses come without stamp, and listings whole: pages are cut by the
// caller, who chose the view.
#ifndef PROBITY_SCREENING_RISK_FLAGS_H_
#define PROBITY_SCREENING_RISK_FLAGS_H_

#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/civil_day.h"
#include "base/identifiers.h"
#include "policy/legal_periods.h"
#include "probity/v1/risk_service.pb.h"
#include "screening/facts.h"
#include "storage/store.h"

namespace probity::screening {

// INVALID_ARGUMENT / INVALID_FIELD, AS_OF_IN_FUTURE and
// those of identifiers; NOT_FOUND / SUPPLIER_NOT_FOUND for a supplier by name.
absl::StatusOr<v1::ListRiskFlagsResponse> ListRiskFlags(const storage::View& view,
                                                        const IdentifierCatalogue& identifiers,
                                                        const policy::LegalPeriods& law,
                                                        const v1::ListRiskFlagsRequest& request,
                                                        DayNumber today);

// What is said of a subject on a day, by kind.
struct Said {
  std::vector<Fact> flags;  // and measures, whenever they held
  std::vector<Fact> self_cleaning;
  std::vector<Fact> declarations;
};
// Under `terms` (Subject::terms), read once.
absl::StatusOr<Said> FindSaid(const storage::View& view, const std::set<std::string>& terms,
                              DayNumber day);

// Of such flags and measures those in force on `day`, and ended ones where they
// are wanted, as ListRiskFlags would show them.
absl::StatusOr<std::vector<v1::ListedRiskFlag>> ListFlags(const storage::View& view,
                                                          const policy::LegalPeriods& law,
                                                          std::vector<Fact> flags, DayNumber day,
                                                          bool include_ended);

// Both: flags and measures whose subject has one of `terms`.
absl::StatusOr<std::vector<v1::ListedRiskFlag>> FindFlags(const storage::View& view,
                                                          const policy::LegalPeriods& law,
                                                          const std::set<std::string>& terms,
                                                          DayNumber day, bool include_ended);

// The name may be that of a flag or of a measure that is published alone.
// NOT_FOUND / RISK_FLAG_NOT_FOUND, also on days before it began.
absl::StatusOr<v1::GetRiskFlagResponse> GetRiskFlag(const storage::View& view,
                                                    const policy::LegalPeriods& law,
                                                    const v1::GetRiskFlagRequest& request,
                                                    DayNumber today);

// Flags and measures in force on `day` about goods from a place, without a
// party: those that fit the asked goods, as ListRiskFlags would show them.
absl::StatusOr<std::vector<v1::ListedRiskFlag>> FindBans(const storage::View& view,
                                                         const policy::LegalPeriods& law,
                                                         const v1::CommodityCode& commodity,
                                                         const std::string& origin, DayNumber day);

}  // namespace probity::screening

#endif  // PROBITY_SCREENING_RISK_FLAGS_H_
