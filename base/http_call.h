// One HTTP request, with limits: what the keys of an issuer are fetched with, and an
// authority for time stamps is asked.
#ifndef PROBITY_BASE_HTTP_CALL_H_
#define PROBITY_BASE_HTTP_CALL_H_

#include <atomic>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace probity {

struct HttpCall {
  std::string url;  // http or https; redirects are not followed
  absl::Duration timeout;
  // Set by another thread: gives up at once.
  const std::atomic<bool>& cancelled;
  std::vector<std::string> headers{};  // "Name: value"
  std::optional<std::string> body{};   // is posted; none: a GET
  std::string ca_file{};               // authorities of the certificate; empty: the system's
  bool without_proxies = false;        // whatever the environment says of them
};

// Most bytes of an answer.
inline constexpr size_t kMaxHttpAnswerBytes = size_t{256} << 10;

// The body of an answer with status 200. UNAVAILABLE says why there is none; waits for
// `timeout` at most.
absl::StatusOr<std::string> AnswerTo(const HttpCall& call);

}  // namespace probity

#endif  // PROBITY_BASE_HTTP_CALL_H_
