#include "services/metrics/event_metrics.h"

#include <utility>

#include "absl/strings/strip.h"
#include "services/metrics/catalogue.h"

namespace probity::metrics {
namespace {

prometheus::Family<prometheus::Counter>& MakeCounter(prometheus::Registry& registry,
                                                     const Metric& metric) {
  return prometheus::BuildCounter().Name(metric.name).Help(metric.help).Register(registry);
}

constexpr char kOtherRules[] = "other";

// VERDICT_BLOCK -> BLOCK.
std::string Bare(absl::string_view name, absl::string_view prefix) {
  return std::string(absl::StripPrefix(name, prefix));
}

// Close where the thresholds of matching lie.
const prometheus::Histogram::BucketBoundaries& ScoreBounds() {
  static const auto* const bounds = new prometheus::Histogram::BucketBoundaries{
      0.3, 0.4, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 1};
  return *bounds;
}

}  // namespace

DecisionMetrics::DecisionMetrics(prometheus::Registry& registry, const std::set<std::string>& rules)
    : fired_(MakeCounter(registry, kRulesFired)),
      scores_(prometheus::BuildHistogram()
                  .Name(kMatchScore.name)
                  .Help(kMatchScore.help)
                  .Register(registry)
                  .Add({}, ScoreBounds())) {
  // From 0 on: a rate over a series that appears with its first count misses that one.
  auto& decisions = MakeCounter(registry, kDecisions);
  for (const v1::Verdict verdict : {v1::VERDICT_CLEAR, v1::VERDICT_REVIEW, v1::VERDICT_BLOCK}) {
    decisions_[verdict] =
        &decisions.Add({{"verdict", Bare(v1::Verdict_Name(verdict), "VERDICT_")}});
  }
  rules_[kOtherRules];
  for (const std::string& rule : rules) rules_[rule];
}

void DecisionMetrics::Recorded(const screening::DecisionTraits& traits) {
  if (decisions_.at(traits.verdict) != nullptr) decisions_.at(traits.verdict)->Increment();
  for (const auto& [rule, effect] : traits.rules) CountRule(rule, effect);
  if (traits.best_score.has_value()) scores_.Observe(*traits.best_score);
}

void DecisionMetrics::CountRule(const std::string& rule, v1::RuleEffect effect) {
  auto known = rules_.find(rule);
  if (known == rules_.end()) known = rules_.find(kOtherRules);
  std::atomic<prometheus::Counter*>& counter = known->second.at(effect);
  if (counter.load(std::memory_order_acquire) == nullptr) {
    // Two that come at once are given the same one.
    counter.store(&fired_.Add({{"rule", known->first},
                               {"effect", Bare(v1::RuleEffect_Name(effect), "RULE_EFFECT_")}}),
                  std::memory_order_release);
  }
  counter.load(std::memory_order_acquire)->Increment();
}

LoadMetrics::LoadMetrics(prometheus::Registry& registry)
    : ended_(MakeCounter(registry, kLoadsEnded)),
      accepted_(MakeCounter(registry, kLoadRows).Add({{"outcome", "accepted"}})),
      refused_(MakeCounter(registry, kLoadRows).Add({{"outcome", "refused"}})) {
  for (const v1::LoadState state : {v1::LOAD_STATE_COMMITTED, v1::LOAD_STATE_FAILED}) {
    ended_.Add({{"state", Bare(v1::LoadState_Name(state), "LOAD_STATE_")}});
  }
}

void LoadMetrics::Ended(const v1::Load& load) {
  ended_.Add({{"state", Bare(v1::LoadState_Name(load.state()), "LOAD_STATE_")}}).Increment();
  const uint64_t refused = load.counts().refused();
  const uint64_t read = load.counts().rows_read();
  refused_.Increment(static_cast<double>(refused));
  if (read > refused) accepted_.Increment(static_cast<double>(read - refused));
}

}  // namespace probity::metrics
