#include "cli/utc_day.h"

#include "absl/time/civil_time.h"
#include "absl/time/time.h"

namespace probity::cli {
namespace {

google::protobuf::Timestamp MomentOf(absl::CivilDay day) {
  google::protobuf::Timestamp moment;
  moment.set_seconds(absl::ToUnixSeconds(absl::FromCivil(day, absl::UTCTimeZone())));
  return moment;
}

}  // namespace

google::protobuf::Timestamp StartOfDay(const v1::Date& day) {
  return MomentOf(absl::CivilDay(day.year(), day.month(), day.day()));
}

google::protobuf::Timestamp EndOfDay(const v1::Date& day) {
  return MomentOf(absl::CivilDay(day.year(), day.month(), day.day()) + 1);
}

}  // namespace probity::cli
