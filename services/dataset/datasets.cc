#include <algorithm>

#include "base/errors.h"
#include "screening/facts.h"
#include "services/dataset/operations.h"
#include "services/dataset/settings.h"
#include "services/rpc/page_token.h"
#include "services/rpc/validate.h"
#include "services/rpc/view.h"
#include "storage/own_datasets.h"

namespace probity::dataset {

v1::Dataset Shown(const storage::v1::DatasetState& state) {
  v1::Dataset dataset = state.dataset();
  *dataset.mutable_current() = screening::EditionOf(state);
  dataset.set_record_count(state.record_count());
  for (const int32_t day : state.edition_days()) *dataset.add_editions() = DateOf(day);
  return dataset;
}

absl::StatusOr<const storage::v1::DatasetState*> FindDataset(const storage::View& view,
                                                             const std::string& id) {
  const storage::v1::DatasetState* state = view.FindDataset(id);
  if (state == nullptr) return DatasetNotFound(rpc::DatasetName(id));
  return state;
}

absl::Status Create(const Place& at, const v1::CreateDatasetRequest& request, v1::Dataset* out) {
  const v1::Dataset& asked = request.dataset();
  auto id = rpc::DatasetToWrite(at.call.caller, "dataset.name", asked.name());
  if (!id.ok()) return id.status();
  if (storage::IsReservedDatasetId(*id)) {
    return InvalidField("dataset.name", "ids that start with \"probity-\" are the server's own");
  }
  if (!asked.owner().empty() && asked.owner() != at.call.caller.authority) {
    return MakeError(absl::StatusCode::kPermissionDenied, v1::ERROR_REASON_PERMISSION_DENIED,
                     "a dataset is owned by the caller's own authority, or by none",
                     {{"field", "dataset.owner"}});
  }
  if (absl::Status well = CheckSettings(asked); !well.ok()) return well;
  auto before = rpc::AnsweredBefore(at.writer(), request.request_id(), request, out);
  if (!before.ok() || *before > 0) return before.status();
  v1::Dataset described = asked;
  described.clear_kind();
  // Not looked up first: what is there and not for this caller is refused in the same words,
  // by the same reads.
  auto changes = storage::NewDatasetChangeSet(described);
  if (!changes.ok()) return changes.status();
  v1::Dataset made = changes->header.state().dataset();
  auto view = at.store.Publish(
      *changes, rpc::ContextOf(at.writer(), "", request.request_id(), request, made));
  if (view.ok()) {
    *out = std::move(made);
    return absl::OkStatus();
  }
  if (ReasonOf(view.status()) != v1::ERROR_REASON_LOAD_CONFLICT) return view.status();
  // There is one, or this very request made it meanwhile.
  before = rpc::AnsweredBefore(at.writer(), request.request_id(), request, out);
  return before.ok() && *before == 0 ? DatasetExists(asked.name()) : before.status();
}

absl::Status Get(const Place& at, const v1::GetDatasetRequest& request, v1::Dataset* out) {
  auto id = rpc::ParseDatasetName("name", request.name());
  if (!id.ok()) return id.status();
  const auto view = at.store.Head(at.call.caller.authority);
  auto state = FindDataset(*view, *id);
  if (!state.ok()) return state.status();
  *out = Shown(**state);
  return absl::OkStatus();
}

absl::Status List(const Place& at, const v1::ListDatasetsRequest& request,
                  v1::ListDatasetsResponse* out) {
  auto page = rpc::OpenPage(at.store, at.call, {}, request);
  if (!page.ok()) return page.status();
  for (const storage::v1::DatasetState& state : page->view->manifest().datasets()) {
    *out->add_datasets() = Shown(state);
  }
  out->set_next_page_token(page->NextToken(out->datasets_size()));
  rpc::KeepPage(*page, out->mutable_datasets());
  return absl::OkStatus();
}

}  // namespace probity::dataset
