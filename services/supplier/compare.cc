#include "base/errors.h"
#include "screening/identity.h"
#include "screening/names/explanation.h"
#include "services/rpc/view.h"
#include "services/supplier/operations.h"

namespace probity::supplier {
namespace {

screening::IdentifierFinding CompareIdentifiers(const screening::Comparer& comparer,
                                                const screening::Party& query,
                                                const screening::Party& candidate) {
  const screening::IdentifierList held(candidate.identifiers.begin(), candidate.identifiers.end());
  return screening::CompareIdentifiers(comparer.identifiers, query.identifiers, held);
}

}  // namespace

absl::Status Compare(const screening::Comparer& comparer, const rpc::CallContext& call,
                     const v1::CompareNamesRequest& request, v1::CompareNamesResponse* response) {
  v1::ExplanationLevel level = request.explanation();
  if (absl::Status well = screening::ReadLevel(&level); !well.ok()) return well;
  auto query = screening::ReadParty(comparer, "query", request.query());
  if (!query.ok()) return query.status();
  auto candidate = screening::ReadParty(comparer, "candidate", request.candidate());
  if (!candidate.ok()) return candidate.status();
  screening::Explanations* rows =
      level == v1::EXPLANATION_LEVEL_NONE ? nullptr : response->mutable_explanations();
  const int name_score = screening::ScoreNames(comparer.matcher, *query, candidate->name,
                                               candidate->facts, level, rows);
  const auto finding = CompareIdentifiers(comparer, *query, *candidate);
  if (rows != nullptr) screening::ExplainIdentifiers(finding, name_score, rows);
  const int score = screening::ScoreWith(finding.evidence, name_score);
  response->set_score(screening::Shown(score));
  response->set_match(screening::IsMatch(score));
  response->set_basis(screening::BasisOf(finding.evidence));
  response->set_name_score(screening::Shown(name_score));
  *response->mutable_stamp() = rpc::StampOf(call);
  response->mutable_stamp()->set_matcher_version(comparer.version());
  return absl::OkStatus();
}

}  // namespace probity::supplier
