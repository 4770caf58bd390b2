// How one item of a bulk answer says what went wrong with it.
#ifndef PROBITY_BASE_ITEM_ERROR_H_
#define PROBITY_BASE_ITEM_ERROR_H_

#include "absl/status/status.h"
#include "probity/v1/common.pb.h"

namespace probity {

// Code, reason, message and, where the status names one, field (base/errors.h).
v1::ItemError ToItemError(const absl::Status& status);

}  // namespace probity

#endif  // PROBITY_BASE_ITEM_ERROR_H_
