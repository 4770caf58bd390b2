// DatasetService's operations. Writes that take a request_id are remembered by
// the store together with what they published. Errors as the protos say.
#ifndef PROBITY_SERVICES_DATASET_OPERATIONS_H_
#define PROBITY_SERVICES_DATASET_OPERATIONS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "ingest/importer.h"
#include "probity/v1/dataset_service.pb.h"
#include "services/dataset/load_manager.h"
#include "services/rpc/call_context.h"
#include "services/rpc/publish.h"
#include "services/rpc/resource_names.h"
#include "storage/store.h"

namespace probity::dataset {

// What an operation works on; borrowed for the call.
struct Place {
  storage::Store& store;
  LoadManager& loads;
  const ingest::Tables& tables;
  const rpc::CallContext& call;

  rpc::Writer writer() const { return {store, call}; }
};

// datasets.cc
absl::Status Create(const Place& at, const v1::CreateDatasetRequest& request, v1::Dataset* out);
absl::Status Get(const Place& at, const v1::GetDatasetRequest& request, v1::Dataset* out);
absl::Status List(const Place& at, const v1::ListDatasetsRequest& request,
                  v1::ListDatasetsResponse* out);

// loads.cc
absl::Status Create(const Place& at, const v1::CreateLoadRequest& request, v1::Load* out);
absl::Status Upload(const Place& at, const v1::UploadChunkRequest& request,
                    v1::UploadChunkResponse* out);
absl::Status Validate(const Place& at, const v1::ValidateLoadRequest& request, v1::Load* out);
absl::Status Preview(const Place& at, const v1::PreviewLoadRequest& request, v1::Load* out);
absl::Status Commit(const Place& at, const v1::CommitLoadRequest& request, v1::Load* out);
absl::Status Approve(const Place& at, const v1::ApproveLoadRequest& request, v1::Load* out);
absl::Status Abort(const Place& at, const v1::AbortLoadRequest& request, v1::Load* out);
absl::Status Get(const Place& at, const v1::GetLoadRequest& request, v1::Load* out);
absl::Status List(const Place& at, const v1::ListLoadsRequest& request, v1::ListLoadsResponse* out);

// A load's name, of a dataset that the caller may see, with which the caller may go on:
// PERMISSION_DENIED for others, there or not; NOT_FOUND / LOAD_NOT_FOUND. `field` is that of
// the request.
absl::StatusOr<rpc::LoadRef> ReadLoadToWrite(const Place& at, absl::string_view field,
                                             const std::string& name);
// The load too, as the caller may see it.
struct FoundLoad {
  rpc::LoadRef ref;
  v1::Load load;
};
absl::StatusOr<FoundLoad> FindLoad(const Place& at, absl::string_view field,
                                   const std::string& name);

// rejected_file.cc
absl::Status List(const Place& at, const v1::ListRejectedRecordsRequest& request,
                  v1::ListRejectedRecordsResponse* out);

// load_preview.cc
absl::Status Get(const Place& at, const v1::GetLoadPreviewRequest& request,
                 v1::GetLoadPreviewResponse* out);

// updates.cc
absl::Status Update(const Place& at, const v1::UpdateDatasetRequest& request,
                    v1::UpdateDatasetResponse* out);

// records.cc
absl::Status Put(const Place& at, const v1::PutRecordRequest& request, v1::PutRecordResponse* out);
absl::Status Remove(const Place& at, const v1::RemoveRecordRequest& request,
                    v1::RemoveRecordResponse* out);

// The dataset as the API shows it: what its owner said and what it holds now.
v1::Dataset Shown(const storage::v1::DatasetState& state);
// The dataset's state in the caller's view; NOT_FOUND / DATASET_NOT_FOUND.
absl::StatusOr<const storage::v1::DatasetState*> FindDataset(const storage::View& view,
                                                             const std::string& id);

}  // namespace probity::dataset

#endif  // PROBITY_SERVICES_DATASET_OPERATIONS_H_
