// One member decided for the watch.
#ifndef PROBITY_SCREENING_WATCH_WEIGH_H_
#define PROBITY_SCREENING_WATCH_WEIGH_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "policy/compile.h"
#include "policy/moved_dates.h"
#include "probity/storage/v1/watch.pb.h"
#include "probity/v1/screening_service.pb.h"
#include "probity/v1/watch.pb.h"
#include "screening/decision/shelf.h"
#include "screening/watch/goods_dates.h"

namespace probity::screening {

// What came of it, and what it rests on.
struct Weighed {
  v1::WatchedVerdict verdict;
  storage::v1::WatchedReads reads;
  // The first later day on which it may be another one although nothing is learnt.
  std::optional<DayNumber> due;
  std::string supplier;  // suppliers/{supplier}; empty: nobody on record
};

// A policy, and by what it moves dates.
struct WatchPolicy {
  policy::CompiledPolicy policy;
  policy::DateMoves moves;
};

// Decides as ScreenSupplier does, but as if all lists that the policy requires were
// loaded and checked today. A request that cannot be decided gives a verdict with an
// error; it may become decidable, so what it read counts too.
// Errors that say nothing of the request: UNAVAILABLE / INDEX_NOT_READY, DATA_LOSS /
// STORE_CORRUPT, those of `when.asking`.
absl::StatusOr<Weighed> Weigh(const Shelf& shelf, const When& when, const WatchPolicy& policy,
                              const v1::ScreenSupplierRequest& request, const GoodsDates& goods);

// What a member is worth whose policy cannot be found.
v1::WatchedVerdict WithoutPolicy(const absl::Status& why, DayNumber day, uint64_t revision);

// True unless the verdict, or what it rests on, is another one: dates, revision and
// policy alone are none.
bool AreWorthTheSame(const v1::WatchedVerdict& a, const v1::WatchedVerdict& b);

}  // namespace probity::screening

#endif  // PROBITY_SCREENING_WATCH_WEIGH_H_
