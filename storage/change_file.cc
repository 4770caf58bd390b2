#include "storage/change_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <queue>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "base/hash.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"

namespace probity::storage {
namespace {

using google::protobuf::io::CodedInputStream;
using google::protobuf::io::CodedOutputStream;
using google::protobuf::io::FileInputStream;

constexpr size_t kWriteBytes = size_t{1} << 20;

absl::Status WriteError(const std::string& path, int error) {
  if (error == ENOSPC || error == EDQUOT) return DiskFull(path);
  return StoreNotWritable(path, std::strerror(error));
}

void AppendVarint(size_t size, std::string* out) {
  uint8_t bytes[10];
  uint8_t* end = CodedOutputStream::WriteVarint64ToArray(size, bytes);
  out->append(reinterpret_cast<char*>(bytes), end - bytes);
}

// A file that is removed again unless it is kept.
class TemporaryFile {
 public:
  static absl::StatusOr<std::unique_ptr<TemporaryFile>> Create(const std::string& directory) {
    std::string path = directory + "/changes-XXXXXX";
    const int fd = mkstemp(path.data());
    if (fd < 0) return WriteError(directory, errno);
    return std::unique_ptr<TemporaryFile>(new TemporaryFile(fd, std::move(path)));
  }
  ~TemporaryFile() {
    close(fd_);
    if (!kept_) unlink(path_.c_str());
  }

  // Appends one length-delimited row.
  absl::Status Append(absl::string_view row) {
    const size_t start = buffer_.size();
    AppendVarint(row.size(), &buffer_);
    buffer_.append(row.data(), row.size());
    digest_.Add(absl::string_view(buffer_).substr(start));
    return buffer_.size() < kWriteBytes ? absl::OkStatus() : Flush();
  }

  absl::Status Flush() {
    absl::string_view rest = buffer_;
    while (!rest.empty()) {
      const ssize_t written = write(fd_, rest.data(), rest.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return WriteError(path_, errno);
      rest.remove_prefix(written);
    }
    buffer_.clear();
    return absl::OkStatus();
  }

  int fd() const { return fd_; }
  const std::string& path() const { return path_; }
  std::string Digest() { return digest_.Finish(); }
  void Keep() { kept_ = true; }

 private:
  TemporaryFile(int fd, std::string path) : fd_(fd), path_(std::move(path)) {}

  const int fd_;
  const std::string path_;
  bool kept_ = false;
  std::string buffer_;
  Sha256Stream digest_;
};

// Reads length-delimited rows from a file descriptor that it does not own.
class RowInput {
 public:
  explicit RowInput(int fd) : input_(fd, kWriteBytes) {}

  // False at the end; bytes read are added to `digest` when it is given.
  absl::StatusOr<bool> Next(std::string* row, Sha256Stream* digest) {
    CodedInputStream coded(&input_);
    uint32_t size = 0;
    const int before = coded.CurrentPosition();
    if (!coded.ReadVarint32(&size)) {
      if (input_.GetErrno() != 0 || coded.CurrentPosition() != before) return Torn();
      return false;
    }
    if (!coded.ReadString(row, static_cast<int>(size))) return Torn();
    if (digest != nullptr) {
      std::string head;
      AppendVarint(size, &head);
      digest->Add(head);
      digest->Add(*row);
    }
    return true;
  }

  // Bytes that were read so far: behind the last row.
  uint64_t place() const { return static_cast<uint64_t>(input_.ByteCount()); }

 private:
  static absl::Status Torn() { return StoreCorrupt("change set", "the file ends inside a row"); }

  FileInputStream input_;
};

class SortingWriter : public ChangeFileWriter {
 public:
  SortingWriter(std::string directory, size_t run_bytes)
      : directory_(std::move(directory)), run_bytes_(run_bytes) {}

  absl::Status Add(const v1::ChangeRow& row) override {
    std::string bytes = CanonicalBytes(row);
    total_bytes_ += row.key().size() + bytes.size();
    held_bytes_ += row.key().size() + bytes.size() + sizeof(Row);
    rows_.push_back({row.key(), std::move(bytes)});
    return held_bytes_ < run_bytes_ ? absl::OkStatus() : Spill();
  }

  absl::StatusOr<ChangeSet> Finish() override {
    ChangeSet changes;
    if (rows_.empty() && runs_.empty()) return changes;
    absl::Status status = runs_.empty() ? WriteRun() : Spill();
    if (status.ok() && runs_.size() > 1) status = Merge();
    if (!status.ok()) return status;
    TemporaryFile& file = *runs_[0];
    changes.path = file.path();
    changes.digest = file.Digest();
    changes.bytes = total_bytes_;
    file.Keep();
    runs_.clear();
    return changes;
  }

 private:
  struct Row {
    std::string key;
    std::string bytes;
  };

  absl::Status Spill() { return rows_.empty() ? absl::OkStatus() : WriteRun(); }

