// The matcher: tables, normaliser, comparer and their version in one object.
#ifndef PROBITY_MATCHING_MATCHER_H_
#define PROBITY_MATCHING_MATCHER_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "matching/compare.h"
#include "matching/name.h"
#include "matching/tables.h"

namespace probity::matching {

// Immutable and safe to share between threads.
class Matcher {
 public:
  // Reads the four tables from `data_dir`, the rarity of words from `rarity_file`
  // unless that is empty. NOT_FOUND names the file, INVALID_ARGUMENT table, row
  // and fault.
  static absl::StatusOr<Matcher> Load(const std::string& data_dir,
                                      const std::string& rarity_file = "");
  static absl::StatusOr<Matcher> FromTexts(const TableTexts& texts);

  NormalizedName Normalize(absl::string_view name, Kind kind) const;
  int Score(const NormalizedName& query, const NormalizedName& candidate) const;
  int Explain(const NormalizedName& query, const NormalizedName& candidate,
              std::vector<Row>* rows) const;

  // "names/1 " and 12 hex digits over code version, parameters, tables and ICU.
  const std::string& version() const { return version_; }
  const Tables& tables() const { return tables_; }

 private:
  explicit Matcher(Tables tables);

  Tables tables_;
  std::string version_;
};

}  // namespace probity::matching

#endif  // PROBITY_MATCHING_MATCHER_H_
