#include "services/dataset/load_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "base/hash.h"
#include "base/replace_file.h"

namespace probity::dataset {

absl::Status MakeDirectory(const std::string& path) {
  const std::filesystem::path directory = std::filesystem::absolute(path);
  std::error_code error;
  if (std::filesystem::is_directory(directory, error)) return absl::OkStatus();
  const std::filesystem::path parent = directory.parent_path();
  if (absl::Status made = MakeDirectory(parent); !made.ok()) return made;
  std::filesystem::create_directory(directory, error);
  if (error) return StoreNotWritable(path, error.message());
  return SyncDirectory(parent);
}

std::string DataPath(const std::string& directory, int index) {
  return absl::StrCat(directory, "/file-", index);
}

uint64_t SizeOf(const std::string& path) {
  struct stat facts = {};
  return stat(path.c_str(), &facts) == 0 ? static_cast<uint64_t>(facts.st_size) : 0;
}

absl::Status AppendSynced(const std::string& path, uint64_t offset, const std::string& bytes) {
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return StoreNotWritable(path, std::strerror(errno));
  const auto close_file = absl::MakeCleanup([file] { close(file); });
  // Whatever a machine that lost power left behind the synced bytes goes.
  if (ftruncate(file, static_cast<off_t>(offset)) != 0) {
    return StoreNotWritable(path, std::strerror(errno));
  }
  const ssize_t written = pwrite(file, bytes.data(), bytes.size(), static_cast<off_t>(offset));
  if (written == static_cast<ssize_t>(bytes.size()) && fdatasync(file) == 0) {
    if (offset > 0) return absl::OkStatus();
    return SyncDirectory(std::filesystem::path(path).parent_path());
  }
  const bool full = written >= 0 || errno == ENOSPC || errno == EDQUOT;
  const std::string why = std::strerror(errno);
  if (ftruncate(file, static_cast<off_t>(offset)) != 0) return StoreNotWritable(path, why);
  return full ? DiskFull(path) : StoreNotWritable(path, why);
}

absl::Status SyncFile(const std::string& path) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return StoreNotWritable(path, std::strerror(errno));
  const auto close_file = absl::MakeCleanup([file] { close(file); });
  return fdatasync(file) == 0 ? absl::OkStatus() : StoreNotWritable(path, std::strerror(errno));
}

absl::StatusOr<size_t> EqualBytes(const std::string& path, uint64_t offset,
                                  const std::string& bytes) {
  std::ifstream file(path, std::ios::binary);
  if (!file.good()) return StoreNotWritable(path, "cannot be read");
  file.seekg(static_cast<std::streamoff>(offset));
  std::string there(bytes.size(), '\0');
  file.read(there.data(), static_cast<std::streamsize>(there.size()));
  there.resize(static_cast<size_t>(file.gcount()));
  const auto differs = std::mismatch(there.begin(), there.end(), bytes.begin());
  return static_cast<size_t>(differs.first - there.begin());
}

absl::StatusOr<std::string> Sha256OfFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file.good()) return StoreNotWritable(path, "cannot be read");
  Sha256Stream hash;
  std::string piece(1 << 20, '\0');
  while (file.read(piece.data(), static_cast<std::streamsize>(piece.size())) || file.gcount() > 0) {
    hash.Add(absl::string_view(piece).substr(0, static_cast<size_t>(file.gcount())));
  }
  return ToHex(hash.Finish());
}

}  // namespace probity::dataset
