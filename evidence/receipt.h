// Receipts: made by the log, verified by anybody with its public keys alone.
//
// The bytes behind each digest of Receipt.parts, in the words of signed_bytes.h:
//
//   DECISION, CORE, BUNDLE_DIGEST, SALT   the field's bytes
//   TIME        the number
//   INCLUSION   leaf_index . tree_size . each hash as a field
//   HEAD        the signed bytes as a field . signature as a field
//   KEYS        the same of each rotation, then of each revocation
//   TIMESTAMP   head and inclusion as above, each as a field . token as a field;
//               only where there is one
#ifndef PROBITY_EVIDENCE_RECEIPT_H_
#define PROBITY_EVIDENCE_RECEIPT_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "evidence/trust.h"
#include "probity/v1/evidence.pb.h"

namespace probity::evidence {

inline constexpr uint32_t kReceiptFormat = 1;

// A decision as the log holds it.
struct RecordedDecision {
  std::string name;
  int64_t time_us = 0;
  std::string core;
  std::string bundle_digest;
  std::string salt;
};
// Hash of its leaf.
std::string LeafHashOf(const RecordedDecision& recorded);

// `keys`: all that the log said of its keys. `timestamp`: a stamped head with the
// proof that the decision is in it; absent: there is none.
v1::Receipt MakeReceipt(const RecordedDecision& recorded, const v1::InclusionProof& inclusion,
                        const v1::LogHead& head, const v1::KeyHistory& keys,
                        const std::optional<v1::TimestampedHead>& timestamp = std::nullopt);

// The two forms of a file.
std::string ReceiptToJson(const v1::Receipt& receipt);
std::string ReceiptToBinary(const v1::Receipt& receipt);
// Reads either form. UNREADABLE and UNKNOWN_FORMAT (a field of a newer release,
// which could not be verified).
Finding ParseReceipt(absl::string_view file, v1::Receipt* receipt);

// Whether the receipt proves that the decision stands in the log. Never more than
// one fault: the first of the way from the file to the trusted key.
v1::ReceiptVerification VerifyReceipt(const v1::Receipt& receipt, const Trust& trust);
// The same from a file.
v1::ReceiptVerification VerifyReceiptFile(absl::string_view file, const Trust& trust);

}  // namespace probity::evidence

#endif  // PROBITY_EVIDENCE_RECEIPT_H_
