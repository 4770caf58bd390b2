#include "services/policy_service/policy_service.h"

namespace probity::policy_service {

grpc::ServerUnaryReactor* PolicyService::CreatePolicy(grpc::CallbackServerContext* context,
                                                      const v1::CreatePolicyRequest* request,
                                                      v1::CreatePolicyResponse* response) {
  return rpc::UnaryWrite(env_, context, "PolicyService.CreatePolicy", request, response,
                         [this](const rpc::CallContext& call, const auto& asked, auto* answer) {
                           return policy_service::CreatePolicy(shelf_, call, asked, answer);
                         });
}

grpc::ServerUnaryReactor* PolicyService::GetPolicy(grpc::CallbackServerContext* context,
                                                   const v1::GetPolicyRequest* request,
                                                   v1::GetPolicyResponse* response) {
  return rpc::Unary(env_, context, "PolicyService.GetPolicy", request, response,
                    [this](const rpc::CallContext& call, const auto& asked, auto* answer) {
                      return policy_service::GetPolicy(shelf_, call, asked, answer);
                    });
}

grpc::ServerUnaryReactor* PolicyService::ListPolicies(grpc::CallbackServerContext* context,
                                                      const v1::ListPoliciesRequest* request,
                                                      v1::ListPoliciesResponse* response) {
  return rpc::Unary(env_, context, "PolicyService.ListPolicies", request, response,
                    [this](const rpc::CallContext& call, const auto& asked, auto* answer) {
                      return policy_service::ListPolicies(shelf_, call, asked, answer);
                    });
}

grpc::ServerUnaryReactor* PolicyService::TestPolicy(grpc::CallbackServerContext* context,
                                                    const v1::TestPolicyRequest* request,
                                                    v1::TestPolicyResponse* response) {
  return rpc::UnaryWrite(env_, context, "PolicyService.TestPolicy", request, response,
                         [this](const rpc::CallContext& call, const auto& asked, auto* answer) {
                           return policy_service::TestPolicy(shelf_, call, asked, answer);
                         });
}

grpc::ServerUnaryReactor* PolicyService::PreviewPolicy(grpc::CallbackServerContext* context,
                                                       const v1::PreviewPolicyRequest* request,
                                                       v1::PreviewPolicyResponse* response) {
  return rpc::UnaryWrite(env_, context, "PolicyService.PreviewPolicy", request, response,
                         [this](const rpc::CallContext& call, const auto& asked, auto* answer) {
                           return policy_service::PreviewPolicy(shelf_, call, asked, answer);
                         });
}

grpc::ServerUnaryReactor* PolicyService::ActivatePolicy(grpc::CallbackServerContext* context,
                                                        const v1::ActivatePolicyRequest* request,
                                                        v1::ActivatePolicyResponse* response) {
  return rpc::UnaryWrite(env_, context, "PolicyService.ActivatePolicy", request, response,
                         [this](const rpc::CallContext& call, const auto& asked, auto* answer) {
                           return policy_service::ActivatePolicy(shelf_, call, asked, answer);
                         });
}

grpc::ServerUnaryReactor* PolicyService::ListPolicyDifferences(
    grpc::CallbackServerContext* context, const v1::ListPolicyDifferencesRequest* request,
    v1::ListPolicyDifferencesResponse* response) {
  return rpc::UnaryWrite(env_, context, "PolicyService.ListPolicyDifferences", request, response,
                         [this](const rpc::CallContext& call, const auto& asked, auto* answer) {
                           return policy_service::ListPolicyDifferences(shelf_, call, asked,
                                                                        answer);
                         });
}

}  // namespace probity::policy_service
