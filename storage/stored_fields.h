// Single fields of a stored message, without parsing the rest: a supplier is
// sent as it is stored, but some of its fields decide what happens.
#ifndef PROBITY_STORAGE_STORED_FIELDS_H_
#define PROBITY_STORAGE_STORED_FIELDS_H_

#include <functional>

#include "absl/strings/string_view.h"

namespace probity::storage {

// Called with the number and the bytes of a field that has a length: a message,
// string or bytes. False ends the reading as a fault.
using FieldVisitor = std::function<bool(int number, absl::string_view value)>;

// Visits such fields of a serialised message in their order; others are passed
// over. False when the bytes are no message, or `visit` said so.
bool VisitFields(absl::string_view message, const FieldVisitor& visit);

}  // namespace probity::storage

#endif  // PROBITY_STORAGE_STORED_FIELDS_H_
