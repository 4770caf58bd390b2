#include "base/http_call.h"

#include <curl/curl.h>

#include <array>
#include <memory>

#include "absl/strings/str_cat.h"

namespace probity {
namespace {

struct Free {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using Headers = std::unique_ptr<curl_slist, Free>;

// Taking fewer bytes than came ends the call.
size_t Receive(char* data, size_t size, size_t count, void* answer) {
  auto* text = static_cast<std::string*>(answer);
  if (text->size() + size * count > kMaxHttpAnswerBytes) return 0;
  text->append(data, size * count);
  return size * count;
}

int IsCancelled(void* flag, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<const std::atomic<bool>*>(flag)->load() ? 1 : 0;
}

absl::StatusOr<Headers> HeadersOf(const HttpCall& call) {
  Headers headers;
  for (const std::string& header : call.headers) {
    // The list keeps its head, but for the first one, which makes it.
    curl_slist* longer = curl_slist_append(headers.get(), header.c_str());
    if (longer == nullptr) {
      return absl::UnavailableError("no memory for the headers of a request");
    }
    if (headers == nullptr) headers.reset(longer);
  }
  return headers;
}

void SetUp(CURL* handle, const HttpCall& call, const curl_slist* headers) {
  curl_easy_setopt(handle, CURLOPT_URL, call.url.c_str());
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  if (call.without_proxies) curl_easy_setopt(handle, CURLOPT_NOPROXY, "*");
  curl_easy_setopt(handle, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2);
  if (!call.ca_file.empty()) {
    curl_easy_setopt(handle, CURLOPT_CAINFO, call.ca_file.c_str());
    curl_easy_setopt(handle, CURLOPT_CAPATH, nullptr);
  }
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS,
                   static_cast<long>(absl::ToInt64Milliseconds(call.timeout)));  // NOLINT: curl's
  if (headers != nullptr) curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers);
  if (call.body.has_value()) {
    curl_easy_setopt(handle, CURLOPT_POST, 1L);
    curl_easy_setopt(handle, CURLOPT_POSTFIELDS, call.body->data());
    curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(call.body->size()));
  }
  curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, &IsCancelled);
  curl_easy_setopt(handle, CURLOPT_XFERINFODATA, &call.cancelled);
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, &Receive);
}

}  // namespace

absl::StatusOr<std::string> AnswerTo(const HttpCall& call) {
  const std::unique_ptr<CURL, Free> handle(curl_easy_init());
  if (handle == nullptr) return absl::UnavailableError("no HTTP client can be made");
  const auto headers = HeadersOf(call);
  if (!headers.ok()) return headers.status();
  SetUp(handle.get(), call, headers->get());
  std::string answer;
  std::array<char, CURL_ERROR_SIZE> why{};
  curl_easy_setopt(handle.get(), CURLOPT_WRITEDATA, &answer);
  curl_easy_setopt(handle.get(), CURLOPT_ERRORBUFFER, why.data());
  const CURLcode code = curl_easy_perform(handle.get());
  if (code != CURLE_OK) {
    return absl::UnavailableError(
        absl::StrCat(call.url, ": ", why[0] != '\0' ? why.data() : curl_easy_strerror(code)));
  }
  long status = 0;  // NOLINT(google-runtime-int): curl's type
  curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &status);
  if (status == 200) return answer;
  return absl::UnavailableError(absl::StrCat(call.url, " answers with HTTP status ", status));
}

}  // namespace probity
