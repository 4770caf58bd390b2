// Compares what a load brings with what a view holds, and writes the
// difference as a change set. Memory is bounded by 16 bytes a key.
#ifndef PROBITY_STORAGE_CHANGE_SET_H_
#define PROBITY_STORAGE_CHANGE_SET_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "probity/v1/dataset_service.pb.h"
#include "probity/v1/record.pb.h"
#include "storage/store.h"

namespace probity::storage {

// How a load relates to what is there.
struct LoadSpec {
  std::string dataset;  // bare id; must exist in the view
  probity::v1::LoadMode mode = probity::v1::LOAD_MODE_FULL_EDITION;
  // Full day; required for DELISTED, optional for RETRACTED.
  probity::v1::Date edition;
  // Facts of the edition: retrieved_at, checked_at, sha256.
  probity::v1::SourceEdition facts;
  // True: a full edition older than the active one is compared all the same. Where absence
  // means DELISTED it takes its place in time, as a BACKFILL; else it becomes the active one.
  bool allow_older = false;
};

// True for an edition before the active one.
bool IsOlderEdition(const v1::DatasetState& state, const LoadSpec& spec);

class ChangeSetBuilder {
 public:
  // `directory` takes the file; it must exist. `base` must outlive the builder.
  //   NOT_FOUND / DATASET_NOT_FOUND
  //   FAILED_PRECONDITION / EDITION_REQUIRED, OLDER_EDITION (an edition older
  //   than the active one, outside BACKFILL and unless allowed), MODE_NOT_ALLOWED
  //   (BACKFILL of a RETRACTED dataset)
  static absl::StatusOr<std::unique_ptr<ChangeSetBuilder>> Create(const View& base,
                                                                  const LoadSpec& spec,
                                                                  const std::string& directory);
  virtual ~ChangeSetBuilder() = default;

  // One row of the load, its identifiers normalised; what was redacted of its record is
  // left out. ALREADY_EXISTS / ROW_KEY_DUPLICATE when an earlier row has the same key: the row is
  // refused, the builder goes on.
  virtual absl::Status Add(const probity::v1::Record& record) = 0;
  // An explicit removal, for DELTA. NOT_FOUND / RECORD_NOT_FOUND.
  virtual absl::Status Remove(absl::string_view key) = 0;
  // Ends the comparison; for full editions what was not added is absent.
  virtual absl::StatusOr<ChangeSet> Finish() = 0;
  // So far.
  virtual const probity::v1::LoadCounts& counts() const = 0;
};

// The change set that creates a dataset. INVALID_ARGUMENT / INVALID_FIELD. To publish it is
// ABORTED / LOAD_CONFLICT where there is one of that name, whoever may see it.
absl::StatusOr<ChangeSet> NewDatasetChangeSet(const probity::v1::Dataset& dataset);
// The same, and ALREADY_EXISTS / DATASET_EXISTS where `base` shows one of that name.
absl::StatusOr<ChangeSet> NewDatasetChangeSet(const View& base,
                                              const probity::v1::Dataset& dataset);

// A change set that changes no record: `after` is what `before` becomes.
ChangeSet ChangeSetWithoutRows(const v1::DatasetState& before, v1::DatasetState after);

// Reads a change set's rows; checks that their keys rise, and the digest when
// the end is reached. DATA_LOSS / STORE_CORRUPT.
class ChangeRowReader {
 public:
  static absl::StatusOr<std::unique_ptr<ChangeRowReader>> Open(const ChangeSet& changes);
  virtual ~ChangeRowReader() = default;
  // False at the end.
  virtual absl::StatusOr<bool> Next(v1::ChangeRow* row) = 0;
  // Where the row that came last ends in the file, in bytes.
  virtual uint64_t place() const = 0;
};

}  // namespace probity::storage

#endif  // PROBITY_STORAGE_CHANGE_SET_H_
