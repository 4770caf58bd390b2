// Sends files to a load. A server that goes away and comes back is waited for,
// and sending goes on where it has stored everything.
#ifndef PROBITY_CLI_UPLOAD_H_
#define PROBITY_CLI_UPLOAD_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "cli/patience.h"
#include "probity/v1/dataset_service.grpc.pb.h"

namespace probity::cli {

// A file to send, as it was when it was looked at.
struct LocalFile {
  std::string path;  // "-": standard input
  std::string name;  // what the load calls it
  v1::FileRole role = v1::FILE_ROLE_DATA;
  bool is_pipe = false;  // read once, of a size that is not known
  uint64_t bytes = 0;
  absl::Time changed_at;
};

// Looks at the files before anything is sent; `mapping` may be empty.
// INVALID_ARGUMENT names the file that is not there, is a directory, empty or
// not readable, or has the name of another.
absl::StatusOr<std::vector<LocalFile>> LookAtFiles(const std::vector<std::string>& paths,
                                                   const std::string& mapping);

// Bytes of the file that the server had when the load was asked for.
uint64_t StoredBytes(const v1::Load& load, const LocalFile& file);

// A load may only go on with the files that it was begun with, unchanged. INVALID_ARGUMENT
// names the one that is a pipe, changed since, or is missing.
grpc::Status CheckSameFiles(const v1::Load& load, const std::vector<LocalFile>& files);

// Called with the bytes of the file that the server has stored.
using OnStored = std::function<void(uint64_t)>;

// Sends one file from byte `stored`, which the server has, in chunks of 1 MiB.
// Returns the last call's status; INVALID_ARGUMENT for a file that cannot be
// read, is empty or changed meanwhile; CANCELLED when interrupted.
grpc::Status Upload(const Patience& patience, const std::string& load, const LocalFile& file,
                    uint64_t stored, const OnStored& on_stored);

}  // namespace probity::cli

#endif  // PROBITY_CLI_UPLOAD_H_
