#include "services/dataset/source_settings.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "base/errors.h"
#include "ingest/importer.h"
#include "services/rpc/limits.h"
#include "services/rpc/validate.h"

namespace probity::dataset {
namespace {

// Everybody who may read the dataset sees its source, and so would a password in it.
bool HoldsPassword(absl::string_view address) {
  const size_t begin = address.find("://");
  if (begin == absl::string_view::npos) return false;
  const absl::string_view rest = address.substr(begin + 3);
  return absl::StrContains(rest.substr(0, rest.find('/')), "@");
}

absl::Status CheckLocation(absl::string_view field, const std::string& location) {
  if (absl::Status well = rpc::CheckBytes(field, location, rpc::kMaxNoteBytes); !well.ok()) {
    return well;
  }
  if (std::any_of(location.begin(), location.end(), absl::ascii_iscntrl)) {
    return InvalidField(field, "must not hold control characters");
  }
  if (HoldsPassword(location)) {
    return InvalidField(field, "must not hold a user or password: it is shown to others");
  }
  return absl::OkStatus();
}

bool IsCronField(absl::string_view field) {
  return std::all_of(field.begin(), field.end(),
                     [](char c) { return absl::ascii_isalnum(c) || absl::StrContains("*/,-", c); });
}

absl::Status CheckSchedule(const std::string& schedule) {
  if (schedule.empty()) return absl::OkStatus();
  const std::vector<absl::string_view> fields = absl::StrSplit(schedule, ' ', absl::SkipEmpty());
  if (schedule.size() <= rpc::kMaxFileNameBytes && fields.size() == 5 &&
      std::all_of(fields.begin(), fields.end(), IsCronField)) {
    return absl::OkStatus();
  }
  return InvalidField("dataset.source.schedule",
                      "must be the five fields of cron: minute hour day month weekday");
}

}  // namespace

absl::Status CheckSource(const v1::DatasetSource& source) {
  absl::Status well = CheckLocation("dataset.source.location", source.location());
  if (well.ok()) well = CheckLocation("dataset.source.sha256_location", source.sha256_location());
  if (well.ok()) well = CheckLocation("dataset.source.mapping", source.mapping());
  if (well.ok()) well = CheckSchedule(source.schedule());
  if (!well.ok() || source.format().empty()) return well;
  return ingest::FindFormat(source.format()).status();
}

}  // namespace probity::dataset
