// Acts of administration as leaves of the log: their receipts, made by the log, verified by
// anybody with its public keys alone. Receipts of decisions are receipt.h's.
#ifndef PROBITY_EVIDENCE_ACT_H_
#define PROBITY_EVIDENCE_ACT_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "evidence/trust.h"
#include "probity/v1/act.pb.h"

namespace probity::evidence {

inline constexpr uint32_t kActReceiptFormat = 1;

// A leaf of an act as the log holds it.
struct RecordedAct {
  // [authorities/{authority}/]acts/{act}
  std::string name;
  int64_t time_us = 0;
  std::string core;  // serialised v1::ActCore
  std::string salt;
};
// Hash of its leaf.
std::string LeafHashOf(const RecordedAct& recorded);

// `keys`: all that the log said of its keys.
v1::ActReceipt MakeActReceipt(const RecordedAct& recorded, const v1::InclusionProof& inclusion,
                              const v1::LogHead& head, const v1::KeyHistory& keys);

// Reads either form of a file. UNREADABLE and UNKNOWN_FORMAT (a field of a newer release,
// which could not be verified).
Finding ParseActReceipt(absl::string_view file, v1::ActReceipt* receipt);

// Whether the receipt proves that the act stands in the log: the first fault of the way from
// the file to the trusted key.
v1::ActVerification VerifyActReceipt(const v1::ActReceipt& receipt, const Trust& trust);
// The same from a file.
v1::ActVerification VerifyActReceiptFile(absl::string_view file, const Trust& trust);

}  // namespace probity::evidence

#endif  // PROBITY_EVIDENCE_ACT_H_
