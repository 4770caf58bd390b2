// Writes what was decided and the events that follow from it, so that both are there or
// neither is. For one thread.
#ifndef PROBITY_SCREENING_WATCH_LEDGER_H_
#define PROBITY_SCREENING_WATCH_LEDGER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "probity/v1/watch.pb.h"
#include "screening/watch/roster.h"
#include "screening/watch/watch.h"
#include "screening/watch/weigh.h"
#include "storage/watch/watch_database.h"

namespace probity::screening {

// Where a step leads to, and what brought it.
struct WatchStep {
  WatchPoint point;
  v1::ChangeCause cause = v1::CHANGE_CAUSE_UNSPECIFIED;
  std::string dataset;  // datasets/{dataset} that was changed; empty: none
  absl::Time noticed;
};

// Borrows the database.
class Ledger {
 public:
  Ledger(storage::WatchDatabase* database, uint64_t kept_events)
      : database_(*database), kept_events_(kept_events) {}

  // Reads which events of the authority are kept.
  absl::Status ReadEvents(const std::string& name, TrackedAuthority* authority) const;

  // What the tasks came to: an event for each member that was decided before and is
  // worth something else now. Durable when it returns; only then it is noted in `roster`.
  absl::Status WriteMembers(const WatchStep& step, absl::Span<const WatchTask> tasks,
                            const std::vector<Weighed>& weighed, Roster* roster) const;

  // How a portfolio stands: an event for each list that is stale now and was not, and
  // the other way round, if it was looked at before.
  absl::Status WritePortfolio(const WatchStep& step, std::vector<std::string> stale_sources,
                              TrackedPortfolio* portfolio, TrackedAuthority* authority) const;

  // One event that decisions of the authority cite what the step's revision changed. A step
  // that is done again finds that it was written.
  absl::Status WriteCited(const WatchStep& step, const std::string& name,
                          TrackedAuthority* authority) const;

  // Takes rows away.
  absl::Status Erase(const std::vector<std::string>& keys) const;

 private:
  // Gives the event its id and adds it to `writes`; old ones go.
  void Add(v1::VerdictChange event, const WatchStep& step, const std::string& authority,
           EventRange* events, std::vector<storage::WatchWrite>* writes) const;
  absl::Status AddMember(const WatchStep& step, const WatchTask& task, const Weighed& weighed,
                         EventRange* events, std::vector<storage::WatchWrite>* writes) const;

  storage::WatchDatabase& database_;
  const uint64_t kept_events_;
};

}  // namespace probity::screening

#endif  // PROBITY_SCREENING_WATCH_LEDGER_H_
