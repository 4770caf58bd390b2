// The refused rows of a load as a stream of bytes: a file of the sender's own format.
#ifndef PROBITY_SERVICES_DATASET_REJECTED_FILE_H_
#define PROBITY_SERVICES_DATASET_REJECTED_FILE_H_

#include <memory>

#include "absl/status/statusor.h"
#include "probity/v1/dataset_service.pb.h"
#include "services/dataset/operations.h"
#include "services/rpc/server_stream.h"

namespace probity::dataset {

using RejectedFileSource = rpc::MessageSource<v1::DownloadRejectedFileResponse>;

// For DownloadRejectedFile; what it gives borrows nothing. NOT_FOUND / LOAD_NOT_FOUND,
// FAILED_PRECONDITION / LOAD_STATE, PERMISSION_DENIED / PERMISSION_DENIED for others than
// the principal that opened the load, INVALID_ARGUMENT / INVALID_FIELD for a file that the
// load does not have, or none where it has several.
absl::StatusOr<std::unique_ptr<RejectedFileSource>> OpenRejectedFile(
    const Place& at, const v1::DownloadRejectedFileRequest& request);

}  // namespace probity::dataset

#endif  // PROBITY_SERVICES_DATASET_REJECTED_FILE_H_
