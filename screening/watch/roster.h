// What the watch holds in memory: portfolios, their members, what these read and when
// they are due. For one thread.
//
// A member takes about 150 bytes, 4 for each thing that its decision read (30 to 60
// things), and about 100 for each name that it is searched by.
#ifndef PROBITY_SCREENING_WATCH_ROSTER_H_
#define PROBITY_SCREENING_WATCH_ROSTER_H_

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/civil_day.h"
#include "probity/v1/portfolio.pb.h"
#include "probity/v1/watch.pb.h"
#include "screening/watch/reads.h"
#include "screening/watch/weigh.h"

namespace probity::screening {

struct TrackedPortfolio;

struct TrackedMember {
  TrackedPortfolio* portfolio = nullptr;
  std::string id;
  bool decided = false;
  v1::Verdict verdict = v1::VERDICT_UNSPECIFIED;
  std::optional<DayNumber> due;
  bool reads_all = false;
  std::vector<ReadHash> hashes;
  std::string names;  // storage.v1.WatchedReads with names alone; empty: none
};

struct TrackedPortfolio {
  std::string authority, id;
  v1::Portfolio record;
  // nullptr: there is none, `fault` says why.
  std::shared_ptr<const WatchPolicy> policy;
  absl::Status fault;
  std::string policy_name;  // policies/{policy}/versions/{version}; empty: none
  // As stored: by which policy all members were decided, and which lists were stale.
  // `known`: it was looked at before.
  bool known = false;
  std::string noted_policy;
  std::vector<std::string> stale_sources;
  DayNumber sources_change_on = kMaxDay;  // one more is stale
  std::map<std::string, std::unique_ptr<TrackedMember>> members;
  std::array<int64_t, v1::Verdict_ARRAYSIZE> counts = {};
};

// Ids of the events that are kept.
struct EventRange {
  uint64_t first = 1;
  uint64_t last = 0;  // 0: none yet
};

struct TrackedAuthority {
  std::map<std::string, TrackedPortfolio> portfolios;
  std::set<std::pair<DayNumber, TrackedMember*>> due;
  EventRange events;
};

// A member to be decided again, and why.
struct WatchTask {
  TrackedMember* member = nullptr;
  v1::ChangeCause cause = v1::CHANGE_CAUSE_UNSPECIFIED;
};
// In order of authority, portfolio and member; each once, with the first of its causes.
void SortTasks(std::vector<WatchTask>* tasks);
// Takes the member's out; `tasks` may be nullptr.
void DropTasks(const TrackedMember* member, std::vector<WatchTask>* tasks);

class Roster {
 public:
  std::map<std::string, TrackedAuthority>& authorities() { return authorities_; }
  TrackedAuthority& Of(const TrackedMember& member) {
    return authorities_[member.portfolio->authority];
  }

  TrackedPortfolio* FindPortfolio(const std::string& authority, const std::string& portfolio);
  TrackedPortfolio* AddPortfolio(const std::string& authority, const std::string& portfolio);
  // nullptr: the portfolio is not there. One that is there stays as it is.
  TrackedMember* AddMember(const std::string& authority, const std::string& portfolio,
                           const std::string& member);
  TrackedMember* FindMember(const std::string& authority, const std::string& portfolio,
                            const std::string& member);
  void RemoveMember(TrackedMember* member);
  // With its members.
  void RemovePortfolio(TrackedPortfolio* portfolio);

  // Notes what was decided.
  void Note(TrackedMember* member, v1::Verdict verdict, std::optional<DayNumber> due,
            const storage::v1::WatchedReads& reads);

  std::vector<TrackedMember*> Members(const std::string& authority);

 private:
  std::map<std::string, TrackedAuthority> authorities_;
};

}  // namespace probity::screening

#endif  // PROBITY_SCREENING_WATCH_ROSTER_H_
