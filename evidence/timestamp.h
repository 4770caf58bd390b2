// Time stamp tokens of RFC 3161, over OpenSSL: asked of an authority, verified
// against the certificates that it is trusted by.
#ifndef PROBITY_EVIDENCE_TIMESTAMP_H_
#define PROBITY_EVIDENCE_TIMESTAMP_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "probity/v1/evidence.pb.h"

namespace probity::evidence {

// What an authority is asked to stamp.
struct TimestampQuery {
  std::string sha256;      // 32 bytes
  std::string policy_oid;  // "1.2.3.4"; empty: the authority's own, or not looked at
  std::string nonce;       // 8 bytes; empty: none, or not looked at
};
// What is asked for a head: SHA-256 of its signed bytes.
std::string TimestampedDigest(const v1::LogHead& head);
// A TimeStampReq in DER. It asks for the authority's certificate, so that tokens are
// verified without fetching anything.
std::string EncodeTimestampQuery(const TimestampQuery& query);

// The token in an authority's answer, both in DER; or what the authority says.
absl::StatusOr<std::string> TokenOfAnswer(absl::string_view answer);

// INVALID_ARGUMENT / INVALID_FIELD, naming `field`: no certificate in PEM, no OID.
absl::Status CheckCertificates(absl::string_view pem, absl::string_view field);
absl::Status CheckPolicyOid(absl::string_view oid, absl::string_view field);

// What a token says.
struct Timestamped {
  int64_t time_us = 0;
  std::string authority;  // subject of the certificate that signed
};
// Verifies that the token stamps what `query` names, and that it was signed by a
// certificate for time stamping that chains to one of `ca_pem`, as of the token's
// own time. INVALID_ARGUMENT with the reason in one sentence.
absl::StatusOr<Timestamped> VerifyTimestamp(absl::string_view token, const TimestampQuery& query,
                                            absl::string_view ca_pem);

}  // namespace probity::evidence

#endif  // PROBITY_EVIDENCE_TIMESTAMP_H_
