// What may be done with a load in which state, and by whom. Pure.
#ifndef PROBITY_SERVICES_DATASET_LOAD_RULES_H_
#define PROBITY_SERVICES_DATASET_LOAD_RULES_H_

#include <string>

#include "absl/status/status.h"
#include "probity/v1/load.pb.h"

namespace probity::dataset {

enum class LoadStep { kUpload, kValidate, kPreview, kCommit, kApprove, kAbort };

enum class LoadAnswer {
  kGo,      // do it
  kAsItIs,  // it is being done, or was
  kRefuse,  // FAILED_PRECONDITION / LOAD_STATE
};

LoadAnswer AnswerTo(LoadStep step, v1::LoadState state);
absl::Status WrongState(const v1::Load& load, LoadStep step);

// Something is being done with it: it changes by itself.
bool IsRunning(v1::LoadState state);
// It will not change any more.
bool HasEnded(v1::LoadState state);
// It has files on disk.
inline bool Waits(v1::LoadState state) { return !IsRunning(state) && !HasEnded(state); }

// OK when `principal` may let the load through: a person with a name of their own, other
// than who opened it and who committed it. FAILED_PRECONDITION / LOAD_SELF_APPROVAL.
absl::Status CheckApprover(const v1::Load& load, const std::string& principal);

// Where a load stands again that was running when the server ended; `validated`: its
// change set was kept.
v1::LoadState SafeState(const v1::Load& load, bool validated);

}  // namespace probity::dataset

#endif  // PROBITY_SERVICES_DATASET_LOAD_RULES_H_
