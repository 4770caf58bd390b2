#include "services/rpc/view.h"

#include <algorithm>

#include "base/civil_day.h"
#include "base/timestamps.h"

namespace probity::rpc {
namespace {

// Longest that a call waits for the names of its revision.
constexpr absl::Duration kNamePatience = absl::Seconds(2);

}  // namespace

absl::StatusOr<ViewPtr> ViewFor(const storage::Store& store, const CallContext& call,
                                const v1::Consistency& consistency) {
  switch (consistency.requirement_case()) {
    case v1::Consistency::REQUIREMENT_NOT_SET:
    case v1::Consistency::kMinimizeLatency:
      return store.Head(call.caller.authority);
    default:
      return store.ViewAt(consistency, call.caller.authority);
  }
}

absl::StatusOr<v1::Consistency> ForNames(const storage::Store& store,
                                         const storage::NameIndex& names,
                                         const v1::Consistency& consistency) {
  const uint64_t covered = names.covered();
  if (!consistency.minimize_latency() || covered == 0) return consistency;
  auto token = store.TokenOf(covered);
  if (!token.ok()) return token.status();
  v1::Consistency exact;
  *exact.mutable_at_exact_revision() = *std::move(token);
  return exact;
}

bool NamesAreAtHand(const storage::Store& store, const storage::NameIndex& names,
                    const v1::Consistency& consistency) {
  const uint64_t covered = names.covered();
  if (consistency.minimize_latency() && covered > 0) return true;
  if (consistency.has_at_exact_revision() &&
      covered >= consistency.at_exact_revision().revision()) {
    return true;
  }
  return covered >= store.Head("")->token().revision();
}

absl::StatusOr<ViewPtr> NamedViewFor(const storage::Store& store, const storage::NameIndex& names,
                                     const CallContext& call, const v1::Consistency& consistency) {
  auto named = ForNames(store, names, consistency);
  if (!named.ok()) return named.status();
  auto view = ViewFor(store, call, *named);
  if (!view.ok()) return view.status();
  const absl::Time until = std::min(call.received_at + kNamePatience, call.deadline);
  absl::Status ready = storage::AwaitNames(names, (*view)->token().revision(), until,
                                           [&call] { return call.CheckAlive(); });
  if (!ready.ok()) return ready;
  return view;
}

absl::StatusOr<ViewPtr> ViewOfRevision(const storage::Store& store, const CallContext& call,
                                       uint64_t revision) {
  absl::StatusOr<v1::RevisionToken> token = store.TokenOf(revision);
  if (!token.ok()) return token.status();
  v1::Consistency exact;
  *exact.mutable_at_exact_revision() = *std::move(token);
  return store.ViewAt(exact, call.caller.authority);
}

google::protobuf::Timestamp TimestampOf(absl::Time time) {
  return TimestampOfMicros(absl::ToUnixMicros(time));
}

v1::AnswerStamp StampOf(const CallContext& call) {
  v1::AnswerStamp stamp;
  *stamp.mutable_evaluated_at() = TimestampOf(call.received_at);
  stamp.set_call_id(call.call_id);
  return stamp;
}

v1::AnswerStamp StampOf(const storage::View& view, const CallContext& call) {
  v1::AnswerStamp stamp = StampOf(call);
  *stamp.mutable_revision() = view.token();
  return stamp;
}

v1::AnswerStamp StampOf(const storage::View& view, const CallContext& call, DayNumber as_of) {
  v1::AnswerStamp stamp = StampOf(view, call);
  *stamp.mutable_as_of() = DateOf(as_of);
  return stamp;
}

}  // namespace probity::rpc
