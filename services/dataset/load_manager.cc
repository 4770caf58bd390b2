#include "services/dataset/load_manager.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <tuple>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "base/hash.h"
#include "services/rpc/call_context.h"
#include "services/rpc/limits.h"
#include "services/rpc/status.h"
#include "services/rpc/view.h"

namespace probity::dataset {
namespace {

// Value in the store: authority, NUL, the serialised load.
constexpr absl::string_view kMetaPrefix = "load/";
// A commit is compared anew when another publish of its dataset came first.
constexpr int kMaxConflicts = 5;

absl::Status WrongState(const v1::Load& load, absl::string_view wanted) {
  return MakeError(absl::StatusCode::kFailedPrecondition, v1::ERROR_REASON_LOAD_STATE,
                   absl::StrCat(load.name(), " is ", v1::LoadState_Name(load.state()), ", not ",
                                wanted, "; open a new load with CreateLoad"),
                   {{"load", load.name()}, {"state", v1::LoadState_Name(load.state())}});
}

absl::Status WrongOffset(const std::string& file, uint64_t committed) {
  return MakeError(absl::StatusCode::kFailedPrecondition, v1::ERROR_REASON_CHUNK_OFFSET,
                   absl::StrCat("the next byte of ", file, " is ", committed,
                                "; send on from there"),
                   {{"committed_offset", absl::StrCat(committed)}});
}

std::string DataPath(const std::string& directory, int index) {
  return absl::StrCat(directory, "/file-", index);
}

uint64_t SizeOf(const std::string& path) {
  struct stat facts = {};
  return stat(path.c_str(), &facts) == 0 ? static_cast<uint64_t>(facts.st_size) : 0;
}

// Writes and syncs; on an error the file keeps its length.
absl::Status AppendSynced(const std::string& path, uint64_t offset, const std::string& bytes) {
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return StoreNotWritable(path, std::strerror(errno));
  const auto close_file = absl::MakeCleanup([file] { close(file); });
  const ssize_t written = pwrite(file, bytes.data(), bytes.size(), static_cast<off_t>(offset));
  if (written == static_cast<ssize_t>(bytes.size()) && fdatasync(file) == 0) {
    return absl::OkStatus();
  }
  const bool full = written >= 0 || errno == ENOSPC || errno == EDQUOT;
  const std::string why = std::strerror(errno);
  if (ftruncate(file, static_cast<off_t>(offset)) != 0) return StoreNotWritable(path, why);
  return full ? DiskFull(path) : StoreNotWritable(path, why);
}

absl::StatusOr<std::string> Sha256OfFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file.good()) return StoreNotWritable(path, "cannot be read");
  Sha256Stream hash;
  std::string piece(1 << 20, '\0');
  while (file.read(piece.data(), static_cast<std::streamsize>(piece.size())) || file.gcount() > 0) {
    hash.Add(absl::string_view(piece).substr(0, static_cast<size_t>(file.gcount())));
  }
  return ToHex(hash.Finish());
}

// What a request asked for, to tell a repetition from a mistake.
std::string BodyOf(v1::Load load) {
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
    : options_(std::move(options)), committer_(std::make_unique<rpc::Executor>(1)) {}

LoadManager::~LoadManager() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
    for (auto& [name, entry] : loads_) entry.progress->give_up = true;
  }
  committer_.reset();
}

absl::StatusOr<std::unique_ptr<LoadManager>> LoadManager::Open(Options options) {
  std::error_code error;
  std::filesystem::create_directories(options.directory, error);
  if (error) return StoreNotWritable(options.directory, error.message());
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
  absl::MutexLock lock(&mutex_);
  for (const auto& [key, value] : *rows) {
    const size_t split = value.find('\0');
    Entry entry;
    if (split == std::string::npos || !entry.load.ParseFromString(value.substr(split + 1))) {
      return StoreCorrupt(options_.directory, absl::StrCat("the state of ", key, " is damaged"));
    }
    entry.owner = value.substr(0, split);
    entry.progress = std::make_shared<ingest::LoadProgress>();
    const std::string name = entry.load.name();
    if (entry.load.state() == v1::LOAD_STATE_COMMITTING) {
      const auto revision = published.find(name);
      entry.load.set_state(revision == published.end() ? v1::LOAD_STATE_OPEN
                                                       : v1::LOAD_STATE_COMMITTED);
      if (revision != published.end()) *entry.load.mutable_revision() = revision->second;
    }
    loads_[name] = std::move(entry);
    if (absl::Status saved = Save(loads_[name].load); !saved.ok()) return saved;
  }
  return absl::OkStatus();
}

