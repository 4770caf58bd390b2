#include "services/server/machine_check.h"

#include <filesystem>
#include <string>

#include "absl/status/statusor.h"
#include "services/doctor/judge.h"
#include "services/doctor/probes.h"
#include "services/server/open_store.h"
#include "storage/rocksdb/closed_check.h"

namespace probity::server {
namespace {

// Enough for a 99th hundredth, and done in seconds on a slow disk.
constexpr int kSyncs = 200;

void CheckVolume(const std::string& setting, const std::string& path, uint64_t reserve,
                 std::vector<Finding>* findings) {
  // What is not there yet will stand on its parent's volume.
  std::error_code error;
  std::filesystem::path place = std::filesystem::absolute(path);
  while (!std::filesystem::exists(place, error) && place.has_relative_path()) {
    place = place.parent_path();
  }
  const absl::StatusOr<doctor::Volume> volume = doctor::ReadVolume(place);
  findings->push_back(doctor::JudgeVolume(setting, volume));
  findings->push_back(doctor::JudgeSpace(setting, volume, reserve));
  findings->push_back(doctor::JudgeSync(setting, doctor::MeasureSync(place, kSyncs)));
}

absl::StatusOr<absl::Time> NewestRevision(const config::v1::ServerConfig& config) {
  const auto manifest = storage::ReadClosedHead(StoreOptions(config));
  if (!manifest.ok()) return manifest.status();
  return absl::FromUnixMicros(manifest->published_at_us());
}

}  // namespace

std::vector<Finding> CheckMachine(const config::v1::ServerConfig& config, absl::Time now) {
  std::vector<Finding> findings;
  const uint64_t reserve = uint64_t{config.disk_reserve_mib()} << 20;
  CheckVolume("data_dir", config.data_dir(), reserve, &findings);
  CheckVolume("evidence_dir", config.evidence_dir(), reserve, &findings);
  findings.push_back(doctor::JudgeKernelClock(doctor::ReadKernelClock()));
  findings.push_back(doctor::JudgeClock(now, NewestRevision(config)));
  findings.push_back(doctor::JudgeOpenFiles(doctor::OpenFileLimit()));
  if (config.has_tls()) {
    findings.push_back(doctor::JudgeCertificate("tls.cert_file", now,
                                                doctor::CertificateEnd(config.tls().cert_file())));
  }
  if (config.has_timestamp_authority()) {
    findings.push_back(
        doctor::JudgeCertificate("timestamp_authority.ca_file", now,
                                 doctor::CertificateEnd(config.timestamp_authority().ca_file())));
  }
  return findings;
}

}  // namespace probity::server
