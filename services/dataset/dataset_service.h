// DatasetService over gRPC. What writes, or reads much, runs on the executor.
#ifndef PROBITY_SERVICES_DATASET_DATASET_SERVICE_H_
#define PROBITY_SERVICES_DATASET_DATASET_SERVICE_H_

#include <utility>

#include "ingest/importer.h"
#include "probity/v1/dataset_service.grpc.pb.h"
#include "services/dataset/history.h"
#include "services/dataset/load_manager.h"
#include "services/dataset/redactor.h"
#include "services/rpc/unary.h"

namespace probity::dataset {

class DatasetService final : public v1::DatasetService::CallbackService {
 public:
  // All are borrowed and outlive the service; of the desk, what it refers to.
  DatasetService(const rpc::Environment& env, LoadManager& loads, const ingest::Tables& tables,
                 HistoryDesk desk, Redactor& redactor)
      : env_(env), loads_(loads), tables_(tables), desk_(std::move(desk)), redactor_(redactor) {}

  grpc::ServerUnaryReactor* CreateDataset(grpc::CallbackServerContext* context,
                                          const v1::CreateDatasetRequest* request,
                                          v1::Dataset* response) override;
  grpc::ServerUnaryReactor* UpdateDataset(grpc::CallbackServerContext* context,
                                          const v1::UpdateDatasetRequest* request,
                                          v1::UpdateDatasetResponse* response) override;
  grpc::ServerUnaryReactor* GetDataset(grpc::CallbackServerContext* context,
                                       const v1::GetDatasetRequest* request,
                                       v1::Dataset* response) override;
  grpc::ServerUnaryReactor* ListDatasets(grpc::CallbackServerContext* context,
                                         const v1::ListDatasetsRequest* request,
                                         v1::ListDatasetsResponse* response) override;
  grpc::ServerUnaryReactor* CreateLoad(grpc::CallbackServerContext* context,
                                       const v1::CreateLoadRequest* request,
                                       v1::Load* response) override;
  grpc::ServerUnaryReactor* UploadChunk(grpc::CallbackServerContext* context,
                                        const v1::UploadChunkRequest* request,
                                        v1::UploadChunkResponse* response) override;
  grpc::ServerUnaryReactor* ValidateLoad(grpc::CallbackServerContext* context,
                                         const v1::ValidateLoadRequest* request,
                                         v1::Load* response) override;
  grpc::ServerUnaryReactor* PreviewLoad(grpc::CallbackServerContext* context,
                                        const v1::PreviewLoadRequest* request,
                                        v1::Load* response) override;
  grpc::ServerUnaryReactor* GetLoadPreview(grpc::CallbackServerContext* context,
                                           const v1::GetLoadPreviewRequest* request,
                                           v1::GetLoadPreviewResponse* response) override;
  grpc::ServerUnaryReactor* CommitLoad(grpc::CallbackServerContext* context,
                                       const v1::CommitLoadRequest* request,
                                       v1::Load* response) override;
  grpc::ServerUnaryReactor* ApproveLoad(grpc::CallbackServerContext* context,
                                        const v1::ApproveLoadRequest* request,
                                        v1::Load* response) override;
  grpc::ServerUnaryReactor* AbortLoad(grpc::CallbackServerContext* context,
                                      const v1::AbortLoadRequest* request,
                                      v1::Load* response) override;
  grpc::ServerUnaryReactor* GetLoad(grpc::CallbackServerContext* context,
                                    const v1::GetLoadRequest* request, v1::Load* response) override;
  grpc::ServerUnaryReactor* ListLoads(grpc::CallbackServerContext* context,
                                      const v1::ListLoadsRequest* request,
                                      v1::ListLoadsResponse* response) override;
  grpc::ServerUnaryReactor* ListRejectedRecords(grpc::CallbackServerContext* context,
                                                const v1::ListRejectedRecordsRequest* request,
                                                v1::ListRejectedRecordsResponse* response) override;
  grpc::ServerWriteReactor<v1::DownloadRejectedFileResponse>* DownloadRejectedFile(
      grpc::CallbackServerContext* context,
      const v1::DownloadRejectedFileRequest* request) override;
  grpc::ServerUnaryReactor* ListRevisions(grpc::CallbackServerContext* context,
                                          const v1::ListRevisionsRequest* request,
                                          v1::ListRevisionsResponse* response) override;
  grpc::ServerWriteReactor<v1::DiffRevisionsResponse>* DiffRevisions(
      grpc::CallbackServerContext* context, const v1::DiffRevisionsRequest* request) override;
  grpc::ServerUnaryReactor* RollbackDataset(grpc::CallbackServerContext* context,
                                            const v1::RollbackDatasetRequest* request,
                                            v1::Load* response) override;
  grpc::ServerUnaryReactor* ListAffectedDecisions(
      grpc::CallbackServerContext* context, const v1::ListAffectedDecisionsRequest* request,
      v1::ListAffectedDecisionsResponse* response) override;
  grpc::ServerWriteReactor<v1::ExportDatasetResponse>* ExportDataset(
      grpc::CallbackServerContext* context, const v1::ExportDatasetRequest* request) override;
  grpc::ServerUnaryReactor* SetLegalHold(grpc::CallbackServerContext* context,
                                         const v1::SetLegalHoldRequest* request,
                                         v1::LegalHold* response) override;
  grpc::ServerUnaryReactor* ReleaseLegalHold(grpc::CallbackServerContext* context,
                                             const v1::ReleaseLegalHoldRequest* request,
                                             v1::LegalHold* response) override;
  grpc::ServerUnaryReactor* ListLegalHolds(grpc::CallbackServerContext* context,
                                           const v1::ListLegalHoldsRequest* request,
                                           v1::ListLegalHoldsResponse* response) override;
  grpc::ServerUnaryReactor* PutRecord(grpc::CallbackServerContext* context,
                                      const v1::PutRecordRequest* request,
                                      v1::PutRecordResponse* response) override;
  grpc::ServerUnaryReactor* RemoveRecord(grpc::CallbackServerContext* context,
                                         const v1::RemoveRecordRequest* request,
                                         v1::RemoveRecordResponse* response) override;
  // redaction_calls.cc
  grpc::ServerUnaryReactor* RedactRecord(grpc::CallbackServerContext* context,
                                         const v1::RedactRecordRequest* request,
                                         v1::Redaction* response) override;
  grpc::ServerUnaryReactor* ApproveRedaction(grpc::CallbackServerContext* context,
                                             const v1::ApproveRedactionRequest* request,
                                             v1::Redaction* response) override;
  grpc::ServerUnaryReactor* ListRedactions(grpc::CallbackServerContext* context,
                                           const v1::ListRedactionsRequest* request,
                                           v1::ListRedactionsResponse* response) override;
  grpc::ServerUnaryReactor* GetSubjectReport(grpc::CallbackServerContext* context,
                                             const v1::GetSubjectReportRequest* request,
                                             v1::GetSubjectReportResponse* response) override;

 private:
  const rpc::Environment& env_;
  LoadManager& loads_;
  const ingest::Tables& tables_;
  const HistoryDesk desk_;
  Redactor& redactor_;
};

}  // namespace probity::dataset

#endif  // PROBITY_SERVICES_DATASET_DATASET_SERVICE_H_
