#include "base/trace_context.h"

#include <cstdint>

#include "absl/random/random.h"
#include "absl/strings/str_cat.h"

namespace probity {
namespace {

// "00-" trace id "-" parent id "-" flags.
constexpr size_t kLength = 55;
constexpr size_t kTraceAt = 3, kTraceLength = 32;
constexpr size_t kParentAt = 36, kParentLength = 16;
constexpr size_t kFlagsAt = 53, kFlagsLength = 2;

bool IsHex(absl::string_view text) {
  return text.find_first_not_of("0123456789abcdef") == absl::string_view::npos;
}

bool IsZero(absl::string_view text) {
  return text.find_first_not_of('0') == absl::string_view::npos;
}

uint64_t AnyButZero(absl::BitGen& random) {
  return absl::Uniform<uint64_t>(absl::IntervalClosed, random, 1, UINT64_MAX);
}

}  // namespace

std::string TraceIdOf(absl::string_view traceparent) {
  if (traceparent.size() < kLength) return "";
  const absl::string_view version = traceparent.substr(0, 2);
  const absl::string_view trace = traceparent.substr(kTraceAt, kTraceLength);
  const absl::string_view parent = traceparent.substr(kParentAt, kParentLength);
  const bool dashes = traceparent[kTraceAt - 1] == '-' && traceparent[kParentAt - 1] == '-' &&
                      traceparent[kFlagsAt - 1] == '-';
  const bool hex = IsHex(version) && IsHex(trace) && IsHex(parent) &&
                   IsHex(traceparent.substr(kFlagsAt, kFlagsLength));
  if (!dashes || !hex || version == "ff" || IsZero(trace) || IsZero(parent)) return "";
  const bool ends = traceparent.size() == kLength;
  if (!ends && (version == "00" || traceparent[kLength] != '-')) return "";
  return std::string(trace);
}

std::string NewTraceparent() {
  thread_local absl::BitGen random;
  return absl::StrCat("00-", absl::Hex(AnyButZero(random), absl::kZeroPad16),
                      absl::Hex(AnyButZero(random), absl::kZeroPad16), "-",
                      absl::Hex(AnyButZero(random), absl::kZeroPad16), "-00");
}

}  // namespace probity
