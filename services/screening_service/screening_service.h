// ScreeningService over gRPC.
#ifndef PROBITY_SERVICES_SCREENING_SERVICE_SCREENING_SERVICE_H_
#define PROBITY_SERVICES_SCREENING_SERVICE_SCREENING_SERVICE_H_

#include <utility>

#include "probity/v1/screening_service.grpc.pb.h"
#include "services/rpc/unary.h"
#include "services/screening_service/operations.h"

namespace probity::screening_service {

class ScreeningService final : public v1::ScreeningService::CallbackService {
 public:
  // `env` is borrowed and outlives the service; what `bench` names too.
  ScreeningService(const rpc::Environment& env, Bench bench)
      : env_(env), bench_(std::move(bench)) {}

  grpc::ServerUnaryReactor* ScreenSupplier(grpc::CallbackServerContext* context,
                                           const v1::ScreenSupplierRequest* request,
                                           v1::ScreenSupplierResponse* response) override;
  grpc::ServerUnaryReactor* BatchScreenSuppliers(
      grpc::CallbackServerContext* context, const v1::BatchScreenSuppliersRequest* request,
      v1::BatchScreenSuppliersResponse* response) override;
  grpc::ServerUnaryReactor* GetDecision(grpc::CallbackServerContext* context,
                                        const v1::GetDecisionRequest* request,
                                        v1::GetDecisionResponse* response) override;
  grpc::ServerUnaryReactor* ListDecisions(grpc::CallbackServerContext* context,
                                          const v1::ListDecisionsRequest* request,
                                          v1::ListDecisionsResponse* response) override;
  grpc::ServerUnaryReactor* PrintDecision(grpc::CallbackServerContext* context,
                                          const v1::PrintDecisionRequest* request,
                                          v1::PrintDecisionResponse* response) override;
  grpc::ServerUnaryReactor* ReplayDecision(grpc::CallbackServerContext* context,
                                           const v1::ReplayDecisionRequest* request,
                                           v1::ReplayDecisionResponse* response) override;
  grpc::ServerUnaryReactor* ErasePersonalTexts(grpc::CallbackServerContext* context,
                                               const v1::ErasePersonalTextsRequest* request,
                                               v1::ErasePersonalTextsResponse* response) override;
  grpc::ServerUnaryReactor* GetReceipt(grpc::CallbackServerContext* context,
                                       const v1::GetReceiptRequest* request,
                                       v1::GetReceiptResponse* response) override;
  grpc::ServerUnaryReactor* GetCheckpoint(grpc::CallbackServerContext* context,
                                          const v1::GetCheckpointRequest* request,
                                          v1::GetCheckpointResponse* response) override;
  grpc::ServerUnaryReactor* GetConsistencyProof(grpc::CallbackServerContext* context,
                                                const v1::GetConsistencyProofRequest* request,
                                                v1::GetConsistencyProofResponse* response) override;
  grpc::ServerUnaryReactor* ListLogKeys(grpc::CallbackServerContext* context,
                                        const v1::ListLogKeysRequest* request,
                                        v1::ListLogKeysResponse* response) override;

 private:
  const rpc::Environment& env_;
  const Bench bench_;
};

}  // namespace probity::screening_service

#endif  // PROBITY_SERVICES_SCREENING_SERVICE_SCREENING_SERVICE_H_
