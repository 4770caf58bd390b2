#include "screening/check_certification.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "policy/audit_check.h"
#include "policy/certification_check.h"
#include "screening/facts.h"
#include "screening/validate.h"
#include "storage/index_terms.h"

namespace probity::screening {
namespace {

using storage::IndexKind;

constexpr int kMaxOnDates = 10;
constexpr size_t kMaxTextBytes = 256;

absl::Status ValidateDates(const v1::CheckCertificationRequest& request) {
  if (request.on_dates_size() > kMaxOnDates) {
    return LimitExceeded("on_dates", kMaxOnDates, request.on_dates_size());
  }
  for (int i = 0; i < request.on_dates_size(); ++i) {
    if (!IsFullDay(request.on_dates(i))) {
      return InvalidField(absl::StrCat("on_dates[", i, "]"), "must be a full day that exists");
    }
  }
  if (request.max_status_age_days() < 0) {
    return InvalidField("max_status_age_days", "must not be negative");
  }
  return absl::OkStatus();
}

absl::Status Validate(const policy::SchemeCatalogue& schemes,
                      const v1::CheckCertificationRequest& request) {
  absl::Status status = ValidateAcceptedSchemes(schemes, request.accepted_schemes());
  if (status.ok()) status = ValidateDates(request);
  if (status.ok()) {
    status = ValidateText("certificate_no", request.certificate_no(), kMaxTextBytes);
  }
  if (status.ok()) status = ValidateText("process", request.process(), kMaxTextBytes);
  if (status.ok() && request.has_commodity()) {
    status = ValidateCommodity(request.commodity(), "commodity");
  }
  if (!status.ok()) return status;
  if (!request.has_subject() && request.certificate_no().empty()) {
    return InvalidField("subject", "name who must hold it, or give certificate_no");
  }
  if (!request.certificate_no().empty() && request.accepted_schemes_size() != 1) {
    return InvalidField("accepted_schemes",
                        "certificate_no is unique within a scheme: accept exactly one");
  }
  return absl::OkStatus();
}

// Not on record is a normal answer: then nothing is found under the subject.
absl::StatusOr<Subject> ResolveOrNobody(const storage::View& view,
                                        const IdentifierCatalogue& identifiers, bool given,
                                        const v1::SubjectRef& ref, absl::string_view field) {
  if (!given) return Subject();
  absl::StatusOr<Subject> subject = ResolveSubject(view, identifiers, ref, field);
  if (ReasonOf(subject.status()) == v1::ERROR_REASON_SUPPLIER_NOT_FOUND) return Subject();
  return subject;
}

// Gathers the certificates that may answer, and who is who in them.
class CertificationFacts {
 public:
  CertificationFacts(const storage::View& view, const v1::CheckCertificationRequest& request,
                     DayNumber today, Subject subject, Subject site)
      : view_(view),
        request_(request),
        today_(today),
        subject_(std::move(subject)),
        site_(std::move(site)) {}

  absl::StatusOr<std::vector<policy::CertificationFact>> Gather() {
    absl::Status status = FindCandidates();
    if (!status.ok()) return status;
    std::vector<policy::CertificationFact> facts;
    for (auto& [ref, candidate] : candidates_) {
      absl::StatusOr<policy::CertificationFact> fact = ToFact(&candidate);
      if (!fact.ok()) return fact.status();
      facts.push_back(*std::move(fact));
    }
    return facts;
  }

 private:
  absl::Status FindCandidates() {
    if (!request_.certificate_no().empty()) {
      return Add(IndexKind::kCertificateNumber,
                 {storage::CertificateNumberTerm(request_.accepted_schemes(0).scheme_id(),
                                                 request_.certificate_no())});
    }
    absl::Status status = Add(IndexKind::kCertificateHolder, subject_.terms);
    if (status.ok()) status = Add(IndexKind::kCertificateSite, subject_.terms);
    if (status.ok()) status = Add(IndexKind::kCertificateSite, site_.terms);
    return status;
  }

  absl::Status Add(IndexKind kind, const std::set<std::string>& terms) {
    absl::StatusOr<std::vector<Fact>> found = FindFacts(view_, kind, terms, today_);
    if (!found.ok()) return found.status();
    for (Fact& fact : *found) {
      if (fact.record.has_certification()) candidates_.emplace(fact.ref, std::move(fact));
    }
    return absl::OkStatus();
  }

  bool Names(const Fact& fact, const Subject& subject) const {
    const auto& sites = fact.record.certification().scope().sites();
    return std::any_of(sites.begin(), sites.end(), [&](const v1::SubjectRef& ref) {
      return subject.IsNamedBy(fact.ref.dataset, ref);
    });
  }

  // Takes the certificate out of the candidate.
  absl::StatusOr<policy::CertificationFact> ToFact(Fact* candidate) const {
    policy::CertificationFact fact;
    const v1::Certification& certification = candidate->record.certification();
    // A site holds the certificates that are about it.
    fact.holder_is_subject =
        subject_.IsNamedBy(candidate->ref.dataset, certification.holder()) ||
        (!subject_.sites.empty() && Names(*candidate, subject_));
    fact.site_named = request_.has_site() && Names(*candidate, site_);
    if (request_.has_site() && certification.scope().all_sites()) {
      absl::StatusOr<bool> operated = HolderOperatesSite(*candidate);
      if (!operated.ok()) return operated.status();
      fact.site_operated_by_holder = *operated;
    }
    fact.certification = std::move(*candidate->record.mutable_certification());
    fact.provenance = std::move(candidate->provenance);
    return fact;
  }

