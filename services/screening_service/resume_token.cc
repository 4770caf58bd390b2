#include "services/screening_service/resume_token.h"

#include "base/errors.h"
#include "services/rpc/page_token.h"
#include "services/rpc/seal.h"

namespace probity::screening_service {
std::string SettingsFingerprint(const rpc::CallContext& call,
                                const v1::StreamScreenSettings& settings) {
  v1::StreamScreenSettings asked = settings;
  asked.clear_stream_id();
  asked.clear_resume_token();
  return rpc::QueryFingerprint(call, asked);
}

std::string EncodeResumeToken(absl::string_view settings, const StreamPlace& place) {
  v1::StreamScreenSuppliersResponse opening;
  opening.set_position(place.position);
  opening.mutable_opened()->set_stream_id(place.stream_id);
  v1::AnswerStamp* stamp = opening.mutable_opened()->mutable_stamp();
  *stamp->mutable_revision() = place.stamp.revision();
  *stamp->mutable_as_of() = place.stamp.as_of();
  stamp->set_policy_version(place.stamp.policy_version());
  return rpc::Seal(settings, opening.SerializeAsString());
}

absl::StatusOr<StreamPlace> DecodeResumeToken(absl::string_view settings, absl::string_view token) {
  // The place, a StreamScreenSuppliersResponse as the opening has it.
  const auto place = rpc::Unseal(settings, token);
  v1::StreamScreenSuppliersResponse opening;
  if (!place || !opening.ParseFromString(*place)) {
    return InvalidResumeToken("settings.resume_token");
  }
  return StreamPlace{opening.position(), opening.opened().stream_id(), opening.opened().stamp()};
}

}  // namespace probity::screening_service
