// How LoadManager reads, compares and publishes a load.
#include <unistd.h>

#include <memory>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "services/dataset/load_files.h"
#include "services/dataset/load_manager.h"
#include "services/rpc/status.h"
#include "services/rpc/view.h"

namespace probity::dataset {
namespace {

// A commit is compared anew when another publish of its dataset came first.
constexpr int kMaxConflicts = 5;

}  // namespace

void LoadManager::Run(const EntryPtr& entry) {
  v1::Load load;
  std::shared_ptr<ingest::LoadProgress> progress;
  {
    absl::MutexLock lock(&entry->mutex);
    load = entry->load;
    progress = entry->progress;
  }
  absl::StatusOr<v1::RevisionToken> result = Publish(entry->owner, &load, progress.get());
  for (int i = 0; i < kMaxConflicts && ReasonOf(result.status()) == v1::ERROR_REASON_LOAD_CONFLICT;
       ++i) {
    progress->rows_read = progress->refused = progress->warnings = progress->bytes_read = 0;
    result = Publish(entry->owner, &load, progress.get());
  }
  End(entry, load, result);
}

absl::StatusOr<v1::RevisionToken> LoadManager::Publish(const std::string& owner, v1::Load* load,
                                                       ingest::LoadProgress* progress) {
  const std::string directory = DirectoryOf(load->name());
  storage::LoadSpec spec;
  spec.dataset = load->name().substr(9, load->name().find("/loads/") - 9);
  spec.mode = load->mode();
  spec.edition = load->edition();
  *spec.facts.mutable_retrieved_at() = load->retrieved_at();
  *spec.facts.mutable_checked_at() = rpc::TimestampOf(options_.clock());
  ingest::LoadFiles files;
  files.format = ingest::FindFormat(load->format()).value();
  files.directory = directory;
  files.rejected_path = directory + "/rejected";
  for (int i = 0; i < load->files_size(); ++i) {
    const std::string path = DataPath(directory, i);
    files.files.push_back({path, load->files(i).file_name(), load->files(i).role()});
    absl::StatusOr<std::string> hash = Sha256OfFile(path);
    if (!hash.ok()) return hash.status();
    load->mutable_files(i)->set_sha256(*hash);
    spec.facts.add_sha256(*hash);
  }
  if (files.files.empty()) {
    return MakeError(absl::StatusCode::kInvalidArgument, v1::ERROR_REASON_EMPTY_FILE,
                     "the load has no files; send them with UploadChunk", {});
  }
  const auto base = options_.store->Head(owner);
  auto changes = ingest::BuildChangeSet(options_.tables, *base, spec, files, progress);
  if (!changes.ok()) return changes.status();
  const auto remove_file = absl::MakeCleanup([&changes] { unlink(changes->path.c_str()); });
  *load->mutable_counts() = changes->header.counts();
  if (load->dry_run()) return absl::CancelledError("dry run");
  storage::PublishContext context;
  context.now_us = absl::ToUnixMicros(options_.clock());
  context.published_by = load->created_by();
  context.note = load->note();
  context.load = load->name();
  auto view = options_.store->Publish(*changes, context);
  if (!view.ok()) return view.status();
  return (*view)->token();
}

void LoadManager::End(const EntryPtr& entry, const v1::Load& read,
                      const absl::StatusOr<v1::RevisionToken>& result) {
  absl::MutexLock lock(&entry->mutex);
  v1::Load ended = read;
  v1::LoadCounts seen = Shown(*entry).counts();
  seen.MergeFrom(read.counts());
  *ended.mutable_counts() = seen;
  ended.set_state(v1::LOAD_STATE_COMMITTED);
  if (result.ok()) {
    *ended.mutable_revision() = *result;
  } else if (result.status().code() == absl::StatusCode::kCancelled) {
    ended.set_state(v1::LOAD_STATE_ABORTED);
  } else {
    ended.set_state(v1::LOAD_STATE_FAILED);
    *ended.mutable_error() = rpc::ToItemError(result.status());
  }
  *ended.mutable_ended_at() = rpc::TimestampOf(options_.clock());
  // The next server finds the load open again, and its files in place.
  const bool given_up = ended.state() == v1::LOAD_STATE_ABORTED && !ended.dry_run();
  if (stopping_ && given_up) return;
  // A state that cannot be saved is found again at the next open.
  Save(entry->owner, ended).IgnoreError();
  entry->load = std::move(ended);
  for (int i = 0; i < entry->load.files_size(); ++i) {
    unlink(DataPath(DirectoryOf(entry->load.name()), i).c_str());
  }
}

}  // namespace probity::dataset
