// ScreeningService over gRPC.
#ifndef PROBITY_SERVICES_SCREENING_SERVICE_SCREENING_SERVICE_H_
#define PROBITY_SERVICES_SCREENING_SERVICE_SCREENING_SERVICE_H_

#include "probity/v1/screening_service.grpc.pb.h"
#include "services/rpc/unary.h"
#include "services/screening_service/operations.h"
#include "services/screening_service/stream.h"

namespace probity::screening_service {

// Single decisions and streams (stream.h) are raw methods, which send what was recorded
// as it is; the others are typed.
using ScreeningServiceBase = v1::ScreeningService::WithRawCallbackMethod_StreamScreenSuppliers<
    v1::ScreeningService::WithRawCallbackMethod_ScreenSupplier<
        v1::ScreeningService::WithCallbackMethod_BatchScreenSuppliers<
            v1::ScreeningService::WithCallbackMethod_GetDecision<
                v1::ScreeningService::WithCallbackMethod_ListDecisions<
                    v1::ScreeningService::WithCallbackMethod_PrintDecision<
                        v1::ScreeningService::WithCallbackMethod_ReplayDecision<
                            v1::ScreeningService::WithCallbackMethod_ErasePersonalTexts<
                                v1::ScreeningService::WithCallbackMethod_GetReceipt<
                                    v1::ScreeningService::WithCallbackMethod_GetCheckpoint<
                                        v1::ScreeningService::WithCallbackMethod_GetConsistencyProof<
                                            v1::ScreeningService::WithCallbackMethod_ListLogKeys<
                                                v1::ScreeningService::WithCallbackMethod_ListActs<
                                                    v1::ScreeningService::
                                                        WithCallbackMethod_GetActReceipt<
                                                            v1::ScreeningService::
                                                                Service>>>>>>>>>>>>>>;

// Threads that decide the items of all streams: as many as the machine has, so that
// one stream uses it whole.
inline constexpr unsigned kMostStreamThreads = 16;
// They give way to single calls: a stream is bulk.
inline constexpr int kStreamNiceness = 8;

// Decisions that are made at a time of those whose names had to be waited for; they give way
// to lookups, as all decisions do.
inline constexpr int kWaitingThreads = 2;
inline constexpr int kWaitingNiceness = 5;

class ScreeningService final : public ScreeningServiceBase {
 public:
  // `env` is borrowed and outlives the service; what `bench` names too.
  ScreeningService(const rpc::Environment& env, Bench bench);

  grpc::ServerUnaryReactor* ScreenSupplier(grpc::CallbackServerContext* context,
                                           const grpc::ByteBuffer* request,
                                           grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* BatchScreenSuppliers(
      grpc::CallbackServerContext* context, const v1::BatchScreenSuppliersRequest* request,
      v1::BatchScreenSuppliersResponse* response) override;
  RawBidiReactor* StreamScreenSuppliers(grpc::CallbackServerContext* context) override;
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
  grpc::ServerUnaryReactor* ListActs(grpc::CallbackServerContext* context,
                                     const v1::ListActsRequest* request,
                                     v1::ListActsResponse* response) override;
  grpc::ServerUnaryReactor* GetActReceipt(grpc::CallbackServerContext* context,
                                          const v1::GetActReceiptRequest* request,
                                          v1::GetActReceiptResponse* response) override;

 private:
  bool AreAtHand(const v1::Consistency& consistency) const;

  const rpc::Environment& env_;
  const Bench bench_;
  // For questions whose names are not at hand yet: their waiting takes no thread from those
  // that can be answered.
  rpc::Executor waiting_{kWaitingThreads, kWaitingNiceness};
  rpc::Executor stream_workers_;
};

}  // namespace probity::screening_service

#endif  // PROBITY_SERVICES_SCREENING_SERVICE_SCREENING_SERVICE_H_
