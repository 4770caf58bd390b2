// Keeps the name index in order while it is in use: merges its segments and
// saves them.
#ifndef PROBITY_STORAGE_NAMES_KEEPER_H_
#define PROBITY_STORAGE_NAMES_KEEPER_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "matching/matcher.h"
#include "storage/names/compactor.h"
#include "storage/names/index_directory.h"
#include "storage/names/shared_snapshot.h"
#include "storage/store.h"

namespace probity::storage {

// A segment of these bytes in memory.
absl::StatusOr<IndexSegment> InMemory(std::string bytes);

// Borrows what its parts point to. Run() is for one thread, the rest for any.
class Keeper {
 public:
  struct Parts {
    SharedSnapshot* shared = nullptr;
    IndexDirectory* directory = nullptr;  // nullptr: nothing is saved
    const Store* store = nullptr;
    const matching::Matcher* matcher = nullptr;
    IndexIdentity identity;
    size_t unsaved_bytes = 0;  // see NameIndexOptions
    absl::Duration unsaved_for;
    absl::Duration retry_after;
    std::function<void(absl::string_view)> log, warn;
  };
  explicit Keeper(Parts parts) : parts_(std::move(parts)), retry_after_(parts_.retry_after) {}

  // Until the snapshot is stopped; then saves what is new, if that is quickly
  // done.
  void Run();

  // A segment on disk or, where that cannot be written, in memory.
  absl::StatusOr<IndexSegment> OnDisk(std::string bytes);

  // Has the next snapshot saved at once, and files that it does not name deleted.
  void Hurry() { hurried_ = true; }

  // The revision that is saved; 0 none.
  uint64_t saved() const { return saved_; }
  void set_saved(uint64_t revision) { saved_ = revision; }

 private:
  bool IsDue(const Snapshot& snapshot) const;
  // kSmall saves nothing.
  void MergeAndSave(MergeScope scope);
  // False when it cannot be saved now.
  bool Save(const Snapshot& snapshot);
  void TellUnsaved(const absl::Status& why);
  // Deletes files that nothing names.
  void Tidy();
  Floor FloorNow() const;

  const Parts parts_;
  std::atomic<uint64_t> saved_{0};
  std::atomic<bool> hurried_{false};
  absl::Time due_ = absl::InfiniteFuture();       // to save what has waited
  absl::Time not_before_ = absl::InfinitePast();  // after a write that failed
  absl::Duration retry_after_;                    // the next one
  std::atomic<bool> told_{false};                 // that the disk cannot be written
  bool closing_ = false;
};

}  // namespace probity::storage

#endif  // PROBITY_STORAGE_NAMES_KEEPER_H_
