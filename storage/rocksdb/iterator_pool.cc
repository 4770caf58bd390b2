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
}

std::optional<bool> IteratorPool::HasRows() const {
  const uint64_t noted = noted_.load();
  if (noted == kNobodyLooked || noted / 2 != generation_.load()) return std::nullopt;
  return noted % 2 == 1;
}

void IteratorPool::NoteRows(bool has_rows, uint64_t generation) {
  noted_.store(2 * generation + (has_rows ? 1 : 0));
}

}  // namespace probity::storage
