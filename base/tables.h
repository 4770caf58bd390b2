// The project's own small tables under data/, read once at start.
#ifndef PROBITY_BASE_TABLES_H_
#define PROBITY_BASE_TABLES_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace probity {

// Rows of an RFC 4180 CSV text with a header line: column name -> value. Lines
// that start with '#' are comments. INVALID_ARGUMENT names line and fault. For
// the small tables in data/ only; loads are read by ingest/.
using TableRow = std::map<std::string, std::string>;
absl::StatusOr<std::vector<TableRow>> ParseTable(absl::string_view csv);

// Whole file. NOT_FOUND names the path.
absl::StatusOr<std::string> ReadFile(const std::string& path);

// ISO 3166: alpha-2 codes and English names, and the shape of 3166-2 codes.
// Reads data/countries.csv (alpha2, name, other_names separated by "|").
class Countries {
 public:
  static absl::StatusOr<Countries> FromCsv(absl::string_view csv);
  bool IsCountry(absl::string_view alpha2) const;
  // "US" or "US-MA": the part before the dash must be a country.
  bool IsCountryOrSubdivision(absl::string_view code) const;
  // Alpha-2 of an English or customary name, alpha-2 or alpha-3 code in any
  // case ("Burma" -> MM, "England" -> GB); empty when unknown.
  std::string FromName(absl::string_view name) const;

 private:
  std::map<std::string, std::string> by_name_;
  std::map<std::string, std::string> by_code_;
};

}  // namespace probity

#endif  // PROBITY_BASE_TABLES_H_
