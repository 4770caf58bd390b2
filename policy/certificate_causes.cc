#include "policy/certificate_causes.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/names.h"
#include "policy/commodity.h"

namespace probity::policy {
namespace {

constexpr DayNumber kSecondsPerDay = 86400;

std::string DayText(DayNumber day) { return FormatDate(DateOf(day)); }

// Why a certificate fails on one day.
struct DayFailure {
  std::string detail;
  const v1::StatusEvent* event = nullptr;
};
using DayTest = std::function<std::optional<DayFailure>(DayNumber)>;

// Examines one certificate, one kind of cause after the other.
class Examiner {
 public:
  Examiner(const CertificationQuestion& question, const v1::AcceptedScheme& accepted,
           const std::vector<DayNumber>& days, const CertificationFact& fact,
           const Scheme& scheme)
      : request_(question.request),
        today_(question.today),
        accepted_(accepted),
        days_(days),
        fact_(fact),
        certification_(fact.certification),
        scheme_(scheme),
        timeline_(Timeline(fact.certification)) {}

  CertificateFindings Run() {
    CheckHolder();
    CheckBody();
    CheckBegin();
    CheckExpiry();
    CheckStatus();
    CheckLicence();
    CheckSite();
    CheckCommodity();
    CheckProcess();
    CheckCocModel();
    CheckGrade();
    CheckSurveillance();
    CheckVerification();
    CheckStaleness();
    out_.end = EarliestEnd(certification_, scheme_, days_);
    std::stable_sort(out_.causes.begin(), out_.causes.end(),
                     [](const v1::CertificationCause& a, const v1::CertificationCause& b) {
                       return a.result() < b.result();
                     });
    return std::move(out_);
  }

 private:
  v1::CertificationCause& Fail(v1::CertificationResult result, std::string detail) {
    v1::CertificationCause& cause = out_.causes.emplace_back();
    cause.set_result(result);
    cause.set_detail(std::move(detail));
    cause.set_source_record(fact_.provenance.source_record());
    return cause;
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
      return one.second.event == failures.front().second.event;
    });
    const bool every = days_.size() > 1 && failures.size() == days_.size() && same;
    for (const auto& [day, failure] : failures) {
      v1::CertificationCause& cause = Fail(result, failure.detail);
      if (failure.event != nullptr) *cause.mutable_status_event() = *failure.event;
      if (every) break;
      *cause.mutable_on() = DateOf(day);
    }
  }

  void CheckHolder() {
    if (!request_.has_subject() || fact_.holder_is_subject) return;
    const std::string& holder = certification_.holder().display_name();
    Fail(v1::CERTIFICATION_RESULT_HOLDER_MISMATCH,
         absl::StrCat("it is held by ", holder.empty() ? "somebody else" : holder,
                      ", not by the asked subject"));
  }

  void CheckBody() {
    const v1::CertificationBody& body = certification_.certification_body();
    const v1::Date* issued =
        GivenDate(certification_.has_issued_on(), certification_.issued_on());
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
    const DayNumber to =
        body.accredited().has_to() ? FirstDay(body.accredited().to()) : kMaxDay;
    if (FirstDay(*issued) >= from && LastDay(*issued) < to) return;
    Fail(v1::CERTIFICATION_RESULT_CB_NOT_ACCREDITED,
         absl::StrCat(body.name().empty() ? "its body" : body.name(),
                      " was not accredited when it issued it on ", FormatDate(*issued)));
  }

  void CheckBegin() {
    const v1::Date* begin = BeginOf(certification_);
    if (begin == nullptr) return NotChecked("valid_from");
    NoteImprecise(*begin, "valid_from");
    FailOnDays(v1::CERTIFICATION_RESULT_NOT_YET_VALID,
               [&](DayNumber day) -> std::optional<DayFailure> {
                 if (day >= LastDay(*begin)) return std::nullopt;
                 return DayFailure{absl::StrCat("valid from ", FormatDate(*begin),
                                                ", asked for ", DayText(day))};
               });
  }

  void CheckExpiry() {
    const v1::Date* end =
        GivenDate(certification_.has_expires_on(), certification_.expires_on());
    if (end == nullptr) return MissingExpiry();
    NoteImprecise(*end, "expires_on");
    FailOnDays(v1::CERTIFICATION_RESULT_EXPIRED,
               [&](DayNumber day) -> std::optional<DayFailure> {
                 if (day <= FirstDay(*end)) return std::nullopt;
                 const char* verb = day <= LastDay(*end) ? "may have ended, in " : "ended on ";
                 return DayFailure{
                     absl::StrCat(verb, FormatDate(*end), ", asked for ", DayText(day))};
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
      return DayFailure{absl::StrCat(words, since, ", asked for ", DayText(day)),
                        status->event};
    });
  }

