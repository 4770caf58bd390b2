#include "storage/memory/in_memory_watch_database.h"

#include <utility>

namespace probity::storage {

class InMemoryWatchDatabase final : public WatchDatabase {
 public:
  explicit InMemoryWatchDatabase(InMemoryWatchDisk* disk) : disk_(disk) {}

  absl::StatusOr<std::optional<std::string>> Get(absl::string_view key) const override {
    absl::MutexLock lock(&disk_->mutex_);
    const auto row = disk_->rows_.find(std::string(key));
    if (row == disk_->rows_.end()) return std::nullopt;
    return row->second;
  }

  absl::Status ForEach(absl::string_view begin, absl::string_view end,
                       const Visitor& visit) const override {
    InMemoryWatchDisk::Rows rows;
    {
      absl::MutexLock lock(&disk_->mutex_);
      rows.insert(disk_->rows_.lower_bound(std::string(begin)),
                  disk_->rows_.lower_bound(std::string(end)));
    }
    for (const auto& [key, value] : rows) {
      if (!visit(key, value)) break;
    }
    return absl::OkStatus();
  }

  absl::StatusOr<std::optional<std::string>> LastKey(absl::string_view begin,
                                                     absl::string_view end) const override {
    absl::MutexLock lock(&disk_->mutex_);
    auto row = disk_->rows_.lower_bound(std::string(end));
    if (row == disk_->rows_.begin() || (--row)->first < begin) return std::nullopt;
    return row->first;
  }

  absl::Status Write(const std::vector<WatchWrite>& writes, bool durable) override {
    absl::MutexLock lock(&disk_->mutex_);
    if (!failed_.ok()) return failed_;
    if (disk_->faults_) failed_ = disk_->faults_(disk_->writes_);
    if (!failed_.ok()) return failed_;
    ++disk_->writes_;
    for (const WatchWrite& write : writes) {
      if (write.value.has_value()) {
        disk_->rows_[write.key] = *write.value;
      } else {
        disk_->rows_.erase(write.key);
      }
    }
    if (durable) disk_->durable_ = disk_->rows_;
    return absl::OkStatus();
  }

  absl::Status Forget() const override { return absl::OkStatus(); }

  absl::Status Clear() override {
    disk_->Erase();
    return absl::OkStatus();
  }

 private:
  InMemoryWatchDisk* const disk_;
  absl::Status failed_;
};

std::unique_ptr<WatchDatabase> InMemoryWatchDisk::Open() {
  return std::make_unique<InMemoryWatchDatabase>(this);
}

void InMemoryWatchDisk::SwitchOff() {
  absl::MutexLock lock(&mutex_);
  rows_ = durable_;
}

void InMemoryWatchDisk::Erase() {
  absl::MutexLock lock(&mutex_);
  rows_.clear();
  durable_.clear();
}

void InMemoryWatchDisk::SetFaults(Faults faults) {
  absl::MutexLock lock(&mutex_);
  faults_ = std::move(faults);
}

uint64_t InMemoryWatchDisk::writes() const {
  absl::MutexLock lock(&mutex_);
  return writes_;
}

}  // namespace probity::storage
