// ServerService's operations on backups and files. Errors as the proto and BackupKeeper say.
#ifndef PROBITY_SERVICES_SERVER_INFO_OPERATIONS_H_
#define PROBITY_SERVICES_SERVER_INFO_OPERATIONS_H_

#include "absl/status/status.h"
#include "probity/v1/server_service.pb.h"
#include "services/rpc/call_context.h"
#include "services/server_info/backup_keeper.h"
#include "storage/evidence/evidence_log.h"
#include "storage/store.h"

namespace probity::server_info {

absl::Status DeleteBackups(BackupKeeper& keeper, const v1::DeleteBackupsRequest& request,
                           v1::DeleteBackupsResponse* response);
absl::Status VerifyBackup(BackupKeeper& keeper, const rpc::CallContext& call,
                          const v1::VerifyBackupRequest& request,
                          v1::VerifyBackupResponse* response);
absl::Status CheckStore(const storage::Store& store, const storage::EvidenceLog& log,
                        const rpc::CallContext& call, const v1::CheckStoreRequest& request,
                        v1::CheckStoreResponse* response);

}  // namespace probity::server_info

#endif  // PROBITY_SERVICES_SERVER_INFO_OPERATIONS_H_
