// Goes on from where the watch stands to where the store and the calendar are: what
// each step touches is decided again, and written before the next begins.
//
//   day       what is due, and lists that become too old, over the revision reached
//   revision  what it touches (touched.h), on the day on which it was published
//   policy    members of portfolios that another version decides from now on; not
//             before what came earlier was weighed by the one that was in force then
//
// A step that is cut off is done again: what it wrote is then found to be so already, so
// that each change is one event. Progress is written behind everything else.
#ifndef PROBITY_SCREENING_WATCH_ENGINE_H_
#define PROBITY_SCREENING_WATCH_ENGINE_H_

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "screening/watch/decider.h"
#include "screening/watch/ledger.h"
#include "screening/watch/publication.h"
#include "screening/watch/roster.h"
#include "screening/watch/sources.h"
#include "screening/watch/watch.h"

namespace probity::screening {

// For one thread.
class WatchEngine {
 public:
  // All borrowed.
  WatchEngine(const WatchOptions& options, const std::function<bool()>& stopping,
              Publication* publication);

  // Weighs all there is by now. After an error it may be called again: it goes on where
  // it stood. CANCELLED when it is stopping.
  absl::Status Advance();

  // The revision that it has reached; 0: none.
  uint64_t revision() const { return point_.revision; }

 private:
  using Tasks = std::vector<WatchTask>;

  // engine_open.cc: the database, and what it says of the store.
  absl::Status Open();
  absl::Status Adopt();
  absl::Status StartAnew();
  absl::Status LoadPortfolios();
  absl::Status LoadRows();
  absl::Status LoadPortfolioRows();
  absl::Status WriteProgress();
  // From now on `revision` is the one reached.
  absl::Status Hold(uint64_t revision);

  // engine.cc
  absl::Status Follow();
  absl::Status DecideTheNew();
  absl::Status DecideAllAgain();
  // To the first day on which something is to be done, `until` at the latest.
  absl::Status StepDays(DayNumber until);
  // To the next revision; first to the day on which it was published.
  absl::Status StepRevision();
  // Decides them, a share at a time, and shows what came of it.
  absl::Status Decide(const WatchStep& step, Tasks tasks, ViewsByAuthority* views);
  // Which lists are too old for its portfolios; notes by which policy these are decided.
  absl::Status LookAtSources(const WatchStep& step, const std::string& authority,
                             ViewsByAuthority* views);
  absl::Status LookAtSources(const WatchStep& step, TrackedPortfolio* portfolio,
                             ViewsByAuthority* views);
  absl::StatusOr<SourceStanding> SourcesOf(const TrackedPortfolio& portfolio, DayNumber day,
                                           ViewsByAuthority* views) const;
  WatchStep StepTo(WatchPoint point, v1::ChangeCause cause, const std::string& dataset = "") const;

  // engine_revision.cc: what one revision means. Without tasks nobody is decided again.
  absl::Status ApplyPortfolios(const storage::RevisionChanges& changes, ViewsByAuthority* views,
                               Tasks* tasks);
  void ApplyPortfolio(const storage::RecordChange& change, const std::string& authority,
                      Tasks* tasks);
  void AddPortfolio(const std::string& authority, const v1::Portfolio& record,
                    const std::string& id, Tasks* tasks);
  absl::Status ReloadPortfolios(const std::string& authority, ViewsByAuthority* views,
                                Tasks* tasks);
  void KeepOnly(const std::string& authority, const std::set<std::string>& portfolios,
                const std::set<std::string>& members, Tasks* tasks);
  absl::Status AddTouched(const storage::RevisionChanges& changes, const std::string& authority,
                          const ChangedNames& names, ViewsByAuthority* views, Tasks* tasks);
  // Their rows go with all others that the revision takes away.
  void Remove(TrackedMember* member, Tasks* tasks);
  void Remove(TrackedPortfolio* portfolio, Tasks* tasks);

  // engine_cited.cc: authorities whose recorded decisions cite what the revision changed.
  absl::Status TellWhoCited(const WatchStep& step, const std::string& dataset,
                            ViewsByAuthority* views);
  absl::StatusOr<bool> AnyCites(const std::string& authority, const std::string& dataset,
                                ViewsByAuthority* views) const;
  absl::StatusOr<bool> IsCited(const std::string& authority, const std::string& record,
                               uint64_t before) const;

  // engine_policies.cc
  absl::Status FollowPolicies();
  // The one that decides now; the one that decided last, if there was one.
  void FindPolicy(TrackedPortfolio* portfolio);
  void FindNotedPolicy(TrackedPortfolio* portfolio);
  void Use(const absl::StatusOr<PolicyPtr>& policy, TrackedPortfolio* portfolio);
  std::shared_ptr<const WatchPolicy> WatchPolicyOf(const PolicyPtr& policy);

  DayNumber Today() const;
  void Warn(absl::string_view message) const;

  const WatchOptions& options_;
  const std::function<bool()>& stopping_;
  Publication& publication_;
  const storage::Store& store_;
  const std::string engine_bytes_;
  const Decider decider_;

  std::shared_ptr<storage::WatchDatabase> database_;  // nullptr: not open
  std::unique_ptr<Ledger> ledger_;
  std::string watch_id_;
  Roster roster_;
  std::vector<std::string> erased_;  // keys of rows that go
  WatchPoint point_;
  // Some members may not have been decided yet.
  bool some_undecided_ = false;
  // All members are to be decided again, and why.
  v1::ChangeCause all_again_ = v1::CHANGE_CAUSE_UNSPECIFIED;
  std::unique_ptr<ViewsByAuthority> views_;    // of the revision reached
  std::shared_ptr<const storage::View> held_;  // so that what follows it is not swept
  std::map<std::string, std::shared_ptr<const WatchPolicy>> policies_;  // by whole name
};

}  // namespace probity::screening

#endif  // PROBITY_SCREENING_WATCH_ENGINE_H_
