// Who calls a sandbox: anybody, without a token; and a few invented persons, so that what
// needs a second person or an authority can be tried.
#ifndef PROBITY_SERVICES_SANDBOX_SANDBOX_CALLERS_H_
#define PROBITY_SERVICES_SANDBOX_SANDBOX_CALLERS_H_

#include <optional>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/rpc/authenticator.h"
#include "services/rpc/identity_source.h"

namespace probity::sandbox {

// Thread-safe.
class SandboxCallers final : public rpc::IdentitySource {
 public:
  // `tokens`: text of data/sandbox/tokens.txt, lines of a token file. INVALID_ARGUMENT.
  static absl::StatusOr<SandboxCallers> FromText(absl::string_view tokens);

  // The principal "local" without an authority where there is no token. UNAUTHENTICATED for
  // a token that is none of the sandbox's, as elsewhere.
  absl::StatusOr<rpc::Caller> Identify(const grpc::CallbackServerContext& context) const override;
  // The same, of the metadata "authorization".
  absl::StatusOr<rpc::Caller> Of(std::optional<absl::string_view> authorization) const;

 private:
  explicit SandboxCallers(rpc::Authenticator tokens) : tokens_(std::move(tokens)) {}

  rpc::Authenticator tokens_;
};

}  // namespace probity::sandbox

#endif  // PROBITY_SERVICES_SANDBOX_SANDBOX_CALLERS_H_
