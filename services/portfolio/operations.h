// PortfolioService's operations. Errors as the proto says.
#ifndef PROBITY_SERVICES_PORTFOLIO_OPERATIONS_H_
#define PROBITY_SERVICES_PORTFOLIO_OPERATIONS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "policy/schemes.h"
#include "probity/v1/portfolio_service.pb.h"
#include "screening/names/party.h"
#include "screening/policies/policy_book.h"
#include "screening/portfolios.h"
#include "screening/watch/watch.h"
#include "services/rpc/call_context.h"
#include "services/rpc/publish.h"
#include "storage/store.h"

namespace probity::portfolio {

// What portfolios are kept and watched with. Borrowed; longer than any call.
struct Desk {
  storage::Store& store;
  screening::Comparer comparer;
  const policy::SchemeCatalogue& schemes;
  const screening::PolicyBook& policies;
  screening::Watch& watch;
};

// portfolios.cc
absl::Status Put(const Desk& desk, const rpc::CallContext& call,
                 const v1::PutPortfolioRequest& request, v1::PutPortfolioResponse* response);
absl::Status Get(const Desk& desk, const rpc::CallContext& call,
                 const v1::GetPortfolioRequest& request, v1::GetPortfolioResponse* response);
absl::Status List(const Desk& desk, const rpc::CallContext& call,
                  const v1::ListPortfoliosRequest& request, v1::ListPortfoliosResponse* response);
absl::Status Delete(const Desk& desk, const rpc::CallContext& call,
                    const v1::DeletePortfolioRequest& request,
                    v1::DeletePortfolioResponse* response);
// members.cc
absl::Status PutMembers(const Desk& desk, const rpc::CallContext& call,
                        const v1::BatchPutMembersRequest& request,
                        v1::BatchPutMembersResponse* response);
absl::Status RemoveMembers(const Desk& desk, const rpc::CallContext& call,
                           const v1::RemoveMembersRequest& request,
                           v1::RemoveMembersResponse* response);
// list_members.cc
absl::Status ListMembers(const Desk& desk, const rpc::CallContext& call,
                         const v1::ListMembersRequest& request, v1::ListMembersResponse* response);
// changes.cc
absl::Status ListChanges(const Desk& desk, const rpc::CallContext& call,
                         const v1::ListVerdictChangesRequest& request,
                         v1::ListVerdictChangesResponse* response);

// The portfolio, which the view must have: NOT_FOUND / PORTFOLIO_NOT_FOUND.
absl::StatusOr<v1::Portfolio> RequirePortfolio(const storage::View& view,
                                               const screening::PortfolioRef& ref);
// A change of the caller's own dataset of portfolios.
rpc::Change ChangeOf(const rpc::CallContext& call, const std::string& request_id);

}  // namespace probity::portfolio

#endif  // PROBITY_SERVICES_PORTFOLIO_OPERATIONS_H_
