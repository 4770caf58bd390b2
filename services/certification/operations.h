// CertificationService's operations: view, question to screening/, stamp. Each
// reads one revision. Errors as the protos and screening/ say.
#ifndef PROBITY_SERVICES_CERTIFICATION_OPERATIONS_H_
#define PROBITY_SERVICES_CERTIFICATION_OPERATIONS_H_

#include "absl/status/status.h"
#include "policy/schemes.h"
#include "probity/v1/certification_service.pb.h"
#include "services/rpc/call_context.h"
#include "storage/store.h"

namespace probity::certification {

// What an operation reads from; borrowed for the call.
struct Question {
  const storage::Store& store;
  const policy::SchemeCatalogue& schemes;
  const rpc::CallContext& call;
};

// check.cc
absl::Status Check(const Question& from, const v1::CheckCertificationRequest& request,
                   v1::CheckCertificationResponse* response);
absl::Status Check(const Question& from, const v1::CheckAuditRequest& request,
                   v1::CheckAuditResponse* response);
// batch_check.cc. An item that fails carries its own error.
absl::Status BatchCheck(const Question& from, const v1::BatchCheckCertificationsRequest& request,
                        v1::BatchCheckCertificationsResponse* response);
// list.cc
absl::Status Get(const Question& from, const v1::GetCertificationRequest& request,
                 v1::GetCertificationResponse* response);
absl::Status List(const Question& from, const v1::ListCertificationsRequest& request,
                  v1::ListCertificationsResponse* response);
absl::Status List(const Question& from, const v1::ListAuditsRequest& request,
                  v1::ListAuditsResponse* response);

}  // namespace probity::certification

#endif  // PROBITY_SERVICES_CERTIFICATION_OPERATIONS_H_
