#include "ingest/guard_rails.h"

#include <algorithm>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "base/civil_day.h"

namespace probity::ingest {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using Violations = std::vector<v1::LoadViolation>;

void Add(v1::ErrorReason reason, double value, double limit, std::string message,
         Violations* violations) {
  v1::LoadViolation violation;
  violation.set_reason(reason);
  violation.set_message(std::move(message));
  violation.set_value(value);
  violation.set_limit(limit);
  violations->push_back(std::move(violation));
}

double RefusedLimit(const v1::Dataset& dataset) {
  return dataset.has_max_refused_percent() ? dataset.max_refused_percent()
                                           : kDefaultMaxRefusedPercent;
}

double PercentOf(uint64_t part, uint64_t whole) {
  return whole == 0 ? 0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
}

// Records that could go: those of the comparison for full editions, since a list's records
// that ended long ago are counted in the dataset too.
uint64_t RecordsBefore(const storage::v1::DatasetState& before, const storage::LoadSpec& spec,
                       const v1::LoadCounts& counts) {
  const bool all_compared = spec.mode == v1::LOAD_MODE_FULL_EDITION;
  return all_compared ? counts.unchanged() + counts.changed() + counts.removed()
                      : before.record_count();
}

void CheckShrinking(const storage::v1::DatasetState& before, const storage::LoadSpec& spec,
                    const v1::LoadCounts& counts, Violations* violations) {
  if (spec.mode == v1::LOAD_MODE_BACKFILL) return;
  const v1::GuardRails& rails = before.dataset().guard_rails();
  const bool stated = rails.has_max_shrink_percent();
  const double limit = stated ? rails.max_shrink_percent() : kDefaultMaxShrinkPercent;
  const uint64_t records = RecordsBefore(before, spec, counts);
  if (PercentOf(counts.removed(), stated ? records : std::max(records, kSmallDataset)) <= limit) {
    return;
  }
  const double percent = PercentOf(counts.removed(), records);
  Add(v1::ERROR_REASON_TOO_MUCH_REMOVED, percent, limit,
      absl::StrFormat("%d of %d records would go, %.3g per cent; %g are allowed. Was the file "
                      "written completely, and do its rows bear the ids that they had?",
                      counts.removed(), records, percent, limit),
      violations);
}

void CheckRefused(const v1::Dataset& dataset, const v1::LoadCounts& counts,
                  Violations* violations) {
  const double limit = RefusedLimit(dataset);
  const double percent = PercentOf(counts.refused(), counts.rows_read());
  if (percent <= limit) return;
  Add(v1::ERROR_REASON_TOO_MANY_REFUSED_ROWS, percent, limit,
      absl::StrFormat("%d of %d rows were refused, more than the %g per cent that the dataset "
                      "allows. The refused rows say which and why",
                      counts.refused(), counts.rows_read(), limit),
      violations);
}

void CheckAtMost(v1::ErrorReason reason, uint64_t rows, uint64_t limit, const char* what,
                 Violations* violations) {
  if (rows <= limit) return;
  Add(reason, static_cast<double>(rows), static_cast<double>(limit),
      absl::StrCat(rows, rows == 1 ? " row has " : " rows have ", what, "; ", limit,
                   limit == 1 ? " is allowed" : " are allowed"),
      violations);
}

void CheckEdition(const storage::v1::DatasetState& before, const storage::LoadSpec& spec,
                  Violations* violations) {
  if (spec.mode == v1::LOAD_MODE_BACKFILL || !storage::IsOlderEdition(before, spec)) return;
  const v1::Date& active = before.edition().edition();
  Add(v1::ERROR_REASON_OLDER_EDITION, FirstDay(spec.edition), FirstDay(active),
      absl::StrCat("the edition of ", FormatDate(spec.edition), " is older than the active one, ",
                   FormatDate(active), "; an edition of a list that comes late is a BACKFILL"),
      violations);
}

// Which of the two keeps more? Limits rise as they get looser.
void CheckLimit(absl::string_view field, double before, double after, Violations* violations) {
  if (after <= before) return;
  Add(v1::ERROR_REASON_GUARD_RAIL_LOOSENED, after, before,
      absl::StrFormat("%s would be %g instead of %g", field, after, before), violations);
}

// The default is stricter for large datasets than any higher limit, and looser for small
// ones than any limit: leaving a stated limit for it loosens.
void CheckShrinkLimit(const v1::GuardRails& before, const v1::GuardRails& after,
                      Violations* violations) {
  if (after.has_max_shrink_percent()) {
    return CheckLimit(
        "max_shrink_percent",
        before.has_max_shrink_percent() ? before.max_shrink_percent() : kDefaultMaxShrinkPercent,
        after.max_shrink_percent(), violations);
  }
  if (!before.has_max_shrink_percent()) return;
  Add(v1::ERROR_REASON_GUARD_RAIL_LOOSENED, kDefaultMaxShrinkPercent, before.max_shrink_percent(),
      absl::StrFormat("max_shrink_percent would be the default instead of %g, which lets 20 "
                      "records of a small dataset go",
                      before.max_shrink_percent()),
      violations);
}

// Several violations of one reason are told apart by their texts, and so are days.
bool IsCounted(v1::ErrorReason reason) {
  return reason != v1::ERROR_REASON_MISSING_COLUMN &&
         reason != v1::ERROR_REASON_GUARD_RAIL_LOOSENED && reason != v1::ERROR_REASON_OLDER_EDITION;
}

bool CoversOne(const v1::LoadViolation& shown, const v1::LoadViolation& now) {
  if (shown.reason() != now.reason() || shown.limit() != now.limit()) return false;
  if (!IsCounted(now.reason())) return shown.message() == now.message();
  return now.value() <= shown.value();
}

// Whether something is said at the path, of which steps[at] is next.
bool HasField(const Message& message, const std::vector<std::string>& steps, size_t at) {
  const FieldDescriptor* field = message.GetDescriptor()->FindFieldByName(steps[at]);
  if (field == nullptr) return false;
  const auto& reflection = *message.GetReflection();
  const bool last = at + 1 == steps.size();
  if (!last && field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) return false;
  if (!field->is_repeated()) {
    return reflection.HasField(message, field) &&
           (last || HasField(reflection.GetMessage(message, field), steps, at + 1));
  }
  for (int i = 0; i < reflection.FieldSize(message, field); ++i) {
    if (last || HasField(reflection.GetRepeatedMessage(message, field, i), steps, at + 1)) {
      return true;
    }
  }
  return false;
}

}  // namespace

