#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/civil_day.h"
#include "base/errors.h"
#include "base/utf8.h"
#include "ingest/formats.h"
#include "ingest/gleif.h"

namespace probity::ingest {
namespace gleif {

Columns::Columns(const std::vector<std::string>& names) {
  for (size_t i = 0; i < names.size(); ++i) at_.emplace(names[i], i);
}

size_t Columns::Find(const std::string& name) const {
  const auto found = at_.find(name);
  return found == at_.end() ? kAbsent : found->second;
}

absl::Status Columns::Require(const InputFile& file, const std::vector<std::string>& needed) const {
  std::vector<std::string> missing;
  for (const std::string& name : needed) {
    if (!Has(name)) missing.push_back(name);
  }
  if (missing.empty()) return absl::OkStatus();
  const std::string names = absl::StrJoin(missing, ", ");
  return MakeError(absl::StatusCode::kInvalidArgument, v1::ERROR_REASON_MISSING_COLUMN,
                   absl::StrCat(file.name, ":1: the file lacks ", names,
                                "; is it a golden copy of GLEIF's level-1 or relationship "
                                "records in CSV?"),
                   {{"file", file.name}, {"line", "1"}, {"column", names}});
}

bool ReadDay(absl::string_view text, v1::Date* day) {
  int64_t milliseconds = 0;
  constexpr int64_t kDay = int64_t{24} * 60 * 60 * 1000;
  constexpr int64_t kFarthest = int64_t{2'932'896} * kDay;  // 9999-12-31
  if (text.size() > 8 && absl::SimpleAtoi(text, &milliseconds)) {
    if (milliseconds < 0 || milliseconds > kFarthest) return false;
    *day = DateOf(static_cast<DayNumber>(milliseconds / kDay));
    return true;
  }
  if (text.size() > 10 && text[10] != 'T') return false;
  absl::StatusOr<v1::Date> read = ParseDate(text.substr(0, 10));
  if (!read.ok() || !IsFullDay(*read)) return false;
  *day = *std::move(read);
  return true;
}

bool ReadDayIfAny(absl::string_view text, const std::function<v1::Date*()>& mutable_day) {
  if (text.empty()) return true;
  v1::Date day;
  if (!ReadDay(text, &day)) return false;
  *mutable_day() = day;
  return true;
}

RowFault NotADay(const char* column, absl::string_view text) {
  return {v1::ERROR_REASON_ROW_DATE, column,
          absl::StrCat("\"", CutUtf8(text, 100), "\" is no day that exists")};
}

RowFault UnknownValue(const char* column, absl::string_view text) {
  return {v1::ERROR_REASON_ROW_VALUE, column,
          absl::StrCat("\"", CutUtf8(text, 100), "\" is no value of GLEIF that is known here")};
}

absl::StatusOr<RegisterSchemes> ReadRegisterSchemes(const Tables& tables) {
  const std::string path = tables.directory + "/registration_authorities.csv";
  absl::StatusOr<std::string> text = ReadFile(path);
  if (!text.ok()) return text.status();
  absl::StatusOr<std::vector<TableRow>> rows = ParseTable(*text);
  if (!rows.ok()) return rows.status();
  RegisterSchemes schemes;
  for (TableRow& row : *rows) {
    if (tables.identifiers.Find(row["scheme"]) == nullptr) {
      return absl::InvalidArgumentError(absl::StrCat(path, ": ", row["code"], ": the scheme \"",
                                                     row["scheme"],
                                                     "\" is not in "
                                                     "identifier_schemes.csv"));
    }
    schemes.emplace(row["code"], row["scheme"]);
  }
  return schemes;
}

}  // namespace gleif

absl::Status ReadGleifCsv(const Tables& tables, const Files& files, RowSink* sink) {
  auto schemes = gleif::ReadRegisterSchemes(tables);
  if (!schemes.ok()) return schemes.status();
  for (const InputFile& file : files) {
    auto reader = CsvReader::Open(file, {}, sink);
    if (!reader.ok()) return reader.status();
    const gleif::Columns columns((*reader)->columns());
    absl::Status read = columns.Has("Relationship.RelationshipType")
                            ? gleif::ReadRelationships(file, columns, reader->get(), sink)
                            : gleif::ReadEntities(*schemes, file, columns, reader->get(), sink);
    if (!read.ok()) return read;
  }
  return absl::OkStatus();
}

}  // namespace probity::ingest
