#include "screening/decision/spread.h"

#include <algorithm>
#include <set>
#include <utility>

#include "screening/facts.h"

namespace probity::screening {
namespace {

using storage::IndexKind;

// A party by its supplier, else by its first site, else by nothing.
std::string NameOf(const Subject& subject) {
  if (subject.resolution.suppliers_size() == 1) return subject.resolution.suppliers(0);
  return subject.sites.empty() ? std::string() : subject.sites.front().Name();
}

class Walk {
 public:
  Walk(const Shelf& shelf, const When& when, const policy::Needs& needs)
      : shelf_(shelf), when_(when), needs_(needs) {}

  absl::StatusOr<Relations> From(const Subject& subject) {
    seen_.insert(subject.terms.begin(), subject.terms.end());
    absl::Status status = Step(subject, {});
    // What was found last step is where the next one begins.
    size_t begin = 0;
    for (int steps = 1; status.ok() && steps < needs_.max_steps; ++steps) {
      const size_t end = found_.related.size();
      for (size_t i = begin; status.ok() && i < end; ++i) {
        const Related from = found_.related[i];
        status = Step(from.subject, from.path);
      }
      begin = end;
    }
    if (!status.ok()) return status;
    return std::move(found_);
  }

 private:
  bool Follows(v1::LinkType type, v1::LinkEnd subject_end) const {
    return std::any_of(needs_.links.begin(), needs_.links.end(), [&](const v1::SpreadLink& link) {
      return link.type() == type && link.subject_end() == subject_end;
    });
  }

  absl::Status Step(const Subject& from, const RelationPath& path) {
    absl::Status status = Links(from, path, IndexKind::kLinkFrom, v1::LINK_END_FROM);
    if (status.ok()) status = Links(from, path, IndexKind::kLinkTo, v1::LINK_END_TO);
    if (status.ok()) status = SiteOperators(from, path);
    if (status.ok()) status = OperatedSites(from, path);
    return status;
  }

  absl::Status Links(const Subject& from, const RelationPath& path, IndexKind kind,
                     v1::LinkEnd subject_end) {
    auto facts = FindFacts(shelf_.view, kind, from.terms, when_.day);
    if (!facts.ok()) return facts.status();
    for (const Fact& fact : *facts) {
      const v1::Link& link = fact.record.link();
      if (!Follows(link.type(), subject_end)) continue;
      if (!Contains(link.period(), when_.day) || !ListedOn(fact, when_.day)) continue;
      v1::RelationStep step;
      step.set_type(link.type());
      step.set_subject_end(subject_end);
      if (link.has_share_percent()) step.set_share_percent(link.share_percent());
      if (link.has_period()) *step.mutable_period() = link.period();
      const v1::SubjectRef& other = subject_end == v1::LINK_END_FROM ? link.to() : link.from();
      absl::Status added = Add(fact, other, std::move(step), path);
      if (!added.ok()) return added;
    }
    return absl::OkStatus();
  }

  // Site records say themselves who operates them.
  absl::Status SiteOperators(const Subject& from, const RelationPath& path) {
    if (!Follows(v1::LINK_TYPE_OPERATES, v1::LINK_END_TO)) return absl::OkStatus();
    for (const storage::RecordRef& ref : from.sites) {
      auto site = GetFact(shelf_.view, ref, when_.day);
      if (!site.ok()) return site.status();
      if (!site->has_value()) continue;
      for (const v1::SiteOperator& one : (*site)->record.site().operators()) {
        if (!Contains(one.period(), when_.day)) continue;
        absl::Status added =
            Add(**site, one.operator_(), Operates(v1::LINK_END_TO, one.period()), path);
        if (!added.ok()) return added;
      }
    }
    return absl::OkStatus();
  }

  absl::Status OperatedSites(const Subject& from, const RelationPath& path) {
    if (!Follows(v1::LINK_TYPE_OPERATES, v1::LINK_END_FROM)) return absl::OkStatus();
    auto sites = FindFacts(shelf_.view, IndexKind::kSiteOperator, from.terms, when_.day);
    if (!sites.ok()) return sites.status();
    for (const Fact& site : *sites) {
      for (const v1::SiteOperator& one : site.record.site().operators()) {
        if (!from.IsNamedBy(site.ref.dataset, one.operator_())) continue;
        if (!Contains(one.period(), when_.day)) continue;
        v1::SubjectRef itself;
        itself.set_source_record(site.ref.Name());
        absl::Status added = Add(site, itself, Operates(v1::LINK_END_FROM, one.period()), path);
        if (!added.ok()) return added;
      }
    }
    return absl::OkStatus();
  }

  static v1::RelationStep Operates(v1::LinkEnd subject_end, const v1::DateInterval& period) {
    v1::RelationStep step;
    step.set_type(v1::LINK_TYPE_OPERATES);
    step.set_subject_end(subject_end);
    if (period.has_from() || period.has_to()) *step.mutable_period() = period;
    return step;
  }

  // Unless it was reached before. An identifier that several carry leads to no
  // one for certain, but to what lists say of the identifier itself.
  absl::Status Add(const Fact& fact, const v1::SubjectRef& ref, v1::RelationStep step,
                   const RelationPath& path) {
    if (absl::Status wanted = when_.asking.still_wanted(); !wanted.ok()) return wanted;
    auto other = ResolveRecordRef(shelf_.view, fact.ref.dataset, ref);
    if (!other.ok()) return other.status();
    const bool known = std::any_of(other->terms.begin(), other->terms.end(),
                                   [this](const std::string& term) { return seen_.count(term); });
    if (known || other->terms.empty()) return absl::OkStatus();
    if (found_.related.size() >= kMaxRelated) {
      found_.incomplete = true;
      return absl::OkStatus();
    }
    if (other->IsAmbiguous()) {
      const std::string asked = other->asked_term;
      other->terms = {asked};
      other->suppliers.clear();
      other->sites.clear();
    }
    seen_.insert(other->terms.begin(), other->terms.end());
    step.set_source_record(fact.ref.Name());
    step.set_other(NameOf(*other));
    *step.mutable_provenance() = fact.provenance;
    Related related{*std::move(other), path};
    *related.path.Add() = std::move(step);
    found_.related.push_back(std::move(related));
    return absl::OkStatus();
  }

  const Shelf& shelf_;
  const When& when_;
  const policy::Needs& needs_;
  std::set<std::string> seen_;  // terms of the subject and of all that was found
  Relations found_;
};

}  // namespace

absl::StatusOr<Relations> FindRelations(const Shelf& shelf, const When& when,
                                        const policy::Needs& needs, const Subject& subject) {
  if (needs.max_steps == 0 || needs.links.empty()) return Relations();
  return Walk(shelf, when, needs).From(subject);
}

}  // namespace probity::screening
