// Who may have how much done, and when no more is taken on: the last gate of a call.
//
// A call is paid for from its caller's budget (callers.h) at the price of its method
// (method_costs.h), and takes a place among those of its kind. What is found too much is
// answered at once with RESOURCE_EXHAUSTED and the time after which to ask again, instead
// of standing in a queue until nobody waits for it any more:
//   QUOTA_EXCEEDED    the caller's budget does not reach
//   OVERLOADED        no place is left for calls of that kind, or the caller has three
//                     quarters of all, so that one caller never keeps out the others
//   TOO_MANY_STREAMS  of that caller, or of all
// Exact lookups and checks need a budget and no place. They run on gRPC's threads; what
// takes longer runs on threads of lower priority, so that lookups never stand behind it.
// Every queue is as long as there are places, no longer.
#ifndef PROBITY_SERVICES_ADMISSION_ADMISSION_H_
#define PROBITY_SERVICES_ADMISSION_ADMISSION_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "services/admission/adaptive_limit.h"
#include "services/admission/callers.h"
#include "services/admission/method_costs.h"
#include "services/rpc/executor.h"
#include "services/rpc/gate.h"

namespace probity::admission {

// Callers who are remembered, of some 200 bytes each.
inline constexpr size_t kMaxCallers = 10000;
// Calls in progress that write: each is answered within milliseconds by four threads.
inline constexpr int kMaxWrites = 256;
// Calls in progress that take seconds, on two threads: those behind wait for a minute.
inline constexpr int kMaxLong = 32;
inline constexpr int kLongThreads = 2;
// Priorities: lookups 0, heavy calls and long ones these, streams 8, loads and backups 10.
inline constexpr int kHeavyNiceness = 5;
inline constexpr int kLongNiceness = 7;

struct AdmissionOptions {
  Quotas quotas;
  // Streams at a time, of all callers.
  uint32_t max_streams = 0;
  // Threads for heavy calls; those that the machine has.
  int heavy_threads = 2;
  // For heavy calls.
  LimitOptions limit;
  std::function<absl::Time()> clock = &absl::Now;
};

// How it stands, for metrics. Counts are since the start.
struct AdmissionFigures {
  int heavy_limit = 0;
  int heavy_in_progress = 0;
  int writes_in_progress = 0;
  int long_in_progress = 0;
  int streams = 0;
  size_t callers = 0;
  uint64_t quota_exceeded = 0;
  uint64_t overloaded = 0;
  uint64_t too_many_streams = 0;
};

// Thread-safe. Outlives the calls that passed it.
class Admission final : public rpc::Gate, public rpc::Lanes {
 public:
  explicit Admission(AdmissionOptions options);

  absl::Status Enter(const grpc::CallbackServerContext& context, absl::string_view method,
                     rpc::CallContext* call) override;
  void Leave(const rpc::EndedCall& ended) override;
  rpc::Executor* LaneOf(absl::string_view method) override;

  // Enter() without gRPC.
  absl::Status Admit(absl::string_view method, rpc::CallContext* call);
  // Other quotas from now on: the settings were read again.
  void SetQuotas(Quotas quotas);
  AdmissionFigures Figures() const;

 private:
  // `paid`: what this call has paid already.
  absl::Status Pay(const rpc::Caller& caller, double units, double paid, CallerState* state)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Takes a place, or says that there is none.
  absl::Status TakePlace(Lane lane, const rpc::Caller& caller, CallerState* state)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status TakeStream(const rpc::Caller& caller, const CallerState& state)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void LeavePlace(Lane lane, CallerState* state) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const AdmissionOptions options_;
  mutable absl::Mutex mutex_;
  Callers callers_ ABSL_GUARDED_BY(mutex_);
  AdaptiveLimit heavy_ ABSL_GUARDED_BY(mutex_);
  // Calls in progress, by lane; heavy ones are counted by their limit.
  std::array<int, 5> in_progress_ ABSL_GUARDED_BY(mutex_){};
  uint64_t quota_exceeded_ ABSL_GUARDED_BY(mutex_) = 0;
  uint64_t overloaded_ ABSL_GUARDED_BY(mutex_) = 0;
  uint64_t too_many_streams_ ABSL_GUARDED_BY(mutex_) = 0;

  rpc::Executor heavy_lane_;
  rpc::Executor long_lane_;
};

}  // namespace probity::admission

#endif  // PROBITY_SERVICES_ADMISSION_ADMISSION_H_
