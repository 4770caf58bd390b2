// Which fields of a record can tell something of a person. One table, and a test that no
// field of Record is missing in it.
#ifndef PROBITY_STORAGE_REDACTION_FIELDS_H_
#define PROBITY_STORAGE_REDACTION_FIELDS_H_

#include <optional>

#include "google/protobuf/descriptor.h"

namespace probity::storage {

enum class PersonalField {
  kNever,   // says nothing of a person, or is what history stands on: stays
  kAlways,  // goes whole with every redaction that names no fields
  // What ties a fact to its subject, or to the document that proves it: goes only where it
  // is named, because a verdict may go with it.
  kIfNamed,
  kInside,  // a message that holds some of these
};

// nullopt: a text or message that the table does not know. Numbers, enums and truth
// values are kNever.
std::optional<PersonalField> PersonalFieldOf(const google::protobuf::FieldDescriptor& field);

}  // namespace probity::storage

#endif  // PROBITY_STORAGE_REDACTION_FIELDS_H_
