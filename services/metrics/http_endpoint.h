// A few pages over plaintext HTTP: metrics, and probes of those who cannot speak TLS. A page
// is chosen by its path alone; nothing a client sends is read besides.
#ifndef PROBITY_SERVICES_METRICS_HTTP_ENDPOINT_H_
#define PROBITY_SERVICES_METRICS_HTTP_ENDPOINT_H_

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "absl/status/statusor.h"

namespace probity::metrics {

// What a page answers.
struct Page {
  int status = 200;  // of HTTP
  std::string body;  // text/plain
};

class HttpEndpoint {
 public:
  // Makes a page; thread-safe.
  using Pages = std::map<std::string, std::function<Page()>>;

  // Listens on `address`, IP:PORT, until it is destroyed; port 0 takes a free one. Paths
  // that are no page answer 404, methods other than GET and HEAD 405.
  // UNAVAILABLE where nothing can listen there.
  static absl::StatusOr<std::unique_ptr<HttpEndpoint>> Open(const std::string& address,
                                                            Pages pages);
  // Waits for pages that are being made.
  virtual ~HttpEndpoint() = default;
  virtual int port() const = 0;
};

}  // namespace probity::metrics

#endif  // PROBITY_SERVICES_METRICS_HTTP_ENDPOINT_H_
