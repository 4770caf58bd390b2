// What a request to judge makes: the row to store, or the judgement that stands.
#ifndef PROBITY_SCREENING_JUDGEMENT_ENTRY_H_
#define PROBITY_SCREENING_JUDGEMENT_ENTRY_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/identifiers.h"
#include "probity/v1/review.pb.h"
#include "screening/vendor_entry.h"
#include "storage/store.h"

namespace probity::screening {

// Longest reason of a judgement, in bytes.
inline constexpr size_t kMaxReasonBytes = 1000;

// A reason is given, and not too long. INVALID_ARGUMENT / INVALID_FIELD, LIMIT_EXCEEDED
// below `field`.
absl::Status ValidateReason(absl::string_view field, const std::string& reason);

// The subject as it is stored: normalised, bound to its records, a query as its digest.
// `field` is its path for errors.
absl::StatusOr<v1::JudgedSubject> ReadJudgedSubject(const storage::View& view,
                                                    const IdentifierCatalogue& identifiers,
                                                    const v1::JudgedSubject& asked,
                                                    absl::string_view field);

struct MadeJudgement {
  // To be stored without its name; or, where `stood`, what stands.
  v1::Judgement judgement;
  bool stood = false;
  std::string supplier;  // of its record: suppliers/{supplier}
};

// `pending` are those that the same call makes before it, STANDING, with names and the
// suppliers of their records: they count as if they were on record. Errors as
// CreateJudgement's.
absl::StatusOr<MadeJudgement> MakeJudgement(const storage::View& view,
                                            const IdentifierCatalogue& identifiers,
                                            const v1::Judgement& asked, const SetBy& judged_by,
                                            const std::vector<v1::Judgement>& pending = {});

}  // namespace probity::screening

#endif  // PROBITY_SCREENING_JUDGEMENT_ENTRY_H_
