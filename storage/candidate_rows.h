// The rows of a change set, found by key and by index term. They stay in their file; in
// memory are 16 bytes a row and 8 a term, some 50 bytes a row: 50 MB a million rows.
#ifndef PROBITY_STORAGE_CANDIDATE_ROWS_H_
#define PROBITY_STORAGE_CANDIDATE_ROWS_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "storage/change_set.h"
#include "storage/store.h"

namespace probity::storage {

// Entries by 32 bits of a hash: what they lead to is looked at again. Filled, then sorted
// once.
class HashTable32 {
 public:
  void Add(absl::string_view text, uint32_t value);
  void Sort();
  // Rising. More than those of `text` where hashes meet.
  std::vector<uint32_t> Find(absl::string_view text) const;

 private:
  std::vector<std::pair<uint32_t, uint32_t>> entries_;
};

// Immutable; thread-safe.
class CandidateRows {
 public:
  // Rows that are taken: 200 MB.
  static constexpr uint32_t kMost = 4000000;

  // Asks for whether it goes on; not ok ends it.
  using StillWanted = std::function<absl::Status()>;

  // Reads the whole file once, and the rows again as they are asked for: the file may be
  // unlinked meanwhile, but not changed. `revision` is the one that the change set would
  // become.
  //   INVALID_ARGUMENT / LIMIT_EXCEEDED, DATA_LOSS / STORE_CORRUPT; errors of `wanted`
  static absl::StatusOr<std::shared_ptr<const CandidateRows>> Open(const ChangeSet& changes,
                                                                   uint64_t revision,
                                                                   const StillWanted& wanted,
                                                                   uint32_t most = kMost);
  ~CandidateRows();
  CandidateRows(const CandidateRows&) = delete;
  CandidateRows& operator=(const CandidateRows&) = delete;

  const v1::ChangeSetHeader& header() const { return header_; }
  const std::string& dataset() const { return dataset_; }  // bare id
  uint32_t size() const { return static_cast<uint32_t>(ends_.size()); }

  // What a record says afterwards.
  struct Row {
    std::string key;
    std::optional<v1::RecordRow> row;  // nullopt: it is gone
  };
  // `number` < size(); rows stand in order of key.
  absl::StatusOr<Row> Read(uint32_t number) const;
  absl::StatusOr<std::optional<Row>> Find(absl::string_view key) const;
  absl::StatusOr<std::optional<uint32_t>> NumberOf(absl::string_view key) const;
  // False means that no row has the key; true, that one may.
  bool MayHold(absl::string_view key) const { return !keys_.Find(key).empty(); }
  // Keys of the rows that have the term, in order.
  absl::StatusOr<std::vector<std::string>> FindTerm(IndexKind kind, absl::string_view term) const;

 private:
  CandidateRows(const ChangeSet& changes, uint64_t revision);
  absl::Status ReadAll(const ChangeSet& changes, const StillWanted& wanted, uint32_t most);

  const v1::ChangeSetHeader header_;
  const std::string dataset_;
  const uint64_t revision_;
  int file_ = -1;
  std::vector<uint64_t> ends_;  // of each row in the file
  HashTable32 keys_, terms_;
};

}  // namespace probity::storage

#endif  // PROBITY_STORAGE_CANDIDATE_ROWS_H_
