// Who a caller is, by a token that stands in the server's token file. Immutable once made;
// thread-safe.
#ifndef PROBITY_SERVICES_RPC_AUTHENTICATOR_H_
#define PROBITY_SERVICES_RPC_AUTHENTICATOR_H_

#include <optional>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/rpc/call_context.h"
#include "services/rpc/identity_source.h"

namespace probity::rpc {

// Whoever calls a server that asks for no token.
inline constexpr char kNobody[] = "local";

class Authenticator final : public IdentitySource {
 public:
  // Every caller is the principal "local" without an authority: for a server
  // that only its own machine can reach.
  static Authenticator Open();

  // Reads the text of a token file: one "TOKEN PRINCIPAL [AUTHORITY]" a line,
  // separated by spaces; empty lines and lines that start with '#' are left
  // out. A token has 16 to 256 characters; a principal, letters, digits and
  // "._@:/+-"; an authority is authorities/{a}. INVALID_ARGUMENT names the line.
  static absl::StatusOr<Authenticator> FromText(absl::string_view text);

  // `authorization` is the value of the metadata of that name: "Bearer TOKEN".
  // UNAUTHENTICATED / UNAUTHENTICATED without a token or with a wrong one.
  absl::StatusOr<Caller> Authenticate(std::optional<absl::string_view> authorization) const;
  // The same by the metadata of a call.
  absl::StatusOr<Caller> Identify(const grpc::CallbackServerContext& context) const override;

 private:
  Authenticator() = default;

  bool open_ = false;
  // By SHA-256 of the token, so that comparing tells nothing about a token.
  absl::flat_hash_map<std::string, Caller> callers_;
};

}  // namespace probity::rpc

#endif  // PROBITY_SERVICES_RPC_AUTHENTICATOR_H_
