#include "src/run.h"

#include <algorithm>
#include <random>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/random.h"

namespace probity::client {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

// How long until a cut stream is opened again; doubled each time.
constexpr milliseconds kFirstWait(100), kLongestWait(5000);
constexpr int kMostDoublings = 10;

// With a random part, so that callers who were refused together do not come back together.
milliseconds Spread(milliseconds wait) {
  std::random_device random;
  return wait + wait * std::uniform_int_distribution<int>(0, 25)(random) / 100;
}

Error Miscounted(std::string message) {
  Error error;
  error.code = grpc::StatusCode::INTERNAL;
  error.message = std::move(message);
  return error;
}

}  // namespace

StreamRun::StreamRun(const v1::StreamScreenSettings& settings) : settings_(settings) {
  if (settings.stream_id().empty() && settings.resume_token().empty()) {
    // So that what was sent before the first resume token came is not decided twice.
    settings_.set_stream_id(NewUuid());
  }
  if (settings.resume_token().empty()) offset_ = 0;
}

void StreamRun::Keep(v1::BatchScreenItem item) {
  auto request = std::make_shared<v1::StreamScreenSuppliersRequest>();
  *request->mutable_item() = std::move(item);
  kept_.push_back(std::move(request));
}

v1::StreamScreenSuppliersRequest StreamRun::Begin() {
  sent_ = resume_at_;
  v1::StreamScreenSuppliersRequest request;
  *request.mutable_settings() = settings_;
  return request;
}

StreamRun::Request StreamRun::NextToSend() {
  if (sent_ == resume_at_ + kept_.size()) return nullptr;
  return kept_[sent_++ - resume_at_];
}

Result<bool> StreamRun::Receive(const v1::StreamScreenSuppliersResponse& message) {
  if (message.has_opened()) {
    auto wrong = BeginAt(message);
    return wrong.has_value() ? Result<bool>(*std::move(wrong)) : Result<bool>(false);
  }
  const uint64_t at = message.position() - offset_.value_or(0);
  if (!offset_.has_value() || at < resume_at_ || at > next_ || at >= sent_) {
    return Miscounted(absl::StrCat("the server answered item ", message.position(),
                                   " of the stream; ", offset_.value_or(0) + next_, " is next"));
  }
  const bool is_new = at == next_;
  if (is_new) {
    ++next_;
    failures_ = 0;  // To be opened alone is no progress.
  }
  if (!message.resume_token().empty()) {
    kept_.erase(kept_.begin(), kept_.begin() + static_cast<std::ptrdiff_t>(at + 1 - resume_at_));
    resume_at_ = at + 1;
    settings_.set_resume_token(message.resume_token());
  }
  return is_new;
}

std::optional<Error> StreamRun::BeginAt(const v1::StreamScreenSuppliersResponse& message) {
  opened_ = message.opened();
  // The caller's token says where; its items begin there.
  if (!offset_.has_value()) offset_ = message.position();
  if (message.position() != resume_position()) {
    return Miscounted(absl::StrCat("the server goes on at item ", message.position(),
                                   " of the stream instead of ", resume_position()));
  }
  if (!message.resume_token().empty()) settings_.set_resume_token(message.resume_token());
  return std::nullopt;
}

std::optional<milliseconds> StreamRun::WaitAfter(const Error& error, milliseconds patience) {
  const bool is_cut = error.code == grpc::StatusCode::UNAVAILABLE || error.reason == "STREAM_IDLE";
  const bool is_asked =
      error.code == grpc::StatusCode::RESOURCE_EXHAUSTED && error.retry_after.has_value();
  if (failures_ == 0) failing_since_ = Clock::now();
  if ((!is_cut && !is_asked) || Clock::now() - failing_since_ > patience) return std::nullopt;
  const milliseconds wait =
      std::min(kLongestWait, kFirstWait * (1 << std::min(failures_, kMostDoublings)));
  ++failures_;
  return error.retry_after.has_value() ? Spread(*error.retry_after) : wait;
}

}  // namespace probity::client
