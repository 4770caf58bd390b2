// The days of one certificate, read with care. Internal to policy/.
#ifndef PROBITY_POLICY_CERTIFICATE_DAYS_H_
#define PROBITY_POLICY_CERTIFICATE_DAYS_H_

#include <optional>
#include <string>
#include <vector>

#include "base/civil_day.h"
#include "policy/schemes.h"
#include "probity/v1/certification.pb.h"

namespace probity::policy {

// What a status means for the question.
enum class StatusKind { kGood, kNotIssued, kSuspended, kWithdrawn, kUnknown };
StatusKind KindOf(v1::CertificationStatus status);

// A status event with the day from which it counts: a good one from the last
// day that its date can mean, any other from the first.
struct DatedStatus {
  DayNumber from = kMinDay;
  StatusKind kind = StatusKind::kGood;
  const v1::StatusEvent* event = nullptr;
};

// Sorted by day; of several events on one day the later in the record counts.
std::vector<DatedStatus> Timeline(const v1::Certification& certification);
// The last event on or before `day`; nullptr before the first one.
const DatedStatus* StatusOn(const std::vector<DatedStatus>& timeline, DayNumber day);

// A date field; nullptr when it is absent or no date.
const v1::Date* GivenDate(bool has, const v1::Date& date);
// The first day of validity: valid_from, else issued_on; nullptr when neither.
const v1::Date* BeginOf(const v1::Certification& certification);

// The last day on which something that the certificate rests on is known to
// hold, inclusive, and which of its dates says so. kMaxDay and "" when none.
struct End {
  DayNumber day = kMaxDay;
  std::string by;
};
// `asked` are the asked days, ascending, at least one.
End EarliestEnd(const v1::Certification& certification, const Scheme& scheme,
                const std::vector<DayNumber>& asked);

// True when the due surveillance audit was done. False also when none is due.
bool SurveillanceDone(const v1::Certification& certification);

}  // namespace probity::policy

#endif  // PROBITY_POLICY_CERTIFICATE_DAYS_H_
