// Whether a signed head may be believed: whom the verifier trusts, where the
// log's own statements about its keys lead from there, and what two heads prove
// together. Everything is checked from the bytes alone.
//
// Trust goes from a key to the one that it names as its follower, never back. A
// revoked key is trusted for heads up to the size that the revocation names, and
// so are the followers that it named up to there: after a theft the next key has
// to be published anew. A revocation only takes trust away, so one counts
// whenever its signature is right and its signer belongs to the log.
#ifndef PROBITY_EVIDENCE_TRUST_H_
#define PROBITY_EVIDENCE_TRUST_H_

#include <string>
#include <vector>

#include "probity/v1/evidence.pb.h"

namespace probity::evidence {

// What the verifier brings along.
struct Trust {
  // Raw public keys of the log that came another way: from its operator's
  // publication, not from the log itself.
  std::vector<std::string> public_keys;
  // What else is known of its keys, for example revocations since.
  v1::KeyHistory history;
  // Certificates, PEM, that an authority for time stamps must chain to. Empty: time
  // stamps are not looked at.
  std::string timestamp_ca_pem = {};
};

// What is wrong; nothing by default.
struct Finding {
  v1::EvidenceFault fault = v1::EVIDENCE_FAULT_NONE;
  // One English sentence without a full stop; empty where nothing is wrong.
  std::string explanation;

  bool ok() const { return fault == v1::EVIDENCE_FAULT_NONE; }
};

// `came_with`: the keys in the receipt or checkpoint of the head. Gives
// MALFORMED, KEY_STATEMENT, KEY_NOT_TRUSTED, KEY_REVOKED, KEY_NOT_IN_USE,
// HEAD_SIGNATURE.
Finding CheckHead(const v1::LogHead& head, const v1::KeyHistory& came_with, const Trust& trust);

// Whether `newer` continues the log that `older` was the head of. Both heads are
// checked, with the keys that came with `newer`. A log that was put back from a backup
// continues the one before it as far as the backup went. Gives, beside the faults above,
// NOT_CONSISTENT.
Finding CheckConsistency(const v1::LogHead& older, const v1::LogCheckpoint& newer,
                         const Trust& trust);

}  // namespace probity::evidence

#endif  // PROBITY_EVIDENCE_TRUST_H_
