// Datasets that the server makes itself, for what an authority itself says. One a
// kind and authority, owned by it, so that the mask of every view covers them, and
// history, replay and crash safety are those of all records.
#ifndef PROBITY_STORAGE_OWN_DATASETS_H_
#define PROBITY_STORAGE_OWN_DATASETS_H_

#include <string>

#include "absl/strings/string_view.h"
#include "probity/v1/dataset_service.pb.h"

namespace probity::storage {

// The dataset as it is created. `authority` is "authorities/{a}", or empty for
// callers without one: theirs is owned by nobody, so that every view holds it, but
// only theirs reads it as its own.
probity::v1::Dataset OwnDataset(probity::v1::DatasetKind kind, absl::string_view authority);

// Its bare id: "probity-vendors", and with an authority "-" and 16 hex digits.
std::string OwnDatasetId(probity::v1::DatasetKind kind, absl::string_view authority);

// Key of a vendor's record: system, company code and number, joined by "|"; "%" and
// "|" inside them are written as in URLs. Different numbers have different keys.
std::string VendorKey(const probity::v1::VendorNumber& number);

// Keys of a portfolio and of one of its members, of their ids: "textiles" and
// "textiles|0004711". Neither id holds a "|".
std::string PortfolioKey(absl::string_view portfolio);
std::string MemberKey(absl::string_view portfolio, absl::string_view member);

// True for the bare ids that are kept for such datasets.
bool IsReservedDatasetId(absl::string_view id);

}  // namespace probity::storage

#endif  // PROBITY_STORAGE_OWN_DATASETS_H_
