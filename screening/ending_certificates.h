// Counts certificates that end soon, a dataset at a time.
#ifndef PROBITY_SCREENING_ENDING_CERTIFICATES_H_
#define PROBITY_SCREENING_ENDING_CERTIFICATES_H_

#include <cstdint>
#include <functional>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/civil_day.h"
#include "storage/store.h"

namespace probity::screening {

// Certificates of a dataset (bare id) whose last day is `from` to `to`, both included, as
// the dataset has them now. Restricted ones are not counted. Reads every row of the dataset:
// for the background. CANCELLED when `is_cancelled` says so; errors of the view.
absl::StatusOr<uint64_t> CountEndingCertificates(const storage::View& view,
                                                 absl::string_view dataset, DayNumber from,
                                                 DayNumber to,
                                                 const std::function<bool()>& is_cancelled);

}  // namespace probity::screening

#endif  // PROBITY_SCREENING_ENDING_CERTIFICATES_H_
