#include "storage/rocksdb/manifest_guard.h"

#include <atomic>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"

namespace probity::storage {
namespace {

using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

absl::string_view FileName(absl::string_view path) { return path.substr(path.rfind('/') + 1); }

struct ManifestState {
  std::atomic<bool> unsure{false};    // an edit may or may not be on disk
  std::atomic<bool> replaced{false};  // CURRENT names another, not yet durably
};
using StatePtr = std::shared_ptr<ManifestState>;

class Manifest : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  Manifest(std::unique_ptr<rocksdb::FSWritableFile> file, StatePtr state)
      : FSWritableFileOwnerWrapper(std::move(file)), state_(std::move(state)) {}

  IOStatus Append(const Slice& data, const IOOptions& options, IODebugContext* context) override {
    return Note(target()->Append(data, options, context));
  }
  IOStatus Append(const Slice& data, const IOOptions& options,
                  const rocksdb::DataVerificationInfo& info, IODebugContext* context) override {
    return Note(target()->Append(data, options, info, context));
  }
  IOStatus Flush(const IOOptions& options, IODebugContext* context) override {
    return Note(target()->Flush(options, context));
  }
  IOStatus Sync(const IOOptions& options, IODebugContext* context) override {
    return Note(target()->Sync(options, context));
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* context) override {
    return Note(target()->Fsync(options, context));
  }

 private:
  IOStatus Note(IOStatus status) {
    if (!status.ok()) state_->unsure = true;
    return status;
  }

  const StatePtr state_;
};

class Directory : public rocksdb::FSDirectoryWrapper {
 public:
  Directory(std::unique_ptr<rocksdb::FSDirectory> directory, StatePtr state)
      : FSDirectoryWrapper(std::move(directory)), state_(std::move(state)) {}

  IOStatus Fsync(const IOOptions& options, IODebugContext* context) override {
    return Note(FSDirectoryWrapper::Fsync(options, context));
  }
  IOStatus FsyncWithDirOptions(const IOOptions& options, IODebugContext* context,
                               const rocksdb::DirFsyncOptions& what) override {
    return Note(FSDirectoryWrapper::FsyncWithDirOptions(options, context, what));
  }

 private:
  IOStatus Note(IOStatus status) {
    if (!status.ok()) {
      state_->unsure = true;
    } else if (state_->replaced.exchange(false)) {
      state_->unsure = false;
    }
    return status;
  }

  const StatePtr state_;
};

class Files : public rocksdb::FileSystemWrapper {
 public:
  explicit Files(const std::shared_ptr<rocksdb::FileSystem>& target) : FileSystemWrapper(target) {}
  const char* Name() const override { return "ProbityManifestGuard"; }

  IOStatus NewWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                           std::unique_ptr<rocksdb::FSWritableFile>* file,
                           IODebugContext* context) override {
    IOStatus status = target()->NewWritableFile(path, options, file, context);
    if (status.ok() && absl::StartsWith(FileName(path), "MANIFEST-")) {
      *file = std::make_unique<Manifest>(std::move(*file), state_);
    }
    return status;
  }

  IOStatus NewDirectory(const std::string& path, const IOOptions& options,
                        std::unique_ptr<rocksdb::FSDirectory>* directory,
                        IODebugContext* context) override {
    IOStatus status = target()->NewDirectory(path, options, directory, context);
    if (status.ok()) *directory = std::make_unique<Directory>(std::move(*directory), state_);
    return status;
  }

  IOStatus RenameFile(const std::string& from, const std::string& to, const IOOptions& options,
                      IODebugContext* context) override {
    IOStatus status = target()->RenameFile(from, to, options, context);
    if (FileName(to) == "CURRENT") (status.ok() ? state_->replaced : state_->unsure) = true;
    return status;
  }

  IOStatus DeleteFile(const std::string& path, const IOOptions& options,
                      IODebugContext* context) override {
    if (state_->unsure && absl::EndsWith(path, ".sst")) return IOStatus::OK();
    return target()->DeleteFile(path, options, context);
  }

 private:
  const StatePtr state_ = std::make_shared<ManifestState>();
};

}  // namespace

std::shared_ptr<rocksdb::FileSystem> KeepTablesOfUnsureManifests(
    const std::shared_ptr<rocksdb::FileSystem>& files) {
  return std::make_shared<Files>(files);
}

}  // namespace probity::storage
