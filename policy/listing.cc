#include "policy/listing.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/names.h"
#include "policy/commodity.h"

namespace probity::policy {
namespace {

// The interval in force on `day`, if one is.
const v1::DateInterval* IntervalOn(const Intervals& intervals, DayNumber day) {
  for (const v1::DateInterval& interval : intervals) {
    if (Contains(interval, day)) return &interval;
  }
  return nullptr;
}

bool IsTerminal(v1::FlagStage stage) { return stage >= v1::FLAG_STAGE_DISMISSED; }

bool IsInactive(const v1::LegalMeasure& measure) {
  switch (measure.list_status()) {
    case v1::LIST_STATUS_INACTIVE:
    case v1::LIST_STATUS_REVOKED:
    case v1::LIST_STATUS_SUSPENDED_BY_COURT:
      return true;
    default:
      return measure.appeal_state() == v1::APPEAL_STATE_PENDING_SUSPENSIVE ||
             measure.appeal_state() == v1::APPEAL_STATE_UPHELD;
  }
}

// First day on which anybody could know of a fact without listing dates.
DayNumber FirstKnown(std::initializer_list<const v1::Date*> dates) {
  DayNumber first = kMaxDay;
  for (const v1::Date* date : dates) {
    if (date != nullptr && IsValidDate(*date)) first = std::min(first, FirstDay(*date));
  }
  return first == kMaxDay ? kMinDay : first;
}

void ClampCount(v1::PeopleCount* count) {
  if (count->has_exact() && count->exact() >= 1 && count->exact() <= 4) {
    count->set_fewer_than_five(true);
  }
}

v1::MappingFit StatedFit(v1::MappingFit fit) {
  return fit == v1::MAPPING_FIT_UNSPECIFIED ? v1::MAPPING_FIT_EXACT : fit;
}

}  // namespace

ListingState StateOn(const Intervals& intervals, DayNumber day) {
  if (intervals.empty() || IntervalOn(intervals, day) != nullptr) {
    return ListingState::kInForce;
  }
  for (const v1::DateInterval& interval : intervals) {
    if (!interval.has_from() || FirstDay(interval.from()) <= day) return ListingState::kEnded;
  }
  return ListingState::kNotBegun;
}

Intervals EffectiveIntervals(const v1::RiskFlag& flag, const Intervals& editions) {
  if (flag.listing_intervals().empty()) return editions;
  return {flag.listing_intervals().begin(), flag.listing_intervals().end()};
}

Intervals EffectiveIntervals(const v1::LegalMeasure& measure, const Intervals& editions) {
  if (!measure.in_force().has_from() && !measure.in_force().has_to()) return editions;
  return {measure.in_force()};
}

Intervals EffectiveIntervals(const v1::CommodityRisk& risk, const Intervals& editions) {
  if (risk.listing_intervals().empty()) return editions;
  return {risk.listing_intervals().begin(), risk.listing_intervals().end()};
}

ListingState StateOf(const v1::RiskFlag& flag, const Intervals& editions, DayNumber day) {
  const Intervals intervals = EffectiveIntervals(flag, editions);
  ListingState state = StateOn(intervals, day);
  if (intervals.empty() &&
      day < FirstKnown({flag.has_reported_on() ? &flag.reported_on() : nullptr,
                        flag.has_decided_on() ? &flag.decided_on() : nullptr})) {
    return ListingState::kNotBegun;
  }
  if (state != ListingState::kInForce || !IsTerminal(flag.stage())) return state;
  const v1::DateInterval* listed = IntervalOn(intervals, day);
  const bool ran_its_course = flag.stage() == v1::FLAG_STAGE_REMEDIED ||
                              flag.stage() == v1::FLAG_STAGE_EXPIRED;
  return ran_its_course && listed != nullptr && listed->has_to() ? ListingState::kInForce
                                                                 : ListingState::kEnded;
}

ListingState StateOf(const v1::LegalMeasure& measure, const Intervals& editions,
                     DayNumber day) {
  const Intervals intervals = EffectiveIntervals(measure, editions);
  if (intervals.empty() && measure.has_decided_on() &&
      day < FirstKnown({&measure.decided_on()})) {
    return ListingState::kNotBegun;
  }
  ListingState state = StateOn(intervals, day);
  if (state != ListingState::kInForce || !IsInactive(measure)) return state;
  const bool bounded = measure.in_force().has_to();
  return bounded ? ListingState::kInForce : ListingState::kEnded;
}

std::optional<v1::MappingFit> FitOf(const v1::CommodityRisk& risk,
                                    const v1::CommodityCode& asked) {
  std::optional<v1::MappingFit> best;
  auto offer = [&best](v1::MappingFit fit) {
    if (!best || fit < *best) best = fit;
  };
  if (asked.scheme() == v1::COMMODITY_SCHEME_PUBLISHER &&
      NormalizeCode(asked) == FoldName(risk.publisher_name())) {
    offer(v1::MAPPING_FIT_EXACT);
  }
  for (const v1::MappedCommodity& mapped : risk.commodities()) {
    switch (Relate(asked, mapped.commodity())) {
      case CodeRelation::kEqual:
      case CodeRelation::kInside: offer(StatedFit(mapped.fit())); break;
      case CodeRelation::kAround: offer(v1::MAPPING_FIT_NARROWER); break;
      case CodeRelation::kUnrelated:
      case CodeRelation::kOtherScheme: break;
    }
  }
  return best;
}

OriginRelation RelateOrigins(absl::string_view listed, absl::string_view asked) {
  if (listed.empty() || listed == asked) return OriginRelation::kSame;
  if (absl::StartsWith(listed, absl::StrCat(asked, "-")) ||
      absl::StartsWith(asked, absl::StrCat(listed, "-"))) {
    return OriginRelation::kOtherLevel;
  }
  return OriginRelation::kElsewhere;
}

void ClampPeople(v1::AffectedPeople* people) {
  if (people->has_total()) ClampCount(people->mutable_total());
  if (people->has_women()) ClampCount(people->mutable_women());
  if (people->has_men()) ClampCount(people->mutable_men());
  if (people->has_girls()) ClampCount(people->mutable_girls());
  if (people->has_boys()) ClampCount(people->mutable_boys());
  if (people->has_migrants()) ClampCount(people->mutable_migrants());
  if (people->has_unknown()) ClampCount(people->mutable_unknown());
}

}  // namespace probity::policy
