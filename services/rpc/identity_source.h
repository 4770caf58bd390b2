// Who calls: what every call is asked first.
#ifndef PROBITY_SERVICES_RPC_IDENTITY_SOURCE_H_
#define PROBITY_SERVICES_RPC_IDENTITY_SOURCE_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "grpcpp/grpcpp.h"
#include "services/rpc/call_context.h"

namespace probity::rpc {

// Thread-safe, and quick: it runs on gRPC's threads.
class IdentitySource {
 public:
  virtual ~IdentitySource() = default;
  // By metadata and connection. UNAUTHENTICATED / UNAUTHENTICATED says what is wrong and
  // what to do; UNAVAILABLE / ISSUER_KEYS_UNAVAILABLE when it cannot be told now.
  virtual absl::StatusOr<Caller> Identify(const grpc::CallbackServerContext& context) const = 0;
};

// Most characters of a principal.
inline constexpr size_t kMaxPrincipalBytes = 256;

// UNAUTHENTICATED / UNAUTHENTICATED.
absl::Status NotIdentified(absl::string_view problem);

// The metadata "authorization", which lives as long as the context; nothing where there is
// none. UNAUTHENTICATED where there are two, since it is not known which one is meant.
absl::StatusOr<std::optional<absl::string_view>> AuthorizationOf(
    const grpc::CallbackServerContext& context);

// `text` with every byte but letters, digits and "-._~@:/+=|,*!$" as %XX: a part of a
// principal that neither a log nor a list of names can mistake for something else.
std::string EscapePrincipal(absl::string_view text);

}  // namespace probity::rpc

#endif  // PROBITY_SERVICES_RPC_IDENTITY_SOURCE_H_
