// grpc.health.v1 and nothing else, in the clear: for probes, which have no certificates.
#ifndef PROBITY_SERVICES_SERVER_HEALTH_PORT_H_
#define PROBITY_SERVICES_SERVER_HEALTH_PORT_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "grpcpp/generic/async_generic_service.h"
#include "grpcpp/grpcpp.h"
#include "grpcpp/health_check_service_interface.h"

namespace probity::server {

// The service that is SERVING as long as the process answers at all, whatever keeps it from
// being ready: for probes that restart what does not answer.
inline constexpr char kLiveness[] = "liveness";

class HealthPort {
 public:
  // Listens at an IP:PORT. UNAVAILABLE: the address is taken, or not this machine's.
  static absl::StatusOr<std::unique_ptr<HealthPort>> Open(const std::string& address);
  ~HealthPort();
  HealthPort(const HealthPort&) = delete;

  // Who asks learns what this is told.
  grpc::HealthCheckServiceInterface* health() { return grpc_->GetHealthCheckService(); }
  int port() const { return port_; }

 private:
  HealthPort() = default;

  // UNIMPLEMENTED, whatever is called. gRPC starts no server that has health alone.
  grpc::CallbackGenericService others_;
  std::unique_ptr<grpc::Server> grpc_;
  int port_ = 0;
};

}  // namespace probity::server

#endif  // PROBITY_SERVICES_SERVER_HEALTH_PORT_H_
