// Whether a server is fit to be relied on, as a client sees it: "probity doctor". Pure
// functions over what was measured; docs/OPERATIONS.md prints the limits.
#ifndef PROBITY_CLI_SERVER_CHECK_H_
#define PROBITY_CLI_SERVER_CHECK_H_

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "base/fitness.h"
#include "grpcpp/grpcpp.h"
#include "probity/v1/server_service.pb.h"

namespace probity::cli {

// A person waits for these: a form that is checked, a name that is typed.
inline constexpr absl::Duration kGoodLookup = absl::Milliseconds(50);
inline constexpr absl::Duration kGoodSearch = absl::Milliseconds(500);
// Between this machine's clock and the server's, beyond what the way there can explain.
inline constexpr absl::Duration kGoodDifference = absl::Seconds(2);

// How long calls of one kind took, and how the last one ended.
struct CallTimes {
  std::vector<absl::Duration> times;  // of those that were answered, in any order
  grpc::Status status;
};
// Where the clocks stood during one call.
struct ClockReading {
  absl::Time sent, received, server;
};

// `response`: the bytes that grpc.health.v1.Health/Check answered.
Finding JudgeHealth(const grpc::Status& status, const std::string& response);
Finding JudgeCalls(const std::string& check, CallTimes calls, absl::Duration good);
Finding JudgeDifference(const std::vector<ClockReading>& readings);
// What the server says of itself: store, name index, evidence log.
std::vector<Finding> JudgeInfo(const v1::GetServerInfoResponse& info, absl::Time now);

}  // namespace probity::cli

#endif  // PROBITY_CLI_SERVER_CHECK_H_
