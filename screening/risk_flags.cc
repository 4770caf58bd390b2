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
#include "screening/replies.h"
#include "screening/subject.h"
#include "storage/index_terms.h"

namespace probity::screening {
namespace {

using policy::ListingState;
using storage::IndexKind;

bool IsFlagOrMeasure(const v1::Record& record) {
  return record.has_risk_flag() || record.has_legal_measure();
}

const v1::FlagSubject& AboutOf(const v1::Record& record) {
  return record.has_risk_flag() ? record.risk_flag().subject() : record.legal_measure().subject();
}

// The identifier, record or place by which the fact names its subject.
std::string MatchedBy(const Fact& fact) {
  if (AboutOf(fact.record).has_commodity_origin()) {
    return AboutOf(fact.record).commodity_origin().origin();
  }
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
             : storage::RecordRef::FromName(absl::StrCat("datasets/", fact.ref.dataset, "/", name));
}

// A flag or a measure on the asked day.
struct Entry {
  Fact fact;
  std::optional<Fact> measure;  // that a flag rests on, unless it begins later
  policy::Period period;
  ListingState state = ListingState::kNotBegun;
};

policy::Editions EditionsOf(const Fact& fact) { return {fact.editions, fact.seen_on}; }

// The measure that a flag rests on, as it is on record.
absl::StatusOr<std::optional<Fact>> GetMeasure(const storage::View& view, const Fact& flag,
                                               DayNumber day) {
  std::optional<storage::RecordRef> ref = MeasureOf(flag);
  if (!ref) return std::optional<Fact>();
  absl::StatusOr<std::optional<Fact>> measure = GetFact(view, *ref, day, true);
  if (!measure.ok() || !measure->has_value()) return measure;
  if (!(*measure)->record.has_legal_measure()) measure->reset();
  return measure;
}

// Dates a fact, and the measure of a flag.
absl::StatusOr<Entry> MakeEntry(const storage::View& view, const policy::LegalPeriods& law,
                                Fact fact, DayNumber day) {
  Entry entry;
  if (fact.record.has_legal_measure()) {
    const v1::LegalMeasure& measure = fact.record.legal_measure();
    entry.period = policy::PeriodOf(measure, EditionsOf(fact), law);
    entry.state = policy::StateOf(measure, entry.period, day);
    entry.fact = std::move(fact);
    return entry;
  }
  const v1::RiskFlag& flag = fact.record.risk_flag();
  absl::StatusOr<std::optional<Fact>> measure = GetMeasure(view, fact, day);
  if (!measure.ok()) return measure.status();
  const v1::LegalMeasure* rests_on =
      measure->has_value() ? &(*measure)->record.legal_measure() : nullptr;
  entry.period = policy::PeriodOf(flag, EditionsOf(fact), law, rests_on);
  entry.state = policy::StateOf(flag, entry.period, day);
  if (rests_on != nullptr) {
    const policy::Period period =
        policy::PeriodOf(*rests_on, EditionsOf(**measure), law, flag.event());
    const bool begun = policy::StateOf(*rests_on, period, day) != ListingState::kNotBegun;
    if (begun) entry.measure = **std::move(measure);
  }
  entry.fact = std::move(fact);
  return entry;
}

// Takes what the entry says out of it: what it is about and its state stay.
v1::ListedRiskFlag ToListed(Entry* entry) {
  v1::ListedRiskFlag listed;
  Fact& fact = entry->fact;
  listed.set_name(fact.ref.Name());
  listed.set_state(entry->state == ListingState::kInForce ? v1::FLAG_STATE_IN_FORCE
                                                          : v1::FLAG_STATE_ENDED);
  listed.set_matched_by(MatchedBy(fact));
  if (fact.record.has_risk_flag()) {
    *listed.mutable_flag() = std::move(*fact.record.mutable_risk_flag());
    if (listed.flag().has_affected()) {
      policy::ClampPeople(listed.mutable_flag()->mutable_affected());
    }
    if (entry->measure) {
      *listed.mutable_legal_measure() = std::move(*entry->measure->record.mutable_legal_measure());
    }
  } else {
    *listed.mutable_legal_measure() = std::move(*fact.record.mutable_legal_measure());
  }
  for (v1::DateInterval& interval : entry->period.intervals) {
    *listed.add_listing_intervals() = std::move(interval);
  }
  if (entry->period.computed) {
    *listed.mutable_legal_period() = std::move(*entry->period.computed);
  }
  *listed.mutable_provenance() = std::move(fact.provenance);
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

// A measure is not listed a second time where a flag in the same state shows it.
bool IsShownByAFlag(const Entry& measure, const std::vector<Entry>& entries) {
  return measure.fact.record.has_legal_measure() &&
         std::any_of(entries.begin(), entries.end(), [&](const Entry& flag) {
           return flag.measure && flag.measure->ref == measure.fact.ref &&
                  flag.state == measure.state;
         });
}

// Of flags and measures, those that apply on the day.
absl::StatusOr<std::vector<Entry>> MakeEntries(const storage::View& view,
                                               const policy::LegalPeriods& law,
                                               std::vector<Fact> facts, DayNumber day,
                                               bool include_ended) {
  std::vector<Entry> entries;
  for (Fact& fact : facts) {
    if (!IsFlagOrMeasure(fact.record)) continue;
    absl::StatusOr<Entry> entry = MakeEntry(view, law, std::move(fact), day);
    if (!entry.ok()) return entry.status();
    const bool shown = entry->state == ListingState::kInForce ||
                       (entry->state == ListingState::kEnded && include_ended);
    if (shown) entries.push_back(*std::move(entry));
  }
  return entries;
}

// What the supplier replied by the day, to the flag or to the measure it shows.
absl::Status AddReplies(const storage::View& view, const Entry& entry, DayNumber day,
                        v1::ListedRiskFlag* listed) {
  std::vector<std::string> about = {listed->name()};
  if (entry.measure) about.push_back(entry.measure->ref.Name());
  auto replies = RepliesTo(view, about, day);
  if (!replies.ok()) return replies.status();
  for (v1::Reply& reply : *replies) {
    if (reply.state() == v1::REPLY_STATE_WITHDRAWN) continue;
    if (FirstDay(reply.received_on()) <= day) *listed->add_replies() = std::move(reply);
  }
  return absl::OkStatus();
}

// All entries in order, without measures that a flag shows.
absl::StatusOr<std::vector<v1::ListedRiskFlag>> ToListed(const storage::View& view,
                                                         std::vector<Entry> entries,
                                                         DayNumber day) {
  std::vector<v1::ListedRiskFlag> all;
  for (Entry& entry : entries) {
    if (IsShownByAFlag(entry, entries)) continue;
    all.push_back(ToListed(&entry));
    absl::Status added = AddReplies(view, entry, day, &all.back());
    if (!added.ok()) return added;
  }
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return Rank(a) < Rank(b); });
  return all;
}

}  // namespace

