#include "storage/rollback.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "base/errors.h"
#include "services/dataset/history.h"
#include "services/rpc/limits.h"
#include "services/rpc/validate.h"
#include "services/rpc/view.h"
#include "storage/watch/record_changes.h"

namespace probity::dataset {
namespace {

absl::Status CheckRequest(const v1::RollbackDatasetRequest& request) {
  if (request.revision() == 0) {
    return InvalidField("revision", "is required: the one whose state comes back");
  }
  if (absl::StripAsciiWhitespace(request.note()).empty()) {
    return InvalidField("note", "is required: say why, for the audit trail");
  }
  absl::Status well = rpc::CheckBytes("note", request.note(), rpc::kMaxNoteBytes);
  return well.ok() ? rpc::CheckRequestId(request.request_id()) : well;
}

// What ends a rollback that cannot begin: told at once, not by the load.
absl::Status CheckTarget(const Place& at, const std::string& id, uint64_t revision) {
  const auto head = at.store.Head(at.call.caller.authority);
  auto now = FindDataset(*head, id);
  if (!now.ok()) return now.status();
  if ((*now)->dataset().kind() != v1::DATASET_KIND_UNSPECIFIED) {
    return DatasetReserved(rpc::DatasetName(id));
  }
  auto target = rpc::ViewOfRevision(at.store, at.call, revision);
  if (!target.ok()) return target.status();
  return storage::CheckRollback(*head, **target, id);
}

}  // namespace

absl::Status Rollback(const Place& at, const v1::RollbackDatasetRequest& request, v1::Load* out) {
  auto id = rpc::DatasetToWrite(at.call.caller, "dataset", request.dataset());
  if (!id.ok()) return id.status();
  if (absl::Status well = CheckRequest(request); !well.ok()) return well;
  // A request that made its load before is answered by it, whatever was published since.
  const auto before = at.loads.MadeBy(*id, at.call.caller, request.request_id());
  if (!before) {
    absl::Status can_begin = CheckTarget(at, *id, request.revision());
    if (!can_begin.ok()) return can_begin;
  }
  v1::Load load;
  load.set_mode(v1::LOAD_MODE_ROLLBACK);
  load.set_target_revision(request.revision());
  load.set_note(request.note());
  auto made = at.loads.Create(*id, std::move(load), at.call.caller, request.request_id());
  if (!made.ok()) return made.status();
  auto ref = rpc::ParseLoadName("name", made->name());
  if (!ref.ok()) return ref.status();
  auto begun = made->state() != v1::LOAD_STATE_OPEN ? std::move(made)
               : request.preview_only()             ? at.loads.Preview(*ref, at.call.caller)
                                                    : at.loads.Commit(*ref, at.call.caller);
  if (!begun.ok()) return begun.status();
  *out = *std::move(begun);
  return absl::OkStatus();
}

absl::StatusOr<storage::ChangeSet> RollbackChanges(
    const storage::Store& store, const storage::View& base, const std::string& dataset,
    uint64_t target_revision, const std::string& directory, const storage::KeepGoing& keep_going) {
  auto target = storage::ViewOfRevision(store, target_revision, base.authority());
  if (!target.ok()) return target.status();
  return storage::MakeRollback(store, base, **target, dataset, directory, keep_going);
}

}  // namespace probity::dataset
