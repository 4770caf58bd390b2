#include "screening/risk_flags.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "policy/listing.h"
#include "screening/facts.h"
#include "storage/index_terms.h"

namespace probity::screening {
namespace {

using policy::ListingState;
using storage::IndexKind;

bool IsFlagOrMeasure(const v1::Record& record) {
  return record.has_risk_flag() || record.has_legal_measure();
}

const v1::FlagSubject& AboutOf(const v1::Record& record) {
  return record.has_risk_flag() ? record.risk_flag().subject()
                                : record.legal_measure().subject();
}

ListingState StateOf(const Fact& fact, DayNumber day) {
  return fact.record.has_risk_flag()
             ? policy::StateOf(fact.record.risk_flag(), fact.editions, day)
             : policy::StateOf(fact.record.legal_measure(), fact.editions, day);
}

// The identifier or record by which the fact names its subject.
std::string MatchedBy(const Fact& fact) {
  const v1::SubjectRef& party = AboutOf(fact.record).party();
  if (party.has_identifier()) {
    return absl::StrCat(party.identifier().scheme(), ":", party.identifier().value());
  }
  const std::string& name = party.source_record();
  return storage::RecordRef::FromName(name)
             ? name
             : absl::StrCat("datasets/", fact.ref.dataset, "/", name);
}

// The measure that a flag rests on; nullopt when it names none.
std::optional<storage::RecordRef> MeasureOf(const Fact& fact) {
  const std::string& name = fact.record.risk_flag().legal_measure();
  if (name.empty()) return std::nullopt;
  std::optional<storage::RecordRef> ref = storage::RecordRef::FromName(name);
  return ref ? ref
             : storage::RecordRef::FromName(
                   absl::StrCat("datasets/", fact.ref.dataset, "/", name));
}

absl::StatusOr<v1::ListedRiskFlag> ToListed(const storage::View& view, const Fact& fact,
                                            DayNumber day) {
  v1::ListedRiskFlag listed;
  listed.set_name(fact.ref.Name());
  listed.set_state(StateOf(fact, day) == ListingState::kInForce ? v1::FLAG_STATE_IN_FORCE
                                                                : v1::FLAG_STATE_ENDED);
  policy::Intervals intervals;
  if (fact.record.has_risk_flag()) {
    *listed.mutable_flag() = fact.record.risk_flag();
    intervals = policy::EffectiveIntervals(listed.flag(), fact.editions);
    if (listed.flag().has_affected()) {
      policy::ClampPeople(listed.mutable_flag()->mutable_affected());
    }
  } else {
    *listed.mutable_legal_measure() = fact.record.legal_measure();
    intervals = policy::EffectiveIntervals(listed.legal_measure(), fact.editions);
  }
  for (const v1::DateInterval& interval : intervals) *listed.add_listing_intervals() = interval;
  if (std::optional<storage::RecordRef> ref = MeasureOf(fact)) {
    absl::StatusOr<std::optional<Fact>> measure = GetFact(view, *ref, day, true);
    if (!measure.ok()) return measure.status();
    if (measure->has_value() && (*measure)->record.has_legal_measure()) {
      *listed.mutable_legal_measure() = (*measure)->record.legal_measure();
    }
  }
  listed.set_matched_by(MatchedBy(fact));
  *listed.mutable_provenance() = fact.provenance;
  listed.set_visibility(v1::VISIBILITY_PUBLIC);
  return listed;
}

// In force first, then the firmest stage; stages that ended come last.
auto Rank(const v1::ListedRiskFlag& listed) {
  const int stage = listed.flag().stage();
  const int firmness = stage >= v1::FLAG_STAGE_DISMISSED ? 0 : stage;
  return std::make_tuple(listed.state() == v1::FLAG_STATE_ENDED, -firmness,
                         absl::string_view(listed.name()));
}

// A measure that a flag shows is not listed a second time.
std::set<storage::RecordRef> ShownByFlags(const std::vector<Fact>& facts) {
  std::set<storage::RecordRef> shown;
  for (const Fact& fact : facts) {
    if (std::optional<storage::RecordRef> ref = MeasureOf(fact)) shown.insert(*ref);
  }
  return shown;
}

}  // namespace

absl::StatusOr<v1::ListRiskFlagsResponse> ListRiskFlags(
    const storage::View& view, const IdentifierCatalogue& identifiers,
    const v1::ListRiskFlagsRequest& request, DayNumber today) {
  absl::StatusOr<DayNumber> day = ReadAsOf(request.has_as_of(), request.as_of(), today);
  if (!day.ok()) return day.status();
  absl::StatusOr<Subject> subject =
      ResolveSubject(view, identifiers, request.subject(), "subject");
  if (!subject.ok()) return subject.status();
  absl::StatusOr<std::vector<Fact>> facts =
      FindFacts(view, IndexKind::kFlagSubject, subject->terms, *day, /*include_past=*/true);
  if (!facts.ok()) return facts.status();
  // What does not apply on that day does not show anything either.
  facts->erase(std::remove_if(facts->begin(), facts->end(),
                              [&](const Fact& fact) {
                                if (!IsFlagOrMeasure(fact.record)) return true;
                                const ListingState state = StateOf(fact, *day);
                                return state == ListingState::kNotBegun ||
                                       (state == ListingState::kEnded &&
                                        !request.include_ended());
                              }),
               facts->end());
  const std::set<storage::RecordRef> shown = ShownByFlags(*facts);
  std::vector<v1::ListedRiskFlag> all;
  for (const Fact& fact : *facts) {
    if (fact.record.has_legal_measure() && shown.count(fact.ref) > 0) continue;
    absl::StatusOr<v1::ListedRiskFlag> listed = ToListed(view, fact, *day);
    if (!listed.ok()) return listed.status();
    all.push_back(*std::move(listed));
  }
  std::sort(all.begin(), all.end(),
            [](const auto& a, const auto& b) { return Rank(a) < Rank(b); });
  v1::ListRiskFlagsResponse response;
  for (v1::ListedRiskFlag& listed : all) *response.add_flags() = std::move(listed);
  for (v1::SourceEdition& edition :
       EditionsWith(view, {v1::Record::kRiskFlagFieldNumber,
                           v1::Record::kLegalMeasureFieldNumber})) {
    *response.add_sources_searched() = std::move(edition);
  }
  return response;
}

absl::StatusOr<v1::GetRiskFlagResponse> GetRiskFlag(const storage::View& view,
                                                    const v1::GetRiskFlagRequest& request,
                                                    DayNumber today) {
  std::optional<storage::RecordRef> ref = storage::RecordRef::FromName(request.name());
  if (!ref) return InvalidField("name", "must be datasets/{dataset}/records/{key}");
  absl::StatusOr<DayNumber> day = ReadAsOf(request.has_as_of(), request.as_of(), today);
  if (!day.ok()) return day.status();
  absl::StatusOr<std::optional<Fact>> fact = GetFact(view, *ref, *day, true);
  if (!fact.ok()) return fact.status();
  if (!fact->has_value() || !IsFlagOrMeasure((*fact)->record) ||
      StateOf(**fact, *day) == ListingState::kNotBegun) {
    return RiskFlagNotFound(request.name());
  }
  absl::StatusOr<v1::ListedRiskFlag> listed = ToListed(view, **fact, *day);
  if (!listed.ok()) return listed.status();
  v1::GetRiskFlagResponse response;
  *response.mutable_flag() = *std::move(listed);
  return response;
}

}  // namespace probity::screening
