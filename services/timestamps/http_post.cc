#include "services/timestamps/http_post.h"

#include <curl/curl.h>

#include <array>
#include <memory>

#include "absl/strings/str_cat.h"

namespace probity::timestamps {
namespace {

struct Free {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

// Taking fewer bytes than came ends the call.
size_t Receive(char* data, size_t size, size_t count, void* answer) {
  auto* text = static_cast<std::string*>(answer);
  if (text->size() + size * count > kMaxAnswerBytes) return 0;
  text->append(data, size * count);
  return size * count;
}

int IsCancelled(void* flag, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<const std::atomic<bool>*>(flag)->load() ? 1 : 0;
}

void SetUp(CURL* handle, const HttpPost& post, const curl_slist* headers) {
  curl_easy_setopt(handle, CURLOPT_URL, post.url.c_str());
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS,
                   static_cast<long>(absl::ToInt64Milliseconds(post.timeout)));  // NOLINT: curl's
  curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(handle, CURLOPT_POST, 1L);
  curl_easy_setopt(handle, CURLOPT_POSTFIELDS, post.body.data());
  curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(post.body.size()));
  curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, &IsCancelled);
  curl_easy_setopt(handle, CURLOPT_XFERINFODATA, &post.cancelled);
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, &Receive);
}

}  // namespace

absl::StatusOr<std::string> Post(const HttpPost& post) {
  const std::unique_ptr<CURL, Free> handle(curl_easy_init());
  if (handle == nullptr) return absl::UnavailableError("no HTTP client can be made");
  std::unique_ptr<curl_slist, Free> headers(
      curl_slist_append(nullptr, absl::StrCat("Content-Type: ", post.content_type).c_str()));
  const std::string trace = absl::StrCat("traceparent: ", post.traceparent);
  // The list keeps its head.
  if (curl_slist_append(headers.get(), trace.c_str()) == nullptr) {
    return absl::UnavailableError("no memory for the headers of a request");
  }
  SetUp(handle.get(), post, headers.get());
  std::string answer;
  std::array<char, CURL_ERROR_SIZE> why{};
  curl_easy_setopt(handle.get(), CURLOPT_WRITEDATA, &answer);
  curl_easy_setopt(handle.get(), CURLOPT_ERRORBUFFER, why.data());
  const CURLcode code = curl_easy_perform(handle.get());
  if (code != CURLE_OK) {
    return absl::UnavailableError(
        absl::StrCat(post.url, ": ", why[0] != '\0' ? why.data() : curl_easy_strerror(code)));
  }
  long status = 0;  // NOLINT(google-runtime-int): curl's type
  curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &status);
  if (status == 200) return answer;
  return absl::UnavailableError(absl::StrCat(post.url, " answers with HTTP status ", status));
}

}  // namespace probity::timestamps
