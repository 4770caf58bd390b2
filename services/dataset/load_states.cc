// How LoadManager keeps the states of loads: saved, found again, shown, expired.
#include <algorithm>
#include <filesystem>
#include <tuple>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "services/dataset/load_changes.h"
#include "services/dataset/load_files.h"
#include "services/dataset/load_manager.h"
#include "services/dataset/redaction_steps.h"
#include "services/rpc/status.h"
#include "services/rpc/view.h"

namespace probity::dataset {
namespace {

// Value in the store: authority, NUL, the serialised load.
constexpr absl::string_view kMetaPrefix = "load/";
// Lifted members that a load names.
constexpr int kShownLifted = 100;

absl::Time TimeOf(const google::protobuf::Timestamp& stamp) {
  return absl::FromUnixSeconds(stamp.seconds()) + absl::Nanoseconds(stamp.nanos());
}

double Share(uint64_t part, uint64_t whole) {
  return whole == 0 ? 0 : std::min(1.0, static_cast<double>(part) / static_cast<double>(whole));
}

// The counts of a run that has read something; else those that were found before.
void ShowRun(const LoadRunProgress& progress, v1::Load* load) {
  v1::LoadCounts* counts = load->mutable_counts();
  if (progress.read.bytes_read > 0) {
    counts->set_rows_read(progress.read.rows_read);
    counts->set_refused(progress.read.refused);
    counts->set_warnings(progress.read.warnings);
    counts->set_bytes_read(progress.read.bytes_read);
  }
  load->set_phase(progress.phase);
  if (load->phase() == v1::LOAD_PHASE_READING) {
    load->set_phase_progress(Share(counts->bytes_read(), counts->bytes_total()));
  } else if (load->phase() == v1::LOAD_PHASE_PREVIEWING) {
    load->set_phase_progress(progress.previewed);
  }
}

// Members of other authorities are counted, never named.
void ShowLifted(const std::string& directory, absl::string_view authority, v1::Load* load) {
  const std::string own = authority.empty() ? "portfolios/" : absl::StrCat(authority, "/");
  for (v1::LiftedVerdict& member : KeptLifted(directory)) {
    if (!absl::StartsWith(member.member(), own)) continue;
    if (load->lifted_size() == kShownLifted) return;
    *load->add_lifted() = std::move(member);
  }
}

}  // namespace

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
    absl::Status restored = RestoreOne(value.substr(0, split), std::move(load), published);
    if (!restored.ok()) return restored;
  }
  return absl::OkStatus();
}

absl::Status LoadManager::RestoreOne(const std::string& owner, v1::Load load,
                                     const std::map<std::string, v1::RevisionToken>& published) {
  if (IsRunning(load.state())) {
    const std::string directory = DirectoryOf(load.name());
    const auto revision = published.find(load.name());
    if (revision != published.end()) {
      load.set_state(v1::LOAD_STATE_COMMITTED);
      *load.mutable_revision() = revision->second;
    } else {
      const bool kept = KeptChanges(directory).has_value();
      if (!kept) ForgetChanges(directory);
      load.set_state(SafeState(load, kept));
      load.clear_approval();
    }
    if (absl::Status saved = Save(owner, load); !saved.ok()) return saved;
  }
  // Also of one that had ended when the process stopped, before its files were gone. Their
  // first one goes last: of most loads, one look at it is all.
  std::error_code ignored;
  const bool is_left = load.files().empty() ||
                       std::filesystem::exists(DataPath(DirectoryOf(load.name()), 0), ignored);
  if (HasEnded(load.state()) && is_left) RemoveData(load);
  if (Waits(load.state()) && !load.has_expires_at()) Touch(&load);
  absl::MutexLock lock(&mutex_);
  loads_[load.name()] = MakeEntry(owner, load);
  return absl::OkStatus();
}

absl::Status LoadManager::Save(const std::string& owner, const v1::Load& load) {
  return options_.store->PutMeta(
      absl::StrCat(kMetaPrefix, load.name()),
      absl::StrCat(owner, absl::string_view("\0", 1), load.SerializeAsString()));
}

absl::Status LoadManager::MaskTexts(const std::set<std::string>& texts) {
  std::vector<EntryPtr> entries;
  {
    absl::MutexLock lock(&mutex_);
    for (const auto& [name, entry] : loads_) entries.push_back(entry);
  }
  for (const EntryPtr& entry : entries) {
    absl::MutexLock lock(&entry->mutex);
    v1::Load masked = entry->load;
    if (!MaskLoad(texts, &masked)) continue;
    if (absl::Status saved = Save(entry->owner, masked); !saved.ok()) return saved;
    entry->load = std::move(masked);
  }
  return MaskFiles(options_.directory, texts);
}

