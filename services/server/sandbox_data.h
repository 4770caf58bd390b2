// What a sandbox holds, brought in as everybody's data is: through the API, by loads.
#ifndef PROBITY_SERVICES_SERVER_SANDBOX_DATA_H_
#define PROBITY_SERVICES_SERVER_SANDBOX_DATA_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "grpcpp/channel.h"

namespace probity::server {

// Creates the datasets of the sandbox, all marked as invented, from the files in `directory`
// (data/sandbox), and its policies, of a server that holds nothing yet. `set_clock` moves that
// server's clock, which stands at SandboxBegin(): one list is loaded then, to be out of date.
//   what ReadFile and the calls say; INTERNAL when a row was refused, or a load not published.
absl::Status LoadSandboxData(const std::shared_ptr<grpc::Channel>& channel,
                             const std::string& directory,
                             const std::function<void(absl::Time)>& set_clock);

// The instant at which a sandbox stands still; and that of its first load. Both are late enough
// for a release that was prepared before (services/health/readiness.h).
absl::Time SandboxNow();
absl::Time SandboxBegin();

}  // namespace probity::server

#endif  // PROBITY_SERVICES_SERVER_SANDBOX_DATA_H_
