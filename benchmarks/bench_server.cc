// Probity's server with one more service, NullService, whose calls take the
// same way through gRPC, authentication and log as all others.
#include <signal.h>

#include <iostream>
#include <memory>
#include <vector>

#include "CLI/CLI.hpp"
#include "benchmarks/null_service.grpc.pb.h"
#include "services/rpc/unary.h"
#include "services/server/config.h"
#include "services/server/server.h"
#include "spdlog/spdlog.h"

namespace {

using probity::benchmarks::NullRequest;
using probity::benchmarks::NullResponse;
using probity::benchmarks::NullService;

class NullServiceImpl final : public NullService::WithCallbackMethod_Null<NullService::Service> {
 public:
  explicit NullServiceImpl(const probity::rpc::Environment& env) : env_(env) {}

  grpc::ServerUnaryReactor* Null(grpc::CallbackServerContext* context, const NullRequest* request,
                                 NullResponse* response) override {
    return probity::rpc::Unary(env_, context, "NullService.Null", request, response,
                               [](const auto&, const NullRequest& asked, NullResponse* answer) {
                                 answer->mutable_payload()->assign(asked.reply_bytes(), '\0');
                                 return absl::OkStatus();
                               });
  }

 private:
  const probity::rpc::Environment& env_;
};

std::vector<std::unique_ptr<grpc::Service>> AddNull(const probity::rpc::Environment& env) {
  std::vector<std::unique_ptr<grpc::Service>> services;
  services.push_back(std::make_unique<NullServiceImpl>(env));
  return services;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Serves a store and NullService on a loopback port until SIGTERM.");
  probity::config::v1::ServerConfig config;
  app.add_option_function<std::string>(
         "--data_dir", [&config](const std::string& path) { config.set_data_dir(path); })
      ->required();
  CLI11_PARSE(app, argc, argv);
  config.set_listen("127.0.0.1:0");
  config.set_tables_dir(PROBITY_SOURCE_TABLES);
  // What calls cost is measured, not what one caller may ask.
  config.set_caller_units_per_second(1000000000);
  absl::Status status = probity::server::CompleteConfig(&config);
  spdlog::set_pattern("%v");
  sigset_t stop;
  sigemptyset(&stop);
  sigaddset(&stop, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &stop, nullptr);
  std::unique_ptr<probity::server::Server> server;
  if (status.ok()) {
    auto started = probity::server::Server::Start(config, &AddNull);
    status = started.status();
    if (status.ok()) server = *std::move(started);
  }
  if (!status.ok()) {
    std::cerr << "probity_bench_server: " << status.message() << '\n';
    return 1;
  }
  std::cout << "probityd listens on 127.0.0.1:" << server->port() << std::endl;
  int signal = 0;
  sigwait(&stop, &signal);
  server->Drain(absl::Seconds(1));
  return 0;
}
