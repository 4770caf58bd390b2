// Iterators between two reads. Making one costs about as much as the read that
// it is made for, so readers give theirs back.
//
// An iterator sees the table as it was when it was made, and keeps the files of
// that moment. So every change of rows or files empties the pool: what is taken
// afterwards sees the change, and nobody's idle iterator holds old files. Of what an
// iterator found, only where there is nothing at all is remembered, as long.
#ifndef PROBITY_STORAGE_ROCKSDB_ITERATOR_POOL_H_
#define PROBITY_STORAGE_ROCKSDB_ITERATOR_POOL_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "rocksdb/iterator.h"

namespace probity::storage {

// Of one table. Thread-safe; nobody waits in it: who does not get the lock at
// once makes an iterator, or throws one away.
class IteratorPool {
 public:
  // Prefixes of which it is noted whether there are rows.
  static constexpr size_t kMostNoted = 256;

  // How old an iterator is. To be read before one is made.
  uint64_t generation() const { return generation_.load(); }
  // nullptr when none waits.
  std::unique_ptr<rocksdb::Iterator> Take();
  // `generation` is what it was when the iterator was made, or taken.
  void GiveBack(std::unique_ptr<rocksdb::Iterator> iterator, uint64_t generation);
  // After each change.
  void Empty();

  // Whether keys begin with `prefix`, as it was noted since the last change; true too where
  // it cannot be told or noted now; nullopt: somebody should look.
  std::optional<bool> HasRows(absl::string_view prefix) const;
  // `generation` is what it was before somebody looked.
  void NoteRows(absl::string_view prefix, bool has_rows, uint64_t generation);

 private:
  std::atomic<uint64_t> generation_{0};
  mutable std::mutex mutex_;
  std::vector<std::unique_ptr<rocksdb::Iterator>> idle_;
  absl::flat_hash_map<std::string, bool> has_rows_;  // by prefix
};

}  // namespace probity::storage

#endif  // PROBITY_STORAGE_ROCKSDB_ITERATOR_POOL_H_
