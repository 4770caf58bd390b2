#include "services/dataset/dataset_service.h"

#include "services/dataset/operations.h"
#include "services/dataset/rejected_file.h"
#include "services/rpc/take_request.h"

namespace probity::dataset {

grpc::ServerUnaryReactor* DatasetService::CreateDataset(grpc::CallbackServerContext* context,
                                                        const v1::CreateDatasetRequest* request,
                                                        v1::Dataset* response) {
  return rpc::UnaryWrite(env_, context, "DatasetService.CreateDataset", request, response,
                         [this](const rpc::CallContext& call, const auto& asked, auto* answer) {
                           return Create(Place{*env_.store, loads_, tables_, call}, asked, answer);
                         });
}

grpc::ServerUnaryReactor* DatasetService::UpdateDataset(grpc::CallbackServerContext* context,
                                                        const v1::UpdateDatasetRequest* request,
                                                        v1::UpdateDatasetResponse* response) {
  return rpc::UnaryWrite(env_, context, "DatasetService.UpdateDataset", request, response,
                         [this](const rpc::CallContext& call, const auto& asked, auto* answer) {
                           return Update(Place{*env_.store, loads_, tables_, call}, asked, answer);
                         });
}

grpc::ServerUnaryReactor* DatasetService::GetDataset(grpc::CallbackServerContext* context,
                                                     const v1::GetDatasetRequest* request,
                                                     v1::Dataset* response) {
  return rpc::Unary(env_, context, "DatasetService.GetDataset", request, response,
                    [this](const rpc::CallContext& call, const auto& asked, auto* answer) {
                      return Get(Place{*env_.store, loads_, tables_, call}, asked, answer);
                    });
}

grpc::ServerUnaryReactor* DatasetService::ListDatasets(grpc::CallbackServerContext* context,
                                                       const v1::ListDatasetsRequest* request,
                                                       v1::ListDatasetsResponse* response) {
  return rpc::Unary(env_, context, "DatasetService.ListDatasets", request, response,
                    [this](const rpc::CallContext& call, const auto& asked, auto* answer) {
                      return List(Place{*env_.store, loads_, tables_, call}, asked, answer);
                    });
}

grpc::ServerUnaryReactor* DatasetService::CreateLoad(grpc::CallbackServerContext* context,
                                                     const v1::CreateLoadRequest* request,
                                                     v1::Load* response) {
  return rpc::UnaryWrite(env_, context, "DatasetService.CreateLoad", request, response,
                         [this](const rpc::CallContext& call, const auto& asked, auto* answer) {
                           return Create(Place{*env_.store, loads_, tables_, call}, asked, answer);
                         });
}

grpc::ServerUnaryReactor* DatasetService::UploadChunk(grpc::CallbackServerContext* context,
                                                      const v1::UploadChunkRequest* request,
                                                      v1::UploadChunkResponse* response) {
  return rpc::UnaryWrite(env_, context, "DatasetService.UploadChunk", request, response,
                         [this](const rpc::CallContext& call, const auto& asked, auto* answer) {
                           return Upload(Place{*env_.store, loads_, tables_, call}, asked, answer);
                         });
}

grpc::ServerUnaryReactor* DatasetService::ValidateLoad(grpc::CallbackServerContext* context,
                                                       const v1::ValidateLoadRequest* request,
                                                       v1::Load* response) {
  return rpc::UnaryWrite(
      env_, context, "DatasetService.ValidateLoad", request, response,
      [this](const rpc::CallContext& call, const auto& asked, auto* answer) {
        return Validate(Place{*env_.store, loads_, tables_, call}, asked, answer);
      });
}

grpc::ServerUnaryReactor* DatasetService::PreviewLoad(grpc::CallbackServerContext* context,
                                                      const v1::PreviewLoadRequest* request,
                                                      v1::Load* response) {
  return rpc::UnaryWrite(env_, context, "DatasetService.PreviewLoad", request, response,
                         [this](const rpc::CallContext& call, const auto& asked, auto* answer) {
                           return Preview(Place{*env_.store, loads_, tables_, call}, asked, answer);
                         });
}

grpc::ServerUnaryReactor* DatasetService::GetLoadPreview(grpc::CallbackServerContext* context,
                                                         const v1::GetLoadPreviewRequest* request,
                                                         v1::GetLoadPreviewResponse* response) {
  return rpc::UnaryWrite(env_, context, "DatasetService.GetLoadPreview", request, response,
                         [this](const rpc::CallContext& call, const auto& asked, auto* answer) {
                           return Get(Place{*env_.store, loads_, tables_, call}, asked, answer);
                         });
}

grpc::ServerUnaryReactor* DatasetService::CommitLoad(grpc::CallbackServerContext* context,
                                                     const v1::CommitLoadRequest* request,
                                                     v1::Load* response) {
  return rpc::UnaryWrite(env_, context, "DatasetService.CommitLoad", request, response,
                         [this](const rpc::CallContext& call, const auto& asked, auto* answer) {
                           return Commit(Place{*env_.store, loads_, tables_, call}, asked, answer);
                         });
}

grpc::ServerUnaryReactor* DatasetService::ApproveLoad(grpc::CallbackServerContext* context,
                                                      const v1::ApproveLoadRequest* request,
                                                      v1::Load* response) {
  return rpc::UnaryWrite(env_, context, "DatasetService.ApproveLoad", request, response,
                         [this](const rpc::CallContext& call, const auto& asked, auto* answer) {
                           return Approve(Place{*env_.store, loads_, tables_, call}, asked, answer);
                         });
}

grpc::ServerUnaryReactor* DatasetService::AbortLoad(grpc::CallbackServerContext* context,
                                                    const v1::AbortLoadRequest* request,
                                                    v1::Load* response) {
  return rpc::UnaryWrite(env_, context, "DatasetService.AbortLoad", request, response,
                         [this](const rpc::CallContext& call, const auto& asked, auto* answer) {
                           return Abort(Place{*env_.store, loads_, tables_, call}, asked, answer);
                         });
}

grpc::ServerUnaryReactor* DatasetService::GetLoad(grpc::CallbackServerContext* context,
                                                  const v1::GetLoadRequest* request,
                                                  v1::Load* response) {
  return rpc::Unary(env_, context, "DatasetService.GetLoad", request, response,
                    [this](const rpc::CallContext& call, const auto& asked, auto* answer) {
                      return Get(Place{*env_.store, loads_, tables_, call}, asked, answer);
                    });
}

grpc::ServerUnaryReactor* DatasetService::ListLoads(grpc::CallbackServerContext* context,
                                                    const v1::ListLoadsRequest* request,
                                                    v1::ListLoadsResponse* response) {
  return rpc::Unary(env_, context, "DatasetService.ListLoads", request, response,
                    [this](const rpc::CallContext& call, const auto& asked, auto* answer) {
                      return List(Place{*env_.store, loads_, tables_, call}, asked, answer);
                    });
}

grpc::ServerUnaryReactor* DatasetService::ListRejectedRecords(
    grpc::CallbackServerContext* context, const v1::ListRejectedRecordsRequest* request,
    v1::ListRejectedRecordsResponse* response) {
  return rpc::UnaryWrite(env_, context, "DatasetService.ListRejectedRecords", request, response,
                         [this](const rpc::CallContext& call, const auto& asked, auto* answer) {
                           return List(Place{*env_.store, loads_, tables_, call}, asked, answer);
                         });
}

grpc::ServerWriteReactor<v1::DownloadRejectedFileResponse>* DatasetService::DownloadRejectedFile(
    grpc::CallbackServerContext* context, const v1::DownloadRejectedFileRequest* request) {
  return rpc::ServerStream<v1::DownloadRejectedFileResponse>(
      env_, context, "DatasetService.DownloadRejectedFile",
      [this, asked = *request](
          const rpc::CallContext& call) -> SourceOr<v1::DownloadRejectedFileResponse> {
        if (absl::Status taken = rpc::TakeRequest(call, asked); !taken.ok()) return taken;
        return OpenRejectedFile(Place{*env_.store, loads_, tables_, call}, asked);
      });
}

grpc::ServerUnaryReactor* DatasetService::ListRevisions(grpc::CallbackServerContext* context,
                                                        const v1::ListRevisionsRequest* request,
                                                        v1::ListRevisionsResponse* response) {
  return rpc::UnaryWrite(env_, context, "DatasetService.ListRevisions", request, response,
                         [this](const rpc::CallContext& call, const auto& asked, auto* answer) {
                           return List(Place{*env_.store, loads_, tables_, call}, asked, answer);
                         });
}

grpc::ServerWriteReactor<v1::DiffRevisionsResponse>* DatasetService::DiffRevisions(
    grpc::CallbackServerContext* context, const v1::DiffRevisionsRequest* request) {
  return rpc::ServerStream<v1::DiffRevisionsResponse>(
      env_, context, "DatasetService.DiffRevisions",
      [this,
       asked = *request](const rpc::CallContext& call) -> SourceOr<v1::DiffRevisionsResponse> {
        if (absl::Status taken = rpc::TakeRequest(call, asked); !taken.ok()) return taken;
        return OpenDifferences(*env_.store, call, asked);
      });
}

grpc::ServerUnaryReactor* DatasetService::RollbackDataset(grpc::CallbackServerContext* context,
                                                          const v1::RollbackDatasetRequest* request,
                                                          v1::Load* response) {
  return rpc::UnaryWrite(
      env_, context, "DatasetService.RollbackDataset", request, response,
      [this](const rpc::CallContext& call, const auto& asked, auto* answer) {
        return Rollback(Place{*env_.store, loads_, tables_, call}, asked, answer);
      });
}

grpc::ServerUnaryReactor* DatasetService::ListAffectedDecisions(
    grpc::CallbackServerContext* context, const v1::ListAffectedDecisionsRequest* request,
    v1::ListAffectedDecisionsResponse* response) {
  return rpc::UnaryWrite(
      env_, context, "DatasetService.ListAffectedDecisions", request, response,
      [this](const rpc::CallContext& call, const auto& asked, auto* answer) {
        return ListAffected(Place{*env_.store, loads_, tables_, call}, desk_, asked, answer);
      });
}

grpc::ServerWriteReactor<v1::ExportDatasetResponse>* DatasetService::ExportDataset(
    grpc::CallbackServerContext* context, const v1::ExportDatasetRequest* request) {
  return rpc::ServerStream<v1::ExportDatasetResponse>(
      env_, context, "DatasetService.ExportDataset",
      [this,
       asked = *request](const rpc::CallContext& call) -> SourceOr<v1::ExportDatasetResponse> {
        if (absl::Status taken = rpc::TakeRequest(call, asked); !taken.ok()) return taken;
        return OpenExport(*env_.store, call, asked);
      });
}

grpc::ServerUnaryReactor* DatasetService::SetLegalHold(grpc::CallbackServerContext* context,
                                                       const v1::SetLegalHoldRequest* request,
                                                       v1::LegalHold* response) {
  return rpc::UnaryWrite(
      env_, context, "DatasetService.SetLegalHold", request, response,
      [this](const rpc::CallContext& call, const auto& asked, auto* answer) {
        return SetHold(Place{*env_.store, loads_, tables_, call}, desk_, asked, answer);
      });
}

grpc::ServerUnaryReactor* DatasetService::ReleaseLegalHold(
    grpc::CallbackServerContext* context, const v1::ReleaseLegalHoldRequest* request,
    v1::LegalHold* response) {
  return rpc::UnaryWrite(
      env_, context, "DatasetService.ReleaseLegalHold", request, response,
      [this](const rpc::CallContext& call, const auto& asked, auto* answer) {
        return ReleaseHold(Place{*env_.store, loads_, tables_, call}, desk_, asked, answer);
      });
}

grpc::ServerUnaryReactor* DatasetService::ListLegalHolds(grpc::CallbackServerContext* context,
                                                         const v1::ListLegalHoldsRequest* request,
                                                         v1::ListLegalHoldsResponse* response) {
  return rpc::Unary(
      env_, context, "DatasetService.ListLegalHolds", request, response,
      [this](const rpc::CallContext& call, const auto& asked, auto* answer) {
        return ListHolds(Place{*env_.store, loads_, tables_, call}, desk_, asked, answer);
      });
}

grpc::ServerUnaryReactor* DatasetService::PutRecord(grpc::CallbackServerContext* context,
                                                    const v1::PutRecordRequest* request,
                                                    v1::PutRecordResponse* response) {
  return rpc::UnaryWrite(env_, context, "DatasetService.PutRecord", request, response,
                         [this](const rpc::CallContext& call, const auto& asked, auto* answer) {
                           return Put(Place{*env_.store, loads_, tables_, call}, asked, answer);
                         });
}

grpc::ServerUnaryReactor* DatasetService::RemoveRecord(grpc::CallbackServerContext* context,
                                                       const v1::RemoveRecordRequest* request,
                                                       v1::RemoveRecordResponse* response) {
  return rpc::UnaryWrite(env_, context, "DatasetService.RemoveRecord", request, response,
                         [this](const rpc::CallContext& call, const auto& asked, auto* answer) {
                           return Remove(Place{*env_.store, loads_, tables_, call}, asked, answer);
                         });
}

}  // namespace probity::dataset
