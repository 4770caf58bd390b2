// What is on record about a subject of a purchase: flags and measures, its own
// and those that links carry to it, self-cleaning, declarations, findings.
#ifndef PROBITY_SCREENING_DECISION_SUBJECT_FACTS_H_
#define PROBITY_SCREENING_DECISION_SUBJECT_FACTS_H_

#include "absl/status/status.h"
#include "google/protobuf/repeated_field.h"
#include "policy/needs.h"
#include "probity/v1/decision.pb.h"
#include "screening/decision/identity_evidence.h"
#include "screening/decision/shelf.h"

namespace probity::screening {

// Flags and measures of one subject; the gravest by ListRiskFlags' order.
inline constexpr size_t kMaxSubjectFacts = 500;

// Numbers facts and findings of a bundle: f1, f2, ...; a1, ...
struct FactIds {
  int facts = 0;
  int findings = 0;
  int risks = 0;
};

// Adds to `evidence` what is on record about `identified`, as it is on the day,
// ended facts included.
absl::Status AddSubjectFacts(const Shelf& shelf, const When& when, const policy::Needs& needs,
                             const Identified& identified, FactIds* ids,
                             v1::SubjectEvidence* evidence);

// Latest first; equally late ones keep their order.
void SortDeclarations(google::protobuf::RepeatedPtrField<v1::DeclarationFact>* declarations);

// A request's declaration as a fact.
v1::DeclarationFact FactOf(const v1::GivenDeclaration& given);

}  // namespace probity::screening

#endif  // PROBITY_SCREENING_DECISION_SUBJECT_FACTS_H_
