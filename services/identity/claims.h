// What a token claims, checked and read. Pure: no clock, no keys.
#ifndef PROBITY_SERVICES_IDENTITY_CLAIMS_H_
#define PROBITY_SERVICES_IDENTITY_CLAIMS_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "nlohmann/json.hpp"
#include "probity/config/v1/server_config.pb.h"
#include "services/rpc/call_context.h"

namespace probity::identity {

// Most groups of one caller.
inline constexpr size_t kMaxGroups = 256;

// Whether the token is for this server (aud), and neither ended (exp, required) nor begins
// later (nbf, iat) than `now`, give or take the clock skew. Until when that holds goes to
// `end`. UNAUTHENTICATED / UNAUTHENTICATED names the claim.
absl::Status CheckClaims(const config::v1::JwtIssuer& issuer, const nlohmann::json& claims,
                         absl::Time now, absl::Time* end);

// Whom the token names: principal, groups, authority, by the claims that the issuer's
// settings name. UNAUTHENTICATED / UNAUTHENTICATED names the claim.
absl::StatusOr<rpc::Caller> CallerOfClaims(const config::v1::JwtIssuer& issuer,
                                           const nlohmann::json& claims);

}  // namespace probity::identity

#endif  // PROBITY_SERVICES_IDENTITY_CLAIMS_H_
