#include "services/server/open_evidence.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "base/hash.h"
#include "base/tables.h"
#include "evidence/timestamp.h"
#include "services/rpc/call_log.h"
#include "services/server/memory_plan.h"
#include "storage/evidence/key_file.h"
#include "storage/rocksdb/rocksdb_evidence_log.h"

namespace probity::server {

namespace {

using LogOr = absl::StatusOr<std::unique_ptr<storage::EvidenceLog>>;

// `continued`: id of the log that is wanted; empty: any. `clock` may be empty.
LogOr OpenLog(const config::v1::ServerConfig& config, const std::string& continued,
              const std::function<absl::Time()>& clock) {
  const std::string path = EvidenceKeyPath(config);
  // A log that is there is not gone on with by a key that was just drawn.
  auto key = config.evidence_key_file().empty() && continued.empty()
                 ? storage::ReadOrMakeKeyFile(path, &rpc::LogWarning)
                 : storage::ReadKeyFile(path, &rpc::LogWarning);
  if (!key.ok()) return key.status();
  storage::EvidenceOptions options;
  options.path = config.evidence_dir();
  options.key = *std::move(key);
  options.continued_log_id = continued;
  options.block_cache = MemoryPlanOf(config).evidence_cache;
  if (clock) options.clock = [clock] { return absl::ToUnixMicros(clock()); };
  return storage::OpenRocksdbEvidenceLog(options);
}

}  // namespace

std::string EvidenceKeyPath(const config::v1::ServerConfig& config) {
  return config.evidence_key_file().empty() ? config.data_dir() + "/evidence_key.pem"
                                            : config.evidence_key_file();
}

LogOr OpenEvidence(const config::v1::ServerConfig& config) { return OpenLog(config, "", nullptr); }

LogOr OpenEvidenceOf(const config::v1::ServerConfig& config, storage::Store* store,
                     const std::function<absl::Time()>& clock) {
  const auto known = store->ListMeta(kLogOfStore);
  if (!known.ok()) return known.status();
  const std::string wanted = known->empty() ? "" : known->front().second;
  auto log = OpenLog(config, wanted, clock);
  if (!log.ok()) return log.status();
  const std::string id = (*log)->Head().log_id();
  if (id == wanted) return log;
  if (absl::Status noted = store->PutMeta(kLogOfStore, id); !noted.ok()) return noted;
  return log;
}

absl::StatusOr<std::string> ReadAuthorityCertificates(
    const config::v1::TimestampAuthority& authority) {
  auto pem = ReadFile(authority.ca_file());
  if (!pem.ok()) return InvalidField("timestamp_authority.ca_file", pem.status().message());
  absl::Status well = evidence::CheckCertificates(*pem, "timestamp_authority.ca_file");
  if (well.ok() && !authority.policy_oid().empty()) {
    well = evidence::CheckPolicyOid(authority.policy_oid(), "timestamp_authority.policy_oid");
  }
  if (!well.ok()) return well;
  return pem;
}

absl::StatusOr<std::unique_ptr<timestamps::Timestamper>> StartTimestamps(
    const config::v1::ServerConfig& config, storage::EvidenceLog* log) {
  if (!config.has_timestamp_authority()) return nullptr;
  const config::v1::TimestampAuthority& authority = config.timestamp_authority();
  auto pem = ReadAuthorityCertificates(authority);
  if (!pem.ok()) return pem.status();
  timestamps::TimestamperOptions options;
  options.url = authority.url();
  options.ca_pem = *std::move(pem);
  options.policy_oid = authority.policy_oid();
  options.every = absl::Seconds(authority.every().seconds());
  options.log = &rpc::LogMessage;
  options.warn = &rpc::LogWarning;
  return std::make_unique<timestamps::Timestamper>(log, std::move(options));
}

absl::StatusOr<std::string> RotateEvidenceKey(const config::v1::ServerConfig& config,
                                              const std::string& next_key_file) {
  auto next = storage::ReadKeyFile(next_key_file, &rpc::LogWarning);
  if (!next.ok()) return next.status();
  auto log = OpenEvidence(config);
  if (!log.ok()) return log.status();
  if (absl::Status rotated = (*log)->Rotate(*next); !rotated.ok()) return rotated;
  return absl::StrCat("The log of ", (*log)->Head().tree_size(), " entries is signed by ",
                      ToHex(next->key_id()), " from now on. Start the server with\n",
                      "evidence_key_file: \"", next_key_file,
                      "\", and publish the new public key.\n");
}

absl::StatusOr<std::string> RevokeEvidenceKey(const config::v1::ServerConfig& config,
                                              const std::string& key_id,
                                              uint64_t last_trusted_size) {
  if (key_id.size() != 64 || key_id.find_first_not_of("0123456789abcdefABCDEF") != key_id.npos) {
    return InvalidField("key", "must be 64 hex digits, as \"probity log keys\" shows them");
  }
  auto log = OpenEvidence(config);
  if (!log.ok()) return log.status();
  absl::Status revoked = (*log)->Revoke(absl::HexStringToBytes(key_id), last_trusted_size);
  if (!revoked.ok()) return revoked;
  return absl::StrCat("Heads of ", key_id, " beyond ", last_trusted_size,
                      " entries are trusted by nobody from now on. Tell who keeps receipts.\n");
}

absl::StatusOr<std::vector<std::string>> ReadShippedPolicies(const std::string& directory) {
  std::vector<std::string> paths;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(directory, error)) {
    const std::string path = entry.path().string();
    if (absl::EndsWith(path, ".txtpb") && !absl::EndsWith(path, ".cases.txtpb")) {
      paths.push_back(path);
    }
  }
  if (error) return absl::NotFoundError(absl::StrCat(directory, ": ", error.message()));
  std::sort(paths.begin(), paths.end());
  std::vector<std::string> texts;
  for (const std::string& path : paths) {
    auto text = ReadFile(path);
    if (!text.ok()) return text.status();
    texts.push_back(*std::move(text));
  }
  return texts;
}

}  // namespace probity::server
