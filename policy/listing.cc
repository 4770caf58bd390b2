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

// Its publisher took it off: where it has an end, that is the day on which this was done.
bool IsTakenOff(const v1::LegalMeasure& measure) {
  return measure.list_status() == v1::LIST_STATUS_INACTIVE ||
         measure.list_status() == v1::LIST_STATUS_REVOKED;
}

// A court or an appeal took its effect. Its end is still the one that it was decided with,
// and tells nothing of that.
bool IsStayedOrQuashed(const v1::LegalMeasure& measure) {
  return measure.list_status() == v1::LIST_STATUS_SUSPENDED_BY_COURT ||
         measure.appeal_state() == v1::APPEAL_STATE_PENDING_SUSPENSIVE ||
         measure.appeal_state() == v1::APPEAL_STATE_UPHELD;
}

// First day on which anybody could know of a fact without listing dates.
DayNumber FirstKnown(std::initializer_list<const v1::Date*> dates) {
  DayNumber first = kMaxDay;
  for (const v1::Date* date : dates) {
    if (date != nullptr && IsValidDate(*date)) first = std::min(first, FirstDay(*date));
  }
  return first == kMaxDay ? kMinDay : first;
}

const v1::Date* DateOrNull(bool has, const v1::Date& date) {
  return has && IsValidDate(date) ? &date : nullptr;
}

// A day from which a period may count, and the field that holds it.
struct Start {
  const v1::Date* date = nullptr;
  const char* field = "";
  bool is_day_after = false;  // the day before it counts

  DayNumber Day() const { return LastDay(*date) - (is_day_after && IsFullDay(*date) ? 1 : 0); }
};

// The last day of an event; one without end still goes on.
Start LastDayOf(const v1::DateInterval& event) {
  return {DateOrNull(event.has_to(), event.to()), "event.to", true};
}

v1::LegalPeriod LongestPeriod(const LegalMaximum& maximum, const Start& start) {
  v1::LegalPeriod period;
  period.set_regime(maximum.regime);
  period.set_legal_basis(maximum.legal_basis);
  period.set_counted_from_field(start.field);
  const DayNumber begin = start.Day();
  *period.mutable_counted_from() = DateOf(begin);
  period.set_years(maximum.years);
  *period.mutable_ends() = DateOf(AddYears(begin, maximum.years));
  return period;
}

// Ends the last interval, or an open one where there is none, as law says it
// ends at the latest. The first start that is on record counts.
void Bound(const LegalMaximum& maximum, std::initializer_list<Start> starts,
           const Editions& editions, Period* period) {
  for (const Start& start : starts) {
    if (start.date == nullptr) continue;
    period->computed = LongestPeriod(maximum, start);
    const v1::Date& ends = period->computed->ends();
    if (editions.seen_on >= FirstDay(ends)) {
      period->computed->set_still_listed(true);
      return;
    }
    if (period->intervals.empty()) {
      *period->intervals.emplace_back().mutable_from() = *start.date;
    }
    *period->intervals.back().mutable_to() = ends;
    return;
  }
}

void ClampCount(v1::PeopleCount* count) {
  if (count->has_exact() && count->exact() >= 1 && count->exact() <= 4) {
    count->set_fewer_than_five(true);
  }
}

// The groups that add up to the total; migrants may be any of them.
std::vector<v1::PeopleCount*> GroupsOf(v1::AffectedPeople* people) {
  std::vector<v1::PeopleCount*> groups;
  if (people->has_women()) groups.push_back(people->mutable_women());
  if (people->has_men()) groups.push_back(people->mutable_men());
  if (people->has_girls()) groups.push_back(people->mutable_girls());
  if (people->has_boys()) groups.push_back(people->mutable_boys());
  if (people->has_unknown()) groups.push_back(people->mutable_unknown());
  return groups;
}

