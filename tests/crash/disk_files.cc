#include "tests/crash/disk_files.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace probity::storage::testing {
namespace {

using rocksdb::IOStatus;
using rocksdb::Slice;

class SequentialFile : public rocksdb::FSSequentialFile {
 public:
  SequentialFile(DiskStatePtr state, DiskFilePtr file)
      : state_(std::move(state)), file_(std::move(file)) {}

  IOStatus Read(size_t n, const rocksdb::IOOptions&, Slice* result, char* scratch,
                rocksdb::IODebugContext*) override {
    std::lock_guard<std::mutex> lock(state_->mutex);
    const size_t size = file_->bytes.size();
    n = at_ >= size ? 0 : std::min(n, size - at_);
    if (n > 0) std::memcpy(scratch, file_->bytes.data() + at_, n);
    at_ += n;
    *result = Slice(scratch, n);
    return IOStatus::OK();
  }
  IOStatus Skip(uint64_t n) override {
    at_ += n;
    return IOStatus::OK();
  }

 private:
  const DiskStatePtr state_;
  const DiskFilePtr file_;
  size_t at_ = 0;
};

class RandomAccessFile : public rocksdb::FSRandomAccessFile {
 public:
  RandomAccessFile(DiskStatePtr state, DiskFilePtr file)
      : state_(std::move(state)), file_(std::move(file)) {}

  IOStatus Read(uint64_t offset, size_t n, const rocksdb::IOOptions&, Slice* result, char* scratch,
                rocksdb::IODebugContext*) const override {
    std::lock_guard<std::mutex> lock(state_->mutex);
    const size_t size = file_->bytes.size();
    n = offset >= size ? 0 : std::min<size_t>(n, size - offset);
    if (n > 0) std::memcpy(scratch, file_->bytes.data() + offset, n);
    *result = Slice(scratch, n);
    return IOStatus::OK();
  }

 private:
  const DiskStatePtr state_;
  const DiskFilePtr file_;
};

class WritableFile : public rocksdb::FSWritableFile {
 public:
  WritableFile(DiskStatePtr state, DiskFilePtr file, std::string path)
      : state_(std::move(state)), file_(std::move(file)), path_(std::move(path)) {}

  using rocksdb::FSWritableFile::Append;
  IOStatus Append(const Slice& data, const rocksdb::IOOptions&, rocksdb::IODebugContext*) override {
    std::lock_guard<std::mutex> lock(state_->mutex);
    const IOStatus status = state_->Do(
        DiskAction::kAppend, path_, [&] { file_->bytes.append(data.data(), data.size()); },
        [&] { file_->synced = file_->bytes.size(); });
    if (status.IsNoSpace()) file_->bytes.append(data.data(), data.size() / 2);
    return status;
  }
  IOStatus Truncate(uint64_t size, const rocksdb::IOOptions&, rocksdb::IODebugContext*) override {
    std::lock_guard<std::mutex> lock(state_->mutex);
    if (size == file_->bytes.size()) return IOStatus::OK();
    return state_->Do(DiskAction::kTruncate, path_, [&] {
      file_->bytes.resize(size);
      file_->synced = std::min<size_t>(file_->synced, size);
    });
  }
  IOStatus Close(const rocksdb::IOOptions&, rocksdb::IODebugContext*) override {
    std::lock_guard<std::mutex> lock(state_->mutex);
    return state_->Do(DiskAction::kClose, path_, [] {});
  }
  IOStatus Flush(const rocksdb::IOOptions&, rocksdb::IODebugContext*) override {
    return IOStatus::OK();  // no buffer in between
  }
  IOStatus Sync(const rocksdb::IOOptions&, rocksdb::IODebugContext*) override {
    std::lock_guard<std::mutex> lock(state_->mutex);
    return state_->Do(DiskAction::kSync, path_, [&] { file_->synced = file_->bytes.size(); });
  }
  bool IsSyncThreadSafe() const override { return true; }
  uint64_t GetFileSize(const rocksdb::IOOptions&, rocksdb::IODebugContext*) override {
    std::lock_guard<std::mutex> lock(state_->mutex);
    return file_->bytes.size();
  }

 private:
  const DiskStatePtr state_;
  const DiskFilePtr file_;
  const std::string path_;
};

class Directory : public rocksdb::FSDirectory {
 public:
  Directory(DiskStatePtr state, std::string path)
      : state_(std::move(state)), path_(std::move(path)) {}

  IOStatus Fsync(const rocksdb::IOOptions&, rocksdb::IODebugContext*) override {
    std::lock_guard<std::mutex> lock(state_->mutex);
    return state_->Do(DiskAction::kSyncDirectory, path_, [&] { state_->SyncNames(path_); });
  }
  IOStatus Close(const rocksdb::IOOptions&, rocksdb::IODebugContext*) override {
    return IOStatus::OK();
  }

 private:
  const DiskStatePtr state_;
  const std::string path_;
};

}  // namespace

std::unique_ptr<rocksdb::FSSequentialFile> OpenSequential(DiskStatePtr state, DiskFilePtr file) {
  return std::make_unique<SequentialFile>(std::move(state), std::move(file));
}

std::unique_ptr<rocksdb::FSRandomAccessFile> OpenRandomAccess(DiskStatePtr state,
                                                              DiskFilePtr file) {
  return std::make_unique<RandomAccessFile>(std::move(state), std::move(file));
}

std::unique_ptr<rocksdb::FSWritableFile> OpenWritable(DiskStatePtr state, DiskFilePtr file,
                                                      std::string path) {
  return std::make_unique<WritableFile>(std::move(state), std::move(file), std::move(path));
}

std::unique_ptr<rocksdb::FSDirectory> OpenDirectory(DiskStatePtr state, std::string path) {
  return std::make_unique<Directory>(std::move(state), std::move(path));
}

}  // namespace probity::storage::testing
