#include "services/dataset/load_changes.h"

#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/hash.h"
#include "base/replace_file.h"
#include "google/protobuf/io/zero_copy_stream_impl.h"
#include "google/protobuf/util/delimited_message_util.h"
#include "services/dataset/load_files.h"

namespace probity::dataset {
namespace {

namespace fs = std::filesystem;

std::string KeptPath(const std::string& directory) { return directory + "/kept"; }
std::string LiftedPath(const std::string& directory) { return directory + "/lifted"; }

bool ReadsBack(const storage::ChangeSet& changes) {
  if (changes.path.empty()) return true;
  const auto digest = Sha256OfFile(changes.path);
  return digest.ok() && *digest == ToHex(changes.digest);
}

}  // namespace

absl::Status KeepChanges(const std::string& directory, const storage::ChangeSet& changes) {
  storage::v1::KeptChangeSet kept;
  *kept.mutable_header() = changes.header;
  kept.set_file(fs::path(changes.path).filename());
  kept.set_digest(changes.digest);
  kept.set_bytes(changes.bytes);
  if (!changes.path.empty()) {
    if (absl::Status synced = SyncFile(changes.path); !synced.ok()) return synced;
  }
  return ReplaceFile(KeptPath(directory), kept.SerializeAsString(), kPrivateFile);
}

std::optional<storage::ChangeSet> KeptChanges(const std::string& directory) {
  std::ifstream file(KeptPath(directory), std::ios::binary);
  storage::v1::KeptChangeSet kept;
  if (!file.good() || !kept.ParseFromIstream(&file)) return std::nullopt;
  storage::ChangeSet changes;
  changes.header = kept.header();
  if (!kept.file().empty()) changes.path = absl::StrCat(directory, "/", kept.file());
  changes.digest = kept.digest();
  changes.bytes = kept.bytes();
  if (!ReadsBack(changes)) return std::nullopt;
  return changes;
}

void ForgetChanges(const std::string& directory) {
  std::error_code ignored;
  fs::remove(KeptPath(directory), ignored);
  fs::remove(LiftedPath(directory), ignored);
  for (const fs::directory_entry& entry : fs::directory_iterator(directory, ignored)) {
    if (absl::StartsWith(entry.path().filename().string(), "changes-")) {
      fs::remove(entry.path(), ignored);
    }
  }
}

absl::Status KeepLifted(const std::string& directory,
                        const std::vector<v1::LiftedVerdict>& members) {
  std::ostringstream rows;
  for (const v1::LiftedVerdict& member : members) {
    google::protobuf::util::SerializeDelimitedToOstream(member, &rows);
  }
  return ReplaceFile(LiftedPath(directory), rows.str(), kPrivateFile);
}

std::vector<v1::LiftedVerdict> KeptLifted(const std::string& directory) {
  std::vector<v1::LiftedVerdict> members;
  std::ifstream file(LiftedPath(directory), std::ios::binary);
  google::protobuf::io::IstreamInputStream stream(&file);
  v1::LiftedVerdict member;
  bool clean_end = false;
  while (google::protobuf::util::ParseDelimitedFromZeroCopyStream(&member, &stream, &clean_end)) {
    members.push_back(member);
    member.Clear();
  }
  return members;
}

}  // namespace probity::dataset
