// Any bytes as a receipt: they are refused unless they are the one receipt that
// is known, in one of its forms; what parses survives its binary form.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "absl/strings/string_view.h"
#include "evidence/receipt.h"
#include "evidence/testing.h"

namespace {

void Require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace probity::evidence;  // NOLINT: a fuzz target is one function
  static const auto* trust = new Trust{{TestKey(0).public_key()}, {}};
  static const auto* log = new TestLog(9);
  static const auto* genuine =
      new std::string(ReceiptToBinary(log->Receipt(4, log->Head(9, TestKey(0)), {})));
  const absl::string_view in(reinterpret_cast<const char*>(data), size);
  const auto verified = VerifyReceiptFile(in, *trust);
  probity::v1::Receipt receipt, again;
  if (!ParseReceipt(in, &receipt).ok()) {
    Require(verified.fault() != probity::v1::EVIDENCE_FAULT_NONE);
    return 0;
  }
  const std::string binary = ReceiptToBinary(receipt);
  Require(ParseReceipt(binary, &again).ok() && ReceiptToBinary(again) == binary);
  Require((verified.fault() == probity::v1::EVIDENCE_FAULT_NONE) == (binary == *genuine));
  return 0;
}
