// Who a subject of a purchase is, how certain that is, and who else may be meant.
#ifndef PROBITY_SCREENING_DECISION_IDENTITY_EVIDENCE_H_
#define PROBITY_SCREENING_DECISION_IDENTITY_EVIDENCE_H_

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "policy/needs.h"
#include "probity/v1/decision.pb.h"
#include "screening/decision/judged.h"
#include "screening/decision/personal.h"
#include "screening/decision/shelf.h"
#include "screening/names/name_search.h"
#include "screening/subject.h"

namespace probity::screening {

// A subject as resolved.
struct Identified {
  Subject subject;                       // without terms when nobody is on record
  std::optional<v1::Supplier> supplier;  // when exactly one is found
  // Suppliers with a name from the alert score on, in the order of
  // SubjectEvidence.candidates; shorter than that.
  std::vector<v1::Supplier> alerts;
  // What people judged of it, and the terms it had without their word.
  Judged judged;
  std::set<std::string> own_terms;
};

// Resolves `asked`, searches its name, and the names on record, and fills what
// `evidence` says of the identity: state, faults, resolution, agreement,
// candidates, kind, country, personal. `path` names the subject in errors.
// Errors of ResolveSubject and ReadName; SUPPLIER_NOT_FOUND; INDEX_NOT_READY.
absl::StatusOr<Identified> Identify(const Shelf& shelf, const When& when,
                                    const policy::Needs& needs, const std::string& path,
                                    const v1::ScreenedSubject& asked, PersonalTexts* personal,
                                    v1::SubjectEvidence* evidence);

}  // namespace probity::screening

#endif  // PROBITY_SCREENING_DECISION_IDENTITY_EVIDENCE_H_
