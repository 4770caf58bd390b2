// Fetches a file by HTTPS, with limits: whom to ask, how much to take, how long to wait.
#ifndef PROBITY_CLI_FETCH_H_
#define PROBITY_CLI_FETCH_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace probity::cli {

struct FetchLimits {
  // File of authorities (PEM) that certificates must come from; empty: the system's.
  std::string ca_file;
  // Hosts that may be asked, redirects included. Names, lower case, without a port.
  std::vector<std::string> hosts;
  // True: http is allowed everywhere. Without: only on this machine.
  bool allow_http = false;
  uint64_t max_bytes = uint64_t{1} << 30;
};

// What is known of a file that was fetched before.
struct KnownFile {
  std::string etag;                                // empty: not known
  absl::Time retrieved_at = absl::InfinitePast();  // not known
};

struct FetchedFile {
  // True: the server says that it is the known one; nothing was written.
  bool is_unchanged = false;
  std::string etag;                                 // as the server sent it; empty: none
  absl::Time last_modified = absl::InfinitePast();  // not said
  std::string sha256;                               // hex
  uint64_t bytes = 0;
};

// Bytes that came so far, of those that come; 0: not said.
using OnFetched = std::function<void(uint64_t now, uint64_t total)>;

// Host of an address, lower case. INVALID_ARGUMENT when it cannot be read, is neither
// http nor https, or holds a password.
absl::StatusOr<std::string> HostOfUrl(const std::string& url);
// Name of the file that an address leads to, for messages: "download" where it ends in /.
std::string FileNameOfUrl(const std::string& url);

// Fetches `url` into the file `path`, made anew. At most 5 redirects are followed; what
// may pass is asked again, three times, after 1, 2 and 4 seconds. Nothing is fetched for
// longer than a minute at less than 1,000 bytes a second. The file is whole when OK.
//   INVALID_ARGUMENT   as above; the address is http and may not be
//   PERMISSION_DENIED  a redirect leads to a host that is not allowed, or to http
//   RESOURCE_EXHAUSTED more than max_bytes; the disk is full
//   CANCELLED          interrupted
//   UNAVAILABLE        not reached, not trusted, cut off, or another answer than 200
//                      and 304: the message says which
absl::StatusOr<FetchedFile> Fetch(const std::string& url, const FetchLimits& limits,
                                  const KnownFile& known, const std::string& path,
                                  const OnFetched& on_fetched);

}  // namespace probity::cli

#endif  // PROBITY_CLI_FETCH_H_
