#include "services/dataset/load_manager.h"

#include <unistd.h>

#include <filesystem>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "base/hash.h"
#include "services/dataset/load_changes.h"
#include "services/dataset/load_files.h"
#include "services/rpc/call_context.h"
#include "services/rpc/publish.h"
#include "services/rpc/view.h"

namespace probity::dataset {
namespace {

// Loads that are read and compared at once. Each holds 16 bytes a key, and reads
// as fast as one core does.
constexpr int kWorkThreads = 4;
// Loads give way to calls: what takes a minute may take two.
constexpr int kNiceness = 10;
// How often loads are looked at that nobody asks for.
constexpr absl::Duration kExpiryCheck = absl::Minutes(1);

// What a request asked for, to tell a repetition from a mistake.
std::string BodyOf(const v1::Load& load) {
  v1::Load asked;
  asked.set_format(load.format());
  asked.set_mode(load.mode());
  *asked.mutable_edition() = load.edition();
  asked.set_note(load.note());
  asked.set_dry_run(load.dry_run());
  asked.set_target_revision(load.target_revision());
  return CanonicalBytes(asked);
}

// Whether the disk failed at the very moment of the commit.
bool MayBePublished(const v1::Load& load) {
  return load.error().reason() == ReasonName(v1::ERROR_REASON_COMMIT_OUTCOME_UNKNOWN);
}

v1::UploadChunkRequest ChunkOf(const v1::Load& load, const LoadManager::OwnFile& file) {
  v1::UploadChunkRequest chunk;
  chunk.set_load(load.name());
  chunk.set_file_name(file.name);
  chunk.set_role(file.role);
  chunk.set_data(file.bytes);
  chunk.set_crc32c(Crc32c(file.bytes));
  return chunk;
}

}  // namespace

LoadManager::LoadManager(Options options)
    : options_(std::move(options)),
      workers_(std::make_unique<rpc::Executor>(kWorkThreads, kNiceness)) {}

LoadManager::~LoadManager() {
  stopping_ = true;
  ending_.Notify();
  if (expirer_.joinable()) expirer_.join();
  for (const EntryPtr& entry : Entries()) {
    absl::MutexLock lock(&entry->mutex);
    entry->progress->read.give_up = true;
  }
  workers_.reset();
}

absl::StatusOr<std::unique_ptr<LoadManager>> LoadManager::Open(Options options) {
  if (absl::Status made = MakeDirectory(options.directory); !made.ok()) return made;
  std::unique_ptr<LoadManager> manager(new LoadManager(std::move(options)));
  if (absl::Status restored = manager->Restore(); !restored.ok()) return restored;
  manager->expirer_ = std::thread([self = manager.get()] {
    do {
      self->ExpireAll();
    } while (!self->ending_.WaitForNotificationWithTimeout(kExpiryCheck));
  });
  return manager;
}

LoadManager::EntryPtr LoadManager::MakeEntry(const std::string& owner, v1::Load load) {
  auto entry = std::make_shared<Entry>();
  entry->owner = owner;
  absl::MutexLock lock(&entry->mutex);
  entry->state = load.state();
  entry->load = std::move(load);
  entry->progress = std::make_shared<LoadRunProgress>();
  return entry;
}

std::string LoadManager::NameFor(const std::string& dataset, const rpc::Caller& caller,
                                 const std::string& request_id) const {
  const std::string id =
      request_id.empty()
          ? rpc::NewCallId()
          : ToHex(Sha256(absl::StrCat(dataset, "/", rpc::RequestKey(caller, request_id))))
                .substr(0, 16);
  return rpc::LoadRef{dataset, id}.Name();
}

absl::StatusOr<v1::Load> LoadManager::Create(const std::string& dataset, v1::Load load,
                                             const rpc::Caller& caller,
                                             const std::string& request_id) {
  if (load.mode() == v1::LOAD_MODE_UNSPECIFIED) load.set_mode(v1::LOAD_MODE_FULL_EDITION);
  if (TakesFiles(load.mode())) {
    auto format = ingest::FindFormat(load.format());
    if (!format.ok()) return format.status();
  }
  const std::string name = NameFor(dataset, caller, request_id);
  const std::string body = BodyOf(load);
  load.set_name(name);
  load.set_state(v1::LOAD_STATE_OPEN);
  load.set_created_by(caller.principal);
  *load.mutable_created_at() = rpc::TimestampOf(options_.clock());
  if (!load.has_retrieved_at()) *load.mutable_retrieved_at() = load.created_at();
  Touch(&load);
  EntryPtr entry = MakeEntry(caller.authority, load);
  absl::MutexLock lock(&entry->mutex);
  EntryPtr known;
  {
    // Whoever comes second with the same request_id finds this one, and waits
    // for its lock until it is durable.
    absl::MutexLock map_lock(&mutex_);
    const auto [at, is_new] = loads_.emplace(name, entry);
    if (!is_new) known = at->second;
  }
  if (known != nullptr) return ReturnKnown(known, body, request_id);
  absl::Status kept = MakeDirectory(DirectoryOf(name));
  if (kept.ok()) kept = Save(caller.authority, load);
  if (kept.ok()) return Shown(*entry, caller.authority);
  absl::MutexLock map_lock(&mutex_);
  loads_.erase(name);
  return kept;
}

absl::StatusOr<v1::Load> LoadManager::ReturnKnown(const EntryPtr& known, const std::string& body,
                                                  const std::string& request_id) const {
  absl::MutexLock lock(&known->mutex);
  if (BodyOf(known->load) != body) return RequestIdReused(request_id);
  return Shown(*known, known->owner);
}

std::optional<v1::Load> LoadManager::MadeBy(const std::string& dataset, const rpc::Caller& caller,
                                            const std::string& request_id) {
  if (request_id.empty()) return std::nullopt;
  auto entry = Find(NameFor(dataset, caller, request_id));
  if (!entry.ok()) return std::nullopt;
  absl::MutexLock lock(&(*entry)->mutex);
  return Shown(**entry, caller.authority);
}

absl::StatusOr<v1::Load> LoadManager::Propose(const std::string& dataset, v1::Load load,
                                              const OwnFile& file, const rpc::Caller& caller,
                                              const std::string& request_id) {
  auto opened = Create(dataset, std::move(load), caller, request_id);
  if (!opened.ok()) return opened.status();
  if (opened->state() != v1::LOAD_STATE_OPEN) {
    const bool same =
        opened->files_size() == 1 && opened->files(0).sha256() == ToHex(Sha256(file.bytes));
    return same ? opened : RequestIdReused(request_id);
  }
  const rpc::LoadRef ref{dataset, opened->name().substr(opened->name().rfind('/') + 1)};
  auto stored = Upload(ref, caller, ChunkOf(*opened, file));
  if (!stored.ok()) return stored.status();
  return Begin(
      ref, LoadStep::kCommit, v1::LOAD_STATE_COMMITTING, caller,
      [&caller](v1::Load* begun) { begun->set_committed_by(caller.principal); }, /*here=*/true);
}

absl::StatusOr<v1::Load> LoadManager::Begin(const rpc::LoadRef& ref, LoadStep step,
                                            v1::LoadState state, const rpc::Caller& caller,
                                            const Change& change, bool here) {
  absl::StatusOr<EntryPtr> found = Find(ref.Name());
  if (!found.ok()) return found.status();
  const EntryPtr& entry = *found;
  {
    absl::MutexLock lock(&entry->mutex);
    const LoadAnswer answer = AnswerTo(step, entry->load.state());
    if (answer == LoadAnswer::kAsItIs) return Shown(*entry, caller.authority);
    if (answer == LoadAnswer::kRefuse) return WrongState(entry->load, step);
    const absl::Status begun = Alter(entry.get(), [&](v1::Load* load) {
      for (int i = 0; i < load->files_size(); ++i) {
        load->mutable_files(i)->set_bytes(SizeOf(DataPath(DirectoryOf(load->name()), i)));
      }
      load->set_state(state);
      change(load);
    });
    if (!begun.ok()) return begun;
    entry->progress = std::make_shared<LoadRunProgress>();
    entry->progress->read.give_up = stopping_.load();
    if (!here) {
      workers_->Add([this, entry] { Run(entry); });
      return Shown(*entry, caller.authority);
    }
  }
  Run(entry);
  absl::MutexLock lock(&entry->mutex);
  return Shown(*entry, caller.authority);
}

absl::StatusOr<v1::Load> LoadManager::Validate(const rpc::LoadRef& ref, const rpc::Caller& caller) {
  return Begin(ref, LoadStep::kValidate, v1::LOAD_STATE_VALIDATING, caller, [](v1::Load*) {});
}

absl::StatusOr<v1::Load> LoadManager::Preview(const rpc::LoadRef& ref, const rpc::Caller& caller) {
  return Begin(ref, LoadStep::kPreview, v1::LOAD_STATE_PREVIEWING, caller, [](v1::Load*) {});
}

absl::StatusOr<v1::Load> LoadManager::Commit(const rpc::LoadRef& ref, const rpc::Caller& caller) {
  return Begin(ref, LoadStep::kCommit, v1::LOAD_STATE_COMMITTING, caller,
               [&caller](v1::Load* load) { load->set_committed_by(caller.principal); });
}

absl::StatusOr<v1::Load> LoadManager::Approve(const rpc::LoadRef& ref, const rpc::Caller& caller,
                                              const std::string& note) {
  auto load = Get(ref, caller.authority);
  if (!load.ok()) return load.status();
  // A call that was sent twice.
  if (load->approval().approved_by() == caller.principal && !Waits(load->state())) return load;
  if (AnswerTo(LoadStep::kApprove, load->state()) != LoadAnswer::kGo) {
    return WrongState(*load, LoadStep::kApprove);
  }
  if (absl::Status may = CheckApprover(*load, caller.principal); !may.ok()) return may;
  return Begin(ref, LoadStep::kApprove, v1::LOAD_STATE_COMMITTING, caller, [&](v1::Load* held) {
    v1::LoadApproval* approval = held->mutable_approval();
    approval->set_approved_by(caller.principal);
    *approval->mutable_approved_at() = rpc::TimestampOf(options_.clock());
    approval->set_note(note);
    for (const auto& violation : held->violations()) {
      approval->add_violations(violation.reason());
    }
    approval->set_lifted_count(held->lifted_count());
  });
}

absl::StatusOr<v1::Load> LoadManager::Abort(const rpc::LoadRef& ref, const rpc::Caller& caller) {
  absl::StatusOr<EntryPtr> found = Find(ref.Name());
  if (!found.ok()) return found.status();
  const EntryPtr& entry = *found;
  absl::MutexLock lock(&entry->mutex);
  const v1::Load& load = entry->load;
  if (AnswerTo(LoadStep::kAbort, load.state()) == LoadAnswer::kRefuse) {
    return WrongState(load, LoadStep::kAbort);
  }
  if (IsRunning(load.state())) {
    entry->progress->read.give_up = true;  // Run() ends it
  } else if (load.state() != v1::LOAD_STATE_ABORTED) {
    const absl::Status saved = Alter(entry.get(), [&](v1::Load* aborted) {
      aborted->set_state(v1::LOAD_STATE_ABORTED);
      *aborted->mutable_ended_at() = rpc::TimestampOf(options_.clock());
    });
    if (!saved.ok()) return saved;
    std::error_code ignored;
    std::filesystem::remove_all(DirectoryOf(load.name()), ignored);
  }
  return Shown(*entry, caller.authority);
}

void LoadManager::Run(const EntryPtr& entry) {
  v1::Load load;
  std::shared_ptr<LoadRunProgress> progress;
  {
    absl::MutexLock lock(&entry->mutex);
    load = entry->load;
    progress = entry->progress;
  }
  const LoadTools tools{*options_.store, options_.tables, options_.impact, options_.rollback,
                        options_.clock};
  const std::string directory = DirectoryOf(load.name());
  End(entry, LoadRun(tools, directory, entry->owner, std::move(load), progress.get()).Go());
}

void LoadManager::End(const EntryPtr& entry, v1::Load ended) {
  absl::MutexLock lock(&entry->mutex);
  const ingest::LoadProgress& read = entry->progress->read;
  // The next server finds the load where it last waited, and its files in place.
  if (stopping_ && ended.state() == v1::LOAD_STATE_ABORTED && !ended.dry_run()) return;
  // Given up when all was done but the publish.
  if (read.give_up && Waits(ended.state())) {
    ended.set_state(v1::LOAD_STATE_ABORTED);
    ended.clear_error();
  }
  if (HasEnded(ended.state())) {
    *ended.mutable_ended_at() = rpc::TimestampOf(options_.clock());
    v1::LoadCounts counts = Shown(*entry, entry->owner).counts();
    counts.MergeFrom(ended.counts());
    *ended.mutable_counts() = counts;
  } else {
    Touch(&ended);
  }
  // What cannot be saved, and whether it was published after all, is found out at the next
  // open, which needs the files for it.
  const bool saved = !MayBePublished(ended) && Save(entry->owner, ended).ok();
  Replace(entry.get(), std::move(ended));
  if (saved && HasEnded(entry->load.state())) RemoveData(entry->load);
}

void LoadManager::RemoveData(const v1::Load& load) const {
  const std::string directory = DirectoryOf(load.name());
  ForgetChanges(directory);
  for (int i = load.files_size() - 1; i >= 0; --i) unlink(DataPath(directory, i).c_str());
}

absl::Status LoadManager::CheckLifts(const storage::ChangeSet& changes,
                                     const std::string& authority) const {
  if (!options_.impact.lifted) return absl::OkStatus();
  auto lifted = options_.impact.lifted({changes, authority, nullptr, nullptr});
  if (!lifted.ok()) return lifted.status();
  if (lifted->empty()) return absl::OkStatus();
  return MakeError(
      absl::StatusCode::kFailedPrecondition, v1::ERROR_REASON_VERDICTS_LIFTED,
      absl::StrCat("BLOCK or REVIEW of ", lifted->size(), " watched members would be lifted"),
      {{"members", absl::StrCat(lifted->size())}});
}

}  // namespace probity::dataset
