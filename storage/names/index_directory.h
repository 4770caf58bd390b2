// The files of the name index: segments, and one state that says which of them
// make up the index.
//
//   NAMES           "PBNAMIX1" . SHA-256 of the rest, raw . NameIndexState
//   <number>.names  a segment (index/segment_tables.h), never changed
//
// A file is written under another name, synced, renamed, and the directory
// synced: what the state names is whole. Files that it does not name are left
// over from a write that was cut off and are deleted.
#ifndef PROBITY_STORAGE_NAMES_INDEX_DIRECTORY_H_
#define PROBITY_STORAGE_NAMES_INDEX_DIRECTORY_H_

#include <atomic>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "storage/names/snapshot.h"

namespace probity::storage {

// To whom an index belongs.
struct IndexIdentity {
  std::string store_lineage;
  std::string matcher_version;
};

// Write() is thread-safe; the others are one thread's at a time.
class IndexDirectory {
 public:
  // `path` is made when its parent is there.
  explicit IndexDirectory(std::string path);

  // The saved index, its files mapped and verified.
  //   NOT_FOUND            there is none
  //   FAILED_PRECONDITION  it is of another store or matcher
  //   DATA_LOSS            names what is torn, and where
  absl::StatusOr<Snapshot> Load(const IndexIdentity& identity);

  // Writes and maps a segment. Here and in Save(): RESOURCE_EXHAUSTED / DISK_FULL,
  // FAILED_PRECONDITION / STORE_NOT_WRITABLE.
  absl::StatusOr<IndexSegment> Write(absl::string_view segment);

  // Replaces the state. All segments of `snapshot` are files.
  absl::Status Save(const IndexIdentity& identity, const Snapshot& snapshot);

  // Whether the saved state names the file.
  bool IsSaved(const std::string& file) const { return saved_.count(file) > 0; }

  // Paths of all segment files, named or not.
  std::vector<std::string> All() const;

  // Files that neither the saved state nor `in_use` names; and their deletion.
  // Those that Write() makes meanwhile may be among them.
  std::vector<std::string> Unnamed(const Snapshot& in_use) const;
  void Delete(const std::vector<std::string>& files) const;
  // Behind it what was deleted is gone for good.
  absl::Status Sync() const;

 private:
  std::string PathOf(absl::string_view file) const;
  absl::Status WriteFile(absl::string_view file, absl::string_view bytes) const;

  const std::string path_;
  std::atomic<uint64_t> next_{1};
  std::set<std::string> saved_;  // files that the saved state names
};

}  // namespace probity::storage

#endif  // PROBITY_STORAGE_NAMES_INDEX_DIRECTORY_H_
