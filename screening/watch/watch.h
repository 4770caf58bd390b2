// The watch over an authority's portfolios: what each member was last decided to be,
// and an event whenever that changes.
//
// It follows the store beside it, in threads of its own. After each revision, each
// change of a policy and each new day the members that may be touched are decided
// again, as ScreenSupplier would, but as if every list were fresh, and without being
// recorded. What differs is an event, in order of (revision, day). All that it knows is
// derived from the store and stands in a database of its own, which may be deleted: then
// it is made again, under another id, and no event is invented.
//
// Who calls never waits for a decision. Authorities and portfolios are kept apart by
// name alone: the caller's authority comes from his call.
#ifndef PROBITY_SCREENING_WATCH_WATCH_H_
#define PROBITY_SCREENING_WATCH_WATCH_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/civil_day.h"
#include "policy/legal_periods.h"
#include "policy/schemes.h"
#include "probity/storage/v1/watch.pb.h"
#include "probity/v1/portfolio_service.pb.h"
#include "probity/v1/watch.pb.h"
#include "screening/commodity_risk.h"
#include "screening/names/name_question.h"
#include "screening/policies/policy_book.h"
#include "storage/evidence/evidence_log.h"
#include "storage/watch/watch_database.h"

namespace probity::screening {

// How far the watch has come: a revision, and the day up to which dates were looked at.
struct WatchPoint {
  uint64_t revision = 0;  // 0: nothing was weighed yet
  DayNumber day = 0;

  friend bool operator==(const WatchPoint& a, const WatchPoint& b) {
    return a.revision == b.revision && a.day == b.day;
  }
  friend bool operator<(const WatchPoint& a, const WatchPoint& b) {
    return std::tie(a.revision, a.day) < std::tie(b.revision, b.day);
  }
};

// All borrowed for the watch's life, but for `database`, which opens the one it keeps.
struct WatchOptions {
  const NameBook& names;  // and the store
  const policy::LegalPeriods& law;
  const policy::SchemeCatalogue& schemes;
  const GoodsAtRisk& goods;
  const PolicyBook& policies;
  v1::Engine engine = {};
  // Opens the database: called by the watch's thread, again after it failed.
  std::function<absl::StatusOr<std::unique_ptr<storage::WatchDatabase>>()> database = nullptr;
  std::function<absl::Time()> now = &absl::Now;
  // Threads that decide, at low priority; 0: as ThreadsOf() says.
  int threads = 0;
  // Events kept of one authority; the oldest go first.
  uint64_t kept_events = 1000000;
  // After a failure, until the next try.
  absl::Duration retry_after = absl::Seconds(5);
  // Told what an operator should know, and what he should mend. Called by the
  // watch's threads.
  std::function<void(absl::string_view)> log = nullptr, warn = nullptr;
  // Recorded decisions; nullptr: nobody is told what they cite.
  const storage::EvidenceLog* decisions = nullptr;
};

// A member by its id, and what it was last decided to be.
struct WatchedMember {
  std::string member;
  v1::WatchedVerdict verdict;
  std::optional<DayNumber> due_on;  // decided again on that day, whatever is learnt
};

// A member by the names of what it belongs to: "authorities/{a}" or empty, and bare ids.
struct MemberPlace {
  std::string authority, portfolio, member;

