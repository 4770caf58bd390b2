#include "services/metrics/call_metrics.h"

#include "services/metrics/catalogue.h"

namespace probity::metrics {
namespace {

// Seconds: from a lookup out of the cache to a backup's check.
const prometheus::Histogram::BucketBoundaries& Bounds() {
  static const auto* const bounds = new prometheus::Histogram::BucketBoundaries{
      0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025,
      0.05,   0.1,     0.25,   0.5,   1,      2.5,   5,    10};
  return *bounds;
}

}  // namespace

CallMetrics::CallMetrics(prometheus::Registry& registry)
    : durations_(prometheus::BuildHistogram()
                     .Name(kRpcDuration.name)
                     .Help(kRpcDuration.help)
                     .Register(registry)),
      in_flight_(prometheus::BuildGauge()
                     .Name(kRpcInFlight.name)
                     .Help(kRpcInFlight.help)
                     .Register(registry)) {}

CallMetrics::Method& CallMetrics::Of(absl::string_view method) {
  {
    absl::ReaderMutexLock lock(&mutex_);
    const auto known = methods_.find(method);
    if (known != methods_.end()) return *known->second;
  }
  absl::MutexLock lock(&mutex_);
  std::unique_ptr<Method>& made = methods_[method];
  if (made == nullptr) {
    made = std::make_unique<Method>();
    made->in_flight = &in_flight_.Add({{"method", std::string(method)}});
  }
  return *made;
}

void CallMetrics::Began(absl::string_view method) { Of(method).in_flight->Increment(); }

void CallMetrics::Ended(const rpc::EndedCall& ended) {
  Method& method = Of(ended.method);
  method.in_flight->Decrement();
  const auto code = static_cast<size_t>(ended.status.code());
  // No code of gRPC: an error in the server, as it is answered.
  const size_t counted = code < kCodes ? code : static_cast<size_t>(absl::StatusCode::kUnknown);
  prometheus::Histogram* durations = method.durations[counted].load(std::memory_order_acquire);
  if (durations == nullptr) {
    // Two that come at once are given the same one.
    durations = &durations_.Add(
        {{"method", std::string(ended.method)},
         {"code", absl::StatusCodeToString(static_cast<absl::StatusCode>(counted))}},
        Bounds());
    method.durations[counted].store(durations, std::memory_order_release);
  }
  durations->Observe(absl::ToDoubleSeconds(ended.duration));
}

}  // namespace probity::metrics
