#include "services/server_info/operations.h"

#include <utility>

#include "base/errors.h"
#include "services/rpc/limits.h"
#include "storage/maintenance.h"

namespace probity::server_info {

absl::Status DeleteBackups(BackupKeeper& keeper, const v1::DeleteBackupsRequest& request,
                           v1::DeleteBackupsResponse* response) {
  if (request.keep() < 1) return InvalidField("keep", "must be 1 or more");
  auto deleted = keeper.DeleteAllBut(static_cast<size_t>(request.keep()));
  if (!deleted.ok()) return deleted.status();
  for (std::string& name : *deleted) response->add_deleted(std::move(name));
  return absl::OkStatus();
}

absl::Status VerifyBackup(BackupKeeper& keeper, const rpc::CallContext& call,
                          const v1::VerifyBackupRequest& request,
                          v1::VerifyBackupResponse* response) {
  if (request.replay_decisions() < 0) return InvalidField("replay_decisions", "must be 0 or more");
  if (request.replay_decisions() > rpc::kMaxVerifiedDecisions) {
    return LimitExceeded("replay_decisions", rpc::kMaxVerifiedDecisions,
                         request.replay_decisions());
  }
  return keeper.Verify(
      request, [&call] { return !call.CheckAlive().ok(); }, response);
}

absl::Status CheckStore(const storage::Store& store, const storage::EvidenceLog& log,
                        const rpc::CallContext& call, const v1::CheckStoreRequest& request,
                        v1::CheckStoreResponse* response) {
  const storage::CheckDepth depth{request.quick(), [&call] { return !call.CheckAlive().ok(); }};
  for (const storage::Maintenance* files : {store.maintenance(), log.maintenance()}) {
    if (files == nullptr) continue;
    if (absl::Status status = files->Check(depth, response); !status.ok()) return status;
  }
  return absl::OkStatus();
}

}  // namespace probity::server_info
