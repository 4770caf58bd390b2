// Calls of many clients that begin at fixed times, whether or not earlier ones were
// answered: a call's time counts from when it was due, so that a server that stands still
// is not asked less.
#ifndef PROBITY_BENCHMARKS_TRAFFIC_H_
#define PROBITY_BENCHMARKS_TRAFFIC_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "grpcpp/grpcpp.h"

namespace probity::benchmarks {

// How a call ended.
struct Outcome {
  absl::Time due;
  absl::Time ended;
  grpc::Status status;

  double Milliseconds() const { return absl::ToDoubleMilliseconds(ended - due); }
  bool WasShed() const { return status.error_code() == grpc::StatusCode::RESOURCE_EXHAUSTED; }
};
std::vector<double> MillisecondsOf(const std::vector<Outcome>& outcomes);
// 0 of none.
double Quantile(std::vector<double> values, double share);

// As whom clients call.
struct CallAs {
  // Null: in plaintext.
  std::shared_ptr<grpc::ChannelCredentials> channel = nullptr;
  // Of the clients in turn; none: they send none.
  std::vector<std::string> tokens{};
};

// Connections to one server, each as of a client of its own. Calls are spread over them by
// their number; what is asked is a function of it too.
class Clients {
 public:
  using Done = std::function<void(const grpc::Status&)>;

  // `suppliers`: of the invented population (population.h) that the server holds.
  Clients(const std::string& server, int count, uint32_t suppliers, CallAs as = {});
  // False when one cannot be connected in ten seconds.
  bool Connect();

  // Begin a call. An answer that finds nothing is an error, DATA_LOSS.
  void Lookup(uint64_t number, Done done) const;
  void Search(uint64_t number, Done done) const;
  void Check(uint64_t number, Done done) const;
  void Screen(uint64_t number, Done done) const;

 private:
  uint32_t SupplierAt(uint64_t number) const {
    return static_cast<uint32_t>(number * 104729 % suppliers_);
  }
  const std::shared_ptr<grpc::Channel>& ChannelOf(uint64_t number) const {
    return channels_[number % channels_.size()];
  }

  void ShowToken(uint64_t number, grpc::ClientContext* context) const;

  const std::vector<std::string> tokens_;
  const uint32_t suppliers_;
  std::vector<std::shared_ptr<grpc::Channel>> channels_;
};

// A kind of calls in an open loop.
struct Arrivals {
  double per_second = 0;
  std::function<void(uint64_t number, Clients::Done)> begin;
};

// What came of one.
struct Arrived {
  std::vector<std::vector<Outcome>> outcomes;  // of each kind
  std::vector<double> lag_ms;                  // how late each call was begun
};

// Begins calls for `length` and waits until the last one has ended.
Arrived RunOpenLoop(const std::vector<Arrivals>& kinds, absl::Duration length);

// Keeps `callers` calls in progress for `length`; their ends.
std::vector<Outcome> RunClosedLoop(int callers, absl::Duration length,
                                   const std::function<void(uint64_t, Clients::Done)>& begin);

}  // namespace probity::benchmarks

#endif  // PROBITY_BENCHMARKS_TRAFFIC_H_
