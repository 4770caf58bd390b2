#include "screening/operators.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "screening/facts.h"

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

// Links of the type OPERATES that have one of the subject's terms.
absl::StatusOr<std::vector<Fact>> OperationLinks(const storage::View& view, IndexKind kind,
                                                 const Subject& subject, DayNumber today) {
  absl::StatusOr<std::vector<Fact>> facts = FindFacts(view, kind, subject.terms, today);
  if (!facts.ok()) return facts.status();
  facts->erase(std::remove_if(facts->begin(), facts->end(),
                              [](const Fact& fact) {
                                return !fact.record.has_link() ||
                                       fact.record.link().type() != v1::LINK_TYPE_OPERATES;
                              }),
               facts->end());
  return facts;
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
      OperationLinks(view, IndexKind::kLinkFrom, subject, today);
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
      OperationLinks(view, IndexKind::kLinkTo, subject, today);
  if (!links.ok()) return links.status();
  for (const Fact& fact : *links) {
    const v1::Link& link = fact.record.link();
    if (status.ok()) status = operators.Add(fact.ref.dataset, link.from(), link.period());
  }
  if (!status.ok()) return status;
  return operators.On(days);
}

absl::StatusOr<Subject> SubjectOf(const storage::View& view, const RecordRef& ref) {
  v1::SubjectRef name;
  name.set_source_record(ref.Name());
  return ResolveRecordRef(view, ref.dataset, name);
}

}  // namespace probity::screening
