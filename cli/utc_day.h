// Days as moments, for requests that ask by time. All in UTC.
#ifndef PROBITY_CLI_UTC_DAY_H_
#define PROBITY_CLI_UTC_DAY_H_

#include "google/protobuf/timestamp.pb.h"
#include "probity/v1/common.pb.h"

namespace probity::cli {

// 00:00 of the day, and of the one behind it.
google::protobuf::Timestamp StartOfDay(const v1::Date& day);
google::protobuf::Timestamp EndOfDay(const v1::Date& day);

}  // namespace probity::cli

#endif  // PROBITY_CLI_UTC_DAY_H_
