// Whom links tie to a subject on a day, and along which path.
#ifndef PROBITY_SCREENING_DECISION_SPREAD_H_
#define PROBITY_SCREENING_DECISION_SPREAD_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "google/protobuf/repeated_field.h"
#include "policy/needs.h"
#include "probity/v1/decision.pb.h"
#include "screening/decision/shelf.h"
#include "screening/subject.h"

namespace probity::screening {

using RelationPath = google::protobuf::RepeatedPtrField<v1::RelationStep>;

// A party or site that links lead to.
struct Related {
  Subject subject;
  RelationPath path;  // from the subject of the purchase, at least one step
};

struct Relations {
  std::vector<Related> related;  // nearest first, each party once by its shortest path
  // More parties than kMaxRelated: the others were not looked at.
  bool incomplete = false;
};

// Most parties that links lead to from one subject.
inline constexpr size_t kMaxRelated = 200;

// Follows the links that `needs` names, as they are on the day, for at most its
// max_steps. A link that holds on the day only by an imprecise date counts.
absl::StatusOr<Relations> FindRelations(const Shelf& shelf, const When& when,
                                        const policy::Needs& needs, const Subject& subject);

}  // namespace probity::screening

#endif  // PROBITY_SCREENING_DECISION_SPREAD_H_
