// Who operated which site on which days: what site records say of their
// operators, and links of the type OPERATES.
#ifndef PROBITY_SCREENING_OPERATORS_H_
#define PROBITY_SCREENING_OPERATORS_H_

#include <vector>

#include "absl/status/statusor.h"
#include "base/civil_day.h"
#include "screening/subject.h"
#include "storage/store.h"

namespace probity::screening {

// Records are read as they are on `today`. With `days`, only operation on every
// one of them counts; without, on any day.

// Sites that the subject operated, as records.
absl::StatusOr<std::vector<storage::RecordRef>> SitesOf(const storage::View& view,
                                                        const Subject& subject, DayNumber today,
                                                        const std::vector<DayNumber>& days);
// Those who operated the subject's sites, each once.
absl::StatusOr<std::vector<Subject>> OperatorsOf(const storage::View& view, const Subject& subject,
                                                 DayNumber today,
                                                 const std::vector<DayNumber>& days);

// The subject that is a record, for instance one that SitesOf found.
absl::StatusOr<Subject> SubjectOf(const storage::View& view, const storage::RecordRef& ref);

}  // namespace probity::screening

#endif  // PROBITY_SCREENING_OPERATORS_H_