absl::Status LoadManager::Alter(Entry* entry, const Change& change) {
  v1::Load altered = entry->load;
  Touch(&altered);
  change(&altered);
  if (absl::Status saved = Save(entry->owner, altered); !saved.ok()) return saved;
  Replace(entry, std::move(altered));
  return absl::OkStatus();
}

void LoadManager::Replace(Entry* entry, v1::Load load) {
  const bool ends = HasEnded(load.state()) && !HasEnded(entry->load.state());
  entry->state = load.state();
  entry->load = std::move(load);
  if (ends && options_.ended) options_.ended(entry->load);
}

uint64_t LoadManager::CountHeld() const {
  uint64_t held = 0;
  for (const EntryPtr& entry : Entries()) held += entry->state == v1::LOAD_STATE_HELD ? 1 : 0;
  return held;
}

void LoadManager::Touch(v1::Load* load) const {
  *load->mutable_expires_at() = rpc::TimestampOf(options_.clock() + options_.expiry);
}

void LoadManager::ExpireIfDue(Entry* entry) {
  const v1::Load& load = entry->load;
  const absl::Time now = options_.clock();
  if (!Waits(load.state()) || now < TimeOf(load.expires_at())) return;
  const absl::Status saved = Alter(entry, [&](v1::Load* ended) {
    ended->set_state(v1::LOAD_STATE_EXPIRED);
    *ended->mutable_ended_at() = rpc::TimestampOf(now);
  });
  if (!saved.ok()) return;  // the next look tries again
  std::error_code ignored;
  std::filesystem::remove_all(DirectoryOf(load.name()), ignored);
}

void LoadManager::ExpireAll() {
  for (const EntryPtr& entry : Entries()) {
    absl::MutexLock lock(&entry->mutex);
    ExpireIfDue(entry.get());
  }
}

std::vector<LoadManager::EntryPtr> LoadManager::Entries() const {
  absl::MutexLock lock(&mutex_);
  std::vector<EntryPtr> entries;
  entries.reserve(loads_.size());
  for (const auto& [name, entry] : loads_) entries.push_back(entry);
  return entries;
}

absl::StatusOr<LoadManager::EntryPtr> LoadManager::Find(const std::string& name) {
  EntryPtr entry;
  {
    absl::MutexLock lock(&mutex_);
    const auto found = loads_.find(name);
    if (found == loads_.end()) return LoadNotFound(name);
    entry = found->second;
  }
  absl::MutexLock lock(&entry->mutex);
  ExpireIfDue(entry.get());
  return entry;
}

v1::Load LoadManager::Shown(const Entry& entry, absl::string_view authority) const {
  v1::Load load = entry.load;
  const std::string directory = DirectoryOf(load.name());
  uint64_t total = 0;
  for (int i = 0; i < load.files_size(); ++i) {
    if (load.state() == v1::LOAD_STATE_OPEN) {
      load.mutable_files(i)->set_bytes(SizeOf(DataPath(directory, i)));
    }
    if (load.files(i).role() != v1::FILE_ROLE_MAPPING) total += load.files(i).bytes();
  }
  load.mutable_counts()->set_bytes_total(total);
  if (IsRunning(load.state())) ShowRun(*entry.progress, &load);
  if (load.lifted_count() > 0 && Waits(load.state())) ShowLifted(directory, authority, &load);
  if (HasEnded(load.state())) load.clear_expires_at();
  return load;
}

absl::StatusOr<v1::Load> LoadManager::Get(const rpc::LoadRef& ref, absl::string_view authority) {
  absl::StatusOr<EntryPtr> entry = Find(ref.Name());
  if (!entry.ok()) return entry.status();
  absl::MutexLock lock(&(*entry)->mutex);
  return Shown(**entry, authority);
}

std::vector<v1::Load> LoadManager::List(const std::string& dataset, absl::string_view authority) {
  const std::string prefix = absl::StrCat(rpc::DatasetName(dataset), "/");
  std::vector<v1::Load> loads;
  for (const EntryPtr& entry : Entries()) {
    absl::MutexLock lock(&entry->mutex);
    if (!absl::StartsWith(entry->load.name(), prefix)) continue;
    ExpireIfDue(entry.get());
    loads.push_back(Shown(*entry, authority));
  }
  const auto made = [](const v1::Load& load) {
    return std::make_tuple(load.created_at().seconds(), load.created_at().nanos(), load.name());
  };
  std::sort(loads.begin(), loads.end(),
            [&made](const v1::Load& a, const v1::Load& b) { return made(a) > made(b); });
  return loads;
}

std::string LoadManager::DirectoryOf(const std::string& name) const {
  return absl::StrCat(options_.directory, "/", name.substr(name.rfind('/') + 1));
}

std::string LoadManager::RejectedPath(const rpc::LoadRef& ref) const {
  return absl::StrCat(DirectoryOf(ref.Name()), "/rejected");
}

}  // namespace probity::dataset