absl::StatusOr<v1::Load> LoadManager::Create(const std::string& dataset, v1::Load load,
                                             const std::string& owner,
                                             const std::string& principal,
                                             const std::string& request_id) {
  auto format = ingest::FindFormat(load.format());
  if (!format.ok()) return format.status();
  const std::string id = request_id.empty()
                             ? rpc::NewCallId()
                             : ToHex(Sha256(absl::StrCat(dataset, "/", request_id))).substr(0, 16);
  load.set_name(rpc::LoadRef{dataset, id}.Name());
  absl::MutexLock lock(&mutex_);
  if (const auto known = loads_.find(load.name()); known != loads_.end()) {
    if (BodyOf(known->second.load) != BodyOf(load)) return RequestIdReused(request_id);
    return Shown(known->second);
  }
  const absl::Time now = options_.clock();
  if (load.mode() == v1::LOAD_MODE_UNSPECIFIED) load.set_mode(v1::LOAD_MODE_FULL_EDITION);
  load.set_state(v1::LOAD_STATE_OPEN);
  load.set_created_by(principal);
  *load.mutable_created_at() = rpc::TimestampOf(now);
  if (!load.has_retrieved_at()) *load.mutable_retrieved_at() = rpc::TimestampOf(now);
  std::error_code error;
  std::filesystem::create_directories(DirectoryOf(load.name()), error);
  if (error) return StoreNotWritable(DirectoryOf(load.name()), error.message());
  Entry& entry = loads_[load.name()];
  entry.load = std::move(load);
  entry.owner = owner;
  entry.progress = std::make_shared<ingest::LoadProgress>();
  if (absl::Status saved = Save(entry.load); !saved.ok()) {
    loads_.erase(rpc::LoadRef{dataset, id}.Name());
    return saved;
  }
  return Shown(entry);
}

absl::Status LoadManager::Save(const v1::Load& load) {
  std::string value(1, '\0');
  if (const auto entry = loads_.find(load.name()); entry != loads_.end()) {
    value.insert(0, entry->second.owner);
  }
  return options_.store->PutMeta(absl::StrCat(kMetaPrefix, load.name()),
                                 value + load.SerializeAsString());
}

absl::StatusOr<LoadManager::Entry*> LoadManager::Find(const rpc::LoadRef& ref) {
  const auto found = loads_.find(ref.Name());
  if (found == loads_.end()) return LoadNotFound(ref.Name());
  return &found->second;
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
  absl::MutexLock lock(&mutex_);
  const auto found = loads_.find(ref.Name());
  if (found == loads_.end()) return LoadNotFound(ref.Name());
  return Shown(found->second);
}

std::vector<v1::Load> LoadManager::List(const std::string& dataset) const {
  const std::string prefix = absl::StrCat(rpc::DatasetName(dataset), "/");
  std::vector<v1::Load> loads;
  absl::MutexLock lock(&mutex_);
  for (const auto& [name, entry] : loads_) {
    if (absl::StartsWith(name, prefix)) loads.push_back(Shown(entry));
  }
  const auto made = [](const v1::Load& load) {
    return std::make_tuple(load.created_at().seconds(), load.created_at().nanos(), load.name());
  };
  std::sort(loads.begin(), loads.end(),
            [&made](const v1::Load& a, const v1::Load& b) { return made(a) > made(b); });
  return loads;
}

absl::StatusOr<uint64_t> LoadManager::Upload(const rpc::LoadRef& ref,
                                             const v1::UploadChunkRequest& chunk) {
  if (Crc32c(chunk.data()) != chunk.crc32c()) {
    return MakeError(absl::StatusCode::kDataLoss, v1::ERROR_REASON_CHUNK_CHECKSUM,
                     "the chunk's bytes do not have the crc32c that was sent; send it again", {});
  }
  absl::MutexLock lock(&mutex_);
  absl::StatusOr<Entry*> entry = Find(ref);
  if (!entry.ok()) return entry.status();
  v1::Load& load = (*entry)->load;
  if (load.state() != v1::LOAD_STATE_OPEN) return WrongState(load, "LOAD_STATE_OPEN");
  int index = 0;
  while (index < load.files_size() && load.files(index).file_name() != chunk.file_name()) ++index;
  const std::string path = DataPath(DirectoryOf(load.name()), index);
  const uint64_t size = index < load.files_size() ? SizeOf(path) : 0;
  if (chunk.offset() > size) return WrongOffset(chunk.file_name(), size);
  if (index == load.files_size()) {
    if (index == rpc::kMaxFilesOfLoad) return LimitExceeded("file_name", index, index + 1);
    v1::LoadFile* file = load.add_files();
    file->set_file_name(chunk.file_name());
    file->set_role(chunk.role() == v1::FILE_ROLE_MAPPING ? chunk.role() : v1::FILE_ROLE_DATA);
    if (absl::Status saved = Save(load); !saved.ok()) return saved;
  }
  // A chunk that is there already changes nothing; one that overlaps adds its rest.
  if (chunk.offset() + chunk.data().size() <= size) return size;
  const std::string rest = chunk.data().substr(size - chunk.offset());
  if (absl::Status written = AppendSynced(path, size, rest); !written.ok()) return written;
  return size + rest.size();
}