// Total less the other groups would be the count that was made unclear.
void WithholdOne(v1::AffectedPeople* people) {
  if (!people->total().has_exact()) return;
  bool hidden = false;
  v1::PeopleCount* smallest = nullptr;
  for (v1::PeopleCount* group : GroupsOf(people)) {
    if (group->withheld()) return;
    hidden = hidden || group->fewer_than_five();
    if (group->exact() == 0) continue;
    if (smallest == nullptr || group->exact() < smallest->exact()) smallest = group;
  }
  if (hidden && smallest != nullptr) smallest->set_withheld(true);
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

Period PeriodOf(const v1::LegalMeasure& measure, const Editions& editions, const LegalPeriods& law,
                const v1::DateInterval& event) {
  Period period;
  const bool own = measure.in_force().has_from() || measure.in_force().has_to();
  if (own) {
    period.intervals = {measure.in_force()};
  } else if (!editions.intervals.empty()) {
    period.intervals = editions.intervals;
    return period;
  }
  const LegalMaximum* maximum = law.ForRegime(measure.regime());
  if (maximum == nullptr || measure.in_force().has_to()) return period;
  const Start decided = {DateOrNull(measure.has_decided_on(), measure.decided_on()), "decided_on"};
  const Start began = {DateOrNull(measure.in_force().has_from(), measure.in_force().from()),
                       "in_force.from"};
  switch (maximum->counts_from) {
    case PeriodStart::kListing:
      Bound(*maximum, {began, decided}, editions, &period);
      break;
    case PeriodStart::kDecision:
      Bound(*maximum, {decided, began}, editions, &period);
      break;
    case PeriodStart::kEvent:
      Bound(*maximum, {LastDayOf(event)}, editions, &period);
      break;
  }
  return period;
}

Period PeriodOf(const v1::RiskFlag& flag, const Editions& editions, const LegalPeriods& law,
                const v1::LegalMeasure* measure) {
  Period period;
  if (!flag.listing_intervals().empty()) {
    period.intervals = {flag.listing_intervals().begin(), flag.listing_intervals().end()};
  } else if (!editions.intervals.empty()) {
    period.intervals = editions.intervals;
    return period;
  } else if (measure != nullptr) {
    period = PeriodOf(*measure, {}, law, flag.event());
    if (!period.intervals.empty()) return period;
  }
  const LegalMaximum* maximum = law.ForFlag(flag.type());
  const bool open = period.intervals.empty() || !period.intervals.back().has_to();
  if (maximum == nullptr || !open) return period;
  const Start listed = {period.intervals.empty() || !period.intervals.back().has_from()
                            ? nullptr
                            : &period.intervals.back().from(),
                        "listing_intervals.from"};
  const Start decided = {DateOrNull(flag.has_decided_on(), flag.decided_on()), "decided_on"};
  switch (maximum->counts_from) {
    case PeriodStart::kListing:
      Bound(*maximum, {listed}, editions, &period);
      break;
    case PeriodStart::kDecision:
      Bound(*maximum, {decided, listed}, editions, &period);
      break;
    case PeriodStart::kEvent:
      Bound(*maximum, {LastDayOf(flag.event())}, editions, &period);
      break;
  }
  return period;
}

Intervals EffectiveIntervals(const v1::CommodityRisk& risk, const Intervals& editions) {
  if (risk.listing_intervals().empty()) return editions;
  return {risk.listing_intervals().begin(), risk.listing_intervals().end()};
}

ListingState StateOf(const v1::RiskFlag& flag, const Period& period, DayNumber day) {
  ListingState state = StateOn(period.intervals, day);
  if (period.intervals.empty() &&
      day < FirstKnown({DateOrNull(flag.has_reported_on(), flag.reported_on()),
                        DateOrNull(flag.has_decided_on(), flag.decided_on())})) {
    return ListingState::kNotBegun;
  }
  if (state != ListingState::kInForce || !IsTerminal(flag.stage())) return state;
  const v1::DateInterval* listed = IntervalOn(period.intervals, day);
  if (listed == nullptr || !listed->has_to()) return ListingState::kEnded;
  // It was remedied during the listing that its publisher ended; a computed end
  // tells only when its period ran out.
  const bool computed = period.computed && listed == &period.intervals.back();
  const bool ran_its_course = flag.stage() == v1::FLAG_STAGE_EXPIRED ||
                              (flag.stage() == v1::FLAG_STAGE_REMEDIED && !computed);
  return ran_its_course ? ListingState::kInForce : ListingState::kEnded;
}

ListingState StateOf(const v1::LegalMeasure& measure, const Period& period, DayNumber day) {
  if (period.intervals.empty() && measure.has_decided_on() &&
      day < FirstKnown({&measure.decided_on()})) {
    return ListingState::kNotBegun;
  }
  ListingState state = StateOn(period.intervals, day);
  if (state != ListingState::kInForce) return state;
  if (IsStayedOrQuashed(measure)) return ListingState::kEnded;
  return IsTakenOff(measure) && !measure.in_force().has_to() ? ListingState::kEnded : state;
}

std::optional<v1::MappingFit> FitOf(const v1::CommodityRisk& risk, const v1::CommodityCode& asked) {
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
      case CodeRelation::kInside:
        offer(StatedFit(mapped.fit()));
        break;
      case CodeRelation::kAround:
        offer(v1::MAPPING_FIT_NARROWER);
        break;
      case CodeRelation::kUnrelated:
      case CodeRelation::kOtherScheme:
        break;
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

bool IsAbout(const v1::CommodityOrigin& subject, const v1::CommodityCode& asked,
             absl::string_view origin) {
  if (RelateOrigins(subject.origin(), origin) == OriginRelation::kElsewhere) return false;
  const auto& codes = subject.commodities();
  return codes.empty() || std::any_of(codes.begin(), codes.end(), [&](const auto& code) {
           const CodeRelation relation = Relate(asked, code);
           return relation == CodeRelation::kEqual || relation == CodeRelation::kInside ||
                  relation == CodeRelation::kAround;
         });
}

void ClampPeople(v1::AffectedPeople* people) {
  if (people->has_total()) ClampCount(people->mutable_total());
  if (people->has_migrants()) ClampCount(people->mutable_migrants());
  for (v1::PeopleCount* group : GroupsOf(people)) ClampCount(group);
  WithholdOne(people);
}

}  // namespace probity::policy
