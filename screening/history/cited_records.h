// Which records a decision rests on.
#ifndef PROBITY_SCREENING_HISTORY_CITED_RECORDS_H_
#define PROBITY_SCREENING_HISTORY_CITED_RECORDS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "probity/v1/decision.pb.h"
#include "storage/store.h"

namespace probity::screening {

// Records that a bundle names anywhere, and those that the suppliers it found for its
// subjects were put together from: datasets/{dataset}/records/{key}, in order, each
// once. What a correction of one of them may change. `view` is the bundle's own. Errors
// of the view.
absl::StatusOr<std::vector<std::string>> CitedRecords(const v1::EvidenceBundle& bundle,
                                                      const storage::View& view);

}  // namespace probity::screening

#endif  // PROBITY_SCREENING_HISTORY_CITED_RECORDS_H_
