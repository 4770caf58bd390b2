#include "base/errors.h"
#include "screening/identity.h"
#include "services/rpc/view.h"
#include "services/supplier/explanation.h"
#include "services/supplier/operations.h"

namespace probity::supplier {
namespace {

screening::IdentifierFinding CompareIdentifiers(const Comparer& comparer, const Party& query,
                                                const Party& candidate) {
  const screening::IdentifierList held(candidate.identifiers.begin(), candidate.identifiers.end());
  return screening::CompareIdentifiers(comparer.identifiers, query.identifiers, held);
}

}  // namespace

absl::Status Compare(const Comparer& comparer, const rpc::CallContext& call,
                     const v1::CompareNamesRequest& request, v1::CompareNamesResponse* response) {
  v1::ExplanationLevel level = request.explanation();
  if (absl::Status well = ReadLevel(&level); !well.ok()) return well;
  auto query = ReadParty(comparer, "query", request.query());
  if (!query.ok()) return query.status();
  auto candidate = ReadParty(comparer, "candidate", request.candidate());
  if (!candidate.ok()) return candidate.status();
  Explanations* rows =
      level == v1::EXPLANATION_LEVEL_NONE ? nullptr : response->mutable_explanations();
  const int name_score =
      ScoreNames(comparer.matcher, *query, candidate->name, candidate->facts, level, rows);
  const auto finding = CompareIdentifiers(comparer, *query, *candidate);
  if (rows != nullptr) ExplainIdentifiers(finding, name_score, rows);
  const int score = screening::ScoreWith(finding.evidence, name_score);
  response->set_score(Shown(score));
  response->set_match(IsMatch(score));
  response->set_basis(screening::BasisOf(finding.evidence));
  response->set_name_score(Shown(name_score));
  *response->mutable_stamp() = rpc::StampOf(call);
  response->mutable_stamp()->set_matcher_version(comparer.version());
  return absl::OkStatus();
}

}  // namespace probity::supplier
