// What takes one dataset back to an earlier revision: a change set like that of a load,
// which becomes a revision of its own. Nothing of what came between is forgotten.
#ifndef PROBITY_STORAGE_ROLLBACK_H_
#define PROBITY_STORAGE_ROLLBACK_H_

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "storage/change_set.h"
#include "storage/store.h"

namespace probity::storage {

// OK when `dataset` (bare id) can be taken back from `head` to what it was in `target`.
//   NOT_FOUND / DATASET_NOT_FOUND  `head` has none
//   INVALID_ARGUMENT / INVALID_FIELD for revision: `target` has none, or the dataset was
//   not written since
absl::Status CheckRollback(const View& head, const View& target, absl::string_view dataset);

// Called between records; not ok ends the work with it.
using KeepGoing = std::function<absl::Status()>;

// The change set over `head` after which `dataset` (bare id) says what it says in
// `target`: records with the revision in which they first appeared, so that suppliers
// keep their ids, and the edition with its days and the times of its checks, so that it
// may be too old now. Title, marks and guard rails stay as they are in `head`. Reads
// what was changed in between, not the dataset. Its file comes into `directory`. Errors
// of CheckRollback() and of the store.
absl::StatusOr<ChangeSet> MakeRollback(const Store& store, const View& head, const View& target,
                                       absl::string_view dataset, const std::string& directory,
                                       const KeepGoing& keep_going);

}  // namespace probity::storage

#endif  // PROBITY_STORAGE_ROLLBACK_H_
