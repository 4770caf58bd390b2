#include "screening/ending_certificates.h"

#include "screening/facts.h"
#include "storage/timeline.h"

namespace probity::screening {
namespace {

bool EndsWithin(const storage::v1::RecordRow& row, DayNumber from, DayNumber to) {
  const v1::Record* now = storage::RecordAt(row, from);
  if (now == nullptr || !now->has_certification() || !MayShow(row, *now)) return false;
  const v1::Date& end = now->certification().expires_on();
  return IsValidDate(end) && from <= LastDay(end) && LastDay(end) <= to;
}

}  // namespace

absl::StatusOr<uint64_t> CountEndingCertificates(const storage::View& view,
                                                 absl::string_view dataset, DayNumber from,
                                                 DayNumber to,
                                                 const std::function<bool()>& is_cancelled) {
  uint64_t count = 0;
  bool cancelled = false;
  const absl::Status read =
      view.ForEachRecord(dataset, [&](absl::string_view, const storage::v1::RecordRow& row) {
        cancelled = is_cancelled();
        if (EndsWithin(row, from, to)) ++count;
        return !cancelled;
      });
  if (!read.ok()) return read;
  if (cancelled) return absl::CancelledError("the count was given up");
  return count;
}

}  // namespace probity::screening
