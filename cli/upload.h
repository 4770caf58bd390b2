// Sends files to a load, resuming where a broken connection left off.
#ifndef PROBITY_CLI_UPLOAD_H_
#define PROBITY_CLI_UPLOAD_H_

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "cli/session.h"
#include "probity/v1/dataset_service.grpc.pb.h"

namespace probity::cli {

// Called with the bytes of the file that the server has stored.
using OnStored = std::function<void(uint64_t)>;

// Sends one file in chunks of 1 MiB. A call that fails as UNAVAILABLE is tried
// again, at most `kMaxTries` times in a row, each after a longer wait; the
// server's CHUNK_OFFSET says from where. Returns the last status; a file that
// cannot be read is INVALID_ARGUMENT.
inline constexpr int kMaxTries = 6;
grpc::Status Upload(Session& session, const std::string& load, const std::string& path,
                    v1::FileRole role, const OnStored& on_stored);

}  // namespace probity::cli

#endif  // PROBITY_CLI_UPLOAD_H_
