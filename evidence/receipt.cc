#include "evidence/receipt.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/hash.h"
#include "evidence/forms.h"
#include "evidence/keys.h"
#include "evidence/merkle.h"
#include "evidence/signed_bytes.h"
#include "evidence/timestamp.h"

namespace probity::evidence {
namespace {

using v1::ReceiptPart;

// Part, its name in sentences, its bytes, whether it is there.
struct Part {
  ReceiptPart part;
  absl::string_view name;
  std::string (*bytes)(const v1::Receipt&);
  bool (*is_there)(const v1::Receipt&) = [](const v1::Receipt&) { return true; };
};

std::string TimeBytes(const v1::Receipt& receipt) {
  std::string out;
  AppendNumber(static_cast<uint64_t>(MicrosOf(receipt.time())), &out);
  return out;
}

std::string BytesOf(const v1::InclusionProof& inclusion) {
  std::string out;
  AppendNumber(inclusion.leaf_index(), &out);
  AppendNumber(inclusion.tree_size(), &out);
  for (const std::string& hash : inclusion.hashes()) AppendField(hash, &out);
  return out;
}

std::string BytesOf(const v1::LogHead& head) {
  std::string out;
  AppendField(HeadBytes(head), &out);
  AppendField(head.signature(), &out);
  return out;
}

std::string TimestampBytes(const v1::Receipt& receipt) {
  std::string out;
  AppendField(BytesOf(receipt.timestamp().head()), &out);
  AppendField(BytesOf(receipt.timestamp().inclusion()), &out);
  AppendField(receipt.timestamp().token(), &out);
  return out;
}

std::string KeysBytes(const v1::Receipt& receipt) {
  std::string out;
  for (const v1::KeyRotation& rotation : receipt.keys().rotations()) {
    AppendField(RotationBytes(rotation), &out);
    AppendField(rotation.signature(), &out);
  }
  for (const v1::KeyRevocation& revocation : receipt.keys().revocations()) {
    AppendField(RevocationBytes(revocation), &out);
    AppendField(revocation.signature(), &out);
  }
  return out;
}

constexpr Part kParts[] = {
    {v1::RECEIPT_PART_DECISION, "decision", [](const v1::Receipt& r) { return r.decision(); }},
    {v1::RECEIPT_PART_TIME, "time", &TimeBytes},
    {v1::RECEIPT_PART_CORE, "core", [](const v1::Receipt& r) { return r.core(); }},
    {v1::RECEIPT_PART_BUNDLE_DIGEST, "bundle digest",
     [](const v1::Receipt& r) { return r.bundle_digest(); }},
    {v1::RECEIPT_PART_SALT, "salt", [](const v1::Receipt& r) { return r.salt(); }},
    {v1::RECEIPT_PART_INCLUSION, "inclusion proof",
     [](const v1::Receipt& r) { return BytesOf(r.inclusion()); }},
    {v1::RECEIPT_PART_HEAD, "head", [](const v1::Receipt& r) { return BytesOf(r.head()); }},
    {v1::RECEIPT_PART_KEYS, "keys", &KeysBytes},
    {v1::RECEIPT_PART_TIMESTAMP, "time stamp", &TimestampBytes,
     [](const v1::Receipt& r) { return r.has_timestamp(); }}};

std::vector<Part> AlteredParts(const v1::Receipt& receipt) {
  std::vector<Part> altered;
  for (const Part& part : kParts) {
    bool fits = false, is_said = false;
    for (const v1::PartDigest& said : receipt.parts()) {
      is_said = is_said || said.part() == part.part;
      fits = fits || (said.part() == part.part && said.sha256() == Sha256(part.bytes(receipt)));
    }
    if (!fits && (is_said || part.is_there(receipt))) altered.push_back(part);
  }
  return altered;
}

// Each part once, in order, and nothing else.
bool IsPartTableWhole(const v1::Receipt& receipt) {
  int at = 0;
  for (const Part& part : kParts) {
    if (!part.is_there(receipt)) continue;
    if (at == receipt.parts_size() || receipt.parts(at++).part() != part.part) return false;
  }
  return at == receipt.parts_size();
}

Finding Wrong(v1::EvidenceFault fault, std::string explanation) {
  return {fault, std::move(explanation)};
}

Finding CheckFormat(const v1::Receipt& receipt) {
  if (receipt.format() == kReceiptFormat && !HasUnknownFields(receipt)) return {};
  return Wrong(v1::EVIDENCE_FAULT_UNKNOWN_FORMAT,
               absl::StrCat("the receipt has format ", receipt.format(),
                            " or fields that this release does not know; use a newer one"));
}

// Empty when each field has its form.
std::string MalformedField(const v1::Receipt& receipt) {
  int64_t time_us = 0;
  if (receipt.decision().empty()) return "decision";
  if (!ToMicros(receipt.time(), &time_us)) return "time";
  if (receipt.bundle_digest().size() != kHashBytes) return "bundle_digest";
  if (receipt.salt().size() != kSaltBytes) return "salt";
  const bool same_tree = receipt.inclusion().tree_size() == receipt.head().tree_size();
  return same_tree ? "" : "inclusion.tree_size";
}

bool IsIncluded(const v1::Receipt& receipt, const v1::InclusionProof& inclusion,
                const v1::LogHead& head) {
  const RecordedDecision recorded{receipt.decision(), MicrosOf(receipt.time()), receipt.core(),
                                  receipt.bundle_digest(), receipt.salt()};
  const auto& hashes = inclusion.hashes();
  return VerifyInclusion(inclusion.leaf_index(), head.tree_size(), LeafHashOf(recorded),
                         {hashes.begin(), hashes.end()}, head.root_hash()) &&
         MicrosOf(receipt.time()) <= MicrosOf(head.time());
}

Finding CheckInclusion(const v1::Receipt& receipt) {
  if (IsIncluded(receipt, receipt.inclusion(), receipt.head())) return {};
  return Wrong(v1::EVIDENCE_FAULT_NOT_INCLUDED,
               "the proof does not lead from the decision to the root that the log signed");
}

// Head, proof and token of a time stamp; `stamped` is what the token says.
Finding CheckTimestamp(const v1::Receipt& receipt, const Trust& trust, Timestamped* stamped) {
  const v1::TimestampedHead& timestamp = receipt.timestamp();
  if (Finding head = CheckHead(timestamp.head(), receipt.keys(), trust); !head.ok()) {
    return Wrong(v1::EVIDENCE_FAULT_TIMESTAMP,
                 absl::StrCat("the stamped head does not hold: ", head.explanation));
  }
  const bool same_log = timestamp.head().log_id() == receipt.head().log_id();
  if (!same_log || !IsIncluded(receipt, timestamp.inclusion(), timestamp.head())) {
    return Wrong(v1::EVIDENCE_FAULT_TIMESTAMP, "the decision is not in the head that was stamped");
  }
  auto verified = VerifyTimestamp(timestamp.token(), {TimestampedDigest(timestamp.head()), "", ""},
                                  trust.timestamp_ca_pem);
  if (!verified.ok()) {
    return Wrong(v1::EVIDENCE_FAULT_TIMESTAMP, std::string(verified.status().message()));
  }
  *stamped = *std::move(verified);
  return {};
}

bool LooksAtTimestamp(const v1::Receipt& receipt, const Trust& trust) {
  return receipt.has_timestamp() && !trust.timestamp_ca_pem.empty();
}

Finding FirstFault(const v1::Receipt& receipt, const Trust& trust, bool is_as_issued,
                   Timestamped* stamped) {
  if (Finding finding = CheckFormat(receipt); !finding.ok()) return finding;
  if (const std::string field = MalformedField(receipt); !field.empty()) {
    return Wrong(
        v1::EVIDENCE_FAULT_MALFORMED,
        absl::StrCat("the field ", field, " is missing, malformed or contradicts the head"));
  }
  Finding head = CheckHead(receipt.head(), receipt.keys(), trust);
  if (!head.ok()) return head;
  if (Finding finding = CheckInclusion(receipt); !finding.ok()) return finding;
  if (LooksAtTimestamp(receipt, trust)) {
    if (Finding finding = CheckTimestamp(receipt, trust, stamped); !finding.ok()) return finding;
  }
  if (is_as_issued) return {};
  return Wrong(v1::EVIDENCE_FAULT_PART_DIGESTS,
               "the decision is in the log, but the receipt's table of digests was changed");
}

// Adds which parts were changed, or that the change was covered up.
std::string Explain(const Finding& finding, const std::vector<Part>& altered) {
  if (finding.fault == v1::EVIDENCE_FAULT_PART_DIGESTS || altered.empty()) {
    return finding.explanation;
  }
  const auto name = [](std::string* out, const Part& part) { absl::StrAppend(out, part.name); };
  return absl::StrCat(finding.explanation, "; changed since the receipt was issued: ",
                      absl::StrJoin(altered, ", ", name));
}

void FillInProven(const v1::Receipt& receipt, v1::ReceiptVerification* verification) {
  verification->set_decision(receipt.decision());
  *verification->mutable_time() = receipt.time();
  verification->set_log_id(receipt.head().log_id());
  verification->set_leaf_index(receipt.inclusion().leaf_index());
  verification->set_tree_size(receipt.head().tree_size());
  *verification->mutable_head_time() = receipt.head().time();
  verification->set_key_id(receipt.head().key_id());
}

void FillInTimestamp(const v1::Receipt& receipt, const Trust& trust, const Timestamped& stamped,
                     v1::ReceiptVerification* verification) {
  verification->set_timestamp(receipt.has_timestamp() ? v1::TIMESTAMP_STATE_NOT_VERIFIED
                                                      : v1::TIMESTAMP_STATE_NONE);
  if (!LooksAtTimestamp(receipt, trust)) return;
  verification->set_timestamp(v1::TIMESTAMP_STATE_VERIFIED);
  *verification->mutable_timestamp_time() = ToTimestamp(stamped.time_us);
  verification->set_timestamp_authority(stamped.authority);
}

}  // namespace

std::string LeafHashOf(const RecordedDecision& recorded) {
  return LeafHash(Commitment(recorded.salt, {recorded.name, recorded.time_us,
                                             recorded.bundle_digest, Sha256(recorded.core)}));
}

v1::Receipt MakeReceipt(const RecordedDecision& recorded, const v1::InclusionProof& inclusion,
                        const v1::LogHead& head, const v1::KeyHistory& keys,
                        const std::optional<v1::TimestampedHead>& timestamp) {
  v1::Receipt receipt;
  receipt.set_format(kReceiptFormat);
  receipt.set_decision(recorded.name);
  *receipt.mutable_time() = ToTimestamp(recorded.time_us);
  receipt.set_core(recorded.core);
  receipt.set_bundle_digest(recorded.bundle_digest);
  receipt.set_salt(recorded.salt);
  *receipt.mutable_inclusion() = inclusion;
  *receipt.mutable_head() = head;
  *receipt.mutable_keys() = keys;
  if (timestamp.has_value()) *receipt.mutable_timestamp() = *timestamp;
  for (const Part& part : kParts) {
    if (!part.is_there(receipt)) continue;
    v1::PartDigest* digest = receipt.add_parts();
    digest->set_part(part.part);
    digest->set_sha256(Sha256(part.bytes(receipt)));
  }
  return receipt;
}

std::string ReceiptToJson(const v1::Receipt& receipt) { return JsonForm(receipt); }

std::string ReceiptToBinary(const v1::Receipt& receipt) { return CanonicalBytes(receipt); }

Finding ParseReceipt(absl::string_view file, v1::Receipt* receipt) {
  Finding read = ParseEitherForm(file, receipt);
  if (!read.ok()) return read;
  receipt->mutable_keys();  // no statements, whether said or left out
  return CheckFormat(*receipt);
}

v1::ReceiptVerification VerifyReceipt(const v1::Receipt& receipt, const Trust& trust) {
  v1::ReceiptVerification verification;
  const std::vector<Part> altered = AlteredParts(receipt);
  Timestamped stamped;
  const Finding finding =
      FirstFault(receipt, trust, altered.empty() && IsPartTableWhole(receipt), &stamped);
  verification.set_fault(finding.fault);
  verification.set_explanation(Explain(finding, altered));
  if (finding.ok()) {
    FillInProven(receipt, &verification);
    FillInTimestamp(receipt, trust, stamped, &verification);
  } else {
    for (const Part& part : altered) verification.add_altered_parts(part.part);
  }
  return verification;
}

v1::ReceiptVerification VerifyReceiptFile(absl::string_view file, const Trust& trust) {
  v1::Receipt receipt;
  const Finding finding = ParseReceipt(file, &receipt);
  if (finding.ok()) return VerifyReceipt(receipt, trust);
  v1::ReceiptVerification verification;
  verification.set_fault(finding.fault);
  verification.set_explanation(finding.explanation);
  return verification;
}

}  // namespace probity::evidence
