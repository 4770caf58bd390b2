#include "cli/fetch.h"

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <fstream>
#include <memory>
#include <thread>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "cli/interrupt.h"
#include "cli/sha256.h"

namespace probity::cli {
namespace {

constexpr int kMaxRedirects = 5;
constexpr int kAttempts = 4;
constexpr long kConnectSeconds = 30;      // NOLINT(google-runtime-int): curl's type
constexpr long kSlowBytesASecond = 1000;  // NOLINT(google-runtime-int)
constexpr long kSlowSeconds = 60;         // NOLINT(google-runtime-int)

struct Free {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
  void operator()(CURLU* address) const { curl_url_cleanup(address); }
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

// A part of an address; empty where it has none.
std::string PartOf(CURLU* address, CURLUPart part) {
  char* text = nullptr;
  if (curl_url_get(address, part, &text, 0) != CURLUE_OK) return "";
  std::string copy = text;
  curl_free(text);
  return copy;
}

// An address taken apart; null when it cannot be read.
std::unique_ptr<CURLU, Free> Parse(const std::string& url) {
  std::unique_ptr<CURLU, Free> address(curl_url());
  if (curl_url_set(address.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK) return nullptr;
  return address;
}

bool IsLoopback(absl::string_view host) {
  return host == "localhost" || host == "[::1]" || absl::StartsWith(host, "127.");
}

// Whether `url` may be asked.
absl::Status CheckAddress(const std::string& url, const FetchLimits& limits) {
  const auto host = HostOfUrl(url);
  if (!host.ok()) return host.status();
  const bool is_plain = PartOf(Parse(url).get(), CURLUPART_SCHEME) == "http";
  if (is_plain && !limits.allow_http && !IsLoopback(*host)) {
    return absl::InvalidArgumentError(
        absl::StrCat(url,
                     ": whoever stands between could change the file; use https, or "
                     "--allow_http where you know the way"));
  }
  if (std::find(limits.hosts.begin(), limits.hosts.end(), *host) != limits.hosts.end()) {
    return absl::OkStatus();
  }
  return absl::PermissionDeniedError(absl::StrCat(
      url, ": the host ", *host, " is not allowed; --allow_host ", *host, " allows it"));
}

// One answer of a server.
class Answer {
 public:
  Answer(const std::string& path, uint64_t max_bytes, const OnFetched& on_fetched)
      : file_(path, std::ios::binary | std::ios::trunc),
        max_bytes_(max_bytes),
        on_fetched_(on_fetched) {}

  // One GET. What ends it early stands in `fault()`.
  CURLcode Perform(const std::string& url, const FetchLimits& limits, const KnownFile& known) {
    handle_.reset(curl_easy_init());
    if (handle_ == nullptr) return CURLE_FAILED_INIT;
    const std::unique_ptr<curl_slist, Free> headers = HeadersFor(known);
    SetUp(url, limits, headers.get());
    const CURLcode code = curl_easy_perform(handle_.get());
    file_.close();
    if (code == CURLE_OK && !file_.good()) fault_ = DiskFull();
    return code;
  }

  // NOLINTNEXTLINE(google-runtime-int): curl's type
  long status() const {
    long status = 0;  // NOLINT(google-runtime-int)
    curl_easy_getinfo(handle_.get(), CURLINFO_RESPONSE_CODE, &status);
    return status;
  }
  std::string redirect() const {
    char* url = nullptr;
    curl_easy_getinfo(handle_.get(), CURLINFO_REDIRECT_URL, &url);
    return url == nullptr ? "" : url;
  }
  FetchedFile Take() {
    FetchedFile file;
    file.is_unchanged = status() == 304;
    file.etag = etag_;
    curl_off_t modified = -1;
    curl_easy_getinfo(handle_.get(), CURLINFO_FILETIME_T, &modified);
    if (modified >= 0) file.last_modified = absl::FromUnixSeconds(modified);
    file.sha256 = hash_.Hex();
    file.bytes = bytes_;
    return file;
  }
  const absl::Status& fault() const { return fault_; }
  absl::string_view why() const { return why_.data(); }

 private:
  static std::unique_ptr<curl_slist, Free> HeadersFor(const KnownFile& known) {
    std::unique_ptr<curl_slist, Free> headers;
    const auto add = [&](const std::string& header) {
      curl_slist* const longer = curl_slist_append(headers.get(), header.c_str());
      headers.release();  // NOLINT(bugprone-unused-return-value): part of `longer`
      headers.reset(longer);
    };
    if (!known.etag.empty()) add(absl::StrCat("If-None-Match: ", known.etag));
    if (known.retrieved_at > absl::InfinitePast()) {
      add(absl::StrCat(
          "If-Modified-Since: ",
          absl::FormatTime("%a, %d %b %Y %H:%M:%S GMT", known.retrieved_at, absl::UTCTimeZone())));
    }
    return headers;
  }

  void SetUp(const std::string& url, const FetchLimits& limits, curl_slist* headers) {
    CURL* const handle = handle_.get();
    curl_easy_setopt(handle, CURLOPT_URL, url.c_str());
    curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(handle, CURLOPT_USERAGENT, "probity/" PROBITY_VERSION);
    curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(handle, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2);
    if (!limits.ca_file.empty()) {
      curl_easy_setopt(handle, CURLOPT_CAINFO, limits.ca_file.c_str());
      curl_easy_setopt(handle, CURLOPT_CAPATH, nullptr);
    }
    curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT, kConnectSeconds);
    curl_easy_setopt(handle, CURLOPT_LOW_SPEED_LIMIT, kSlowBytesASecond);
    curl_easy_setopt(handle, CURLOPT_LOW_SPEED_TIME, kSlowSeconds);
    curl_easy_setopt(handle, CURLOPT_FILETIME, 1L);
    curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, why_.data());
    curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, &Answer::OnHeader);
    curl_easy_setopt(handle, CURLOPT_HEADERDATA, this);
    curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, &Answer::OnBytes);
    curl_easy_setopt(handle, CURLOPT_WRITEDATA, this);
    curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, &Answer::OnProgress);
    curl_easy_setopt(handle, CURLOPT_XFERINFODATA, this);
  }

  // Taking fewer bytes than came ends the transfer.
  static size_t OnBytes(char* data, size_t size, size_t count, void* self) {
    auto* const answer = static_cast<Answer*>(self);
    const size_t bytes = size * count;
    if (answer->status() != 200) return bytes;  // a page that says what is wrong
    answer->bytes_ += bytes;
    if (answer->bytes_ > answer->max_bytes_) {
      answer->fault_ = absl::ResourceExhaustedError(absl::StrCat(
          "the file is larger than ", answer->max_bytes_, " bytes; --max_bytes allows more"));
      return 0;
    }
    answer->hash_.Add(absl::string_view(data, bytes));
    if (answer->file_.write(data, static_cast<std::streamsize>(bytes)).good()) return bytes;
    answer->fault_ = DiskFull();
    return 0;
  }

  static size_t OnHeader(char* data, size_t size, size_t count, void* self) {
    absl::string_view header(data, size * count);
    constexpr absl::string_view kEtag = "etag:";
    if (absl::StartsWithIgnoreCase(header, kEtag)) {
      static_cast<Answer*>(self)->etag_ =
          std::string(absl::StripAsciiWhitespace(header.substr(kEtag.size())));
    }
    return size * count;
  }

  static int OnProgress(void* self, curl_off_t total, curl_off_t now, curl_off_t, curl_off_t) {
    if (now > 0) {
      static_cast<Answer*>(self)->on_fetched_(static_cast<uint64_t>(now),
                                              static_cast<uint64_t>(total));
    }
    return Interrupted() ? 1 : 0;
  }

  static absl::Status DiskFull() {
    return absl::ResourceExhaustedError("the file cannot be written; is the disk full?");
  }

  std::unique_ptr<CURL, Free> handle_;
  std::ofstream file_;
  const uint64_t max_bytes_;
  const OnFetched& on_fetched_;
  Sha256Stream hash_;
  uint64_t bytes_ = 0;
  std::string etag_;
  absl::Status fault_;
  std::array<char, CURL_ERROR_SIZE> why_{};
};

