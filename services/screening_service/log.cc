#include "services/screening_service/decisions.h"
#include "services/screening_service/operations.h"

namespace probity::screening_service {

absl::Status GetReceipt(const Bench& bench, const rpc::CallContext& call,
                        const v1::GetReceiptRequest& request, v1::GetReceiptResponse* response) {
  auto stored = FindDecision(bench, call, request.name());
  if (!stored.ok()) return stored.status();
  auto receipt = storage::MakeReceipt(bench.log, request.name());
  if (!receipt.ok()) return receipt.status();
  *response->mutable_receipt() = *std::move(receipt);
  return absl::OkStatus();
}

absl::Status GetCheckpoint(const Bench& bench, const v1::GetCheckpointRequest& request,
                           v1::GetCheckpointResponse* response) {
  auto checkpoint = storage::MakeCheckpoint(bench.log, request.old_tree_size());
  if (!checkpoint.ok()) return checkpoint.status();
  *response->mutable_checkpoint() = *std::move(checkpoint);
  return absl::OkStatus();
}

absl::Status GetConsistencyProof(const Bench& bench, const v1::GetConsistencyProofRequest& request,
                                 v1::GetConsistencyProofResponse* response) {
  const uint64_t newest =
      request.new_tree_size() == 0 ? bench.log.Head().tree_size() : request.new_tree_size();
  auto proof = bench.log.Consistency(request.old_tree_size(), newest);
  if (!proof.ok()) return proof.status();
  *response->mutable_proof() = *std::move(proof);
  return absl::OkStatus();
}

absl::Status ListLogKeys(const Bench& bench, v1::ListLogKeysResponse* response) {
  for (v1::LogKey& key : bench.log.Keys()) *response->add_keys() = std::move(key);
  *response->mutable_history() = bench.log.KeyStatements();
  return absl::OkStatus();
}

}  // namespace probity::screening_service
