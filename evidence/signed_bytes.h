// The bytes that are hashed and signed. This comment is the format.
//
//   field    length as u32, big-endian, then that many bytes
//   number   a field of 8 bytes, big-endian
//   time     the number of microseconds since 1970-01-01T00:00:00Z
//
// Every text begins with a field that says what it is, so that none can be taken
// for another one; each is a concatenation of fields, in this order:
//
//   head        "probity.v1.LogHead" . log_id . tree_size . root_hash . time . key_id
//   rotation    "probity.v1.KeyRotation" . log_id . from_key . to_key . tree_size . time
//   revocation  "probity.v1.KeyRevocation" . log_id . key_id . last_trusted_tree_size .
//               time . signer_key
//   continuation  "probity.v1.LogContinuation" . log_id . text of the previous head . its
//               signature . time . accepted_by . accept_time, 0 where it is absent .
//               signer_key
//   decision    "probity.v1.Decision" . decision . time . bundle_digest . SHA-256(core)
//   act         "probity.v1.Act" . act . time . SHA-256(core)
//
// Signatures are Ed25519 over the text itself. The *commitment* of a decision or act is
// SHA-256(salt . its text), with a salt of 32 bytes and no length in front of it;
// the data of its leaf are the commitment, so the leaf's hash is
// SHA-256(0x00 . commitment). Salts all have one length, so that the first field tells
// leaves of the two kinds apart, too.
//
// The format never changes. Another one would have another first field.
#ifndef PROBITY_EVIDENCE_SIGNED_BYTES_H_
#define PROBITY_EVIDENCE_SIGNED_BYTES_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "google/protobuf/timestamp.pb.h"
#include "probity/v1/evidence.pb.h"

namespace probity::evidence {

inline constexpr size_t kSaltBytes = 32;
inline constexpr size_t kLogIdBytes = 16;

void AppendField(absl::string_view bytes, std::string* out);
void AppendNumber(uint64_t number, std::string* out);

std::string HeadBytes(const v1::LogHead& head);
std::string RotationBytes(const v1::KeyRotation& rotation);
std::string RevocationBytes(const v1::KeyRevocation& revocation);
std::string ContinuationBytes(const v1::LogContinuation& continuation);

// What a leaf stands for.
struct Decision {
  std::string name;
  int64_t time_us = 0;
  std::string bundle_digest;
  std::string core_digest;
};
std::string DecisionBytes(const Decision& decision);
std::string Commitment(absl::string_view salt, const Decision& decision);

// What the other kind of leaf stands for.
struct Act {
  std::string name;
  int64_t time_us = 0;
  std::string core_digest;
};
std::string ActBytes(const Act& act);
std::string Commitment(absl::string_view salt, const Act& act);

// Instants are whole microseconds in the years 1 to 9999.
google::protobuf::Timestamp ToTimestamp(int64_t time_us);
// False for any other instant; `time_us` is then 0.
bool ToMicros(const google::protobuf::Timestamp& time, int64_t* time_us);
// The same for one that is known to be right.
int64_t MicrosOf(const google::protobuf::Timestamp& time);

}  // namespace probity::evidence

#endif  // PROBITY_EVIDENCE_SIGNED_BYTES_H_
