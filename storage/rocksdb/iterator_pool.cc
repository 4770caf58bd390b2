#include "storage/rocksdb/iterator_pool.h"

#include <utility>

namespace probity::storage {
namespace {

// More than threads that read at once; each holds on to a block or two.
constexpr size_t kMostIdle = 16;

}  // namespace

std::unique_ptr<rocksdb::Iterator> IteratorPool::Take() {
  const std::unique_lock<std::mutex> lock(mutex_, std::try_to_lock);
  if (!lock.owns_lock() || idle_.empty()) return nullptr;
  std::unique_ptr<rocksdb::Iterator> iterator = std::move(idle_.back());
  idle_.pop_back();
  return iterator;
}

void IteratorPool::GiveBack(std::unique_ptr<rocksdb::Iterator> iterator, uint64_t generation) {
  if (!iterator->status().ok()) return;
  const std::unique_lock<std::mutex> lock(mutex_, std::try_to_lock);
  // Compared under the lock: Empty() raises the generation first, then waits for us.
  if (lock.owns_lock() && generation == generation_.load() && idle_.size() < kMostIdle) {
    idle_.push_back(std::move(iterator));
  }
}

void IteratorPool::Empty() {
  generation_.fetch_add(1);
  std::vector<std::unique_ptr<rocksdb::Iterator>> old;  // ends outside the lock
  const std::lock_guard<std::mutex> lock(mutex_);
  old.swap(idle_);
  has_rows_.clear();
}

std::optional<bool> IteratorPool::HasRows(absl::string_view prefix) const {
  const std::unique_lock<std::mutex> lock(mutex_, std::try_to_lock);
  if (!lock.owns_lock()) return true;
  const auto at = has_rows_.find(prefix);
  if (at != has_rows_.end()) return at->second;
  return has_rows_.size() < kMostNoted ? std::nullopt : std::optional<bool>(true);
}

void IteratorPool::NoteRows(absl::string_view prefix, bool has_rows, uint64_t generation) {
  const std::unique_lock<std::mutex> lock(mutex_, std::try_to_lock);
  // As in GiveBack().
  if (lock.owns_lock() && generation == generation_.load() && has_rows_.size() < kMostNoted) {
    has_rows_.emplace(prefix, has_rows);
  }
}

}  // namespace probity::storage
