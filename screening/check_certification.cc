#include "screening/check_certification.h"

#include <algorithm>
#include <functional>
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
#include "screening/operators.h"
#include "screening/subject.h"
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
  if (ReasonOf(subject.status()) != v1::ERROR_REASON_SUPPLIER_NOT_FOUND) return subject;
  Subject nobody;
  nobody.resolution.set_outcome(v1::LOOKUP_OUTCOME_NOT_FOUND);
  return nobody;
}

std::vector<DayNumber> AskedDays(const v1::CheckCertificationRequest& request, DayNumber today) {
  std::vector<DayNumber> days;
  for (const v1::Date& date : request.on_dates()) days.push_back(FirstDay(date));
  if (days.empty()) days.push_back(today);
  return days;
}

bool Overlap(const std::vector<storage::RecordRef>& a, const std::vector<storage::RecordRef>& b) {
  return std::any_of(a.begin(), a.end(), [&b](const storage::RecordRef& ref) {
    return std::find(b.begin(), b.end(), ref) != b.end();
  });
}

// Gathers the certificates that may answer, and who is who in them.
class CertificationFacts {
 public:
  // `request` must outlive this.
  CertificationFacts(const storage::View& view, const v1::CheckCertificationRequest& request,
                     DayNumber today, Subject subject, Subject site)
      : view_(view),
        request_(request),
        today_(today),
        days_(AskedDays(request, today)),
        subject_(std::move(subject)),
        site_(std::move(site)) {}

  // Certificates by number, or that name the subject or the site.
  absl::Status FindDirect() {
    if (!request_.certificate_no().empty()) {
      return Add(IndexKind::kCertificateNumber,
                 {storage::CertificateNumberTerm(request_.accepted_schemes(0).scheme_id(),
                                                 request_.certificate_no())});
    }
    std::set<std::string> terms = subject_.terms;
    terms.insert(site_.terms.begin(), site_.terms.end());
    absl::Status status = Add(IndexKind::kCertificateParty, terms, [this](const Fact& fact) {
      return IsHeldBy(fact, subject_.terms) || Names(fact, subject_) || Names(fact, site_);
    });
    return status.ok() ? AddOtherRecords() : status;
  }

  // And those that a site of the subject, or the operator of the asked site
  // holds. Costs more: only asked where what names the subject does not do.
  absl::Status FindThroughOperation() {
    absl::StatusOr<std::vector<storage::RecordRef>> sites = SitesOf(view_, subject_, today_, days_);
    if (!sites.ok()) return sites.status();
    sites_ = *std::move(sites);
    absl::StatusOr<std::vector<Subject>> operators = OperatorsOf(view_, subject_, today_, days_);
    if (!operators.ok()) return operators.status();
    operators_ = *std::move(operators);
    if (!request_.certificate_no().empty()) return absl::OkStatus();
    std::set<std::string> terms;
    for (const storage::RecordRef& ref : sites_) {
      absl::StatusOr<Subject> site = SubjectOf(view_, ref);
      if (!site.ok()) return site.status();
      terms.insert(site->terms.begin(), site->terms.end());
    }
    for (const Subject& one : operators_) terms.insert(one.terms.begin(), one.terms.end());
    absl::Status status = Add(IndexKind::kCertificateParty, terms,
                              [&](const Fact& fact) { return IsHeldBy(fact, terms); });
    return status.ok() ? AddOtherRecords() : status;
  }

  absl::StatusOr<std::vector<policy::CertificationFact>> Facts() const {
    std::vector<policy::CertificationFact> facts;
    for (const auto& [ref, candidate] : candidates_) {
      if (!IsAccepted(candidate.record.certification().scheme_id())) continue;  // says nothing
      absl::StatusOr<policy::CertificationFact> fact = ToFact(candidate);
      if (!fact.ok()) return fact.status();
      facts.push_back(*std::move(fact));
    }
    return facts;
  }

