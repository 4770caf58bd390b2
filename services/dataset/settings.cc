#include "services/dataset/settings.h"

#include <string>

#include "base/errors.h"
#include "services/dataset/source_settings.h"
#include "services/rpc/limits.h"
#include "services/rpc/validate.h"

namespace probity::dataset {
namespace {

// Written so that what is no number is refused too.
absl::Status CheckPercent(absl::string_view field, double percent) {
  if (percent >= 0 && percent <= 100) return absl::OkStatus();
  return InvalidField(field, "must be 0 to 100 per cent");
}

absl::Status CheckColumns(const v1::GuardRails& rails) {
  if (rails.required_columns_size() > rpc::kMaxRequiredColumns) {
    return LimitExceeded("dataset.guard_rails.required_columns", rpc::kMaxRequiredColumns,
                         rails.required_columns_size());
  }
  for (const std::string& column : rails.required_columns()) {
    if (column.empty() || column.size() > rpc::kMaxFileNameBytes) {
      return InvalidField("dataset.guard_rails.required_columns",
                          "must be names of columns, 1 to 255 bytes each");
    }
  }
  return absl::OkStatus();
}

absl::Status Never(absl::string_view field) {
  return InvalidField(field, "never changes; create another dataset");
}

}  // namespace

absl::Status CheckSettings(const v1::Dataset& asked) {
  absl::Status well = CheckColumns(asked.guard_rails());
  if (well.ok() && asked.has_max_refused_percent()) {
    well = CheckPercent("dataset.max_refused_percent", asked.max_refused_percent());
  }
  if (well.ok() && asked.guard_rails().has_max_shrink_percent()) {
    well = CheckPercent("dataset.guard_rails.max_shrink_percent",
                        asked.guard_rails().max_shrink_percent());
  }
  return well.ok() ? CheckSource(asked.source()) : well;
}

absl::Status CheckNeverChanged(const v1::Dataset& before, const v1::Dataset& asked) {
  const auto differs = [](const std::string& was, const std::string& is) {
    return !is.empty() && is != was;
  };
  if (differs(before.publisher(), asked.publisher())) return Never("dataset.publisher");
  if (differs(before.owner(), asked.owner())) return Never("dataset.owner");
  if (asked.reliability() != 0 && asked.reliability() != before.reliability()) {
    return Never("dataset.reliability");
  }
  if (asked.absence() != 0 && asked.absence() != before.absence()) return Never("dataset.absence");
  if (asked.invented() && !before.invented()) return Never("dataset.invented");
  return absl::OkStatus();
}

v1::Dataset WithSettings(const v1::Dataset& before, const v1::Dataset& asked) {
  v1::Dataset after = asked;
  after.set_name(before.name());
  after.set_publisher(before.publisher());
  after.set_owner(before.owner());
  after.set_reliability(before.reliability());
  after.set_absence(before.absence());
  after.set_invented(before.invented());
  after.set_kind(before.kind());
  after.clear_current();
  after.clear_record_count();
  after.clear_editions();
  return after;
}

}  // namespace probity::dataset
