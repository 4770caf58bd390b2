// What one dataset says differently at two revisions. Masked as the views are.
#ifndef PROBITY_STORAGE_DIFF_H_
#define PROBITY_STORAGE_DIFF_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "storage/store.h"

namespace probity::storage {

// Whether a record says something else in one of its rows than in the other.
bool Differ(const std::optional<v1::RecordRow>& a, const std::optional<v1::RecordRow>& b);

// Reads the differences in order of key. What is in memory are the keys of one page, the rows
// that are read at once, and those that were given. Not thread-safe.
class DiffReader {
 public:
  // Borrows all of it. `from` may be the newer one: then what was added since is removed.
  DiffReader(const Store& store, const View& from, const View& to, std::string dataset)
      : store_(store), from_(from), to_(to), dataset_(std::move(dataset)) {}

  // The next records whose rows differ, at most `limit`; none: that was all.
  //   Errors of the store.
  absl::StatusOr<std::vector<RecordChange>> Next(size_t limit);

 private:
  absl::Status ReadKeys();
  // Of the next keys, those that differ.
  absl::Status ReadRows();

  const Store& store_;
  const View& from_;
  const View& to_;
  const std::string dataset_;
  std::vector<std::string> keys_;   // a page of them
  size_t next_ = 0;                 // place in keys_
  std::vector<RecordChange> rows_;  // read at once
  size_t given_ = 0;                // of rows_
  std::string last_;                // the last key of all pages so far
  bool all_read_ = false;
};

}  // namespace probity::storage

#endif  // PROBITY_STORAGE_DIFF_H_
