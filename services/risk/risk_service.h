// RiskService over gRPC.
#ifndef PROBITY_SERVICES_RISK_RISK_SERVICE_H_
#define PROBITY_SERVICES_RISK_RISK_SERVICE_H_

#include "policy/legal_periods.h"
#include "probity/v1/risk_service.grpc.pb.h"
#include "screening/commodity_risk.h"
#include "services/rpc/unary.h"

namespace probity::risk {

class RiskService final : public v1::RiskService::CallbackService {
 public:
  // All are borrowed and outlive the service.
  RiskService(const rpc::Environment& env, const policy::LegalPeriods& law,
              const screening::GoodsAtRisk& goods)
      : env_(env), law_(law), goods_(goods) {}

  grpc::ServerUnaryReactor* ListRiskFlags(grpc::CallbackServerContext* context,
                                          const v1::ListRiskFlagsRequest* request,
                                          v1::ListRiskFlagsResponse* response) override;
  grpc::ServerUnaryReactor* GetRiskFlag(grpc::CallbackServerContext* context,
                                        const v1::GetRiskFlagRequest* request,
                                        v1::GetRiskFlagResponse* response) override;
  grpc::ServerUnaryReactor* CheckCommodityRisk(grpc::CallbackServerContext* context,
                                               const v1::CheckCommodityRiskRequest* request,
                                               v1::CheckCommodityRiskResponse* response) override;

 private:
  const rpc::Environment& env_;
  const policy::LegalPeriods& law_;
  const screening::GoodsAtRisk& goods_;
};

}  // namespace probity::risk

#endif  // PROBITY_SERVICES_RISK_RISK_SERVICE_H_
