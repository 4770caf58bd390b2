#include "policy/certificate_causes.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"

namespace probity::policy {
namespace {

constexpr DayNumber kSecondsPerDay = 86400;

std::string DayText(DayNumber day) { return FormatDate(DateOf(day)); }

// Why a certificate fails on one day.
struct DayFailure {
  std::string detail;
  const DatedStatus* status = nullptr;
};
using DayTest = std::function<std::optional<DayFailure>(DayNumber)>;

// Examines one certificate, one kind of cause after the other.
class Examiner {
 public:
  Examiner(const CertificationQuestion& question, const v1::AcceptedScheme& accepted,
           const std::vector<DayNumber>& days, const CertificationFact& fact, const Scheme& scheme,
           const std::vector<DatedStatus>& timeline)
      : request_(question.request),
        today_(question.today),
        accepted_(accepted),
        days_(days),
        fact_(fact),
        certification_(fact.certification),
        scheme_(scheme),
        timeline_(timeline) {}

  CertificateFindings Run() {
    CheckHolder();
    CheckBody();
    CheckBegin();
    CheckExpiry();
    CheckStatus();
    CheckListing();
    CheckLicence();
    ExamineScope(request_, accepted_, fact_, scheme_, &out_);
    CheckSurveillance();
    CheckVerification();
    CheckStaleness();
    out_.end = EarliestEnd(certification_, scheme_, timeline_, days_);
    if (DelistedOn()) out_.end.Earlier(*DelistedOn() - 1, "listing");
    std::stable_sort(out_.causes.begin(), out_.causes.end(),
                     [](const v1::CertificationCause& a, const v1::CertificationCause& b) {
                       return a.result() < b.result();
                     });
    return std::move(out_);
  }

 private:
  v1::CertificationCause& Fail(v1::CertificationResult result, std::string detail) {
    return out_.Fail(result, std::move(detail), fact_.provenance.source_record());
  }

  void NotChecked(const char* field) { out_.not_checked.insert(field); }
  void NoteImprecise(const v1::Date& date, const char* field) {
    if (!IsFullDay(date)) NotChecked(field);
  }

  // One cause a failing day; one without a day when several days were asked
  // and all fail for the same reason.
  void FailOnDays(v1::CertificationResult result, const DayTest& test) {
    std::vector<std::pair<DayNumber, DayFailure>> failures;
    for (DayNumber day : days_) {
      if (std::optional<DayFailure> failure = test(day)) failures.emplace_back(day, *failure);
    }
    const bool same = std::all_of(failures.begin(), failures.end(), [&](const auto& one) {
      return one.second.status == failures.front().second.status;
    });
    const bool every = days_.size() > 1 && failures.size() == days_.size() && same;
    for (const auto& [day, failure] : failures) {
      v1::CertificationCause& cause = Fail(result, failure.detail);
      if (failure.status != nullptr) {
        *cause.mutable_status_event() = *failure.status->event;
        cause.set_source_record(std::string(failure.status->source_record));
      }
      if (every) break;
      *cause.mutable_on() = DateOf(day);
    }
  }

  void CheckHolder() {
    if (!request_.has_subject() || fact_.holder_is_subject) return;
    const std::string& holder = certification_.holder().display_name();
    if (fact_.holder_is_ambiguous) {
      NotChecked("subject");
      Fail(v1::CERTIFICATION_RESULT_HOLDER_MISMATCH,
           "several suppliers carry the asked identifier, its holder among them; name the one "
           "that is meant");
      return;
    }
    Fail(v1::CERTIFICATION_RESULT_HOLDER_MISMATCH,
         absl::StrCat("it is held by ", holder.empty() ? "somebody else" : holder,
                      ", not by the asked subject"));
  }

  void CheckBody() {
    const v1::CertificationBody& body = certification_.certification_body();
    const v1::Date* issued = GivenDate(certification_.has_issued_on(), certification_.issued_on());
    if (issued == nullptr) issued = BeginOf(certification_);
    if (!body.has_accredited() || issued == nullptr) {
      if (scheme_.assurance == v1::ASSURANCE_TYPE_CERTIFICATION || body.has_accredited()) {
        NotChecked("certification_body.accredited");
      }
      return;
    }
    // Accredited for certain from the last day that "from" can mean to the
    // first that "to" can mean, exclusive.
    const DayNumber from =
        body.accredited().has_from() ? LastDay(body.accredited().from()) : kMinDay;
    const DayNumber to = body.accredited().has_to() ? FirstDay(body.accredited().to()) : kMaxDay;
    if (FirstDay(*issued) >= from && LastDay(*issued) < to) return;
    Fail(v1::CERTIFICATION_RESULT_CB_NOT_ACCREDITED,
         absl::StrCat(body.name().empty() ? "its body" : body.name(),
                      " was not accredited when it issued it on ", FormatDate(*issued)));
  }

