// What DatasetService answers of the past: differences, rollback, recall, export, holds.
// Errors as the protos say.
#ifndef PROBITY_SERVICES_DATASET_HISTORY_H_
#define PROBITY_SERVICES_DATASET_HISTORY_H_

#include <cstddef>
#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "policy/legal_periods.h"
#include "policy/schemes.h"
#include "probity/v1/dataset_service.pb.h"
#include "screening/commodity_risk.h"
#include "screening/names/name_question.h"
#include "screening/policies/policy_book.h"
#include "services/dataset/operations.h"
#include "services/rpc/call_context.h"
#include "services/rpc/server_stream.h"
#include "storage/evidence/evidence_log.h"
#include "storage/retention/retention.h"
#include "storage/rollback.h"
#include "storage/store.h"

namespace probity::dataset {

// What these work with besides the store. Borrowed; longer than any call.
struct HistoryDesk {
  const screening::NameBook& names;
  const policy::LegalPeriods& law;
  const policy::SchemeCatalogue& schemes;
  const screening::GoodsAtRisk& goods;
  const screening::PolicyBook& policies;
  const storage::EvidenceLog& log;
  storage::Retention& retention;
  v1::Engine engine;
};

// revisions.cc
absl::Status List(const Place& at, const v1::ListRevisionsRequest& request,
                  v1::ListRevisionsResponse* out);

// Streams: the store and the call outlive what is opened.
template <typename Response>
using SourceOr = absl::StatusOr<std::unique_ptr<rpc::MessageSource<Response>>>;
// What one message holds: enough that sending it costs little beside making it.
inline constexpr size_t kBytesOfMessage = size_t{256} << 10;

// differences.cc
SourceOr<v1::DiffRevisionsResponse> OpenDifferences(const storage::Store& store,
                                                    const rpc::CallContext& call,
                                                    const v1::DiffRevisionsRequest& request);
// exports.cc
SourceOr<v1::ExportDatasetResponse> OpenExport(const storage::Store& store,
                                               const rpc::CallContext& call,
                                               const v1::ExportDatasetRequest& request);

// rollback.cc
absl::Status Rollback(const Place& at, const v1::RollbackDatasetRequest& request, v1::Load* out);
// Makes the change set of a load of the mode ROLLBACK (load_source.h).
absl::StatusOr<storage::ChangeSet> RollbackChanges(
    const storage::Store& store, const storage::View& base, const std::string& dataset,
    uint64_t target_revision, const std::string& directory, const storage::KeepGoing& keep_going);

// affected.cc
absl::Status ListAffected(const Place& at, const HistoryDesk& desk,
                          const v1::ListAffectedDecisionsRequest& request,
                          v1::ListAffectedDecisionsResponse* out);

// holds.cc
absl::Status SetHold(const Place& at, const HistoryDesk& desk,
                     const v1::SetLegalHoldRequest& request, v1::LegalHold* out);
absl::Status ReleaseHold(const Place& at, const HistoryDesk& desk,
                         const v1::ReleaseLegalHoldRequest& request, v1::LegalHold* out);
absl::Status ListHolds(const Place& at, const HistoryDesk& desk,
                       const v1::ListLegalHoldsRequest& request, v1::ListLegalHoldsResponse* out);

}  // namespace probity::dataset

#endif  // PROBITY_SERVICES_DATASET_HISTORY_H_
