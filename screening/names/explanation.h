// A comparison with its reasons, as callers see it.
#ifndef PROBITY_SCREENING_NAMES_EXPLANATION_H_
#define PROBITY_SCREENING_NAMES_EXPLANATION_H_

#include <string>
#include <vector>

#include "google/protobuf/repeated_field.h"
#include "probity/v1/supplier_service.pb.h"
#include "screening/identity.h"
#include "screening/names/party.h"

namespace probity::screening {

using Explanations = google::protobuf::RepeatedPtrField<v1::MatchExplanation>;

// What the API shows of a score: 10,000 is 1.
double Shown(int score);
bool IsMatch(int score);

// Score of two names with the facts beside them, before identifiers and the
// ceiling; 0..10,000. Adds the matcher's rows by `level` to `out`, which may be
// nullptr.
int ScoreNames(const matching::Matcher& matcher, const Party& query,
               const matching::NormalizedName& name, const matching::Facts& facts,
               v1::ExplanationLevel level, Explanations* out);

// What moved the score of two names: a row of EXPLANATION_LEVEL_REASONS without its words.
struct Reason {
  std::string feature;
  int contribution = 0;  // as scores
};
// In order of the rows.
std::vector<Reason> ReasonsFor(const matching::Matcher& matcher, const Party& query,
                               const matching::NormalizedName& name, const matching::Facts& facts);

// Adds what identifiers and the ceiling do to `name_score`.
void ExplainIdentifiers(const IdentifierFinding& finding, int name_score, Explanations* out);

// Says that the name is a site's, not the supplier's own. `role` is OPERATES, OWNS,
// or UNSPECIFIED for one of both.
void ExplainSite(v1::LinkType role, Explanations* out);

// UNSPECIFIED becomes REASONS. INVALID_ARGUMENT / INVALID_FIELD for a level that
// this server does not know.
absl::Status ReadLevel(v1::ExplanationLevel* level);

}  // namespace probity::screening

#endif  // PROBITY_SCREENING_NAMES_EXPLANATION_H_
