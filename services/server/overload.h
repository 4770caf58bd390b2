// The settings that keep a server answering: quotas, streams, connections.
#ifndef PROBITY_SERVICES_SERVER_OVERLOAD_H_
#define PROBITY_SERVICES_SERVER_OVERLOAD_H_

#include <memory>

#include "absl/status/status.h"
#include "grpcpp/server_builder.h"
#include "probity/config/v1/server_config.pb.h"
#include "services/admission/admission.h"
#include "services/rpc/idle_sweep.h"
#include "services/rpc/unary.h"

namespace probity::server {

// Fills in defaults and checks ranges. INVALID_ARGUMENT / INVALID_FIELD.
absl::Status CompleteOverload(config::v1::ServerConfig* config);

// Of a complete config.
admission::Quotas QuotasOf(const config::v1::ServerConfig& config);
admission::AdmissionOptions AdmissionOptionsOf(const config::v1::ServerConfig& config);

// What guards a server against too much: the last gate of calls, and what ends idle
// streams. Outlives the server's calls.
class Guard {
 public:
  explicit Guard(const config::v1::ServerConfig& config);
  // From now on calls pass it behind the gates that `env` has.
  void Protect(rpc::Environment* env);
  admission::Admission& admission() { return admission_; }

 private:
  admission::Admission admission_;
  rpc::IdleSweep idle_;
};

// Bounds what connections may cost: sizes, pings, ages, numbers, memory (rpc/limits.h
// says why each).
void LimitTransport(const config::v1::ServerConfig& config, grpc::ServerBuilder* builder);

}  // namespace probity::server

#endif  // PROBITY_SERVICES_SERVER_OVERLOAD_H_
