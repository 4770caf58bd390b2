#include "policy/event_period.h"

#include "absl/strings/match.h"

namespace probity::policy {
namespace {

// The date from which a period counts.
struct Start {
  DayNumber first = kMinDay;   // from which the ground is there
  DayNumber counts = kMinDay;  // from which its period counts
  bool known = false;
};

Start StartOf(bool has, const v1::Date& date) {
  if (!has || !IsValidDate(date)) return {};
  return {FirstDay(date), LastDay(date), true};
}

// An event that has no end goes on, or its end is not known: nothing can be
// counted from it.
Start EndOf(const v1::DateInterval& event) {
  if (!event.has_to() || !IsValidInterval(event)) return {};
  const DayNumber last = LastDay(event.to()) - (IsFullDay(event.to()) ? 1 : 0);
  return {event.has_from() ? FirstDay(event.from()) : last, last, true};
}

// The listing that holds on the day, else the last.
const v1::DateInterval* ListingOn(const google::protobuf::RepeatedPtrField<v1::DateInterval>& all,
                                  DayNumber day) {
  const v1::DateInterval* last = nullptr;
  for (const v1::DateInterval& interval : all) {
    if (!IsValidInterval(interval)) continue;
    if (Contains(interval, day)) return &interval;
    last = &interval;
  }
  return last;
}

Start ListedFrom(const v1::ListedRiskFlag& fact, DayNumber day) {
  const v1::DateInterval* listing = ListingOn(fact.listing_intervals(), day);
  return listing == nullptr ? Start() : StartOf(listing->has_from(), listing->from());
}

Start FindStart(v1::EventDate from, const v1::ListedRiskFlag& fact, DayNumber day) {
  const v1::RiskFlag& flag = fact.flag();
  const v1::LegalMeasure& measure = fact.legal_measure();
  switch (from) {
    case v1::EVENT_DATE_EVENT_END:
      return EndOf(flag.event());
    case v1::EVENT_DATE_DECIDED_ON:
      if (flag.has_decided_on()) return StartOf(true, flag.decided_on());
      return StartOf(measure.has_decided_on(), measure.decided_on());
    case v1::EVENT_DATE_REPORTED_ON:
      return StartOf(flag.has_reported_on(), flag.reported_on());
    case v1::EVENT_DATE_LISTED_FROM:
      return ListedFrom(fact, day);
    case v1::EVENT_DATE_IN_FORCE_FROM:
      return StartOf(measure.in_force().has_from(), measure.in_force().from());
    default:
      return {};
  }
}

const char* FieldOf(v1::EventDate from) {
  switch (from) {
    case v1::EVENT_DATE_EVENT_END:
      return "flag.event.to";
    case v1::EVENT_DATE_DECIDED_ON:
      return "flag.decided_on";
    case v1::EVENT_DATE_REPORTED_ON:
      return "flag.reported_on";
    case v1::EVENT_DATE_LISTED_FROM:
      return "listing_intervals.from";
    default:
      return "legal_measure.in_force.from";
  }
}

DayNumber DayAfter(const v1::Date& to) { return IsFullDay(to) ? FirstDay(to) : LastDay(to) + 1; }

// The end that the record itself states; kMaxDay when it states none.
DayNumber StatedEnd(const v1::ListedRiskFlag& fact, DayNumber day) {
  const v1::DateInterval* listing = ListingOn(fact.flag().listing_intervals(), day);
  if (listing != nullptr && listing->has_to()) return DayAfter(listing->to());
  const v1::DateInterval& in_force = fact.legal_measure().in_force();
  return in_force.has_to() && IsValidInterval(in_force) ? DayAfter(in_force.to()) : kMaxDay;
}

v1::EventDate CountedFrom(const v1::LegalPeriod& law) {
  if (absl::StartsWith(law.counted_from_field(), "event")) return v1::EVENT_DATE_EVENT_END;
  if (law.counted_from_field() == "decided_on") return v1::EVENT_DATE_DECIDED_ON;
  if (law.counted_from_field() == "in_force.from") return v1::EVENT_DATE_IN_FORCE_FROM;
  return v1::EVENT_DATE_LISTED_FROM;
}

v1::GroundPeriod GroundOf(const v1::EventPeriod& period, const Start& start, DayNumber ends,
                          bool stated) {
  v1::GroundPeriod ground;
  ground.set_from(period.from());
  if (start.known) *ground.mutable_starts() = DateOf(start.counts);
  *ground.mutable_ends() = DateOf(ends);
  ground.set_stated(stated);
  if (stated) return ground;
  ground.set_years(period.years());
  ground.set_months(period.months());
  return ground;
}

}  // namespace

PeriodOnDay PeriodOn(const v1::EventPeriod& period, const v1::ListedRiskFlag& fact, DayNumber day) {
  PeriodOnDay result;
  const Start start = FindStart(period.from(), fact, day);
  const DayNumber stated = period.unless_stated() ? StatedEnd(fact, day) : kMaxDay;
  if (!start.known && stated == kMaxDay) {
    result.missing = FieldOf(period.from());
    return result;
  }
  result.known = true;
  result.begins = start.first;
  result.ends =
      stated != kMaxDay ? stated : AddMonths(start.counts, 12 * period.years() + period.months());
  result.holds = result.begins <= day && day < result.ends;
  if (result.holds) result.ground = GroundOf(period, start, result.ends, stated != kMaxDay);
  return result;
}

bool HasEventDate(v1::EventDate from, const v1::ListedRiskFlag& fact, DayNumber day) {
  return FindStart(from, fact, day).known;
}

v1::GroundPeriod ListingPeriod(const v1::ListedRiskFlag& fact, DayNumber day) {
  v1::GroundPeriod ground;
  const v1::DateInterval* listing = ListingOn(fact.listing_intervals(), day);
  if (listing == nullptr || !Contains(*listing, day)) return ground;
  ground.set_from(v1::EVENT_DATE_LISTED_FROM);
  if (listing->has_from()) *ground.mutable_starts() = DateOf(LastDay(listing->from()));
  if (!listing->has_to()) return ground;
  *ground.mutable_ends() = DateOf(DayAfter(listing->to()));
  const v1::LegalPeriod& law = fact.legal_period();
  ground.set_stated(!fact.has_legal_period() || law.still_listed());
  if (ground.stated()) return ground;
  ground.set_from(CountedFrom(law));
  ground.set_years(law.years());
  if (law.has_counted_from()) *ground.mutable_starts() = law.counted_from();
  return ground;
}

}  // namespace probity::policy
