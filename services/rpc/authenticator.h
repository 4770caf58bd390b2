// Who a caller is, by a token that stands in the server's token file. Thread-safe.
#ifndef PROBITY_SERVICES_RPC_AUTHENTICATOR_H_
#define PROBITY_SERVICES_RPC_AUTHENTICATOR_H_

#include <memory>
#include <optional>
#include <string>
#include <utility>

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
  // The same of a file; Open() for an empty `path`. NOT_FOUND names the file.
  static absl::StatusOr<Authenticator> FromFile(const std::string& path);

  // Knows the callers of `other` instead from now on: a token that it lacks is refused with
  // the next call. Calls that are running go on.
  void Replace(const Authenticator& other);

  // How many tokens it knows; 0 where everybody may come.
  size_t callers() const;

  // `authorization` is the value of the metadata of that name: "Bearer TOKEN".
  // UNAUTHENTICATED / UNAUTHENTICATED without a token or with a wrong one.
  absl::StatusOr<Caller> Authenticate(std::optional<absl::string_view> authorization) const;
  // The same by the metadata of a call.
  absl::StatusOr<Caller> Identify(const grpc::CallbackServerContext& context) const override;

 private:
  // By SHA-256 of the token, so that comparing tells nothing about a token.
  using Callers = absl::flat_hash_map<std::string, Caller>;

  explicit Authenticator(std::shared_ptr<const Callers> callers) : callers_(std::move(callers)) {}
  std::shared_ptr<const Callers> Now() const { return std::atomic_load(&callers_); }

  // Null where everybody may come. Read and written atomically.
  std::shared_ptr<const Callers> callers_;
};

}  // namespace probity::rpc

#endif  // PROBITY_SERVICES_RPC_AUTHENTICATOR_H_