  // On every asked day.
  absl::StatusOr<bool> HolderOperatesSite(const Fact& candidate) const {
    absl::StatusOr<Subject> holder = ResolveRecordRef(
        view_, candidate.ref.dataset, candidate.record.certification().holder());
    if (!holder.ok()) return holder.status();
    std::vector<DayNumber> days;
    for (const v1::Date& date : request_.on_dates()) days.push_back(FirstDay(date));
    if (days.empty()) days.push_back(today_);
    for (DayNumber day : days) {
      absl::StatusOr<std::vector<storage::RecordRef>> sites =
          SitesOf(view_, *holder, today_, day);
      if (!sites.ok()) return sites.status();
      const bool operated =
          std::any_of(sites->begin(), sites->end(), [&](const storage::RecordRef& ref) {
            return std::find(site_.sites.begin(), site_.sites.end(), ref) != site_.sites.end();
          });
      if (!operated) return false;
    }
    return true;
  }

  const storage::View& view_;
  const v1::CheckCertificationRequest& request_;
  const DayNumber today_;
  const Subject subject_;
  const Subject site_;
  std::map<storage::RecordRef, Fact> candidates_;
};

absl::Status AddAudits(const storage::View& view, const std::set<std::string>& terms,
                       DayNumber day, bool asked, std::vector<policy::AuditFact>* facts) {
  absl::StatusOr<std::vector<Fact>> found =
      FindFacts(view, IndexKind::kAuditSite, terms, day);
  if (!found.ok()) return found.status();
  for (Fact& fact : *found) {
    const bool known =
        std::any_of(facts->begin(), facts->end(), [&](const policy::AuditFact& one) {
          return one.provenance.source_record() == fact.provenance.source_record();
        });
    if (known || !fact.record.has_audit()) continue;
    facts->push_back({fact.record.audit(), fact.provenance, asked});
  }
  return absl::OkStatus();
}

// Audits of the other sites of whoever operates the asked one.
absl::Status AddAuditsOfSiblings(const storage::View& view, const Subject& site, DayNumber day,
                                 std::vector<policy::AuditFact>* facts) {
  std::set<std::string> terms;
  for (const storage::RecordRef& ref : site.sites) {
    absl::StatusOr<std::optional<Fact>> record = GetFact(view, ref, day);
    if (!record.ok()) return record.status();
    if (!record->has_value()) continue;
    for (const v1::SiteOperator& one : (*record)->record.site().operators()) {
      absl::StatusOr<Subject> party = ResolveRecordRef(view, ref.dataset, one.operator_());
      if (!party.ok()) return party.status();
      absl::StatusOr<std::vector<storage::RecordRef>> sites =
          SitesOf(view, *party, day, std::nullopt);
      if (!sites.ok()) return sites.status();
      for (const storage::RecordRef& sibling : *sites) {
        v1::SubjectRef name;
        name.set_source_record(sibling.Name());
        absl::StatusOr<Subject> other = ResolveRecordRef(view, sibling.dataset, name);
        if (!other.ok()) return other.status();
        terms.insert(other->terms.begin(), other->terms.end());
      }
    }
  }
  return AddAudits(view, terms, day, /*asked=*/false, facts);
}

absl::Status ValidateAudit(const policy::SchemeCatalogue& schemes,
                           const v1::CheckAuditRequest& request) {
  if (!request.has_site()) return InvalidField("site", "name the site");
  if (request.site().has_supplier()) {
    return InvalidField("site.supplier", "audits are about sites: name a site");
  }
  if (request.max_age_days() < 0) {
    return InvalidField("max_age_days", "must not be negative");
  }
  return ValidateAcceptedSchemes(schemes, request.accepted_schemes());
}

}  // namespace

absl::StatusOr<v1::CheckCertificationResponse> CheckCertification(
    const storage::View& view, const policy::SchemeCatalogue& schemes,
    const IdentifierCatalogue& identifiers,
    const v1::CheckCertificationRequest& request, DayNumber today) {
  if (absl::Status status = Validate(schemes, request); !status.ok()) return status;
  absl::StatusOr<Subject> subject = ResolveOrNobody(view, identifiers, request.has_subject(),
                                                    request.subject(), "subject");
  if (!subject.ok()) return subject.status();
  absl::StatusOr<Subject> site =
      ResolveOrNobody(view, identifiers, request.has_site(), request.site(), "site");
  if (!site.ok()) return site.status();
  absl::StatusOr<std::vector<policy::CertificationFact>> facts =
      CertificationFacts(view, request, today, *std::move(subject), *std::move(site)).Gather();
  if (!facts.ok()) return facts.status();
  return policy::CheckCertification({request, today}, *facts, schemes);
}

absl::StatusOr<v1::CheckAuditResponse> CheckAudit(const storage::View& view,
                                                  const policy::SchemeCatalogue& schemes,
                                                  const IdentifierCatalogue& identifiers,
                                                  const v1::CheckAuditRequest& request,
                                                  DayNumber today) {
  if (absl::Status status = ValidateAudit(schemes, request); !status.ok()) return status;
  absl::StatusOr<DayNumber> day = ReadAsOf(request.has_as_of(), request.as_of(), today);
  if (!day.ok()) return day.status();
  absl::StatusOr<Subject> site = ResolveSubject(view, identifiers, request.site(), "site");
  if (!site.ok()) return site.status();
  std::vector<policy::AuditFact> facts;
  absl::Status status = AddAudits(view, site->terms, *day, /*asked=*/true, &facts);
  if (status.ok()) status = AddAuditsOfSiblings(view, *site, *day, &facts);
  if (!status.ok()) return status;
  return policy::CheckAudit({request, today}, facts, schemes);
}

}  // namespace probity::screening
