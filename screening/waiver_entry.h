// What a request for a waiver, its approval and its revocation make: the rows to store.
#ifndef PROBITY_SCREENING_WAIVER_ENTRY_H_
#define PROBITY_SCREENING_WAIVER_ENTRY_H_

#include <string>

#include "absl/status/statusor.h"
#include "base/civil_day.h"
#include "base/identifiers.h"
#include "policy/compile.h"
#include "probity/v1/waiver.pb.h"
#include "screening/vendor_entry.h"
#include "storage/store.h"

namespace probity::screening {

// By which law a waiver is weighed, and when it is asked for.
struct WaiverLaw {
  const policy::CompiledPolicy& policy;  // borrowed
  DayNumber today = 0;
};

// The row to store, without a name. Errors as CreateWaiver's.
absl::StatusOr<v1::Waiver> MakeWaiver(const storage::View& view,
                                      const IdentifierCatalogue& identifiers, const WaiverLaw& law,
                                      const v1::Waiver& asked, const SetBy& requested_by);

// The row that approves `waiver`, which was weighed for `today`: FAILED_PRECONDITION /
// WAIVER_STATE, WAIVER_SELF_APPROVAL. About the same subject, so that both are found
// together.
absl::StatusOr<v1::Waiver> MakeApproval(const v1::Waiver& waiver, const std::string& reason,
                                        const std::string& principal, DayNumber today);

// The row that takes `waiver` back.
v1::Waiver MakeRevocation(const v1::Waiver& waiver, const std::string& reason,
                          const std::string& principal);

}  // namespace probity::screening

#endif  // PROBITY_SCREENING_WAIVER_ENTRY_H_
