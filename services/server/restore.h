// Commands on the files of a server that is stopped: backups put back, and damage looked
// for. They say what they did; nothing that was there is written over.
#ifndef PROBITY_SERVICES_SERVER_RESTORE_H_
#define PROBITY_SERVICES_SERVER_RESTORE_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "probity/config/v1/server_config.pb.h"
#include "probity/v1/backup.pb.h"

namespace probity::server {

struct RestoreRequest {
  // Of config.backup_dir; 0: the newest.
  uint32_t backup = 0;
  // What to put back; neither: the store.
  bool store = false, evidence = false;
  // The account that runs the command accepts that decisions behind the backup's are in no
  // log any more; alone: of a log that was put back before.
  bool accept_gap = false;
  // The store's log is lost and in no backup: the next start makes another one. Goes with
  // accept_gap.
  bool forget_log = false;
};

// Puts the store of a backup back into data_dir, its evidence log into evidence_dir, or
// both. A restore of the store leaves the log alone.
//   INVALID_ARGUMENT / INVALID_FIELD  backup_dir is not set, flags that do not go together
//   FAILED_PRECONDITION / EVIDENCE_OTHER_LOG  the backup is of another server, or the
//                         store's log is not there
//   NOT_FOUND / BACKUP_NOT_FOUND; errors of RestoreStore and RestoreEvidenceLog
absl::StatusOr<std::string> Restore(const config::v1::ServerConfig& config,
                                    const RestoreRequest& request);

// Whether neither the store nor the log was ever made, as before a server's first start.
bool IsBeforeFirstStart(const config::v1::ServerConfig& config);

// What is wrong with the store in data_dir and the log in evidence_dir.
//   FAILED_PRECONDITION / STORE_IN_USE and other errors where it could not look
absl::StatusOr<v1::CheckStoreResponse> CheckClosed(const config::v1::ServerConfig& config,
                                                   bool quick);
// The findings, a line each with what to do, and what was read.
std::string FormatReport(const v1::CheckStoreResponse& report);

}  // namespace probity::server

#endif  // PROBITY_SERVICES_SERVER_RESTORE_H_
