#include "services/identity/http_get.h"

#include <curl/curl.h>

#include <array>
#include <memory>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace probity::identity {
namespace {

struct Free {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};

// Taking fewer bytes than came ends the call.
size_t Receive(char* data, size_t size, size_t count, void* answer) {
  auto* text = static_cast<std::string*>(answer);
  if (text->size() + size * count > kMaxKeySetBytes) return 0;
  text->append(data, size * count);
  return size * count;
}

int IsCancelled(void* flag, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<const std::atomic<bool>*>(flag)->load() ? 1 : 0;
}

void SetUp(CURL* handle, const HttpGet& get) {
  curl_easy_setopt(handle, CURLOPT_URL, get.url.c_str());
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  // In the clear it is this machine that is asked: nobody else in its place, whatever the
  // environment says of proxies.
  if (absl::StartsWithIgnoreCase(get.url, "http://")) {
    curl_easy_setopt(handle, CURLOPT_NOPROXY, "*");
  }
  curl_easy_setopt(handle, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2);
  if (!get.ca_file.empty()) {
    curl_easy_setopt(handle, CURLOPT_CAINFO, get.ca_file.c_str());
    curl_easy_setopt(handle, CURLOPT_CAPATH, nullptr);
  }
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS,
                   static_cast<long>(absl::ToInt64Milliseconds(get.timeout)));  // NOLINT: curl's
  curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, &IsCancelled);
  curl_easy_setopt(handle, CURLOPT_XFERINFODATA, &get.cancelled);
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, &Receive);
}

}  // namespace

absl::StatusOr<std::string> Get(const HttpGet& get) {
  const std::unique_ptr<CURL, Free> handle(curl_easy_init());
  if (handle == nullptr) return absl::UnavailableError("no HTTP client can be made");
  SetUp(handle.get(), get);
  std::string answer;
  std::array<char, CURL_ERROR_SIZE> why{};
  curl_easy_setopt(handle.get(), CURLOPT_WRITEDATA, &answer);
  curl_easy_setopt(handle.get(), CURLOPT_ERRORBUFFER, why.data());
  const CURLcode code = curl_easy_perform(handle.get());
  if (code != CURLE_OK) {
    return absl::UnavailableError(
        absl::StrCat(get.url, ": ", why[0] != '\0' ? why.data() : curl_easy_strerror(code)));
  }
  long status = 0;  // NOLINT(google-runtime-int): curl's type
  curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &status);
  if (status == 200) return answer;
  return absl::UnavailableError(absl::StrCat(get.url, " answers with HTTP status ", status));
}

}  // namespace probity::identity
