// A small store with all that the watch needs beside it, and the watch's engine driven
// by hand; for tests.
#ifndef PROBITY_SCREENING_WATCH_TESTING_H_
#define PROBITY_SCREENING_WATCH_TESTING_H_

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/civil_day.h"
#include "policy/legal_periods.h"
#include "policy/schemes.h"
#include "probity/v1/watch.pb.h"
#include "screening/commodity_risk.h"
#include "screening/decision/decide.h"
#include "screening/names/name_question.h"
#include "screening/policies/policy_book.h"
#include "screening/watch/engine.h"
#include "screening/watch/publication.h"
#include "screening/watch/watch.h"
#include "screening/watch/weigh.h"
#include "storage/memory/in_memory_watch_database.h"
#include "storage/names/name_index.h"
#include "storage/store.h"
#include "storage/testing/builders.h"

namespace probity::screening::testing {

// Whose portfolios these are; "" has some too.
inline constexpr char kAuthority[] = "authorities/x";
inline constexpr char kFirstDay[] = "2026-06-15";

// What is decided at one point, by name of member.
using Verdicts = std::map<std::string, v1::WatchedVerdict>;

class WatchWorld {
 public:
  // Datasets: reg, reg2 and papers (shared registers), own (a register of kAuthority),
  // list (shared, DELISTED); and those of both authorities' own.
  WatchWorld();
  ~WatchWorld();

  storage::Store& store() { return *store_; }
  PolicyBook& policies() { return *policies_; }
  storage::InMemoryWatchDisk& disk() { return disk_; }
  WatchOptions Options();

  DayNumber today() const { return day_; }
  void PassDays(int days) { day_ += days; }
  uint64_t Head() const { return store_->Head("")->token().revision(); }
  std::shared_ptr<const storage::View> View(const std::string& authority = kAuthority) const {
    return store_->Head(authority);
  }

  // Adds or replaces, and removes, in one revision, as of today. In a dataset of kind
  // DELISTED as its edition of today. `authority` is the owner's.
  void Change(const std::string& dataset, const std::vector<v1::Record>& records,
              const std::vector<std::string>& removed = {}, const std::string& authority = "");
  // The same in two steps: what is published takes the change set's file away.
  storage::ChangeSet MakeChanges(const std::string& dataset, const std::vector<v1::Record>& records,
                                 const std::vector<std::string>& removed = {},
                                 const std::string& authority = "");
  void Publish(const storage::ChangeSet& changes);
  void Put(const std::string& dataset, const std::string& text_record);
  void PutPortfolio(const std::string& authority, const std::string& id,
                    const std::string& purchase, const std::string& policy = "");
  void PutMember(const std::string& authority, const std::string& portfolio, const std::string& id,
                 const std::string& rest);  // text of the other fields
  void Activate(const std::string& policy, const std::string& authority = kAuthority);

  // Lets the engine weigh all there is; the test fails where it cannot.
  void Advance();
  // The same, with the error.
  absl::Status TryAdvance();
  // The engine goes on from what is on the disk.
  void Restart();

  std::vector<v1::VerdictChange> Events(const std::string& authority = kAuthority);
  const Publication& publication() const { return *publication_; }

  // A request decided by the active policy of kAuthority over head: as ScreenSupplier
  // does, and as the watch does.
  v1::DecisionCore Screen(const std::string& text_request);
  Decided DecideNow(const std::string& text_request);
  Weighed WeighNow(const std::string& text_request);

  // What every member of every portfolio comes to at a point, decided here and now; and
  // what lists are stale, as verdicts without a content, by name of portfolio and list.
  Verdicts DecideAll(uint64_t revision, DayNumber day);

 private:
  Shelf ShelfOf(const storage::View& view) const { return {view, *names_, law_, schemes_, goods_}; }
  void CreateDatasets();
  void CreatePolicies();

  DayNumber day_ = FirstDay(ParseDate(kFirstDay).value());
  const IdentifierCatalogue identifiers_;
  const policy::LegalPeriods law_;
  const policy::SchemeCatalogue schemes_;
  const Countries countries_;
  const policy::CountryGroups groups_;
  const GoodsAtRisk goods_;
  std::unique_ptr<storage::Store> store_;
  std::unique_ptr<storage::NameIndex> index_;
  std::unique_ptr<NameBook> names_;
  std::unique_ptr<PolicyBook> policies_;
  storage::InMemoryWatchDisk disk_;
  const std::function<bool()> stopping_ = [] { return false; };
  std::unique_ptr<WatchOptions> options_;
  std::unique_ptr<Publication> publication_;
  std::unique_ptr<WatchEngine> engine_;
};

// One event as a line of text: where, whom, from what to what; without ids and times.
std::string LineOf(const v1::VerdictChange& event);
// What a verdict is worth, in one line.
std::string WorthOf(const v1::WatchedVerdict& verdict);

}  // namespace probity::screening::testing

#endif  // PROBITY_SCREENING_WATCH_TESTING_H_
