// The evidence log and the shipped policies, as the server opens them.
#ifndef PROBITY_SERVICES_SERVER_OPEN_EVIDENCE_H_
#define PROBITY_SERVICES_SERVER_OPEN_EVIDENCE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "probity/config/v1/server_config.pb.h"
#include "services/timestamps/timestamper.h"
#include "storage/evidence/evidence_log.h"
#include "storage/store.h"

namespace probity::server {

// Opens the log in config.evidence_dir, or makes one, with the key that the
// configuration names, else one in data_dir that is made when absent. Errors of
// ReadKeyFile and OpenRocksdbEvidenceLog.
absl::StatusOr<std::unique_ptr<storage::EvidenceLog>> OpenEvidence(
    const config::v1::ServerConfig& config);

// The same for a store, which knows its log: a store whose decisions are in another log, or
// in one that is gone, is not served. Decisions get their time from `clock`.
// FAILED_PRECONDITION / EVIDENCE_OTHER_LOG.
absl::StatusOr<std::unique_ptr<storage::EvidenceLog>> OpenEvidenceOf(
    const config::v1::ServerConfig& config, storage::Store* store,
    const std::function<absl::Time()>& clock);

// File of the key that signs.
std::string EvidenceKeyPath(const config::v1::ServerConfig& config);
// Where the store keeps the id of its log, among its small values: 16 bytes.
inline constexpr char kLogOfStore[] = "evidence/log";
// And, followed by an id in hex, of a log that an operator gave up: by whom and when.
inline constexpr char kLostLogs[] = "evidence/lost/";

// The certificates that stamps must chain to, PEM, once they and the rest of the setting are
// found to be in order. INVALID_ARGUMENT / INVALID_FIELD names the setting.
absl::StatusOr<std::string> ReadAuthorityCertificates(
    const config::v1::TimestampAuthority& authority);

// Has heads of the log stamped as the configuration says; nullptr when it names no
// authority. Borrows the log. INVALID_ARGUMENT / INVALID_FIELD names the setting.
absl::StatusOr<std::unique_ptr<timestamps::Timestamper>> StartTimestamps(
    const config::v1::ServerConfig& config, storage::EvidenceLog* log);

// The next two work on a log that no server has open, and say what they did.

// Signs with the key in `next_key_file` from now on; the configuration must name it
// afterwards. Errors of ReadKeyFile, OpenEvidence and EvidenceLog::Rotate.
absl::StatusOr<std::string> RotateEvidenceKey(const config::v1::ServerConfig& config,
                                              const std::string& next_key_file);
// Takes trust from heads of the key beyond `last_trusted_size`; `key_id` in hex.
// INVALID_ARGUMENT / INVALID_FIELD; errors of OpenEvidence and EvidenceLog::Revoke.
absl::StatusOr<std::string> RevokeEvidenceKey(const config::v1::ServerConfig& config,
                                              const std::string& key_id,
                                              uint64_t last_trusted_size);

// Texts of the policies in `directory`: files "*.txtpb" but those of cases, in order
// of name. NOT_FOUND names the directory.
absl::StatusOr<std::vector<std::string>> ReadShippedPolicies(const std::string& directory);

}  // namespace probity::server

#endif  // PROBITY_SERVICES_SERVER_OPEN_EVIDENCE_H_
