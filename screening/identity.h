// What identifiers say about whether two parties are one, and what that does to
// the score of their names. A name alone never makes an identity certain.
#ifndef PROBITY_SCREENING_IDENTITY_H_
#define PROBITY_SCREENING_IDENTITY_H_

#include <string>
#include <vector>

#include "base/identifiers.h"
#include "google/protobuf/repeated_field.h"
#include "matching/matcher.h"
#include "probity/v1/common.pb.h"
#include "probity/v1/supplier_service.pb.h"

namespace probity::screening {

// Part of matcher_version, as the numbers below are. Raise it with every change of
// the rules that can change an answer; identity_test.cc notices those.
inline constexpr int kIdentityRules = 1;

// In 1/10,000, as the matcher's scores.
// No score is above this without an equal identifying identifier: two parties
// may bear one name.
inline constexpr int kNameAloneCeiling = 9900;
// Where another value of an identifying scheme stands on record: below the
// published threshold, so that nothing is called a match against a register.
inline constexpr int kConflictCeiling = 6900;
// Taken off for it, so that such hits stand below those of like names.
inline constexpr int kConflictPoints = 2500;
// What an equal identifier adds that a group may share (VAT numbers, licences).
inline constexpr int kSupportPoints = 1000;

enum class IdentifierEvidence {
  kNone,         // no scheme in common
  kSupports,     // an equal value of a scheme that does not identify alone
  kConfirms,     // an equal value of an identifying scheme
  kContradicts,  // identifying schemes in common, and no value equal in one of them
  kDisputed,     // the same, but it is not certain: another scheme contradicts, or
                 // several suppliers carry the value
};

struct IdentifierFinding {
  IdentifierEvidence evidence = IdentifierEvidence::kNone;
  // Of the pair that decided, "GB-COH:04830352"; of the contradicting one where
  // disputed. With kNone both are empty, unless the query's value has wrong check
  // digits: then it alone is given.
  std::string query, candidate;
};

// "GB-COH:04830352".
std::string IdentifierText(const v1::Identifier& identifier);

using IdentifierList = google::protobuf::RepeatedPtrField<v1::Identifier>;

// All values are normalised already. A value of the query whose check digits are
// wrong confirms where it is equal, and contradicts nothing.
IdentifierFinding CompareIdentifiers(const IdentifierCatalogue& catalogue,
                                     const std::vector<v1::Identifier>& query,
                                     const IdentifierList& candidate);

// `name_score` corrected: 10,000 where confirmed, else at most kNameAloneCeiling.
int ScoreWith(IdentifierEvidence evidence, int name_score);
v1::MatchBasis BasisOf(IdentifierEvidence evidence);

// What decides a score: the matcher's version, and 12 hex digits over the rules
// and numbers of this header and the catalogue.
//   "names/2 0123456789ab identity/1 0123456789ab"
std::string MatcherVersion(const matching::Matcher& matcher, const IdentifierCatalogue& catalogue);

}  // namespace probity::screening

#endif  // PROBITY_SCREENING_IDENTITY_H_
