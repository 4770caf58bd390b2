// Counts what happens: decisions, and loads that end.
#ifndef PROBITY_SERVICES_METRICS_EVENT_METRICS_H_
#define PROBITY_SERVICES_METRICS_EVENT_METRICS_H_

#include <array>
#include <atomic>
#include <map>
#include <set>
#include <string>

#include "probity/v1/load.pb.h"
#include "prometheus/counter.h"
#include "prometheus/histogram.h"
#include "prometheus/registry.h"
#include "screening/decision/decision_observer.h"

namespace probity::metrics {

class DecisionMetrics final : public screening::DecisionObserver {
 public:
  // Borrows the registry. Rules that are not among `rules` are counted together, as "other":
  // who writes a policy chooses their ids, and these may say anything.
  DecisionMetrics(prometheus::Registry& registry, const std::set<std::string>& rules);
  void Recorded(const screening::DecisionTraits& traits) override;

 private:
  // By effect; each made when it is first counted.
  using Fired = std::array<std::atomic<prometheus::Counter*>, v1::RuleEffect_ARRAYSIZE>;
  void CountRule(const std::string& rule, v1::RuleEffect effect);

  prometheus::Family<prometheus::Counter>& fired_;
  std::array<prometheus::Counter*, v1::Verdict_ARRAYSIZE> decisions_{};
  std::map<std::string, Fired> rules_;  // these rules and "other", no more
  prometheus::Histogram& scores_;
};

// Thread-safe.
class LoadMetrics {
 public:
  // Borrows the registry.
  explicit LoadMetrics(prometheus::Registry& registry);
  // Once a load that ended.
  void Ended(const v1::Load& load);

 private:
  prometheus::Family<prometheus::Counter>& ended_;
  prometheus::Counter& accepted_;
  prometheus::Counter& refused_;
};

}  // namespace probity::metrics

#endif  // PROBITY_SERVICES_METRICS_EVENT_METRICS_H_
