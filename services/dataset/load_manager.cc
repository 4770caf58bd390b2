#include "services/dataset/load_manager.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <tuple>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "base/hash.h"
#include "services/dataset/load_files.h"
#include "services/rpc/call_context.h"
#include "services/rpc/limits.h"
#include "services/rpc/status.h"
#include "services/rpc/view.h"

namespace probity::dataset {
namespace {

// Value in the store: authority, NUL, the serialised load.
constexpr absl::string_view kMetaPrefix = "load/";
// Loads that are read and compared at once. Each holds 16 bytes a key, and reads
// as fast as one core does.
constexpr int kCommitThreads = 4;

absl::Status WrongState(const v1::Load& load, absl::string_view wanted) {
  return MakeError(absl::StatusCode::kFailedPrecondition, v1::ERROR_REASON_LOAD_STATE,
                   absl::StrCat(load.name(), " is ", v1::LoadState_Name(load.state()), ", not ",
                                wanted, "; open a new load with CreateLoad"),
                   {{"load", load.name()}, {"state", v1::LoadState_Name(load.state())}});
}

absl::Status WrongOffset(const std::string& file, uint64_t committed) {
  return MakeError(
      absl::StatusCode::kFailedPrecondition, v1::ERROR_REASON_CHUNK_OFFSET,
      absl::StrCat("the next byte of ", file, " is ", committed, "; send on from there"),
      {{"committed_offset", absl::StrCat(committed)}});
}

// Returns where the file ends then.
absl::StatusOr<uint64_t> Append(const std::string& path, uint64_t offset,
                                const std::string& bytes) {
  if (absl::Status written = AppendSynced(path, offset, bytes); !written.ok()) return written;
  return offset + bytes.size();
}

// What a request asked for, to tell a repetition from a mistake.
std::string BodyOf(const v1::Load& load) {
  v1::Load asked;
  asked.set_format(load.format());
  asked.set_mode(load.mode());
  *asked.mutable_edition() = load.edition();
  asked.set_note(load.note());
  asked.set_dry_run(load.dry_run());
  return CanonicalBytes(asked);
}

}  // namespace

LoadManager::LoadManager(Options options)
    : options_(std::move(options)), committer_(std::make_unique<rpc::Executor>(kCommitThreads)) {}

LoadManager::~LoadManager() {
  stopping_ = true;
  std::vector<EntryPtr> all;
  {
    absl::MutexLock lock(&mutex_);
    for (const auto& [name, entry] : loads_) all.push_back(entry);
  }
  for (const EntryPtr& entry : all) {
    absl::MutexLock lock(&entry->mutex);
    entry->progress->give_up = true;
  }
  committer_.reset();
}

absl::StatusOr<std::unique_ptr<LoadManager>> LoadManager::Open(Options options) {
  if (absl::Status made = MakeDirectory(options.directory); !made.ok()) return made;
  std::unique_ptr<LoadManager> manager(new LoadManager(std::move(options)));
  if (absl::Status restored = manager->Restore(); !restored.ok()) return restored;
  return manager;
}

absl::Status LoadManager::Restore() {
  auto rows = options_.store->ListMeta(kMetaPrefix);
  if (!rows.ok()) return rows.status();
  std::map<std::string, v1::RevisionToken> published;
  auto manifests = options_.store->ListManifests(0, 1000);
  if (!manifests.ok()) return manifests.status();
  for (const auto& manifest : *manifests) {
    if (manifest.load().empty()) continue;
    auto token = options_.store->TokenOf(manifest.revision());
    if (token.ok()) published[manifest.load()] = *token;
  }
  for (const auto& [key, value] : *rows) {
    const size_t split = value.find('\0');
    v1::Load load;
    if (split == std::string::npos || !load.ParseFromString(value.substr(split + 1))) {
      return StoreCorrupt(options_.directory, absl::StrCat("the state of ", key, " is damaged"));
    }
    const std::string owner = value.substr(0, split);
    if (load.state() == v1::LOAD_STATE_COMMITTING) {
      const auto revision = published.find(load.name());
      load.set_state(revision == published.end() ? v1::LOAD_STATE_OPEN : v1::LOAD_STATE_COMMITTED);
      if (revision != published.end()) *load.mutable_revision() = revision->second;
      if (absl::Status saved = Save(owner, load); !saved.ok()) return saved;
    }
    absl::MutexLock lock(&mutex_);
    loads_[load.name()] = MakeEntry(owner, load);
  }
  return absl::OkStatus();
}

LoadManager::EntryPtr LoadManager::MakeEntry(const std::string& owner, v1::Load load) {
  auto entry = std::make_shared<Entry>();
  entry->owner = owner;
  absl::MutexLock lock(&entry->mutex);
  entry->load = std::move(load);
  entry->progress = std::make_shared<ingest::LoadProgress>();
  return entry;
}

absl::StatusOr<v1::Load> LoadManager::Create(const std::string& dataset, v1::Load load,
                                             const std::string& owner, const std::string& principal,
                                             const std::string& request_id) {
  auto format = ingest::FindFormat(load.format());
  if (!format.ok()) return format.status();
  const std::string id =
      request_id.empty()
          ? rpc::NewCallId()
          : ToHex(Sha256(absl::StrCat(dataset, "/", principal, "/", request_id))).substr(0, 16);
  const std::string name = rpc::LoadRef{dataset, id}.Name();
  load.set_name(name);
  if (load.mode() == v1::LOAD_MODE_UNSPECIFIED) load.set_mode(v1::LOAD_MODE_FULL_EDITION);
  const std::string body = BodyOf(load);
  const absl::Time now = options_.clock();
  load.set_state(v1::LOAD_STATE_OPEN);
  load.set_created_by(principal);
  *load.mutable_created_at() = rpc::TimestampOf(now);
  if (!load.has_retrieved_at()) *load.mutable_retrieved_at() = rpc::TimestampOf(now);
  EntryPtr entry = MakeEntry(owner, load);
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
  if (kept.ok()) kept = Save(owner, load);
  if (kept.ok()) return Shown(*entry);
  absl::MutexLock map_lock(&mutex_);
  loads_.erase(name);
  return kept;
}

absl::StatusOr<v1::Load> LoadManager::ReturnKnown(const EntryPtr& known, const std::string& body,
                                                  const std::string& request_id) const {
  absl::MutexLock lock(&known->mutex);
  if (BodyOf(known->load) != body) return RequestIdReused(request_id);
  return Shown(*known);
}

absl::Status LoadManager::Save(const std::string& owner, const v1::Load& load) {
  return options_.store->PutMeta(
      absl::StrCat(kMetaPrefix, load.name()),
      absl::StrCat(owner, absl::string_view("\0", 1), load.SerializeAsString()));
}

absl::StatusOr<LoadManager::EntryPtr> LoadManager::Find(const std::string& name) const {
  absl::MutexLock lock(&mutex_);
  const auto found = loads_.find(name);
  if (found == loads_.end()) return LoadNotFound(name);
  return found->second;
}

v1::Load LoadManager::Shown(const Entry& entry) const {
  v1::Load load = entry.load;
  uint64_t total = 0;
  for (int i = 0; i < load.files_size(); ++i) {
    if (load.state() == v1::LOAD_STATE_OPEN) {
      load.mutable_files(i)->set_bytes(SizeOf(DataPath(DirectoryOf(load.name()), i)));
    }
    if (load.files(i).role() != v1::FILE_ROLE_MAPPING) total += load.files(i).bytes();
  }
  if (load.state() == v1::LOAD_STATE_COMMITTING) {
    load.mutable_counts()->set_rows_read(entry.progress->rows_read);
    load.mutable_counts()->set_refused(entry.progress->refused);
    load.mutable_counts()->set_warnings(entry.progress->warnings);
    load.mutable_counts()->set_bytes_read(entry.progress->bytes_read);
  }
  load.mutable_counts()->set_bytes_total(total);
  return load;
}

absl::StatusOr<v1::Load> LoadManager::Get(const rpc::LoadRef& ref) const {
  absl::StatusOr<EntryPtr> entry = Find(ref.Name());
  if (!entry.ok()) return entry.status();
  absl::MutexLock lock(&(*entry)->mutex);
  return Shown(**entry);
}

std::vector<v1::Load> LoadManager::List(const std::string& dataset) const {
  const std::string prefix = absl::StrCat(rpc::DatasetName(dataset), "/");
  std::vector<EntryPtr> entries;
  {
    absl::MutexLock lock(&mutex_);
    for (const auto& [name, entry] : loads_) {
      if (absl::StartsWith(name, prefix)) entries.push_back(entry);
    }
  }
  std::vector<v1::Load> loads;
  for (const EntryPtr& entry : entries) {
    absl::MutexLock lock(&entry->mutex);
    loads.push_back(Shown(*entry));
  }
  const auto made = [](const v1::Load& load) {
    return std::make_tuple(load.created_at().seconds(), load.created_at().nanos(), load.name());
  };
  std::sort(loads.begin(), loads.end(),
            [&made](const v1::Load& a, const v1::Load& b) { return made(a) > made(b); });
  return loads;
}

absl::StatusOr<int> LoadManager::FileOf(const v1::UploadChunkRequest& chunk, Entry* entry) {
  v1::Load& load = entry->load;
  const v1::FileRole role =
      chunk.role() == v1::FILE_ROLE_MAPPING ? v1::FILE_ROLE_MAPPING : v1::FILE_ROLE_DATA;
  for (int i = 0; i < load.files_size(); ++i) {
    if (load.files(i).file_name() != chunk.file_name()) continue;
    if (load.files(i).role() == role) return i;
    return InvalidField("role", absl::StrCat(chunk.file_name(), " was begun as ",
                                             v1::FileRole_Name(load.files(i).role())));
  }
  const int index = load.files_size();
  if (chunk.offset() > 0) return WrongOffset(chunk.file_name(), 0);
  if (index == rpc::kMaxFilesOfLoad) return LimitExceeded("file_name", index, index + 1);
  v1::Load longer = load;
  v1::LoadFile* file = longer.add_files();
  file->set_file_name(chunk.file_name());
  file->set_role(role);
  if (absl::Status saved = Save(entry->owner, longer); !saved.ok()) return saved;
  load = std::move(longer);
  return index;
}

absl::StatusOr<uint64_t> LoadManager::Upload(const rpc::LoadRef& ref,
                                             const v1::UploadChunkRequest& chunk) {
  if (Crc32c(chunk.data()) != chunk.crc32c()) {
    return MakeError(absl::StatusCode::kDataLoss, v1::ERROR_REASON_CHUNK_CHECKSUM,
                     "the chunk's bytes do not have the crc32c that was sent; send it again",
                     {{"file", chunk.file_name()}});
  }
  absl::StatusOr<EntryPtr> entry = Find(ref.Name());
  if (!entry.ok()) return entry.status();
  absl::MutexLock lock(&(*entry)->mutex);
  const v1::Load& load = (*entry)->load;
  if (load.state() != v1::LOAD_STATE_OPEN) return WrongState(load, "LOAD_STATE_OPEN");
  absl::StatusOr<int> index = FileOf(chunk, entry->get());
  if (!index.ok()) return index.status();
  const std::string path = DataPath(DirectoryOf(load.name()), *index);
  const uint64_t size = SizeOf(path);
  if (chunk.offset() > size) return WrongOffset(chunk.file_name(), size);
  if (chunk.offset() == size) return Append(path, size, chunk.data());
  // What is there already stays; from the first byte that differs on, the chunk
  // counts, which has its checksum.
  absl::StatusOr<size_t> equal = EqualBytes(path, chunk.offset(), chunk.data());
  if (!equal.ok()) return equal.status();
  const uint64_t reached = chunk.offset() + *equal;
  if (*equal == chunk.data().size()) return reached;
  return Append(path, reached, chunk.data().substr(*equal));
}

absl::StatusOr<v1::Load> LoadManager::Commit(const rpc::LoadRef& ref) {
  absl::StatusOr<EntryPtr> entry = Find(ref.Name());
  if (!entry.ok()) return entry.status();
  absl::MutexLock lock(&(*entry)->mutex);
  v1::Load& load = (*entry)->load;
  if (load.state() == v1::LOAD_STATE_COMMITTING || load.state() == v1::LOAD_STATE_COMMITTED) {
    return Shown(**entry);
  }
  if (load.state() != v1::LOAD_STATE_OPEN) return WrongState(load, "LOAD_STATE_OPEN");
  v1::Load started = load;
  for (int i = 0; i < started.files_size(); ++i) {
    started.mutable_files(i)->set_bytes(SizeOf(DataPath(DirectoryOf(load.name()), i)));
  }
  started.set_state(v1::LOAD_STATE_COMMITTING);
  if (absl::Status saved = Save((*entry)->owner, started); !saved.ok()) return saved;
  load = std::move(started);
  (*entry)->progress = std::make_shared<ingest::LoadProgress>();
  (*entry)->progress->give_up = stopping_.load();
  committer_->Add([this, entry = *entry] { Run(entry); });
  return Shown(**entry);
}

absl::StatusOr<v1::Load> LoadManager::Abort(const rpc::LoadRef& ref) {
  absl::StatusOr<EntryPtr> entry = Find(ref.Name());
  if (!entry.ok()) return entry.status();
  absl::MutexLock lock(&(*entry)->mutex);
  v1::Load& load = (*entry)->load;
  if (load.state() == v1::LOAD_STATE_COMMITTING) {
    (*entry)->progress->give_up = true;  // Run() ends it
    return Shown(**entry);
  }
  if (load.state() == v1::LOAD_STATE_ABORTED) return Shown(**entry);
  if (load.state() != v1::LOAD_STATE_OPEN) return WrongState(load, "LOAD_STATE_OPEN");
  v1::Load aborted = load;
  aborted.set_state(v1::LOAD_STATE_ABORTED);
  *aborted.mutable_ended_at() = rpc::TimestampOf(options_.clock());
  if (absl::Status saved = Save((*entry)->owner, aborted); !saved.ok()) return saved;
  load = std::move(aborted);
  std::error_code ignored;
  std::filesystem::remove_all(DirectoryOf(load.name()), ignored);
  return Shown(**entry);
}

std::string LoadManager::DirectoryOf(const std::string& name) const {
  return absl::StrCat(options_.directory, "/", name.substr(name.rfind('/') + 1));
}

std::string LoadManager::RejectedPath(const rpc::LoadRef& ref) const {
  return absl::StrCat(DirectoryOf(ref.Name()), "/rejected");
}

}  // namespace probity::dataset
