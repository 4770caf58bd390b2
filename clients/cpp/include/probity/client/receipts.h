// Receipts of decisions and of acts of administration, verified without a server by the code of
// "probity decision verify" and "probity log verify-act", and so with the same answer
// (docs/EVIDENCE.md).
#ifndef PROBITY_CLIENT_RECEIPTS_H_
#define PROBITY_CLIENT_RECEIPTS_H_

#include <string>
#include <vector>

#include "probity/client/result.h"
#include "probity/v1/act.pb.h"
#include "probity/v1/evidence.pb.h"

namespace probity::client {

// What the verifier brings along.
struct TrustedLog {
  // From ParseKeys().
  std::vector<std::string> public_keys;
  // What else is known of the log's keys, for example revocations since.
  v1::KeyHistory history;
  // Certificates, PEM, that an authority for time stamps must chain to. Empty: time stamps are
  // not looked at.
  std::string timestamp_ca_pem;
};

// The raw keys in a text of one or more "BEGIN PUBLIC KEY" blocks, or of 64 hexadecimal digits.
// They come from the log's operator, never from who sent the receipt.
Result<std::vector<std::string>> ParseKeys(const std::string& text);

// Whether the content of a receipt's file, in either form, proves that its decision stands in the
// log. Of a bad receipt, fault and explanation say what is wrong; other fields are set only when
// it is proven.
v1::ReceiptVerification VerifyReceipt(const std::string& file, const TrustedLog& trusted);
// The same of a receipt as GetReceipt gives it.
v1::ReceiptVerification VerifyReceipt(const v1::Receipt& receipt, const TrustedLog& trusted);

// Whether the content of a file of an act's receipt, in either form, proves that the act of
// administration stands in the log; as "probity log verify-act". Time stamps are not in it.
v1::ActVerification VerifyActReceipt(const std::string& file, const TrustedLog& trusted);
// The same of a receipt as GetActReceipt gives it.
v1::ActVerification VerifyActReceipt(const v1::ActReceipt& receipt, const TrustedLog& trusted);

// True for EVIDENCE_FAULT_NONE alone; a verification that says nothing is no proof.
bool IsProven(const v1::ReceiptVerification& verification);
bool IsProven(const v1::ActVerification& verification);

}  // namespace probity::client

#endif  // PROBITY_CLIENT_RECEIPTS_H_