absl::StatusOr<std::vector<v1::ListedRiskFlag>> FindBans(const storage::View& view,
                                                         const policy::LegalPeriods& law,
                                                         const v1::CommodityCode& commodity,
                                                         const std::string& origin, DayNumber day) {
  // A region's ban is found by its country too; a ban on all of a country, by
  // the country of an asked region.
  absl::StatusOr<std::vector<Fact>> facts =
      FindFacts(view, IndexKind::kCommodityOrigin, {origin, origin.substr(0, 2)}, day,
                /*include_past=*/true);
  if (!facts.ok()) return facts.status();
  absl::StatusOr<std::vector<Entry>> entries =
      MakeEntries(view, law, *std::move(facts), day, /*include_ended=*/false);
  if (!entries.ok()) return entries.status();
  entries->erase(std::remove_if(entries->begin(), entries->end(),
                                [&](const Entry& entry) {
                                  const v1::FlagSubject& about = AboutOf(entry.fact.record);
                                  return !about.has_commodity_origin() ||
                                         !policy::IsAbout(about.commodity_origin(), commodity,
                                                          origin);
                                }),
                 entries->end());
  return ToListed(view, *std::move(entries), day);
}

absl::StatusOr<Said> FindSaid(const storage::View& view, const std::set<std::string>& terms,
                              DayNumber day) {
  absl::StatusOr<std::vector<Fact>> facts =
      FindFacts(view, IndexKind::kFlagSubject, terms, day, /*include_past=*/true);
  if (!facts.ok()) return facts.status();
  Said said;
  for (Fact& fact : *facts) {
    if (IsFlagOrMeasure(fact.record)) {
      said.flags.push_back(std::move(fact));
    } else if (ListedOn(fact, day) && fact.record.has_self_cleaning()) {
      said.self_cleaning.push_back(std::move(fact));
    } else if (ListedOn(fact, day) && fact.record.has_declaration()) {
      said.declarations.push_back(std::move(fact));
    }
  }
  return said;
}