  void CheckLicence() {
    const v1::Date* end = GivenDate(certification_.has_licence_valid_to(),
                                    certification_.licence_valid_to());
    if (end == nullptr) {
      if (!scheme_.requires_licence) return;
      if (!certification_.licence_no().empty()) return NotChecked("licence_valid_to");
      Fail(v1::CERTIFICATION_RESULT_LICENCE_INACTIVE,
           absl::StrCat(scheme_.id, " asks for an active licence; none is on record"));
      return;
    }
    NoteImprecise(*end, "licence_valid_to");
    FailOnDays(v1::CERTIFICATION_RESULT_LICENCE_INACTIVE,
               [&](DayNumber day) -> std::optional<DayFailure> {
                 if (day <= FirstDay(*end)) return std::nullopt;
                 return DayFailure{absl::StrCat("its licence ends on ", FormatDate(*end),
                                                ", asked for ", DayText(day))};
               });
  }

  void CheckSite() {
    if (!request_.has_site()) return;
    if (scheme_.assurance == v1::ASSURANCE_TYPE_ACCREDITATION) {
      Fail(v1::CERTIFICATION_RESULT_SITE_NOT_IN_SCOPE,
           absl::StrCat(scheme_.id, " accredits a company's programme and says nothing "
                                    "about a site"));
      return;
    }
    if (fact_.site_named) return;
    const bool all = certification_.scope().all_sites() &&
                     scheme_.subject == SubjectLevel::kCompany;
    if (all && fact_.site_operated_by_holder) return;
    Fail(v1::CERTIFICATION_RESULT_SITE_NOT_IN_SCOPE,
         all ? "it covers all sites of its holder; that the holder operates the asked "
               "site on the asked days is not on record"
             : absl::StrCat("it names ", certification_.scope().sites_size(),
                            " sites, and not the asked one"));
  }

  void CheckCommodity() {
    if (!request_.has_commodity()) return;
    const v1::CertificationScope& scope = certification_.scope();
    const v1::CommodityCode& asked = request_.commodity();
    bool covered = scope.commodities().empty();
    bool comparable = covered;
    for (const v1::CommodityCode& code : scope.commodities()) {
      const CodeRelation relation = Relate(asked, code);
      comparable |= relation != CodeRelation::kOtherScheme;
      covered |= relation == CodeRelation::kEqual || relation == CodeRelation::kInside;
    }
    if (!comparable) NotChecked("scope.commodities");
    if (!covered) FailCommodity("covers", scope.commodities());
    for (const v1::CommodityCode& code : scope.excluded_commodities()) {
      const CodeRelation relation = Relate(asked, code);
      if (relation == CodeRelation::kOtherScheme) NotChecked("scope.excluded_commodities");
      if (relation == CodeRelation::kUnrelated || relation == CodeRelation::kOtherScheme) {
        continue;
      }
      FailCommodity("leaves out", scope.excluded_commodities());
      break;
    }
  }

  void FailCommodity(const char* verb,
                     const google::protobuf::RepeatedPtrField<v1::CommodityCode>& codes) {
    const auto first = codes.begin();
    const auto last = first + std::min(codes.size(), 10);
    auto append = [](std::string* out, const v1::CommodityCode& code) {
      absl::StrAppend(out, code.code());
    };
    Fail(v1::CERTIFICATION_RESULT_COMMODITY_NOT_IN_SCOPE,
         absl::StrCat("it ", verb, " ", absl::StrJoin(first, last, ", ", append),
                      ", asked for ", request_.commodity().code()));
  }

  void CheckProcess() {
    const auto& processes = certification_.scope().processes();
    if (request_.process().empty() || processes.empty()) return;
    const std::string asked = FoldName(request_.process());
    const bool covered =
        std::any_of(processes.begin(), processes.end(),
                    [&](const std::string& process) { return FoldName(process) == asked; });
    if (covered) return;
    Fail(v1::CERTIFICATION_RESULT_PROCESS_NOT_IN_SCOPE,
         absl::StrCat("it covers ", absl::StrJoin(processes, ", "), ", asked for ",
                      request_.process()));
  }