  friend bool operator<(const MemberPlace& a, const MemberPlace& b) {
    return std::tie(a.authority, a.portfolio, a.member) <
           std::tie(b.authority, b.portfolio, b.member);
  }
};

// What all answers have in common.
struct WatchFrame {
  // Of this database, 16 random bytes. Ids of events mean something within it alone.
  std::string watch_id;
  // Everything up to here was weighed, for this authority.
  WatchPoint weighed;
  // Newest event of the authority; 0: none yet.
  uint64_t newest_event = 0;
};

struct WatchedPortfolio : WatchFrame {
  v1::PortfolioStatus status;  // without cursor
};

struct WatchedMembers : WatchFrame {
  std::vector<WatchedMember> members;  // in order of id
  bool more = false;
};

struct WatchedChanges : WatchFrame {
  std::vector<v1::VerdictChange> changes;  // oldest first
  // Everything up to this id was looked at: go on behind it. Not less than asked.
  uint64_t looked_at = 0;
  bool more = false;  // there are ids behind looked_at already
};

// Thread-safe. `authority` is "authorities/{a}", or empty; portfolios and members are
// named by their bare ids.
//   UNAVAILABLE / WATCH_UNAVAILABLE from all of them while the database cannot be read
//   or written: the watch tries again by itself and goes on where it stood
class Watch {
 public:
  // Returns when the database is open, after two seconds at most; everything else
  // happens in the background.
  static std::unique_ptr<Watch> Open(WatchOptions options);
  // Stop().
  virtual ~Watch() = default;
  // Weighs nothing any more when this returns, and asks nothing of what it was given: a
  // decision that is under way is left. What is known can still be read.
  virtual void Stop() = 0;

  // Counts by verdict of the members that were decided; zeros for a portfolio that is
  // not known (yet).
  virtual absl::StatusOr<WatchedPortfolio> StatusOf(absl::string_view authority,
                                                    absl::string_view portfolio) const = 0;

  // Members behind `after` that were decided; with a verdict, those that have it.
  virtual absl::StatusOr<WatchedMembers> ListMembers(absl::string_view authority,
                                                     absl::string_view portfolio,
                                                     absl::string_view after, size_t limit,
                                                     v1::Verdict verdict) const = 0;
  // nullopt: not decided yet.
  virtual absl::StatusOr<std::optional<WatchedMember>> FindMember(
      absl::string_view authority, absl::string_view portfolio, absl::string_view member) const = 0;

  // The rows of all members of all authorities, as of one moment: what each decision read,
  // then what it came to, both in the same order of members. For who asks whom a change
  // would touch; it must mask by itself. Gives what was weighed when it began: rows may be
  // newer, and say so. `false` from a visitor ends it. Visitors run while the database is
  // open for reading.
  using ReadsVisitor =
      std::function<bool(const MemberPlace& place, const storage::v1::WatchedReads& reads)>;
  using RowVisitor =
      std::function<bool(const MemberPlace& place, const storage::v1::WatchedMemberRow& row)>;
  virtual absl::StatusOr<WatchPoint> ReadMembers(const ReadsVisitor& visit_reads,
                                                 const RowVisitor& visit_row) const = 0;

  // Events behind id `after`, of one portfolio or, where that is empty, of all the
  // authority's. At most `limit`, and fewer where many of other portfolios lie between:
  // looked_at says how far it came.
  //   FAILED_PRECONDITION / CURSOR_EXPIRED when events behind `after` are no longer kept
  //   or `after` was not given yet; `watch_id` is compared unless it is empty
  virtual absl::StatusOr<WatchedChanges> ReadChanges(absl::string_view authority,
                                                     absl::string_view portfolio,
                                                     absl::string_view watch_id, uint64_t after,
                                                     size_t limit) const = 0;

  // `called` is called by the watch's threads whenever there are new events of the
  // authority, the watch has come further, or it failed or recovered: it may neither
  // block nor call back. Returns a number for Unlisten(), after which it is not called
  // any more.
  virtual uint64_t Listen(absl::string_view authority, std::function<void()> called) = 0;
  virtual void Unlisten(uint64_t listener) = 0;

  // Writes the database's files anew: what was read for members before they were last
  // decided is then in none of them. Events and ids stay.
  virtual absl::Status Purge() = 0;

  // Waits until everything up to `point` was weighed. DEADLINE_EXCEEDED at `until`.
  virtual absl::Status AwaitWeighed(WatchPoint point, absl::Time until) const = 0;
};

}  // namespace probity::screening

#endif  // PROBITY_SCREENING_WATCH_WATCH_H_
