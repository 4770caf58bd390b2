#include "tests/crash/mirrored_directory.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/tables.h"
#include "gtest/gtest.h"

namespace probity::storage::testing {
namespace {

// Calls come from everywhere; most have nothing to do with the directory.
struct Mirror {
  std::string path;  // empty: there is none
  DiskState disk;    // its mutex guards both
};
Mirror& TheMirror() {
  static auto* mirror = new Mirror;
  return *mirror;
}

// Its path on the simulated disk; nullopt of what is elsewhere. The mutex is held.
std::optional<std::string> Mirrored(const std::string& path) {
  const Mirror& mirror = TheMirror();
  if (mirror.path.empty()) return std::nullopt;
  if (path == mirror.path) return kMirrored;
  if (!absl::StartsWith(path, mirror.path + "/")) return std::nullopt;
  return absl::StrCat(kMirrored, path.substr(mirror.path.size()));
}

std::string PathOf(int file) {
  std::error_code ignored;
  return std::filesystem::read_symlink(absl::StrCat("/proc/self/fd/", file), ignored);
}

// Says as the system does what the simulated disk said.
int Refused(const rocksdb::IOStatus& status) {
  errno = status.IsNoSpace() ? ENOSPC : EIO;
  return -1;
}

}  // namespace

extern "C" {

int __real_open(const char* path, int flags, mode_t mode);
ssize_t __real_write(int file, const void* bytes, size_t count);
int __real_fsync(int file);
int __real_rename(const char* from, const char* to);
int __real_unlink(const char* path);

int __wrap_open(const char* path, int flags, ...) {
  mode_t mode = 0;
  if ((flags & O_CREAT) != 0) {
    va_list more;
    va_start(more, flags);
    mode = va_arg(more, mode_t);
    va_end(more);
  }
  DiskState& disk = TheMirror().disk;
  std::lock_guard<std::mutex> lock(disk.mutex);
  const auto at = Mirrored(path);
  if (!at || (flags & O_CREAT) == 0) return __real_open(path, flags, mode);
  const auto status = disk.ChangeNames(DiskAction::kCreate, *at,
                                       {{*at, DiskNode{std::make_shared<DiskFile>(), false}}});
  return status.ok() ? __real_open(path, flags, mode) : Refused(status);
}

ssize_t __wrap_write(int file, const void* bytes, size_t count) {
  DiskState& disk = TheMirror().disk;
  std::lock_guard<std::mutex> lock(disk.mutex);
  const auto at = Mirrored(PathOf(file));
  const auto content = at ? disk.FindFile(*at) : nullptr;
  if (content == nullptr) return __real_write(file, bytes, count);
  const auto status = disk.Do(DiskAction::kAppend, *at, [&] {
    content->bytes.append(static_cast<const char*>(bytes), count);
  });
  return status.ok() ? __real_write(file, bytes, count) : Refused(status);
}

int __wrap_fsync(int file) {
  DiskState& disk = TheMirror().disk;
  std::lock_guard<std::mutex> lock(disk.mutex);
  const auto at = Mirrored(PathOf(file));
  if (!at) return __real_fsync(file);
  const auto content = disk.FindFile(*at);
  const auto status =
      content == nullptr
          ? disk.Do(DiskAction::kSyncDirectory, *at, [&] { disk.SyncNames(*at); })
          : disk.Do(DiskAction::kSync, *at, [&] { content->synced = content->bytes.size(); });
  return status.ok() ? 0 : Refused(status);
}

int __wrap_rename(const char* from, const char* to) {
  DiskState& disk = TheMirror().disk;
  std::lock_guard<std::mutex> lock(disk.mutex);
  const auto source = Mirrored(from), target = Mirrored(to);
  if (!source || !target) return __real_rename(from, to);
  const auto status =
      disk.ChangeNames(DiskAction::kRename, *target,
                       {{*target, DiskNode{disk.FindFile(*source), false}}, {*source, DiskNode()}});
  return status.ok() ? __real_rename(from, to) : Refused(status);
}

int __wrap_unlink(const char* path) {
  DiskState& disk = TheMirror().disk;
  std::lock_guard<std::mutex> lock(disk.mutex);
  const auto at = Mirrored(path);
  // What is not there changes nothing.
  if (!at || disk.Find(*at) == nullptr) return __real_unlink(path);
  const auto status = disk.ChangeNames(DiskAction::kDelete, *at, {{*at, DiskNode()}});
  return status.ok() ? __real_unlink(path) : Refused(status);
}

}  // extern "C"

MirroredDirectory::MirroredDirectory(std::string path, const DiskImage& image)
    : path_(std::move(path)) {
  WriteImage(image, path_);
  Mirror& mirror = TheMirror();
  std::lock_guard<std::mutex> lock(mirror.disk.mutex);
  EXPECT_TRUE(mirror.path.empty()) << "another one is there";
  mirror.path = path_;
  mirror.disk.names[kMirrored].is_directory = true;
  for (const auto& [name, bytes] : image.files) {
    mirror.disk.names[name].file = std::make_shared<DiskFile>(DiskFile{bytes, bytes.size()});
  }
  mirror.disk.durable = mirror.disk.names;
}

MirroredDirectory::~MirroredDirectory() {
  Mirror& mirror = TheMirror();
  std::lock_guard<std::mutex> lock(mirror.disk.mutex);
  mirror.path.clear();
  mirror.disk.names.clear();
  mirror.disk.durable.clear();
  mirror.disk.waiting.clear();
  mirror.disk.policy = nullptr;
  mirror.disk.operations.clear();
  mirror.disk.stopped = false;
}

void MirroredDirectory::Arm(DiskPolicy policy) {
  DiskState& disk = TheMirror().disk;
  std::lock_guard<std::mutex> lock(disk.mutex);
  disk.policy = std::move(policy);
  disk.operations.clear();
}

std::vector<DiskOperation> MirroredDirectory::operations() const {
  DiskState& disk = TheMirror().disk;
  std::lock_guard<std::mutex> lock(disk.mutex);
  return disk.operations;
}

bool MirroredDirectory::stopped() const {
  DiskState& disk = TheMirror().disk;
  std::lock_guard<std::mutex> lock(disk.mutex);
  return disk.stopped;
}

DiskImage MirroredDirectory::AfterPowerCut(Unsynced unsynced, uint32_t seed) const {
  DiskState& disk = TheMirror().disk;
  std::lock_guard<std::mutex> lock(disk.mutex);
  return disk.AfterPowerCut(unsynced, seed);
}

DiskImage ReadImage(const std::string& path) {
  DiskImage image;
  image.directories.insert(kMirrored);
  for (const auto& entry : std::filesystem::directory_iterator(path)) {
    image.files[absl::StrCat(kMirrored, "/", entry.path().filename().string())] =
        ReadFile(entry.path()).value();
  }
  return image;
}

void WriteImage(const DiskImage& image, const std::string& path) {
  std::filesystem::remove_all(path);
  std::filesystem::create_directory(path);
  for (const auto& [name, bytes] : image.files) {
    std::ofstream(path + name.substr(sizeof(kMirrored) - 1), std::ios::binary) << bytes;
  }
}

}  // namespace probity::storage::testing
