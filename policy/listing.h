// Whether listed facts hold on a day, how goods fit the lines of risk lists,
// and how counts of people leave the server. Pure.
#ifndef PROBITY_POLICY_LISTING_H_
#define PROBITY_POLICY_LISTING_H_

#include <optional>
#include <vector>

#include "absl/strings/string_view.h"
#include "base/civil_day.h"
#include "policy/legal_periods.h"
#include "probity/v1/risk.pb.h"
#include "probity/v1/risk_service.pb.h"

namespace probity::policy {

using Intervals = std::vector<v1::DateInterval>;

// A fact's state on a day; kNotBegun facts are never shown.
enum class ListingState { kNotBegun, kInForce, kEnded };

// Intervals are half-open; between two listings the state is kEnded. No
// interval at all: in force, for facts of undated registers.
ListingState StateOn(const Intervals& intervals, DayNumber day);

// When a fact is listed or in force, and how an end was computed that its
// record does not state.
struct Period {
  Intervals intervals;
  std::optional<v1::LegalPeriod> computed;
};

// What the editions of its list say of a fact.
struct Editions {
  Intervals intervals;
  // Day of the newest edition, where it holds the fact; kMinDay otherwise.
  DayNumber seen_on = kMinDay;
};

// The fact's own intervals where its publisher gives them, else those that
// follow from the list's editions, else, for a flag, those of the measure that
// it rests on. An interval of the record's own that has no end gets the one
// that law gives it at the latest; what the list still holds then stays open.
Period PeriodOf(const v1::RiskFlag& flag, const Editions& editions, const LegalPeriods& law,
                const v1::LegalMeasure* measure = nullptr);
// `event` is the event that the measure follows, where a flag tells it.
Period PeriodOf(const v1::LegalMeasure& measure, const Editions& editions, const LegalPeriods& law,
                const v1::DateInterval& event = {});
Intervals EffectiveIntervals(const v1::CommodityRisk& risk, const Intervals& editions);

// A flag without any interval begins on the day it was reported or decided. A
// stage from DISMISSED on ends a flag; one that was REMEDIED or EXPIRED was in
// force during a listing that has an end.
ListingState StateOf(const v1::RiskFlag& flag, const Period& period, DayNumber day);

// A measure that is inactive or revoked is ended, except during a period that its
// own dates bound. One that a court suspended, or whose appeal suspends it or was
// upheld, is ended from its first day on, whatever end it was given.
ListingState StateOf(const v1::LegalMeasure& measure, const Period& period, DayNumber day);

// How well a line fits the asked code; nullopt when it does not. A code inside
// a listed one has the fit that the line says for its code; a code around a
// listed one is NARROWER: only some of the asked goods are listed.
std::optional<v1::MappingFit> FitOf(const v1::CommodityRisk& risk, const v1::CommodityCode& asked);

// How a line's place lies to the asked one. A line without a place is about
// everywhere.
enum class OriginRelation { kElsewhere, kSame, kOtherLevel };
OriginRelation RelateOrigins(absl::string_view listed, absl::string_view asked);

// True when a flag or measure about goods from a place is about some of the
// asked goods from there. Without codes it is about all goods.
bool IsAbout(const v1::CommodityOrigin& subject, const v1::CommodityCode& asked,
             absl::string_view origin);

// Turns every count of 1 to 4 into fewer_than_five, and withholds the smallest
// other group where the total would give such a count away. Idempotent.
void ClampPeople(v1::AffectedPeople* people);

}  // namespace probity::policy

#endif  // PROBITY_POLICY_LISTING_H_
