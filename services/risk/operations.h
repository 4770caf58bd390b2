// RiskService's operations: view, question to screening/, stamp. Each reads one
// revision. Errors as the protos and screening/ say.
#ifndef PROBITY_SERVICES_RISK_OPERATIONS_H_
#define PROBITY_SERVICES_RISK_OPERATIONS_H_

#include "absl/status/status.h"
#include "policy/legal_periods.h"
#include "probity/v1/risk_service.pb.h"
#include "screening/commodity_risk.h"
#include "services/rpc/call_context.h"
#include "storage/store.h"

namespace probity::risk {

absl::Status ListRiskFlags(const storage::Store& store, const policy::LegalPeriods& law,
                           const rpc::CallContext& call, const v1::ListRiskFlagsRequest& request,
                           v1::ListRiskFlagsResponse* response);
absl::Status GetRiskFlag(const storage::Store& store, const policy::LegalPeriods& law,
                         const rpc::CallContext& call, const v1::GetRiskFlagRequest& request,
                         v1::GetRiskFlagResponse* response);
absl::Status CheckCommodityRisk(const storage::Store& store, const screening::GoodsAtRisk& goods,
                                const policy::LegalPeriods& law, const rpc::CallContext& call,
                                const v1::CheckCommodityRiskRequest& request,
                                v1::CheckCommodityRiskResponse* response);

}  // namespace probity::risk

#endif  // PROBITY_SERVICES_RISK_OPERATIONS_H_