absl::StatusOr<std::vector<v1::ListedRiskFlag>> ListFlags(const storage::View& view,
                                                          const policy::LegalPeriods& law,
                                                          std::vector<Fact> flags, DayNumber day,
                                                          bool include_ended) {
  absl::StatusOr<std::vector<Entry>> entries =
      MakeEntries(view, law, std::move(flags), day, include_ended);
  if (!entries.ok()) return entries.status();
  return ToListed(view, *std::move(entries), day);
}

absl::StatusOr<std::vector<v1::ListedRiskFlag>> FindFlags(const storage::View& view,
                                                          const policy::LegalPeriods& law,
                                                          const std::set<std::string>& terms,
                                                          DayNumber day, bool include_ended) {
  absl::StatusOr<Said> said = FindSaid(view, terms, day);
  if (!said.ok()) return said.status();
  return ListFlags(view, law, std::move(said->flags), day, include_ended);
}

absl::StatusOr<v1::ListRiskFlagsResponse> ListRiskFlags(const storage::View& view,
                                                        const IdentifierCatalogue& identifiers,
                                                        const policy::LegalPeriods& law,
                                                        const v1::ListRiskFlagsRequest& request,
                                                        DayNumber today) {
  absl::StatusOr<DayNumber> day = ReadAsOf(request.has_as_of(), request.as_of(), today);
  if (!day.ok()) return day.status();
  absl::StatusOr<Subject> subject = ResolveSubject(view, identifiers, request.subject(), "subject");
  if (!subject.ok()) return subject.status();
  absl::StatusOr<std::vector<v1::ListedRiskFlag>> all =
      FindFlags(view, law, subject->terms, *day, request.include_ended());
  if (!all.ok()) return all.status();
  v1::ListRiskFlagsResponse response;
  *response.mutable_resolved_subject() = subject->resolution;
  for (v1::ListedRiskFlag& listed : *all) *response.add_flags() = std::move(listed);
  for (v1::SourceEdition& edition : EditionsWith(
           view, {v1::Record::kRiskFlagFieldNumber, v1::Record::kLegalMeasureFieldNumber})) {
    *response.add_sources_searched() = std::move(edition);
  }
  return response;
}

absl::StatusOr<v1::GetRiskFlagResponse> GetRiskFlag(const storage::View& view,
                                                    const policy::LegalPeriods& law,
                                                    const v1::GetRiskFlagRequest& request,
                                                    DayNumber today) {
  std::optional<storage::RecordRef> ref = storage::RecordRef::FromName(request.name());
  if (!ref) return InvalidField("name", "must be datasets/{dataset}/records/{key}");
  absl::StatusOr<DayNumber> day = ReadAsOf(request.has_as_of(), request.as_of(), today);
  if (!day.ok()) return day.status();
  absl::StatusOr<std::optional<Fact>> fact = GetFact(view, *ref, *day, true);
  if (!fact.ok()) return fact.status();
  if (!fact->has_value() || !IsFlagOrMeasure((*fact)->record)) {
    return RiskFlagNotFound(request.name());
  }
  absl::StatusOr<Entry> entry = MakeEntry(view, law, **std::move(fact), *day);
  if (!entry.ok()) return entry.status();
  if (entry->state == ListingState::kNotBegun) return RiskFlagNotFound(request.name());
  v1::GetRiskFlagResponse response;
  *response.mutable_flag() = ToListed(&*entry);
  absl::Status added = AddReplies(view, *entry, *day, response.mutable_flag());
  if (!added.ok()) return added;
  return response;
}

}  // namespace probity::screening
