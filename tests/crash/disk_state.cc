#include "tests/crash/disk_state.h"

#include <algorithm>
#include <random>

#include "absl/strings/str_cat.h"

namespace probity::storage::testing {
namespace {

using rocksdb::IOStatus;

constexpr size_t kPageBytes = 4096;

constexpr const char* kActionNames[] = {"create", "append", "truncate", "sync",  "close",
                                        "rename", "link",   "delete",   "mkdir", "sync directory"};

IOStatus NoSpace(const std::string& path) {
  IOStatus status = IOStatus::NoSpace("While writing", path);
  status.SetRetryable(true);  // as RocksDB's own file system says
  return status;
}

// Pages reach a disk in any order: of unsynced bytes on several pages, all behind
// the one where `content` ends may be missing while the length is there. Bytes on
// one page are there with the length, or not at all.
void ZeroPages(const DiskFile& file, std::string* content) {
  const size_t begin = file.synced, end = file.bytes.size();
  const size_t page = std::max(begin, content->size() / kPageBytes * kPageBytes);
  content->resize(page);
  if (begin / kPageBytes != (end - 1) / kPageBytes) content->resize(end);
}

void Apply(const DiskState::Step& step, DiskState::Names* names) {
  for (const auto& [path, node] : step) {
    if (node.file != nullptr || node.is_directory) {
      (*names)[path] = node;
    } else {
      names->erase(path);
    }
  }
}

}  // namespace

std::string DiskOperation::Kind() const {
  std::string file = path.substr(path.rfind('/') + 1);
  const size_t dot = file.rfind('.');
  if (dot != std::string::npos) file = "*" + file.substr(dot);
  if (const size_t dash = file.find('-'); dash != std::string::npos) file.resize(dash);
  return absl::StrCat(kActionNames[static_cast<int>(action)], " ", file);
}

IOStatus DiskState::Do(DiskAction action, const std::string& path,
                       const std::function<void()>& work, const std::function<void()>& settle) {
  if (stopped) return IOStatus::IOError("the machine stopped", path);
  Outcome outcome = Outcome::kDone;
  if (policy != nullptr) {
    operations.push_back({operations.size() + 1, action, path});
    outcome = policy(operations.back());
  }
  switch (outcome) {
    case Outcome::kDone:
      work();
      return IOStatus::OK();
    case Outcome::kPretended:
      return IOStatus::OK();
    case Outcome::kFailsAfter:
    case Outcome::kNoSpaceAfter:
      work();
      if (settle != nullptr) settle();
      return outcome == Outcome::kFailsAfter ? IOStatus::IOError("Input/output error", path)
                                             : NoSpace(path);
    case Outcome::kNoSpace:
      free_space = 0;
      return NoSpace(path);
    case Outcome::kMachineStops:
      stopped = true;
      return IOStatus::IOError("the machine stopped", path);
    case Outcome::kFails:
      break;
  }
  return IOStatus::IOError("Input/output error", path);
}

IOStatus DiskState::ChangeNames(DiskAction action, const std::string& path, const Step& step) {
  const std::string directory = DirectoryOf(path);
  const auto work = [&] {
    Apply(step, &names);
    waiting[directory].push_back(step);
  };
  return Do(action, path, work, [&] { SyncNames(directory); });
}

IOStatus DiskState::MoveName(const std::string& from, const std::string& to, const DiskNode& node) {
  const Step arrives = {{to, node}}, leaves = {{from, DiskNode()}};
  const auto work = [&] {
    Apply(arrives, &names);
    Apply(leaves, &names);
    waiting[DirectoryOf(to)].push_back(arrives);
    waiting[DirectoryOf(from)].push_back(leaves);
  };
  return Do(DiskAction::kRename, to, work, [&] {
    SyncNames(DirectoryOf(to));
    SyncNames(DirectoryOf(from));
  });
}

void DiskState::SyncNames(const std::string& directory) {
  for (const Step& step : waiting[directory]) Apply(step, &durable);
  waiting.erase(directory);
}

DiskImage DiskState::AfterPowerCut(Unsynced unsynced, uint32_t seed) const {
  std::mt19937 random(seed);
  // How much of `count` things in a row is there.
  const auto kept = [&](size_t count) -> size_t {
    if (unsynced == Unsynced::kLost || unsynced == Unsynced::kKept) {
      return unsynced == Unsynced::kKept ? count : 0;
    }
    return random() % (count + 1);
  };
  Names left = durable;
  for (const auto& [directory, steps] : waiting) {
    const size_t count = kept(steps.size());
    for (size_t i = 0; i < count; ++i) Apply(steps[i], &left);
  }
  DiskImage image;
  std::map<const DiskFile*, std::string> contents;  // a file with two names has one content
  for (const auto& [path, node] : left) {
    const std::string directory = DirectoryOf(path);
    // What stands in a directory that is gone is gone; parents stand in front.
    if (!directory.empty() && image.directories.count(directory) == 0) continue;
    if (node.is_directory) {
      image.directories.insert(path);
      continue;
    }
    const DiskFile& file = *node.file;
    const auto [at, is_new] = contents.emplace(&file, "");
    if (is_new) {
      at->second = file.bytes.substr(0, file.synced + kept(file.bytes.size() - file.synced));
      if (unsynced == Unsynced::kRandomPages) ZeroPages(file, &at->second);
    }
    image.files[path] = at->second;
  }
  return image;
}

const DiskNode* DiskState::Find(const std::string& path) const {
  const auto at = names.find(path);
  return at == names.end() ? nullptr : &at->second;
}

std::shared_ptr<DiskFile> DiskState::FindFile(const std::string& path) const {
  const DiskNode* node = Find(path);
  return node == nullptr ? nullptr : node->file;
}

std::string DirectoryOf(const std::string& path) { return path.substr(0, path.rfind('/')); }

IOStatus NoFile(const std::string& path) {
  return IOStatus::PathNotFound("No such file or directory", path);
}

}  // namespace probity::storage::testing
