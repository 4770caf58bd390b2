#include "services/rpc/seal.h"

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/hash.h"

namespace probity::rpc {
namespace {

// The first 12 bytes of SHA-256 over both, then the content; as URL-safe base64.
constexpr size_t kSealBytes = 12;

std::string SealOf(absl::string_view bound_to, absl::string_view content) {
  return Sha256(absl::StrCat(bound_to, content)).substr(0, kSealBytes);
}

}  // namespace

std::string Seal(absl::string_view bound_to, absl::string_view content) {
  return absl::WebSafeBase64Escape(absl::StrCat(SealOf(bound_to, content), content));
}

std::optional<std::string> Unseal(absl::string_view bound_to, absl::string_view sealed) {
  std::string bytes;
  if (!absl::WebSafeBase64Unescape(sealed, &bytes) || bytes.size() < kSealBytes) {
    return std::nullopt;
  }
  std::string content = bytes.substr(kSealBytes);
  if (SealOf(bound_to, content) != bytes.substr(0, kSealBytes)) return std::nullopt;
  return content;
}

}  // namespace probity::rpc
