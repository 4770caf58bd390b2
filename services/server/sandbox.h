// A server to develop against, as payment providers have it: invented suppliers that give
// each verdict, each result and each error; a clock that stands still; nothing kept.
// docs/SANDBOX.md has the table.
#ifndef PROBITY_SERVICES_SERVER_SANDBOX_H_
#define PROBITY_SERVICES_SERVER_SANDBOX_H_

#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "probity/config/v1/server_config.pb.h"
#include "services/server/server.h"

namespace probity::server {

// A new directory of its own, for one sandbox, which goes with it. Of a sandbox that is
// killed it stays behind.
class SandboxDirectory {
 public:
  // FAILED_PRECONDITION / STORE_NOT_WRITABLE.
  static absl::StatusOr<std::unique_ptr<SandboxDirectory>> Make();
  ~SandboxDirectory();
  SandboxDirectory(const SandboxDirectory&) = delete;

  const std::string& path() const { return path_; }

 private:
  explicit SandboxDirectory(std::string path) : path_(std::move(path)) {}

  const std::string path_;
};

// Makes settings, not yet complete, those of a sandbox in `directory`. INVALID_ARGUMENT /
// INVALID_FIELD names a setting that is not for one, such as data_dir: real data and
// invented suppliers are never in one server.
absl::Status MakeSandboxSettings(const SandboxDirectory& directory,
                                 config::v1::ServerConfig* config);

// Loads the sandbox's data into config.data_dir, which must be empty, and serves them.
// `config` was made by MakeSandboxSettings and is complete.
//   what Server::Start and LoadSandboxData say.
absl::StatusOr<std::unique_ptr<Server>> StartSandbox(const config::v1::ServerConfig& config);

}  // namespace probity::server

#endif  // PROBITY_SERVICES_SERVER_SANDBOX_H_