// Whether to ask again may help.
bool MayPass(CURLcode code) {
  constexpr CURLcode kPassing[] = {CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_CONNECT,
                                   CURLE_OPERATION_TIMEDOUT,   CURLE_RECV_ERROR,
                                   CURLE_SEND_ERROR,           CURLE_GOT_NOTHING,
                                   CURLE_PARTIAL_FILE,         CURLE_HTTP2_STREAM};
  return std::find(std::begin(kPassing), std::end(kPassing), code) != std::end(kPassing);
}

// NOLINTNEXTLINE(google-runtime-int): curl's type
bool MayPass(long status) { return status >= 500 || status == 408 || status == 429; }

// An answer that says where the file is, or holds it.
struct Reply {
  FetchedFile file;
  std::string redirect;  // empty: the file is here
};

// Fetches one file, redirect by redirect, attempt by attempt.
class Fetcher {
 public:
  Fetcher(const FetchLimits& limits, const KnownFile& known, const std::string& path,
          const OnFetched& on_fetched)
      : limits_(limits), known_(known), path_(path), on_fetched_(on_fetched) {}

  absl::StatusOr<FetchedFile> Fetch(std::string url) const {
    if (absl::Status allowed = CheckAddress(url, limits_); !allowed.ok()) return allowed;
    for (int redirects = 0; redirects <= kMaxRedirects; ++redirects) {
      absl::StatusOr<Reply> reply = AskPatiently(url);
      if (!reply.ok()) return reply.status();
      if (reply->redirect.empty()) return reply->file;
      const absl::Status allowed = CheckAddress(reply->redirect, limits_);
      if (!allowed.ok()) {
        return absl::PermissionDeniedError(
            absl::StrCat(url, " leads elsewhere: ", allowed.message()));
      }
      url = reply->redirect;
    }
    return absl::UnavailableError(absl::StrCat(url, ": more than ", kMaxRedirects, " redirects"));
  }

