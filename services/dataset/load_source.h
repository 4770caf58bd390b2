// Where the change set of a load comes from: its files, an earlier revision, new settings,
// or a publisher who says that nothing changed.
#ifndef PROBITY_SERVICES_DATASET_LOAD_SOURCE_H_
#define PROBITY_SERVICES_DATASET_LOAD_SOURCE_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "ingest/load.h"
#include "probity/v1/load.pb.h"
#include "storage/store.h"

namespace probity::dataset {

// Makes the change set that takes a dataset (bare id) back to what it was at a revision;
// rows come into `directory`. `keep_going` ends it when it is not OK.
struct RollbackQuestion {
  const storage::View& base;
  std::string dataset;
  uint64_t target_revision = 0;
  std::string directory;
  std::function<absl::Status()> keep_going;
};
using RollbackMaker = std::function<absl::StatusOr<storage::ChangeSet>(const RollbackQuestion&)>;

// What sources work with; borrowed.
struct SourceTools {
  const ingest::Tables& tables;
  const RollbackMaker& rollback;
  absl::Time now;
};

struct SourcedChanges {
  storage::ChangeSet changes;
  // Guard rails that it breaks, and other reasons for a second person.
  std::vector<v1::LoadViolation> violations;
};

// The load's change set over `base`; its rows and its file of refused rows come into
// `directory`, where its own files are. Fills in their checksums.
//   what ingest::BuildChangeSet and a RollbackMaker say; INVALID_ARGUMENT / EMPTY_FILE
//   without files; NOT_FOUND / DATASET_NOT_FOUND.
absl::StatusOr<SourcedChanges> MakeChanges(const SourceTools& tools, const storage::View& base,
                                           const std::string& directory, v1::Load* load,
                                           ingest::LoadProgress* progress);

// The bare dataset of a load's name.
std::string DatasetOf(const v1::Load& load);
// True for loads that are made of files that somebody uploads.
bool TakesFiles(v1::LoadMode mode);

}  // namespace probity::dataset

#endif  // PROBITY_SERVICES_DATASET_LOAD_SOURCE_H_
