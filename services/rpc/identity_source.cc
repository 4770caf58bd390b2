#include "services/rpc/identity_source.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/errors.h"

namespace probity::rpc {

absl::Status NotIdentified(absl::string_view problem) {
  return MakeError(absl::StatusCode::kUnauthenticated, v1::ERROR_REASON_UNAUTHENTICATED, problem);
}

absl::StatusOr<std::optional<absl::string_view>> AuthorizationOf(
    const grpc::CallbackServerContext& context) {
  const auto [first, end] = context.client_metadata().equal_range("authorization");
  if (first == end) return std::nullopt;
  if (std::next(first) != end) {
    return NotIdentified("the call carries \"authorization\" twice: send one token");
  }
  return absl::string_view(first->second.data(), first->second.size());
}

std::string EscapePrincipal(absl::string_view text) {
  std::string escaped;
  escaped.reserve(text.size());
  for (const char c : text) {
    const absl::string_view sign(&c, 1);
    if (absl::ascii_isalnum(c) || absl::StrContains("-._~@:/+=|,*!$", sign)) {
      escaped.push_back(c);
    } else {
      absl::StrAppend(&escaped, "%",
                      absl::AsciiStrToUpper(
                          absl::StrCat(absl::Hex(static_cast<unsigned char>(c), absl::kZeroPad2))));
    }
  }
  return escaped;
}

}  // namespace probity::rpc
