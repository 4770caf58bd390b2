#include "screening/operators.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "screening/facts.h"
#include "screening/resolve.h"

namespace probity::screening {
namespace {

using storage::IndexKind;
using storage::RecordRef;
using Periods = std::vector<v1::DateInterval>;

bool Covers(const Periods& periods, const std::vector<DayNumber>& days) {
  return std::all_of(days.begin(), days.end(), [&](DayNumber day) {
    return std::any_of(periods.begin(), periods.end(),
                       [day](const v1::DateInterval& one) { return Contains(one, day); });
  });
}

bool Meet(const Subject& a, const Subject& b) {
  return std::any_of(a.terms.begin(), a.terms.end(),
                     [&b](const std::string& term) { return b.Has(term); });
}

// Collects the operators of a site, with the periods of each.
class Operators {
 public:
  explicit Operators(const storage::View& view) : view_(view) {}

  absl::Status Add(const std::string& dataset, const v1::SubjectRef& ref,
                   const v1::DateInterval& period) {
    absl::StatusOr<Subject> party = ResolveRecordRef(view_, dataset, ref);
    if (!party.ok()) return party.status();
    for (auto& [known, periods] : all_) {
      if (!Meet(known, *party)) continue;
      periods.push_back(period);
      return absl::OkStatus();
    }
    all_.push_back({*std::move(party), {period}});
    return absl::OkStatus();
  }

  std::vector<Subject> On(const std::vector<DayNumber>& days) {
    std::vector<Subject> found;
    for (auto& [party, periods] : all_) {
      if (Covers(periods, days)) found.push_back(std::move(party));
    }
    return found;
  }

 private:
  const storage::View& view_;
  std::vector<std::pair<Subject, Periods>> all_;
};

// Links of `types` that have one of the subject's terms.
absl::StatusOr<std::vector<Fact>> LinksOf(const storage::View& view, IndexKind kind,
                                          const Subject& subject, DayNumber today,
                                          const std::set<v1::LinkType>& types,
                                          bool include_past = false) {
  absl::StatusOr<std::vector<Fact>> facts =
      FindFacts(view, kind, subject.terms, today, include_past);
  if (!facts.ok()) return facts.status();
  facts->erase(std::remove_if(facts->begin(), facts->end(),
                              [&types](const Fact& fact) {
                                return !fact.record.has_link() ||
                                       types.count(fact.record.link().type()) == 0;
                              }),
               facts->end());
  return facts;
}

// What makes a site's name lead to a party.
const std::set<v1::LinkType>& KeepingTypes() {
  static const auto* types = new std::set<v1::LinkType>{v1::LINK_TYPE_OPERATES, v1::LINK_TYPE_OWNS};
  return *types;
}

// Collects the parties that sites lead to.
class SiteParties {
 public:
  explicit SiteParties(const storage::View& view) : view_(view) {}

  absl::Status Add(const std::string& dataset, const v1::SubjectRef& ref, v1::LinkType role) {
    absl::StatusOr<Subject> party = ResolveRecordRef(view_, dataset, ref);
    if (!party.ok()) return party.status();
    for (const std::string& name : party->resolution.suppliers()) {
      if (found_.size() >= kMaxResolved || !names_.insert(name).second) continue;
      auto stored = view_.GetSupplier(name.substr(name.find('/') + 1));
      if (!stored.ok()) return stored.status();
      if (stored->has_value()) found_.push_back({**std::move(stored), role});
    }
    return absl::OkStatus();
  }

  std::vector<SiteParty> Finish() { return std::move(found_); }

