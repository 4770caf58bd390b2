#include "screening/policies/opinion.h"

#include <algorithm>
#include <iterator>
#include <set>

#include "policy/evaluate.h"

namespace probity::screening {
namespace {

using Unmet = std::vector<std::string>;

bool IsFor(const v1::RequiredSource& required, v1::Purpose purpose) {
  const auto& purposes = required.purposes();
  return purposes.empty() || purpose == v1::PURPOSE_UNSPECIFIED ||
         std::find(purposes.begin(), purposes.end(), purpose) != purposes.end();
}

// A list that no bundle names may have been loaded and not been asked.
void NeedSources(const policy::Needs& needs, const v1::EvidenceBundle& bundle, Unmet* unmet) {
  for (const v1::RequiredSource& required : needs.required_sources) {
    if (!IsFor(required, bundle.purchase().purpose())) continue;
    const bool named = std::any_of(
        bundle.sources().begin(), bundle.sources().end(),
        [&](const v1::SourceEvidence& one) { return one.dataset() == required.dataset(); });
    if (!named) unmet->push_back(required.dataset());
  }
}

template <typename Holds>
bool AnySubject(const v1::EvidenceBundle& bundle, const Holds& holds) {
  return std::any_of(bundle.subjects().begin(), bundle.subjects().end(), holds);
}

// Of candidates below the score of then nobody looked for facts.
void NeedCandidates(double alert_score, const v1::EvidenceBundle& bundle, Unmet* unmet) {
  const bool between = AnySubject(bundle, [&](const v1::SubjectEvidence& subject) {
    return std::any_of(subject.candidates().begin(), subject.candidates().end(),
                       [&](const auto& one) {
                         return one.score() >= alert_score && one.score() < bundle.alert_score();
                       });
  });
  if (between) unmet->emplace_back("candidates");
}

// Whether a name agrees was said when the facts were gathered.
void NeedAgreement(const policy::Needs& then, const policy::Needs& now,
                   const v1::EvidenceBundle& bundle, Unmet* unmet) {
  const double low = std::min(then.name_agreement_score, now.name_agreement_score);
  const double high = std::max(then.name_agreement_score, now.name_agreement_score);
  const bool between = AnySubject(bundle, [&](const v1::SubjectEvidence& subject) {
    return subject.has_name_agreement() && subject.name_agreement() >= low &&
           subject.name_agreement() < high;
  });
  if (between) unmet->emplace_back("name_agreement");
}

// With a higher score there are fewer candidates whose facts are looked for.
v1::EvidenceBundle WithAlertScore(double score, v1::EvidenceBundle bundle) {
  for (v1::SubjectEvidence& subject : *bundle.mutable_subjects()) {
    auto* facts = subject.mutable_facts();
    const auto gone = [&](const v1::SubjectFact& fact) {
      return fact.basis() == v1::FACT_BASIS_NAME &&
             subject.candidates(fact.candidate()).score() < score;
    };
    facts->erase(std::remove_if(facts->begin(), facts->end(), gone), facts->end());
  }
  bundle.set_alert_score(score);
  return bundle;
}

std::set<std::string> RulesOf(const v1::DecisionCore& core) {
  std::set<std::string> rules;
  for (const v1::RuleFinding& finding : core.findings()) rules.insert(finding.rule_id());
  return rules;
}

}  // namespace

Opinion OpinionOf(const policy::CompiledPolicy& policy, const policy::CompiledPolicy& decided,
                  const v1::EvidenceBundle& bundle) {
  const policy::Needs& needs = policy.needs();
  Opinion opinion{policy::NotGathered(decided.needs(), needs), {}};
  NeedSources(needs, bundle, &opinion.unmet);
  NeedCandidates(needs.alert_score, bundle, &opinion.unmet);
  NeedAgreement(decided.needs(), needs, bundle, &opinion.unmet);
  if (!opinion.unmet.empty()) return opinion;
  opinion.core = needs.alert_score == bundle.alert_score()
                     ? policy::Evaluate(policy, bundle)
                     : policy::Evaluate(policy, WithAlertScore(needs.alert_score, bundle));
  return opinion;
}

v1::PolicyDifference DifferenceOf(const v1::DecisionCore& stable,
                                  const v1::DecisionCore& candidate) {
  v1::PolicyDifference difference;
  difference.set_stable_verdict(stable.verdict());
  difference.set_candidate_verdict(candidate.verdict());
  const std::set<std::string> before = RulesOf(stable), after = RulesOf(candidate);
  std::set_difference(
      after.begin(), after.end(), before.begin(), before.end(),
      google::protobuf::RepeatedFieldBackInserter(difference.mutable_appearing_rules()));
  std::set_difference(
      before.begin(), before.end(), after.begin(), after.end(),
      google::protobuf::RepeatedFieldBackInserter(difference.mutable_vanishing_rules()));
  return difference;
}

bool Differs(const v1::PolicyDifference& difference) {
  return difference.stable_verdict() != difference.candidate_verdict() ||
         !difference.appearing_rules().empty() || !difference.vanishing_rules().empty();
}

}  // namespace probity::screening
