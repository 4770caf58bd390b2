#include "services/risk/risk_service.h"

#include "services/risk/operations.h"

namespace probity::risk {

grpc::ServerUnaryReactor* RiskService::ListRiskFlags(grpc::CallbackServerContext* context,
                                                     const v1::ListRiskFlagsRequest* request,
                                                     v1::ListRiskFlagsResponse* response) {
  return rpc::Unary(env_, context, "RiskService.ListRiskFlags", request, response,
                    [this](const rpc::CallContext& call, const auto& asked, auto* answer) {
                      return risk::ListRiskFlags(*env_.store, law_, call, asked, answer);
                    });
}

grpc::ServerUnaryReactor* RiskService::GetRiskFlag(grpc::CallbackServerContext* context,
                                                   const v1::GetRiskFlagRequest* request,
                                                   v1::GetRiskFlagResponse* response) {
  return rpc::Unary(env_, context, "RiskService.GetRiskFlag", request, response,
                    [this](const rpc::CallContext& call, const auto& asked, auto* answer) {
                      return risk::GetRiskFlag(*env_.store, law_, call, asked, answer);
                    });
}

grpc::ServerUnaryReactor* RiskService::CheckCommodityRisk(
    grpc::CallbackServerContext* context, const v1::CheckCommodityRiskRequest* request,
    v1::CheckCommodityRiskResponse* response) {
  return rpc::Unary(env_, context, "RiskService.CheckCommodityRisk", request, response,
                    [this](const rpc::CallContext& call, const auto& asked, auto* answer) {
                      return risk::CheckCommodityRisk(*env_.store, goods_, law_, call, asked,
                                                      answer);
                    });
}

}  // namespace probity::risk
