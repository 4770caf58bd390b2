#include "storage/diff.h"

#include <utility>

#include "absl/types/span.h"
#include "base/hash.h"

namespace probity::storage {
namespace {

// Keys that are read at once: enough that starting a page costs little.
constexpr size_t kKeysRead = 4096;
// Rows, of each side: enough that beginning to read costs little, few enough to hold.
constexpr size_t kRowsRead = 128;

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

absl::Status DiffReader::ReadRows() {
  const absl::Span<const std::string> keys = absl::MakeConstSpan(keys_).subspan(next_, kRowsRead);
  auto before = from_.GetRecords(dataset_, keys);
  if (!before.ok()) return before.status();
  auto after = to_.GetRecords(dataset_, keys);
  if (!after.ok()) return after.status();
  rows_.clear();
  given_ = 0;
  for (size_t i = 0; i < keys.size(); ++i) {
    if (!Differ((*before)[i], (*after)[i])) continue;
    rows_.push_back({{dataset_, keys[i]}, std::move((*before)[i]), std::move((*after)[i])});
  }
  next_ += keys.size();
  return absl::OkStatus();
}

absl::StatusOr<std::vector<RecordChange>> DiffReader::Next(size_t limit) {
  std::vector<RecordChange> changes;
  while (changes.size() < limit) {
    if (given_ < rows_.size()) {
      changes.push_back(std::move(rows_[given_++]));
      continue;
    }
    if (next_ == keys_.size() && all_read_) break;
    absl::Status read = next_ == keys_.size() ? ReadKeys() : ReadRows();
    if (!read.ok()) return read;
  }
  return changes;
}

}  // namespace probity::storage
