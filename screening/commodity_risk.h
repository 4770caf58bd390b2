// Which lists name goods or services from a place as at risk.
#ifndef PROBITY_SCREENING_COMMODITY_RISK_H_
#define PROBITY_SCREENING_COMMODITY_RISK_H_

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "base/civil_day.h"
#include "policy/legal_periods.h"
#include "probity/v1/risk_service.pb.h"
#include "storage/store.h"

namespace probity::screening {

// A line of a list of goods and services at risk, with its past.
struct GoodsLine {
  storage::RecordRef ref;
  storage::v1::RecordRow row;
};

// The lines of the lists of one store, read once a version: they are few, each
// question looks at all of them, and they seldom change. Thread-safe; forgets the
// versions that were asked for longest ago.
class GoodsAtRisk {
 public:
  using Lines = std::shared_ptr<const std::vector<GoodsLine>>;

  // Those of a dataset of the view, which must be of a published revision: a
  // version that was never published may come again with other rows. In order of key.
  absl::StatusOr<Lines> LinesOf(const storage::View& view,
                                const storage::v1::DatasetState& state) const;

 private:
  struct Kept {
    Lines lines;
    uint64_t asked = 0;  // when: a count of questions
  };
  void ForgetOldest() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  mutable absl::Mutex mutex_;
  // By number and version of the dataset.
  mutable absl::flat_hash_map<std::pair<uint32_t, uint32_t>, Kept> kept_ ABSL_GUARDED_BY(mutex_);
  mutable uint64_t questions_ ABSL_GUARDED_BY(mutex_) = 0;
};

// Looks at every line: a broad question ("52", "CN") fits lines that no exact index
// term finds. `goods` is of the view's store. Comes without stamp.
// INVALID_ARGUMENT / INVALID_FIELD, AS_OF_IN_FUTURE.
absl::StatusOr<v1::CheckCommodityRiskResponse> CheckCommodityRisk(
    const storage::View& view, const GoodsAtRisk& goods, const policy::LegalPeriods& law,
    const v1::CheckCommodityRiskRequest& request, DayNumber today);

}  // namespace probity::screening

#endif  // PROBITY_SCREENING_COMMODITY_RISK_H_