absl::StatusOr<v1::Load> LoadManager::Commit(const rpc::LoadRef& ref) {
  absl::MutexLock lock(&mutex_);
  absl::StatusOr<Entry*> entry = Find(ref);
  if (!entry.ok()) return entry.status();
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
  if (absl::Status saved = Save(started); !saved.ok()) return saved;
  load = std::move(started);
  (*entry)->progress = std::make_shared<ingest::LoadProgress>();
  committer_->Add([this, name = load.name()] { Run(name); });
  return Shown(**entry);
}

absl::StatusOr<v1::Load> LoadManager::Abort(const rpc::LoadRef& ref) {
  absl::MutexLock lock(&mutex_);
  absl::StatusOr<Entry*> entry = Find(ref);
  if (!entry.ok()) return entry.status();
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
  if (absl::Status saved = Save(aborted); !saved.ok()) return saved;
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

void LoadManager::Run(const std::string& name) {
  v1::Load load;
  std::shared_ptr<ingest::LoadProgress> progress;
  {
    absl::MutexLock lock(&mutex_);
    load = loads_[name].load;
    progress = loads_[name].progress;
  }
  v1::LoadCounts counts;
  absl::StatusOr<v1::RevisionToken> result = Publish(load, progress.get(), &counts);
  for (int i = 0; i < kMaxConflicts && ReasonOf(result.status()) == v1::ERROR_REASON_LOAD_CONFLICT;
       ++i) {
    progress->rows_read = progress->refused = progress->warnings = progress->bytes_read = 0;
    result = Publish(load, progress.get(), &counts);
  }
  End(name, result, counts);
}

absl::StatusOr<v1::RevisionToken> LoadManager::Publish(const v1::Load& load,
                                                       ingest::LoadProgress* progress,
                                                       v1::LoadCounts* counts) {
  const std::string directory = DirectoryOf(load.name());
  const std::string dataset = load.name().substr(9, load.name().find("/loads/") - 9);
  storage::LoadSpec spec;
  spec.dataset = dataset;
  spec.mode = load.mode();
  spec.edition = load.edition();
  *spec.facts.mutable_retrieved_at() = load.retrieved_at();
  *spec.facts.mutable_checked_at() = rpc::TimestampOf(options_.clock());
  ingest::LoadFiles files;
  files.format = ingest::FindFormat(load.format()).value();
  files.directory = directory;
  files.rejected_path = directory + "/rejected";
  for (int i = 0; i < load.files_size(); ++i) {
    const std::string path = DataPath(directory, i);
    files.files.push_back({path, load.files(i).file_name(), load.files(i).role()});
    absl::StatusOr<std::string> hash = Sha256OfFile(path);
    if (!hash.ok()) return hash.status();
    spec.facts.add_sha256(*hash);
  }
  if (files.files.empty()) {
    return MakeError(absl::StatusCode::kInvalidArgument, v1::ERROR_REASON_EMPTY_FILE,
                     "the load has no files; send them with UploadChunk", {});
  }
  std::string owner;
  {
    absl::MutexLock lock(&mutex_);
    owner = loads_[load.name()].owner;
  }
  const auto base = options_.store->Head(owner);
  auto changes = ingest::BuildChangeSet(options_.tables, *base, spec, files, progress);
  if (!changes.ok()) return changes.status();
  const auto remove_file = absl::MakeCleanup([&changes] { unlink(changes->path.c_str()); });
  *counts = changes->header.counts();
  if (load.dry_run()) return absl::CancelledError("dry run");
  storage::PublishContext context;
  context.now_us = absl::ToUnixMicros(options_.clock());
  context.published_by = load.created_by();
  context.note = load.note();
  context.load = load.name();
  auto view = options_.store->Publish(*changes, context);
  if (!view.ok()) return view.status();
  return (*view)->token();
}

void LoadManager::End(const std::string& name, const absl::StatusOr<v1::RevisionToken>& result,
                      const v1::LoadCounts& counts) {
  absl::MutexLock lock(&mutex_);
  Entry& entry = loads_[name];
  v1::LoadCounts seen = Shown(entry).counts();
  entry.load.set_state(v1::LOAD_STATE_COMMITTED);
  if (result.ok()) {
    *entry.load.mutable_revision() = *result;
  } else if (result.status().code() == absl::StatusCode::kCancelled) {
    entry.load.set_state(v1::LOAD_STATE_ABORTED);
  } else {
    entry.load.set_state(v1::LOAD_STATE_FAILED);
    *entry.load.mutable_error() = rpc::ToItemError(result.status());
  }
  seen.MergeFrom(counts);
  *entry.load.mutable_counts() = seen;
  *entry.load.mutable_ended_at() = rpc::TimestampOf(options_.clock());
  // The next server finds the load open again, and its files in place.
  if (stopping_ && entry.load.state() == v1::LOAD_STATE_ABORTED) return;
  // A state that cannot be saved is found again at the next open.
  Save(entry.load).IgnoreError();
  for (int i = 0; i < entry.load.files_size(); ++i) {
    unlink(DataPath(DirectoryOf(name), i).c_str());
  }
}

}  // namespace probity::dataset
