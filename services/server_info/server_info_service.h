// ServerService: what this server is and what it accepts.
#ifndef PROBITY_SERVICES_SERVER_INFO_SERVER_INFO_SERVICE_H_
#define PROBITY_SERVICES_SERVER_INFO_SERVER_INFO_SERVICE_H_

#include <cstdint>
#include <functional>
#include <optional>

#include "matching/matcher.h"
#include "policy/schemes.h"
#include "probity/v1/server_service.grpc.pb.h"
#include "screening/policies/policy_book.h"
#include "services/rpc/executor.h"
#include "services/rpc/unary.h"
#include "services/server_info/backup_keeper.h"
#include "storage/evidence/evidence_log.h"

namespace probity::server_info {

class ServerInfoService final : public v1::ServerService::CallbackService {
 public:
  // All are borrowed and outlive the service.
  ServerInfoService(const rpc::Environment& env, const policy::SchemeCatalogue& schemes,
                    const matching::Matcher& matcher, const screening::PolicyBook& policies,
                    const storage::EvidenceLog& log, BackupOptions backups,
                    std::function<uint64_t()> timestamp_failures);

  // Gives up what reads store and log in the background, and waits for it. Calls that
  // come afterwards do no harm as long as both are there.
  void Stop();

  // See BackupKeeper.
  std::optional<absl::Time> newest_backup() const { return backups_.newest(); }

  grpc::ServerUnaryReactor* GetServerInfo(grpc::CallbackServerContext* context,
                                          const v1::GetServerInfoRequest* request,
                                          v1::GetServerInfoResponse* response) override;
  grpc::ServerUnaryReactor* CreateBackup(grpc::CallbackServerContext* context,
                                         const v1::CreateBackupRequest* request,
                                         v1::Backup* response) override;
  grpc::ServerUnaryReactor* GetBackup(grpc::CallbackServerContext* context,
                                      const v1::GetBackupRequest* request,
                                      v1::Backup* response) override;
  grpc::ServerUnaryReactor* ListBackups(grpc::CallbackServerContext* context,
                                        const v1::ListBackupsRequest* request,
                                        v1::ListBackupsResponse* response) override;
  grpc::ServerUnaryReactor* DeleteBackups(grpc::CallbackServerContext* context,
                                          const v1::DeleteBackupsRequest* request,
                                          v1::DeleteBackupsResponse* response) override;
  grpc::ServerUnaryReactor* VerifyBackup(grpc::CallbackServerContext* context,
                                         const v1::VerifyBackupRequest* request,
                                         v1::VerifyBackupResponse* response) override;
  grpc::ServerUnaryReactor* CheckStore(grpc::CallbackServerContext* context,
                                       const v1::CheckStoreRequest* request,
                                       v1::CheckStoreResponse* response) override;

 private:
  const rpc::Environment& env_;
  const policy::SchemeCatalogue& schemes_;
  const matching::Matcher& matcher_;
  const screening::PolicyBook& policies_;
  const storage::EvidenceLog& log_;
  const std::function<uint64_t()> timestamp_failures_;
  BackupKeeper backups_;
  // Calls that read all of the files, one after the other: writers do not wait for them.
  rpc::Executor slow_;
  rpc::Environment slow_env_;
};

}  // namespace probity::server_info

#endif  // PROBITY_SERVICES_SERVER_INFO_SERVER_INFO_SERVICE_H_