 private:
  // Other records of the certificates that were found: they may tell of a
  // suspension that the first does not know.
  absl::Status AddOtherRecords() {
    std::set<std::string> terms;
    for (const auto& [ref, fact] : candidates_) {
      const v1::Certification& one = fact.record.certification();
      if (one.certificate_no().empty() || !IsAccepted(one.scheme_id())) continue;
      terms.insert(storage::CertificateNumberTerm(one.scheme_id(), one.certificate_no()));
    }
    return Add(IndexKind::kCertificateNumber, terms);
  }

  bool IsAccepted(const std::string& scheme) const {
    const auto& accepted = request_.accepted_schemes();
    return std::any_of(accepted.begin(), accepted.end(),
                       [&](const v1::AcceptedScheme& one) { return one.scheme_id() == scheme; });
  }

  static bool IsHeldBy(const Fact& fact, const std::set<std::string>& terms) {
    return terms.count(
               storage::SubjectTerm(fact.ref.dataset, fact.record.certification().holder())) > 0;
  }

  // Reads each record once, however many terms lead to it; takes the wanted ones.
  absl::Status Add(
      IndexKind kind, const std::set<std::string>& terms,
      const std::function<bool(const Fact&)>& wanted = [](const Fact&) { return true; }) {
    std::set<storage::RecordRef> refs;
    for (const std::string& term : terms) {
      absl::Status status =
          view_.FindRecords(kind, term, [this, &refs](const storage::RecordRef& ref) {
            if (candidates_.count(ref) == 0) refs.insert(ref);
            return true;
          });
      if (!status.ok()) return status;
    }
    for (const storage::RecordRef& ref : refs) {
      absl::StatusOr<std::optional<Fact>> fact = GetFact(view_, ref, today_, /*include_past=*/true);
      if (!fact.ok()) return fact.status();
      if (!fact->has_value() || !(*fact)->record.has_certification()) continue;
      if (!wanted(**fact)) continue;
      // A later edition than today's has not been published yet.
      const auto& editions = (*fact)->editions;
      const bool begun = editions.empty() || FirstDay(editions[0].from()) <= today_;
      if (begun) candidates_.emplace(ref, **std::move(fact));
    }
    return absl::OkStatus();
  }

  bool Names(const Fact& fact, const Subject& subject) const {
    const auto& sites = fact.record.certification().scope().sites();
    return std::any_of(sites.begin(), sites.end(), [&](const v1::SubjectRef& ref) {
      return subject.IsNamedBy(fact.ref.dataset, ref);
    });
  }

  absl::StatusOr<policy::CertificationFact> ToFact(const Fact& candidate) const {
    policy::CertificationFact fact;
    fact.certification = candidate.record.certification();
    fact.provenance = candidate.provenance;
    fact.listed = candidate.editions;
    Subject holder;
    const bool all_sites = fact.certification.scope().all_sites();
    if (all_sites || !sites_.empty()) {
      absl::StatusOr<Subject> found =
          ResolveRecordRef(view_, candidate.ref.dataset, fact.certification.holder());
      if (!found.ok()) return found.status();
      holder = *std::move(found);
    }
    DecideHolder(candidate, holder, &fact);
    if (!request_.has_site() && subject_.sites.empty()) return fact;
    const Subject& site = request_.has_site() ? site_ : subject_;
    fact.site_named = Names(candidate, site);
    if (!all_sites || fact.site_named) return fact;
    absl::StatusOr<std::vector<storage::RecordRef>> operated =
        SitesOf(view_, holder, today_, days_);
    if (!operated.ok()) return operated.status();
    fact.site_operated_by_holder = Overlap(*operated, site.sites);
    return fact;
  }

  void DecideHolder(const Fact& candidate, const Subject& holder,
                    policy::CertificationFact* fact) const {
    const std::string term =
        storage::SubjectTerm(candidate.ref.dataset, fact->certification.holder());
    const bool shared = !term.empty() && subject_.Has(term);
    const bool meant = !subject_.IsAmbiguous() || term == subject_.asked_term;
    fact->holder_is_ambiguous = shared && !meant;
    // Members of a group stand in its certificate's scope, sites too.
    fact->holder_is_subject =
        (shared && meant) || (Names(candidate, subject_) && !subject_.IsAmbiguous()) ||
        Overlap(holder.sites, sites_) ||
        std::any_of(operators_.begin(), operators_.end(),
                    [&](const Subject& one) { return !term.empty() && one.Has(term); });
  }

