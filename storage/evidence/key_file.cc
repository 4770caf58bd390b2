#include "storage/evidence/key_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "base/hash.h"
#include "base/replace_file.h"
#include "base/tables.h"

namespace probity::storage {
namespace {

constexpr mode_t kOwnerAlone = 0600;
constexpr mode_t kOthers = 0077;

absl::Status WriteFault(const std::string& path) {
  const int error = errno;
  if (error == EEXIST) return absl::AlreadyExistsError(absl::StrCat(path, " exists"));
  if (error == ENOSPC || error == EDQUOT) return DiskFull(path);
  return StoreNotWritable(path, std::strerror(error));
}

// Closes `fd`.
bool WriteAndSync(int fd, absl::string_view bytes) {
  const bool done =
      write(fd, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()) && fsync(fd) == 0;
  return (close(fd) == 0) && done;
}

}  // namespace

absl::StatusOr<evidence::SigningKey> ReadKeyFile(const std::string& path, const Warn& warn) {
  const absl::StatusOr<std::string> pem = ReadFile(path);
  if (!pem.ok()) return pem.status();
  struct stat facts {};
  if (stat(path.c_str(), &facts) == 0 && (facts.st_mode & kOthers) != 0) {
    warn(absl::StrCat("the signing key in ", path,
                      " can be read by others than its owner; make it mode 0600"));
  }
  return evidence::SigningKey::FromPem(*pem, path);
}

absl::Status WriteKeyFile(const std::string& path, const evidence::SigningKey& key) {
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kOwnerAlone);
  if (fd < 0) return WriteFault(path);
  const std::string directory = std::filesystem::path(path).parent_path();
  if (WriteAndSync(fd, key.ToPem()) && SyncDirectory(directory).ok()) return absl::OkStatus();
  const absl::Status fault = WriteFault(path);
  unlink(path.c_str());
  return fault;
}

absl::StatusOr<evidence::SigningKey> ReadOrMakeKeyFile(const std::string& path, const Warn& warn) {
  absl::StatusOr<evidence::SigningKey> key = ReadKeyFile(path, warn);
  if (!absl::IsNotFound(key.status())) return key;
  key = evidence::SigningKey::Generate();
  if (absl::Status status = WriteKeyFile(path, *key); !status.ok()) return status;
  warn(absl::StrCat("a new signing key ", ToHex(key->key_id()), " was made in ", path,
                    ": for development; give a production server a key of its own"));
  return key;
}

}  // namespace probity::storage
