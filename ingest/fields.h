// The columns of probity-csv, and how a cell becomes a field of a record.
// docs/FORMATS.md describes them for users; mapped-csv maps onto them.
#ifndef PROBITY_INGEST_FIELDS_H_
#define PROBITY_INGEST_FIELDS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "google/protobuf/descriptor.h"
#include "ingest/importer.h"
#include "probity/v1/record.pb.h"

namespace probity::ingest {

// How a publisher writes dates and truth.
struct ValueForms {
  // strptime forms of full days, tried in order; empty: ISO 8601 alone.
  std::vector<std::string> date_forms;
  std::vector<std::string> true_words = {"true", "yes", "y", "1"};
  std::vector<std::string> false_words = {"false", "no", "n", "0"};
  // Between the values of a cell that may hold several; empty: it holds one.
  std::string separator = "|";
  // Knows the codes of countries at the end of whole addresses. Borrowed; nullptr: none is known.
  const Countries* countries = nullptr;
};

// Where the values of one column go.
struct Field {
  std::string column;
  // Field numbers are resolved once; [0] of a repeated message is its first
  // element, a repeated field at the end takes several values.
  std::vector<const google::protobuf::FieldDescriptor*> path;
};

// The kinds of rows: "supplier", "site", "certification", "audit", "risk_flag",
// "legal_measure", "link", and "remove", which has no columns but the key.
bool IsRecordType(absl::string_view type);
// nullptr when rows of this type have no such column.
const Field* FindField(absl::string_view type, absl::string_view column);
// All columns of rows of this type, in order of name; none for another type.
std::vector<const Field*> FieldsOf(absl::string_view type);
// True when rows of any type have it.
bool IsColumn(absl::string_view column);
// "supplier, site, …" for messages.
std::string RecordTypeList();

// Adds a cell, which is not empty, to the record. A fault names the column.
std::optional<RowFault> SetField(const Field& field, absl::string_view value,
                                 const ValueForms& forms, v1::Record* record);

}  // namespace probity::ingest

#endif  // PROBITY_INGEST_FIELDS_H_