  void CheckCocModel() {
    const v1::CocModel minimum = accepted_.minimum_coc_model();
    const v1::CocModel model = certification_.scope().coc_model();
    if (CocStrength(minimum) == 0) return;
    if (model == v1::COC_MODEL_UNSPECIFIED) NotChecked("scope.coc_model");
    if (CocStrength(model) >= CocStrength(minimum)) return;
    Fail(v1::CERTIFICATION_RESULT_COC_MODEL_TOO_WEAK,
         absl::StrCat("its model is ", v1::CocModel_Name(model), ", asked for at least ",
                      v1::CocModel_Name(minimum)));
  }

  void CheckGrade() {
    if (accepted_.minimum_grade().empty()) return;
    const std::optional<size_t> least = scheme_.GradeRank(accepted_.minimum_grade());
    const std::optional<size_t> grade = scheme_.GradeRank(certification_.grade());
    if (certification_.grade().empty()) NotChecked("grade");
    if (least && grade && *grade <= *least) return;
    const std::string& got = certification_.grade();
    Fail(v1::CERTIFICATION_RESULT_GRADE_TOO_LOW,
         absl::StrCat("its grade is ", got.empty() ? "not on record" : got,
                      ", asked for at least ", accepted_.minimum_grade()));
  }

  void CheckSurveillance() {
    if (!scheme_.surveillance_counts) return;
    const v1::Date* due = GivenDate(certification_.has_next_surveillance_due(),
                                    certification_.next_surveillance_due());
    if (due == nullptr) return NotChecked("next_surveillance_due");
    NoteImprecise(*due, "next_surveillance_due");
    if (SurveillanceDone(certification_)) return;
    FailOnDays(v1::CERTIFICATION_RESULT_SURVEILLANCE_OVERDUE,
               [&](DayNumber day) -> std::optional<DayFailure> {
                 if (day <= FirstDay(*due)) return std::nullopt;
                 return DayFailure{absl::StrCat("a surveillance audit is due by ",
                                                FormatDate(*due), " and not on record, asked for ",
                                                DayText(day))};
               });
  }

  void CheckVerification() {
    switch (certification_.verification_method()) {
      case v1::VERIFICATION_METHOD_SCHEME_REGISTER:
      case v1::VERIFICATION_METHOD_CERTIFICATION_BODY_CONFIRMED:
      case v1::VERIFICATION_METHOD_SIGNED_CREDENTIAL:
        return;
      case v1::VERIFICATION_METHOD_DOCUMENT_ONLY:
        Fail(v1::CERTIFICATION_RESULT_UNVERIFIED, "only a document was seen");
        return;
      default:
        Fail(v1::CERTIFICATION_RESULT_UNVERIFIED, "known only from the supplier's word");
    }
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
    const std::optional<DayNumber> checked = LastChecked();
    if (!checked) NotChecked("verified_on");
    if (checked && int64_t{today_} - *checked <= most) return;
    Fail(v1::CERTIFICATION_RESULT_STALE_STATUS,
         checked ? absl::StrCat("its status was last checked on ", DayText(*checked), ", ",
                                int64_t{today_} - *checked, " days ago; asked for at most ",
                                most)
                 : "the day on which its status was last checked is not on record");
  }

  const v1::CheckCertificationRequest& request_;
  const DayNumber today_;
  const v1::AcceptedScheme& accepted_;
  const std::vector<DayNumber>& days_;
  const CertificationFact& fact_;
  const v1::Certification& certification_;
  const Scheme& scheme_;
  const std::vector<DatedStatus> timeline_;
  CertificateFindings out_;
};

}  // namespace

int CocStrength(v1::CocModel model) {
  switch (model) {
    case v1::COC_MODEL_IDENTITY_PRESERVED: return 5;
    case v1::COC_MODEL_SEGREGATED:
    case v1::COC_MODEL_TRANSFER: return 4;
    case v1::COC_MODEL_CONTROLLED_BLENDING: return 3;
    case v1::COC_MODEL_MASS_BALANCE:
    case v1::COC_MODEL_PERCENTAGE:
    case v1::COC_MODEL_CREDIT: return 2;
    case v1::COC_MODEL_BOOK_AND_CLAIM: return 1;
    default: return 0;
  }
}

CertificateFindings ExamineCertificate(const CertificationQuestion& question,
                                       const v1::AcceptedScheme& accepted,
                                       const std::vector<DayNumber>& days,
                                       const CertificationFact& fact,
                                       const Scheme& scheme) {
  return Examiner(question, accepted, days, fact, scheme).Run();
}

}  // namespace probity::policy
