#include "storage/rocksdb/restore_directory.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/errors.h"

namespace probity::storage {
namespace {

constexpr char kCurrent[] = "CURRENT";
constexpr char kLock[] = "LOCK";
constexpr char kRestoring[] = "restoring";

// What may stand in a directory that counts as empty, and stays there. The journal of
// redactions is no part of a database: it outlives what is put back beside it.
bool IsNothing(const std::string& name) {
  return name == "." || name == ".." || name == kLock || name == "lost+found" ||
         name == "REDACTIONS";
}

}  // namespace

RestoreDirectory::RestoreDirectory(rocksdb::Env* env, std::string path)
    : env_(env != nullptr ? env : rocksdb::Env::Default()),
      path_(std::move(path)),
      directory_(env_, path_) {}

RestoreDirectory::~RestoreDirectory() {
  if (lock_ != nullptr) env_->UnlockFile(lock_);
}

absl::Status RestoreDirectory::Fault(const rocksdb::Status& status) const {
  if (status.ok()) return absl::OkStatus();
  return status.IsNoSpace() ? DiskFull(path_) : StoreNotWritable(path_, status.ToString());
}

absl::Status RestoreDirectory::Sync(const std::string& path) const {
  std::unique_ptr<rocksdb::Directory> directory;
  rocksdb::Status status = env_->NewDirectory(path, &directory);
  if (status.ok()) status = directory->Fsync();
  return Fault(status);
}

std::vector<std::string> RestoreDirectory::ChildrenOf(const std::string& path) const {
  std::vector<std::string> names;
  env_->GetChildren(path, &names).PermitUncheckedError();
  names.erase(std::remove_if(names.begin(), names.end(), &IsNothing), names.end());
  return names;
}

absl::Status RestoreDirectory::Begin() {
  if (directory_.HasDatabase()) return RestoreTargetNotEmpty(path_);
  const std::vector<std::string> there = ChildrenOf(path_);
  const bool was_cut_off = std::find(there.begin(), there.end(), kRestoring) != there.end();
  if (!there.empty() && !was_cut_off) return RestoreTargetNotEmpty(path_);
  if (absl::Status made = directory_.Make(); !made.ok()) return made;
  const rocksdb::Status locked = env_->LockFile(absl::StrCat(path_, "/", kLock), &lock_);
  if (!locked.ok()) {
    lock_ = nullptr;
    return IsLockHeld(locked) ? StoreInUse(path_) : Fault(locked);
  }
  if (absl::Status cleared = Clear(); !cleared.ok()) return cleared;
  return Sync(path_);
}

// "restoring" goes last, and is there again before anything else is.
absl::Status RestoreDirectory::Clear() {
  for (const std::string& name : ChildrenOf(path_)) {
    if (name == kRestoring) continue;
    const rocksdb::Status removed = RemoveTree(absl::StrCat(path_, "/", name));
    if (!removed.ok()) return Fault(removed);
  }
  rocksdb::Status status;
  for (const std::string& name : ChildrenOf(files())) {
    if (status.ok()) status = RemoveTree(absl::StrCat(files(), "/", name));
  }
  if (status.ok()) status = env_->CreateDirIfMissing(files());
  return Fault(status);
}

rocksdb::Status RestoreDirectory::RemoveTree(const std::string& path) const {
  bool is_directory = false;
  rocksdb::Status status = env_->IsDirectory(path, &is_directory);
  if (!status.ok()) return status;
  if (!is_directory) return env_->DeleteFile(path);
  std::vector<std::string> names;
  status = env_->GetChildren(path, &names);
  for (const std::string& name : names) {
    if (name == "." || name == ".." || !status.ok()) continue;
    status = RemoveTree(absl::StrCat(path, "/", name));
  }
  return status.ok() ? env_->DeleteDir(path) : status;
}

absl::Status RestoreDirectory::Finish() {
  if (absl::Status moved = MoveUp(); !moved.ok()) return moved;
  if (absl::Status synced = Sync(path_); !synced.ok()) return synced;
  const rocksdb::Status status =
      env_->RenameFile(absl::StrCat(files(), "/", kCurrent), absl::StrCat(path_, "/", kCurrent));
  if (!status.ok()) return Fault(status);
  if (absl::Status synced = Sync(path_); !synced.ok()) return synced;
  // What is left is empty, and in nobody's way where it stays.
  RemoveTree(files()).PermitUncheckedError();
  return absl::OkStatus();
}

absl::Status RestoreDirectory::MoveUp() {
  for (const std::string& name : ChildrenOf(files())) {
    const std::string from = absl::StrCat(files(), "/", name);
    bool is_directory = false;
    rocksdb::Status status = env_->IsDirectory(from, &is_directory);
    // Directories are empty, or nobody needs what is in them.
    if (status.ok() && (is_directory || name == kCurrent)) continue;
    if (status.ok()) status = env_->RenameFile(from, absl::StrCat(path_, "/", name));
    if (!status.ok()) return Fault(status);
  }
  return absl::OkStatus();
}

}  // namespace probity::storage
