#include "services/rpc/call_log.h"

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/errors.h"
#include "base/log_text.h"
#include "spdlog/spdlog.h"

namespace probity::rpc {
namespace {

bool IsServerFault(const absl::Status& status) {
  return absl::IsInternal(status) || absl::IsUnknown(status) || absl::IsDataLoss(status);
}

}  // namespace

std::string FormatCall(const CallContext& call, absl::string_view method,
                       const absl::Status& status, absl::Duration duration) {
  // Principals and authorities have only signs that JSON does not escape (Caller);
  // messages need quoting.
  std::string line =
      absl::StrCat(R"({"at":")", UtcText(call.received_at), R"(","call_id":")", call.call_id, "\"");
  if (!call.trace_id.empty()) absl::StrAppend(&line, R"(,"trace_id":")", call.trace_id, "\"");
  absl::StrAppend(&line, R"(,"method":")", method, R"(","principal":")", call.caller.principal,
                  R"(","authority":")", call.caller.authority);
  if (!call.caller.via.empty()) absl::StrAppend(&line, R"(","via":")", call.caller.via);
  absl::StrAppend(&line, R"(","code":")", absl::StatusCodeToString(status.code()), "\"");
  if (ReasonOf(status) != v1::ERROR_REASON_UNSPECIFIED) {
    absl::StrAppend(&line, R"(,"reason":")", ReasonName(ReasonOf(status)), "\"");
  }
  if (!call.deprecated.empty()) {
    absl::StrAppend(&line, R"(,"deprecated":")", call.deprecated, "\"");
  }
  if (IsServerFault(status)) absl::StrAppend(&line, R"(,"message":)", JsonText(status.message()));
  absl::StrAppend(&line, R"(,"duration_us":)", absl::ToInt64Microseconds(duration), "}");
  return line;
}

void LogCall(const CallContext& call, absl::string_view method, const absl::Status& status,
             absl::Duration duration) {
  const auto level = IsServerFault(status) ? spdlog::level::err : spdlog::level::info;
  if (!spdlog::should_log(level)) return;
  spdlog::log(level, FormatCall(call, method, status, duration));
}

std::string FormatMessage(absl::Time at, absl::string_view message) {
  return absl::StrCat(R"({"at":")", UtcText(at), R"(","message":)", JsonText(message), "}");
}

void LogMessage(absl::string_view message) { spdlog::info(FormatMessage(absl::Now(), message)); }
void LogWarning(absl::string_view message) { spdlog::warn(FormatMessage(absl::Now(), message)); }
void LogError(absl::string_view message) { spdlog::error(FormatMessage(absl::Now(), message)); }

}  // namespace probity::rpc
