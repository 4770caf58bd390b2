#include "services/identity/key_source.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/errors.h"
#include "base/http_call.h"
#include "base/tables.h"
#include "base/utf8.h"
#include "services/rpc/identity_source.h"

namespace probity::identity {
namespace {

// Between two looks while keys cannot be had.
constexpr absl::Duration kRetry = absl::Seconds(30);

std::string Shown(const std::optional<std::string>& id) {
  if (!id.has_value()) return "a key without an id";
  return absl::StrCat("the key \"", rpc::EscapePrincipal(CutUtf8(*id, 64)), "\"");
}

}  // namespace

KeySource::KeySource(config::v1::JwtIssuer settings, Options options)
    : settings_(std::move(settings)), options_(std::move(options)) {}

absl::StatusOr<std::unique_ptr<KeySource>> KeySource::Start(config::v1::JwtIssuer settings,
                                                            Options options) {
  std::unique_ptr<KeySource> source(new KeySource(std::move(settings), std::move(options)));
  if (!source->settings_.jwks_file().empty()) {
    const absl::Status read = source->Refresh();
    if (!read.ok()) return InvalidField("jwt_issuers.jwks_file", read.message());
  }
  source->thread_ = std::thread([source = source.get()] { source->Run(); });
  return source;
}

KeySource::~KeySource() {
  {
    absl::MutexLock lock(&mutex_);
    ending_ = true;
  }
  if (thread_.joinable()) thread_.join();
}

absl::StatusOr<IssuerKey> KeySource::Find(const std::optional<std::string>& id,
                                          absl::string_view algorithm) {
  absl::MutexLock lock(&mutex_);
  const IssuerKey* found = keys_.has_value() ? keys_->Find(id, algorithm) : nullptr;
  if (found != nullptr) return *found;
  if (!looking_ && absl::Now() - looked_ >= options_.least_wait) wanted_ = true;
  if (!keys_.has_value()) {
    return IssuerKeysUnavailable(settings_.issuer(), fault_.empty() ? "they are fetched" : fault_);
  }
  if (wanted_ || looking_) {
    return IssuerKeysUnavailable(settings_.issuer(),
                                 absl::StrCat(Shown(id), " is looked for among them"));
  }
  return rpc::NotIdentified(absl::StrCat("the issuer ", settings_.issuer(), " has no key for ",
                                         algorithm, " that is ", Shown(id), "; get a new token"));
}

std::string KeySource::Place() const {
  return settings_.jwks_file().empty() ? settings_.jwks_url() : settings_.jwks_file();
}

absl::StatusOr<std::string> KeySource::Fetch() const {
  if (!settings_.jwks_file().empty()) return ReadFile(settings_.jwks_file());
  HttpCall call{settings_.jwks_url(), options_.timeout, ending_};
  call.ca_file = settings_.ca_file();
  // In the clear it is this machine that is asked: nobody else in its place.
  call.without_proxies = absl::StartsWithIgnoreCase(call.url, "http://");
  return AnswerTo(call);
}

absl::Status KeySource::Refresh() {
  {
    absl::MutexLock lock(&mutex_);
    looking_ = true;
    wanted_ = false;
  }
  absl::StatusOr<std::string> text = Fetch();
  absl::StatusOr<KeySet> keys = text.ok() ? KeySet::Parse(*text) : text.status();
  absl::Status status = keys.status();
  if (text.ok() && !keys.ok()) {
    status = absl::Status(status.code(), absl::StrCat(Place(), " ", status.message()));
  }
  absl::MutexLock lock(&mutex_);
  looking_ = false;
  looked_ = absl::Now();
  fault_ = std::string(status.message());
  is_fresh_ = status.ok();
  if (status.ok() && (!keys_.has_value() || *text != text_)) {
    keys_ = *std::move(keys);
    text_ = *std::move(text);
    ++generation_;
    options_.log(
        absl::StrCat("keys of the issuer ", settings_.issuer(), " are in use, from ", Place()));
  }
  return status;
}

void KeySource::Run() {
  // An address is asked at once.
  if (!settings_.jwks_url().empty()) {
    absl::MutexLock lock(&mutex_);
    wanted_ = true;
  }
  std::string told;
  while (Sleep()) {
    const absl::Status status = Refresh();
    if (ending_) return;
    if (!status.ok() && status.message() != told) {
      options_.warn(absl::StrCat("keys of the issuer ", settings_.issuer(), ": ", status.message(),
                                 "; those before stay in use"));
    }
    told = std::string(status.message());
  }
}

bool KeySource::Sleep() {
  absl::MutexLock lock(&mutex_);
  const absl::Duration every = absl::Seconds(settings_.refresh_every().seconds());
  const absl::Duration wait = fault_.empty() ? every : std::min(every, kRetry);
  const auto has_work = [this]()
                            ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return ending_ || wanted_; };
  mutex_.AwaitWithTimeout(absl::Condition(&has_work), wait);
  return !ending_;
}

}  // namespace probity::identity