  // The first day for which anything says that it is in force: its own dates,
  // its first listing, or the day on which somebody checked it.
  std::optional<v1::Date> Begin() const {
    if (const v1::Date* begin = BeginOf(certification_)) return *begin;
    if (!fact_.listed.empty() && fact_.listed.front().has_from()) {
      return fact_.listed.front().from();
    }
    if (certification_.has_verified_on()) return certification_.verified_on();
    return std::nullopt;
  }

  void CheckBegin() {
    if (BeginOf(certification_) == nullptr) NotChecked("valid_from");
    const std::optional<v1::Date> begin = Begin();
    if (!begin) {
      Fail(v1::CERTIFICATION_RESULT_UNVERIFIED,
           "its first day is not on record, so it cannot be shown to hold");
      return;
    }
    NoteImprecise(*begin, "valid_from");
    FailOnDays(v1::CERTIFICATION_RESULT_NOT_YET_VALID,
               [&](DayNumber day) -> std::optional<DayFailure> {
                 if (day >= LastDay(*begin)) return std::nullopt;
                 return DayFailure{absl::StrCat("known to be valid from ", FormatDate(*begin),
                                                ", asked for ", DayText(day))};
               });
  }

  void CheckExpiry() {
    const v1::Date* end = GivenDate(certification_.has_expires_on(), certification_.expires_on());
    if (end == nullptr) return MissingExpiry();
    NoteImprecise(*end, "expires_on");
    FailOnDays(v1::CERTIFICATION_RESULT_EXPIRED, [&](DayNumber day) -> std::optional<DayFailure> {
      if (day <= FirstDay(*end)) return std::nullopt;
      const char* verb = day <= LastDay(*end) ? "may have ended, in " : "ended on ";
      return DayFailure{absl::StrCat(verb, FormatDate(*end), ", asked for ", DayText(day))};
    });
  }

  void MissingExpiry() {
    NotChecked("expires_on");
    if (scheme_.assurance == v1::ASSURANCE_TYPE_LIST_CONFORMANCE ||
        scheme_.assurance == v1::ASSURANCE_TYPE_ACCREDITATION) {
      return;
    }
    Fail(v1::CERTIFICATION_RESULT_UNVERIFIED,
         "its last day is not on record, so it cannot be shown to hold");
  }

  void CheckStatus() {
    FailByStatus(StatusKind::kWithdrawn, v1::CERTIFICATION_RESULT_WITHDRAWN,
                 "withdrawn, cancelled or transferred");
    FailByStatus(StatusKind::kSuspended, v1::CERTIFICATION_RESULT_SUSPENDED, "suspended");
    FailByStatus(StatusKind::kNotIssued, v1::CERTIFICATION_RESULT_NOT_YET_VALID,
                 "applied for and not issued");
    FailByStatus(StatusKind::kUnknown, v1::CERTIFICATION_RESULT_UNVERIFIED,
                 "in a status that its source does not name");
  }

  void FailByStatus(StatusKind kind, v1::CertificationResult result, const char* words) {
    FailOnDays(result, [&](DayNumber day) -> std::optional<DayFailure> {
      const DatedStatus* status = StatusOn(timeline_, day);
      if (status == nullptr || status->kind != kind) return std::nullopt;
      if (kind == StatusKind::kUnknown) NotChecked("status_events");
      const std::string since = status->event->has_from()
                                    ? absl::StrCat(" since ", FormatDate(status->event->from()))
                                    : "";
      return DayFailure{absl::StrCat(words, since, ", asked for ", DayText(day)), status};
    });
  }

  // The day from which the publisher no longer lists it; nullopt while it does.
  std::optional<DayNumber> DelistedOn() const {
    if (fact_.listed.empty() || !fact_.listed.back().has_to()) return std::nullopt;
    return FirstDay(fact_.listed.back().to());
  }

  // What was taken off its list while its own dates still ran.
  void CheckListing() {
    const v1::Date* expiry =
        GivenDate(certification_.has_expires_on(), certification_.expires_on());
    FailOnDays(v1::CERTIFICATION_RESULT_WITHDRAWN, [&](DayNumber day) -> std::optional<DayFailure> {
      if (expiry != nullptr && day > FirstDay(*expiry)) return std::nullopt;
      const v1::DateInterval* last = nullptr;
      for (const v1::DateInterval& one : fact_.listed) {
        if (!one.has_from() || FirstDay(one.from()) <= day) last = &one;
      }
      if (last == nullptr || Contains(*last, day)) return std::nullopt;
      return DayFailure{absl::StrCat("not on its publisher's list since ", FormatDate(last->to()),
                                     ", asked for ", DayText(day))};
    });
  }

  void CheckLicence() {
    const v1::Date* end =
        GivenDate(certification_.has_licence_valid_to(), certification_.licence_valid_to());
    if (end == nullptr) return MissingLicence();
    NoteImprecise(*end, "licence_valid_to");
    FailOnDays(
        v1::CERTIFICATION_RESULT_LICENCE_INACTIVE, [&](DayNumber day) -> std::optional<DayFailure> {
          if (day <= FirstDay(*end)) return std::nullopt;
          return DayFailure{
              absl::StrCat("its licence ends on ", FormatDate(*end), ", asked for ", DayText(day))};
        });
  }

