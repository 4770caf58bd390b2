// CertificationService over gRPC. The questions are answered by screening/; here
// the view is chosen, pages are cut and the answer is stamped.
#ifndef PROBITY_SERVICES_CERTIFICATION_CERTIFICATION_SERVICE_H_
#define PROBITY_SERVICES_CERTIFICATION_CERTIFICATION_SERVICE_H_

#include "policy/schemes.h"
#include "probity/v1/certification_service.grpc.pb.h"
#include "services/rpc/unary.h"

namespace probity::certification {

class CertificationService final : public v1::CertificationService::CallbackService {
 public:
  // Both are borrowed and outlive the service.
  CertificationService(const rpc::Environment& env, const policy::SchemeCatalogue& schemes)
      : env_(env), schemes_(schemes) {}

  grpc::ServerUnaryReactor* CheckCertification(grpc::CallbackServerContext* context,
                                               const v1::CheckCertificationRequest* request,
                                               v1::CheckCertificationResponse* response) override;
  grpc::ServerUnaryReactor* BatchCheckCertifications(
      grpc::CallbackServerContext* context, const v1::BatchCheckCertificationsRequest* request,
      v1::BatchCheckCertificationsResponse* response) override;
  grpc::ServerUnaryReactor* GetCertification(grpc::CallbackServerContext* context,
                                             const v1::GetCertificationRequest* request,
                                             v1::GetCertificationResponse* response) override;
  grpc::ServerUnaryReactor* ListCertifications(grpc::CallbackServerContext* context,
                                               const v1::ListCertificationsRequest* request,
                                               v1::ListCertificationsResponse* response) override;
  grpc::ServerUnaryReactor* CheckAudit(grpc::CallbackServerContext* context,
                                       const v1::CheckAuditRequest* request,
                                       v1::CheckAuditResponse* response) override;
  grpc::ServerUnaryReactor* ListAudits(grpc::CallbackServerContext* context,
                                       const v1::ListAuditsRequest* request,
                                       v1::ListAuditsResponse* response) override;

 private:
  const rpc::Environment& env_;
  const policy::SchemeCatalogue& schemes_;
};

}  // namespace probity::certification

#endif  // PROBITY_SERVICES_CERTIFICATION_CERTIFICATION_SERVICE_H_
