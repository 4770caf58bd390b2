// What the crash tests write, and how they compare it with the reference model.
#ifndef PROBITY_TESTS_CRASH_WORKLOAD_H_
#define PROBITY_TESTS_CRASH_WORKLOAD_H_

#include <cstdint>
#include <map>
#include <string>

#include "storage/memory/in_memory_store.h"
#include "storage/rocksdb/rocksdb_store.h"
#include "storage/store.h"
#include "storage/testing/builders.h"

namespace probity::storage::testing {

// How rows enter: in one batch through the log, or as several runs of sorted
// files.
enum class Way { kLog, kFiles };

// Options of a store that is the same each time it is made.
RocksdbOptions StoreOptions(const std::string& path, Way way);

// Load number `n` of dataset "d": two thirds of the keys k0..k{records - 1}, some
// of them changed, every third sharing an identifier with a neighbour, so that
// clusters form and dissolve.
TestLoad LoadNumber(int n, int records);

// Makes the next revision: 2 is the empty dataset, n + 2 load number n.
absl::Status PublishNext(Store* store, int records);

// Takes dataset "d" back to what it was two revisions ago, as a revision of its own.
absl::Status TakeBack(Store* store);

// Every answer that a view gives about these keys, as text.
std::string AnswersOf(const View& view, int records);

// The reference model's answers at the revisions that PublishNext makes, but for the one
// that TakeBack makes, if any.
class ModelAnswers {
 public:
  explicit ModelAnswers(int records, uint64_t taken_back = 0);
  const std::string& At(uint64_t revision);

 private:
  const int records_;
  const uint64_t taken_back_;
  InMemoryStore model_;
  std::map<uint64_t, std::string> answers_;
};

}  // namespace probity::storage::testing

#endif  // PROBITY_TESTS_CRASH_WORKLOAD_H_
