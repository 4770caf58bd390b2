#include "services/screening_service/stream_run.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "services/rpc/limits.h"
#include "services/rpc/status.h"
#include "services/rpc/subjects.h"
#include "services/rpc/validate.h"
#include "services/rpc/view.h"
#include "services/screening_service/weight.h"

namespace probity::screening_service {
namespace {

// Whether the next item may well succeed where this one failed. Otherwise the
// stream ends, to go on later, instead of refusing all that is left of it.
bool IsOfItem(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kResourceExhausted:
    case absl::StatusCode::kAborted:
    case absl::StatusCode::kCancelled:
    case absl::StatusCode::kDeadlineExceeded:
      return false;
    default:
      return true;
  }
}

absl::Status CheckItem(const v1::StreamScreenSuppliersRequest& message) {
  if (message.has_settings()) {
    return InvalidField("settings", "stand in the first message of a stream and in no other");
  }
  if (!message.has_item()) return InvalidField("item", "is missing");
  return rpc::CheckBytes("item.correlation_id", message.item().correlation_id(),
                         rpc::kMaxCorrelationIdBytes);
}

}  // namespace

absl::StatusOr<std::unique_ptr<const StreamRun>> StreamRun::Open(
    const Bench& bench, const rpc::CallContext& call, const v1::StreamScreenSettings& settings) {
  absl::Status well =
      rpc::CheckBytes("settings.stream_id", settings.stream_id(), rpc::kMaxStreamIdBytes);
  if (!well.ok()) return well;
  std::unique_ptr<StreamRun> run(new StreamRun(bench, call));
  run->settings_ = settings;
  run->fingerprint_ = SettingsFingerprint(call, settings);
  well = settings.resume_token().empty() ? run->Pin(settings) : run->PinAgain(settings);
  if (!well.ok()) return well;
  return run;
}

absl::Status StreamRun::Pin(const v1::StreamScreenSettings& settings) {
  auto policy = settings.policy().empty() ? bench_.policies.Stable(call_.caller.authority)
                                          : bench_.policies.Find(settings.policy());
  if (!policy.ok()) return policy.status();
  auto day = DayOf(call_, settings.consistency(), settings.as_of());
  if (!day.ok()) return day.status();
  auto view = rpc::NamedViewFor(bench_.store, bench_.names.index, call_, settings.consistency());
  if (!view.ok()) return view.status();
  given_.policy = *std::move(policy);
  given_.view = *std::move(view);
  start_.stream_id = settings.stream_id().empty() ? call_.call_id : settings.stream_id();
  start_.stamp = rpc::StampOf(*given_.view, call_, *day);
  start_.stamp.set_policy_version(given_.policy->name());
  return absl::OkStatus();
}

absl::Status StreamRun::PinAgain(const v1::StreamScreenSettings& settings) {
  auto place = DecodeResumeToken(fingerprint_, settings.resume_token());
  if (!place.ok()) return place.status();
  start_ = *std::move(place);
  auto policy = bench_.policies.Find(start_.stamp.policy_version());
  if (!policy.ok()) return policy.status();
  v1::Consistency exact;
  *exact.mutable_at_exact_revision() = start_.stamp.revision();
  auto view = rpc::NamedViewFor(bench_.store, bench_.names.index, call_, exact);
  if (!view.ok()) return view.status();
  given_.policy = *std::move(policy);
  given_.view = *std::move(view);
  return absl::OkStatus();
}

v1::StreamScreenSuppliersResponse StreamRun::Opening() const {
  v1::StreamScreenSuppliersResponse response;
  response.set_position(start_.position);
  response.set_resume_token(TokenAt(start_.position));
  v1::StreamScreenOpened* opened = response.mutable_opened();
  opened->set_stream_id(start_.stream_id);
  v1::AnswerStamp* stamp = opened->mutable_stamp();
  *stamp = rpc::StampOf(*given_.view, call_);
  *stamp->mutable_as_of() = start_.stamp.as_of();
  stamp->set_policy_version(start_.stamp.policy_version());
  stamp->set_matcher_version(bench_.engine.matcher_version());
  return response;
}

void StreamRun::Decide(uint64_t place, const v1::StreamScreenSuppliersRequest& message,
                       Done done) const {
  const uint64_t position = start_.position + place;
  auto response = std::make_shared<v1::StreamScreenSuppliersResponse>(AnswerAt(position));
  v1::BatchScreenItemResult* result = response->mutable_result();
  result->set_correlation_id(message.item().correlation_id());
  if (absl::Status well = CheckItem(message); !well.ok()) {
    FillResult(well, result);
    return done(std::move(*response));
  }
  // The stream ends here, and goes on by its resume token when the budget reaches again.
  const v1::ScreenSupplierRequest request = Complete(message.item().request(), position);
  if (absl::Status paid = call_.Spend(WeightOf(request)); !paid.ok()) return done(paid);
  if (call_.rehearse) {
    absl::Status rehearsed = call_.rehearse(rpc::SubjectsOf(request));
    if (!rehearsed.ok()) return done(std::move(rehearsed));
  }
  ScreenOne(bench_, call_, given_, request,
            [response, result, done = std::move(done)](absl::StatusOr<RawAnswer> answer) {
              if (!answer.ok() && !IsOfItem(answer.status())) return done(answer.status());
              FillResult(std::move(answer), result);
              done(std::move(*response));
            });
}

v1::StreamScreenSuppliersResponse StreamRun::Unreadable(uint64_t place) const {
  v1::StreamScreenSuppliersResponse response = AnswerAt(start_.position + place);
  FillResult(rpc::RequestDoesNotParse(), response.mutable_result());
  return response;
}

v1::StreamScreenSuppliersResponse StreamRun::AnswerAt(uint64_t position) const {
  v1::StreamScreenSuppliersResponse response;
  response.set_position(position);
  const uint64_t next = position + 1;
  if (next % rpc::kStreamScreenResumeEvery == 0) response.set_resume_token(TokenAt(next));
  return response;
}

std::string StreamRun::TokenAt(uint64_t position) const {
  StreamPlace place = start_;
  place.position = position;
  return EncodeResumeToken(fingerprint_, place);
}

v1::ScreenSupplierRequest StreamRun::Complete(v1::ScreenSupplierRequest request,
                                              uint64_t position) const {
  if (!request.has_purchase() && settings_.has_purchase()) {
    *request.mutable_purchase() = settings_.purchase();
  }
  // Not the active policy: no candidate is evaluated beside it.
  if (request.policy().empty() && !settings_.policy().empty()) {
    request.set_policy(start_.stamp.policy_version());
  }
  if (!request.has_as_of()) *request.mutable_as_of() = start_.stamp.as_of();
  if (request.request_id().empty()) {
    request.set_request_id(absl::StrCat(start_.stream_id, "/", position));
  }
  return request;
}

}  // namespace probity::screening_service
