// Probity's server as its settings have it, and beside it, on a port of its own, look-ups of
// the same store in plaintext that pass no gate and that only the log of calls hears of: what
// identity, roles, admission, access log and metrics cost is the difference. No setting of
// probityd makes such a port.
#include <signal.h>

#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/status/statusor.h"
#include "base/tables.h"
#include "grpcpp/grpcpp.h"
#include "matching/matcher.h"
#include "services/rpc/authenticator.h"
#include "services/rpc/unary.h"
#include "services/server/config.h"
#include "services/server/grpc_extras.h"
#include "services/server/overload.h"
#include "services/server/server.h"
#include "services/supplier/supplier_service.h"
#include "spdlog/spdlog.h"

namespace {

using probity::config::v1::ServerConfig;

// Look-ups without what secures them.
class PlainPort {
 public:
  // `secured`: of the server whose store it is, and which outlives this.
  PlainPort(const probity::rpc::Environment& secured, const ServerConfig& config,
            const probity::matching::Matcher& matcher)
      : env_(Bared(secured)), suppliers_(env_, matcher) {
    grpc::ServerBuilder builder;
    probity::server::LimitTransport(config, &builder);
    probity::server::KeepWantedExtras(config, &builder);
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port_);
    builder.RegisterService(&suppliers_);
    server_ = builder.BuildAndStart();
  }
  ~PlainPort() {
    if (server_ != nullptr) server_->Shutdown();
  }
  // 0: it could not be opened.
  int port() const { return server_ == nullptr ? 0 : port_; }

 private:
  probity::rpc::Environment Bared(probity::rpc::Environment env) const {
    env.authenticator = &nobody_;
    env.gates.clear();
    env.observers.clear();
    env.lanes = nullptr;
    env.idle = nullptr;
    return env;
  }

  const probity::rpc::Authenticator nobody_ = probity::rpc::Authenticator::Open();
  const probity::rpc::Environment env_;
  probity::supplier::SupplierService suppliers_;
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
};

absl::StatusOr<ServerConfig> Configure(const std::string& path, const std::string& data_dir) {
  const auto text = probity::ReadFile(path);
  if (!text.ok()) return text.status();
  auto config = probity::server::ParseConfig(path, *text);
  if (!config.ok()) return config;
  config->set_data_dir(data_dir);
  config->set_listen("127.0.0.1:0");
  config->set_tables_dir(PROBITY_SOURCE_TABLES);
  absl::Status complete = probity::server::CompleteConfig(&*config);
  if (!complete.ok()) return complete;
  return config;
}

absl::Status Serve(const ServerConfig& config, const sigset_t& stop) {
  const auto matcher = probity::matching::Matcher::Load(config.tables_dir(), config.rarity_table());
  if (!matcher.ok()) return matcher.status();
  probity::rpc::Environment secured;
  const auto keep = [&secured](const probity::rpc::Environment& env) {
    secured = env;
    return std::vector<std::unique_ptr<grpc::Service>>();
  };
  auto server = probity::server::Server::Start(config, keep);
  if (!server.ok()) return server.status();
  const PlainPort plain(secured, config, *matcher);
  if (plain.port() == 0) return absl::UnavailableError("no second port can be listened on");
  std::cout << "plain look-ups on 127.0.0.1:" << plain.port() << '\n'
            << "probityd listens on 127.0.0.1:" << (*server)->port() << std::endl;
  int signal = 0;
  sigwait(&stop, &signal);
  return absl::OkStatus();
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Serves a store as its settings have it, and its look-ups in plaintext.");
  std::string data_dir, settings;
  app.add_option("--data_dir", data_dir)->required();
  app.add_option("--config", settings, "Settings as text proto")->required();
  CLI11_PARSE(app, argc, argv);
  spdlog::set_pattern("%v");
  sigset_t stop;
  sigemptyset(&stop);
  sigaddset(&stop, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &stop, nullptr);
  const auto config = Configure(settings, data_dir);
  const absl::Status status = config.ok() ? Serve(*config, stop) : config.status();
  if (status.ok()) return 0;
  std::cerr << "probity_secured_server: " << status.message() << '\n';
  return 1;
}
