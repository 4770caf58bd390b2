// One run of a load's work, from where it waits to where it waits again or ends: read and
// compare, preview, judge, publish. Holds no lock and writes no state; the manager does.
//
// What was found before is used again where it still fits: a change set while the dataset
// is what it was compared with. Whether verdicts would be lifted is asked anew before every
// publish, over the newest revision; a revision of another dataset that arrives between
// that answer and the publish is not looked at.
#ifndef PROBITY_SERVICES_DATASET_LOAD_RUN_H_
#define PROBITY_SERVICES_DATASET_LOAD_RUN_H_

#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "ingest/load.h"
#include "probity/v1/load.pb.h"
#include "services/dataset/load_impact.h"
#include "services/dataset/load_source.h"
#include "storage/store.h"

namespace probity::dataset {

// How far a run is; read by others meanwhile.
struct LoadRunProgress {
  ingest::LoadProgress read;
  std::atomic<v1::LoadPhase> phase{v1::LOAD_PHASE_WAITING};
  std::atomic<double> previewed{0};  // 0 to 1
};

// What runs work with; borrowed.
struct LoadTools {
  storage::Store& store;
  const ingest::Tables& tables;
  const LoadImpact& impact;
  const RollbackMaker& rollback;
  const std::function<absl::Time()>& clock;
};

class LoadRun {
 public:
  // `load` is VALIDATING, PREVIEWING or COMMITTING; `directory` holds its files; `authority`
  // is in whose view its dataset is seen. `progress` is borrowed.
  LoadRun(LoadTools tools, std::string directory, std::string authority, v1::Load load,
          LoadRunProgress* progress);

  // The load as it is afterwards: VALIDATED, PREVIEWED, HELD, COMMITTED, FAILED or ABORTED.
  // What it needs to go on is durable in its directory.
  v1::Load Go();

 private:
  using ViewPtr = std::shared_ptr<const storage::View>;
  using Lifted = absl::StatusOr<std::vector<v1::LiftedVerdict>>;

  absl::Status Validate();
  absl::Status Preview();
  absl::Status Commit();
  // Sees to it that changes_ fits the newest view, base_.
  absl::Status Prepare();
  absl::Status Compare();
  bool Fits(const storage::ChangeSet& changes) const;
  // These see to it that lifted_ and the violation that tells of them are those of now. The
  // second also stores all else that would change.
  absl::Status AskWhatIsLifted();
  absl::Status PreviewAll();
  void NoteLifted(const Lifted& lifted);
  // True when nothing is wrong, or a second person has let all of it through.
  bool IsLetThrough() const;
  absl::Status Hold();
  absl::Status Publish();
  Lifted StorePreview();
  // Asks again while the answer is that it cannot be told now.
  Lifted AskPatiently(const std::function<Lifted()>& ask) const;
  ImpactQuestion Question() const;
  // What a run that did not come to its end leaves.
  void Fall(const absl::Status& status);

  const LoadTools tools_;
  const std::string directory_;
  const std::string authority_;
  v1::Load load_;
  LoadRunProgress* const progress_;

  ViewPtr base_;
  std::optional<storage::ChangeSet> changes_;
  std::vector<v1::LiftedVerdict> lifted_;
  // What the second person was shown.
  std::vector<v1::LoadViolation> shown_;
  std::vector<v1::LiftedVerdict> shown_lifted_;
};

}  // namespace probity::dataset

#endif  // PROBITY_SERVICES_DATASET_LOAD_RUN_H_