 private:
  const storage::View& view_;
  std::set<std::string> names_;
  std::vector<SiteParty> found_;
};

// Adds the records that share an identifier with one of `sites`: of the same site.
absl::Status AddOfSameSite(const storage::View& view, DayNumber today, std::set<RecordRef>* sites) {
  for (const RecordRef& ref : std::vector<RecordRef>(sites->begin(), sites->end())) {
    absl::StatusOr<std::optional<Fact>> fact = GetFact(view, ref, today, true);
    if (!fact.ok()) return fact.status();
    if (!fact->has_value()) continue;
    for (const v1::Identifier& identifier : (*fact)->record.site().identifiers()) {
      absl::StatusOr<Finding> carriers = FindCarriersOf(view, identifier);
      if (!carriers.ok()) return carriers.status();
      sites->insert(carriers->sites.begin(), carriers->sites.end());
    }
  }
  return absl::OkStatus();
}

// Adds the sites at the other end of the subject's links.
absl::Status AddLinkedSites(const storage::View& view, const Subject& subject, DayNumber today,
                            std::set<RecordRef>* sites) {
  absl::StatusOr<std::vector<Fact>> links =
      LinksOf(view, IndexKind::kLinkFrom, subject, today, KeepingTypes(), true);
  if (!links.ok()) return links.status();
  for (const Fact& link : *links) {
    absl::StatusOr<Subject> site =
        ResolveRecordRef(view, link.ref.dataset, link.record.link().to());
    if (!site.ok()) return site.status();
    sites->insert(site->sites.begin(), site->sites.end());
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<RecordRef>> SitesOf(const storage::View& view, const Subject& subject,
                                               DayNumber today,
                                               const std::vector<DayNumber>& days) {
  std::map<RecordRef, Periods> operated;
  absl::StatusOr<std::vector<Fact>> sites =
      FindFacts(view, IndexKind::kSiteOperator, subject.terms, today);
  if (!sites.ok()) return sites.status();
  for (const Fact& site : *sites) {
    for (const v1::SiteOperator& one : site.record.site().operators()) {
      if (!subject.IsNamedBy(site.ref.dataset, one.operator_())) continue;
      operated[site.ref].push_back(one.period());
    }
  }
  absl::StatusOr<std::vector<Fact>> links =
      LinksOf(view, IndexKind::kLinkFrom, subject, today, {v1::LINK_TYPE_OPERATES});
  if (!links.ok()) return links.status();
  for (const Fact& link : *links) {
    absl::StatusOr<Subject> site =
        ResolveRecordRef(view, link.ref.dataset, link.record.link().to());
    if (!site.ok()) return site.status();
    for (const RecordRef& ref : site->sites) operated[ref].push_back(link.record.link().period());
  }
  std::vector<RecordRef> found;
  for (const auto& [ref, periods] : operated) {
    if (Covers(periods, days)) found.push_back(ref);
  }
  return found;
}

absl::StatusOr<std::vector<Subject>> OperatorsOf(const storage::View& view, const Subject& subject,
                                                 DayNumber today,
                                                 const std::vector<DayNumber>& days) {
  Operators operators(view);
  absl::Status status;
  for (const RecordRef& ref : subject.sites) {
    absl::StatusOr<std::optional<Fact>> site = GetFact(view, ref, today);
    if (!site.ok()) return site.status();
    if (!site->has_value()) continue;
    for (const v1::SiteOperator& one : (*site)->record.site().operators()) {
      if (status.ok()) status = operators.Add(ref.dataset, one.operator_(), one.period());
    }
  }
  absl::StatusOr<std::vector<Fact>> links =
      LinksOf(view, IndexKind::kLinkTo, subject, today, {v1::LINK_TYPE_OPERATES});
  if (!links.ok()) return links.status();
  for (const Fact& fact : *links) {
    const v1::Link& link = fact.record.link();
    if (status.ok()) status = operators.Add(fact.ref.dataset, link.from(), link.period());
  }
  if (!status.ok()) return status;
  return operators.On(days);
}

absl::StatusOr<std::vector<SiteParty>> PartiesOfSite(const storage::View& view,
                                                     const RecordRef& site, DayNumber today) {
  absl::StatusOr<Subject> subject = SubjectOf(view, site);
  if (!subject.ok()) return subject.status();
  SiteParties parties(view);
  std::set<RecordRef> records(subject->sites.begin(), subject->sites.end());
  absl::Status status = AddOfSameSite(view, today, &records);
  for (const RecordRef& ref : records) {
    if (!status.ok()) return status;
    absl::StatusOr<std::optional<Fact>> fact = GetFact(view, ref, today, true);
    if (!fact.ok()) return fact.status();
    if (!fact->has_value()) continue;
    for (const v1::SiteOperator& one : (*fact)->record.site().operators()) {
      if (status.ok()) status = parties.Add(ref.dataset, one.operator_(), v1::LINK_TYPE_OPERATES);
    }
  }
  if (!status.ok()) return status;
  if (records.empty()) return parties.Finish();
  absl::StatusOr<std::vector<Fact>> links =
      LinksOf(view, IndexKind::kLinkTo, *subject, today, KeepingTypes(), true);
  if (!links.ok()) return links.status();
  for (const Fact& fact : *links) {
    const v1::Link& link = fact.record.link();
    if (status.ok()) status = parties.Add(fact.ref.dataset, link.from(), link.type());
  }
  if (!status.ok()) return status;
  return parties.Finish();
}

absl::StatusOr<std::vector<RecordRef>> SitesLeadingTo(const storage::View& view,
                                                      const IdentifierCatalogue& identifiers,
                                                      const std::string& supplier, DayNumber today,
                                                      size_t most) {
  v1::SubjectRef name;
  name.set_supplier(supplier);
  absl::StatusOr<Subject> subject = ResolveSubject(view, identifiers, name, "supplier");
  if (!subject.ok()) return subject.status();
  absl::StatusOr<std::vector<Fact>> operated =
      FindFacts(view, IndexKind::kSiteOperator, subject->terms, today, true);
  if (!operated.ok()) return operated.status();
  std::set<RecordRef> sites;
  for (const Fact& fact : *operated) {
    for (const v1::SiteOperator& one : fact.record.site().operators()) {
      if (subject->IsNamedBy(fact.ref.dataset, one.operator_())) sites.insert(fact.ref);
    }
  }
  absl::Status status = AddLinkedSites(view, *subject, today, &sites);
  if (status.ok()) status = AddOfSameSite(view, today, &sites);
  if (!status.ok()) return status;
  std::vector<RecordRef> found(sites.begin(), sites.end());
  if (found.size() > most) found.resize(most);
  return found;
}

absl::StatusOr<Subject> SubjectOf(const storage::View& view, const RecordRef& ref) {
  v1::SubjectRef name;
  name.set_source_record(ref.Name());
  return ResolveRecordRef(view, ref.dataset, name);
}

}  // namespace probity::screening
