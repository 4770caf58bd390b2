#include "storage/candidate_rows.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "absl/hash/hash.h"
#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "storage/index_terms.h"

namespace probity::storage {
namespace {

// Rows that are read between two questions whether to go on.
constexpr size_t kBreath = 1000;

std::string TermText(IndexKind kind, absl::string_view term) {
  const auto byte = static_cast<char>(kind);
  return absl::StrCat(absl::string_view(&byte, 1), term);
}

uint32_t HashOf(absl::string_view text) { return static_cast<uint32_t>(absl::HashOf(text)); }

bool HasTerm(const std::string& dataset, const v1::RecordRow& row, const IndexTerm& term) {
  const std::vector<IndexTerm> terms = IndexTermsOf(dataset, row);
  return std::binary_search(terms.begin(), terms.end(), term);
}

}  // namespace

void HashTable32::Add(absl::string_view text, uint32_t value) {
  entries_.emplace_back(HashOf(text), value);
}

void HashTable32::Sort() {
  std::sort(entries_.begin(), entries_.end());
  entries_.shrink_to_fit();
}

std::vector<uint32_t> HashTable32::Find(absl::string_view text) const {
  const uint32_t hash = HashOf(text);
  std::vector<uint32_t> values;
  for (auto at = std::lower_bound(entries_.begin(), entries_.end(), std::make_pair(hash, 0U));
       at != entries_.end() && at->first == hash; ++at) {
    values.push_back(at->second);
  }
  return values;
}

CandidateRows::CandidateRows(const ChangeSet& changes, uint64_t revision)
    : header_(changes.header),
      dataset_(BareDatasetId(changes.header.dataset())),
      revision_(revision) {}

CandidateRows::~CandidateRows() {
  if (file_ >= 0) close(file_);
}

absl::StatusOr<std::shared_ptr<const CandidateRows>> CandidateRows::Open(const ChangeSet& changes,
                                                                         uint64_t revision,
                                                                         const StillWanted& wanted,
                                                                         uint32_t most) {
  std::shared_ptr<CandidateRows> rows(new CandidateRows(changes, revision));
  if (!changes.path.empty()) {
    rows->file_ = open(changes.path.c_str(), O_RDONLY | O_CLOEXEC);
    if (rows->file_ < 0) return StoreCorrupt(changes.path, std::strerror(errno));
  }
  if (absl::Status read = rows->ReadAll(changes, wanted, most); !read.ok()) return read;
  return rows;
}

absl::Status CandidateRows::ReadAll(const ChangeSet& changes, const StillWanted& wanted,
                                    uint32_t most) {
  auto reader = ChangeRowReader::Open(changes);
  if (!reader.ok()) return reader.status();
  v1::ChangeRow change;
  while (true) {
    absl::StatusOr<bool> more = (*reader)->Next(&change);
    if (!more.ok()) return more.status();
    if (!*more) break;
    const uint32_t number = size();
    if (number == most) return LimitExceeded("changes", most, int64_t{most} + 1);
    if (number % kBreath == 0 && wanted) {
      if (absl::Status go_on = wanted(); !go_on.ok()) return go_on;
    }
    ends_.push_back((*reader)->place());
    keys_.Add(change.key(), number);
    if (change.removed()) continue;
    for (const IndexTerm& term : IndexTermsOf(dataset_, change.row())) {
      terms_.Add(TermText(term.kind, term.term), number);
    }
  }
  keys_.Sort();
  terms_.Sort();
  return absl::OkStatus();
}

absl::StatusOr<CandidateRows::Row> CandidateRows::Read(uint32_t number) const {
  const uint64_t begin = number == 0 ? 0 : ends_[number - 1];
  std::string bytes(ends_[number] - begin, '\0');
  for (size_t done = 0; done < bytes.size();) {
    const ssize_t got =
        pread(file_, &bytes[done], bytes.size() - done, static_cast<off_t>(begin + done));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return StoreCorrupt("change set", "a row can no longer be read");
    done += got;
  }
  absl::string_view message(bytes);
  while (!message.empty() && (message.front() & 0x80) != 0) message.remove_prefix(1);
  if (!message.empty()) message.remove_prefix(1);
  v1::ChangeRow change;
  if (!change.ParseFromArray(message.data(), static_cast<int>(message.size()))) {
    return StoreCorrupt("change set", "a row is torn");
  }
  Row row{std::move(*change.mutable_key()), std::nullopt};
  if (change.removed()) return row;
  row.row = std::move(*change.mutable_row());
  if (row.row->first_revision() == 0) row.row->set_first_revision(revision_);
  return row;
}

absl::StatusOr<std::optional<CandidateRows::Row>> CandidateRows::Find(absl::string_view key) const {
  for (const uint32_t number : keys_.Find(key)) {
    auto row = Read(number);
    if (!row.ok()) return row.status();
    if (row->key == key) return std::optional<Row>(*std::move(row));
  }
  return std::nullopt;
}

absl::StatusOr<std::optional<uint32_t>> CandidateRows::NumberOf(absl::string_view key) const {
  for (const uint32_t number : keys_.Find(key)) {
    auto row = Read(number);
    if (!row.ok()) return row.status();
    if (row->key == key) return std::optional<uint32_t>(number);
  }
  return std::nullopt;
}

absl::StatusOr<std::vector<std::string>> CandidateRows::FindTerm(IndexKind kind,
                                                                 absl::string_view term) const {
  std::vector<std::string> keys;
  for (const uint32_t number : terms_.Find(TermText(kind, term))) {
    auto row = Read(number);
    if (!row.ok()) return row.status();
    if (HasTerm(dataset_, *row->row, {kind, std::string(term)})) keys.push_back(row->key);
  }
  return keys;
}

}  // namespace probity::storage
