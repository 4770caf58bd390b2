// Instants between microseconds, as they are stored, and messages, as they are sent.
#ifndef PROBITY_BASE_TIMESTAMPS_H_
#define PROBITY_BASE_TIMESTAMPS_H_

#include <cstdint>

#include "google/protobuf/timestamp.pb.h"

namespace probity {

// Microseconds since 1970, not before.
inline google::protobuf::Timestamp TimestampOfMicros(int64_t micros) {
  google::protobuf::Timestamp timestamp;
  timestamp.set_seconds(micros / 1000000);
  timestamp.set_nanos(static_cast<int32_t>(micros % 1000000) * 1000);
  return timestamp;
}

// What is finer than a microsecond is left out.
inline int64_t MicrosOf(const google::protobuf::Timestamp& timestamp) {
  return timestamp.seconds() * 1000000 + timestamp.nanos() / 1000;
}

}  // namespace probity

#endif  // PROBITY_BASE_TIMESTAMPS_H_
