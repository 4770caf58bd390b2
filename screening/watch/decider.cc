#include "screening/watch/decider.h"

#include <utility>

#include "screening/portfolios.h"
#include "screening/watch/parallel.h"
#include "storage/watch/record_changes.h"

namespace probity::screening {

absl::StatusOr<const storage::View*> ViewsByAuthority::For(const std::string& authority) {
  auto& view = views_[authority];
  if (view == nullptr) {
    auto opened = storage::ViewOfRevision(store_, revision_, authority);
    if (!opened.ok()) return opened.status();
    view = *std::move(opened);
  }
  return view.get();
}

Decider::Decider(const WatchOptions& options, const std::function<bool()>& stopping)
    : options_(options),
      stopping_(stopping),
      threads_(ThreadsOf(options.threads)),
      goods_dates_(options.goods) {}

absl::StatusOr<std::vector<Weighed>> Decider::Run(absl::Span<const WatchTask> tasks,
                                                  ViewsByAuthority* views, DayNumber day) const {
  std::vector<const storage::View*> of(tasks.size());
  for (size_t i = 0; i < tasks.size(); ++i) {
    auto view = views->For(tasks[i].member->portfolio->authority);
    if (!view.ok()) return view.status();
    of[i] = *view;
  }
  std::vector<Weighed> weighed(tasks.size());
  absl::Status done = ForEach(tasks.size(), [&](size_t i) {
    auto one = DecideOne(*tasks[i].member, *of[i], day);
    if (!one.ok()) return one.status();
    weighed[i] = *std::move(one);
    return absl::OkStatus();
  });
  if (!done.ok()) return done;
  return weighed;
}

absl::StatusOr<Weighed> Decider::DecideOne(const TrackedMember& member, const storage::View& view,
                                           DayNumber day) const {
  const TrackedPortfolio& portfolio = *member.portfolio;
  if (portfolio.policy == nullptr) {
    return Weighed{
        WithoutPolicy(portfolio.fault, day, view.token().revision()), {}, std::nullopt, ""};
  }
  auto record = FindMember(view, {portfolio.id, member.id});
  if (!record.ok()) return record.status();
  if (!record->has_value()) {
    return absl::InternalError("a member that is watched is not in the store");
  }
  const Asking asking{day, [this] {
                        return stopping_() ? absl::CancelledError("the watch is being closed")
                                           : absl::OkStatus();
                      }};
  const Shelf shelf{view, options_.names, options_.law, options_.schemes, options_.goods};
  return Weigh(shelf, {day, asking}, *portfolio.policy, RequestOf(portfolio.record, **record),
               goods_dates_);
}

absl::StatusOr<std::vector<TrackedMember*>> Decider::FindByName(
    const std::vector<TrackedMember*>& members, const ChangedNames& names, bool among_lists) const {
  std::vector<char> found(members.size());
  absl::Status done = ForEach(members.size(), [&](size_t i) {
    storage::v1::WatchedReads reads;
    if (!reads.ParseFromString(members[i]->names)) return absl::DataLossError("names of a member");
    auto one = SearchesFor(reads, names, among_lists);
    if (one.ok()) found[i] = *one ? 1 : 0;
    return one.status();
  });
  if (!done.ok()) return done;
  std::vector<TrackedMember*> all;
  for (size_t i = 0; i < members.size(); ++i) {
    if (found[i] != 0) all.push_back(members[i]);
  }
  return all;
}

absl::Status Decider::ForEach(size_t count, const std::function<absl::Status(size_t)>& work) const {
  return ForEachShared(threads_, count, [&](size_t i) {
    return stopping_() ? absl::CancelledError("the watch is being closed") : work(i);
  });
}

}  // namespace probity::screening
