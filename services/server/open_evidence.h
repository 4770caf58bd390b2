// The evidence log and the shipped policies, as the server opens them.
#ifndef PROBITY_SERVICES_SERVER_OPEN_EVIDENCE_H_
#define PROBITY_SERVICES_SERVER_OPEN_EVIDENCE_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "probity/config/v1/server_config.pb.h"
#include "storage/evidence/evidence_log.h"

namespace probity::server {

// Opens the log in config.evidence_dir, or makes one, with the key that the
// configuration names, else one in data_dir that is made when absent. Errors of
// ReadKeyFile and OpenRocksdbEvidenceLog.
absl::StatusOr<std::unique_ptr<storage::EvidenceLog>> OpenEvidence(
    const config::v1::ServerConfig& config);

// Texts of the policies in `directory`: files "*.txtpb" but those of cases, in order
// of name. NOT_FOUND names the directory.
absl::StatusOr<std::vector<std::string>> ReadShippedPolicies(const std::string& directory);

}  // namespace probity::server

#endif  // PROBITY_SERVICES_SERVER_OPEN_EVIDENCE_H_