Violations BrokenGuardRails(const storage::v1::DatasetState& before, const storage::LoadSpec& spec,
                            const v1::LoadCounts& counts, const LoadFindings& findings) {
  const v1::GuardRails& rails = before.dataset().guard_rails();
  Violations violations;
  CheckEdition(before, spec, &violations);
  for (const std::string& column : findings.missing_columns) {
    Add(v1::ERROR_REASON_MISSING_COLUMN, 1, 0,
        absl::StrCat("no file has the column \"", column, "\", which the dataset requires"),
        &violations);
  }
  CheckRefused(before.dataset(), counts, &violations);
  CheckAtMost(v1::ERROR_REASON_DUPLICATE_KEYS, findings.duplicate_keys, rails.max_duplicate_keys(),
              "an id that an earlier row has, and were refused", &violations);
  CheckAtMost(v1::ERROR_REASON_UNKNOWN_SCHEMES, findings.unknown_schemes,
              rails.max_unknown_schemes(),
              "a scheme that the catalogue does not know, and were refused", &violations);
  CheckShrinking(before, spec, counts, &violations);
  return violations;
}

Violations LoosenedGuardRails(const v1::Dataset& before, const v1::Dataset& after) {
  const v1::GuardRails& was = before.guard_rails();
  const v1::GuardRails& is = after.guard_rails();
  Violations violations;
  CheckShrinkLimit(was, is, &violations);
  CheckLimit("max_refused_percent", RefusedLimit(before), RefusedLimit(after), &violations);
  CheckLimit("max_duplicate_keys", static_cast<double>(was.max_duplicate_keys()),
             static_cast<double>(is.max_duplicate_keys()), &violations);
  CheckLimit("max_unknown_schemes", static_cast<double>(was.max_unknown_schemes()),
             static_cast<double>(is.max_unknown_schemes()), &violations);
  for (const std::string& column : was.required_columns()) {
    if (absl::c_linear_search(is.required_columns(), column)) continue;
    Add(v1::ERROR_REASON_GUARD_RAIL_LOOSENED, 0, 1,
        absl::StrCat("the column \"", column, "\" would be required no more"), &violations);
  }
  if (before.second_person_for_records() && !after.second_person_for_records()) {
    Add(v1::ERROR_REASON_GUARD_RAIL_LOOSENED, 0, 1,
        "single records would need no second person any more", &violations);
  }
  return violations;
}

bool Covers(const Violations& shown, const Violations& now) {
  return absl::c_all_of(now, [&shown](const v1::LoadViolation& one) {
    return absl::c_any_of(shown,
                          [&one](const v1::LoadViolation& known) { return CoversOne(known, one); });
  });
}

RequiredColumns::RequiredColumns(const v1::GuardRails& rails)
    : missing_(rails.required_columns().begin(), rails.required_columns().end()) {}

void RequiredColumns::Look(const std::vector<std::string>& columns) {
  has_columns_ = true;
  const auto is_there = [&columns](const std::string& one) {
    return absl::c_linear_search(columns, one);
  };
  missing_.erase(std::remove_if(missing_.begin(), missing_.end(), is_there), missing_.end());
}

void RequiredColumns::Look(const v1::Record& record) {
  if (has_columns_ || missing_.empty()) return;
  const auto is_there = [&record](const std::string& one) {
    return HasField(record, absl::StrSplit(one, '.'), 0);
  };
  missing_.erase(std::remove_if(missing_.begin(), missing_.end(), is_there), missing_.end());
}

}  // namespace probity::ingest
