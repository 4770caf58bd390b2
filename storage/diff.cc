#include "storage/diff.h"

#include <utility>

#include "base/hash.h"

namespace probity::storage {
namespace {

// Keys that are read at once: enough that starting a page costs little.
constexpr size_t kKeysRead = 4096;

}  // namespace

bool Differ(const std::optional<v1::RecordRow>& a, const std::optional<v1::RecordRow>& b) {
  if (a.has_value() != b.has_value()) return true;
  return a.has_value() && CanonicalBytes(*a) != CanonicalBytes(*b);
}

absl::Status DiffReader::ReadKeys() {
  auto keys = store_.ChangedKeys(from_, to_, dataset_, last_, kKeysRead);
  if (!keys.ok()) return keys.status();
  keys_ = *std::move(keys);
  next_ = 0;
  all_read_ = keys_.size() < kKeysRead;
  if (!keys_.empty()) last_ = keys_.back();
  return absl::OkStatus();
}

absl::StatusOr<std::vector<RecordChange>> DiffReader::Next(size_t limit) {
  std::vector<RecordChange> changes;
  while (changes.size() < limit) {
    if (next_ == keys_.size()) {
      if (all_read_) break;
      if (absl::Status read = ReadKeys(); !read.ok()) return read;
      continue;
    }
    RecordChange change{{dataset_, keys_[next_++]}, std::nullopt, std::nullopt};
    auto before = from_.GetRecord(change.ref);
    if (!before.ok()) return before.status();
    auto after = to_.GetRecord(change.ref);
    if (!after.ok()) return after.status();
    if (!Differ(*before, *after)) continue;
    change.before = *std::move(before);
    change.after = *std::move(after);
    changes.push_back(std::move(change));
  }
  return changes;
}

}  // namespace probity::storage
