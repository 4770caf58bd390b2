// Iterators between two reads. Making one costs about as much as the read that
// it is made for, so readers give theirs back.
//
// An iterator sees the table as it was when it was made, and keeps the files of
// that moment. So every change of rows or files empties the pool: what is taken
// afterwards sees the change, and nobody's idle iterator holds old files.
#ifndef PROBITY_STORAGE_ROCKSDB_ITERATOR_POOL_H_
#define PROBITY_STORAGE_ROCKSDB_ITERATOR_POOL_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "rocksdb/iterator.h"

namespace probity::storage {

// Of one table. Thread-safe; nobody waits in it: who does not get the lock at
// once makes an iterator, or throws one away.
class IteratorPool {
 public:
  // How old an iterator is. To be read before one is made.
  uint64_t generation() const { return generation_.load(); }
  // nullptr when none waits.
  std::unique_ptr<rocksdb::Iterator> Take();
  // `generation` is what it was when the iterator was made, or taken.
  void GiveBack(std::unique_ptr<rocksdb::Iterator> iterator, uint64_t generation);
  // After each change.
  void Empty();

 private:
  std::atomic<uint64_t> generation_{0};
  std::mutex mutex_;
  std::vector<std::unique_ptr<rocksdb::Iterator>> idle_;
};

}  // namespace probity::storage

#endif  // PROBITY_STORAGE_ROCKSDB_ITERATOR_POOL_H_
