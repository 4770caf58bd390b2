#include "screening/watch/engine.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "storage/watch/record_changes.h"

namespace probity::screening {
namespace {

// Members that are decided before what came of them is written.
constexpr size_t kShare = 256;
// Records of a revision that are looked at one by one; more touch everybody.
constexpr size_t kMostChanges = 20000;
// Longest wait for the names of a revision, before it is asked whether to stop.
constexpr absl::Duration kNamePatience = absl::Milliseconds(200);

}  // namespace

WatchEngine::WatchEngine(const WatchOptions& options, const std::function<bool()>& stopping,
                         Publication* publication)
    : options_(options),
      stopping_(stopping),
      publication_(*publication),
      store_(options.names.store),
      engine_bytes_(options.engine.SerializeAsString()),
      decider_(options, stopping) {}

DayNumber WatchEngine::Today() const { return DayOfSeconds(absl::ToUnixSeconds(options_.now())); }

void WatchEngine::Warn(absl::string_view message) const {
  if (options_.warn) options_.warn(absl::StrCat("watch: ", message));
}

WatchStep WatchEngine::StepTo(WatchPoint point, v1::ChangeCause cause,
                              const std::string& dataset) const {
  return {point, cause, dataset.empty() ? "" : absl::StrCat("datasets/", dataset), options_.now()};
}

absl::Status WatchEngine::Advance() {
  absl::Status status;
  if (database_ == nullptr) status = Open();
  if (status.ok()) status = Follow();
  if (status.ok() || absl::IsCancelled(status)) return status;
  // What memory holds may be ahead of what was written.
  ledger_.reset();
  publication_.ShowFault(status);
  database_.reset();
  return status;
}

absl::Status WatchEngine::Follow() {
  absl::Status status = DecideTheNew();
  while (status.ok()) {
    if (stopping_()) return absl::CancelledError("the watch is being closed");
    if (all_again_ == v1::CHANGE_CAUSE_UNSPECIFIED) publication_.ShowPoint(point_);
    if (store_.Head("")->token().revision() > point_.revision) {
      status = StepRevision();
    } else if (Today() > point_.day) {
      status = StepDays(Today());
    } else {
      break;
    }
  }
  if (status.ok()) status = DecideAllAgain();
  return status.ok() ? FollowPolicies() : status;
}

// Who has no row was added just before the watch was opened, or cut off; and a portfolio
// that has none was never decided as a whole.
absl::Status WatchEngine::DecideTheNew() {
  if (!some_undecided_) return absl::OkStatus();
  Tasks tasks;
  for (auto& [name, authority] : roster_.authorities()) {
    for (TrackedMember* member : roster_.Members(name)) {
      const bool is_new = !member->decided || !member->portfolio->known;
      if (is_new) tasks.push_back({member, v1::CHANGE_CAUSE_PORTFOLIO});
    }
  }
  const WatchStep step = StepTo(point_, v1::CHANGE_CAUSE_PORTFOLIO);
  absl::Status status = Decide(step, std::move(tasks), views_.get());
  for (auto& [name, authority] : roster_.authorities()) {
    for (auto& [id, portfolio] : authority.portfolios) {
      if (status.ok() && !portfolio.known) status = LookAtSources(step, &portfolio, views_.get());
    }
  }
  some_undecided_ = !status.ok();
  return status;
}

absl::Status WatchEngine::DecideAllAgain() {
  const v1::ChangeCause why = all_again_;
  if (why == v1::CHANGE_CAUSE_UNSPECIFIED) return absl::OkStatus();
  Tasks tasks;
  for (auto& [name, authority] : roster_.authorities()) {
    for (TrackedMember* member : roster_.Members(name)) tasks.push_back({member, why});
  }
  absl::Status decided = Decide(StepTo(point_, why), std::move(tasks), views_.get());
  if (!decided.ok()) return decided;
  all_again_ = v1::CHANGE_CAUSE_UNSPECIFIED;
  publication_.ShowPoint(point_);
  return WriteProgress();
}

absl::Status WatchEngine::Decide(const WatchStep& step, Tasks tasks, ViewsByAuthority* views) {
  if (tasks.empty()) return absl::OkStatus();
  SortTasks(&tasks);
  while (!options_.names.index.Await(views->revision(), absl::Now() + kNamePatience).ok()) {
    if (stopping_()) return absl::CancelledError("the watch is being closed");
  }
  for (size_t begin = 0; begin < tasks.size(); begin += kShare) {
    const auto share = absl::MakeConstSpan(tasks).subspan(begin, kShare);
    auto weighed = decider_.Run(share, views, step.point.day);
    if (!weighed.ok()) return weighed.status();
    absl::Status written = ledger_->WriteMembers(step, share, *weighed, &roster_);
    if (!written.ok()) return written;
    const std::string* shown = nullptr;
    for (const WatchTask& task : share) {
      const std::string& authority = task.member->portfolio->authority;
      if (shown != nullptr && *shown == authority) continue;
      shown = &authority;
      publication_.ShowAuthority(authority, roster_.authorities()[authority]);
    }
  }
  return absl::OkStatus();
}

absl::Status WatchEngine::LookAtSources(const WatchStep& step, const std::string& authority,
                                        ViewsByAuthority* views) {
  for (auto& [id, portfolio] : roster_.authorities()[authority].portfolios) {
    absl::Status looked = LookAtSources(step, &portfolio, views);
    if (!looked.ok()) return looked;
  }
  return absl::OkStatus();
}

absl::Status WatchEngine::LookAtSources(const WatchStep& step, TrackedPortfolio* portfolio,
                                        ViewsByAuthority* views) {
  TrackedAuthority& tracked = roster_.authorities()[portfolio->authority];
  auto standing = SourcesOf(*portfolio, step.point.day, views);
  if (!standing.ok()) return standing.status();
  portfolio->sources_change_on = standing->changes_on;
  const bool same = portfolio->known && standing->stale == portfolio->stale_sources &&
                    portfolio->policy_name == portfolio->noted_policy;
  if (same) return absl::OkStatus();
  absl::Status written =
      ledger_->WritePortfolio(step, std::move(standing->stale), portfolio, &tracked);
  if (written.ok()) publication_.ShowAuthority(portfolio->authority, tracked);
  return written;
}

absl::StatusOr<SourceStanding> WatchEngine::SourcesOf(const TrackedPortfolio& portfolio,
                                                      DayNumber day,
                                                      ViewsByAuthority* views) const {
  if (portfolio.policy == nullptr) return SourceStanding();
  auto view = views->For(portfolio.authority);
  if (!view.ok()) return view.status();
  return StandingOf(**view, portfolio.policy->policy.needs(), portfolio.record.purchase().purpose(),
                    day);
}

absl::Status WatchEngine::StepDays(DayNumber until) {
  DayNumber next = until;
  for (auto& [name, authority] : roster_.authorities()) {
    if (!authority.due.empty()) next = std::min(next, authority.due.begin()->first);
    for (const auto& [id, portfolio] : authority.portfolios) {
      next = std::min(next, portfolio.sources_change_on);
    }
  }
  next = std::max(next, point_.day + 1);
  const WatchStep step = StepTo({point_.revision, next}, v1::CHANGE_CAUSE_DATE);
  Tasks tasks;
  for (auto& [name, authority] : roster_.authorities()) {
    absl::Status looked = LookAtSources(step, name, views_.get());
    if (!looked.ok()) return looked;
    for (const auto& [day, member] : authority.due) {
      if (day > next) break;
      tasks.push_back({member, v1::CHANGE_CAUSE_DATE});
    }
  }
  absl::Status decided = Decide(step, std::move(tasks), views_.get());
  if (!decided.ok()) return decided;
  point_ = step.point;
  return WriteProgress();
}

absl::Status WatchEngine::StepRevision() {
  const uint64_t revision = point_.revision + 1;
  auto manifests = store_.ListManifests(revision, 1);
  if (!manifests.ok()) return manifests.status();
  const DayNumber day =
      std::max(point_.day, DayOfSeconds(manifests->front().published_at_us() / 1000000));
  if (day > point_.day) return StepDays(day);
  auto changes = storage::ReadChanges(store_, revision, kMostChanges);
  if (!changes.ok()) return changes.status();
  auto names = ChangedNames::Of(options_.names.comparer.matcher, *changes);
  if (!names.ok()) return names.status();
  auto views = std::make_unique<ViewsByAuthority>(store_, revision);
  const WatchStep step = StepTo({revision, day}, v1::CHANGE_CAUSE_DATA, changes->dataset);
  Tasks tasks;
  absl::Status status = ApplyPortfolios(*changes, views.get(), &tasks);
  for (auto& [name, authority] : roster_.authorities()) {
    if (status.ok()) status = AddTouched(*changes, name, *names, views.get(), &tasks);
    if (status.ok()) status = LookAtSources(step, name, views.get());
  }
  if (status.ok()) status = Decide(step, std::move(tasks), views.get());
  if (status.ok()) status = TellWhoCited(step, changes->dataset, views.get());
  if (status.ok()) status = Hold(revision);
  if (!status.ok()) return status;
  point_ = step.point;
  return WriteProgress();
}

}  // namespace probity::screening
