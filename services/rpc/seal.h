// Text that a client gives back as it came, or not at all: tokens and cursors.
#ifndef PROBITY_SERVICES_RPC_SEAL_H_
#define PROBITY_SERVICES_RPC_SEAL_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace probity::rpc {

// URL-safe text that holds `content`, bound to what it is for. It keeps content from
// being cut, altered or used elsewhere by mistake; it hides nothing and is no proof of
// who made it, so that what is in it is checked like any other word of a caller.
std::string Seal(absl::string_view bound_to, absl::string_view content);
// The content; nullopt when the text was altered or is bound to something else.
std::optional<std::string> Unseal(absl::string_view bound_to, absl::string_view sealed);

}  // namespace probity::rpc

#endif  // PROBITY_SERVICES_RPC_SEAL_H_
