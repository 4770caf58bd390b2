#include "services/timestamps/timestamper.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/http_call.h"
#include "base/random.h"
#include "base/trace_context.h"

namespace probity::timestamps {
namespace {

constexpr size_t kNonceBytes = 8;

}  // namespace

Timestamper::Timestamper(storage::EvidenceLog* log, TimestamperOptions options)
    : log_(log), options_(std::move(options)), thread_([this] { Run(); }) {}

Timestamper::~Timestamper() {
  {
    absl::MutexLock lock(&mutex_);
    ending_ = true;
  }
  thread_.join();
}

void Timestamper::Run() {
  absl::Duration wait = absl::ZeroDuration();
  while (Sleep(wait)) wait = Heed(StampNewest());
}

bool Timestamper::Sleep(absl::Duration wait) {
  absl::MutexLock lock(&mutex_);
  const auto is_ending = [this] { return ending_.load(); };
  return !mutex_.AwaitWithTimeout(absl::Condition(&is_ending), wait);
}

absl::Duration Timestamper::Heed(const absl::Status& status) {
  if (ending_) return absl::ZeroDuration();
  if (status.ok()) {
    if (retry_ > absl::ZeroDuration()) options_.log("time stamps: heads are stamped again");
    retry_ = absl::ZeroDuration();
    return options_.every;
  }
  ++failures_;
  retry_ =
      std::min(options_.every, retry_ > absl::ZeroDuration() ? 2 * retry_ : options_.first_retry);
  options_.warn(absl::StrCat("time stamps: ", status.message(), "; asked again in ",
                             absl::FormatDuration(retry_)));
  return retry_;
}

absl::Status Timestamper::StampNewest() {
  const probity::v1::LogHead head = log_->Head();
  auto before = log_->NewestTimestamp();
  if (!before.ok()) return before.status();
  const uint64_t stamped = before->has_value() ? (*before)->head().tree_size() : 0;
  if (head.tree_size() <= stamped) return absl::OkStatus();
  auto token = FetchToken(head);
  if (!token.ok()) return token.status();
  probity::v1::TimestampedHead kept;
  *kept.mutable_head() = head;
  kept.set_token(*std::move(token));
  return log_->AddTimestamp(kept);
}

absl::StatusOr<std::string> Timestamper::FetchToken(const probity::v1::LogHead& head) const {
  const evidence::TimestampQuery query{evidence::TimestampedDigest(head), options_.policy_oid,
                                       RandomBytes(kNonceBytes)};
  // It is asked on no caller's behalf. Who looks into a failure finds the question in the
  // authority's log by this trace.
  const std::string traceparent = NewTraceparent();
  auto token = Ask(query, traceparent);
  if (token.ok()) return token;
  return absl::Status(token.status().code(), absl::StrCat(token.status().message(), " (trace ",
                                                          TraceIdOf(traceparent), ")"));
}

absl::StatusOr<std::string> Timestamper::Ask(const evidence::TimestampQuery& query,
                                             const std::string& traceparent) const {
  auto answer = AnswerTo(
      {options_.url,
       options_.timeout,
       ending_,
       {"Content-Type: application/timestamp-query", absl::StrCat("traceparent: ", traceparent)},
       evidence::EncodeTimestampQuery(query)});
  if (!answer.ok()) return answer.status();
  auto token = evidence::TokenOfAnswer(*answer);
  if (!token.ok()) return token.status();
  auto verified = evidence::VerifyTimestamp(*token, query, options_.ca_pem);
  if (!verified.ok()) return verified.status();
  return token;
}

}  // namespace probity::timestamps
