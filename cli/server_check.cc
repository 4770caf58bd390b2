#include "cli/server_check.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "cli/session.h"
#include "cli/text.h"

namespace probity::cli {
namespace {

std::string Millis(absl::Duration duration) {
  return absl::StrFormat("%.2f ms", absl::ToDoubleMilliseconds(duration));
}

// Of a call that failed: a right that is lacking is no fault of the server.
Finding Failed(std::string check, const grpc::Status& status) {
  const std::string reason = ReasonOf(status);
  Finding finding{
      std::move(check), Fitness::kUnfit,
      absl::StrCat(reason.empty() ? "" : reason + ": ", Printable(status.error_message())),
      "look into the server's log"};
  if (status.error_code() == grpc::StatusCode::PERMISSION_DENIED) {
    finding.fitness = Fitness::kNotChecked;
    finding.advice = "ask with an identity that may call it";
  } else if (reason == "INDEX_NOT_READY") {
    finding.fitness = Fitness::kDoubtful;
    finding.advice = "the index of names is being built: ask again in a minute";
  } else if (status.error_code() == grpc::StatusCode::RESOURCE_EXHAUSTED) {
    finding.fitness = Fitness::kDoubtful;
    finding.advice = "the server sheds load, or this caller has used its share: ask again later";
  }
  return finding;
}

Finding JudgeIndex(const v1::NameIndexInfo& index) {
  Finding finding{"name index", Fitness::kFit,
                  absl::StrCat("covers revision ", index.covered_revision()), ""};
  if (index.ready()) return finding;
  finding.fitness = Fitness::kDoubtful;
  finding.advice = "names of the newest revision cannot be searched yet: ask again in a minute";
  return finding;
}

Finding JudgeLog(const v1::EvidenceLogInfo& log) {
  Finding finding{"evidence log", Fitness::kFit, FormatCount(log.tree_size()) + " entries", ""};
  const bool gap = log.has_continuation() && log.continuation().accepted_by().empty();
  if (gap) {
    finding.fitness = Fitness::kUnfit;
    finding.seen += ", put back from a backup with a gap that nobody accepted";
    finding.advice = "docs/OPERATIONS.md, \"The evidence log is damaged or lost\"";
  } else if (log.not_recorded() > 0) {
    finding.fitness = Fitness::kDoubtful;
    finding.seen += absl::StrCat(", ", FormatCount(log.not_recorded()),
                                 " verdicts not given because they could not be recorded");
    finding.advice = "look at the disk of evidence_dir and into the server's log";
  }
  return finding;
}

}  // namespace

Finding JudgeHealth(const grpc::Status& status, const std::string& response) {
  // HealthCheckResponse {status: SERVING}; its only field, of the smallest value.
  constexpr char kServing[] = "\x08\x01";
  if (!status.ok()) return Failed("health", status);
  if (response == kServing) return {"health", Fitness::kFit, "SERVING", ""};
  return {"health", Fitness::kUnfit, "NOT_SERVING", "it starts or stops, or its store is not open"};
}

Finding JudgeCalls(const std::string& check, CallTimes calls, absl::Duration good) {
  if (calls.times.empty() || !calls.status.ok()) return Failed(check, calls.status);
  std::sort(calls.times.begin(), calls.times.end());
  const size_t count = calls.times.size();
  const absl::Duration slow = calls.times[count * 99 / 100];
  Finding finding{
      check, Fitness::kFit,
      absl::StrCat("p50 ", Millis(calls.times[count / 2]), ", p99 ", Millis(slow), " of ", count),
      ""};
  if (slow > good) {
    finding.fitness = Fitness::kDoubtful;
    finding.advice = absl::StrCat("people wait for more than ", Millis(good),
                                  ": is it the way there, the load, or the disk?");
  }
  return finding;
}

Finding JudgeDifference(const std::vector<ClockReading>& readings) {
  Finding finding{"clock difference", Fitness::kNotChecked, "no answer told the time",
                  "the server answered nothing that could be compared"};
  absl::Duration least = absl::InfiniteDuration();
  for (const ClockReading& reading : readings) {
    // Within the call's own time nothing can be said.
    const absl::Duration ahead = reading.server - reading.received;
    const absl::Duration behind = reading.sent - reading.server;
    least = std::min(least, std::max({ahead, behind, absl::ZeroDuration()}));
  }
  if (readings.empty()) return finding;
  finding.fitness = least > kGoodDifference ? Fitness::kUnfit : Fitness::kFit;
  finding.seen = absl::StrCat("at least ", Millis(least));
  finding.advice = least > kGoodDifference
                       ? "set the wrong one right: verdicts and tokens go by the day and the time"
                       : "";
  return finding;
}

std::vector<Finding> JudgeInfo(const v1::GetServerInfoResponse& info, absl::Time now) {
  const absl::Time published = absl::FromUnixSeconds(info.published_at().seconds());
  Finding store{"store", Fitness::kFit,
                absl::StrCat("revision ", info.revision().revision(), ", ",
                             FormatCount(info.supplier_count()), " suppliers"),
                ""};
  if (published > now + kGoodDifference) {
    store.fitness = Fitness::kDoubtful;
    store.advice = "its newest revision is of the future: was a clock set back?";
  } else if (info.datasets().empty()) {
    store.fitness = Fitness::kDoubtful;
    store.advice = "no list is loaded: nothing can be found, and nothing is clear";
  }
  return {store, JudgeIndex(info.name_index()), JudgeLog(info.evidence_log())};
}

}  // namespace probity::cli