  void MissingLicence() {
    if (!scheme_.requires_licence) return;
    if (certification_.licence_no().empty()) {
      Fail(v1::CERTIFICATION_RESULT_LICENCE_INACTIVE,
           absl::StrCat(scheme_.id, " asks for an active licence; none is on record"));
      return;
    }
    NotChecked("licence_valid_to");
    Fail(v1::CERTIFICATION_RESULT_UNVERIFIED,
         absl::StrCat("the last day of its licence ", certification_.licence_no(),
                      " is not on record, so it cannot be shown to be active"));
  }

  void CheckSurveillance() {
    if (!scheme_.surveillance_counts) return;
    const v1::Date* due = GivenDate(certification_.has_next_surveillance_due(),
                                    certification_.next_surveillance_due());
    if (due == nullptr) return NotChecked("next_surveillance_due");
    NoteImprecise(*due, "next_surveillance_due");
    FailOnDays(
        v1::CERTIFICATION_RESULT_SURVEILLANCE_OVERDUE,
        [&](DayNumber day) -> std::optional<DayFailure> {
          if (!SurveillanceOverdue(certification_, day)) return std::nullopt;
          return DayFailure{absl::StrCat("a surveillance audit was due by ", FormatDate(*due),
                                         " and not held by ", DayText(day))};
        });
  }

  void CheckVerification() {
    if (IsVerified(certification_.verification_method())) return;
    const bool document =
        certification_.verification_method() == v1::VERIFICATION_METHOD_DOCUMENT_ONLY;
    Fail(v1::CERTIFICATION_RESULT_UNVERIFIED,
         document ? "only a document was seen" : "known only from the supplier's word");
  }

  // The day on which its status was last checked: as the record says, else the
  // day of the last load, where the dataset is the word of who decides on it.
  std::optional<DayNumber> LastChecked() const {
    if (const v1::Date* date =
            GivenDate(certification_.has_verified_on(), certification_.verified_on())) {
      return FirstDay(*date);
    }
    const v1::SourceEdition& edition = fact_.provenance.edition();
    const bool decides = edition.reliability() == v1::RELIABILITY_SCHEME_OWNER ||
                         edition.reliability() == v1::RELIABILITY_CERTIFICATION_BODY ||
                         edition.reliability() == v1::RELIABILITY_OFFICIAL_REGISTER;
    if (!decides || !edition.has_checked_at()) return std::nullopt;
    return static_cast<DayNumber>(edition.checked_at().seconds() / kSecondsPerDay);
  }

  void CheckStaleness() {
    const int most = request_.max_status_age_days();
    if (most <= 0) return;
    std::optional<DayNumber> checked = LastChecked();
    // Nobody has checked anything tomorrow.
    if (checked && *checked > today_) checked.reset();
    if (!checked) NotChecked("verified_on");
    if (checked && int64_t{today_} - *checked <= most) return;
    Fail(v1::CERTIFICATION_RESULT_STALE_STATUS,
         checked ? absl::StrCat("its status was last checked on ", DayText(*checked), ", ",
                                int64_t{today_} - *checked, " days ago; asked for at most ", most)
                 : "the day on which its status was last checked is not on record");
  }

  const v1::CheckCertificationRequest& request_;
  const DayNumber today_;
  const v1::AcceptedScheme& accepted_;
  const std::vector<DayNumber>& days_;
  const CertificationFact& fact_;
  const v1::Certification& certification_;
  const Scheme& scheme_;
  const std::vector<DatedStatus>& timeline_;
  CertificateFindings out_;
};

}  // namespace

bool IsVerified(v1::VerificationMethod method) {
  return method == v1::VERIFICATION_METHOD_SCHEME_REGISTER ||
         method == v1::VERIFICATION_METHOD_CERTIFICATION_BODY_CONFIRMED ||
         method == v1::VERIFICATION_METHOD_SIGNED_CREDENTIAL;
}

v1::CertificationCause& CertificateFindings::Fail(v1::CertificationResult result,
                                                  std::string detail,
                                                  absl::string_view source_record) {
  v1::CertificationCause& cause = causes.emplace_back();
  cause.set_result(result);
  cause.set_detail(std::move(detail));
  cause.set_source_record(std::string(source_record));
  return cause;
}

CertificateFindings ExamineCertificate(const CertificationQuestion& question,
                                       const v1::AcceptedScheme& accepted,
                                       const std::vector<DayNumber>& days,
                                       const CertificationFact& fact, const Scheme& scheme,
                                       const std::vector<DatedStatus>& timeline) {
  return Examiner(question, accepted, days, fact, scheme, timeline).Run();
}

}  // namespace probity::policy
