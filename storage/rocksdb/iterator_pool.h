// Iterators between two reads. Making one costs about as much as the read that
// it is made for, so readers give theirs back.
//
// An iterator sees the table as it was when it was made, and keeps the files of
// that moment. So every change of rows or files empties the pool: what is taken
// afterwards sees the change, and nobody's idle iterator holds old files. Of what an
// iterator found, only that there is nothing at all is remembered, as long.
#ifndef PROBITY_STORAGE_ROCKSDB_ITERATOR_POOL_H_
#define PROBITY_STORAGE_ROCKSDB_ITERATOR_POOL_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "rocksdb/iterator.h"

namespace probity::storage {

// Of one table. Thread-safe; nobody waits in it: who does not get the lock at
// once makes an iterator, or throws one away.
class IteratorPool {
  static constexpr uint64_t kNobodyLooked = ~uint64_t{0};

 public:
  // How old an iterator is. To be read before one is made.
  uint64_t generation() const { return generation_.load(); }
  // nullptr when none waits.
  std::unique_ptr<rocksdb::Iterator> Take();
  // `generation` is what it was when the iterator was made, or taken.
  void GiveBack(std::unique_ptr<rocksdb::Iterator> iterator, uint64_t generation);
  // After each change.
  void Empty();

  // What was noted since the last change of whether there are rows; nullopt: nothing.
  std::optional<bool> HasRows() const;
  // `generation` is what it was before somebody looked.
  void NoteRows(bool has_rows, uint64_t generation);

 private:
  std::atomic<uint64_t> generation_{0};
  // 2 * generation + 1 if there were rows, of when somebody last looked.
  std::atomic<uint64_t> noted_{kNobodyLooked};
  std::mutex mutex_;
  std::vector<std::unique_ptr<rocksdb::Iterator>> idle_;
};

}  // namespace probity::storage

#endif  // PROBITY_STORAGE_ROCKSDB_ITERATOR_POOL_H_
