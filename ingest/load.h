// From the files of a load to a change set: read, validate, compare.
#ifndef PROBITY_INGEST_LOAD_H_
#define PROBITY_INGEST_LOAD_H_

#include <atomic>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ingest/importer.h"
#include "storage/change_set.h"
#include "storage/store.h"

namespace probity::ingest {

struct LoadFiles {
  const Format* format = nullptr;
  std::vector<InputFile> files;
  // Takes temporary files and the change set; it must exist.
  std::string directory;
  // Takes refused rows and warnings (ingest/rejected_rows.h). Written even when the load
  // fails.
  std::string rejected_path;
};

// Read by others while the load runs.
struct LoadProgress {
  std::atomic<uint64_t> rows_read{0};
  std::atomic<uint64_t> refused{0};
  std::atomic<uint64_t> warnings{0};
  std::atomic<uint64_t> bytes_read{0};
  // Among the refused: rows whose key another row has, rows with an unknown scheme.
  std::atomic<uint64_t> duplicate_keys{0};
  std::atomic<uint64_t> unknown_schemes{0};
  // Set by others: the load ends with CANCELLED.
  std::atomic<bool> give_up{false};
  // Required columns that no file had; to be read once the load has ended.
  std::vector<std::string> missing_columns;

  // Ready for another run.
  void Reset();
};

// Compares the files with `base`. The change set's counts hold refused rows and
// warnings too. Nothing is published, and nothing is judged: guard_rails.h does that.
//   what formats say of files, what ChangeSetBuilder says of modes and editions,
//   INVALID_ARGUMENT / EMPTY_FILE when there is no row in them, CANCELLED,
//   RESOURCE_EXHAUSTED / DISK_FULL.
absl::StatusOr<storage::ChangeSet> BuildChangeSet(const Tables& tables, const storage::View& base,
                                                  const storage::LoadSpec& spec,
                                                  const LoadFiles& load, LoadProgress* progress);

}  // namespace probity::ingest

#endif  // PROBITY_INGEST_LOAD_H_
