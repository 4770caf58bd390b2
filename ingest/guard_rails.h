// What a load must keep to be published by one person alone. Pure.
#ifndef PROBITY_INGEST_GUARD_RAILS_H_
#define PROBITY_INGEST_GUARD_RAILS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "probity/v1/dataset.pb.h"
#include "probity/v1/load.pb.h"
#include "probity/v1/record.pb.h"
#include "storage/change_set.h"

namespace probity::ingest {

// Where the dataset does not state its own.
inline constexpr double kDefaultMaxRefusedPercent = 1.0;
inline constexpr double kDefaultMaxShrinkPercent = 20.0;
// Records below which the default allows as many to go as it does of this many: a list of
// five loses two without anything being wrong.
inline constexpr uint64_t kSmallDataset = 100;

// What is known of a load once it was read.
struct LoadFindings {
  uint64_t duplicate_keys = 0;
  uint64_t unknown_schemes = 0;
  std::vector<std::string> missing_columns;
};

// The guard rails that a load breaks. `before` is the dataset as it was compared with,
// `counts` what the comparison found. A share or number that is equal to its limit keeps it.
std::vector<v1::LoadViolation> BrokenGuardRails(const storage::v1::DatasetState& before,
                                                const storage::LoadSpec& spec,
                                                const v1::LoadCounts& counts,
                                                const LoadFindings& findings);

// The guard rails that `after` keeps less strictly than `before`, one violation each.
std::vector<v1::LoadViolation> LoosenedGuardRails(const v1::Dataset& before,
                                                  const v1::Dataset& after);

// True when somebody who was shown `shown` let `now` through too: each of it was there, and
// is no worse.
bool Covers(const std::vector<v1::LoadViolation>& shown, const std::vector<v1::LoadViolation>& now);

// Columns that a dataset requires and that no file of a load had so far. In files without
// columns a field that one record has counts as one.
class RequiredColumns {
 public:
  explicit RequiredColumns(const v1::GuardRails& rails);

  void Look(const std::vector<std::string>& columns);
  void Look(const v1::Record& record);
  const std::vector<std::string>& missing() const { return missing_; }

 private:
  bool has_columns_ = false;
  std::vector<std::string> missing_;
};

}  // namespace probity::ingest

#endif  // PROBITY_INGEST_GUARD_RAILS_H_
