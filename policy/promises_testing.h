// Promises over random policies and bundles.
#ifndef PROBITY_POLICY_PROMISES_TESTING_H_
#define PROBITY_POLICY_PROMISES_TESTING_H_

#include <functional>
#include <string>

#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "policy/listing.h"
#include "policy/policy_testing.h"
#include "policy/program.h"
#include "policy/random_policy.h"

namespace probity::policy {

inline constexpr int kRuns = 3000;

inline std::string TextOf(const google::protobuf::Message& message) {
  std::string text;
  google::protobuf::TextFormat::PrintToString(message, &text);
  return text;
}

// A valid random policy; those that validation refuses are drawn again.
inline CompiledPolicy Valid(const std::function<v1::Policy()>& make) {
  while (true) {
    const Compilation result = TryCompile(TextOf(make()));
    if (result.policy != nullptr) return *result.policy;
  }
}

// Runs a promise on `kRuns` pairs; stops at the first that breaks it and shows
// both.
inline void ForAll(uint64_t seed,
                   const std::function<bool(const CompiledPolicy&, const v1::EvidenceBundle&,
                                            RandomPolicies*)>& holds) {
  RandomPolicies random(seed);
  for (int i = 0; i < kRuns; ++i) {
    const CompiledPolicy policy = Valid([&] { return random.MakePolicy(); });
    const v1::EvidenceBundle bundle = random.MakeBundle();
    if (holds(policy, bundle, &random)) continue;
    ADD_FAILURE() << "run " << i << "\n"
                  << TextOf(policy.program().parts[0]->policy) << "\n--- bundle\n"
                  << TextOf(bundle) << "\n--- core\n"
                  << TextOf(Evaluate(policy, bundle));
    return;
  }
}

// The bundle as it would be on a later day if nothing new were learnt.
inline v1::EvidenceBundle MoveTo(DayNumber day, v1::EvidenceBundle bundle) {
  *bundle.mutable_as_of() = DateOf(day);
  const auto move = [&](v1::SubjectFact* fact) {
    const auto& listed = fact->flag().listing_intervals();
    if (listed.empty()) return;
    const bool in_force = StateOn({listed.begin(), listed.end()}, day) == ListingState::kInForce;
    fact->mutable_flag()->set_state(in_force ? v1::FLAG_STATE_IN_FORCE : v1::FLAG_STATE_ENDED);
  };
  for (auto& subject : *bundle.mutable_subjects()) {
    for (auto& fact : *subject.mutable_facts()) move(&fact);
  }
  for (auto& item : *bundle.mutable_items()) {
    for (auto& fact : *item.mutable_measures()) move(&fact);
  }
  for (auto& source : *bundle.mutable_sources()) {
    source.set_age_days(source.age_days() + day - kRandomAsOf);
  }
  return bundle;
}

}  // namespace probity::policy

#endif  // PROBITY_POLICY_PROMISES_TESTING_H_
