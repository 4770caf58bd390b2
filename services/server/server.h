// Everything that answers, put together: store, loads, services, one port.
#ifndef PROBITY_SERVICES_SERVER_SERVER_H_
#define PROBITY_SERVICES_SERVER_SERVER_H_

#include <functional>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "grpcpp/impl/codegen/service_type.h"
#include "matching/matcher.h"
#include "probity/config/v1/server_config.pb.h"
#include "services/rpc/reloads.h"
#include "services/rpc/unary.h"

namespace probity::server {

// Makes services that are served beside Probity's own; the environment outlives
// them. Benchmarks add a call that does nothing.
using MoreServices =
    std::function<std::vector<std::unique_ptr<grpc::Service>>(const rpc::Environment&)>;

// What stands in for a server's own parts: for the sandbox, and tests. Borrowed; all outlive the
// server.
struct StandIns {
  // Says who calls, in the place of what the settings say. Null: nobody stands in.
  const rpc::IdentitySource* callers = nullptr;
  // A gate besides the server's own, before that which counts. Null: none.
  rpc::Gate* gate = nullptr;
  // Made of the tables that the settings name. Null: they are read.
  const matching::Matcher* matcher = nullptr;
};

class Server {
 public:
  // Tells the time: of calls, loads, and of the watch over portfolios.
  using Clock = std::function<absl::Time()>;

  // Opens the store in config.data_dir, which is made when absent, and listens.
  // `config` is complete (config.h); config.tables_dir holds the tables.
  //   what OpenRocksdbStore and LoadManager::Open say;
  //   UNAVAILABLE when the address cannot be listened on;
  //   INVALID_ARGUMENT for a wrong table or token file.
  static absl::StatusOr<std::unique_ptr<Server>> Start(const config::v1::ServerConfig& config,
                                                       const MoreServices& more = nullptr,
                                                       const Clock& clock = &absl::Now,
                                                       const StandIns& stand_ins = {});
  // Stops at once, unless Drain() was called.
  virtual ~Server() = default;

  // The port, also when config.listen said 0.
  virtual int port() const = 0;
  // What is read anew while it runs; others may add to it. Lives as long as the server.
  virtual rpc::Reloads& reloads() = 0;
  // Has the quotas of callers that `config`, which is complete, names hold from the next call
  // on; other settings of it are not looked at. Thread-safe.
  virtual void Take(const config::v1::ServerConfig& config) = 0;
  // That of the pages for who watches the server; 0: config.metrics_listen is empty.
  virtual int metrics_port() const = 0;
  // That of health in the clear; 0: config.health_listen is empty.
  virtual int health_port() const = 0;
  // Tells health checks NOT_SERVING, takes no new calls, and lets running ones
  // end for at most `limit`.
  virtual void Drain(absl::Duration limit) = 0;
};

}  // namespace probity::server

#endif  // PROBITY_SERVICES_SERVER_SERVER_H_
