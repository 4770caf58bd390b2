// The journal of redactions: what was erased from the store, so that a restore, a
// rollback or a later load does not bring it back.
//
// A file beside the evidence log, which a restore of the store leaves alone. Lines are
// appended and synced; the last one about a redaction holds. Neither an erased text nor a
// digest of one is in it: who knows a digest can try which name it may have been.
//
//   file   "PBREDACT1\n", then lines
//   line   length u32 big-endian . its complement . SHA-256 of the bytes, the first 8 .
//          v1::RedactionLine
//
// A line that a power cut left unfinished stands at the end, was not acknowledged, and is
// cut off; any other damage refuses the file.
#ifndef PROBITY_STORAGE_REDACTION_JOURNAL_H_
#define PROBITY_STORAGE_REDACTION_JOURNAL_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "probity/storage/v1/storage.pb.h"
#include "storage/redaction.h"

namespace probity::storage {

// Name of the file in the directory of the evidence log.
inline constexpr char kRedactionJournalFile[] = "REDACTIONS";

// Thread-safe.
class RedactionJournal {
 public:
  // Reads the journal, or begins one with the first Append(). The directory exists.
  //   DATA_LOSS / STORE_CORRUPT         names the file; put it back from a backup
  //   PERMISSION_DENIED / STORE_NOT_WRITABLE
  static absl::StatusOr<std::unique_ptr<RedactionJournal>> Open(std::string path);

  // Durable when it returns; after an error, or a crash, some may be there.
  // RESOURCE_EXHAUSTED / DISK_FULL, STORE_NOT_WRITABLE.
  absl::Status Append(const std::vector<v1::RedactionLine>& lines);

  // As they stand, oldest first.
  std::vector<v1::RedactionLine> Lines() const;
  std::optional<v1::RedactionLine> Find(absl::string_view name) const;
  // What is approved, done or not: what the store must hold to.
  RedactionRulesPtr Rules() const;

 private:
  explicit RedactionJournal(std::string path) : path_(std::move(path)) {}
  absl::Status Read();
  void Take(v1::RedactionLine line) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const std::string path_;
  mutable absl::Mutex mutex_;
  uint64_t end_ ABSL_GUARDED_BY(mutex_) = 0;  // of what is whole
  std::vector<v1::RedactionLine> lines_ ABSL_GUARDED_BY(mutex_);
};

// Copies what `from` holds and `to` does not: for a restore that brings an older journal
// beside a newer one. Errors of both.
absl::Status MergeRedactions(const RedactionJournal& from, RedactionJournal* to);

}  // namespace probity::storage

#endif  // PROBITY_STORAGE_REDACTION_JOURNAL_H_
