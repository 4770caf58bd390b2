// What a log signs: heads, rotations and revocations of its keys.
#ifndef PROBITY_EVIDENCE_STATEMENTS_H_
#define PROBITY_EVIDENCE_STATEMENTS_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "evidence/keys.h"
#include "probity/v1/evidence.pb.h"

namespace probity::evidence {

v1::LogHead SignHead(const SigningKey& key, absl::string_view log_id, uint64_t tree_size,
                     absl::string_view root_hash, int64_t time_us);

// Signed by the key that goes.
v1::KeyRotation SignRotation(const SigningKey& from, absl::string_view to_public_key,
                             absl::string_view log_id, uint64_t tree_size, int64_t time_us);

v1::KeyRevocation SignRevocation(const SigningKey& signer, absl::string_view key_id,
                                 absl::string_view log_id, uint64_t last_trusted_tree_size,
                                 int64_t time_us);

// Signed by the first key of the log that goes on. `accepted_by` empty: nobody has yet.
struct Continuation {
  std::string log_id;
  v1::LogHead previous_head;
  v1::KeyHistory previous_keys;
  int64_t time_us = 0;
  std::string accepted_by = {};
  int64_t accept_time_us = 0;
};
v1::LogContinuation SignContinuation(const SigningKey& key, const Continuation& said);

}  // namespace probity::evidence

#endif  // PROBITY_EVIDENCE_STATEMENTS_H_
