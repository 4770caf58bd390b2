// Loads from being opened to being published: their files under one directory, their
// states beside the store's revisions, a few threads that work on them (load_run.h).
//
// Each load has a lock of its own, held while its files are written: loads do
// not wait for each other, neither while they are uploaded nor while they are
// read and compared. Only the store's Publish is one at a time.
//
// A load survives a restart: its files stay, one that was being committed is found
// COMMITTED when its revision is there, and where it last waited when it is not: also one
// that is FAILED until then, because its outcome could not be known or be saved. One that
// nobody goes on with expires.
#ifndef PROBITY_SERVICES_DATASET_LOAD_MANAGER_H_
#define PROBITY_SERVICES_DATASET_LOAD_MANAGER_H_

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "absl/time/time.h"
#include "ingest/load.h"
#include "probity/v1/dataset_service.pb.h"
#include "services/dataset/load_impact.h"
#include "services/dataset/load_rules.h"
#include "services/dataset/load_run.h"
#include "services/dataset/load_source.h"
#include "services/rpc/call_context.h"
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
    // Time after which a load that nobody goes on with is given up.
    absl::Duration expiry = absl::Hours(7 * 24);
    LoadImpact impact = {};
    // Told of each load that ended, once it is on record; quick. May be empty.
    std::function<void(const v1::Load&)> ended = nullptr;
    RollbackMaker rollback = nullptr;
  };

  // A file that comes with its load: a single record, or settings.
  struct OwnFile {
    std::string name;
    v1::FileRole role = v1::FILE_ROLE_DATA;
    std::string bytes;  // at most rpc::kMaxRequestBytes
  };

  // Reads the loads that are on record.
  static absl::StatusOr<std::unique_ptr<LoadManager>> Open(Options options);
  // Gives running work up and waits for it.
  ~LoadManager();
  LoadManager(const LoadManager&) = delete;
  LoadManager& operator=(const LoadManager&) = delete;

  // `load` is complete but for its output-only fields. The caller's authority is the one
  // in whose view the dataset is seen. An empty `request_id`
  // makes a new load; a known one returns the load it made, or
  // INVALID_ARGUMENT / REQUEST_ID_REUSED for another body.
  // INVALID_ARGUMENT / UNKNOWN_FORMAT.
  absl::StatusOr<v1::Load> Create(const std::string& dataset, v1::Load load,
                                  const rpc::Caller& caller, const std::string& request_id);
  // The load that this request made before; nullopt: none.
  std::optional<v1::Load> MadeBy(const std::string& dataset, const rpc::Caller& caller,
                                 const std::string& request_id);
  // Makes a load of one file and commits it before it returns: as a rule it is HELD then.
  // Errors of Create(), Upload() and Commit().
  absl::StatusOr<v1::Load> Propose(const std::string& dataset, v1::Load load, const OwnFile& file,
                                   const rpc::Caller& caller, const std::string& request_id);
  // As the authority may see it. NOT_FOUND / LOAD_NOT_FOUND (so in all below).
  absl::StatusOr<v1::Load> Get(const rpc::LoadRef& ref, absl::string_view authority = "");
  // Newest first.
  std::vector<v1::Load> List(const std::string& dataset, absl::string_view authority);

  // Returns where the next chunk starts: what stands before it is the caller's,
  // and synced to disk.
  // FAILED_PRECONDITION / LOAD_STATE, CHUNK_OFFSET; DATA_LOSS / CHUNK_CHECKSUM;
  // INVALID_ARGUMENT / INVALID_FIELD, LIMIT_EXCEEDED; RESOURCE_EXHAUSTED / DISK_FULL;
  // PERMISSION_DENIED for another principal than the one who opened the load.
  absl::StatusOr<uint64_t> Upload(const rpc::LoadRef& ref, const rpc::Caller& caller,
                                  const v1::UploadChunkRequest& chunk);

  // These begin and return at once; a load with which it is being done, or was, is returned
  // as it is. FAILED_PRECONDITION / LOAD_STATE.
  absl::StatusOr<v1::Load> Validate(const rpc::LoadRef& ref, const rpc::Caller& caller);
  absl::StatusOr<v1::Load> Preview(const rpc::LoadRef& ref, const rpc::Caller& caller);
  absl::StatusOr<v1::Load> Commit(const rpc::LoadRef& ref, const rpc::Caller& caller);
  // FAILED_PRECONDITION / LOAD_SELF_APPROVAL too.
  absl::StatusOr<v1::Load> Approve(const rpc::LoadRef& ref, const rpc::Caller& caller,
                                   const std::string& note);
  // Stops what has not published yet, and removes the files.
  absl::StatusOr<v1::Load> Abort(const rpc::LoadRef& ref, const rpc::Caller& caller);

  // OK when the change set may be published without a second person, as far as watched
  // members are concerned. FAILED_PRECONDITION / VERDICTS_LIFTED; errors of LoadImpact.
  absl::Status CheckLifts(const storage::ChangeSet& changes, const std::string& authority) const;

  // Takes texts that were redacted out of what is kept of loads; files of loads that wait
  // stay as they were sent until the load ends.
  absl::Status MaskTexts(const std::set<std::string>& texts);

  // Loads that are HELD. Waits for no load.
  uint64_t CountHeld() const;

  // Directory of the load's files.
  std::string DirectoryOf(const rpc::LoadRef& ref) const { return DirectoryOf(ref.Name()); }
  // File of the load's refused rows.
  std::string RejectedPath(const rpc::LoadRef& ref) const;

 private:
  // A load and what of it is not on record.
  struct Entry {
    // Authority with whose view it is compared.
    std::string owner;
    absl::Mutex mutex;
    v1::Load load ABSL_GUARDED_BY(mutex);
    std::shared_ptr<LoadRunProgress> progress ABSL_GUARDED_BY(mutex);
    // That of `load`, for who must not wait for it.
    std::atomic<v1::LoadState> state{v1::LOAD_STATE_UNSPECIFIED};
  };
  using EntryPtr = std::shared_ptr<Entry>;
  using Change = std::function<void(v1::Load*)>;

  explicit LoadManager(Options options);
  static EntryPtr MakeEntry(const std::string& owner, v1::Load load);

  // load_states.cc: what is on record.
  absl::Status Restore();
  // A load as it was saved, brought to where it waits.
  absl::Status RestoreOne(const std::string& owner, v1::Load load,
                          const std::map<std::string, v1::RevisionToken>& published);
  // Makes the state of a load durable.
  absl::Status Save(const std::string& owner, const v1::Load& load);
  // Saves the load with `change` and the time at which it expires, then shows it so.
  absl::Status Alter(Entry* entry, const Change& change)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(entry->mutex);
  void Touch(v1::Load* load) const;
  // From now on the load is this one, which is on record.
  void Replace(Entry* entry, v1::Load load) ABSL_EXCLUSIVE_LOCKS_REQUIRED(entry->mutex);
  // Ends a load that waited too long.
  void ExpireIfDue(Entry* entry) ABSL_EXCLUSIVE_LOCKS_REQUIRED(entry->mutex);
  void ExpireAll();
  std::vector<EntryPtr> Entries() const;
  // NOT_FOUND / LOAD_NOT_FOUND.
  absl::StatusOr<EntryPtr> Find(const std::string& name);
  v1::Load Shown(const Entry& entry, absl::string_view authority) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(entry.mutex);
  std::string DirectoryOf(const std::string& name) const;

  std::string NameFor(const std::string& dataset, const rpc::Caller& caller,
                      const std::string& request_id) const;
  absl::StatusOr<v1::Load> ReturnKnown(const EntryPtr& known, const std::string& body,
                                       const std::string& request_id) const;
  // Index of the chunk's file in the load, which may be new.
  absl::StatusOr<int> FileOf(const v1::UploadChunkRequest& chunk, Entry* entry)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(entry->mutex);
  absl::StatusOr<uint64_t> Write(const v1::UploadChunkRequest& chunk, Entry* entry)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(entry->mutex);
  // Answers the step, and begins it where that is due; `here`: on this thread, which
  // returns when it is done.
  absl::StatusOr<v1::Load> Begin(const rpc::LoadRef& ref, LoadStep step, v1::LoadState state,
                                 const rpc::Caller& caller, const Change& change,
                                 bool here = false);
  void Run(const EntryPtr& entry);
  void End(const EntryPtr& entry, v1::Load ended);
  // The load's files, but for its refused rows and its preview.
  void RemoveData(const v1::Load& load) const;

  const Options options_;
  mutable absl::Mutex mutex_;  // taken after that of a load, if both
  std::map<std::string, EntryPtr> loads_ ABSL_GUARDED_BY(mutex_);  // by resource name
  std::atomic<bool> stopping_{false};
  absl::Notification ending_;
  std::unique_ptr<rpc::Executor> workers_;
  std::thread expirer_;
};

}  // namespace probity::dataset

#endif  // PROBITY_SERVICES_DATASET_LOAD_MANAGER_H_
