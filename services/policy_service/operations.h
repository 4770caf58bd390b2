// PolicyService's operations. Errors as the proto and the policy book say.
#ifndef PROBITY_SERVICES_POLICY_SERVICE_OPERATIONS_H_
#define PROBITY_SERVICES_POLICY_SERVICE_OPERATIONS_H_

#include "absl/status/status.h"
#include "probity/v1/policy_service.pb.h"
#include "screening/policies/policy_book.h"
#include "screening/policies/shadow.h"
#include "services/rpc/call_context.h"

namespace probity::policy_service {

// Borrowed.
struct PolicyShelf {
  screening::PolicyBook& book;
  const screening::Shadow& shadow;
};

absl::Status CreatePolicy(const PolicyShelf& shelf, const rpc::CallContext& call,
                          const v1::CreatePolicyRequest& request,
                          v1::CreatePolicyResponse* response);
absl::Status GetPolicy(const PolicyShelf& shelf, const rpc::CallContext& call,
                       const v1::GetPolicyRequest& request, v1::GetPolicyResponse* response);
absl::Status ListPolicies(const PolicyShelf& shelf, const rpc::CallContext& call,
                          const v1::ListPoliciesRequest& request,
                          v1::ListPoliciesResponse* response);
absl::Status TestPolicy(const PolicyShelf& shelf, const rpc::CallContext& call,
                        const v1::TestPolicyRequest& request, v1::TestPolicyResponse* response);
absl::Status ActivatePolicy(const PolicyShelf& shelf, const rpc::CallContext& call,
                            const v1::ActivatePolicyRequest& request,
                            v1::ActivatePolicyResponse* response);
absl::Status ListPolicyDifferences(const PolicyShelf& shelf, const rpc::CallContext& call,
                                   const v1::ListPolicyDifferencesRequest& request,
                                   v1::ListPolicyDifferencesResponse* response);

}  // namespace probity::policy_service

#endif  // PROBITY_SERVICES_POLICY_SERVICE_OPERATIONS_H_
