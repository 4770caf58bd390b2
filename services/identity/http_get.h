// One HTTP GET, with limits: what the keys of an issuer are fetched with.
#ifndef PROBITY_SERVICES_IDENTITY_HTTP_GET_H_
#define PROBITY_SERVICES_IDENTITY_HTTP_GET_H_

#include <atomic>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace probity::identity {

struct HttpGet {
  std::string url;      // https, or http without proxies; redirects are not followed
  std::string ca_file;  // authorities of the certificate; empty: the system's
  absl::Duration timeout;
  // Set by another thread: gives up at once.
  const std::atomic<bool>& cancelled;
};

// Most bytes of an answer.
inline constexpr size_t kMaxKeySetBytes = size_t{256} << 10;

// The body of an answer with status 200. UNAVAILABLE says why there is none; waits for
// `timeout` at most.
absl::StatusOr<std::string> Get(const HttpGet& get);

}  // namespace probity::identity

#endif  // PROBITY_SERVICES_IDENTITY_HTTP_GET_H_
