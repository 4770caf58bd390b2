#include "policy/certificate_days.h"

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>

namespace probity::policy {
namespace {

// The last day before its status took it out of force: on the first asked day
// on which it was, or else for the next time after the asked days.
DayNumber StatusEnd(const std::vector<DatedStatus>& timeline, const std::vector<DayNumber>& asked) {
  for (DayNumber day : asked) {
    const DatedStatus* status = StatusOn(timeline, day);
    if (status != nullptr && status->kind != StatusKind::kGood) return status->from - 1;
  }
  for (const DatedStatus& status : timeline) {
    if (status.from > asked.back() && status.kind != StatusKind::kGood) return status.from - 1;
  }
  return kMaxDay;
}

// The due day of surveillance, read as early as it can mean; nullopt when none.
std::optional<DayNumber> SurveillanceDue(const v1::Certification& certification) {
  const v1::Date* due =
      GivenDate(certification.has_next_surveillance_due(), certification.next_surveillance_due());
  if (due == nullptr) return std::nullopt;
  return FirstDay(*due);
}

// The audit that met it, read as late as it can mean; nullopt when none did.
std::optional<DayNumber> SurveillanceDone(const v1::Certification& certification) {
  const std::optional<DayNumber> due = SurveillanceDue(certification);
  const v1::Date* done =
      GivenDate(certification.has_last_audit_on(), certification.last_audit_on());
  if (!due || done == nullptr || FirstDay(*done) < *due) return std::nullopt;
  return LastDay(*done);
}

}  // namespace

StatusKind KindOf(v1::CertificationStatus status) {
  switch (status) {
    case v1::CERTIFICATION_STATUS_ISSUED:
    case v1::CERTIFICATION_STATUS_UNDER_REVIEW:
      return StatusKind::kGood;
    case v1::CERTIFICATION_STATUS_APPLIED:
      return StatusKind::kNotIssued;
    case v1::CERTIFICATION_STATUS_SUSPENDED:
    case v1::CERTIFICATION_STATUS_PARTIALLY_SUSPENDED:
      return StatusKind::kSuspended;
    case v1::CERTIFICATION_STATUS_WITHDRAWN:
    case v1::CERTIFICATION_STATUS_CANCELLED_BY_HOLDER:
    case v1::CERTIFICATION_STATUS_TRANSFERRED:
      return StatusKind::kWithdrawn;
    default:
      return StatusKind::kUnknown;
  }
}

void AddEvents(const v1::Certification& certification, absl::string_view source_record,
               std::vector<DatedStatus>* timeline) {
  std::map<DayNumber, DatedStatus> own;
  for (const v1::StatusEvent& event : certification.status_events()) {
    DatedStatus status{kMinDay + 1, KindOf(event.status()), &event, source_record};
    if (event.has_from() && IsValidDate(event.from())) {
      status.from =
          status.kind == StatusKind::kGood ? LastDay(event.from()) : FirstDay(event.from());
    }
    own[status.from] = status;
  }
  for (const auto& [day, status] : own) timeline->push_back(status);
  std::stable_sort(timeline->begin(), timeline->end(),
                   [](const DatedStatus& a, const DatedStatus& b) {
                     return std::tie(a.from, a.kind) < std::tie(b.from, b.kind);
                   });
}

const DatedStatus* StatusOn(const std::vector<DatedStatus>& timeline, DayNumber day) {
  const DatedStatus* last = nullptr;
  for (const DatedStatus& status : timeline) {
    if (status.from <= day) last = &status;
  }
  return last;
}

const v1::Date* GivenDate(bool has, const v1::Date& date) {
  return has && IsValidDate(date) ? &date : nullptr;
}

const v1::Date* BeginOf(const v1::Certification& certification) {
  const v1::Date* from = GivenDate(certification.has_valid_from(), certification.valid_from());
  return from != nullptr ? from
                         : GivenDate(certification.has_issued_on(), certification.issued_on());
}

bool SurveillanceOverdue(const v1::Certification& certification, DayNumber day) {
  const std::optional<DayNumber> due = SurveillanceDue(certification);
  if (!due || day <= *due) return false;
  const std::optional<DayNumber> done = SurveillanceDone(certification);
  return !done || day < *done;
}

End EarliestEnd(const v1::Certification& certification, const Scheme& scheme,
                const std::vector<DatedStatus>& timeline, const std::vector<DayNumber>& asked) {
  End end;
  if (const v1::Date* date =
          GivenDate(certification.has_expires_on(), certification.expires_on())) {
    end.Earlier(FirstDay(*date), "expires_on");
  }
  if (const v1::Date* date =
          GivenDate(certification.has_licence_valid_to(), certification.licence_valid_to())) {
    end.Earlier(FirstDay(*date), "licence_valid_to");
  }
  const std::optional<DayNumber> due = SurveillanceDue(certification);
  const std::optional<DayNumber> done = SurveillanceDone(certification);
  if (scheme.surveillance_counts && due && (!done || asked.back() < *done)) {
    end.Earlier(*due, "next_surveillance_due");
  }
  end.Earlier(StatusEnd(timeline, asked), "status event");
  return end;
}

}  // namespace probity::policy
