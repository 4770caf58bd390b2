// One HTTP POST, with limits: what an authority for time stamps is asked with.
#ifndef PROBITY_SERVICES_TIMESTAMPS_HTTP_POST_H_
#define PROBITY_SERVICES_TIMESTAMPS_HTTP_POST_H_

#include <atomic>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace probity::timestamps {

struct HttpPost {
  std::string url;  // http or https; redirects are not followed
  std::string content_type;
  std::string body;
  std::string traceparent;  // header of that name (base/trace_context.h)
  absl::Duration timeout;
  // Set by another thread: gives up at once.
  const std::atomic<bool>& cancelled;
};

// Most bytes of an answer.
inline constexpr size_t kMaxAnswerBytes = size_t{256} << 10;

// The body of an answer with status 200. UNAVAILABLE says why there is none; waits
// for `timeout` at most.
absl::StatusOr<std::string> Post(const HttpPost& post);

}  // namespace probity::timestamps

#endif  // PROBITY_SERVICES_TIMESTAMPS_HTTP_POST_H_
