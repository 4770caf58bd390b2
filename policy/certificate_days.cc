#include "policy/certificate_days.h"

#include <algorithm>

namespace probity::policy {
namespace {

// The last day before the certificate stops being in force by its status.
DayNumber StatusEnd(const std::vector<DatedStatus>& timeline,
                    const std::vector<DayNumber>& asked) {
  // Where the status was good on an asked day, ask what comes after that day;
  // where it never was, what made it bad.
  DayNumber after = kMinDay;
  for (DayNumber day : asked) {
    const DatedStatus* status = StatusOn(timeline, day);
    if (status == nullptr || status->kind == StatusKind::kGood) after = day;
  }
  if (after == kMinDay) return StatusOn(timeline, asked.front())->from - 1;
  for (const DatedStatus& status : timeline) {
    if (status.from > after && status.kind != StatusKind::kGood) return status.from - 1;
  }
  return kMaxDay;
}

void Earlier(DayNumber day, const char* by, End* end) {
  if (day < end->day) *end = {day, by};
}

}  // namespace

StatusKind KindOf(v1::CertificationStatus status) {
  switch (status) {
    case v1::CERTIFICATION_STATUS_ISSUED:
    case v1::CERTIFICATION_STATUS_UNDER_REVIEW: return StatusKind::kGood;
    case v1::CERTIFICATION_STATUS_APPLIED: return StatusKind::kNotIssued;
    case v1::CERTIFICATION_STATUS_SUSPENDED:
    case v1::CERTIFICATION_STATUS_PARTIALLY_SUSPENDED: return StatusKind::kSuspended;
    case v1::CERTIFICATION_STATUS_WITHDRAWN:
    case v1::CERTIFICATION_STATUS_CANCELLED_BY_HOLDER:
    case v1::CERTIFICATION_STATUS_TRANSFERRED: return StatusKind::kWithdrawn;
    default: return StatusKind::kUnknown;
  }
}

std::vector<DatedStatus> Timeline(const v1::Certification& certification) {
  std::vector<DatedStatus> timeline;
  for (const v1::StatusEvent& event : certification.status_events()) {
    DatedStatus status{kMinDay + 1, KindOf(event.status()), &event};
    if (event.has_from() && IsValidDate(event.from())) {
      status.from = status.kind == StatusKind::kGood ? LastDay(event.from())
                                                     : FirstDay(event.from());
    }
    timeline.push_back(status);
  }
  std::stable_sort(
      timeline.begin(), timeline.end(),
      [](const DatedStatus& a, const DatedStatus& b) { return a.from < b.from; });
  return timeline;
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
  const v1::Date* from =
      GivenDate(certification.has_valid_from(), certification.valid_from());
  return from != nullptr
             ? from
             : GivenDate(certification.has_issued_on(), certification.issued_on());
}

End EarliestEnd(const v1::Certification& certification, const Scheme& scheme,
                const std::vector<DayNumber>& asked) {
  End end;
  if (const v1::Date* date =
          GivenDate(certification.has_expires_on(), certification.expires_on())) {
    Earlier(FirstDay(*date), "expires_on", &end);
  }
  if (const v1::Date* date = GivenDate(certification.has_licence_valid_to(),
                                       certification.licence_valid_to())) {
    Earlier(FirstDay(*date), "licence_valid_to", &end);
  }
  const v1::Date* due = GivenDate(certification.has_next_surveillance_due(),
                                  certification.next_surveillance_due());
  if (scheme.surveillance_counts && due != nullptr && !SurveillanceDone(certification)) {
    Earlier(FirstDay(*due), "next_surveillance_due", &end);
  }
  Earlier(StatusEnd(Timeline(certification), asked), "status event", &end);
  return end;
}

bool SurveillanceDone(const v1::Certification& certification) {
  const v1::Date* due = GivenDate(certification.has_next_surveillance_due(),
                                  certification.next_surveillance_due());
  const v1::Date* done =
      GivenDate(certification.has_last_audit_on(), certification.last_audit_on());
  return due != nullptr && done != nullptr && FirstDay(*done) >= FirstDay(*due);
}

}  // namespace probity::policy
