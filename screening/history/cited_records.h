// Which records a decision rests on, and whom it names.
#ifndef PROBITY_SCREENING_HISTORY_CITED_RECORDS_H_
#define PROBITY_SCREENING_HISTORY_CITED_RECORDS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "probity/v1/decision.pb.h"
#include "storage/store.h"

namespace probity::screening {

// Names, in order, each once.
struct Citations {
  // Records that a bundle names anywhere, and of the suppliers that it found for its
  // subjects those that they were put together from, and the separations that keep others
  // out of them: datasets/{dataset}/records/{key}. What a correction of one of them may
  // change.
  std::vector<std::string> records;
  // Suppliers that it names anywhere: suppliers/{supplier}.
  std::vector<std::string> suppliers;
};

// `bundle_bytes` are the bundle serialised, `view` is its own. Errors of the view.
absl::StatusOr<Citations> CitationsOf(const v1::EvidenceBundle& bundle,
                                      absl::string_view bundle_bytes, const storage::View& view);

}  // namespace probity::screening

#endif  // PROBITY_SCREENING_HISTORY_CITED_RECORDS_H_
