// The evidence log that probityd runs, over a RocksDB of its own.
//
// docs/STORAGE_FORMAT.md describes what is on disk. The parts:
//   evidence_database  opens the files, names their faults
//   evidence_state     what an open log knows; verified when it is opened
//   evidence_group     a group of entries -> rows, leaves and one signed head
//   shown_evidence     what readers see meanwhile
#ifndef PROBITY_STORAGE_ROCKSDB_ROCKSDB_EVIDENCE_LOG_H_
#define PROBITY_STORAGE_ROCKSDB_ROCKSDB_EVIDENCE_LOG_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "evidence/keys.h"
#include "storage/evidence/append_queue.h"
#include "storage/evidence/evidence_log.h"

namespace rocksdb {
class Env;
}

namespace probity::storage {

struct EvidenceOptions {
  // Directory of the log; made when its parent exists. Not the store's.
  std::string path;
  // The key that signs. Required.
  std::optional<evidence::SigningKey> key;
  // Id of the log that is expected, 16 bytes; a log that is made gets it. Empty:
  // any log, and a random id.
  std::string log_id;
  // Id of the log that is continued, 16 bytes: it, or one that was put back from its
  // backup, must be there. Empty: any log, or none.
  std::string continued_log_id;
  // Microseconds since 1970; absent: the machine's clock.
  std::function<int64_t()> clock;
  // Bytes of the block cache.
  size_t block_cache = size_t{32} << 20;
  // Appends are refused (DISK_FULL) when fewer bytes would be left. Loads keep
  // more than this free.
  uint64_t disk_reserve = uint64_t{16} << 20;
  AppendQueue::Limits limits;
  // How long the file that tells a cut log from a power cut may lag behind.
  absl::Duration note_interval = absl::Milliseconds(100);
  // Files; not owned; nullptr for the machine's own.
  rocksdb::Env* env = nullptr;
};

// Opens the log, or makes one. Verified are the newest head (its signature, and
// that the stored tree has its root), the newest decision, and the key statements.
//   FAILED_PRECONDITION / STORE_IN_USE          another process, or this one, has it
//   FAILED_PRECONDITION / STORE_FORMAT_NEWER    nothing was written
//   FAILED_PRECONDITION / EVIDENCE_OTHER_LOG, EVIDENCE_KEY_WRONG, RESTORE_UNFINISHED
//   FAILED_PRECONDITION / STORE_NOT_WRITABLE
//   DATA_LOSS / EVIDENCE_LOG_CORRUPT            damaged or cut; names the file
//   RESOURCE_EXHAUSTED / DISK_FULL
//
// When the disk was full and has space again, the log opens itself anew with the
// next append. After any other failed write it takes no more until it is opened
// again.
absl::StatusOr<std::unique_ptr<EvidenceLog>> OpenRocksdbEvidenceLog(const EvidenceOptions& options);

}  // namespace probity::storage

#endif  // PROBITY_STORAGE_ROCKSDB_ROCKSDB_EVIDENCE_LOG_H_
