#include "services/screening_service/screening_service.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "services/rpc/view.h"

namespace probity::screening_service {

ScreeningService::ScreeningService(const rpc::Environment& env, Bench bench)
    : env_(env),
      bench_(std::move(bench)),
      stream_workers_(
          static_cast<int>(std::clamp(std::thread::hardware_concurrency(), 1U, kMostStreamThreads)),
          kStreamNiceness) {}

RawBidiReactor* ScreeningService::StreamScreenSuppliers(grpc::CallbackServerContext* context) {
  return ScreenStream::Begin(env_, bench_, {stream_workers_, waiting_}, context);
}

grpc::ServerUnaryReactor* ScreeningService::ScreenSupplier(grpc::CallbackServerContext* context,
                                                           const grpc::ByteBuffer* request,
                                                           grpc::ByteBuffer* response) {
  return rpc::UnaryRawAsync<v1::ScreenSupplierRequest>(
      env_, context, "ScreeningService.ScreenSupplier", request, response,
      [this](const rpc::CallContext& call, const auto& asked, const rpc::BytesDone& done) {
        if (AreAtHand(asked.consistency())) {
          return screening_service::ScreenSupplier(bench_, call, asked, done);
        }
        call.was_elsewhere = true;
        waiting_.Add([this, &call, asked, done] {
          screening_service::ScreenSupplier(bench_, call, asked, done);
        });
      });
}

bool ScreeningService::AreAtHand(const v1::Consistency& consistency) const {
  return rpc::NamesAreAtHand(bench_.store, bench_.names.index, consistency);
}

grpc::ServerUnaryReactor* ScreeningService::BatchScreenSuppliers(
    grpc::CallbackServerContext* context, const v1::BatchScreenSuppliersRequest* request,
    v1::BatchScreenSuppliersResponse* response) {
  return rpc::UnaryAsync(
      env_, context, "ScreeningService.BatchScreenSuppliers", request, response,
      [this](const rpc::CallContext& call, const auto& asked, auto* answer,
             const rpc::CallDone& done) {
        if (AreAtHand(asked.consistency())) {
          return screening_service::BatchScreenSuppliers(bench_, call, asked, answer, done);
        }
        call.was_elsewhere = true;
        waiting_.Add([this, &call, &asked, answer, done] {
          screening_service::BatchScreenSuppliers(bench_, call, asked, answer, done);
        });
      });
}

grpc::ServerUnaryReactor* ScreeningService::GetDecision(grpc::CallbackServerContext* context,
                                                        const v1::GetDecisionRequest* request,
                                                        v1::GetDecisionResponse* response) {
  return rpc::Unary(env_, context, "ScreeningService.GetDecision", request, response,
                    [this](const rpc::CallContext& call, const auto& asked, auto* answer) {
                      return screening_service::GetDecision(bench_, call, asked, answer);
                    });
}

grpc::ServerUnaryReactor* ScreeningService::ListDecisions(grpc::CallbackServerContext* context,
                                                          const v1::ListDecisionsRequest* request,
                                                          v1::ListDecisionsResponse* response) {
  return rpc::Unary(env_, context, "ScreeningService.ListDecisions", request, response,
                    [this](const rpc::CallContext& call, const auto& asked, auto* answer) {
                      return screening_service::ListDecisions(bench_, call, asked, answer);
                    });
}

grpc::ServerUnaryReactor* ScreeningService::PrintDecision(grpc::CallbackServerContext* context,
                                                          const v1::PrintDecisionRequest* request,
                                                          v1::PrintDecisionResponse* response) {
  return rpc::Unary(env_, context, "ScreeningService.PrintDecision", request, response,
                    [this](const rpc::CallContext& call, const auto& asked, auto* answer) {
                      return screening_service::PrintDecision(bench_, call, asked, answer);
                    });
}

grpc::ServerUnaryReactor* ScreeningService::ReplayDecision(grpc::CallbackServerContext* context,
                                                           const v1::ReplayDecisionRequest* request,
                                                           v1::ReplayDecisionResponse* response) {
  return rpc::UnaryOn(env_, AreAtHand({}) ? nullptr : &waiting_, context,
                      "ScreeningService.ReplayDecision", request, response,
                      [this](const rpc::CallContext& call, const auto& asked, auto* answer) {
                        return screening_service::ReplayDecision(bench_, call, asked, answer);
                      });
}

grpc::ServerUnaryReactor* ScreeningService::ErasePersonalTexts(
    grpc::CallbackServerContext* context, const v1::ErasePersonalTextsRequest* request,
    v1::ErasePersonalTextsResponse* response) {
  return rpc::UnaryWrite(env_, context, "ScreeningService.ErasePersonalTexts", request, response,
                         [this](const rpc::CallContext& call, const auto& asked, auto* answer) {
                           return screening_service::ErasePersonalTexts(bench_, call, asked,
                                                                        answer);
                         });
}

grpc::ServerUnaryReactor* ScreeningService::GetReceipt(grpc::CallbackServerContext* context,
                                                       const v1::GetReceiptRequest* request,
                                                       v1::GetReceiptResponse* response) {
  return rpc::Unary(env_, context, "ScreeningService.GetReceipt", request, response,
                    [this](const rpc::CallContext& call, const auto& asked, auto* answer) {
                      return screening_service::GetReceipt(bench_, call, asked, answer);
                    });
}

grpc::ServerUnaryReactor* ScreeningService::GetCheckpoint(grpc::CallbackServerContext* context,
                                                          const v1::GetCheckpointRequest* request,
                                                          v1::GetCheckpointResponse* response) {
  return rpc::Unary(env_, context, "ScreeningService.GetCheckpoint", request, response,
                    [this](const rpc::CallContext&, const auto& asked, auto* answer) {
                      return screening_service::GetCheckpoint(bench_, asked, answer);
                    });
}

grpc::ServerUnaryReactor* ScreeningService::GetConsistencyProof(
    grpc::CallbackServerContext* context, const v1::GetConsistencyProofRequest* request,
    v1::GetConsistencyProofResponse* response) {
  return rpc::Unary(env_, context, "ScreeningService.GetConsistencyProof", request, response,
                    [this](const rpc::CallContext&, const auto& asked, auto* answer) {
                      return screening_service::GetConsistencyProof(bench_, asked, answer);
                    });
}

grpc::ServerUnaryReactor* ScreeningService::ListLogKeys(grpc::CallbackServerContext* context,
                                                        const v1::ListLogKeysRequest* request,
                                                        v1::ListLogKeysResponse* response) {
  return rpc::Unary(env_, context, "ScreeningService.ListLogKeys", request, response,
                    [this](const rpc::CallContext&, const auto&, auto* answer) {
                      return screening_service::ListLogKeys(bench_, answer);
                    });
}

grpc::ServerUnaryReactor* ScreeningService::ListActs(grpc::CallbackServerContext* context,
                                                     const v1::ListActsRequest* request,
                                                     v1::ListActsResponse* response) {
  return rpc::Unary(env_, context, "ScreeningService.ListActs", request, response,
                    [this](const rpc::CallContext& call, const auto& asked, auto* answer) {
                      return screening_service::ListActs(bench_, call, asked, answer);
                    });
}

grpc::ServerUnaryReactor* ScreeningService::GetActReceipt(grpc::CallbackServerContext* context,
                                                          const v1::GetActReceiptRequest* request,
                                                          v1::GetActReceiptResponse* response) {
  return rpc::Unary(env_, context, "ScreeningService.GetActReceipt", request, response,
                    [this](const rpc::CallContext& call, const auto& asked, auto* answer) {
                      return screening_service::GetActReceipt(bench_, call, asked, answer);
                    });
}

}  // namespace probity::screening_service
