#include "services/server/sandbox.h"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "base/tables.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/security/credentials.h"
#include "grpcpp/support/channel_arguments.h"
#include "services/identity/settings.h"
#include "services/rpc/call_log.h"
#include "services/sandbox/rehearsed_errors.h"
#include "services/sandbox/sandbox_callers.h"
#include "services/server/sandbox_data.h"

namespace probity::server {
namespace {

// Settings that a sandbox takes; all others are about data, callers and keys of its own.
constexpr const char* kTaken[] = {"listen",           "tables_dir",       "log_level",
                                  "drain_seconds",    "block_cache_mib",  "load_buffer_mib",
                                  "metrics_listen",   "memory_limit_mib", "disable_reflection",
                                  "decision_page_uri"};

std::string DataOf(const config::v1::ServerConfig& config) {
  return config.tables_dir() + "/sandbox";
}

// Errors and callers of the sandbox, from its files.
struct Parts {
  std::unique_ptr<sandbox::RehearsedErrors> errors;
  std::unique_ptr<const sandbox::SandboxCallers> callers;
};

absl::StatusOr<Parts> ReadParts(const std::string& directory) {
  auto table = ReadFile(directory + "/errors.csv");
  if (!table.ok()) return table.status();
  auto errors = sandbox::RehearsedErrors::FromCsv(*table);
  if (!errors.ok()) return errors.status();
  auto tokens = ReadFile(directory + "/tokens.txt");
  if (!tokens.ok()) return tokens.status();
  auto callers = sandbox::SandboxCallers::FromText(*tokens);
  if (!callers.ok()) return callers.status();
  return Parts{*std::move(errors),
               std::make_unique<const sandbox::SandboxCallers>(*std::move(callers))};
}

// Loads by a server of its own, that nobody else finds: who connects to the sandbox's address
// never sees it half full.
absl::Status LoadInto(config::v1::ServerConfig config) {
  const std::string directory = DataOf(config);
  config.set_listen("127.0.0.1:0");
  config.clear_metrics_listen();
  std::atomic<int64_t> seconds{absl::ToUnixSeconds(SandboxBegin())};
  auto server =
      Server::Start(config, nullptr, [&seconds] { return absl::FromUnixSeconds(seconds); });
  if (!server.ok()) return server.status();
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  const auto channel = grpc::CreateCustomChannel(absl::StrCat("127.0.0.1:", (*server)->port()),
                                                 grpc::InsecureChannelCredentials(), arguments);
  return LoadSandboxData(channel, directory,
                         [&seconds](absl::Time now) { seconds = absl::ToUnixSeconds(now); });
}

// A server with what stands in for parts of it.
class SandboxServer final : public Server {
 public:
  SandboxServer(Parts parts, std::unique_ptr<Server> server)
      : parts_(std::move(parts)), server_(std::move(server)) {}

  int port() const override { return server_->port(); }
  rpc::Reloads& reloads() override { return server_->reloads(); }
  void Take(const config::v1::ServerConfig& config) override { server_->Take(config); }
  int metrics_port() const override { return server_->metrics_port(); }
  int health_port() const override { return server_->health_port(); }
  void Drain(absl::Duration limit) override { server_->Drain(limit); }

 private:
  const Parts parts_;
  const std::unique_ptr<Server> server_;  // ends first
};

}  // namespace

absl::StatusOr<std::unique_ptr<SandboxDirectory>> SandboxDirectory::Make() {
  std::error_code error;
  const std::filesystem::path parent = std::filesystem::temp_directory_path(error);
  std::string pattern = (parent / "probity-sandbox-XXXXXX").string();
  if (error || mkdtemp(pattern.data()) == nullptr) {
    return StoreNotWritable(pattern, "a directory for the sandbox cannot be made there");
  }
  return std::unique_ptr<SandboxDirectory>(new SandboxDirectory(pattern));
}

SandboxDirectory::~SandboxDirectory() {
  std::error_code error;
  std::filesystem::remove_all(path_, error);
}

absl::Status MakeSandboxSettings(const SandboxDirectory& directory,
                                 config::v1::ServerConfig* config) {
  std::vector<const google::protobuf::FieldDescriptor*> given;
  config->GetReflection()->ListFields(*config, &given);
  for (const google::protobuf::FieldDescriptor* setting : given) {
    if (std::count(std::begin(kTaken), std::end(kTaken), setting->name()) > 0) continue;
    return InvalidField(setting->name(),
                        "is not for --sandbox, which holds invented suppliers alone, in a "
                        "temporary directory that it removes: leave one of both away");
  }
  if (!config->listen().empty() && !identity::IsLoopback(config->listen())) {
    return InvalidField("listen", absl::StrCat("of --sandbox must be on loopback, such as "
                                               "127.0.0.1:7443, not ",
                                               config->listen()));
  }
  config->set_data_dir(directory.path() + "/data");
  config->set_backup_dir(directory.path() + "/backups");
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<Server>> StartSandbox(const config::v1::ServerConfig& config) {
  auto parts = ReadParts(DataOf(config));
  if (!parts.ok()) return parts.status();
  if (absl::Status loaded = LoadInto(config); !loaded.ok()) return loaded;
  rpc::LogWarning(
      "SANDBOX: every supplier, certificate and fact is invented, the clock stands still at "
      "2026-11-27T12:00:00Z, anybody on this machine may do everything, and all is gone when "
      "it ends (docs/SANDBOX.md)");
  auto server =
      Server::Start(config, nullptr, &SandboxNow, {parts->callers.get(), parts->errors.get()});
  if (!server.ok()) return server.status();
  return std::make_unique<SandboxServer>(*std::move(parts), *std::move(server));
}

}  // namespace probity::server
