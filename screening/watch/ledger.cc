#include "screening/watch/ledger.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

#include "screening/portfolios.h"
#include "screening/watch/rows.h"

namespace probity::screening {
namespace {

using storage::WatchWrite;
using Lists = std::vector<std::string>;

google::protobuf::Timestamp TimestampOf(absl::Time time) {
  google::protobuf::Timestamp timestamp;
  timestamp.set_seconds(absl::ToUnixSeconds(time));
  return timestamp;
}

std::string NameOf(const TrackedPortfolio& portfolio, const std::string& member = "") {
  return PortfolioRef{portfolio.id, member}.Name(portfolio.authority);
}

// Those of `a` that are not in `b`; both sorted.
Lists Without(const Lists& a, const Lists& b) {
  Lists left;
  std::set_difference(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(left));
  return left;
}

}  // namespace

absl::Status Ledger::ReadEvents(const std::string& name, TrackedAuthority* authority) const {
  const auto [begin, end] = EventsOf(name);
  EventRange& events = authority->events;
  events = {};
  absl::Status read = database_.ForEach(begin, end, [&](absl::string_view key, absl::string_view) {
    events.first = EventOfKey(key);
    return false;
  });
  if (!read.ok()) return read;
  auto last = database_.LastKey(begin, end);
  if (!last.ok()) return last.status();
  if (last->has_value()) events.last = EventOfKey(**last);
  return absl::OkStatus();
}

void Ledger::Add(v1::VerdictChange event, const WatchStep& step, const std::string& authority,
                 EventRange* events, std::vector<WatchWrite>* writes) const {
  event.set_id(++events->last);
  if (event.cause() == v1::CHANGE_CAUSE_DATA) event.set_changed_dataset(step.dataset);
  event.set_revision(step.point.revision);
  *event.mutable_day() = DateOf(step.point.day);
  *event.mutable_noticed_at() = TimestampOf(step.noticed);
  writes->push_back(Put(EventKey(authority, event.id()), event));
  while (events->last - events->first >= kept_events_) {
    writes->push_back({EventKey(authority, events->first++), std::nullopt});
  }
}

absl::Status Ledger::AddMember(const WatchStep& step, const WatchTask& task, const Weighed& weighed,
                               EventRange* events, std::vector<WatchWrite>* writes) const {
  const TrackedMember& member = *task.member;
  const TrackedPortfolio& of = *member.portfolio;
  const std::string key = MemberRowKey(of.authority, of.id, member.id);
  storage::v1::WatchedMemberRow row, before;
  *row.mutable_verdict() = weighed.verdict;
  if (weighed.due.has_value()) row.set_due_day(*weighed.due);
  auto known = GetRow(database_, key, &before);
  if (!known.ok()) return known.status();
  if (*known && !AreWorthTheSame(before.verdict(), row.verdict())) {
    v1::VerdictChange event;
    event.set_kind(v1::CHANGE_KIND_VERDICT);
    event.set_cause(task.cause);
    event.set_portfolio(NameOf(of));
    event.set_member(NameOf(of, member.id));
    *event.mutable_before() = std::move(*before.mutable_verdict());
    *event.mutable_after() = row.verdict();
    Add(std::move(event), step, of.authority, events, writes);
  }
  writes->push_back(Put(key, row));
  writes->push_back(Put(ReadsKey(of.authority, of.id, member.id), weighed.reads));
  return absl::OkStatus();
}

absl::Status Ledger::WriteMembers(const WatchStep& step, absl::Span<const WatchTask> tasks,
                                  const std::vector<Weighed>& weighed, Roster* roster) const {
  std::vector<WatchWrite> writes;
  // Ids are given for good once the events are written.
  std::map<std::string, EventRange> counted;
  for (size_t i = 0; i < tasks.size(); ++i) {
    const std::string& authority = tasks[i].member->portfolio->authority;
    const auto at = counted.try_emplace(authority, roster->authorities()[authority].events).first;
    absl::Status added = AddMember(step, tasks[i], weighed[i], &at->second, &writes);
    if (!added.ok()) return added;
  }
  absl::Status written = database_.Write(writes, /*durable=*/true);
  if (!written.ok()) return written;
  for (const auto& [name, events] : counted) roster->authorities()[name].events = events;
  for (size_t i = 0; i < tasks.size(); ++i) {
    roster->Note(tasks[i].member, weighed[i].verdict.verdict(), weighed[i].due, weighed[i].reads);
  }
  return absl::OkStatus();
}

absl::Status Ledger::WritePortfolio(const WatchStep& step, Lists stale_sources,
                                    TrackedPortfolio* portfolio,
                                    TrackedAuthority* authority) const {
  std::vector<WatchWrite> writes;
  EventRange events = authority->events;
  const auto add = [&](const Lists& lists, v1::ChangeKind kind) {
    for (const std::string& list : portfolio->known ? lists : Lists()) {
      v1::VerdictChange event;
      event.set_kind(kind);
      event.set_cause(step.cause);
      event.set_portfolio(NameOf(*portfolio));
      event.set_dataset(list);
      Add(std::move(event), step, portfolio->authority, &events, &writes);
    }
  };
  add(Without(stale_sources, portfolio->stale_sources), v1::CHANGE_KIND_SOURCE_STALE);
  add(Without(portfolio->stale_sources, stale_sources), v1::CHANGE_KIND_SOURCE_FRESH);
  storage::v1::WatchedPortfolioRow row;
  row.set_policy(portfolio->policy_name);
  for (const std::string& list : stale_sources) row.add_stale_sources(list);
  writes.push_back(Put(PortfolioRowKey(portfolio->authority, portfolio->id), row));
  absl::Status written = database_.Write(writes, /*durable=*/true);
  if (!written.ok()) return written;
  authority->events = events;
  portfolio->known = true;
  portfolio->noted_policy = portfolio->policy_name;
  portfolio->stale_sources = std::move(stale_sources);
  return absl::OkStatus();
}

// It is the last event of its step.
absl::Status Ledger::WriteCited(const WatchStep& step, const std::string& name,
                                TrackedAuthority* authority) const {
  v1::VerdictChange last;
  auto known = GetRow(database_, EventKey(name, authority->events.last), &last);
  if (!known.ok()) return known.status();
  const bool written_before = *known && last.kind() == v1::CHANGE_KIND_DECISIONS_CITED &&
                              last.revision() == step.point.revision;
  if (written_before) return absl::OkStatus();
  v1::VerdictChange event;
  event.set_kind(v1::CHANGE_KIND_DECISIONS_CITED);
  event.set_cause(step.cause);
  EventRange events = authority->events;
  std::vector<WatchWrite> writes;
  Add(std::move(event), step, name, &events, &writes);
  absl::Status written = database_.Write(writes, /*durable=*/true);
  if (written.ok()) authority->events = events;
  return written;
}

absl::Status Ledger::Erase(const std::vector<std::string>& keys) const {
  if (keys.empty()) return absl::OkStatus();
  std::vector<WatchWrite> writes;
  for (const std::string& key : keys) writes.push_back({key, std::nullopt});
  return database_.Write(writes, /*durable=*/true);
}

}  // namespace probity::screening
