// Any bytes as the receipt of an act: they prove the one act that is known, or nothing.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "absl/strings/string_view.h"
#include "base/hash.h"
#include "evidence/act.h"
#include "evidence/testing.h"

namespace {

void Require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace probity::evidence;  // NOLINT: a fuzz target is one function
  static const auto* trust = new Trust{{TestKey(0).public_key()}, {}};
  static const auto* log = new TestLog(TestLog::WithActs(9));
  static const auto* genuine =
      new probity::v1::ActReceipt(log->ActReceipt(4, log->Head(9, TestKey(0)), {}));
  const absl::string_view in(reinterpret_cast<const char*>(data), size);
  const auto verified = VerifyActReceiptFile(in, *trust);
  probity::v1::ActReceipt receipt, again;
  if (!ParseActReceipt(in, &receipt).ok()) {
    Require(verified.fault() != probity::v1::EVIDENCE_FAULT_NONE);
    return 0;
  }
  const std::string binary = probity::CanonicalBytes(receipt);
  Require(ParseActReceipt(binary, &again).ok() && probity::CanonicalBytes(again) == binary);
  if (verified.fault() != probity::v1::EVIDENCE_FAULT_NONE) {
    Require(verified.act().empty() && !verified.has_core());
    return 0;
  }
  Require(receipt.act() == genuine->act() && receipt.core() == genuine->core());
  Require(receipt.salt() == genuine->salt());
  Require(probity::CanonicalBytes(receipt.head()) == probity::CanonicalBytes(genuine->head()));
  return 0;
}
