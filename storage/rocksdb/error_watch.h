// Notes errors of RocksDB's writes and background work.
//
// It also keeps RocksDB from going on by itself: a failed commit is gone for
// certain once writing was resumed, and that must not happen unseen. So
// Database::Writable() alone resumes.
#ifndef PROBITY_STORAGE_ROCKSDB_ERROR_WATCH_H_
#define PROBITY_STORAGE_ROCKSDB_ERROR_WATCH_H_

#include <atomic>

#include "rocksdb/listener.h"

namespace probity::storage {

// Set by RocksDB's threads, cleared by who resumed.
struct WriteErrors {
  std::atomic<bool> failed{false};
  std::atomic<bool> full{false};  // for want of space
};

// Borrows the errors.
class ErrorWatch : public rocksdb::EventListener {
 public:
  explicit ErrorWatch(WriteErrors* errors) : errors_(errors) {}
  void OnBackgroundError(rocksdb::BackgroundErrorReason, rocksdb::Status* error) override {
    if (error->IsNoSpace()) errors_->full = true;
    errors_->failed = true;
  }
  void OnErrorRecoveryBegin(rocksdb::BackgroundErrorReason, rocksdb::Status,
                            bool* auto_recovery) override {
    *auto_recovery = false;
  }

 private:
  WriteErrors* errors_;
};

}  // namespace probity::storage

#endif  // PROBITY_STORAGE_ROCKSDB_ERROR_WATCH_H_
