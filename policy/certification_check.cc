#include "policy/certification_check.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/names.h"
#include "policy/certificate_causes.h"

namespace probity::policy {
namespace {

constexpr size_t kMaxChecked = 20;

// A certificate with all that was found about it.
struct Examined {
  const CertificationFact* fact = nullptr;
  CertificateFindings findings;
  bool gives_certificates = true;

  v1::CertificationResult Result() const {
    return findings.causes.empty() ? v1::CERTIFICATION_RESULT_VALID
                                   : findings.causes.front().result();
  }
};

size_t KindsOfCauses(const Examined& one) {
  std::set<int> kinds;
  for (const auto& cause : one.findings.causes) kinds.insert(cause.result());
  return kinds.size();
}

// Smaller is nearer: VALID first, then by the gravest cause, where larger
// numbers are less grave.
auto Distance(const Examined& one) {
  const int result = one.Result();
  const int gravity = result == v1::CERTIFICATION_RESULT_VALID ? kMinDay : -result;
  return std::make_tuple(gravity, KindsOfCauses(one), -int64_t{one.findings.end.day},
                         absl::string_view(one.fact->provenance.source_record()));
}

std::vector<DayNumber> AskedDays(const CertificationQuestion& question) {
  std::vector<DayNumber> days;
  for (const v1::Date& date : question.request.on_dates()) days.push_back(FirstDay(date));
  if (days.empty()) days.push_back(question.today);
  std::sort(days.begin(), days.end());
  days.erase(std::unique(days.begin(), days.end()), days.end());
  return days;
}

v1::CertificationCause NotACertificate(const Scheme& scheme) {
  v1::CertificationCause cause;
  cause.set_result(v1::CERTIFICATION_RESULT_SCHEME_NOT_A_CERTIFICATE);
  const bool audit = scheme.assurance == v1::ASSURANCE_TYPE_AUDIT_REPORT ||
                     scheme.assurance == v1::ASSURANCE_TYPE_VERIFICATION;
  cause.set_detail(absl::StrCat(scheme.id, " gives no certificates: it is ",
                                v1::AssuranceType_Name(scheme.assurance),
                                audit ? "; CheckAudit tells whether one is current" : ""));
  return cause;
}

// What names a certificate in all its records: its scheme and folded number;
// empty where the record has no number.
std::string NumberOf(const v1::Certification& certification) {
  std::string number = FoldName(certification.certificate_no());
  number.erase(std::remove(number.begin(), number.end(), ' '), number.end());
  return number.empty() ? number : absl::StrCat(certification.scheme_id(), " ", number);
}

// The status events of certificates: those of a certificate's own record, and
// those of other records of the same number that somebody vouches for.
class Timelines {
 public:
  explicit Timelines(const std::vector<CertificationFact>& facts) {
    for (const CertificationFact& fact : facts) {
      if (!IsVerified(fact.certification.verification_method())) continue;
      const std::string number = NumberOf(fact.certification);
      if (!number.empty()) verified_[number].push_back(&fact);
    }
  }

  std::vector<DatedStatus> Of(const CertificationFact& fact) const {
    std::vector<DatedStatus> timeline;
    AddEvents(fact.certification, fact.provenance.source_record(), &timeline);
    const auto others = verified_.find(NumberOf(fact.certification));
    if (others == verified_.end()) return timeline;
    for (const CertificationFact* other : others->second) {
      if (other == &fact) continue;
      AddEvents(other->certification, other->provenance.source_record(), &timeline);
    }
    return timeline;
  }

