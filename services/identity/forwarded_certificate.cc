#include "services/identity/forwarded_certificate.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "services/rpc/identity_source.h"

namespace probity::identity {
namespace {

using Metadata = std::multimap<grpc::string_ref, grpc::string_ref>;

constexpr char kCertificate[] = "client-cert";
constexpr char kChain[] = "client-cert-chain";
constexpr size_t kPemColumns = 64;

bool IsBase64(char c) { return absl::ascii_isalnum(c) || c == '+' || c == '/' || c == '='; }

absl::StatusOr<std::optional<absl::string_view>> OnlyOne(const Metadata& metadata,
                                                         const char* name) {
  const auto [first, end] = metadata.equal_range(name);
  if (first == end) return std::nullopt;
  if (std::next(first) != end) {
    return rpc::NotIdentified(absl::StrCat("the call carries \"", name, "\" twice: send one"));
  }
  return absl::string_view(first->second.data(), first->second.size());
}

// Adds ":BASE64:" as PEM. It is not decoded: certificates that were seen are known by their PEM.
absl::Status AddPem(absl::string_view item, const char* name, std::string* pem) {
  absl::string_view base64 = absl::StripAsciiWhitespace(item);
  const bool delimited = absl::ConsumePrefix(&base64, ":") && absl::ConsumeSuffix(&base64, ":");
  if (!delimited || base64.empty() || !std::all_of(base64.begin(), base64.end(), &IsBase64)) {
    return rpc::NotIdentified(absl::StrCat("the metadata \"", name,
                                           "\" is not \":BASE64:\" of a certificate's DER, as RFC "
                                           "9440 has it"));
  }
  absl::StrAppend(pem, "-----BEGIN CERTIFICATE-----\n");
  for (; !base64.empty(); base64.remove_prefix(std::min(base64.size(), kPemColumns))) {
    absl::StrAppend(pem, base64.substr(0, kPemColumns), "\n");
  }
  absl::StrAppend(pem, "-----END CERTIFICATE-----\n");
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::optional<ForwardedCertificate>> ForwardedCertificateOf(
    const Metadata& metadata) {
  const auto certificate = OnlyOne(metadata, kCertificate);
  if (!certificate.ok()) return certificate.status();
  const auto chain = OnlyOne(metadata, kChain);
  if (!chain.ok()) return chain.status();
  if (!certificate->has_value() && !chain->has_value()) return std::nullopt;
  if (!certificate->has_value()) {
    return rpc::NotIdentified(
        absl::StrCat("the call carries \"", kChain, "\" without \"", kCertificate, "\""));
  }
  ForwardedCertificate forwarded;
  absl::Status read = AddPem(**certificate, kCertificate, &forwarded.certificate);
  if (read.ok() && chain->has_value()) {
    for (const absl::string_view item : absl::StrSplit(**chain, ',')) {
      read = AddPem(item, kChain, &forwarded.between);
      if (!read.ok()) break;
    }
  }
  if (!read.ok()) return read;
  return forwarded;
}

}  // namespace probity::identity