 private:
  absl::StatusOr<Reply> AskPatiently(const std::string& url) const {
    for (int attempt = 1;; ++attempt) {
      bool may_pass = false;
      absl::StatusOr<Reply> reply = Ask(url, &may_pass);
      if (reply.ok() || !may_pass || attempt == kAttempts) return reply;
      const auto until =
          std::chrono::steady_clock::now() + std::chrono::seconds(1 << (attempt - 1));
      while (!Interrupted() && std::chrono::steady_clock::now() < until) {
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
      }
    }
  }

  absl::StatusOr<Reply> Ask(const std::string& url, bool* may_pass) const {
    if (Interrupted()) return absl::CancelledError("interrupted");
    Answer answer(path_, limits_.max_bytes, on_fetched_);
    const CURLcode code = answer.Perform(url, limits_, known_);
    if (Interrupted()) return absl::CancelledError("interrupted");
    if (!answer.fault().ok()) {
      return absl::Status(answer.fault().code(), absl::StrCat(url, ": ", answer.fault().message()));
    }
    if (code != CURLE_OK) {
      *may_pass = MayPass(code);
      return absl::UnavailableError(
          absl::StrCat(url, ": ", answer.why().empty() ? curl_easy_strerror(code) : answer.why()));
    }
    const bool is_asked = !known_.etag.empty() || known_.retrieved_at > absl::InfinitePast();
    const bool is_good = answer.status() == 200 || (answer.status() == 304 && is_asked);
    if (is_good || !answer.redirect().empty()) return Reply{answer.Take(), answer.redirect()};
    *may_pass = MayPass(answer.status());
    return absl::UnavailableError(
        absl::StrCat(url, ": the server answers with HTTP status ", answer.status()));
  }

  const FetchLimits& limits_;
  const KnownFile& known_;
  const std::string& path_;
  const OnFetched& on_fetched_;
};

}  // namespace

absl::StatusOr<std::string> HostOfUrl(const std::string& url) {
  const auto address = Parse(url);
  if (address == nullptr) {
    return absl::InvalidArgumentError(absl::StrCat("\"", url, "\" is no address of a file"));
  }
  const std::string scheme = PartOf(address.get(), CURLUPART_SCHEME);
  if (scheme != "https" && scheme != "http") {
    return absl::InvalidArgumentError(absl::StrCat("\"", url, "\" is no https address"));
  }
  if (!PartOf(address.get(), CURLUPART_USER).empty() ||
      !PartOf(address.get(), CURLUPART_PASSWORD).empty()) {
    return absl::InvalidArgumentError(
        "an address with a user or password in it would be kept on record; leave them out");
  }
  return absl::AsciiStrToLower(PartOf(address.get(), CURLUPART_HOST));
}

std::string FileNameOfUrl(const std::string& url) {
  const auto address = Parse(url);
  if (address == nullptr) return "download";
  const std::string path = PartOf(address.get(), CURLUPART_PATH);
  std::string name = path.substr(path.rfind('/') + 1).substr(0, 255);
  return name.empty() || name == "." || name == ".." ? "download" : name;
}

absl::StatusOr<FetchedFile> Fetch(const std::string& url, const FetchLimits& limits,
                                  const KnownFile& known, const std::string& path,
                                  const OnFetched& on_fetched) {
  return Fetcher(limits, known, path, on_fetched).Fetch(url);
}

}  // namespace probity::cli
