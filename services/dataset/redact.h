// The operations around redactions. Errors as the proto says.
#ifndef PROBITY_SERVICES_DATASET_REDACT_H_
#define PROBITY_SERVICES_DATASET_REDACT_H_

#include "absl/status/status.h"
#include "probity/v1/erasure.pb.h"
#include "services/dataset/redactor.h"
#include "services/rpc/call_context.h"
#include "storage/evidence/evidence_log.h"
#include "storage/store.h"

namespace probity::dataset {

// What they work on; borrowed for the call.
struct RedactionDesk {
  storage::Store& store;
  const storage::EvidenceLog& log;
  Redactor& redactor;
  const rpc::CallContext& call;
};

// redact.cc
absl::Status Redact(const RedactionDesk& at, const v1::RedactRecordRequest& request,
                    v1::Redaction* out);
absl::Status Approve(const RedactionDesk& at, const v1::ApproveRedactionRequest& request,
                     v1::Redaction* out);
absl::Status List(const RedactionDesk& at, const v1::ListRedactionsRequest& request,
                  v1::ListRedactionsResponse* out);

// subject_report.cc
absl::Status Report(const RedactionDesk& at, const v1::GetSubjectReportRequest& request,
                    v1::GetSubjectReportResponse* out);

}  // namespace probity::dataset

#endif  // PROBITY_SERVICES_DATASET_REDACT_H_
