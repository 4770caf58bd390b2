// What the two kinds of GLEIF golden-copy files have in common. Private to
// gleif_*.cc.
#ifndef PROBITY_INGEST_GLEIF_H_
#define PROBITY_INGEST_GLEIF_H_

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "ingest/csv_reader.h"
#include "ingest/importer.h"

namespace probity::ingest::gleif {

// Columns by name. Golden copies have some 230, most of them empty, and new
// ones come with each version of GLEIF's format: unknown ones are passed over.
class Columns {
 public:
  explicit Columns(const std::vector<std::string>& names);

  bool Has(const std::string& name) const { return at_.count(name) > 0; }
  // Position for Cell(); kAbsent when the file lacks the column.
  static constexpr size_t kAbsent = ~size_t{0};
  size_t Find(const std::string& name) const;
  // INVALID_ARGUMENT / MISSING_COLUMN names all of `needed` that are absent.
  absl::Status Require(const InputFile& file, const std::vector<std::string>& needed) const;

 private:
  std::map<std::string, size_t> at_;
};

// The cell at a position of Columns::Find; empty for kAbsent.
inline absl::string_view Cell(const CsvReader::Values& values, size_t at) {
  return at == Columns::kAbsent ? absl::string_view() : values[at];
}

// The day that an instant begins with, as it is written: "2018-11-09T…" and
// "2018-11-09". Milliseconds since 1970 are read as UTC. False when it is none.
bool ReadDay(absl::string_view text, v1::Date* day);
// The same for an optional cell: true when it is empty or was read.
bool ReadDayIfAny(absl::string_view text, const std::function<v1::Date*()>& mutable_day);

// What is wrong with a cell.
RowFault NotADay(const char* column, absl::string_view text);
RowFault UnknownValue(const char* column, absl::string_view text);

// Number of an enum's value by its name behind `prefix`; GLEIF's dashes are
// underscores here. -1 when the enum has no such value.
template <typename Enum>
int EnumNumber(bool (*parse)(const std::string&, Enum*), const char* prefix,
               absl::string_view text) {
  std::string name = prefix + std::string(text);
  for (char& c : name) {
    if (c == '-') c = '_';
  }
  Enum value;
  return parse(name, &value) ? static_cast<int>(value) : -1;
}

// Scheme of org-id.guide by GLEIF's code of a registration authority, as
// data/registration_authorities.csv has it.
using RegisterSchemes = std::map<std::string, std::string, std::less<>>;
absl::StatusOr<RegisterSchemes> ReadRegisterSchemes(const Tables& tables);

// Level-1 records become suppliers.
absl::Status ReadEntities(const RegisterSchemes& schemes, const InputFile& file,
                          const Columns& columns, CsvReader* reader, RowSink* sink);
// Relationship records become links.
absl::Status ReadRelationships(const InputFile& file, const Columns& columns, CsvReader* reader,
                               RowSink* sink);

}  // namespace probity::ingest::gleif

#endif  // PROBITY_INGEST_GLEIF_H_
