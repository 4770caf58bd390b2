// The days of one certificate, read with care. Internal to policy/.
#ifndef PROBITY_POLICY_CERTIFICATE_DAYS_H_
#define PROBITY_POLICY_CERTIFICATE_DAYS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "base/civil_day.h"
#include "policy/schemes.h"
#include "probity/v1/certification.pb.h"

namespace probity::policy {

// What a status means for the question, from good to grave.
enum class StatusKind { kGood, kUnknown, kNotIssued, kSuspended, kWithdrawn };
StatusKind KindOf(v1::CertificationStatus status);

// A status event with the day from which it counts: a good one from the last
// day that its date can mean, any other from the first.
struct DatedStatus {
  DayNumber from = kMinDay;
  StatusKind kind = StatusKind::kGood;
  const v1::StatusEvent* event = nullptr;
  // The record that says so.
  absl::string_view source_record;
};

// Adds the events of one record to a timeline; what it points to must outlive
// it. Sorted by day; of several events of one record on one day the later in
// the record counts, of several records the gravest.
void AddEvents(const v1::Certification& certification, absl::string_view source_record,
               std::vector<DatedStatus>* timeline);
// The last event on or before `day`; nullptr before the first one.
const DatedStatus* StatusOn(const std::vector<DatedStatus>& timeline, DayNumber day);

// A date field; nullptr when it is absent or no date.
const v1::Date* GivenDate(bool has, const v1::Date& date);
// The first day of validity: valid_from, else issued_on; nullptr when neither.
const v1::Date* BeginOf(const v1::Certification& certification);

// True when `day` lies after the day by which a surveillance audit was due, and
// no audit from the due day on had been held by `day`.
bool SurveillanceOverdue(const v1::Certification& certification, DayNumber day);

// The last day on which something that the certificate rests on is known to
// hold, inclusive, and which of its dates says so. kMaxDay and "" when none.
struct End {
  DayNumber day = kMaxDay;
  std::string by;

  // Takes `other` when it comes before.
  void Earlier(DayNumber other, absl::string_view other_by) {
    if (other < day) *this = {other, std::string(other_by)};
  }
};
// By the certificate's own dates. `asked` are the asked days, ascending, at
// least one.
End EarliestEnd(const v1::Certification& certification, const Scheme& scheme,
                const std::vector<DatedStatus>& timeline, const std::vector<DayNumber>& asked);

}  // namespace probity::policy

#endif  // PROBITY_POLICY_CERTIFICATE_DAYS_H_
