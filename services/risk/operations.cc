#include "services/risk/operations.h"

#include <utility>

#include "screening/risk_flags.h"
#include "services/rpc/page_token.h"
#include "services/rpc/view.h"

namespace probity::risk {
namespace {

// The day of the stamp; screening has already refused a date that is none.
template <typename Request>
v1::AnswerStamp Stamp(const storage::View& view, const rpc::CallContext& call,
                      const Request& request) {
  return rpc::StampOf(view, call, request.has_as_of() ? FirstDay(request.as_of()) : call.Today());
}

}  // namespace

absl::Status ListRiskFlags(const storage::Store& store, const policy::LegalPeriods& law,
                           const rpc::CallContext& call, const v1::ListRiskFlagsRequest& request,
                           v1::ListRiskFlagsResponse* response) {
  absl::StatusOr<rpc::Page> page = rpc::OpenPage(store, call, request);
  if (!page.ok()) return page.status();
  auto answer =
      screening::ListRiskFlags(*page->view, store.identifiers(), law, request, call.Today());
  if (!answer.ok()) return answer.status();
  *response = *std::move(answer);
  response->set_next_page_token(page->NextToken(response->flags_size()));
  rpc::KeepPage(*page, response->mutable_flags());
  *response->mutable_stamp() = Stamp(*page->view, call, request);
  return absl::OkStatus();
}

absl::Status GetRiskFlag(const storage::Store& store, const policy::LegalPeriods& law,
                         const rpc::CallContext& call, const v1::GetRiskFlagRequest& request,
                         v1::GetRiskFlagResponse* response) {
  absl::StatusOr<rpc::ViewPtr> view = rpc::ViewFor(store, call, request.consistency());
  if (!view.ok()) return view.status();
  auto answer = screening::GetRiskFlag(**view, law, request, call.Today());
  if (!answer.ok()) return answer.status();
  *response = *std::move(answer);
  *response->mutable_stamp() = Stamp(**view, call, request);
  return absl::OkStatus();
}

absl::Status CheckCommodityRisk(const storage::Store& store, const screening::GoodsAtRisk& goods,
                                const policy::LegalPeriods& law, const rpc::CallContext& call,
                                const v1::CheckCommodityRiskRequest& request,
                                v1::CheckCommodityRiskResponse* response) {
  absl::StatusOr<rpc::ViewPtr> view = rpc::ViewFor(store, call, request.consistency());
  if (!view.ok()) return view.status();
  auto answer = screening::CheckCommodityRisk(**view, goods, law, request, call.Today());
  if (!answer.ok()) return answer.status();
  *response = *std::move(answer);
  *response->mutable_stamp() = Stamp(**view, call, request);
  return absl::OkStatus();
}

}  // namespace probity::risk
