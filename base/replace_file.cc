#include "base/replace_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "base/errors.h"

namespace probity {
namespace {

// A file descriptor that is closed.
class File {
 public:
  File(const std::string& path, int flags, unsigned mode = 0)
      : fd_(open(path.c_str(), flags | O_CLOEXEC, mode)) {}
  ~File() {
    if (fd_ >= 0) close(fd_);
  }
  File(const File&) = delete;
  bool ok() const { return fd_ >= 0; }
  bool Append(absl::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t written = write(fd_, bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return false;
      bytes.remove_prefix(static_cast<size_t>(written));
    }
    return true;
  }
  bool Sync() { return fsync(fd_) == 0; }

 private:
  const int fd_;
};

absl::Status WriteFault(const std::string& path) {
  const int error = errno;
  if (error == ENOSPC || error == EDQUOT) return DiskFull(path);
  return StoreNotWritable(path, std::strerror(error));
}

}  // namespace

absl::Status SyncDirectory(const std::string& directory) {
  File opened(directory.empty() ? "." : directory, O_RDONLY | O_DIRECTORY);
  return opened.ok() && opened.Sync() ? absl::OkStatus() : WriteFault(directory);
}

absl::Status ReplaceFile(const std::string& path, absl::string_view bytes, unsigned mode) {
  const std::string unfinished = absl::StrCat(path, kUnfinishedEnd);
  absl::Status fault;
  {
    File out(unfinished, O_WRONLY | O_CREAT | O_TRUNC, mode);
    if (!out.ok() || !out.Append(bytes) || !out.Sync()) fault = WriteFault(unfinished);
  }
  if (fault.ok() && rename(unfinished.c_str(), path.c_str()) != 0) fault = WriteFault(path);
  if (!fault.ok()) {
    unlink(unfinished.c_str());
    return fault;
  }
  return SyncDirectory(std::filesystem::path(path).parent_path());
}

}  // namespace probity
