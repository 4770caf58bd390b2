#include "evidence/act.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/hash.h"
#include "evidence/forms.h"
#include "evidence/merkle.h"
#include "evidence/signed_bytes.h"

namespace probity::evidence {
namespace {

Finding CheckFormat(const v1::ActReceipt& receipt) {
  if (receipt.format() == kActReceiptFormat && !HasUnknownFields(receipt)) return {};
  return {v1::EVIDENCE_FAULT_UNKNOWN_FORMAT,
          absl::StrCat("the receipt of an act has format ", receipt.format(),
                       " or fields that this release does not know; use a newer one")};
}

// Empty when each field has its form.
std::string MalformedField(const v1::ActReceipt& receipt) {
  int64_t time_us = 0;
  if (receipt.act().empty()) return "act";
  if (!ToMicros(receipt.time(), &time_us)) return "time";
  if (receipt.salt().size() != kSaltBytes) return "salt";
  const bool same_tree = receipt.inclusion().tree_size() == receipt.head().tree_size();
  return same_tree ? "" : "inclusion.tree_size";
}

bool IsIncluded(const v1::ActReceipt& receipt) {
  const RecordedAct recorded{receipt.act(), MicrosOf(receipt.time()), receipt.core(),
                             receipt.salt()};
  const auto& hashes = receipt.inclusion().hashes();
  return VerifyInclusion(receipt.inclusion().leaf_index(), receipt.head().tree_size(),
                         LeafHashOf(recorded), {hashes.begin(), hashes.end()},
                         receipt.head().root_hash()) &&
         MicrosOf(receipt.time()) <= MicrosOf(receipt.head().time());
}

// What is in the log is what the receipt says; whether this release understands all of it is
// another question.
Finding ReadCore(const v1::ActReceipt& receipt, v1::ActCore* core) {
  if (core->ParseFromString(receipt.core()) && !HasUnknownFields(*core)) return {};
  return {v1::EVIDENCE_FAULT_UNKNOWN_FORMAT,
          "the act is in the log, but says what this release does not know; use a newer one"};
}

Finding FirstFault(const v1::ActReceipt& receipt, const Trust& trust, v1::ActCore* core) {
  if (Finding finding = CheckFormat(receipt); !finding.ok()) return finding;
  if (const std::string field = MalformedField(receipt); !field.empty()) {
    return {v1::EVIDENCE_FAULT_MALFORMED,
            absl::StrCat("the field ", field, " is missing, malformed or contradicts the head")};
  }
  if (Finding head = CheckHead(receipt.head(), receipt.keys(), trust); !head.ok()) return head;
  if (!IsIncluded(receipt)) {
    return {v1::EVIDENCE_FAULT_NOT_INCLUDED,
            "the proof does not lead from the act to the root that the log signed"};
  }
  return ReadCore(receipt, core);
}

void FillInProven(const v1::ActReceipt& receipt, v1::ActCore core,
                  v1::ActVerification* verification) {
  verification->set_act(receipt.act());
  *verification->mutable_core() = std::move(core);
  *verification->mutable_time() = receipt.time();
  verification->set_log_id(receipt.head().log_id());
  verification->set_leaf_index(receipt.inclusion().leaf_index());
  verification->set_tree_size(receipt.head().tree_size());
  *verification->mutable_head_time() = receipt.head().time();
  verification->set_key_id(receipt.head().key_id());
}

}  // namespace

std::string LeafHashOf(const RecordedAct& recorded) {
  const Act act{recorded.name, recorded.time_us, Sha256(recorded.core)};
  return LeafHash(Commitment(recorded.salt, act));
}

v1::ActReceipt MakeActReceipt(const RecordedAct& recorded, const v1::InclusionProof& inclusion,
                              const v1::LogHead& head, const v1::KeyHistory& keys) {
  v1::ActReceipt receipt;
  receipt.set_format(kActReceiptFormat);
  receipt.set_act(recorded.name);
  *receipt.mutable_time() = ToTimestamp(recorded.time_us);
  receipt.set_core(recorded.core);
  receipt.set_salt(recorded.salt);
  *receipt.mutable_inclusion() = inclusion;
  *receipt.mutable_head() = head;
  *receipt.mutable_keys() = keys;
  return receipt;
}

Finding ParseActReceipt(absl::string_view file, v1::ActReceipt* receipt) {
  Finding read = ParseEitherForm(file, receipt);
  if (!read.ok()) return read;
  receipt->mutable_keys();  // no statements, whether said or left out
  return CheckFormat(*receipt);
}

v1::ActVerification VerifyActReceipt(const v1::ActReceipt& receipt, const Trust& trust) {
  v1::ActVerification verification;
  v1::ActCore core;
  Finding finding = FirstFault(receipt, trust, &core);
  verification.set_fault(finding.fault);
  verification.set_explanation(finding.explanation);
  if (finding.ok()) FillInProven(receipt, std::move(core), &verification);
  return verification;
}

v1::ActVerification VerifyActReceiptFile(absl::string_view file, const Trust& trust) {
  v1::ActReceipt receipt;
  Finding finding = ParseActReceipt(file, &receipt);
  if (finding.ok()) return VerifyActReceipt(receipt, trust);
  v1::ActVerification verification;
  verification.set_fault(finding.fault);
  verification.set_explanation(std::move(finding.explanation));
  return verification;
}

}  // namespace probity::evidence
