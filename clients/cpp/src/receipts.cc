#include "probity/client/receipts.h"

#include "absl/strings/ascii.h"
#include "absl/strings/string_view.h"
#include "evidence/act.h"
#include "evidence/keys.h"
#include "evidence/receipt.h"

namespace probity::client {
namespace {

constexpr absl::string_view kEnd = "-----END";

evidence::Trust ToTrust(const TrustedLog& trusted) {
  return {trusted.public_keys, trusted.history, trusted.timestamp_ca_pem};
}

// Up to the end of the line that ends the first block; the whole text where none does.
absl::string_view FirstBlock(absl::string_view text) {
  const size_t end = text.find(kEnd);
  if (end == absl::string_view::npos) return text;
  return text.substr(0, text.find('\n', end));
}

}  // namespace

Result<std::vector<std::string>> ParseKeys(const std::string& text) {
  std::vector<std::string> keys;
  absl::string_view left = absl::StripAsciiWhitespace(text);
  do {
    const absl::string_view block = FirstBlock(left);
    auto key = evidence::ParsePublicKey(block, "keys");
    if (!key.ok()) {
      Error error;
      error.code = grpc::StatusCode::INVALID_ARGUMENT;
      error.message = std::string(key.status().message());
      error.is_configuration = true;
      return error;
    }
    keys.push_back(*std::move(key));
    left = absl::StripAsciiWhitespace(left.substr(block.size()));
  } while (!left.empty());
  return keys;
}

v1::ReceiptVerification VerifyReceipt(const std::string& file, const TrustedLog& trusted) {
  return evidence::VerifyReceiptFile(file, ToTrust(trusted));
}

v1::ReceiptVerification VerifyReceipt(const v1::Receipt& receipt, const TrustedLog& trusted) {
  return evidence::VerifyReceipt(receipt, ToTrust(trusted));
}

v1::ActVerification VerifyActReceipt(const std::string& file, const TrustedLog& trusted) {
  return evidence::VerifyActReceiptFile(file, ToTrust(trusted));
}

v1::ActVerification VerifyActReceipt(const v1::ActReceipt& receipt, const TrustedLog& trusted) {
  return evidence::VerifyActReceipt(receipt, ToTrust(trusted));
}

bool IsProven(const v1::ReceiptVerification& verification) {
  return verification.fault() == v1::EVIDENCE_FAULT_NONE;
}

bool IsProven(const v1::ActVerification& verification) {
  return verification.fault() == v1::EVIDENCE_FAULT_NONE;
}

}  // namespace probity::client
