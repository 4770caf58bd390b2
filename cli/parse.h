// What users type, turned into the words of the API. Every function returns
// INVALID_ARGUMENT with a message that shows the right form.
#ifndef PROBITY_CLI_PARSE_H_
#define PROBITY_CLI_PARSE_H_

#include <string>
#include "absl/strings/string_view.h"

#include "absl/status/statusor.h"
#include "probity/v1/certification_service.pb.h"
#include "probity/v1/common.pb.h"
#include "probity/v1/dataset_service.pb.h"

namespace probity::cli {

// "2024-05-31": a day that exists.
absl::StatusOr<v1::Date> ParseDay(absl::string_view text);

// "XI-LEI:529900T8BM49AURSDO55". The scheme is upper-cased; all behind the
// first colon is the value.
absl::StatusOr<v1::Identifier> ParseIdentifier(absl::string_view text);

// "suppliers/ID", "datasets/D/records/KEY" or SCHEME:VALUE.
absl::StatusOr<v1::SubjectRef> ParseSubject(absl::string_view text);

// "HS:5205", "CPV:90910000-9" (the check digit is dropped) or a publisher's
// words.
absl::StatusOr<v1::CommodityCode> ParseCommodity(absl::string_view text);

// "FSC_COC", "AMFORI_BSCI:C", "RSPO_SCC::SEGREGATED": scheme, least grade,
// weakest chain-of-custody model.
absl::StatusOr<v1::AcceptedScheme> ParseAcceptedScheme(absl::string_view text);

// "d" and "datasets/d" both name datasets/d.
std::string DatasetName(absl::string_view text);

// The value of an enum by its name without prefix, in any case, with - or _;
// `option` names the option in the message.
absl::StatusOr<int> ParseEnum(const google::protobuf::EnumDescriptor* type,
                              absl::string_view option, absl::string_view text);

}  // namespace probity::cli

#endif  // PROBITY_CLI_PARSE_H_
