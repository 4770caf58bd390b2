// PolicyService over gRPC.
#ifndef PROBITY_SERVICES_POLICY_SERVICE_POLICY_SERVICE_H_
#define PROBITY_SERVICES_POLICY_SERVICE_POLICY_SERVICE_H_

#include "probity/v1/policy_service.grpc.pb.h"
#include "services/policy_service/operations.h"
#include "services/rpc/unary.h"

namespace probity::policy_service {

class PolicyService final : public v1::PolicyService::CallbackService {
 public:
  // `env` and what the shelf holds are borrowed and outlive the service.
  PolicyService(const rpc::Environment& env, const PolicyShelf& shelf) : env_(env), shelf_(shelf) {}

  grpc::ServerUnaryReactor* CreatePolicy(grpc::CallbackServerContext* context,
                                         const v1::CreatePolicyRequest* request,
                                         v1::CreatePolicyResponse* response) override;
  grpc::ServerUnaryReactor* GetPolicy(grpc::CallbackServerContext* context,
                                      const v1::GetPolicyRequest* request,
                                      v1::GetPolicyResponse* response) override;
  grpc::ServerUnaryReactor* ListPolicies(grpc::CallbackServerContext* context,
                                         const v1::ListPoliciesRequest* request,
                                         v1::ListPoliciesResponse* response) override;
  grpc::ServerUnaryReactor* TestPolicy(grpc::CallbackServerContext* context,
                                       const v1::TestPolicyRequest* request,
                                       v1::TestPolicyResponse* response) override;
  grpc::ServerUnaryReactor* PreviewPolicy(grpc::CallbackServerContext* context,
                                          const v1::PreviewPolicyRequest* request,
                                          v1::PreviewPolicyResponse* response) override;
  grpc::ServerUnaryReactor* ActivatePolicy(grpc::CallbackServerContext* context,
                                           const v1::ActivatePolicyRequest* request,
                                           v1::ActivatePolicyResponse* response) override;
  grpc::ServerUnaryReactor* ListPolicyDifferences(
      grpc::CallbackServerContext* context, const v1::ListPolicyDifferencesRequest* request,
      v1::ListPolicyDifferencesResponse* response) override;

 private:
  const rpc::Environment& env_;
  const PolicyShelf shelf_;
};

}  // namespace probity::policy_service

#endif  // PROBITY_SERVICES_POLICY_SERVICE_POLICY_SERVICE_H_
