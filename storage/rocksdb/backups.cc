#include "storage/rocksdb/backups.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "base/errors.h"
#include "base/replace_file.h"
#include "base/tables.h"
#include "base/text_proto.h"
#include "google/protobuf/text_format.h"
#include "storage/rocksdb/backup_engine.h"
#include "storage/rocksdb/evidence_database.h"
#include "storage/rocksdb/evidence_reads.h"
#include "storage/rocksdb/rocksdb_store.h"
#include "storage/rocksdb/store_check.h"

namespace probity::storage {
namespace {

constexpr absl::string_view kNoteBegin = "backup-";
constexpr absl::string_view kNoteEnd = ".txtpb";

// 7 of "backup-7.txtpb"; nullopt of another file.
std::optional<uint32_t> NumberOf(absl::string_view name) {
  uint32_t number = 0;
  const bool is_note = absl::ConsumePrefix(&name, kNoteBegin) &&
                       absl::ConsumeSuffix(&name, kNoteEnd) && absl::SimpleAtoi(name, &number);
  if (!is_note || number == 0) return std::nullopt;
  return number;
}

absl::StatusOr<v1::BackupNote> ReadNote(const std::string& path) {
  const auto text = ReadFile(path);
  if (!text.ok()) return BackupDamaged(path, text.status().message());
  v1::BackupNote note;
  const std::string fault = ReadTextProto(*text, &note);
  if (!fault.empty()) return BackupDamaged(path, fault);
  return note;
}

absl::Status MakeDirectory(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  return error ? StoreNotWritable(path, error.message()) : absl::OkStatus();
}

absl::Status RemoveOthers(const BackupPlace& place, const std::set<uint32_t>& named) {
  const auto ids = ListCopies(place);
  if (!ids.ok()) return ids.status();
  std::vector<uint32_t> others;
  for (const uint32_t id : *ids) {
    if (named.count(id) == 0) others.push_back(id);
  }
  return others.empty() ? absl::OkStatus() : DeleteCopies(place, others);
}

}  // namespace

std::string BackupShelf::NotePath(uint32_t number) const {
  return absl::StrCat(directory_, "/", kNoteBegin, number, kNoteEnd);
}

absl::StatusOr<std::vector<v1::BackupNote>> BackupShelf::List() const {
  std::vector<v1::BackupNote> notes;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(directory_, error)) {
    if (!NumberOf(entry.path().filename().string())) continue;
    auto note = ReadNote(entry.path().string());
    if (!note.ok()) return note.status();
    notes.push_back(*std::move(note));
  }
  std::sort(notes.begin(), notes.end(), [](const v1::BackupNote& a, const v1::BackupNote& b) {
    return a.number() < b.number();
  });
  return notes;
}

absl::StatusOr<v1::BackupNote> BackupShelf::Find(uint32_t number) const {
  auto notes = List();
  if (!notes.ok()) return notes.status();
  if (number == 0 && !notes->empty()) return notes->back();
  for (v1::BackupNote& note : *notes) {
    if (note.number() == number) return std::move(note);
  }
  return BackupNotFound(number == 0 ? directory_ : absl::StrCat("backups/", number));
}

absl::StatusOr<uint32_t> BackupShelf::NextNumber() const {
  const auto notes = List();
  if (!notes.ok()) return notes.status();
  return notes->empty() ? 1 : notes->back().number() + 1;
}

absl::StatusOr<v1::BackupNote> BackupShelf::Create(
    const Store& store, const EvidenceLog& log, v1::BackupNote begun,
    const std::function<bool()>& is_cancelled) const {
  if (absl::Status made = MakeDirectory(directory_); !made.ok()) return made;
  if (absl::Status removed = RemoveUnnamed(); !removed.ok()) return removed;
  v1::BackupNote note = std::move(begun);
  *note.mutable_log_head() = log.Head();
  auto evidence_copy = log.maintenance()->CopyTo(evidence(), is_cancelled);
  if (!evidence_copy.ok()) return evidence_copy.status();
  *note.mutable_evidence() = *std::move(evidence_copy);
  *note.mutable_revision() = store.Head("")->token();
  auto store_copy = store.maintenance()->CopyTo(this->store(), is_cancelled);
  if (!store_copy.ok()) return store_copy.status();
  *note.mutable_store() = *std::move(store_copy);
  note.set_ended_at_us(absl::GetCurrentTimeNanos() / 1000);
  std::string text;
  google::protobuf::TextFormat::PrintToString(note, &text);
  if (absl::Status written = ReplaceFile(NotePath(note.number()), text); !written.ok()) {
    return written;
  }
  return note;
}

absl::Status BackupShelf::RemoveUnnamed() const {
  const auto notes = List();
  if (!notes.ok()) return notes.status();
  std::set<uint32_t> stores, logs;
  for (const v1::BackupNote& note : *notes) {
    stores.insert(note.store().id());
    logs.insert(note.evidence().id());
  }
  absl::Status status = RemoveOthers(store(), stores);
  return status.ok() ? RemoveOthers(evidence(), logs) : status;
}

absl::Status BackupShelf::Delete(const std::vector<uint32_t>& numbers) const {
  for (const uint32_t number : numbers) {
    std::error_code error;
    std::filesystem::remove(NotePath(number), error);
    if (error) return StoreNotWritable(NotePath(number), error.message());
  }
  return RemoveUnnamed();
}

uint64_t BackupShelf::Verify(const v1::BackupNote& note,
                             probity::v1::CheckStoreResponse* findings) const {
  const std::pair<BackupPlace, const v1::BackupCopy*> copies[] = {{store(), &note.store()},
                                                                  {evidence(), &note.evidence()}};
  for (const auto& [place, copy] : copies) {
    const absl::Status verified = VerifyCopy(place, copy->id());
    if (verified.ok()) continue;
    AddFinding("backup", place.directory, verified.message(), "A backup is damaged", findings);
  }
  return note.store().files() + note.evidence().files();
}

absl::StatusOr<std::unique_ptr<Store>> BackupShelf::OpenStore(
    const v1::BackupNote& note, const IdentifierCatalogue& identifiers) const {
  auto copy = FindCopy(store(), note.store().id());
  if (!copy.ok()) return copy.status();
  RocksdbOptions options;
  options.path = copy->path;
  options.env = copy->env.get();
  options.owned_env = std::move(copy->env);
  return OpenRocksdbStoreToRead(options, identifiers);
}

absl::Status BackupShelf::ForEachDecision(
    const v1::BackupNote& note, uint64_t most,
    const std::function<bool(const StoredDecision&)>& visit) const {
  const auto copy = FindCopy(evidence(), note.evidence().id());
  if (!copy.ok()) return copy.status();
  EvidenceOptions options;
  options.path = copy->path;
  options.env = copy->env.get();
  const auto database = EvidenceDatabase::OpenToRead(options);
  if (!database.ok()) return database.status();
  const auto head = ReadNewestHead((*database)->Scan(kLogMeta).get());
  if (!head.ok() || !head->has_value()) return (*database)->Corrupt("there is no head");
  uint64_t visited = 0;
  for (uint64_t leaf = (*head)->tree_size(); leaf > 0 && visited < most; --leaf) {
    const auto stored = ReadDecision(**database, leaf - 1);
    if (!stored.ok()) return stored.status();
    if (IsActName(stored->summary.decision())) continue;
    ++visited;
    if (!visit(*stored)) return absl::OkStatus();
  }
  return absl::OkStatus();
}

}  // namespace probity::storage
