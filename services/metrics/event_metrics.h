// Counts what happens: decisions, and loads that end.
#ifndef PROBITY_SERVICES_METRICS_EVENT_METRICS_H_
#define PROBITY_SERVICES_METRICS_EVENT_METRICS_H_

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
  DecisionMetrics(prometheus::Registry& registry, std::set<std::string> rules);
  void Recorded(const screening::DecisionTraits& traits) override;

 private:
  const std::set<std::string> rules_;
  prometheus::Family<prometheus::Counter>& decisions_;
  prometheus::Family<prometheus::Counter>& fired_;
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
