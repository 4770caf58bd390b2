#include "cli/upload.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <map>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "cli/crc32c.h"

namespace probity::cli {
namespace {

constexpr size_t kChunkBytes = 1 << 20;
// Corrections of the offset in a row, after which something is wrong.
constexpr int kMaxCorrections = 6;

absl::Status FileFault(const std::string& path, absl::string_view fault) {
  return absl::InvalidArgumentError(absl::StrCat(path, ": ", fault));
}

grpc::Status FaultStatus(const std::string& path, absl::string_view fault) {
  return {grpc::StatusCode::INVALID_ARGUMENT, absl::StrCat(path, ": ", fault)};
}

int Open(const std::string& path) {
  return path == "-" ? dup(STDIN_FILENO) : open(path.c_str(), O_RDONLY | O_CLOEXEC);
}

// Fills in what a file is; `descriptor` is open.
absl::Status Describe(int descriptor, LocalFile* file) {
  struct stat facts = {};
  if (fstat(descriptor, &facts) != 0) return FileFault(file->path, std::strerror(errno));
  if (S_ISDIR(facts.st_mode)) {
    return FileFault(file->path, "is a directory; name the files in it");
  }
  file->is_pipe = !S_ISREG(facts.st_mode);
  file->bytes = file->is_pipe ? 0 : static_cast<uint64_t>(facts.st_size);
  file->changed_at = absl::TimeFromTimespec(facts.st_mtim);
  if (!file->is_pipe && file->bytes == 0) {
    return FileFault(file->path, "is empty; was it written completely?");
  }
  return absl::OkStatus();
}

absl::StatusOr<LocalFile> LookAt(const std::string& path, v1::FileRole role) {
  LocalFile file;
  file.path = path;
  file.name = path == "-" ? "stdin" : path.substr(path.rfind('/') + 1);
  file.role = role;
  // Opening a pipe would wait for its writer; only looking at it does not.
  struct stat facts = {};
  if (path != "-" && stat(path.c_str(), &facts) == 0 && S_ISFIFO(facts.st_mode)) {
    file.is_pipe = true;
    return file;
  }
  const int descriptor = Open(path);
  if (descriptor < 0) return FileFault(path, std::strerror(errno));
  const auto close_file = absl::MakeCleanup([descriptor] { close(descriptor); });
  if (absl::Status described = Describe(descriptor, &file); !described.ok()) return described;
  return file;
}

bool Changed(int descriptor, const LocalFile& file) {
  LocalFile now = file;
  return !file.is_pipe && (!Describe(descriptor, &now).ok() || now.bytes != file.bytes ||
                           now.changed_at != file.changed_at);
}

// Reads until `piece` is full or the file ends; its size says how much. Returns
// an errno, or 0.
int Read(int descriptor, std::string* piece) {
  piece->resize(kChunkBytes);
  size_t got = 0;
  while (got < piece->size()) {
    const ssize_t read = ::read(descriptor, piece->data() + got, piece->size() - got);
    if (read == 0) break;
    if (read < 0 && (errno != EINTR || Interrupted())) return errno;
    if (read > 0) got += static_cast<size_t>(read);
  }
  piece->resize(got);
  return 0;
}

// Sends a piece that stands at `offset` of the file; afterwards `offset` is
// where the server wants the next one.
grpc::Status Send(const Patience& patience, v1::UploadChunkRequest& chunk, uint64_t* offset) {
  chunk.set_offset(*offset);
  chunk.set_crc32c(Crc32c(chunk.data()));
  v1::UploadChunkResponse response;
  grpc::Status status = patience.Call(&v1::DatasetService::Stub::UploadChunk, chunk, &response);
  if (status.ok()) *offset = response.committed_offset();
  if (ReasonOf(status) != "CHUNK_OFFSET") return status;
  return absl::SimpleAtoi(DetailOf(status, "committed_offset"), offset) ? grpc::Status::OK : status;
}

}  // namespace

absl::StatusOr<std::vector<LocalFile>> LookAtFiles(const std::vector<std::string>& paths,
                                                   const std::string& mapping) {
  std::vector<LocalFile> files;
  std::map<std::string, std::string> paths_by_name;
  const auto look = [&](const std::string& path, v1::FileRole role) -> absl::Status {
    auto file = LookAt(path, role);
    if (!file.ok()) return file.status();
    const auto [other, is_new] = paths_by_name.emplace(file->name, path);
    if (!is_new) {
      return FileFault(path, absl::StrCat("has the name of ", other->second,
                                          ", and a load knows files by their names; rename one"));
    }
    files.push_back(*std::move(file));
    return absl::OkStatus();
  };
  for (const std::string& path : paths) {
    if (absl::Status seen = look(path, v1::FILE_ROLE_DATA); !seen.ok()) return seen;
  }
  if (mapping.empty()) return files;
  if (absl::Status seen = look(mapping, v1::FILE_ROLE_MAPPING); !seen.ok()) return seen;
  return files;
}

uint64_t StoredBytes(const v1::Load& load, const LocalFile& file) {
  for (const v1::LoadFile& stored : load.files()) {
    if (stored.file_name() == file.name) return stored.bytes();
  }
  return 0;
}

grpc::Status CheckSameFiles(const v1::Load& load, const std::vector<LocalFile>& files) {
  const absl::Time opened = absl::FromUnixSeconds(load.created_at().seconds() + 1);
  for (const LocalFile& file : files) {
    if (file.is_pipe) return FaultStatus(file.path, "a pipe cannot be sent again; import it anew");
    if (file.changed_at >= opened || StoredBytes(load, file) > file.bytes) {
      return FaultStatus(file.path, "changed after the load was opened; import it anew");
    }
  }
  for (const v1::LoadFile& stored : load.files()) {
    const bool named = std::any_of(files.begin(), files.end(), [&](const LocalFile& file) {
      return file.name == stored.file_name();
    });
    if (!named && load.state() == v1::LOAD_STATE_OPEN) {
      return FaultStatus(stored.file_name(), "is a file of the load too; name it again");
    }
  }
  return grpc::Status::OK;
}

grpc::Status Upload(const Patience& patience, const std::string& load, const LocalFile& file,
                    uint64_t stored, const OnStored& on_stored) {
  const int descriptor = Open(file.path);
  if (descriptor < 0) return FaultStatus(file.path, std::strerror(errno));
  const auto close_file = absl::MakeCleanup([descriptor] { close(descriptor); });
  v1::UploadChunkRequest chunk;
  chunk.set_load(load);
  chunk.set_file_name(file.name);
  chunk.set_role(file.role);
  uint64_t at = 0;  // where the descriptor stands
  for (int corrections = 0; corrections < kMaxCorrections;) {
    if (at != stored && lseek(descriptor, static_cast<off_t>(stored), SEEK_SET) < 0) {
      return FaultStatus(file.path, "cannot be sent again from a pipe; import it anew");
    }
    at = stored;
    const int fault = Read(descriptor, chunk.mutable_data());
    if (Interrupted()) return {grpc::StatusCode::CANCELLED, "interrupted"};
    if (fault != 0) return FaultStatus(file.path, std::strerror(fault));
    if (Changed(descriptor, file)) {
      return FaultStatus(file.path, "changed while it was being sent; import it once it is whole");
    }
    if (chunk.data().empty()) {
      return at > 0 ? grpc::Status::OK
                    : FaultStatus(file.path, "is empty; was it written completely?");
    }
    at += chunk.data().size();
    stored = at - chunk.data().size();
    const grpc::Status sent = Send(patience, chunk, &stored);
    if (!sent.ok()) return sent;
    corrections = stored == at ? 0 : corrections + 1;
    on_stored(stored);
  }
  return FaultStatus(file.path, "is longer or shorter on the server than here; import it anew");
}

}  // namespace probity::cli