  const storage::View& view_;
  const v1::CheckCertificationRequest& request_;
  const DayNumber today_;
  const std::vector<DayNumber> days_;
  const Subject subject_;
  const Subject site_;
  std::vector<storage::RecordRef> sites_;  // that the subject operates
  std::vector<Subject> operators_;         // of the subject, a site
  std::map<storage::RecordRef, Fact> candidates_;
};

// The answer over the facts found so far. A site that is the subject must be
// covered itself.
absl::StatusOr<v1::CheckCertificationResponse> Answer(const CertificationFacts& facts,
                                                      const policy::SchemeCatalogue& schemes,
                                                      v1::CheckCertificationRequest request,
                                                      bool subject_is_site, DayNumber today) {
  absl::StatusOr<std::vector<policy::CertificationFact>> all = facts.Facts();
  if (!all.ok()) return all.status();
  if (subject_is_site && !request.has_site()) *request.mutable_site() = request.subject();
  return policy::CheckCertification({std::move(request), today}, *all, schemes);
}

absl::Status AddAudits(const storage::View& view, const std::set<std::string>& terms, DayNumber day,
                       bool asked, std::vector<policy::AuditFact>* facts) {
  absl::StatusOr<std::vector<Fact>> found = FindFacts(view, IndexKind::kAuditSite, terms, day);
  if (!found.ok()) return found.status();
  for (Fact& fact : *found) {
    const bool known = std::any_of(facts->begin(), facts->end(), [&](const policy::AuditFact& one) {
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
  absl::StatusOr<std::vector<Subject>> operators = OperatorsOf(view, site, day, {});
  if (!operators.ok()) return operators.status();
  std::set<std::string> terms;
  for (const Subject& party : *operators) {
    absl::StatusOr<std::vector<storage::RecordRef>> sites = SitesOf(view, party, day, {});
    if (!sites.ok()) return sites.status();
    for (const storage::RecordRef& sibling : *sites) {
      absl::StatusOr<Subject> other = SubjectOf(view, sibling);
      if (!other.ok()) return other.status();
      terms.insert(other->terms.begin(), other->terms.end());
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
    const IdentifierCatalogue& identifiers, const v1::CheckCertificationRequest& request,
    DayNumber today) {
  if (absl::Status status = Validate(schemes, request); !status.ok()) return status;
  absl::StatusOr<Subject> subject =
      ResolveOrNobody(view, identifiers, request.has_subject(), request.subject(), "subject");
  if (!subject.ok()) return subject.status();
  absl::StatusOr<Subject> site =
      ResolveOrNobody(view, identifiers, request.has_site(), request.site(), "site");
  if (!site.ok()) return site.status();
  const bool subject_is_site = !subject->sites.empty();
  CertificationFacts facts(view, request, today, *subject, *site);
  if (absl::Status status = facts.FindDirect(); !status.ok()) return status;
  auto answer = Answer(facts, schemes, request, subject_is_site, today);
  if (answer.ok() && request.has_subject() && answer->result() != v1::CERTIFICATION_RESULT_VALID) {
    if (absl::Status status = facts.FindThroughOperation(); !status.ok()) return status;
    answer = Answer(facts, schemes, request, subject_is_site, today);
  }
  if (!answer.ok()) return answer.status();
  if (request.has_subject()) *answer->mutable_resolved_subject() = subject->resolution;
  if (request.has_site()) *answer->mutable_resolved_site() = site->resolution;
  return answer;
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
  v1::CheckAuditResponse answer = policy::CheckAudit({request, today}, facts, schemes);
  *answer.mutable_resolved_site() = site->resolution;
  return answer;
}

}  // namespace probity::screening
