#include "src/testing/screening_run.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/random.h"

namespace probity::client::fake {

Reply ScreeningRun::Take(const std::string& bytes) {
  answers_->Keep(v1::StreamScreenSuppliersRequest::descriptor()->full_name(), bytes);
  v1::StreamScreenSuppliersRequest request;
  request.ParseFromString(bytes);
  return settings_.has_value() ? Decide(request.item()) : Open(request);
}

Reply ScreeningRun::Open(const v1::StreamScreenSuppliersRequest& request) {
  if (!request.has_settings()) {
    Error error = FakeError(v1::ERROR_REASON_INVALID_FIELD);
    error.message = "settings: the first message must hold them";
    return {{}, error};
  }
  settings_ = request.settings();
  const std::string& token = settings_->resume_token();
  if (const size_t at = token.rfind('@'); at != std::string::npos) {
    stream_id_ = token.substr(0, at);
    (void)absl::SimpleAtoi(token.substr(at + 1), &position_);
  } else {
    stream_id_ = settings_->stream_id().empty() ? NewUuid() : settings_->stream_id();
  }
  v1::StreamScreenSuppliersResponse opened;
  opened.mutable_opened()->set_stream_id(stream_id_);
  opened.set_position(position_);
  opened.set_resume_token(Token());
  return {{opened.SerializeAsString()}, std::nullopt};
}

Reply ScreeningRun::Decide(v1::BatchScreenItem item) {
  v1::ScreenSupplierRequest& request = *item.mutable_request();
  if (!request.has_purchase()) *request.mutable_purchase() = settings_->purchase();
  if (!request.has_as_of() && settings_->has_as_of()) *request.mutable_as_of() = settings_->as_of();
  if (request.request_id().empty())
    request.set_request_id(absl::StrCat(stream_id_, "/", position_));
  v1::StreamScreenSuppliersResponse answer;
  *answer.mutable_result() = answers_->ScreenItem(item);
  answer.set_position(position_++);
  answer.set_resume_token(Token());
  return {{answer.SerializeAsString()}, std::nullopt};
}

std::string ScreeningRun::Token() const { return absl::StrCat(stream_id_, "@", position_); }

}  // namespace probity::client::fake
