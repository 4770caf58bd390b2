// Counts and times calls by method and code.
#ifndef PROBITY_SERVICES_METRICS_CALL_METRICS_H_
#define PROBITY_SERVICES_METRICS_CALL_METRICS_H_

#include <array>
#include <atomic>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "prometheus/gauge.h"
#include "prometheus/histogram.h"
#include "prometheus/registry.h"
#include "services/rpc/gate.h"

namespace probity::metrics {

// Methods are those of the services and codes those of gRPC: the labels are bounded. Calls
// that reach no service, such as of unknown methods, are not seen.
class CallMetrics final : public rpc::CallObserver {
 public:
  // Borrows the registry.
  explicit CallMetrics(prometheus::Registry& registry);

  void Began(absl::string_view method) override;
  void Ended(const rpc::EndedCall& ended) override;

 private:
  static constexpr size_t kCodes = 17;  // of gRPC
  // What of a method was looked up once.
  struct Method {
    prometheus::Gauge* in_flight = nullptr;
    std::array<std::atomic<prometheus::Histogram*>, kCodes> durations{};
  };
  Method& Of(absl::string_view method);

  prometheus::Family<prometheus::Histogram>& durations_;
  prometheus::Family<prometheus::Gauge>& in_flight_;
  absl::Mutex mutex_;
  absl::flat_hash_map<std::string, std::unique_ptr<Method>> methods_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace probity::metrics

#endif  // PROBITY_SERVICES_METRICS_CALL_METRICS_H_
