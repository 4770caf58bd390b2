// What an upsert makes of a vendor number: the entry to store.
#ifndef PROBITY_SCREENING_VENDOR_ENTRY_H_
#define PROBITY_SCREENING_VENDOR_ENTRY_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "base/identifiers.h"
#include "google/protobuf/timestamp.pb.h"
#include "probity/v1/vendor.pb.h"
#include "storage/store.h"

namespace probity::screening {

// Who changes it, and when: from the call, never from the request.
struct SetBy {
  std::string principal;
  google::protobuf::Timestamp at;
};

// The entry to store for `asked`, which replaces `before`. Equal to `before`, who and
// when included, where nothing changes. What somebody confirmed, or an identifier
// made certain, stays bound to the records it was bound to, so that no later import
// closes silently what is open again: only a person's word, another identifier, or
// removing the entry first.
//   INVALID_ARGUMENT / INVALID_FIELD, LIMIT_EXCEEDED, UNKNOWN_IDENTIFIER_SCHEME;
//   NOT_FOUND / SUPPLIER_NOT_FOUND, RECORD_NOT_FOUND
absl::StatusOr<v1::Vendor> MakeVendorEntry(const storage::View& view,
                                           const IdentifierCatalogue& identifiers,
                                           const v1::Vendor& asked,
                                           const std::optional<v1::Vendor>& before,
                                           const SetBy& set_by);

}  // namespace probity::screening

#endif  // PROBITY_SCREENING_VENDOR_ENTRY_H_
