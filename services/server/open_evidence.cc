#include "services/server/open_evidence.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/tables.h"
#include "services/rpc/call_log.h"
#include "storage/evidence/key_file.h"
#include "storage/rocksdb/rocksdb_evidence_log.h"

namespace probity::server {

absl::StatusOr<std::unique_ptr<storage::EvidenceLog>> OpenEvidence(
    const config::v1::ServerConfig& config) {
  auto key =
      config.evidence_key_file().empty()
          ? storage::ReadOrMakeKeyFile(config.data_dir() + "/evidence_key.pem", &rpc::LogWarning)
          : storage::ReadKeyFile(config.evidence_key_file(), &rpc::LogWarning);
  if (!key.ok()) return key.status();
  storage::EvidenceOptions options;
  options.path = config.evidence_dir();
  options.key = *std::move(key);
  return storage::OpenRocksdbEvidenceLog(options);
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
