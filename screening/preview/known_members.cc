#include "screening/preview/known_members.h"

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "screening/watch/parallel.h"

namespace probity::screening {
namespace {

// Rows that the threads share at a time.
constexpr size_t kShare = 4096;
// How long the watch may need to come to head, and how often it is asked.
constexpr absl::Duration kPatience = absl::Seconds(10);
constexpr absl::Duration kTick = absl::Milliseconds(200);

std::string KeyOf(const MemberPlace& place) {
  return absl::StrCat(place.authority, absl::string_view("\0", 1), place.portfolio, "|",
                      place.member);
}

// Whether what was decided then stands on that day over that revision.
bool Stands(const storage::v1::WatchedMemberRow& row, const WatchPoint& at) {
  const v1::WatchedVerdict& verdict = row.verdict();
  const bool due = row.has_due_day() && row.due_day() <= at.day;
  return !due && verdict.revision() <= at.revision && FirstDay(verdict.as_of()) <= at.day;
}

}  // namespace

absl::Status KnownMembers::Read(const Watch& watch, const Question& question) {
  const absl::Time until = absl::Now() + kPatience;
  absl::Status weighed;
  do {
    if (absl::Status go_on = question.still_wanted(); !go_on.ok()) return go_on;
    weighed = watch.AwaitWeighed({question.at.revision, 0}, absl::Now() + kTick);
  } while (absl::IsDeadlineExceeded(weighed) && absl::Now() < until);
  if (!weighed.ok()) return absl::OkStatus();
  absl::Status fault;
  auto began = watch.ReadMembers(
      [&](const MemberPlace& place, const storage::v1::WatchedReads& reads) {
        if (question.views.count(place.authority) > 0) share_.push_back({place, reads});
        if (share_.size() == kShare) fault = Sieve(question);
        return fault.ok();
      },
      [&](const MemberPlace& place, const storage::v1::WatchedMemberRow& row) {
        fault = Sieve(question);
        if (fault.ok()) Keep(question, place, row);
        return fault.ok();
      });
  sieved_ = {};
  if (!fault.ok()) return fault;
  const bool is_here = began.ok() && !(began->revision < question.at.revision);
  if (!is_here) members_.clear();
  return absl::OkStatus();
}

absl::Status KnownMembers::Sieve(const Question& question) {
  if (share_.empty()) return absl::OkStatus();
  std::vector<char> touched(share_.size());
  absl::Status done = ForEachShared(question.threads, share_.size(), [&](size_t i) {
    if (absl::Status go_on = question.still_wanted(); !go_on.ok()) return go_on;
    const BothViews& views = question.views.at(share_[i].place.authority);
    auto one = IsTouched(share_[i].reads, views.touched, question.names);
    if (one.ok()) touched[i] = *one ? 1 : 0;
    return one.status();
  });
  for (size_t i = 0; i < share_.size(); ++i) {
    sieved_.emplace_back(std::move(share_[i].place), touched[i] != 0);
  }
  share_.clear();
  return done;
}

// Rows come in the order in which what they rest on came.
void KnownMembers::Keep(const Question& question, const MemberPlace& place,
                        const storage::v1::WatchedMemberRow& row) {
  const std::string key = KeyOf(place);
  while (next_ < sieved_.size() && KeyOf(sieved_[next_].first) < key) ++next_;
  if (next_ == sieved_.size() || KeyOf(sieved_[next_].first) != key) return;
  if (!Stands(row, question.at)) return;
  Known& known = members_[key];
  known.touched = sieved_[next_].second;
  known.policy = &*policies_.insert(row.verdict().policy()).first;
  if (known.touched) known.verdict = row.verdict();
}

const KnownMembers::Known* KnownMembers::Find(const MemberPlace& place) const {
  const auto known = members_.find(KeyOf(place));
  return known == members_.end() ? nullptr : &known->second;
}

}  // namespace probity::screening
