#include "services/sandbox/sandbox_callers.h"

namespace probity::sandbox {

absl::StatusOr<SandboxCallers> SandboxCallers::FromText(absl::string_view tokens) {
  auto read = rpc::Authenticator::FromText(tokens);
  if (!read.ok()) return read.status();
  return SandboxCallers(*std::move(read));
}

absl::StatusOr<rpc::Caller> SandboxCallers::Identify(
    const grpc::CallbackServerContext& context) const {
  const auto authorization = rpc::AuthorizationOf(context);
  if (!authorization.ok()) return authorization.status();
  return Of(*authorization);
}

absl::StatusOr<rpc::Caller> SandboxCallers::Of(
    std::optional<absl::string_view> authorization) const {
  if (!authorization.has_value()) return rpc::Caller{rpc::kNobody, ""};
  return tokens_.Authenticate(authorization);
}

}  // namespace probity::sandbox
