#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "screening/portfolios.h"
#include "screening/watch/engine.h"
#include "screening/watch/rows.h"
#include "storage/own_datasets.h"
#include "storage/timeline.h"
#include "storage/watch/record_changes.h"

namespace probity::screening {
namespace {

constexpr v1::ChangeCause kPortfolioCause = v1::CHANGE_CAUSE_PORTFOLIO;

// "textiles" and "0004711" of "textiles|0004711" (storage/own_datasets.h).
PortfolioRef RefOf(const std::string& key) {
  const size_t bar = key.find('|');
  if (bar == std::string::npos) return {key, ""};
  return {key.substr(0, bar), key.substr(bar + 1)};
}

}  // namespace

absl::Status WatchEngine::ApplyPortfolios(const storage::RevisionChanges& changes,
                                          ViewsByAuthority* views, Tasks* tasks) {
  const std::string& authority = changes.owner;
  if (changes.dataset != storage::OwnDatasetId(v1::DATASET_KIND_PORTFOLIOS, authority)) {
    return absl::OkStatus();
  }
  if (changes.all) {
    absl::Status loaded = ReloadPortfolios(authority, views, tasks);
    if (!loaded.ok()) return loaded;
  }
  for (const storage::RecordChange& change : changes.records) {
    ApplyPortfolio(change, authority, tasks);
  }
  absl::Status erased = ledger_->Erase(erased_);
  if (!erased.ok()) return erased;
  erased_.clear();
  publication_.ShowAuthority(authority, roster_.authorities()[authority]);
  return absl::OkStatus();
}

// A portfolio stands before its members: its key is the beginning of theirs.
void WatchEngine::ApplyPortfolio(const storage::RecordChange& change, const std::string& authority,
                                 Tasks* tasks) {
  const PortfolioRef ref = RefOf(change.ref.key);
  const bool gone = !change.after.has_value();
  if (!ref.member.empty()) {
    TrackedMember* member = gone ? roster_.FindMember(authority, ref.portfolio, ref.member)
                                 : roster_.AddMember(authority, ref.portfolio, ref.member);
    if (member == nullptr) return;
    if (gone) return Remove(member, tasks);
    tasks->push_back({member, kPortfolioCause});
  } else if (!gone) {
    AddPortfolio(authority, storage::LatestRecord(*change.after).portfolio(), ref.portfolio, tasks);
  } else if (TrackedPortfolio* portfolio = roster_.FindPortfolio(authority, ref.portfolio)) {
    Remove(portfolio, tasks);
  }
}

void WatchEngine::AddPortfolio(const std::string& authority, const v1::Portfolio& record,
                               const std::string& id, Tasks* tasks) {
  TrackedPortfolio* portfolio = roster_.AddPortfolio(authority, id);
  portfolio->record = record;
  FindPolicy(portfolio);
  if (tasks == nullptr) return;
  for (auto& [member, tracked] : portfolio->members) {
    tasks->push_back({tracked.get(), kPortfolioCause});
  }
}

absl::Status WatchEngine::ReloadPortfolios(const std::string& authority, ViewsByAuthority* views,
                                           Tasks* tasks) {
  auto view = views->For(authority);
  if (!view.ok()) return view.status();
  std::set<std::string> portfolios, members;  // keys that are there
  absl::Status read = ForEachPortfolioKey(**view, [&](const std::string& key) {
    portfolios.insert(key);
    return true;
  });
  for (const std::string& key : portfolios) {
    if (!read.ok()) return read;
    auto record = FindPortfolio(**view, RefOf(key));
    if (!record.ok()) return record.status();
    AddPortfolio(authority, **record, key, nullptr);
    read = ForEachMemberKey(**view, RefOf(key), [&](const std::string& member) {
      members.insert(member);
      roster_.AddMember(authority, key, RefOf(member).member);
      return true;
    });
  }
  if (read.ok()) KeepOnly(authority, portfolios, members, tasks);
  return read;
}

void WatchEngine::KeepOnly(const std::string& authority, const std::set<std::string>& portfolios,
                           const std::set<std::string>& members, Tasks* tasks) {
  std::vector<TrackedPortfolio*> gone;
  for (auto& [id, portfolio] : roster_.authorities()[authority].portfolios) {
    if (portfolios.count(id) == 0) gone.push_back(&portfolio);
  }
  for (TrackedPortfolio* portfolio : gone) Remove(portfolio, tasks);
  for (TrackedMember* member : roster_.Members(authority)) {
    if (members.count(storage::MemberKey(member->portfolio->id, member->id)) == 0) {
      Remove(member, tasks);
    } else if (tasks != nullptr) {
      tasks->push_back({member, kPortfolioCause});
    }
  }
}

absl::Status WatchEngine::AddTouched(const storage::RevisionChanges& changes,
                                     const std::string& authority, const ChangedNames& names,
                                     ViewsByAuthority* views, Tasks* tasks) {
  const std::vector<TrackedMember*> members = roster_.Members(authority);
  if (members.empty() || (!changes.owner.empty() && changes.owner != authority)) {
    return absl::OkStatus();
  }
  auto before = views_->For(authority);
  if (!before.ok()) return before.status();
  auto after = views->For(authority);
  if (!after.ok()) return after.status();
  auto touched = Touched::Of(changes, **before, **after, store_.identifiers());
  if (!touched.ok()) return touched.status();
  std::vector<TrackedMember*> others;
  for (TrackedMember* member : members) {
    if (touched->everybody() || member->reads_all || touched->Any(member->hashes)) {
      tasks->push_back({member, v1::CHANGE_CAUSE_DATA});
    } else {
      others.push_back(member);
    }
  }
  if (names.empty()) return absl::OkStatus();
  auto found = decider_.FindByName(others, names, touched->among_lists());
  if (!found.ok()) return found.status();
  for (TrackedMember* member : *found) tasks->push_back({member, v1::CHANGE_CAUSE_DATA});
  return absl::OkStatus();
}

void WatchEngine::Remove(TrackedMember* member, Tasks* tasks) {
  const TrackedPortfolio& of = *member->portfolio;
  erased_.push_back(MemberRowKey(of.authority, of.id, member->id));
  erased_.push_back(ReadsKey(of.authority, of.id, member->id));
  DropTasks(member, tasks);
  roster_.RemoveMember(member);
}

void WatchEngine::Remove(TrackedPortfolio* portfolio, Tasks* tasks) {
  while (!portfolio->members.empty()) Remove(portfolio->members.begin()->second.get(), tasks);
  erased_.push_back(PortfolioRowKey(portfolio->authority, portfolio->id));
  roster_.RemovePortfolio(portfolio);
}

}  // namespace probity::screening
