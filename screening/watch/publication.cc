#include "screening/watch/publication.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/errors.h"

namespace probity::screening {
namespace {

v1::PortfolioStatus StatusOf(const TrackedPortfolio& portfolio) {
  v1::PortfolioStatus status;
  status.set_clear(portfolio.counts[v1::VERDICT_CLEAR]);
  status.set_review(portfolio.counts[v1::VERDICT_REVIEW]);
  status.set_block(portfolio.counts[v1::VERDICT_BLOCK]);
  status.set_members(status.clear() + status.review() + status.block());
  for (const std::string& source : portfolio.stale_sources) status.add_stale_sources(source);
  return status;
}

}  // namespace

absl::StatusOr<Publication::Shown> Publication::Show(absl::string_view authority,
                                                     absl::string_view portfolio) const {
  absl::ReaderMutexLock lock(&mutex_);
  if (!fault_.ok()) return fault_;
  if (database_ == nullptr) return WatchUnavailable("watch", "it is being opened");
  Shown shown;
  shown.database = database_;
  shown.frame.watch_id = watch_id_;
  shown.frame.weighed = weighed_;
  if (const auto of = authorities_.find(authority); of != authorities_.end()) {
    shown.frame.newest_event = of->second.events.last;
    shown.first_event = of->second.events.first;
    const auto found = of->second.portfolios.find(portfolio);
    if (found != of->second.portfolios.end()) shown.status = found->second;
  }
  shown.status.set_watched_revision(weighed_.revision);
  if (weighed_.revision > 0) *shown.status.mutable_watched_day() = DateOf(weighed_.day);
  return shown;
}

uint64_t Publication::Listen(absl::string_view authority, std::function<void()> called) {
  absl::MutexLock lock(&listening_);
  listeners_[++last_listener_] = {std::string(authority), std::move(called)};
  return last_listener_;
}

void Publication::Unlisten(uint64_t listener) {
  absl::MutexLock lock(&listening_);
  listeners_.erase(listener);
}

absl::Status Publication::Await(WatchPoint point, absl::Time until) const {
  const auto reached = [&]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
    return weighed_.revision >= point.revision && weighed_.day >= point.day;
  };
  absl::ReaderMutexLock lock(&mutex_);
  if (mutex_.AwaitWithDeadline(absl::Condition(&reached), until)) return absl::OkStatus();
  if (!fault_.ok()) return fault_;
  return absl::DeadlineExceededError(absl::StrCat("the watch has weighed revision ",
                                                  weighed_.revision, ", not yet ", point.revision,
                                                  " on day ", FormatDate(DateOf(point.day))));
}

void Publication::AwaitOpen(absl::Time until) const {
  const auto open = [this]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
    return database_ != nullptr || !fault_.ok();
  };
  absl::ReaderMutexLock lock(&mutex_);
  mutex_.AwaitWithDeadline(absl::Condition(&open), until);
}

void Publication::ShowDatabase(std::shared_ptr<const storage::WatchDatabase> database,
                               std::string watch_id,
                               const std::map<std::string, TrackedAuthority>& authorities) {
  {
    absl::MutexLock lock(&mutex_);
    database_ = std::move(database);
    fault_ = absl::OkStatus();
    if (watch_id != watch_id_) weighed_ = {};
    watch_id_ = std::move(watch_id);
    authorities_.clear();
    for (const auto& [name, authority] : authorities) authorities_[name] = ShownOf(authority);
  }
  Tell(nullptr);
}

void Publication::ShowFault(const absl::Status& why) {
  {
    absl::MutexLock lock(&mutex_);
    const bool known = ReasonOf(why) == v1::ERROR_REASON_WATCH_UNAVAILABLE;
    fault_ = known ? why : WatchUnavailable("watch", why.message());
    database_ = nullptr;
  }
  Tell(nullptr);
}

Publication::Authority Publication::ShownOf(const TrackedAuthority& authority) {
  Authority shown;
  shown.events = authority.events;
  for (const auto& [id, portfolio] : authority.portfolios) {
    shown.portfolios[id] = StatusOf(portfolio);
  }
  return shown;
}

void Publication::ShowAuthority(const std::string& name, const TrackedAuthority& authority) {
  Authority shown = ShownOf(authority);
  {
    absl::MutexLock lock(&mutex_);
    authorities_[name] = std::move(shown);
  }
  Tell(&name);
}

void Publication::ShowPoint(WatchPoint weighed) {
  {
    absl::MutexLock lock(&mutex_);
    if (weighed == weighed_) return;
    weighed_ = weighed;
  }
  Tell(nullptr);
}

void Publication::Tell(const std::string* authority) const {
  absl::MutexLock lock(&listening_);
  for (const auto& [id, listener] : listeners_) {
    if (authority == nullptr || listener.authority == *authority) listener.called();
  }
}

}  // namespace probity::screening
