// What two messages of one type have different, field by field.
#ifndef PROBITY_SCREENING_HISTORY_FIELD_DIFFERENCES_H_
#define PROBITY_SCREENING_HISTORY_FIELD_DIFFERENCES_H_

#include <string>

#include "google/protobuf/message.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "probity/v1/load_preview.pb.h"

namespace probity::screening {

// Appends the fields in which `before` and `after` differ, in order of the type's fields,
// each down to its texts, numbers, enums and dates. Texts stand as they are, dates as
// 2024-05-31, all else as in proto3 JSON. An absent message and an empty one are the same.
//
// Of a list, equal elements belong together wherever they stand, then those with the
// same id or scheme, then the others in their order. A path has the place of an element
// in `after`, of one that is gone that in `before`. Where elements only changed places,
// the path is that of the list and says where they were: "[1, 0]" for "[0, 1]".
void AddFieldDifferences(const std::string& path, const google::protobuf::Message& before,
                         const google::protobuf::Message& after,
                         google::protobuf::RepeatedPtrField<v1::FieldDifference>* differences);

}  // namespace probity::screening

#endif  // PROBITY_SCREENING_HISTORY_FIELD_DIFFERENCES_H_
