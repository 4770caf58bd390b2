// Loads from being opened to being published: their files under one directory,
// their states beside the store's revisions, a few threads that commit.
//
// Each load has a lock of its own, held while its files are written: loads do
// not wait for each other, neither while they are uploaded nor while they are
// read and compared. Only the store's Publish is one at a time.
//
// A load survives a restart: its files stay, and one that was being committed is
// found COMMITTED when its revision is there, and OPEN again when it is not.
#ifndef PROBITY_SERVICES_DATASET_LOAD_MANAGER_H_
#define PROBITY_SERVICES_DATASET_LOAD_MANAGER_H_

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "ingest/load.h"
#include "probity/v1/dataset_service.pb.h"
#include "services/rpc/executor.h"
#include "services/rpc/resource_names.h"
#include "storage/store.h"

namespace probity::dataset {

class LoadManager {
 public:
  struct Options {
    storage::Store* store = nullptr;  // borrowed
    ingest::Tables tables;            // what it refers to is borrowed
    std::string directory;            // made when absent
    std::function<absl::Time()> clock;
  };

  // Reads the loads that are on record.
  static absl::StatusOr<std::unique_ptr<LoadManager>> Open(Options options);
  // Gives running commits up and waits for them.
  ~LoadManager();
  LoadManager(const LoadManager&) = delete;
  LoadManager& operator=(const LoadManager&) = delete;

  // `load` is complete but for its output-only fields. `owner` is the authority
  // in whose view the dataset is seen, or empty. An empty `request_id`
  // makes a new load; a known one returns the load it made, or
  // FAILED_PRECONDITION / REQUEST_ID_REUSED for another body.
  // INVALID_ARGUMENT / UNKNOWN_FORMAT.
  absl::StatusOr<v1::Load> Create(const std::string& dataset, v1::Load load,
                                  const std::string& owner, const std::string& principal,
                                  const std::string& request_id);
  // NOT_FOUND / LOAD_NOT_FOUND (so in all below).
  absl::StatusOr<v1::Load> Get(const rpc::LoadRef& ref) const;
  // Newest first.
  std::vector<v1::Load> List(const std::string& dataset) const;

  // Returns where the next chunk starts: what stands before it is the caller's,
  // and synced to disk.
  // FAILED_PRECONDITION / LOAD_STATE, CHUNK_OFFSET; DATA_LOSS / CHUNK_CHECKSUM;
  // INVALID_ARGUMENT / INVALID_FIELD, LIMIT_EXCEEDED; RESOURCE_EXHAUSTED / DISK_FULL.
  absl::StatusOr<uint64_t> Upload(const rpc::LoadRef& ref, const v1::UploadChunkRequest& chunk);

  // Starts the commit and returns at once; a load that is being committed, or
  // was, is returned as it is. FAILED_PRECONDITION / LOAD_STATE.
  absl::StatusOr<v1::Load> Commit(const rpc::LoadRef& ref);
  // Stops a commit that has not published yet, and removes the files.
  absl::StatusOr<v1::Load> Abort(const rpc::LoadRef& ref);

  // File of the load's refused rows.
  std::string RejectedPath(const rpc::LoadRef& ref) const;

 private:
  // A load and what of it is not on record.
  struct Entry {
    // Authority with whose view it is compared.
    std::string owner;
    absl::Mutex mutex;
    v1::Load load ABSL_GUARDED_BY(mutex);
    std::shared_ptr<ingest::LoadProgress> progress ABSL_GUARDED_BY(mutex);
  };
  using EntryPtr = std::shared_ptr<Entry>;

  explicit LoadManager(Options options);
  absl::Status Restore();
  static EntryPtr MakeEntry(const std::string& owner, v1::Load load);
  absl::StatusOr<EntryPtr> Find(const std::string& name) const;
  absl::StatusOr<v1::Load> ReturnKnown(const EntryPtr& known, const std::string& body,
                                       const std::string& request_id) const;
  // Makes the state of a load durable.
  absl::Status Save(const std::string& owner, const v1::Load& load);
  std::string DirectoryOf(const std::string& name) const;
  v1::Load Shown(const Entry& entry) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(entry.mutex);
  // Index of the chunk's file in the load, which may be new.
  absl::StatusOr<int> FileOf(const v1::UploadChunkRequest& chunk, Entry* entry)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(entry->mutex);
  void Run(const EntryPtr& entry);
  // Fills in the files' checksums.
  absl::StatusOr<v1::RevisionToken> Publish(const std::string& owner, v1::Load* load,
                                            ingest::LoadProgress* progress);
  void End(const EntryPtr& entry, const v1::Load& read,
           const absl::StatusOr<v1::RevisionToken>& result);

  const Options options_;
  mutable absl::Mutex mutex_;  // taken after that of a load, if both
  std::map<std::string, EntryPtr> loads_ ABSL_GUARDED_BY(mutex_);  // by resource name
  std::atomic<bool> stopping_{false};
  std::unique_ptr<rpc::Executor> committer_;
};

}  // namespace probity::dataset

#endif  // PROBITY_SERVICES_DATASET_LOAD_MANAGER_H_
