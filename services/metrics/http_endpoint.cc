#include "services/metrics/http_endpoint.h"

#include <civetweb.h>
#include <signal.h>

#include <array>
#include <utility>

#include "absl/strings/str_cat.h"

namespace probity::metrics {
namespace {

// Whoever sends nothing for so long is dropped; scrapes are few, so are threads.
constexpr char kTimeoutMs[] = "5000";
constexpr char kThreads[] = "3";

const char* ReasonPhrase(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    default:
      return "Service Unavailable";
  }
}

void Send(mg_connection* connection, const Page& page, bool with_body) {
  const std::string head =
      absl::StrCat("HTTP/1.1 ", page.status, " ", ReasonPhrase(page.status),
                   "\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n",
                   page.status == 405 ? "Allow: GET, HEAD\r\n" : "",
                   "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n",
                   "Content-Length: ", page.body.size(), "\r\nConnection: close\r\n\r\n");
  mg_write(connection, head.data(), head.size());
  if (with_body) mg_write(connection, page.body.data(), page.body.size());
}

class CivetEndpoint final : public HttpEndpoint {
 public:
  explicit CivetEndpoint(Pages pages) : pages_(std::move(pages)) {}
  ~CivetEndpoint() override {
    if (context_ != nullptr) mg_stop(context_);
  }

  // Whether it listens.
  bool Start(const std::string& address) {
    static const unsigned library = mg_init_library(MG_FEATURES_DEFAULT);
    mg_callbacks callbacks{};
    callbacks.begin_request = &CivetEndpoint::Handle;
    std::array<const char*, 7> options = {
        "listening_ports",    address.c_str(), "num_threads", kThreads,
        "request_timeout_ms", kTimeoutMs,      nullptr};
    // The library has children of the process reaped without asking; that is not its business.
    struct sigaction children {};
    sigaction(SIGCHLD, nullptr, &children);
    context_ = mg_start(&callbacks, this, options.data());
    sigaction(SIGCHLD, &children, nullptr);
    (void)library;
    mg_server_port listening{};
    if (context_ == nullptr || mg_get_server_ports(context_, 1, &listening) != 1) return false;
    port_ = listening.port;
    return port_ > 0;
  }

  int port() const override { return port_; }

 private:
  // Answers every path, so that the library looks for no files.
  static int Handle(mg_connection* connection) {
    const auto* self =
        static_cast<const CivetEndpoint*>(mg_get_user_data(mg_get_context(connection)));
    const mg_request_info* asked = mg_get_request_info(connection);
    const std::string method = asked->request_method == nullptr ? "" : asked->request_method;
    const Page answer = self->Answer(method, asked->local_uri == nullptr ? "" : asked->local_uri);
    Send(connection, answer, method != "HEAD");
    return answer.status;
  }

  Page Answer(const std::string& method, const std::string& path) const {
    if (method != "GET" && method != "HEAD") return {405, "only GET and HEAD\n"};
    const auto page = pages_.find(path);
    return page == pages_.end() ? Page{404, "no such page\n"} : page->second();
  }

  const Pages pages_;
  mg_context* context_ = nullptr;
  int port_ = 0;
};

}  // namespace

absl::StatusOr<std::unique_ptr<HttpEndpoint>> HttpEndpoint::Open(const std::string& address,
                                                                 Pages pages) {
  auto endpoint = std::make_unique<CivetEndpoint>(std::move(pages));
  if (endpoint->Start(address)) return endpoint;
  return absl::UnavailableError(
      absl::StrCat("cannot listen on ", address, " for metrics: is another server running there?"));
}

}  // namespace probity::metrics
