// DatasetService's calls around redactions.
#include "services/dataset/dataset_service.h"
#include "services/dataset/redact.h"

namespace probity::dataset {

grpc::ServerUnaryReactor* DatasetService::RedactRecord(grpc::CallbackServerContext* context,
                                                       const v1::RedactRecordRequest* request,
                                                       v1::Redaction* response) {
  return rpc::UnaryWrite(env_, context, "DatasetService.RedactRecord", request, response,
                         [this](const rpc::CallContext& call, const auto& asked, auto* answer) {
                           return Redact({*env_.store, desk_.log, redactor_, call}, asked, answer);
                         });
}

grpc::ServerUnaryReactor* DatasetService::ApproveRedaction(
    grpc::CallbackServerContext* context, const v1::ApproveRedactionRequest* request,
    v1::Redaction* response) {
  return rpc::UnaryWrite(env_, context, "DatasetService.ApproveRedaction", request, response,
                         [this](const rpc::CallContext& call, const auto& asked, auto* answer) {
                           return Approve({*env_.store, desk_.log, redactor_, call}, asked, answer);
                         });
}

grpc::ServerUnaryReactor* DatasetService::ListRedactions(grpc::CallbackServerContext* context,
                                                         const v1::ListRedactionsRequest* request,
                                                         v1::ListRedactionsResponse* response) {
  return rpc::Unary(env_, context, "DatasetService.ListRedactions", request, response,
                    [this](const rpc::CallContext& call, const auto& asked, auto* answer) {
                      return List({*env_.store, desk_.log, redactor_, call}, asked, answer);
                    });
}

grpc::ServerUnaryReactor* DatasetService::GetSubjectReport(
    grpc::CallbackServerContext* context, const v1::GetSubjectReportRequest* request,
    v1::GetSubjectReportResponse* response) {
  return rpc::UnaryWrite(env_, context, "DatasetService.GetSubjectReport", request, response,
                         [this](const rpc::CallContext& call, const auto& asked, auto* answer) {
                           return Report({*env_.store, desk_.log, redactor_, call}, asked, answer);
                         });
}

}  // namespace probity::dataset
