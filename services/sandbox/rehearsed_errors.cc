#include "services/sandbox/rehearsed_errors.h"

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/errors.h"
#include "base/tables.h"
#include "services/rpc/identity_source.h"

namespace probity::sandbox {
namespace {

// Who used up his quota, and whose disk is full.
constexpr char kCaller[] = "local";
constexpr char kPath[] = "/sandbox";
// Short, so that tests which wait as they are told end soon.
constexpr absl::Duration kRetryAfter = absl::Milliseconds(200);
constexpr uint32_t kStreams = 16;
constexpr uint64_t kQueue = 10000;

// In the words of a server that is in that trouble.
std::map<std::string, absl::Status> KnownErrors() {
  return {
      {"UNAUTHENTICATED", rpc::NotIdentified("the token is not known: send the metadata "
                                             "\"authorization: Bearer TOKEN\"")},
      {"PERMISSION_DENIED", PermissionMissing("SCREEN")},
      {"QUOTA_EXCEEDED", QuotaExceeded(kCaller, "caller_units_per_second", kRetryAfter)},
      {"OVERLOADED", Overloaded(kRetryAfter)},
      {"TOO_MANY_STREAMS", TooManyStreams(kCaller, kStreams, kRetryAfter)},
      {"INDEX_NOT_READY", IndexNotReady(1, 0, "it reads the names of revision 1")},
      {"EVIDENCE_LOG_UNAVAILABLE", EvidenceLogUnavailable(kPath, "rehearsed by the sandbox")},
      {"EVIDENCE_QUEUE_FULL", EvidenceQueueFull(kQueue)},
      {"ACCESS_LOG_UNAVAILABLE", AccessLogUnavailable(kPath, "rehearsed by the sandbox")},
      {"ISSUER_KEYS_UNAVAILABLE",
       IssuerKeysUnavailable("https://issuer.invalid", "rehearsed by the sandbox")},
      {"WATCH_UNAVAILABLE", WatchUnavailable(kPath, "rehearsed by the sandbox")},
      {"COMMIT_OUTCOME_UNKNOWN", CommitOutcomeUnknown(kPath, "rehearsed by the sandbox")},
      {"DISK_FULL", DiskFull(kPath)},
      {"STORE_CORRUPT", StoreCorrupt(kPath, "rehearsed by the sandbox")},
      // What gRPC itself or a fault gives carries no reason.
      {"DEADLINE_EXCEEDED", absl::DeadlineExceededError("rehearsed by the sandbox: too late")},
      {"CANCELLED", absl::CancelledError("rehearsed by the sandbox: cancelled")},
      {"INTERNAL", absl::InternalError("rehearsed by the sandbox: a fault of the server")},
      {"UNKNOWN", absl::UnknownError("rehearsed by the sandbox: a fault of the server")},
  };
}

absl::Status Wrong(absl::string_view subject, absl::string_view problem) {
  return InvalidField("errors.csv", absl::StrCat("\"", subject, "\" ", problem));
}

}  // namespace

absl::StatusOr<std::unique_ptr<RehearsedErrors>> RehearsedErrors::FromCsv(absl::string_view csv) {
  auto rows = ParseTable(csv);
  if (!rows.ok()) return rows.status();
  const std::map<std::string, absl::Status> known = KnownErrors();
  std::unique_ptr<RehearsedErrors> errors(new RehearsedErrors());
  for (TableRow& row : *rows) {
    const std::string& subject = row["subject"];
    const auto error = known.find(row["error"]);
    if (subject.empty()) return Wrong(subject, "is no subject");
    if (error == known.end()) {
      return Wrong(subject, absl::StrCat("has an error that cannot be rehearsed: ", row["error"]));
    }
    const std::string& given = row["given"];
    if (given != "always" && given != "alternately") {
      return Wrong(subject, "must be given always or alternately");
    }
    const auto [place, is_new] = errors->by_subject_.try_emplace(subject);
    if (!is_new) return Wrong(subject, "stands there twice");
    place->second.status = error->second;
    place->second.alternates = given == "alternately";
  }
  return errors;
}

absl::Status RehearsedErrors::Enter(const grpc::CallbackServerContext& /*context*/,
                                    absl::string_view /*method*/, rpc::CallContext* call) {
  call->rehearse = [this](const std::vector<std::string>& subjects) { return Of(subjects); };
  return absl::OkStatus();
}

absl::Status RehearsedErrors::Of(const std::vector<std::string>& subjects) {
  for (const std::string& subject : subjects) {
    const auto found = by_subject_.find(subject);
    if (found == by_subject_.end()) continue;
    const uint64_t earlier = found->second.calls.fetch_add(1, std::memory_order_relaxed);
    if (!found->second.alternates || earlier % 2 == 0) return found->second.status;
  }
  return absl::OkStatus();
}

}  // namespace probity::sandbox
