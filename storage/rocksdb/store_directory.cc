#include "storage/rocksdb/store_directory.h"

#include <algorithm>
#include <memory>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "base/errors.h"

namespace probity::storage {
namespace {

constexpr char kCurrent[] = "/CURRENT";
// Text: revision, name of the MANIFEST, bytes of it.
constexpr char kNote[] = "/DURABLE";

absl::string_view FileName(absl::string_view path) { return path.substr(path.rfind('/') + 1); }

// 25 of "MANIFEST-000025" in any directory; 0 of another file.
int64_t ManifestNumber(absl::string_view path) {
  absl::string_view name = FileName(path);
  int64_t number = 0;
  return absl::ConsumePrefix(&name, "MANIFEST-") && absl::SimpleAtoi(name, &number) ? number : 0;
}

}  // namespace

bool IsLockHeld(const rocksdb::Status& status) {
  const std::string text = status.ToString();
  return absl::StrContains(text, "lock hold by current process") ||
         absl::StrContains(text, "Resource temporarily unavailable");
}

std::string FileIn(absl::string_view message, absl::string_view directory) {
  for (absl::string_view word : absl::StrSplit(message, absl::ByAnyChar(" ,:;"))) {
    for (absl::string_view mark : {".sst", ".ldb", ".log", "MANIFEST-", "CURRENT", "OPTIONS-"}) {
      if (!absl::StrContains(word, mark)) continue;
      // "sstable/data/store/000007.sst" is /data/store/000007.sst, and RocksDB
      // calls a missing table by its second name.
      const size_t at = word.find(directory);
      if (at != absl::string_view::npos) word.remove_prefix(at);
      return absl::StrCat(absl::StripSuffix(word, ".ldb"), mark == ".ldb" ? ".sst" : "");
    }
  }
  return "";
}

// A new directory is durable when its parent is synced. Nothing is in it before.
absl::Status StoreDirectory::Make() const {
  if (HasDatabase()) return absl::OkStatus();
  rocksdb::Status status = env_->CreateDirIfMissing(path_);
  const absl::string_view path = absl::StripSuffix(path_, "/");
  const size_t slash = path.rfind('/');
  const std::string parent(slash == absl::string_view::npos ? "." : path.substr(0, slash + 1));
  std::unique_ptr<rocksdb::Directory> directory;
  if (status.ok()) status = env_->NewDirectory(parent, &directory);
  if (status.ok()) status = directory->Fsync();
  if (status.IsNoSpace()) return DiskFull(path_);
  return status.ok() ? absl::OkStatus() : StoreNotWritable(path_, status.ToString());
}

bool StoreDirectory::HasDatabase() const { return env_->FileExists(path_ + kCurrent).ok(); }

bool StoreDirectory::IsUnused() const {
  return !HasDatabase() && !IsRestored() && !HasFile({".sst", ".log"});
}

bool StoreDirectory::HasFile(std::initializer_list<absl::string_view> endings) const {
  std::vector<std::string> names;
  env_->GetChildren(path_, &names).PermitUncheckedError();
  return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
    return std::any_of(endings.begin(), endings.end(),
                       [&](absl::string_view ending) { return absl::EndsWith(name, ending); });
  });
}

std::string StoreDirectory::ManifestPath() const {
  std::string name;
  const rocksdb::Status status = rocksdb::ReadFileToString(env_, path_ + kCurrent, &name);
  if (!status.ok() || !absl::StartsWith(name, "MANIFEST-")) return path_ + kCurrent;
  return absl::StrCat(path_, "/", absl::StripTrailingAsciiWhitespace(name));
}

DurableNote StoreDirectory::ReadNote() const {
  DurableNote note;
  std::string text;
  const rocksdb::Status status = rocksdb::ReadFileToString(env_, path_ + kNote, &text);
  const std::vector<std::string> words = absl::StrSplit(text, ' ');
  const bool whole = status.ok() && words.size() == 3 &&
                     absl::SimpleAtoi(words[0], &note.revision) &&
                     absl::SimpleAtoi(words[2], &note.manifest_size);
  if (!whole) return DurableNote();
  note.manifest = words[1];
  return note;
}

void StoreDirectory::WriteNote(const DurableNote& note) const {
  const std::string text =
      absl::StrCat(note.revision, " ", FileName(note.manifest), " ", note.manifest_size);
  const std::string path = path_ + kNote, fresh = path + ".new";
  rocksdb::Status status = rocksdb::WriteStringToFile(env_, text, fresh);
  if (status.ok()) status = env_->RenameFile(fresh, path);
  status.PermitUncheckedError();
}

absl::Status StoreDirectory::CheckManifest(const DurableNote& note) const {
  const std::string path = ManifestPath();
  if (!env_->FileExists(path).ok()) {
    return StoreCorrupt(path_ + kCurrent,
                        absl::StrCat("it names ", FileName(path), ", which is not there"));
  }
  uint64_t size = 0;
  const int64_t newer = ManifestNumber(path) - ManifestNumber(note.manifest);
  if (newer == 0) env_->GetFileSize(path, &size).PermitUncheckedError();
  if (newer > 0 || (newer == 0 && size >= note.manifest_size)) return absl::OkStatus();
  return StoreCorrupt(path, absl::StrCat("it is cut: ", note.manifest_size, " bytes of ",
                                         note.manifest, " were durable"));
}

}  // namespace probity::storage