 private:
  std::map<std::string, std::vector<const CertificationFact*>> verified_;
};

std::vector<Examined> ExamineAll(const CertificationQuestion& question,
                                 const std::vector<DayNumber>& days,
                                 const std::vector<CertificationFact>& facts,
                                 const SchemeCatalogue& schemes) {
  std::vector<Examined> all;
  const Timelines timelines(facts);
  for (const v1::AcceptedScheme& accepted : question.request.accepted_schemes()) {
    const Scheme* scheme = schemes.Find(accepted.scheme_id());
    if (scheme == nullptr) continue;
    for (const CertificationFact& fact : facts) {
      if (fact.certification.scheme_id() != scheme->id) continue;
      Examined one{&fact,
                   ExamineCertificate(question, accepted, days, fact, *scheme, timelines.Of(fact)),
                   scheme->GivesCertificates()};
      if (!one.gives_certificates) {
        v1::CertificationCause cause = NotACertificate(*scheme);
        cause.set_source_record(fact.provenance.source_record());
        one.findings.causes.insert(one.findings.causes.begin(), std::move(cause));
      }
      all.push_back(std::move(one));
    }
  }
  std::sort(all.begin(), all.end(),
            [](const Examined& a, const Examined& b) { return Distance(a) < Distance(b); });
  return all;
}

// What to say when no certificate of an accepted scheme is on record.
void AnswerWithoutCertificate(const CertificationQuestion& question, const SchemeCatalogue& schemes,
                              CertificationAnswer* answer) {
  std::vector<std::string> asked;
  std::vector<v1::CertificationCause> not_certificates;
  for (const v1::AcceptedScheme& accepted : question.request.accepted_schemes()) {
    const Scheme* scheme = schemes.Find(accepted.scheme_id());
    if (scheme != nullptr && !scheme->GivesCertificates()) {
      not_certificates.push_back(NotACertificate(*scheme));
    } else {
      asked.push_back(accepted.scheme_id());
    }
  }
  if (!asked.empty() || not_certificates.empty()) {
    v1::CertificationCause* cause = answer->add_causes();
    cause->set_result(v1::CERTIFICATION_RESULT_UNKNOWN_CERTIFICATE);
    std::string number = question.request.certificate_no();
    if (!number.empty()) number = absl::StrCat(" with number ", number);
    std::string list;
    for (const std::string& id : asked) absl::StrAppend(&list, " ", id);
    cause->set_detail(absl::StrCat("no certificate of", list, number, " is on record"));
  }
  for (v1::CertificationCause& cause : not_certificates) *answer->add_causes() = cause;
  answer->set_result(answer->causes(0).result());
}

v1::CheckedCertificate ToChecked(const Examined& one) {
  v1::CheckedCertificate checked;
  *checked.mutable_certification() = one.fact->certification;
  *checked.mutable_provenance() = one.fact->provenance;
  checked.set_result(one.Result());
  for (const auto& cause : one.findings.causes) *checked.add_causes() = cause;
  if (one.findings.end.day != kMaxDay && one.findings.end.day > kMinDay) {
    *checked.mutable_ends_on() = DateOf(one.findings.end.day);
    checked.set_ends_by(one.findings.end.by);
  }
  return checked;
}

void AnswerFromNearest(const Examined& nearest, DayNumber last_asked, CertificationAnswer* answer) {
  answer->set_result(nearest.Result());
  for (const auto& cause : nearest.findings.causes) *answer->add_causes() = cause;
  for (const std::string& field : nearest.findings.not_checked) {
    answer->add_not_checked(field);
  }
  const v1::CheckedCertificate& checked = answer->checked(0);
  const bool valid = nearest.findings.causes.empty();
  if (checked.has_ends_on() && (valid || nearest.findings.end.day < last_asked)) {
    *answer->mutable_valid_until() = checked.ends_on();
  }
}

}  // namespace

CertificationAnswer CheckCertification(const CertificationQuestion& question,
                                       const std::vector<CertificationFact>& facts,
                                       const SchemeCatalogue& schemes) {
  const std::vector<DayNumber> days = AskedDays(question);
  const std::vector<Examined> all = ExamineAll(question, days, facts, schemes);
  CertificationAnswer answer;
  for (size_t i = 0; i < all.size() && i < kMaxChecked; ++i) {
    *answer.add_checked() = ToChecked(all[i]);
  }
  const bool any = std::any_of(all.begin(), all.end(),
                               [](const Examined& one) { return one.gives_certificates; });
  if (!any) {
    AnswerWithoutCertificate(question, schemes, &answer);
  } else {
    AnswerFromNearest(all.front(), days.back(), &answer);
  }
  return answer;
}

}  // namespace probity::policy
