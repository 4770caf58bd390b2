#include "services/server/health_port.h"

#include <chrono>

#include "absl/strings/str_cat.h"
#include "services/server/grpc_extras.h"

namespace probity::server {
namespace {

// The name of a service, and some room.
constexpr int kMaxProbeBytes = 4096;
constexpr int kMaxProbeStreams = 16;  // of one connection
constexpr int kIdleMilliseconds = 60'000;
constexpr size_t kMemoryBytes = size_t{4} << 20;

}  // namespace

absl::StatusOr<std::unique_ptr<HealthPort>> HealthPort::Open(const std::string& address) {
  std::unique_ptr<HealthPort> made(new HealthPort());
  grpc::EnableDefaultHealthCheckService(true);
  grpc::ServerBuilder builder;
  config::v1::ServerConfig nothing_else;
  nothing_else.set_disable_reflection(true);
  KeepWantedExtras(nothing_else, &builder);
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, kMaxProbeStreams);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_IDLE_MS, kIdleMilliseconds);
  builder.SetMaxReceiveMessageSize(kMaxProbeBytes);
  builder.SetResourceQuota(grpc::ResourceQuota("health").Resize(kMemoryBytes));
  builder.RegisterCallbackGenericService(&made->others_);
  builder.AddListeningPort(address, grpc::InsecureServerCredentials(), &made->port_);
  made->grpc_ = builder.BuildAndStart();
  if (made->grpc_ == nullptr || made->port_ == 0) {
    return absl::UnavailableError(
        absl::StrCat("cannot listen on ", address, " (health_listen): is it taken?"));
  }
  made->health()->SetServingStatus(kLiveness, true);
  return made;
}

HealthPort::~HealthPort() {
  // Whoever watches would be waited for.
  if (grpc_ != nullptr) grpc_->Shutdown(std::chrono::system_clock::now());
}

}  // namespace probity::server
