#include "services/certification/certification_service.h"

#include "services/certification/operations.h"

namespace probity::certification {

grpc::ServerUnaryReactor* CertificationService::CheckCertification(
    grpc::CallbackServerContext* context, const v1::CheckCertificationRequest* request,
    v1::CheckCertificationResponse* response) {
  return rpc::Unary(env_, context, "CertificationService.CheckCertification", request, response,
                    [this](const rpc::CallContext& call, const auto& asked, auto* answer) {
                      return Check({*env_.store, schemes_, call}, asked, answer);
                    });
}

grpc::ServerUnaryReactor* CertificationService::BatchCheckCertifications(
    grpc::CallbackServerContext* context, const v1::BatchCheckCertificationsRequest* request,
    v1::BatchCheckCertificationsResponse* response) {
  return rpc::Unary(env_, context, "CertificationService.BatchCheckCertifications", request,
                    response,
                    [this](const rpc::CallContext& call, const auto& asked, auto* answer) {
                      return BatchCheck({*env_.store, schemes_, call}, asked, answer);
                    });
}

grpc::ServerUnaryReactor* CertificationService::GetCertification(
    grpc::CallbackServerContext* context, const v1::GetCertificationRequest* request,
    v1::GetCertificationResponse* response) {
  return rpc::Unary(env_, context, "CertificationService.GetCertification", request, response,
                    [this](const rpc::CallContext& call, const auto& asked, auto* answer) {
                      return Get({*env_.store, schemes_, call}, asked, answer);
                    });
}

grpc::ServerUnaryReactor* CertificationService::ListCertifications(
    grpc::CallbackServerContext* context, const v1::ListCertificationsRequest* request,
    v1::ListCertificationsResponse* response) {
  return rpc::Unary(env_, context, "CertificationService.ListCertifications", request, response,
                    [this](const rpc::CallContext& call, const auto& asked, auto* answer) {
                      return List({*env_.store, schemes_, call}, asked, answer);
                    });
}

grpc::ServerUnaryReactor* CertificationService::CheckAudit(grpc::CallbackServerContext* context,
                                                           const v1::CheckAuditRequest* request,
                                                           v1::CheckAuditResponse* response) {
  return rpc::Unary(env_, context, "CertificationService.CheckAudit", request, response,
                    [this](const rpc::CallContext& call, const auto& asked, auto* answer) {
                      return Check({*env_.store, schemes_, call}, asked, answer);
                    });
}

grpc::ServerUnaryReactor* CertificationService::ListAudits(grpc::CallbackServerContext* context,
                                                           const v1::ListAuditsRequest* request,
                                                           v1::ListAuditsResponse* response) {
  return rpc::Unary(env_, context, "CertificationService.ListAudits", request, response,
                    [this](const rpc::CallContext& call, const auto& asked, auto* answer) {
                      return List({*env_.store, schemes_, call}, asked, answer);
                    });
}

}  // namespace probity::certification
