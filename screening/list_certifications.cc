#include "screening/list_certifications.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/errors.h"
#include "screening/facts.h"
#include "screening/operators.h"
#include "screening/subject.h"
#include "screening/validate.h"
#include "storage/index_terms.h"

namespace probity::screening {
namespace {

using storage::IndexKind;

// A question after its references were resolved.
struct Filter {
  const v1::ListCertificationsRequest& request;
  Subject holder;
  Subject site;

  bool Fits(const Fact& fact) const {
    if (!fact.record.has_certification()) return false;
    const v1::Certification& one = fact.record.certification();
    if (!request.scheme_id().empty() && one.scheme_id() != request.scheme_id()) return false;
    if (!request.certificate_no().empty() && !HasNumber(one)) return false;
    if (request.has_holder() && !holder.IsNamedBy(fact.ref.dataset, one.holder())) return false;
    const auto& sites = one.scope().sites();
    return !request.has_site() ||
           std::any_of(sites.begin(), sites.end(), [&](const v1::SubjectRef& ref) {
             return site.IsNamedBy(fact.ref.dataset, ref);
           });
  }

  bool HasNumber(const v1::Certification& one) const {
    return storage::CertificateNumberTerm("", one.certificate_no()) ==
           storage::CertificateNumberTerm("", request.certificate_no());
  }
};

// The index terms under which everything that fits is found.
std::pair<IndexKind, std::set<std::string>> Narrowest(const Filter& filter,
                                                      const policy::SchemeCatalogue& schemes) {
  const v1::ListCertificationsRequest& request = filter.request;
  if (request.certificate_no().empty()) {
    return {IndexKind::kCertificateParty,
            request.has_holder() ? filter.holder.terms : filter.site.terms};
  }
  std::set<std::string> terms;
  for (const auto& [id, scheme] : schemes.all()) {
    if (!request.scheme_id().empty() && request.scheme_id() != id) continue;
    terms.insert(storage::CertificateNumberTerm(id, request.certificate_no()));
  }
  return {IndexKind::kCertificateNumber, std::move(terms)};
}

DayNumber EndOf(const Fact& fact) {
  const v1::Audit& audit = fact.record.audit();
  if (audit.has_ended_on() && IsValidDate(audit.ended_on())) return FirstDay(audit.ended_on());
  if (audit.has_started_on() && IsValidDate(audit.started_on())) {
    return FirstDay(audit.started_on());
  }
  return kMinDay;
}

// Terms of the subject itself and of the sites it operates.
absl::StatusOr<std::set<std::string>> AuditTerms(const storage::View& view, const Subject& subject,
                                                 DayNumber today) {
  std::set<std::string> terms = subject.terms;
  absl::StatusOr<std::vector<storage::RecordRef>> sites = SitesOf(view, subject, today, {});
  if (!sites.ok()) return sites.status();
  for (const storage::RecordRef& ref : *sites) {
    absl::StatusOr<Subject> site = SubjectOf(view, ref);
    if (!site.ok()) return site.status();
    terms.insert(site->terms.begin(), site->terms.end());
  }
  return terms;
}

}  // namespace

absl::StatusOr<v1::GetCertificationResponse> GetCertification(
    const storage::View& view, const v1::GetCertificationRequest& request, DayNumber today) {
  std::optional<storage::RecordRef> ref = storage::RecordRef::FromName(request.name());
  if (!ref) return InvalidField("name", "must be datasets/{dataset}/records/{key}");
  absl::StatusOr<std::optional<Fact>> fact = GetFact(view, *ref, today);
  if (!fact.ok()) return fact.status();
  if (!fact->has_value() || !(*fact)->record.has_certification()) {
    return CertificationNotFound(request.name());
  }
  v1::GetCertificationResponse response;
  *response.mutable_certification() = (*fact)->record.certification();
  *response.mutable_provenance() = (*fact)->provenance;
  return response;
}

absl::StatusOr<v1::ListCertificationsResponse> ListCertifications(
    const storage::View& view, const policy::SchemeCatalogue& schemes,
    const IdentifierCatalogue& identifiers, const v1::ListCertificationsRequest& request,
    DayNumber today) {
  if (request.certificate_no().empty() && !request.has_holder() && !request.has_site()) {
    return InvalidField("certificate_no", "give at least one of certificate_no, holder, site");
  }
  absl::Status status = ValidateScheme("scheme_id", schemes, request.scheme_id());
  if (!status.ok()) return status;
  Filter filter{request, {}, {}};
  if (request.has_holder()) {
    absl::StatusOr<Subject> holder = ResolveSubject(view, identifiers, request.holder(), "holder");
    if (!holder.ok()) return holder.status();
    filter.holder = *std::move(holder);
  }
  if (request.has_site()) {
    absl::StatusOr<Subject> site = ResolveSubject(view, identifiers, request.site(), "site");
    if (!site.ok()) return site.status();
    filter.site = *std::move(site);
  }
  auto [kind, terms] = Narrowest(filter, schemes);
  absl::StatusOr<std::vector<Fact>> facts = FindFacts(view, kind, terms, today);
  if (!facts.ok()) return facts.status();
  v1::ListCertificationsResponse response;
  if (request.has_holder()) *response.mutable_resolved_holder() = filter.holder.resolution;
  if (request.has_site()) *response.mutable_resolved_site() = filter.site.resolution;
  for (Fact& fact : *facts) {
    if (!filter.Fits(fact)) continue;
    v1::ListedCertification* listed = response.add_certifications();
    *listed->mutable_certification() = std::move(*fact.record.mutable_certification());
    *listed->mutable_provenance() = std::move(fact.provenance);
  }
  return response;
}

absl::StatusOr<v1::ListAuditsResponse> ListAudits(const storage::View& view,
                                                  const policy::SchemeCatalogue& schemes,
                                                  const IdentifierCatalogue& identifiers,
                                                  const v1::ListAuditsRequest& request,
                                                  DayNumber today) {
  absl::Status status = ValidateScheme("scheme_id", schemes, request.scheme_id());
  if (!status.ok()) return status;
  absl::StatusOr<Subject> subject = ResolveSubject(view, identifiers, request.subject(), "subject");
  if (!subject.ok()) return subject.status();
  absl::StatusOr<std::set<std::string>> terms = AuditTerms(view, *subject, today);
  if (!terms.ok()) return terms.status();
  absl::StatusOr<std::vector<Fact>> facts = FindFacts(view, IndexKind::kAuditSite, *terms, today);
  if (!facts.ok()) return facts.status();
  std::stable_sort(facts->begin(), facts->end(),
                   [](const Fact& a, const Fact& b) { return EndOf(a) > EndOf(b); });
  v1::ListAuditsResponse response;
  *response.mutable_resolved_subject() = subject->resolution;
  for (Fact& fact : *facts) {
    const std::string& scheme = fact.record.audit().scheme_id();
    if (!fact.record.has_audit()) continue;
    if (!request.scheme_id().empty() && scheme != request.scheme_id()) continue;
    v1::ListedAudit* listed = response.add_audits();
    *listed->mutable_audit() = std::move(*fact.record.mutable_audit());
    *listed->mutable_provenance() = std::move(fact.provenance);
  }
  return response;
}

}  // namespace probity::screening
