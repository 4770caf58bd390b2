// Resume tokens of StreamScreenSuppliers: opaque to clients, bound to the settings
// and the caller's authority.
#ifndef PROBITY_SERVICES_SCREENING_SERVICE_RESUME_TOKEN_H_
#define PROBITY_SERVICES_SCREENING_SERVICE_RESUME_TOKEN_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "probity/v1/common.pb.h"
#include "probity/v1/screening_service.pb.h"
#include "services/rpc/call_context.h"

namespace probity::screening_service {

// Where a stream goes on, and what it was opened with.
struct StreamPlace {
  uint64_t position = 0;  // of the first item that is expected
  std::string stream_id;
  // Revision, policy version and day that decide to the end.
  v1::AnswerStamp stamp;
};

// What a stream is asked to do, for whom: not where it stands, nor how fresh.
std::string SettingsFingerprint(const rpc::CallContext& call,
                                const v1::StreamScreenSettings& settings);

// URL-safe text.
std::string EncodeResumeToken(absl::string_view settings, const StreamPlace& place);
// INVALID_ARGUMENT / INVALID_RESUME_TOKEN when the token was cut or altered, or
// belongs to other settings.
absl::StatusOr<StreamPlace> DecodeResumeToken(absl::string_view settings, absl::string_view token);

}  // namespace probity::screening_service

#endif  // PROBITY_SERVICES_SCREENING_SERVICE_RESUME_TOKEN_H_