  absl::Status WriteRun() {
    auto by_key = [](const Row& a, const Row& b) { return a.key < b.key; };
    if (!std::is_sorted(rows_.begin(), rows_.end(), by_key)) {
      std::sort(rows_.begin(), rows_.end(), by_key);
    }
    absl::StatusOr<std::unique_ptr<TemporaryFile>> run = TemporaryFile::Create(directory_);
    if (!run.ok()) return run.status();
    for (const Row& row : rows_) {
      if (absl::Status status = (*run)->Append(row.bytes); !status.ok()) return status;
    }
    if (absl::Status status = (*run)->Flush(); !status.ok()) return status;
    runs_.push_back(*std::move(run));
    rows_.clear();
    held_bytes_ = 0;
    return absl::OkStatus();
  }

  struct Source {
    std::unique_ptr<RowInput> input;
    Row row;

    absl::StatusOr<bool> Next() {
      absl::StatusOr<bool> more = input->Next(&row.bytes, nullptr);
      if (!more.ok() || !*more) return more;
      v1::ChangeRow parsed;
      if (!parsed.ParseFromString(row.bytes)) return StoreCorrupt("change set", "a row is torn");
      row.key = parsed.key();
      return true;
    }
  };

  absl::Status Merge() {
    absl::StatusOr<std::unique_ptr<TemporaryFile>> merged = TemporaryFile::Create(directory_);
    if (!merged.ok()) return merged.status();
    auto later = [](const Source* a, const Source* b) { return a->row.key > b->row.key; };
    std::priority_queue<Source*, std::vector<Source*>, decltype(later)> queue(later);
    std::vector<Source> sources(runs_.size());
    for (size_t i = 0; i < runs_.size(); ++i) {
      if (lseek(runs_[i]->fd(), 0, SEEK_SET) != 0) return WriteError(runs_[i]->path(), errno);
      sources[i].input = std::make_unique<RowInput>(runs_[i]->fd());
      absl::StatusOr<bool> more = sources[i].Next();
      if (!more.ok()) return more.status();
      if (*more) queue.push(&sources[i]);
    }
    while (!queue.empty()) {
      Source* least = queue.top();
      queue.pop();
      if (absl::Status status = (*merged)->Append(least->row.bytes); !status.ok()) return status;
      absl::StatusOr<bool> more = least->Next();
      if (!more.ok()) return more.status();
      if (*more) queue.push(least);
    }
    if (absl::Status status = (*merged)->Flush(); !status.ok()) return status;
    runs_.clear();
    runs_.push_back(*std::move(merged));
    return absl::OkStatus();
  }

  const std::string directory_;
  const size_t run_bytes_;
  std::vector<Row> rows_;
  size_t held_bytes_ = 0;
  uint64_t total_bytes_ = 0;
  std::vector<std::unique_ptr<TemporaryFile>> runs_;
};

class FileRowReader : public ChangeRowReader {
 public:
  FileRowReader(int fd, std::string digest) : fd_(fd), digest_(std::move(digest)) {
    if (fd_ >= 0) input_ = std::make_unique<RowInput>(fd_);
  }
  ~FileRowReader() override {
    if (fd_ >= 0) close(fd_);
  }

  absl::StatusOr<bool> Next(v1::ChangeRow* row) override {
    if (input_ == nullptr) return false;
    absl::StatusOr<bool> more = input_->Next(&bytes_, &seen_);
    if (!more.ok()) return more;
    if (!*more) {
      input_.reset();
      if (seen_.Finish() != digest_) return StoreCorrupt("change set", "its checksum differs");
      return false;
    }
    if (!row->ParseFromString(bytes_)) return StoreCorrupt("change set", "a row is torn");
    if (any_ && row->key() <= key_) return StoreCorrupt("change set", "its keys do not rise");
    any_ = true;
    key_ = row->key();
    place_ = input_->place();
    return true;
  }

  uint64_t place() const override { return place_; }

 private:
  const int fd_;
  const std::string digest_;
  std::unique_ptr<RowInput> input_;
  Sha256Stream seen_;
  std::string bytes_;
  bool any_ = false;
  std::string key_;  // of the row before
  uint64_t place_ = 0;
};

}  // namespace

absl::StatusOr<std::unique_ptr<ChangeFileWriter>> ChangeFileWriter::Create(
    const std::string& directory, size_t run_bytes) {
  if (access(directory.c_str(), W_OK) != 0) return WriteError(directory, errno);
  return std::unique_ptr<ChangeFileWriter>(new SortingWriter(directory, run_bytes));
}

absl::StatusOr<std::unique_ptr<ChangeRowReader>> ChangeRowReader::Open(const ChangeSet& changes) {
  int fd = -1;
  if (!changes.path.empty()) {
    fd = open(changes.path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return StoreCorrupt(changes.path, std::strerror(errno));
  }
  return std::unique_ptr<ChangeRowReader>(new FileRowReader(fd, changes.digest));
}

}  // namespace probity::storage
