// What users type, turned into the words of the API. Every function returns
// INVALID_ARGUMENT with a message that shows the right form.
#ifndef PROBITY_CLI_PARSE_H_
#define PROBITY_CLI_PARSE_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "probity/v1/certification_service.pb.h"
#include "probity/v1/common.pb.h"
#include "probity/v1/dataset_service.pb.h"

namespace probity::cli {

// "2024-05-31": a day that exists.
absl::StatusOr<v1::Date> ParseDay(absl::string_view text);

// "2024-05-31", "2024-05" or "2024": as exactly as it is known.
absl::StatusOr<v1::Date> ParseDate(absl::string_view text);

// "0.7": a number from 0 to 1.
absl::StatusOr<double> ParseScore(absl::string_view text);

// "XI-LEI:529900T8BM49AURSDO55". The scheme is upper-cased; all behind the
// first colon is the value.
absl::StatusOr<v1::Identifier> ParseIdentifier(absl::string_view text);

// The text as it is.
absl::StatusOr<std::string> ParseText(absl::string_view text);

// "in" and "IN" both are IN.
absl::StatusOr<std::string> ParseCountry(absl::string_view text);

// SHA-256 in hex or base64 -> its 32 bytes.
absl::StatusOr<std::string> ParseDigest(absl::string_view text);

// "eu" and "policies/eu" both are policies/eu.
absl::StatusOr<std::string> ParsePolicy(absl::string_view text);

// A whole number of 0 or more.
absl::StatusOr<int> ParseCount(absl::string_view text);

// "suppliers/ID", "datasets/D/records/KEY" or SCHEME:VALUE.
absl::StatusOr<v1::SubjectRef> ParseSubject(absl::string_view text);
// "SAP-PRD/1000/0004711"; "SAP-PRD//0004711" without a company code.
absl::StatusOr<v1::VendorNumber> ParseVendor(absl::string_view text);

// "5205"; "90910000" or "90910000-9", whose check digit is dropped.
absl::StatusOr<v1::CommodityCode> ParseHs(absl::string_view code);
absl::StatusOr<v1::CommodityCode> ParseCpv(absl::string_view code);

// "HS:5205", "CPV:90910000-9" (the check digit is dropped) or a publisher's
// words.
absl::StatusOr<v1::CommodityCode> ParseCommodity(absl::string_view text);

// "FSC_COC", "AMFORI_BSCI:C", "RSPO_SCC::SEGREGATED": scheme, least grade,
// weakest chain-of-custody model.
absl::StatusOr<v1::AcceptedScheme> ParseAcceptedScheme(absl::string_view text);

// "d" and "datasets/d" both name datasets/d.
absl::StatusOr<std::string> ParseDatasetName(absl::string_view text);

// The value of an enum by its name without prefix, in any case, with - or _.
absl::StatusOr<int> ParseEnum(const google::protobuf::EnumDescriptor* type, absl::string_view text);
template <typename Enum>
absl::StatusOr<Enum> ParseEnum(absl::string_view text) {
  const auto value = ParseEnum(google::protobuf::GetEnumDescriptor<Enum>(), text);
  if (!value.ok()) return value.status();
  return static_cast<Enum>(*value);
}

}  // namespace probity::cli

#endif  // PROBITY_CLI_PARSE_H_
