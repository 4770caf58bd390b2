#include "base/errors.h"
#include "ingest/guard_rails.h"
#include "services/dataset/operations.h"
#include "services/dataset/settings.h"
#include "services/rpc/validate.h"
#include "services/rpc/view.h"
#include "storage/change_set.h"

namespace probity::dataset {
namespace {

// A small write waits for nobody's load: it is compared anew when another publish of the
// dataset came first.
constexpr int kMaxConflicts = 20;

// What is there, with what may change as it was asked for.
absl::StatusOr<storage::v1::DatasetState> After(const storage::v1::DatasetState& before,
                                                const v1::Dataset& asked) {
  if (before.dataset().kind() != v1::DATASET_KIND_UNSPECIFIED) {
    return DatasetReserved(before.dataset().name());
  }
  absl::Status well = CheckNeverChanged(before.dataset(), asked);
  if (!well.ok()) return well;
  storage::v1::DatasetState after = before;
  *after.mutable_dataset() = WithSettings(before.dataset(), asked);
  return after;
}

// Waits for a second person.
absl::Status Hold(const Place& at, const std::string& id, const v1::UpdateDatasetRequest& request,
                  v1::UpdateDatasetResponse* out) {
  v1::Load load;
  load.set_mode(v1::LOAD_MODE_SETTINGS);
  load.set_note("settings");
  auto held = at.loads.Propose(
      id, std::move(load), {"settings", v1::FILE_ROLE_DATA, request.dataset().SerializeAsString()},
      at.call.caller, request.request_id());
  if (!held.ok()) return held.status();
  *out->mutable_held() = *std::move(held);
  return absl::OkStatus();
}

absl::Status UpdateOnce(const Place& at, const std::string& id,
                        const v1::UpdateDatasetRequest& request, v1::UpdateDatasetResponse* out) {
  out->Clear();
  const auto base = at.store.Head(at.call.caller.authority);
  auto before = FindDataset(*base, id);
  if (!before.ok()) return before.status();
  auto answered = rpc::AnsweredBefore(at.writer(), request.request_id(), request, out);
  if (!answered.ok() || *answered > 0) return answered.status();
  auto after = After(**before, request.dataset());
  if (!after.ok()) return after.status();
  if (!ingest::LoosenedGuardRails((*before)->dataset(), after->dataset()).empty()) {
    *out->mutable_dataset() = Shown(**before);
    return Hold(at, id, request, out);
  }
  *out->mutable_dataset() = Shown(*after);
  const storage::PublishContext context =
      rpc::ContextOf(at.writer(), "settings", request.request_id(), request, *out);
  return at.store.Publish(storage::ChangeSetWithoutRows(**before, *std::move(after)), context)
      .status();
}

}  // namespace

absl::Status Update(const Place& at, const v1::UpdateDatasetRequest& request,
                    v1::UpdateDatasetResponse* out) {
  auto id = rpc::DatasetToWrite(at.call.caller, "dataset.name", request.dataset().name());
  if (!id.ok()) return id.status();
  absl::Status done = CheckSettings(request.dataset());
  if (done.ok()) done = rpc::CheckRequestId(request.request_id());
  if (!done.ok()) return done;
  if (auto known = at.loads.MadeBy(*id, at.call.caller, request.request_id())) {
    const auto view = at.store.Head(at.call.caller.authority);
    auto state = FindDataset(*view, *id);
    if (!state.ok()) return state.status();
    *out->mutable_dataset() = Shown(**state);
    return Hold(at, *id, request, out);
  }
  done = LoadConflict(request.dataset().name());
  for (int i = 0; i < kMaxConflicts && ReasonOf(done) == v1::ERROR_REASON_LOAD_CONFLICT; ++i) {
    done = UpdateOnce(at, *id, request, out);
  }
  return done;
}

}  // namespace probity::dataset
