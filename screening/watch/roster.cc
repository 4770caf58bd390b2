#include "screening/watch/roster.h"

#include <algorithm>
#include <tuple>

#include "screening/watch/rows.h"

namespace probity::screening {

void SortTasks(std::vector<WatchTask>* tasks) {
  const auto place = [](const WatchTask& task) {
    const TrackedPortfolio& portfolio = *task.member->portfolio;
    return std::tie(portfolio.authority, portfolio.id, task.member->id);
  };
  std::stable_sort(tasks->begin(), tasks->end(),
                   [&](const WatchTask& a, const WatchTask& b) { return place(a) < place(b); });
  const auto same = [](const WatchTask& a, const WatchTask& b) { return a.member == b.member; };
  tasks->erase(std::unique(tasks->begin(), tasks->end(), same), tasks->end());
}

void DropTasks(const TrackedMember* member, std::vector<WatchTask>* tasks) {
  if (tasks == nullptr) return;
  tasks->erase(std::remove_if(tasks->begin(), tasks->end(),
                              [&](const WatchTask& task) { return task.member == member; }),
               tasks->end());
}

TrackedPortfolio* Roster::FindPortfolio(const std::string& authority,
                                        const std::string& portfolio) {
  const auto at = authorities_.find(authority);
  if (at == authorities_.end()) return nullptr;
  const auto found = at->second.portfolios.find(portfolio);
  return found == at->second.portfolios.end() ? nullptr : &found->second;
}

TrackedPortfolio* Roster::AddPortfolio(const std::string& authority, const std::string& portfolio) {
  TrackedPortfolio& added = authorities_[authority].portfolios[portfolio];
  added.authority = authority;
  added.id = portfolio;
  return &added;
}

TrackedMember* Roster::AddMember(const std::string& authority, const std::string& portfolio,
                                 const std::string& member) {
  TrackedPortfolio* of = FindPortfolio(authority, portfolio);
  if (of == nullptr) return nullptr;
  std::unique_ptr<TrackedMember>& added = of->members[member];
  if (added == nullptr) {
    added = std::make_unique<TrackedMember>();
    added->portfolio = of;
    added->id = member;
  }
  return added.get();
}

TrackedMember* Roster::FindMember(const std::string& authority, const std::string& portfolio,
                                  const std::string& member) {
  TrackedPortfolio* of = FindPortfolio(authority, portfolio);
  if (of == nullptr) return nullptr;
  const auto found = of->members.find(member);
  return found == of->members.end() ? nullptr : found->second.get();
}

void Roster::RemoveMember(TrackedMember* member) {
  if (member->due.has_value()) Of(*member).due.erase({*member->due, member});
  TrackedPortfolio* of = member->portfolio;
  if (member->decided) --of->counts[member->verdict];
  of->members.erase(std::string(member->id));
}

void Roster::RemovePortfolio(TrackedPortfolio* portfolio) {
  while (!portfolio->members.empty()) RemoveMember(portfolio->members.begin()->second.get());
  const std::string id = portfolio->id;
  authorities_[portfolio->authority].portfolios.erase(id);
}

void Roster::Note(TrackedMember* member, v1::Verdict verdict, std::optional<DayNumber> due,
                  const storage::v1::WatchedReads& reads) {
  TrackedAuthority& authority = Of(*member);
  if (member->due.has_value()) authority.due.erase({*member->due, member});
  if (due.has_value()) authority.due.emplace(*due, member);
  auto& counts = member->portfolio->counts;
  if (member->decided) --counts[member->verdict];
  ++counts[verdict];
  member->decided = true;
  member->verdict = verdict;
  member->due = due;
  member->reads_all = reads.all();
  member->hashes = HashesOf(reads);
  storage::v1::WatchedReads names;
  *names.mutable_names() = reads.names();
  member->names = names.SerializeAsString();
}

std::vector<TrackedMember*> Roster::Members(const std::string& authority) {
  std::vector<TrackedMember*> members;
  for (auto& [id, portfolio] : authorities_[authority].portfolios) {
    for (auto& [member, tracked] : portfolio.members) members.push_back(tracked.get());
  }
  return members;
}

}  // namespace probity::screening
