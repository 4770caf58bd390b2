#include "screening/preview/preview_run.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/time/clock.h"
#include "base/errors.h"
#include "screening/decision/replay.h"
#include "screening/portfolios.h"
#include "screening/preview/impacts.h"
#include "screening/watch/parallel.h"
#include "storage/own_datasets.h"
#include "storage/watch/record_changes.h"

namespace probity::screening {
namespace {

// Tasks that are decided between two reports of how far it is.
constexpr size_t kShare = 256;
// How long names may need to come to head.
constexpr absl::Duration kNamePatience = absl::Seconds(10);
// Share of the work that is done when head and candidate are open, and when it is known
// whom they differ for.
constexpr double kOpen = 0.1, kKnown = 0.4;

bool HoldsParties(const storage::v1::DatasetState& state) {
  return state.body_counts().contains(v1::Record::kSupplierFieldNumber);
}

// True when others see the same parties as this authority does.
bool OwnsNoParties(const storage::View& view) {
  const auto& datasets = view.manifest().datasets();
  return std::none_of(datasets.begin(), datasets.end(), [](const auto& state) {
    return !state.dataset().owner().empty() && HoldsParties(state);
  });
}

absl::StatusOr<std::vector<std::string>> PortfolioIds(const storage::View& view) {
  std::vector<std::string> ids;
  absl::Status read = ForEachPortfolioKey(view, [&](const std::string& key) {
    ids.push_back(key);
    return true;
  });
  if (!read.ok()) return read;
  return ids;
}

}  // namespace

PreviewRun::PreviewRun(const PreviewParts& parts, const PreviewQuestion& question)
    : parts_(parts),
      question_(question),
      threads_(ThreadsOf(parts.threads)),
      asking_{DayOfSeconds(absl::ToUnixSeconds(parts.now())),
              question.still_wanted ? question.still_wanted : [] { return absl::OkStatus(); }},
      owner_(question.changes.header.state().dataset().owner()) {}

void PreviewRun::Tell(double share) const {
  if (question_.progress) question_.progress(share);
}

absl::StatusOr<PreviewResult> PreviewRun::Go() {
  held_ = parts_.names.store.Head(owner_);
  revision_ = held_->token().revision();
  auto members = CountMembers(std::max<size_t>(1, parts_.few_members));
  if (!members.ok()) return members.status();
  if (*members == 0 && question_.scope == PreviewScope::kLifted) return Finish();
  if (absl::Status opened = Open(); !opened.ok()) return opened;
  Tell(kOpen);
  if (*members >= parts_.few_members) {
    if (absl::Status read = ReadKnown(); !read.ok()) return read;
  }
  Tell(kKnown);
  for (const auto& [authority, views] : views_) {
    absl::Status added = AddMembers(views);
    const bool decisions = question_.scope == PreviewScope::kAll && parts_.log != nullptr;
    if (added.ok() && decisions) added = AddDecisions(views);
    if (!added.ok()) return added;
  }
  if (absl::Status decided = DecideAll(); !decided.ok()) return decided;
  return Finish();
}

absl::StatusOr<size_t> PreviewRun::CountMembers(size_t most) const {
  auto authorities = Authorities();
  if (!authorities.ok()) return authorities.status();
  size_t count = 0;
  for (const std::string& authority : *authorities) {
    auto view = storage::ViewOfRevision(parts_.names.store, revision_, authority);
    if (!view.ok()) return view.status();
    auto portfolios = PortfolioIds(**view);
    if (!portfolios.ok()) return portfolios.status();
    for (const std::string& id : *portfolios) {
      if (count >= most) break;
      absl::Status read =
          ForEachMemberKey(**view, {id, ""}, [&](const std::string&) { return ++count < most; });
      if (!read.ok()) return read;
    }
  }
  return count;
}

absl::Status PreviewRun::ReadKnown() {
  // Members' own records are none of what the watch notes as read.
  const bool of_members = rows_->dataset() == PortfolioDataset(*views_.at(owner_).base);
  if (parts_.watch == nullptr || of_members) return absl::OkStatus();
  return known_.Read(*parts_.watch,
                     {{revision_, asking_.today}, views_, *names_, threads_, asking_.still_wanted});
}

absl::Status PreviewRun::Open() {
  absl::Status waited = storage::AwaitNames(parts_.names.index, revision_,
                                            absl::Now() + kNamePatience, asking_.still_wanted);
  if (!waited.ok()) return waited;
  auto rows = storage::CandidateRows::Open(question_.changes, revision_ + 1, asking_.still_wanted);
  if (!rows.ok()) return rows.status();
  rows_ = *std::move(rows);
  auto authorities = Authorities();
  if (!authorities.ok()) return authorities.status();
  for (const std::string& authority : *authorities) {
    if (absl::Status added = AddAuthority(authority); !added.ok()) return added;
  }
  comparison_.emplace(parts_, *index_, *names_, question_.scope, asking_);
  return absl::OkStatus();
}

// The owner of the dataset comes first: all that the rows are is in his sight.
absl::StatusOr<std::vector<std::string>> PreviewRun::Authorities() const {
  std::vector<std::string> authorities{owner_};
  if (!owner_.empty()) return authorities;
  auto manifests = parts_.names.store.ListManifests(revision_, 1);
  if (!manifests.ok()) return manifests.status();
  std::set<std::string> others{question_.authority};
  for (const storage::v1::DatasetState& state : manifests->front().datasets()) {
    others.insert(state.dataset().owner());
  }
  others.erase("");
  authorities.insert(authorities.end(), others.begin(), others.end());
  return authorities;
}

absl::Status PreviewRun::AddAuthority(const std::string& authority) {
  const storage::Store& store = parts_.names.store;
  auto base = storage::ViewOfRevision(store, revision_, authority);
  if (!base.ok()) return base.status();
  const auto& first = views_.find(owner_);
  const bool same = first != views_.end() && OwnsNoParties(**base);
  const storage::CandidateView* like = same ? first->second.candidate.get() : nullptr;
  auto candidate =
      storage::CandidateView::Create(*base, rows_, store.identifiers(), asking_.still_wanted, like);
  if (!candidate.ok()) return candidate.status();
  if (index_ == nullptr) {
    auto index = parts_.names.index.ForCandidate(**candidate, asking_.still_wanted);
    if (!index.ok()) return index.status();
    index_ = *std::move(index);
    auto hashes = ChangedHashes::Of(**candidate, asking_.still_wanted);
    if (!hashes.ok()) return hashes.status();
    hashes_ = *std::move(hashes);
    auto names = ChangedNames::Of(parts_.names.comparer.matcher, **candidate, asking_.still_wanted);
    if (!names.ok()) return names.status();
    names_.emplace(*std::move(names));
  }
  Touched touched = Touched::Of(hashes_, **candidate);
  views_.emplace(authority, BothViews{*std::move(base), *std::move(candidate), std::move(touched)});
  return absl::OkStatus();
}

absl::Status PreviewRun::AddMembers(const BothViews& views) {
  auto portfolios = PortfolioIds(*views.base);
  if (!portfolios.ok()) return portfolios.status();
  for (const std::string& id : *portfolios) {
    if (absl::Status added = AddPortfolio(views, id); !added.ok()) return added;
  }
  return absl::OkStatus();
}

absl::Status PreviewRun::AddPortfolio(const BothViews& views, const std::string& id) {
  auto before = FindPortfolio(*views.base, {id, ""});
  if (!before.ok()) return before.status();
  auto after = FindPortfolio(*views.candidate, {id, ""});
  if (!after.ok()) return after.status();
  if (!before->has_value() || !after->has_value()) return absl::OkStatus();
  auto watched = std::make_unique<Watched>(Watched{&views, id, **before, **after, nullptr});
  watched->policy = PolicyFor((*before)->policy(), views.authority());
  absl::Status added;
  absl::Status read = ForEachMemberKey(*views.base, {id, ""}, [&](const std::string& key) {
    ++result_.members_evaluated;
    // Who has no policy comes to the same fault before and after.
    if (watched->policy != nullptr) added = AddMember(*watched, key.substr(id.size() + 1));
    return added.ok();
  });
  portfolios_.push_back(std::move(watched));
  return read.ok() ? added : read;
}

absl::Status PreviewRun::AddMember(const Watched& portfolio, const std::string& member) {
  const KnownMembers::Known* known =
      known_.Find({portfolio.views->authority(), portfolio.id, member});
  const bool stands = known != nullptr && *known->policy == portfolio.policy->policy.name();
  if (stands && !known->touched) return absl::OkStatus();
  tasks_.push_back({portfolio.views, &portfolio, member, stands ? known : nullptr});
  return asking_.still_wanted();
}

absl::Status PreviewRun::AddDecisions(const BothViews& views) {
  if (PolicyFor("", views.authority()) == nullptr) return absl::OkStatus();
  storage::DecisionQuery query;
  query.authority = views.authority();
  query.from_us = absl::ToUnixMicros(parts_.now() - absl::Hours(24 * kRecentDays));
  for (size_t left = kMostRecent; left > 0;) {
    query.limit = left;
    auto page = parts_.log->List(query);
    if (!page.ok()) return page.status();
    for (const storage::v1::DecisionSummary& summary : page->decisions) {
      if (left == 0) break;
      tasks_.push_back({&views, nullptr, summary.decision(), nullptr});
      --left;
    }
    if (!page->next.has_value()) break;
    query.before = *page->next;
    if (absl::Status go_on = asking_.still_wanted(); !go_on.ok()) return go_on;
  }
  return absl::OkStatus();
}

std::shared_ptr<const WatchPolicy> PreviewRun::PolicyFor(const std::string& name,
                                                         const std::string& authority) {
  auto policy = name.empty() ? parts_.policies.Stable(authority) : parts_.policies.Find(name);
  if (!policy.ok()) return nullptr;
  auto& known = policies_[(*policy)->name()];
  if (known == nullptr) {
    known = std::make_shared<const WatchPolicy>(
        WatchPolicy{**policy, policy::MovesOf(**policy, parts_.law)});
  }
  return known;
}

absl::Status PreviewRun::DecideAll() {
  for (size_t begin = 0; begin < tasks_.size(); begin += kShare) {
    const size_t count = std::min(kShare, tasks_.size() - begin);
    std::vector<std::optional<Impact>> impacts(count);
    absl::Status done = ForEachShared(threads_, count, [&](size_t i) {
      if (absl::Status go_on = asking_.still_wanted(); !go_on.ok()) return go_on;
      auto impact = Decide(tasks_[begin + i]);
      if (!impact.ok()) return impact.status();
      impacts[i] = *std::move(impact);
      return absl::OkStatus();
    });
    if (!done.ok()) return done;
    for (std::optional<Impact>& impact : impacts) {
      if (impact.has_value()) result_.impacts.push_back(*std::move(impact));
    }
    const double share = static_cast<double>(begin + count) / static_cast<double>(tasks_.size());
    Tell(kKnown + (1 - kKnown) * share);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::optional<Impact>> PreviewRun::Decide(const Task& task) const {
  return task.portfolio != nullptr ? DecideMember(task) : DecideDecision(task);
}

absl::StatusOr<std::optional<Impact>> PreviewRun::DecideMember(const Task& task) const {
  const Watched& portfolio = *task.portfolio;
  auto before = FindMember(*task.views->base, {portfolio.id, task.name});
  if (!before.ok()) return before.status();
  auto after = FindMember(*task.views->candidate, {portfolio.id, task.name});
  if (!after.ok()) return after.status();
  if (!before->has_value() || !after->has_value()) return std::nullopt;
  Case of{*task.views, *portfolio.policy, RequestOf(portfolio.before, **before),
          RequestOf(portfolio.after, **after), std::nullopt};
  if (task.known != nullptr) of.known = task.known->verdict;
  auto difference = comparison_->Compare(of);
  if (!difference.ok()) return difference.status();
  if (!difference->has_value()) return std::nullopt;
  Impact impact = ImpactOf(task.views->authority(), **std::move(difference));
  impact.shown.set_member(PortfolioRef{portfolio.id, task.name}.Name(impact.authority));
  return impact;
}

// Decided anew, today and by the policy of today: what a replay over today's data decides.
absl::StatusOr<std::optional<Impact>> PreviewRun::DecideDecision(const Task& task) const {
  auto stored = parts_.log->Get(task.name);
  if (!stored.ok()) return stored.status();
  auto recorded =
      ReadRecorded(task.name, stored->body.core(), stored->body.bundle(), stored->personal_texts);
  if (!recorded.ok()) return recorded.status();
  if (AskedTextsErased(*recorded)) return std::nullopt;
  v1::ScreenSupplierRequest request = RequestOf(*recorded);
  request.clear_as_of();
  auto policy = parts_.policies.Stable(task.views->authority());
  if (!policy.ok()) return std::nullopt;
  const auto watch_policy = policies_.find((*policy)->name());
  if (watch_policy == policies_.end()) return std::nullopt;  // another one since
  auto difference =
      comparison_->Compare({*task.views, *watch_policy->second, request, request, std::nullopt});
  if (!difference.ok()) return difference.status();
  if (!difference->has_value()) return std::nullopt;
  Impact impact = ImpactOf(task.views->authority(), **std::move(difference));
  impact.shown.set_decision(task.name);
  impact.shown.set_procedure(request.purchase().procedure());
  return impact;
}

PreviewResult PreviewRun::Finish() {
  result_.base_revision = revision_;
  for (const Task& task : tasks_) {
    if (task.portfolio == nullptr) ++result_.counts[task.views->authority()].decisions_evaluated;
  }
  CountAndSort(&result_);
  Tell(1);
  return std::move(result_);
}

}  // namespace probity::screening
