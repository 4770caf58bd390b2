#include "services/screening_service/resume_token.h"

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "base/hash.h"
#include "services/rpc/page_token.h"

namespace probity::screening_service {
namespace {

// Token: the first 12 bytes of SHA-256 over settings and place, then the place, a
// StreamScreenSuppliersResponse as the opening has it; as URL-safe base64.
constexpr size_t kSealBytes = 12;

std::string Seal(absl::string_view settings, absl::string_view place) {
  return Sha256(absl::StrCat(settings, place)).substr(0, kSealBytes);
}

}  // namespace

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
  const std::string bytes = opening.SerializeAsString();
  return absl::WebSafeBase64Escape(Seal(settings, bytes) + bytes);
}

absl::StatusOr<StreamPlace> DecodeResumeToken(absl::string_view settings, absl::string_view token) {
  const absl::Status refused = InvalidResumeToken("settings.resume_token");
  std::string bytes;
  if (!absl::WebSafeBase64Unescape(token, &bytes) || bytes.size() < kSealBytes) return refused;
  const std::string place = bytes.substr(kSealBytes);
  v1::StreamScreenSuppliersResponse opening;
  if (Seal(settings, place) != bytes.substr(0, kSealBytes) || !opening.ParseFromString(place)) {
    return refused;
  }
  return StreamPlace{opening.position(), opening.opened().stream_id(), opening.opened().stamp()};
}

}  // namespace probity::screening_service
