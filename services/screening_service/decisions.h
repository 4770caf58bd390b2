// Decisions and acts as they are in the log, for those whose they are.
#ifndef PROBITY_SERVICES_SCREENING_SERVICE_DECISIONS_H_
#define PROBITY_SERVICES_SCREENING_SERVICE_DECISIONS_H_

#include <string>

#include "absl/status/statusor.h"
#include "probity/v1/screening_service.pb.h"
#include "services/rpc/call_context.h"
#include "services/screening_service/operations.h"
#include "storage/evidence/evidence_log.h"

namespace probity::screening_service {

// A decision of the caller's authority. NOT_FOUND / DECISION_NOT_FOUND also for
// one of another: that it is there is not told.
absl::StatusOr<storage::StoredDecision> FindDecision(const Bench& bench,
                                                     const rpc::CallContext& call,
                                                     const std::string& name);

// A leaf of an act by a caller of the caller's authority. NOT_FOUND / ACT_NOT_FOUND also for
// one of another.
absl::StatusOr<storage::StoredAct> FindAct(const Bench& bench, const rpc::CallContext& call,
                                           const std::string& name);

// Where people read the decision of that name; empty: nowhere.
std::string DecisionUri(const Bench& bench, const std::string& name);

// The decision as the API shows it. DATA_LOSS / STORE_CORRUPT.
absl::Status ReadDecision(const Bench& bench, const storage::StoredDecision& stored,
                          v1::Decision* decision);
// And what it was drawn from.
absl::Status ReadDecision(const Bench& bench, const storage::StoredDecision& stored,
                          v1::Decision* decision, v1::EvidenceBundle* bundle);

}  // namespace probity::screening_service

#endif  // PROBITY_SERVICES_SCREENING_SERVICE_DECISIONS_H_
