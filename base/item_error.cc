#include "base/item_error.h"

#include <string>

#include "base/errors.h"
#include "base/utf8.h"

namespace probity {

v1::ItemError ToItemError(const absl::Status& status) {
  v1::ItemError error;
  error.set_code(static_cast<int>(status.code()));
  if (ReasonOf(status) != v1::ERROR_REASON_UNSPECIFIED) {
    error.set_reason(ReasonName(ReasonOf(status)));
  }
  error.set_message(ValidUtf8(status.message()));
  const ErrorMetadata metadata = MetadataOf(status);
  if (const auto field = metadata.find("field"); field != metadata.end()) {
    error.set_field(field->second);
  }
  return error;
}

}  // namespace probity
