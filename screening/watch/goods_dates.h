// The dates of the lists of goods at risk. Every decision about goods looks at every
// line, also at those whose day has not come yet.
#ifndef PROBITY_SCREENING_WATCH_GOODS_DATES_H_
#define PROBITY_SCREENING_WATCH_GOODS_DATES_H_

#include <cstdint>
#include <map>
#include <memory>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "policy/moved_dates.h"
#include "screening/commodity_risk.h"
#include "storage/store.h"

namespace probity::screening {

// Adds the days on which a row begins or ceases to say something, and its dates.
void AddRowDates(const storage::v1::RecordRow& row, policy::DaySpans* dates);

// Works them out once a version of a list. Thread-safe.
class GoodsDates {
 public:
  // Borrowed.
  explicit GoodsDates(const GoodsAtRisk& goods) : goods_(goods) {}

  // Adds those of all lists of the view. Errors of GoodsAtRisk::LinesOf.
  absl::Status Add(const storage::View& view, policy::DaySpans* dates) const;

 private:
  using Dates = std::shared_ptr<const policy::DaySpans>;
  absl::StatusOr<Dates> Of(const storage::View& view, const storage::v1::DatasetState& state) const;

  const GoodsAtRisk& goods_;
  mutable absl::Mutex mutex_;
  // By number of the dataset: its version, and what that holds.
  mutable std::map<uint32_t, std::pair<uint32_t, Dates>> known_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace probity::screening

#endif  // PROBITY_SCREENING_WATCH_GOODS_DATES_H_
