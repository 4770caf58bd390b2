// ScreeningService's operations: view, policy and question to screening/, the
// decision to the evidence log. Errors as the proto and those say.
#ifndef PROBITY_SERVICES_SCREENING_SERVICE_OPERATIONS_H_
#define PROBITY_SERVICES_SCREENING_SERVICE_OPERATIONS_H_

#include <string>

#include "absl/status/status.h"
#include "policy/legal_periods.h"
#include "policy/schemes.h"
#include "probity/v1/screening_service.pb.h"
#include "screening/commodity_risk.h"
#include "screening/decision/decision_observer.h"
#include "screening/names/name_question.h"
#include "screening/policies/policy_book.h"
#include "screening/print/catalogue.h"
#include "services/rpc/unary.h"
#include "storage/evidence/evidence_log.h"
#include "storage/store.h"

namespace probity::screening_service {

// What decisions are made with. Borrowed; longer than any call.
struct Bench {
  const storage::Store& store;
  const screening::NameBook& names;
  const policy::LegalPeriods& law;
  const policy::SchemeCatalogue& schemes;
  const screening::GoodsAtRisk& goods;
  const screening::PolicyBook& policies;
  storage::EvidenceLog& log;
  const screening::TextCatalogue& texts;
  v1::Engine engine;
  // Hears of recorded decisions; may be nullptr. As long as the log.
  screening::DecisionObserver* observer = nullptr;
  // Where a decision's name is added behind "/" for people to read it; may be empty.
  std::string decision_page_uri{};
};

// Both answer through `done`, once the decision is recorded; ScreenSupplier with the
// bytes of its response.
void ScreenSupplier(const Bench& bench, const rpc::CallContext& call,
                    const v1::ScreenSupplierRequest& request, rpc::BytesDone done);
void BatchScreenSuppliers(const Bench& bench, const rpc::CallContext& call,
                          const v1::BatchScreenSuppliersRequest& request,
                          v1::BatchScreenSuppliersResponse* response, rpc::CallDone done);

absl::Status GetDecision(const Bench& bench, const rpc::CallContext& call,
                         const v1::GetDecisionRequest& request, v1::GetDecisionResponse* response);
absl::Status ListDecisions(const Bench& bench, const rpc::CallContext& call,
                           const v1::ListDecisionsRequest& request,
                           v1::ListDecisionsResponse* response);
absl::Status PrintDecision(const Bench& bench, const rpc::CallContext& call,
                           const v1::PrintDecisionRequest& request,
                           v1::PrintDecisionResponse* response);
absl::Status ReplayDecision(const Bench& bench, const rpc::CallContext& call,
                            const v1::ReplayDecisionRequest& request,
                            v1::ReplayDecisionResponse* response);
// The same of a decision at hand, for its own authority: `call` is of that.
absl::Status ReplayStored(const Bench& bench, const rpc::CallContext& call,
                          const storage::StoredDecision& stored, v1::ReplayMode mode,
                          v1::ReplayDecisionResponse* response);
absl::Status ErasePersonalTexts(const Bench& bench, const rpc::CallContext& call,
                                const v1::ErasePersonalTextsRequest& request,
                                v1::ErasePersonalTextsResponse* response);
absl::Status GetReceipt(const Bench& bench, const rpc::CallContext& call,
                        const v1::GetReceiptRequest& request, v1::GetReceiptResponse* response);
absl::Status GetCheckpoint(const Bench& bench, const v1::GetCheckpointRequest& request,
                           v1::GetCheckpointResponse* response);
absl::Status GetConsistencyProof(const Bench& bench, const v1::GetConsistencyProofRequest& request,
                                 v1::GetConsistencyProofResponse* response);
absl::Status ListLogKeys(const Bench& bench, v1::ListLogKeysResponse* response);
absl::Status ListActs(const Bench& bench, const rpc::CallContext& call,
                      const v1::ListActsRequest& request, v1::ListActsResponse* response);
absl::Status GetActReceipt(const Bench& bench, const rpc::CallContext& call,
                           const v1::GetActReceiptRequest& request,
                           v1::GetActReceiptResponse* response);

}  // namespace probity::screening_service

#endif  // PROBITY_SERVICES_SCREENING_SERVICE_OPERATIONS_H_
