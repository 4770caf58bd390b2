// Who else a subject may be: parties on record with a like name.
#ifndef PROBITY_SCREENING_DECISION_CANDIDATES_H_
#define PROBITY_SCREENING_DECISION_CANDIDATES_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "policy/needs.h"
#include "probity/v1/decision.pb.h"
#include "screening/decision/personal.h"
#include "screening/decision/shelf.h"
#include "screening/names/party.h"

namespace probity::screening {

// A subject as it is asked about, and as it is on record where one is found.
struct AskedParty {
  const std::string& path;  // for errors
  const v1::ScreenedSubject& asked;
  const std::optional<v1::Supplier>& supplier;
  // Bare ids of suppliers about whom people judged: they are not searched, so that they
  // take nobody's place.
  const std::vector<std::string>& settled;
};

// What is known of the party, as the matcher reads it, but for its name: the
// request's word, and what is on record where that is silent.
absl::StatusOr<Party> KnownParty(const Shelf& shelf, const AskedParty& party);

// Lists that name parties, which may bear no identifier: they hold flags or
// measures, or those of another dataset are about their records. One that names
// nobody cannot be found by name. datasets/{dataset}, in order of the manifest.
std::vector<std::string> ListsOfNames(const storage::View& view);

// Most candidates of one subject; the best.
inline constexpr size_t kMaxIdentityCandidates = 20;

// Searches the name asked and the names on record, and adds whom they may mean to
// `evidence`, best first; those from the alert score on to `alerts` too. A subject
// that is on record is searched among those whom lists name, others among all.
absl::Status FindCandidates(const Shelf& shelf, const When& when, const policy::Needs& needs,
                            const AskedParty& party, PersonalTexts* personal,
                            v1::SubjectEvidence* evidence, std::vector<v1::Supplier>* alerts);

}  // namespace probity::screening

#endif  // PROBITY_SCREENING_DECISION_CANDIDATES_H_
