// The checksums of sorted files.
#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "rocksdb/sst_file_reader.h"
#include "storage/rocksdb/store_check.h"

namespace probity::storage {
namespace {

bool IsLive(rocksdb::DB* db, const std::string& name) {
  std::vector<rocksdb::LiveFileMetaData> files;
  db->GetLiveFilesMetaData(&files);
  return std::any_of(files.begin(), files.end(),
                     [&](const rocksdb::LiveFileMetaData& file) { return file.name == name; });
}

rocksdb::Status ReadAll(const rocksdb::Options& options, const std::string& path) {
  rocksdb::SstFileReader reader(options);
  const rocksdb::Status status = reader.Open(path);
  return status.ok() ? reader.VerifyChecksum() : status;
}

}  // namespace

void AddFinding(absl::string_view part, absl::string_view place, absl::string_view message,
                absl::string_view recovery, probity::v1::CheckStoreResponse* report) {
  probity::v1::StoreFinding* finding = report->add_findings();
  finding->set_part(std::string(part));
  finding->set_place(std::string(place));
  finding->set_message(std::string(message));
  finding->set_recovery(absl::StrCat("docs/OPERATIONS.md, \"", recovery, "\""));
}

absl::Status CheckTables(rocksdb::DB* db, const rocksdb::Options& options, const CheckDepth& depth,
                         absl::string_view part, absl::string_view recovery,
                         probity::v1::CheckStoreResponse* report) {
  std::vector<rocksdb::LiveFileMetaData> files;
  db->GetLiveFilesMetaData(&files);
  for (const rocksdb::LiveFileMetaData& file : files) {
    if (depth.is_cancelled && depth.is_cancelled()) return absl::CancelledError("nobody waits");
    const std::string path = absl::StrCat(file.db_path, file.name);
    const rocksdb::Status status = ReadAll(options, path);
    if (status.ok() || !IsLive(db, file.name)) continue;
    AddFinding(part, path, status.ToString(), recovery, report);
  }
  return absl::OkStatus();
}

}  // namespace probity::storage
