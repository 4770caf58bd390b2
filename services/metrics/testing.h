// Reads pages over HTTP: for tests.
#ifndef PROBITY_SERVICES_METRICS_TESTING_H_
#define PROBITY_SERVICES_METRICS_TESTING_H_

#include <curl/curl.h>

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "services/metrics/http_endpoint.h"

namespace probity::metrics {

// GET, unless another method is given, from a port of this machine.
inline Page Fetch(int port, const std::string& path, const char* method = "GET") {
  const std::unique_ptr<CURL, void (*)(CURL*)> handle(curl_easy_init(), &curl_easy_cleanup);
  Page page;
  const std::string url = absl::StrCat("http://127.0.0.1:", port, path);
  curl_easy_setopt(handle.get(), CURLOPT_URL, url.c_str());
  curl_easy_setopt(handle.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle.get(), CURLOPT_TIMEOUT, 60L);
  curl_easy_setopt(handle.get(), CURLOPT_PATH_AS_IS, 1L);
  curl_easy_setopt(handle.get(), CURLOPT_CUSTOMREQUEST, method);
  curl_easy_setopt(handle.get(), CURLOPT_NOBODY, std::string(method) == "HEAD" ? 1L : 0L);
  const auto receive = +[](char* data, size_t size, size_t count, void* body) {
    static_cast<std::string*>(body)->append(data, size * count);
    return size * count;
  };
  curl_easy_setopt(handle.get(), CURLOPT_WRITEFUNCTION, receive);
  curl_easy_setopt(handle.get(), CURLOPT_WRITEDATA, &page.body);
  const CURLcode code = curl_easy_perform(handle.get());
  EXPECT_EQ(code, CURLE_OK) << url << ": " << curl_easy_strerror(code);
  long status = 0;  // NOLINT(google-runtime-int): curl's type
  curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &status);
  page.status = static_cast<int>(status);
  return page;
}

}  // namespace probity::metrics

#endif  // PROBITY_SERVICES_METRICS_TESTING_H_
