// Calls a server from a fixed number of callers, each with its next call as soon
// as its last one is answered.
#ifndef PROBITY_BENCHMARKS_CLOSED_LOOP_H_
#define PROBITY_BENCHMARKS_CLOSED_LOOP_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "grpcpp/channel.h"

namespace probity::benchmarks {

// What is called, over and over in this order.
struct Workload {
  std::string method;                 // "/package.Service/Method"
  std::vector<std::string> requests;  // serialised
};

struct Slice {
  uint64_t calls = 0;
  uint64_t reply_bytes = 0;
  absl::Duration server_cpu;  // user and system time of all its threads
  double CpuMicros() const { return absl::ToDoubleMicroseconds(server_cpu) / calls; }
};

// Calls for about `length` with `callers` callers, beginning at request `first`.
// `server_pid` is the process that answers; what it does until `settles` behind the last
// answer counts too. The first call that fails ends it: its status.
absl::StatusOr<Slice> RunSlice(const std::shared_ptr<grpc::Channel>& channel,
                               const Workload& workload, size_t first, int callers,
                               absl::Duration length, int server_pid,
                               absl::Duration settles = absl::ZeroDuration());

// The answer to one request. The call's status when it fails.
absl::StatusOr<std::string> CallOnce(const std::shared_ptr<grpc::Channel>& channel,
                                     const std::string& method, const std::string& request);

}  // namespace probity::benchmarks

#endif  // PROBITY_BENCHMARKS_CLOSED_LOOP_H_
