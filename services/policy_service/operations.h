// PolicyService's operations. Errors as the proto and the policy book say.
#ifndef PROBITY_SERVICES_POLICY_SERVICE_OPERATIONS_H_
#define PROBITY_SERVICES_POLICY_SERVICE_OPERATIONS_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/errors.h"
#include "policy/legal_periods.h"
#include "policy/schemes.h"
#include "probity/v1/policy_service.pb.h"
#include "screening/commodity_risk.h"
#include "screening/names/name_question.h"
#include "screening/policies/policy_book.h"
#include "services/rpc/call_context.h"
#include "services/rpc/validate.h"
#include "storage/evidence/evidence_log.h"
#include "storage/store.h"

namespace probity::policy_service {

// Of a policy's text.
inline constexpr size_t kMaxPolicyBytes = size_t{1} << 20;

// Borrowed.
struct PolicyShelf {
  screening::PolicyBook& book;
  const storage::EvidenceLog& log;
  // What members of portfolios are decided with.
  const storage::Store& store;
  const screening::NameBook& names;
  const policy::LegalPeriods& law;
  const policy::SchemeCatalogue& schemes;
  const screening::GoodsAtRisk& goods;
};

// The policy that a request names or brings (`name` or `text`).
//   INVALID_ARGUMENT / INVALID_FIELD  neither; POLICY_INVALID
//   NOT_FOUND / POLICY_NOT_FOUND
template <typename Request>
absl::StatusOr<screening::PolicyPtr> PolicyOrText(const PolicyShelf& shelf,
                                                  const Request& request) {
  if (!request.name().empty()) return shelf.book.Find(request.name());
  if (request.text().empty()) return InvalidField("name", "name a policy, or give text");
  absl::Status well = rpc::CheckBytes("text", request.text(), kMaxPolicyBytes);
  if (!well.ok()) return well;
  auto made = shelf.book.Check(request.text());
  if (!made.ok()) return made.status();
  return made->policy;
}

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
// Two ways to preview, of decisions on record and of a portfolio's members.
absl::Status PreviewDecisions(const PolicyShelf& shelf, const rpc::CallContext& call,
                              const policy::CompiledPolicy& policy,
                              const v1::PreviewPolicyRequest& request,
                              v1::PreviewPolicyResponse* response);
absl::Status PreviewMembers(const PolicyShelf& shelf, const rpc::CallContext& call,
                            const policy::CompiledPolicy& policy,
                            const v1::PreviewPolicyRequest& request,
                            v1::PreviewPolicyResponse* response);
absl::Status PreviewPolicy(const PolicyShelf& shelf, const rpc::CallContext& call,
                           const v1::PreviewPolicyRequest& request,
                           v1::PreviewPolicyResponse* response);
absl::Status ActivatePolicy(const PolicyShelf& shelf, const rpc::CallContext& call,
                            const v1::ActivatePolicyRequest& request,
                            v1::ActivatePolicyResponse* response);
absl::Status ListPolicyDifferences(const PolicyShelf& shelf, const rpc::CallContext& call,
                                   const v1::ListPolicyDifferencesRequest& request,
                                   v1::ListPolicyDifferencesResponse* response);

}  // namespace probity::policy_service

#endif  // PROBITY_SERVICES_POLICY_SERVICE_OPERATIONS_H_
